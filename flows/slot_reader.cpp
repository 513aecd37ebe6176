#include "flows/slot_reader.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "flows/engine.hpp"
#include "flows/fields.hpp"
#include "flows/spelling.hpp"

namespace shubbak::flows {
namespace {

constexpr std::size_t slots_max = grammar::slots_bounds.max;
constexpr std::size_t fields_max = grammar::fields_bounds.max;

constexpr std::array<std::string_view, 5> words_of_conditions{"true", "false", "and", "or", "not"};

// [least, most] or only the most.
void read_lengths(const Node& node, std::string_view what, grammar::Bounds bounds, ScalarType& type, Faults& faults) {
  if (node.kind != Node::Kind::sequence) {
    if (const auto most = read_integer(node, what, bounds, faults))
      type.length_max = static_cast<std::uint16_t>(*most);
    return;
  }
  if (node.children.size() != 2) {
    faults.add(node.at, std::string(what) + " must be one number or [least, most]");
    return;
  }
  const auto least = read_integer(node.children[0], what, bounds, faults);
  const auto most = read_integer(node.children[1], what, bounds, faults);
  if (!least || !most) return;
  if (*least > *most) faults.add(node.at, std::string(what) + ": the least is more than the most");
  type.length_min = static_cast<std::uint16_t>(*least);
  type.length_max = static_cast<std::uint16_t>(*most);
}

void read_range(const Node& node, ScalarType& type, Faults& faults) {
  if (node.kind != Node::Kind::sequence || node.children.size() != 2) {
    faults.add(node.at, "int must be [least, most]", "for example {int: [0, 99]}");
    return;
  }
  const auto least = read_integer(node.children[0], "the least", -integer_max, integer_max, faults);
  const auto most = read_integer(node.children[1], "the most", -integer_max, integer_max, faults);
  if (!least || !most) return;
  if (*least > *most) faults.add(node.at, "int: the least is more than the most");
  type.min = *least;
  type.max = *most;
}

void read_money(const Node& node, const Fields& fields, Currency local, ScalarType& type, Faults& faults) {
  const auto text = read_text(node, "money", faults);
  if (!text) return;
  const Result<Currency> currency =
      *text == grammar::local_currency ? Result<Currency>(local) : parse_currency(*text);
  if (!currency) {
    faults.add(node.at, "unknown currency '" + std::string(*text) + "'",
               currency.error().message + "; or local, the deployment's own");
    return;
  }
  type.currency = *currency;
  if (const Node* max = fields.need("max")) {
    if (const auto most = read_integer(*max, "max (minor units)", 1, integer_max, faults)) type.max = *most;
  }
  if (const Node* min = fields.find("min")) {
    if (const auto least = read_integer(*min, "min (minor units)", -integer_max, integer_max, faults))
      type.min = *least;
  }
  if (type.min > type.max) faults.add(node.at, "money: min is more than max");
}

// The one key that says what type it is; nullptr with a fault if there is none or more than one.
const Node* type_key(const Node& node, std::span<const std::string_view> types, Faults& faults) {
  const Node* found = nullptr;
  for (const Node& child : node.children) {
    if (std::find(types.begin(), types.end(), child.key) == types.end()) continue;
    if (found != nullptr) {
      faults.add(child.key_at, "'" + child.key + "' beside '" + found->key + "': a slot has one type");
      return nullptr;
    }
    found = &child;
  }
  if (found == nullptr && node.kind == Node::Kind::mapping) {
    faults.add(node.at, "no type is given",
               "for example {int: [0, 99]}, {text: 14}, {digits: 12}, {money: SYP, max: 100000}");
  }
  return found;
}

// Keys that are there, but not in what this type is made of.
void refuse_others(const Node& node, const grammar::Mapping& grammar, std::string_view type, Faults& faults) {
  const grammar::Mapping* own = grammar.variant(type);
  SHUBBAK_ASSERT(own != nullptr);
  for (const Node& child : node.children) {
    if (grammar.key(child.key) == nullptr || own->key(child.key) != nullptr) continue;
    faults.add(child.key_at, child.key == "secret" ? "only text and digits can be secret"
                                                   : "'" + child.key + "' does not go with " + std::string(type));
  }
}

ScalarType read_scalar(const Node& type_node, const Fields& fields, Currency local, Faults& faults) {
  ScalarType type;
  if (type_node.key == "money") {
    type.kind = ScalarType::Kind::money;
    read_money(type_node, fields, local, type, faults);
    return type;
  }
  if (type_node.key == "int") {
    type.kind = ScalarType::Kind::integer;
    read_range(type_node, type, faults);
  } else if (type_node.key == "text") {
    type.kind = ScalarType::Kind::text;
    read_lengths(type_node, "text", grammar::text_length_bounds, type, faults);
  } else if (type_node.key == "date") {
    type.kind = ScalarType::Kind::date;
    if (type_node.kind != Node::Kind::text || type_node.text != "day")
      faults.add(type_node.at, "a date is a day", "{date: day}");
  } else {
    type.kind = ScalarType::Kind::digits;
    type.length_min = 1;
    read_lengths(type_node, "digits", grammar::digits_length_bounds, type, faults);
  }
  return type;
}

void read_list(const Node& list, const Fields& fields, Currency local, Slot& slot, Faults& faults) {
  slot.shape = Slot::Shape::list;
  if (const Node* max = fields.need("max")) {
    if (const auto most = read_integer(*max, "max (entries)", grammar::list_entries_bounds, faults))
      slot.length_max = static_cast<std::uint16_t>(*most);
  }
  if (list.kind != Node::Kind::mapping || list.children.size() > fields_max) {
    faults.add(list.at, "a list needs its fields, at most " + std::to_string(fields_max),
               "for example {list: {id: {digits: 12}}, max: 40}");
    return;
  }
  for (const Node& child : list.children) {
    check_name(child.key, child.key_at, "a field", faults);
    const Fields of_field(child, grammar::field, faults);
    Field field{child.key, {}};
    if (const Node* type = type_key(child, grammar::field_types, faults)) {
      refuse_others(child, grammar::field, type->key, faults);
      field.type = read_scalar(*type, of_field, local, faults);
    }
    slot.fields.push_back(std::move(field));
  }
}

Slot read_slot(const Node& node, Currency local, Faults& faults) {
  Slot slot;
  slot.name = node.key;
  slot.at = node.key_at;
  check_name(node.key, node.key_at, "a slot", faults);
  // muparserx reads true and false also where a longer name begins with them.
  const bool is_word =
      std::find(words_of_conditions.begin(), words_of_conditions.end(), node.key) != words_of_conditions.end();
  if (is_word || node.key.starts_with("true") || node.key.starts_with("false")) {
    faults.add(node.key_at, "'" + node.key + "' is a word of conditions", "name the slot otherwise");
  }
  const Fields fields(node, grammar::slot, faults);
  const Node* type = type_key(node, grammar::slot_types, faults);
  if (type == nullptr) return slot;
  refuse_others(node, grammar::slot, type->key, faults);
  if (type->key == "list") {
    read_list(*type, fields, local, slot, faults);
  } else if (type->key == "ref") {
    slot.shape = Slot::Shape::ref;
  } else {
    slot.scalar = read_scalar(*type, fields, local, faults);
  }
  if (const Node* secret = fields.find("secret")) slot.is_secret = read_flag(*secret, "secret", faults);
  return slot;
}

void resolve_refs(const Node& node, std::vector<Slot>& slots, Faults& faults) {
  std::vector<std::string_view> lists;
  for (const Slot& slot : slots) {
    if (slot.shape == Slot::Shape::list) lists.push_back(slot.name);
  }
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].shape != Slot::Shape::ref) continue;
    const Node& ref = *node.children[i].find("ref");
    const auto target = std::find_if(slots.begin(), slots.end(), [&](const Slot& slot) {
      return slot.shape == Slot::Shape::list && slot.name == ref.text;
    });
    if (target == slots.end()) {
      faults.add(ref.at, "'" + ref.text + "' is no list slot", did_you_mean(ref.text, lists));
      slots[i].shape = Slot::Shape::scalar;  // so that nothing follows the reference to nowhere
    } else {
      slots[i].refers_to = static_cast<std::uint16_t>(target - slots.begin());
    }
  }
}

}  // namespace

std::vector<Slot> read_slots(const Node& node, Currency local, Faults& faults) {
  std::vector<Slot> slots;
  if (node.kind != Node::Kind::mapping) {
    faults.add(node.at, "slots must be a mapping", "name: {type}");
    return slots;
  }
  if (node.children.size() > slots_max) {
    faults.add(node.at, "more than " + std::to_string(slots_max) + " slots");
    return slots;
  }
  for (const Node& child : node.children) slots.push_back(read_slot(child, local, faults));
  resolve_refs(node, slots, faults);
  return slots;
}

Slot code_slot() {
  Slot slot;
  slot.name = code_slot_name;
  slot.scalar = {.kind = ScalarType::Kind::digits, .length_min = code_digits, .length_max = code_digits};
  slot.is_secret = true;
  return slot;
}

}  // namespace shubbak::flows
