#include "flows/state_reader.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "flows/spelling.hpp"
#include "flows/state_context.hpp"

namespace shubbak::flows {
namespace {

// All kinds but inputs, calls, otp and subflows, which are files of their own.
class StateReader : private StateContext {
 public:
  StateReader(const Node& node, std::uint16_t flow, std::uint16_t state, Compilation& compilation)
      : StateContext(node, flow, state, compilation), flow_index_(flow), state_index_(state) {}

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
      compile_input(node_, *kind, flow_index_, state_index_, compilation_);
    } else if (kind->key == "confirm") {
      read_confirm(*kind);
    } else if (kind->key == "collect") {
      read_collect(*kind);
    } else if (kind->key == "otp") {
      compile_otp(node_, *kind, flow_index_, state_index_, compilation_);
    } else if (kind->key == "call" || kind->key == "money") {
      compile_call(node_, *kind, flow_index_, state_index_, compilation_);
    } else if (kind->key == "subflow") {
      compile_subflow(node_, *kind, flow_index_, state_index_, compilation_);
    } else if (kind->key == "return") {
      read_return(*kind);
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
    const std::vector<std::string_view> kinds = grammar::state.names();
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
      std::string hint = "a state is one of " + grammar::listed(kinds);
      for (const Node& child : node_.children) {
        if (std::string nearest = did_you_mean(child.key, kinds); !nearest.empty()) hint = std::move(nearest);
      }
      faults_.add(state_.at, "state '" + state_.name + "' does nothing", std::move(hint));
    }
    return found;
  }

  void read_menu(const Node& menu_node) {
    const Fields of_state(node_, grammar::menu_state, faults_);
    const Fields fields(menu_node, grammar::menu, faults_);
    Menu menu;
    menu.text = text_at(fields.find("text"));
    check_page(fields);
    read_invalid(SystemString::wrong_choice);
    const Node* items = fields.find("items");
    if (items != nullptr && (items->kind != Node::Kind::sequence || items->children.empty() ||
                             items->children.size() > grammar::items_bounds.max)) {
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
    const Fields fields(node, grammar::menu_item, faults_);
    MenuItem item;
    if (const Node* key = fields.find("key")) item.key = key->text;
    item.label = text_at(fields.find("text"));
    if (const Node* when = fields.find("when")) item.condition = branches_.read_condition(*when);
    if (node.kind == Node::Kind::mapping) item.to = branches_.read_target(node);
    return item;
  }

  static bool is_key(const Node& node) {
    return node.kind == Node::Kind::text && !node.text.empty() && node.text.size() <= 3 &&
           node.text.find_first_not_of("0123456789") == std::string::npos;
  }

  // Keys are digits, each there once, and none of them navigation.
  void check_keys(const Node& items) {
    std::set<std::string_view> seen;
    for (const Node& item : items.children) {
      const Node* key = item.find("key");
      if (key == nullptr) continue;
      if (!is_key(*key)) {
        faults_.add(key->at, "a key must be 1 to 3 digits", "key: \"1\"");
      } else if (!seen.insert(key->text).second) {
        faults_.add(key->at, "the key " + key->text + " is already another item's", "", Rule::key_clash);
      } else {
        check_against_navigation(key->text, key->at);
      }
    }
  }

  void read_list_menu(const Node& menu_node) {
    const Fields of_state(node_, grammar::list_menu_state, faults_);
    const Fields fields(menu_node, grammar::list_menu, faults_);
    ListMenu menu;
    menu.text = text_at(fields.find("text"));
    menu.list = list_slot(fields.find("from"));
    menu.item = text_at(fields.find("item"), menu.list);
    check_page(fields);
    read_invalid(SystemString::wrong_choice);
    if (const Node* save = fields.find("save")) menu.save = ref_slot(*save, menu.list);
    if (menu.list != none) {
      menu.id_field = field_index(flow_.slots[menu.list], "id");
      menu.label_field = field_index(flow_.slots[menu.list], "label");
    }
    if (const Node* pick = of_state.find("pick")) menu.pick = branches_.read(*pick);
    state_.body = std::move(menu);
  }

  std::uint16_t ref_slot(const Node& node, std::uint16_t list) {
    const std::uint16_t slot = slot_named(node);
    if (slot == none || list == none) return none;
    if (flow_.slots[slot].shape == Slot::Shape::ref && flow_.slots[slot].refers_to == list) return slot;
    faults_.add(node.at, "'" + node.text + "' is no ref to '" + flow_.slots[list].name + "'",
                "declare it as " + node.text + ": {ref: " + flow_.slots[list].name + "}", Rule::type_mismatch);
    return none;
  }

  void read_confirm(const Node& confirm_node) {
    const Fields of_state(node_, grammar::confirm_state, faults_);
    const Fields fields(confirm_node, grammar::confirm, faults_);
    Confirm confirm;
    read_invalid(SystemString::wrong_choice);
    confirm.text = text_at(fields.find("text"));
    if (const Node* shows = fields.find("shows")) {
      for (const NamedOperand& shown : operands_at(*shows, "shows")) confirm.shows.push_back(shown.operand);
    }
    if (const Node* yes = fields.find("yes")) confirm.yes = branches_.read(*yes);
    if (const Node* no = fields.find("no")) confirm.no = branches_.read(*no);
    check_against_navigation("1", confirm_node.key_at);
    check_against_navigation("2", confirm_node.key_at);
    state_.body = std::move(confirm);
  }

  void read_switch(const Node& node) {
    const Fields of_state(node_, grammar::switch_state, faults_);
    if (node.kind != Node::Kind::sequence) {
      faults_.add(node.at, "switch must be a sequence", "[{when: \"...\", to: STATE}, {to: STATE}]");
      return;
    }
    state_.body = Switch{branches_.read(node)};
  }

  void read_collect(const Node& node) {
    const Fields of_state(node_, grammar::collect_state, faults_);
    const Fields fields(node, grammar::collect, faults_);
    Collect collect;
    read_invalid(SystemString::wrong_input);
    collect.text = text_at(fields.find("text"));
    collect.more = text_at(fields.find("more"));
    if (const Node* save = fields.find("save")) {
      collect.save = slot_named(*save);
      const bool is_text = collect.save == none || (flow_.slots[collect.save].shape == Slot::Shape::scalar &&
                                                    flow_.slots[collect.save].scalar.kind == ScalarType::Kind::text);
      if (!is_text)
        faults_.add(save->at, "slot '" + save->text + "' holds no text", "{text: 500}", Rule::type_mismatch);
    }
    if (const Node* done = fields.find("done")) {
      collect.done = done->text;
      if (!is_key(*done)) {
        faults_.add(done->at, "done must be a key of 1 to 3 digits", "done: \"1\"");
      } else {
        check_against_navigation(done->text, done->at);
      }
    }
    if (const Node* then = of_state.find("then")) collect.then = branches_.read(*then);
    state_.body = std::move(collect);
  }

  void read_return(const Node& node) {
    const Fields of_state(node_, grammar::return_state, faults_);
    Return back;
    if (const auto name = read_name(node, "what is returned", faults_)) back.outcome = *name;
    state_.body = std::move(back);
  }

  void read_set(const Node& node) {
    const Fields of_state(node_, grammar::set_state, faults_);
    Set set;
    if (node.kind != Node::Kind::mapping || node.children.empty()) {
      faults_.add(node.at, "set must be a mapping", "{SLOT: VALUE} or {locale: ar}");
      return;
    }
    for (const Node& child : node.children) {
      if (child.key == "locale") {
        set.locale = read_locale(child);
      } else {
        read_assignment(child, set);
      }
    }
    if (const Node* then = of_state.find("then")) set.then = branches_.read(*then);
    state_.body = std::move(set);
  }

  std::uint8_t read_locale(const Node& node) {
    const auto name = read_text(node, "locale", faults_);
    if (!name) return 0;
    const auto& locales = compilation_.options.locales;
    const auto found = std::find(locales.begin(), locales.end(), *name);
    if (found != locales.end()) return static_cast<std::uint8_t>(found - locales.begin());
    const std::vector<std::string_view> names(locales.begin(), locales.end());
    faults_.add(node.at, "the deployment does not speak '" + std::string(*name) + "'", did_you_mean(*name, names),
                Rule::unknown_name);
    return 0;
  }

  // SLOT: OTHER takes another slot's value; SLOT: 12 or SLOT: "some text" writes this one.
  void read_assignment(const Node& node, Set& set) {
    const std::uint16_t slot = scope_.slot_index(node.key);
    if (slot == none) {
      faults_.add(node.key_at, "unknown slot '" + node.key + "'", did_you_mean(node.key, slot_names()),
                  Rule::unknown_name);
      return;
    }
    const auto text = read_text(node, "a value", faults_);
    if (!text) return;
    const Slot& target = flow_.slots[slot];
    if (target.shape != Slot::Shape::scalar) {
      faults_.add(node.key_at, "'" + node.key + "' is a list or a ref: only calls and list menus fill it", "",
                  Rule::type_mismatch);
      return;
    }
    if (const auto operand = node.is_quoted ? std::nullopt : scope_.resolve(*text)) {
      if (!fits(scope_.type_of(*operand), target.scalar))
        faults_.add(node.at, "'" + node.key + "' cannot hold every value of '" + std::string(*text) + "'", "",
                    Rule::type_mismatch);
      set.assignments.push_back({slot, {}, *operand});
      return;
    }
    std::optional<Value> value = from_written(*text, target.scalar);
    if (!value) {
      faults_.add(node.at, "'" + std::string(*text) + "' is neither a slot nor a value of '" + node.key + "'",
                  did_you_mean(*text, slot_names()), Rule::type_mismatch);
      return;
    }
    set.assignments.push_back({slot, std::move(*value), std::nullopt});
  }

  // As a flow file writes a value: money in minor units, like its bounds.
  static std::optional<Value> from_written(std::string_view text, const ScalarType& type) {
    if (type.kind != ScalarType::Kind::money) return from_typed(text, type);
    ScalarType minor = type;
    minor.kind = ScalarType::Kind::integer;
    const std::optional<Value> number = from_typed(text, minor);
    if (!number) return std::nullopt;
    return Value{Money{std::get<std::int64_t>(number->held), type.currency}};
  }

  void read_end(const Node& node) {
    const Fields of_state(node_, grammar::end_state, faults_);
    const Fields fields(node, grammar::end, faults_);
    End end;
    end.text = text_at(fields.find("text"));
    if (const Node* from = fields.find("from")) {
      end.list = list_slot(from);
      end.item = text_at(fields.need("item"), end.list);
    } else if (const Node* item = fields.find("item")) {
      faults_.add(item->key_at, "item without from", "from: LIST says whose entries are printed");
    }
    if (const Node* sms = fields.find("sms")) end.sms = text_at(sms);
    if (const Node* later = fields.find("sms_later")) end.sms_later = text_at(later);
    state_.body = end;
  }

  std::uint16_t flow_index_;
  std::uint16_t state_index_;
};

}  // namespace

void compile_state(const Node& node, std::uint16_t flow, std::uint16_t state, Compilation& compilation) {
  StateReader(node, flow, state, compilation).read();
}

}  // namespace shubbak::flows
