// The slots that a flow declares: typed and bounded, so that what a screen can show at worst is known before it is
// published. A value gets in only through here, and nothing that does not fit its slot is made to fit (text alone is
// cut). Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "flows/position.hpp"
#include "flows/value.hpp"

namespace shubbak::flows {

constexpr std::uint16_t none = 0xFFFF;  // an index of nothing

using GrantSet = std::uint8_t;  // what `otp` states grant, a bit for each name in the flow
constexpr std::size_t grants_max = 7;
constexpr GrantSet confirmed_grant = 0x80;  // what yes at a `confirm` gives, for services that need no more

struct ScalarType {
  enum class Kind : std::uint8_t { integer, money, text, digits, date };  // date: "2026-11-25"
  Kind kind = Kind::integer;
  Currency currency = Currency::SYP;
  std::uint16_t length_min = 0;  // text, digits: characters, those beyond U+FFFF counted twice as phones do
  std::uint16_t length_max = 0;
  std::int64_t min = 0;  // integer, money (minor units)
  std::int64_t max = 0;
  bool operator==(const ScalarType&) const = default;
};

struct Field {
  std::string name;
  ScalarType type;
};

struct Slot {
  enum class Shape : std::uint8_t { scalar, list, ref };
  std::string name;
  Shape shape = Shape::scalar;
  ScalarType scalar;
  std::vector<Field> fields;       // list
  std::uint16_t length_max = 0;    // list: entries
  std::uint16_t refers_to = none;  // ref: index of the list slot
  bool is_secret = false;          // never shown, sent, logged or saved
  GrantSet bound_by = 0;           // grants that are void once this changes
  Position at;
};

// Whole numbers stay exact in conditions up to here.
constexpr std::int64_t integer_max = 9'007'199'254'740'991;

// How a text, a condition or an argument names a value: a slot, a field of the chosen record (acct.label), a field of
// the list entry that is being shown, or the number of entries of a list.
struct Operand {
  enum class Source : std::uint8_t { slot, ref_field, entry_field, list_count };
  Source source = Source::slot;
  std::uint16_t slot = none;
  std::uint16_t field = none;
  auto operator<=>(const Operand&) const = default;
};

// What names mean at one place of a flow.
struct Scope {
  std::span<const Slot> slots;
  std::uint16_t entry_of = none;  // the list whose entries are being shown, if any

  [[nodiscard]] std::uint16_t slot_index(std::string_view name) const;  // none if there is no such slot
  // "due", "acct.label", "label" (of the entry), "accounts.count". Nothing: unknown, or a list or ref without a
  // field.
  [[nodiscard]] std::optional<Operand> resolve(std::string_view name) const;
  [[nodiscard]] ScalarType type_of(const Operand& operand) const;
  [[nodiscard]] std::vector<std::string> names() const;  // everything that resolve() takes
};
std::uint16_t field_index(const Slot& list, std::string_view name);  // none if there is no such field

// As people write it: "due", "acct.label", "label" of an entry, "accounts.count".
std::string name_of(const Operand& operand, std::span<const Slot> slots);

// The values of a walk at one moment.
struct Values {
  std::span<const Value> slots;   // may be shorter than the declaration: the rest is not set
  const Record* entry = nullptr;  // of Scope::entry_of
};
// Not set: monostate. A count is an integer.
Value fetch(const Operand& operand, const Values& values);

// Appends a value as people read it: amounts by format_amount(), numbers and texts as they are.
void print(std::string& out, const Value& value);
// The same of an operand, without copying it.
void print(std::string& out, const Operand& operand, const Values& values);

// What a service answered, as the slot's type; nothing if it does not fit.
std::optional<Value> from_json(const boost::json::value& json, const Slot& slot);
boost::json::value to_json(const Value& value, const boost::json::storage_ptr& storage = {});
// Back from a saved session: from_json of what to_json gave, for refs too.
std::optional<Value> from_saved(const boost::json::value& json, const Slot& slot, std::span<const Slot> slots);

// A typed text (digits Latin, trimmed) as a scalar; nothing if it does not fit. Money is typed in major units, a date
// as day, month and year or as 2026-11-25.
std::optional<Value> from_typed(std::string_view text, const ScalarType& type);

// Can every value of `from` be held by `to`?
bool fits(const ScalarType& from, const ScalarType& to);

// Characters of a text as phones count them: those beyond U+FFFF, such as emoji, take the room of two.
std::size_t length_of(std::string_view utf8);
// Without control characters and malformed octets, cut to a length_of() of length_max.
std::string plain_text(std::string_view utf8, std::size_t length_max);

}  // namespace shubbak::flows
