// What a flow file is made of: every mapping that may stand in it, its keys, which of them it must have, what kind of
// value each takes, and a plain sentence about it. The loader reads by it (flows/fields.hpp) and `shubbak schema`
// prints it (flows/schema.hpp), so that what an editor offers is what the loader takes. Names that only a deployment
// knows (its states, slots, strings, services) are not here: the loader alone checks them. Constant. Thread: any.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shubbak::flows::grammar {

struct Mapping;

struct Bounds {
  std::int64_t min = 0;
  std::int64_t max = 0;
};

// What stands under a key.
enum class Form : std::uint8_t {
  text,            // anything
  name,            // small Latin letters, digits and _: of a flow, state, slot, string, grant
  word,            // one of Key::words
  flag,            // true or false
  integer,         // within Key::bounds
  range,           // [least, most], each within Key::bounds
  lengths,         // the most, or [least, most]: characters
  duration,        // 250ms, 3s, 10m, 1h
  code,            // what is dialled behind the service code: 1, 4*2
  answer_key,      // 1 to 3 digits
  navigation_key,  // 1 to 3 of 0-9, * and #
  condition,       // due > 0
  operand,         // due, account.label
  result,          // $.amount
  scalar,          // a value for a slot, or another slot
  channel_text,    // a string's name, or one for each channel
  branch,          // where to go: a state, a target, or choices
  input_then,      // a branch, or one for good and one for bad answers
  outcomes,        // {ok: branch, timeout|error: branch}
  grants,          // one name, or several
  mapping,         // Key::of
  list,            // of Key::element, as many as Key::bounds say
  map,             // names of the author's choice, each with a Key::element
};

struct Key {
  std::string_view name;
  Form form = Form::text;
  bool is_required = false;
  std::string_view says;
  Bounds bounds{};
  Form element = Form::text;                  // of a list or map
  const Mapping* of = nullptr;                // what a mapping, or an element that is one, is made of
  std::span<const std::string_view> words{};  // of a word, or an element that is one
};

struct Mapping {
  std::string_view id;    // in the schema: menu_item
  std::string_view what;  // in messages: a menu item
  std::string_view says;
  std::span<const Key> keys;
  // What it comes in: each has some of the keys, and its own demands. Empty: it is one thing only.
  std::span<const Mapping* const> variants{};
  std::span<const std::string_view> one_of{};    // exactly one of these keys
  std::span<const std::string_view> any_of{};    // at least one of these keys
  std::span<const std::string_view> together{};  // all of these keys or none

  // nullptr: there is no such key.
  [[nodiscard]] const Key* key(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> names() const;
  // The variant that has this key and must have it, or whose `type` may be this word; nullptr: none.
  [[nodiscard]] const Mapping* variant(std::string_view told_by) const;
};

std::string listed(std::span<const std::string_view> names);  // "ussd, sms"

inline constexpr Bounds states_bounds{1, 1000};
inline constexpr Bounds slots_bounds{0, 100};
inline constexpr Bounds fields_bounds{0, 20};
inline constexpr Bounds list_entries_bounds{1, 200};
inline constexpr Bounds text_length_bounds{1, 1000};
inline constexpr Bounds digits_length_bounds{1, 32};
inline constexpr Bounds items_bounds{1, 40};
inline constexpr Bounds choices_bounds{1, 40};
inline constexpr Bounds operands_bounds{1, 8};
inline constexpr Bounds refusals_bounds{0, 10};
inline constexpr Bounds retries_bounds{0, 10};
inline constexpr Bounds stages_bounds{1, 100};
inline constexpr Bounds keywords_bounds{1, 200};
inline constexpr Bounds numbers_bounds{1, 8};

// In the order of Input::Kind.
inline constexpr std::array<std::string_view, 9> input_types{
    "digits", "text", "account", "meter_reading", "amount", "date", "national_id", "voucher_pin", "choice"};
// The key that says what a slot is.
inline constexpr std::array<std::string_view, 7> slot_types{"list", "ref", "money", "int", "text", "digits", "date"};
inline constexpr std::array<std::string_view, 5> field_types{"money", "int", "text", "digits", "date"};
inline constexpr std::string_view local_currency = "local";  // of money: the deployment's own

extern const Mapping flow_file;
extern const Mapping entry;
extern const Mapping entry_sms;
extern const Mapping nav;
extern const Mapping limits;
extern const Mapping migrate;
extern const Mapping slot;
extern const Mapping field;  // of a list slot

extern const Mapping state;  // its keys are the kinds of states
extern const Mapping menu_state;
extern const Mapping menu;
extern const Mapping menu_item;
extern const Mapping list_menu_state;
extern const Mapping list_menu;
extern const Mapping input_state;
extern const Mapping input;
extern const Mapping input_then;
extern const Mapping refusal;
extern const Mapping confirm_state;
extern const Mapping confirm;
extern const Mapping collect_state;
extern const Mapping collect;
extern const Mapping otp_state;
extern const Mapping otp;
extern const Mapping call_state;  // also of money
extern const Mapping call;
extern const Mapping money;
extern const Mapping switch_state;
extern const Mapping set_state;
extern const Mapping subflow_state;
extern const Mapping subflow;
extern const Mapping return_state;
extern const Mapping end_state;
extern const Mapping end;

extern const Mapping invalid;
extern const Mapping target;
extern const Mapping choice;
extern const Mapping channel_text;

}  // namespace shubbak::flows::grammar
