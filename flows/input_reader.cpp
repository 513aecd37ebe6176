#include <algorithm>

#include "flows/spelling.hpp"
#include "flows/state_context.hpp"
#include "flows/state_reader.hpp"

namespace shubbak::flows {
namespace {

constexpr std::uint16_t voucher_pin_digits = 16;

class InputReader : private StateContext {
 public:
  InputReader(const Node& node, std::uint16_t flow, std::uint16_t state, Compilation& compilation)
      : StateContext(node, flow, state, compilation) {}

  void read(const Node& input_node) {
    const Fields of_state(node_, grammar::input_state, faults_);
    const Fields fields(input_node, grammar::input, faults_);
    Input input;
    read_invalid(SystemString::wrong_input);
    input.text = text_at(fields.need("text"));
    if (const Node* save = fields.need("save")) input.save = slot_named(*save);
    if (const Node* type = fields.need("type")) {
      if (read_kind(*type, input)) {
        refuse_others(input_node, type->text);
        read_lengths(fields, input);
        if (input.kind == Input::Kind::choice) read_choice(fields.need("from"), input);
        check_slot(*type, input);
      }
    }
    if (const Node* refuse = fields.find("refuse")) read_refusals(*refuse, input);
    if (const Node* retries = fields.find("retries")) read_retries(*retries);
    if (const Node* then = of_state.find("then")) read_then(*then, input);
    state_.body = std::move(input);
  }

 private:
  bool read_kind(const Node& type, Input& input) {
    constexpr auto& kinds = grammar::input_types;
    const auto name = read_text(type, "type", faults_);
    if (!name) return false;
    const auto found = std::find(kinds.begin(), kinds.end(), *name);
    if (found == kinds.end()) {
      const std::string nearest = did_you_mean(*name, kinds);
      faults_.add(type.at, "unknown input type '" + std::string(*name) + "'",
                  nearest.empty() ? "there are " + grammar::listed(kinds) : nearest);
      return false;
    }
    input.kind = static_cast<Input::Kind>(found - kinds.begin());
    return true;
  }

  // Keys of an input that do not go with this type.
  void refuse_others(const Node& input_node, std::string_view type) {
    const grammar::Mapping* own = grammar::input.variant(type);
    SHUBBAK_ASSERT(own != nullptr);
    for (const Node& child : input_node.children) {
      if (grammar::input.key(child.key) == nullptr || own->key(child.key) != nullptr) continue;
      faults_.add(child.key_at, "'" + child.key + "' does not go with this type",
                  child.key == "from" ? "a list is for type: choice" : "bounds of an amount stand at its slot");
    }
  }

  void read_lengths(const Fields& fields, Input& input) {
    std::int64_t longest = 32;
    switch (input.kind) {
      case Input::Kind::digits:
        input.length_max = 0;
        break;
      case Input::Kind::text:
        longest = 1000;
        input.length_max = input.save == none ? std::uint16_t{1} : flow_.slots[input.save].scalar.length_max;
        break;
      case Input::Kind::account:
        input.length_min = 3;
        input.length_max = 20;
        break;
      case Input::Kind::meter_reading:
        longest = 9;
        input.length_max = 9;
        break;
      case Input::Kind::national_id:
        input.length_min = 11;
        input.length_max = 14;
        break;
      case Input::Kind::voucher_pin:
        input.length_min = input.length_max = voucher_pin_digits;
        break;
      case Input::Kind::amount:
      case Input::Kind::date:
      case Input::Kind::choice:
        input.length_max = 40;
        break;
    }
    if (input.kind >= Input::Kind::amount) return;
    const auto read = [&](std::string_view key, std::uint16_t& length) {
      const Node* node = fields.find(key);
      if (node == nullptr) return;
      if (const auto number = read_integer(*node, key, 1, longest, faults_))
        length = static_cast<std::uint16_t>(*number);
    };
    const Node* len = fields.find("len");
    if (len != nullptr && (fields.find("min") != nullptr || fields.find("max") != nullptr)) {
      faults_.add(len->key_at, "len beside min or max", "len: 4 means min: 4, max: 4");
    }
    read("len", input.length_min);
    if (len != nullptr) input.length_max = input.length_min;
    read("min", input.length_min);
    read("max", input.length_max);
    if (input.length_max == 0) {
      faults_.add(fields.find("type")->at, "digits need a length", "len: 4, or min: 4, max: 12");
    } else if (input.length_min > input.length_max) {
      faults_.add(fields.find("type")->at, "min is more than max");
    }
  }

  // The list whose entries' labels are the names, and a ref slot to it.
  void read_choice(const Node* from, Input& input) {
    input.list = list_slot(from);
    if (input.list == none) return;
    input.label_field = field_index(flow_.slots[input.list], "label");
    if (input.label_field == none)
      faults_.add(from->at, "the entries of '" + from->text + "' have no label to choose by", "",
                  Rule::type_mismatch);
  }

  [[nodiscard]] bool slot_fits(const Slot& slot, const Input& input) const {
    if (input.kind == Input::Kind::choice) return slot.shape == Slot::Shape::ref && slot.refers_to == input.list;
    if (slot.shape != Slot::Shape::scalar) return false;
    const ScalarType::Kind kind = slot.scalar.kind;
    switch (input.kind) {
      case Input::Kind::digits:
      case Input::Kind::meter_reading:
        return kind == ScalarType::Kind::digits || (kind == ScalarType::Kind::integer && input.length_max <= 15);
      case Input::Kind::account:
      case Input::Kind::national_id:
        return kind == ScalarType::Kind::digits;
      case Input::Kind::voucher_pin:
        return kind == ScalarType::Kind::digits && slot.is_secret;
      case Input::Kind::text:
        return kind == ScalarType::Kind::text;
      case Input::Kind::amount:
        return kind == ScalarType::Kind::money;
      case Input::Kind::date:
        return kind == ScalarType::Kind::date;
      case Input::Kind::choice:
        return false;
    }
    return false;
  }

  void check_slot(const Node& type, const Input& input) {
    if (input.save == none) return;
    const Slot& slot = flow_.slots[input.save];
    const bool has_length = slot.shape == Slot::Shape::scalar && (slot.scalar.kind == ScalarType::Kind::digits ||
                                                                  slot.scalar.kind == ScalarType::Kind::text);
    if (!slot_fits(slot, input)) {
      faults_.add(
          type.at, "slot '" + slot.name + "' cannot hold what is typed here",
          "digits go into {digits: ...} or {int: ...}, text into {text: ...}, amounts into {money: ...}, days "
          "into {date: day}, choices into {ref: LIST}, voucher PINs into {digits: 16, secret: true}",
          Rule::type_mismatch);
    } else if (has_length &&
               (slot.scalar.length_max < input.length_max || slot.scalar.length_min > input.length_min)) {
      faults_.add(type.at,
                  "slot '" + slot.name + "' holds " + std::to_string(slot.scalar.length_min) + " to " +
                      std::to_string(slot.scalar.length_max) + " characters, the input takes " +
                      std::to_string(input.length_min) + " to " + std::to_string(input.length_max),
                  "", Rule::type_mismatch);
    }
  }

  // In the input itself, for who needs nothing else of `invalid`.
  void read_retries(const Node& retries) {
    if (node_.find("invalid") != nullptr) {
      faults_.add(retries.key_at, "retries beside invalid", "put it into invalid");
    } else if (const auto count = read_integer(retries, "retries", grammar::retries_bounds, faults_)) {
      state_.invalid.retries = static_cast<std::uint8_t>(*count);
    }
  }

  // STATE, choices, or {ok: STATE, fail: STATE}.
  void read_then(const Node& then, Input& input) {
    if (then.kind != Node::Kind::mapping || then.find("ok") == nullptr) {
      input.then = branches_.read(then);
      return;
    }
    const Fields fields(then, grammar::input_then, faults_);
    input.then = branches_.read(*fields.find("ok"));
    const Node* fail = fields.find("fail");
    if (fail == nullptr) return;
    if (!state_.invalid.to.empty()) faults_.add(fail->key_at, "fail beside invalid.to: both say the same");
    state_.invalid.to = branches_.read(*fail);
  }

  void read_refusals(const Node& node, Input& input) {
    if (node.kind != Node::Kind::sequence || node.children.size() > grammar::refusals_bounds.max) {
      faults_.add(node.at, "refuse must be a sequence of at most 10", "[{when: \"value < last\", text: NAME}]");
      return;
    }
    for (const Node& child : node.children) {
      const Fields fields(child, grammar::refusal, faults_);
      Input::Refusal refusal;
      if (const Node* when = fields.find("when")) refusal.condition = branches_.read_condition(*when);
      refusal.text = text_at(fields.find("text"));
      input.refuse.push_back(refusal);
    }
  }
};

}  // namespace

void compile_input(const Node& node, const Node& input, std::uint16_t flow, std::uint16_t state,
                   Compilation& compilation) {
  InputReader(node, flow, state, compilation).read(input);
}

}  // namespace shubbak::flows
