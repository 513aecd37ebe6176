#include "flows/state_reader.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "flows/branch_reader.hpp"
#include "flows/fields.hpp"
#include "flows/revision.hpp"
#include "flows/spelling.hpp"

namespace shubbak::flows {
namespace {

constexpr ChannelText system_text_id(SystemString id) {
  return {static_cast<TextId>(id), static_cast<TextId>(id)};
}

class StateReader {
 public:
  StateReader(const Node& node, std::uint16_t flow, std::uint16_t state, Compilation& compilation)
      : node_(node),
        compilation_(compilation),
        faults_(compilation.faults),
        flow_(compilation.flows[flow]),
        state_(flow_.states[state]),
        scope_{flow_.slots},
        branches_(compilation, flow, scope_) {}

  void read() {
    if (node_.kind != Node::Kind::mapping) {
      faults_.add(node_.at, "a state must be a mapping", "for example {end: {text: goodbye}}");
      return;
    }
    const Node* kind = kind_node();
    if (kind == nullptr) return;
    if (kind->key == "menu") {
      kind->find("from") != nullptr ? read_list_menu(*kind) : read_menu(*kind);
    } else if (kind->key == "input") {
      read_input(*kind);
    } else if (kind->key == "confirm") {
      read_confirm(*kind);
    } else if (kind->key == "call") {
      read_call(*kind);
    } else if (kind->key == "switch") {
      read_switch(*kind);
    } else if (kind->key == "set") {
      read_set(*kind);
    } else {
      read_end(*kind);
    }
  }

 private:
  const Node* kind_node() {
    constexpr std::array<std::string_view, 7> kinds{"menu", "input", "confirm", "call", "switch", "set", "end"};
    const Node* found = nullptr;
    for (const Node& child : node_.children) {
      if (std::find(kinds.begin(), kinds.end(), child.key) == kinds.end()) continue;
      if (found != nullptr) {
        faults_.add(child.key_at, "'" + child.key + "' beside '" + found->key + "': a state is of one kind",
                    "make it two states");
        return nullptr;
      }
      found = &child;
    }
    if (found == nullptr) {
      std::string hint = "a state is one of menu, input, confirm, call, switch, set, end";
      for (const Node& child : node_.children) {
        if (std::string nearest = did_you_mean(child.key, kinds); !nearest.empty()) hint = std::move(nearest);
      }
      faults_.add(state_.at, "state '" + state_.name + "' does nothing", std::move(hint));
    }
    return found;
  }

  ChannelText text_at(const Node* node, std::uint16_t entry_of = none) {
    if (node == nullptr) return {0, 0};
    Scope scope = scope_;
    scope.entry_of = entry_of;
    const auto use = [&](const Node& name) -> TextId {
      const auto text = read_name(name, "a string", faults_);
      return text ? compilation_.strings.use(*text, scope, flow_.name, name.at) : TextId{0};
    };
    if (node->kind == Node::Kind::text) {
      const TextId id = use(*node);
      return {id, id};
    }
    constexpr std::array<std::string_view, 2> channels{"ussd", "sms"};
    const Fields fields(*node, "a text per channel", channels, faults_);
    const Node* ussd = fields.need("ussd");
    const Node* sms = fields.need("sms");
    if (ussd == nullptr || sms == nullptr) return {0, 0};
    const TextId ussd_id = use(*ussd);
    return {ussd_id, use(*sms)};
  }

  void read_invalid(SystemString reason) {
    state_.invalid.text = system_text_id(reason);
    const Node* node = node_.find("invalid");
    if (node == nullptr) return;
    constexpr std::array<std::string_view, 3> keys{"retries", "text", "to"};
    const Fields fields(*node, "invalid", keys, faults_);
    if (const Node* retries = fields.find("retries")) {
      if (const auto count = read_integer(*retries, "retries", 0, 10, faults_))
        state_.invalid.retries = static_cast<std::uint8_t>(*count);
    }
    if (const Node* text = fields.find("text")) state_.invalid.text = text_at(text);
    if (const Node* to = fields.find("to")) state_.invalid.to = branches_.read(*to);
  }

  void read_menu(const Node& menu_node) {
    constexpr std::array<std::string_view, 2> state_keys{"menu", "invalid"};
    constexpr std::array<std::string_view, 3> menu_keys{"text", "items", "page"};
    const Fields of_state(node_, "a menu's state", state_keys, faults_);
    const Fields fields(menu_node, "a menu", menu_keys, faults_);
    Menu menu;
    menu.text = text_at(fields.need("text"));
    check_page(fields);
    read_invalid(SystemString::wrong_choice);
    const Node* items = fields.need("items");
    if (items != nullptr &&
        (items->kind != Node::Kind::sequence || items->children.empty() || items->children.size() > 40)) {
      faults_.add(items->at, "items must be a sequence of 1 to 40 items", "[{key: \"1\", text: NAME, to: STATE}]");
    } else if (items != nullptr) {
      for (const Node& item : items->children) menu.items.push_back(read_item(item));
      check_keys(*items);
    }
    menu.is_constant = is_constant(menu);
    state_.body = std::move(menu);
  }

  [[nodiscard]] bool is_constant(const Menu& menu) const {
    const auto is_literal = [&](const ChannelText& text) {
      return compilation_.strings.is_literal(text.ussd) && compilation_.strings.is_literal(text.sms);
    };
    return is_literal(menu.text) && std::all_of(menu.items.begin(), menu.items.end(), [&](const MenuItem& item) {
             return item.condition == none && is_literal(item.label);
           });
  }

  void check_page(const Fields& fields) {
    const Node* page = fields.find("page");
    if (page != nullptr && (page->kind != Node::Kind::text || page->text != "auto"))
      faults_.add(page->at, "page can only be auto");
  }

  MenuItem read_item(const Node& node) {
    constexpr std::array<std::string_view, 5> keys{"key", "text", "to", "flow", "when"};
    const Fields fields(node, "a menu item", keys, faults_);
    MenuItem item;
    if (const Node* key = fields.need("key")) item.key = key->text;
    item.label = text_at(fields.need("text"));
    if (const Node* when = fields.find("when")) item.condition = branches_.read_condition(*when);
    if (node.kind == Node::Kind::mapping) item.to = branches_.read_target(node);
    return item;
  }

  // Keys are digits, each there once, and none of them navigation.
  void check_keys(const Node& items) {
    std::set<std::string_view> seen;
    for (const Node& item : items.children) {
      const Node* key = item.find("key");
      if (key == nullptr) continue;
      const bool is_key = key->kind == Node::Kind::text && !key->text.empty() && key->text.size() <= 3 &&
                          key->text.find_first_not_of("0123456789") == std::string::npos;
      if (!is_key) {
        faults_.add(key->at, "a key must be 1 to 3 digits", "key: \"1\"");
      } else if (!seen.insert(key->text).second) {
        faults_.add(key->at, "the key " + key->text + " is already another item's");
      } else {
        check_against_navigation(key->text, key->at);
      }
    }
  }

  void check_against_navigation(std::string_view key, Position at) {
    const NavigationKeys& nav = flow_.navigation;
    const std::array<std::pair<std::string_view, std::string_view>, 4> taken{
        {{nav.back, "back"}, {nav.home, "home"}, {nav.next, "next"}, {nav.previous, "prev"}}};
    for (const auto& [nav_key, name] : taken) {
      if (nav_key == key)
        faults_.add(at, "the key " + std::string(key) + " is navigation's (" + std::string(name) + ")",
                    "use another one, or change nav");
    }
  }

  void read_list_menu(const Node& menu_node) {
    constexpr std::array<std::string_view, 3> state_keys{"menu", "pick", "invalid"};
    constexpr std::array<std::string_view, 5> menu_keys{"text", "from", "item", "save", "page"};
    const Fields of_state(node_, "a list menu's state", state_keys, faults_);
    const Fields fields(menu_node, "a list menu", menu_keys, faults_);
    ListMenu menu;
    menu.text = text_at(fields.need("text"));
    menu.list = list_slot(fields.need("from"));
    menu.item = text_at(fields.need("item"), menu.list);
    check_page(fields);
    read_invalid(SystemString::wrong_choice);
    if (const Node* save = fields.find("save")) menu.save = ref_slot(*save, menu.list);
    if (menu.list != none) {
      menu.id_field = field_index(flow_.slots[menu.list], "id");
      menu.label_field = field_index(flow_.slots[menu.list], "label");
    }
    if (const Node* pick = of_state.need("pick")) menu.pick = branches_.read(*pick);
    state_.body = std::move(menu);
  }

  std::uint16_t slot_named(const Node& node) {
    const auto name = read_text(node, "a slot", faults_);
    if (!name) return none;
    const std::uint16_t slot = scope_.slot_index(*name);
    if (slot == none)
      faults_.add(node.at, "unknown slot '" + std::string(*name) + "'", did_you_mean(*name, slot_names()));
    return slot;
  }
  [[nodiscard]] std::vector<std::string_view> slot_names() const {
    std::vector<std::string_view> names;
    for (const Slot& slot : flow_.slots) names.push_back(slot.name);
    return names;
  }
  std::uint16_t list_slot(const Node* node) {
    if (node == nullptr) return none;
    const std::uint16_t slot = slot_named(*node);
    if (slot == none || flow_.slots[slot].shape == Slot::Shape::list) return slot;
    faults_.add(node->at, "'" + node->text + "' is no list slot");
    return none;
  }
  std::uint16_t ref_slot(const Node& node, std::uint16_t list) {
    const std::uint16_t slot = slot_named(node);
    if (slot == none || list == none) return none;
    if (flow_.slots[slot].shape == Slot::Shape::ref && flow_.slots[slot].refers_to == list) return slot;
    faults_.add(node.at, "'" + node.text + "' is no ref to '" + flow_.slots[list].name + "'",
                "declare it as " + node.text + ": {ref: " + flow_.slots[list].name + "}");
    return none;
  }

  void read_input(const Node& input_node) {
    constexpr std::array<std::string_view, 3> state_keys{"input", "then", "invalid"};
    constexpr std::array<std::string_view, 7> input_keys{"type", "min", "max", "len", "save", "text", "refuse"};
    const Fields of_state(node_, "an input's state", state_keys, faults_);
    const Fields fields(input_node, "an input", input_keys, faults_);
    Input input;
    read_invalid(SystemString::wrong_input);
    input.text = text_at(fields.need("text"));
    if (const Node* save = fields.need("save")) input.save = slot_named(*save);
    if (const Node* type = fields.need("type")) {
      if (read_input_kind(*type, input)) {
        read_input_lengths(fields, input);
        check_input_slot(*type, input);
      }
    }
    if (const Node* refuse = fields.find("refuse")) read_refusals(*refuse, input);
    if (const Node* then = of_state.need("then")) input.then = branches_.read(*then);
    state_.body = std::move(input);
  }

  bool read_input_kind(const Node& type, Input& input) {
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

  void read_input_lengths(const Fields& fields, Input& input) {
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

  void check_input_slot(const Node& type, const Input& input) {
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

  void read_confirm(const Node& confirm_node) {
    constexpr std::array<std::string_view, 2> state_keys{"confirm", "invalid"};
    constexpr std::array<std::string_view, 3> keys{"text", "yes", "no"};
    const Fields of_state(node_, "a confirm's state", state_keys, faults_);
    const Fields fields(confirm_node, "a confirm", keys, faults_);
    Confirm confirm;
    read_invalid(SystemString::wrong_choice);
    confirm.text = text_at(fields.need("text"));
    if (const Node* yes = fields.need("yes")) confirm.yes = branches_.read(*yes);
    if (const Node* no = fields.need("no")) confirm.no = branches_.read(*no);
    check_against_navigation("1", confirm_node.key_at);
    check_against_navigation("2", confirm_node.key_at);
    state_.body = std::move(confirm);
  }

  void read_call(const Node& call_node) {
    constexpr std::array<std::string_view, 3> state_keys{"call", "save", "then"};
    constexpr std::array<std::string_view, 3> keys{"service", "args", "timeout"};
    const Fields of_state(node_, "a call's state", state_keys, faults_);
    const Fields fields(call_node, "a call", keys, faults_);
    Calling calling;
    if (const Node* timeout = fields.need("timeout")) {
      if (const auto time = read_duration(*timeout, "timeout", faults_)) calling.timeout = *time;
    }
    const Node* then = of_state.need("then");
    const Node* service = fields.need("service");
    const ServiceSignature* signature = service == nullptr ? nullptr : find_service(*service);
    if (signature != nullptr) {
      calling.service = static_cast<std::uint16_t>(signature - compilation_.options.services.data());
      state_.needs_link = signature->needs_link;
      read_arguments(fields.find("args"), call_node, *signature, calling);
      if (const Node* save = of_state.find("save")) read_saves(*save, *signature, calling);
      if (then != nullptr) read_outcomes(*then, *signature, calling);
    }
    state_.body = std::move(calling);
  }

  const ServiceSignature* find_service(const Node& node) {
    const auto name = read_text(node, "service", faults_);
    if (!name) return nullptr;
    std::vector<std::string_view> names;
    for (const ServiceSignature& signature : compilation_.options.services) {
      if (signature.name == *name) return &signature;
      names.push_back(signature.name);
    }
    faults_.add(node.at, "unknown service '" + std::string(*name) + "'", did_you_mean(*name, names));
    return nullptr;
  }

  void read_arguments(const Node* node, const Node& call_node, const ServiceSignature& signature, Calling& calling) {
    if (node != nullptr) {
      const Fields fields(*node, "the arguments of " + std::string(signature.name), signature.args, faults_);
      for (const Node& child : node->children) {
        const auto value = read_text(child, "an argument", faults_);
        if (!value) continue;
        if (const auto operand = scope_.resolve(*value)) {
          calling.arguments.push_back({child.key, *operand});
        } else {
          const std::vector<std::string> names = scope_.names();
          const std::vector<std::string_view> views(names.begin(), names.end());
          faults_.add(child.at, "unknown slot '" + std::string(*value) + "'", did_you_mean(*value, views));
        }
      }
    }
    for (const std::string_view argument : signature.args) {
      if (node != nullptr && node->find(argument) != nullptr) continue;
      faults_.add(node != nullptr ? node->at : call_node.at,
                  std::string(signature.name) + " needs the argument '" + std::string(argument) + "'");
    }
  }

  void read_saves(const Node& node, const ServiceSignature& signature, Calling& calling) {
    if (node.kind != Node::Kind::mapping) {
      faults_.add(node.at, "save must be a mapping", "{slot: $.result}");
      return;
    }
    for (const Node& child : node.children) {
      const std::uint16_t slot = scope_.slot_index(child.key);
      if (slot == none) {
        faults_.add(child.key_at, "unknown slot '" + child.key + "'", did_you_mean(child.key, slot_names()));
      } else if (flow_.slots[slot].shape == Slot::Shape::ref) {
        faults_.add(child.key_at, "'" + child.key + "' is a ref: only a list menu saves into it");
      }
      if (child.kind != Node::Kind::text || !child.text.starts_with("$.")) {
        faults_.add(child.at, "what is saved is written $.RESULT");
        continue;
      }
      const std::string member = child.text.substr(2);
      if (std::find(signature.results.begin(), signature.results.end(), member) == signature.results.end()) {
        faults_.add(child.at, std::string(signature.name) + " has no result '" + member + "'",
                    did_you_mean(member, signature.results));
        continue;
      }
      calling.saves.push_back({member, slot});
    }
  }

  void read_outcomes(const Node& node, const ServiceSignature& signature, Calling& calling) {
    std::vector<std::string_view> outcomes{"ok", "timeout", "error"};
    outcomes.insert(outcomes.end(), signature.outcomes.begin(), signature.outcomes.end());
    if (node.kind != Node::Kind::mapping) {
      faults_.add(node.at, "then must be a mapping of outcomes", "{ok: STATE, timeout|error: STATE}");
      return;
    }
    for (const Node& child : node.children) {
      const auto branch = static_cast<std::uint16_t>(calling.branches.size());
      calling.branches.push_back(branches_.read(child));
      for (std::size_t at = 0; at <= child.key.size();) {
        const std::size_t end = std::min(child.key.find('|', at), child.key.size());
        add_outcome(child.key.substr(at, end - at), child, branch, signature, outcomes, calling);
        at = end + 1;
      }
    }
    for (const std::string_view outcome : outcomes) {
      const bool handled = std::any_of(calling.outcomes.begin(), calling.outcomes.end(),
                                       [&](const Calling::Outcome& known) { return known.name == outcome; });
      if (!handled) {
        faults_.add(node.at,
                    "the outcome '" + std::string(outcome) + "' of " + std::string(signature.name) + " leads nowhere",
                    "add it to then; several outcomes can share a target: timeout|error: STATE");
      }
    }
  }

  void add_outcome(std::string name, const Node& child, std::uint16_t branch, const ServiceSignature& signature,
                   std::span<const std::string_view> outcomes, Calling& calling) {
    if (std::find(outcomes.begin(), outcomes.end(), name) == outcomes.end()) {
      faults_.add(child.key_at, std::string(signature.name) + " has no outcome '" + name + "'",
                  did_you_mean(name, outcomes));
      return;
    }
    const bool twice = std::any_of(calling.outcomes.begin(), calling.outcomes.end(),
                                   [&](const Calling::Outcome& known) { return known.name == name; });
    if (twice) {
      faults_.add(child.key_at, "the outcome '" + name + "' is here twice");
      return;
    }
    calling.outcomes.push_back({std::move(name), branch});
  }

  void read_switch(const Node& node) {
    constexpr std::array<std::string_view, 1> state_keys{"switch"};
    const Fields of_state(node_, "a switch's state", state_keys, faults_);
    if (node.kind != Node::Kind::sequence) {
      faults_.add(node.at, "switch must be a sequence", "[{when: \"...\", to: STATE}, {to: STATE}]");
      return;
    }
    state_.body = Switch{branches_.read(node)};
  }

  void read_set(const Node& node) {
    constexpr std::array<std::string_view, 2> state_keys{"set", "then"};
    constexpr std::array<std::string_view, 1> keys{"locale"};
    const Fields of_state(node_, "a set's state", state_keys, faults_);
    const Fields fields(node, "set", keys, faults_);
    SetLocale set;
    if (const Node* locale = fields.need("locale")) {
      const auto name = read_text(*locale, "locale", faults_);
      const auto& locales = compilation_.options.locales;
      const auto found = name ? std::find(locales.begin(), locales.end(), *name) : locales.end();
      if (name && found == locales.end()) {
        const std::vector<std::string_view> names(locales.begin(), locales.end());
        faults_.add(locale->at, "the deployment does not speak '" + std::string(*name) + "'",
                    did_you_mean(*name, names));
      } else if (name) {
        set.locale = static_cast<std::uint8_t>(found - locales.begin());
      }
    }
    if (const Node* then = of_state.need("then")) set.then = branches_.read(*then);
    state_.body = std::move(set);
  }

  void read_end(const Node& node) {
    constexpr std::array<std::string_view, 1> state_keys{"end"};
    constexpr std::array<std::string_view, 4> keys{"text", "from", "item", "sms"};
    const Fields of_state(node_, "an end's state", state_keys, faults_);
    const Fields fields(node, "an end", keys, faults_);
    End end;
    end.text = text_at(fields.need("text"));
    if (const Node* from = fields.find("from")) {
      end.list = list_slot(from);
      end.item = text_at(fields.need("item"), end.list);
    } else if (const Node* item = fields.find("item")) {
      faults_.add(item->key_at, "item without from", "from: LIST says whose entries are printed");
    }
    if (const Node* sms = fields.find("sms")) end.sms = text_at(sms);
    state_.body = end;
  }

  const Node& node_;
  Compilation& compilation_;
  Faults& faults_;
  Flow& flow_;
  State& state_;
  Scope scope_;
  BranchReader branches_;
};

}  // namespace

void compile_state(const Node& node, std::uint16_t flow, std::uint16_t state, Compilation& compilation) {
  StateReader(node, flow, state, compilation).read();
}

}  // namespace shubbak::flows
