#include <algorithm>
#include <array>

#include "flows/spelling.hpp"
#include "flows/state_context.hpp"
#include "flows/state_reader.hpp"

namespace shubbak::flows {
namespace {

class InputReader : private StateContext {
 public:
  InputReader(const Node& node, std::uint16_t flow, std::uint16_t state, Compilation& compilation)
      : StateContext(node, flow, state, compilation) {}

  void read(const Node& input_node) {
    constexpr std::array<std::string_view, 3> state_keys{"input", "then", "invalid"};
    constexpr std::array<std::string_view, 7> input_keys{"type", "min", "max", "len", "save", "text", "refuse"};
    const Fields of_state(node_, "an input's state", state_keys, faults_);
    const Fields fields(input_node, "an input", input_keys, faults_);
    Input input;
    read_invalid(SystemString::wrong_input);
    input.text = text_at(fields.need("text"));
    if (const Node* save = fields.need("save")) input.save = slot_named(*save);
    if (const Node* type = fields.need("type")) {
      if (read_kind(*type, input)) {
        read_lengths(fields, input);
        check_slot(*type, input);
      }
    }
    if (const Node* refuse = fields.find("refuse")) read_refusals(*refuse, input);
    if (const Node* then = of_state.need("then")) input.then = branches_.read(*then);
    state_.body = std::move(input);
  }

 private:
  bool read_kind(const Node& type, Input& input) {
    constexpr std::array<std::string_view, 4> kinds{"digits", "text", "account", "meter_reading"};
    const auto name = read_text(type, "type", faults_);
    if (!name) return false;
    const auto found = std::find(kinds.begin(), kinds.end(), *name);
    if (found == kinds.end()) {
      const std::string nearest = did_you_mean(*name, kinds);
      faults_.add(type.at, "unknown input type '" + std::string(*name) + "'",
                  nearest.empty() ? "there are digits, text, account, meter_reading" : nearest);
      return false;
    }
    input.kind = static_cast<Input::Kind>(found - kinds.begin());
    return true;
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
    }
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

  void check_slot(const Node& type, const Input& input) {
    if (input.save == none) return;
    const Slot& slot = flow_.slots[input.save];
    const bool is_scalar = slot.shape == Slot::Shape::scalar;
    const bool is_digits = is_scalar && slot.scalar.kind == ScalarType::Kind::digits;
    const bool is_integer = is_scalar && slot.scalar.kind == ScalarType::Kind::integer;
    const bool is_text = is_scalar && slot.scalar.kind == ScalarType::Kind::text;
    bool fits = false;
    switch (input.kind) {
      case Input::Kind::digits:
      case Input::Kind::meter_reading:
        fits = is_digits || (is_integer && input.length_max <= 15);
        break;
      case Input::Kind::account:
        fits = is_digits;
        break;
      case Input::Kind::text:
        fits = is_text;
        break;
    }
    if (!fits) {
      faults_.add(type.at, "slot '" + slot.name + "' cannot hold what is typed here",
                  "digits go into {digits: ...} or {int: ...}, text into {text: ...}");
    } else if (!is_integer &&
               (slot.scalar.length_max < input.length_max || slot.scalar.length_min > input.length_min)) {
      faults_.add(type.at, "slot '" + slot.name + "' holds " + std::to_string(slot.scalar.length_min) + " to " +
                               std::to_string(slot.scalar.length_max) + " characters, the input takes " +
                               std::to_string(input.length_min) + " to " + std::to_string(input.length_max));
    }
  }

  void read_refusals(const Node& node, Input& input) {
    if (node.kind != Node::Kind::sequence || node.children.size() > 10) {
      faults_.add(node.at, "refuse must be a sequence of at most 10", "[{when: \"value < last\", text: NAME}]");
      return;
    }
    for (const Node& child : node.children) {
      constexpr std::array<std::string_view, 2> keys{"when", "text"};
      const Fields fields(child, "a refusal", keys, faults_);
      Input::Refusal refusal;
      if (const Node* when = fields.need("when")) refusal.condition = branches_.read_condition(*when);
      refusal.text = text_at(fields.need("text"));
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
