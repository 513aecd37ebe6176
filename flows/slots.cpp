#include "flows/slots.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "domain/text.hpp"

namespace shubbak::flows {
namespace {

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  return !text.empty() && all_digits(text) &&
         std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc();
}

// "2026-11-25", as slots hold it, and a day that there is.
bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (!parse_number(text.substr(0, 4), year) || !parse_number(text.substr(5, 2), month) ||
      !parse_number(text.substr(8, 2), day)) {
    return false;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  return date.ok() && year >= 1900;
}

// Day, month and year with any of - / . and blanks between, or eight digits; or the year first, with a dash.
std::optional<std::string> typed_date(std::string_view text) {
  std::vector<std::string> parts{{}};
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      parts.back() += c;
    } else if ((c == '/' || c == '-' || c == '.' || c == ' ') && !parts.back().empty()) {
      parts.emplace_back();
    } else {
      return std::nullopt;
    }
  }
  if (parts.size() == 1 && parts[0].size() == 8)
    parts = {parts[0].substr(0, 2), parts[0].substr(2, 2), parts[0].substr(4)};
  if (parts.size() != 3) return std::nullopt;
  if (parts[0].size() == 4) std::swap(parts[0], parts[2]);
  if (parts[0].empty() || parts[0].size() > 2 || parts[1].empty() || parts[1].size() > 2 || parts[2].size() != 4)
    return std::nullopt;
  const auto two = [](const std::string& digits) { return digits.size() == 2 ? digits : "0" + digits; };
  std::string date = parts[2] + "-" + two(parts[1]) + "-" + two(parts[0]);
  return is_date(date) ? std::optional(std::move(date)) : std::nullopt;
}

// Separators as people write them made into ',' between thousands and '.' before decimals; nothing: another sign.
std::optional<std::string> with_plain_separators(std::string_view utf8) {
  std::string text;
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = next_code_point(utf8, at);
    if (c == U'\u066B') {
      text += '.';
    } else if (c == U',' || c == U'\u066C' || c == U'\u060C' || c == U' ' || c == U'\'') {
      text += ',';
    } else if (c < 0x80) {
      text += static_cast<char>(c);
    } else {
      return std::nullopt;
    }
  }
  return text;
}

// "1500", "1,500.50": an amount in major units, as minor ones. Groups of thousands must be whole.
std::optional<std::int64_t> typed_amount(std::string_view utf8, Currency currency) {
  const std::optional<std::string> text = with_plain_separators(utf8);
  if (!text) return std::nullopt;
  const std::size_t point = std::min(text->find('.'), text->size());
  std::string digits;
  for (std::size_t at = 0; at <= point;) {
    const std::size_t end = std::min(text->find(',', at), point);
    const bool is_grouped = at > 0 || end < point;
    const std::size_t length = end - at;
    if (length == 0 || (is_grouped && (at > 0 ? length != 3 : length > 3))) return std::nullopt;
    digits.append(*text, at, length);
    at = end + 1;
  }
  constexpr std::size_t digits_max = 15;
  if (digits.size() > digits_max) return std::nullopt;
  const Result<Money> amount = parse_amount(digits + text->substr(point), currency);
  if (!amount) return std::nullopt;
  return amount->minor;
}

std::optional<std::int64_t> integer_of(const boost::json::value& json) {
  if (const auto* number = json.if_int64()) return *number;
  if (const auto* number = json.if_uint64()) {
    if (*number <= static_cast<std::uint64_t>(integer_max)) return static_cast<std::int64_t>(*number);
  }
  return std::nullopt;
}

std::optional<Value> scalar_from_json(const boost::json::value& json, const ScalarType& type) {
  switch (type.kind) {
    case ScalarType::Kind::integer:
    case ScalarType::Kind::money: {
      const std::optional<std::int64_t> number = integer_of(json);
      if (!number || *number < type.min || *number > type.max) return std::nullopt;
      if (type.kind == ScalarType::Kind::integer) return Value{*number};
      return Value{Money{*number, type.currency}};
    }
    case ScalarType::Kind::digits: {
      const auto* text = json.if_string();
      if (text == nullptr || text->size() < type.length_min || text->size() > type.length_max || !all_digits(*text))
        return std::nullopt;
      return Value{std::string(*text)};
    }
    case ScalarType::Kind::text: {
      const auto* text = json.if_string();
      if (text == nullptr) return std::nullopt;
      return Value{plain_text(*text, type.length_max)};
    }
    case ScalarType::Kind::date: {
      const auto* text = json.if_string();
      if (text == nullptr || !is_date(*text)) return std::nullopt;
      return Value{std::string(*text)};
    }
  }
  return std::nullopt;
}

std::optional<Record> record_from(const boost::json::value& json, const Slot& list) {
  const auto* object = json.if_object();
  if (object == nullptr) return std::nullopt;
  Record record;
  record.reserve(list.fields.size());
  for (const Field& field : list.fields) {
    const auto* member = object->if_contains(field.name);
    if (member == nullptr) return std::nullopt;
    std::optional<Value> value = scalar_from_json(*member, field.type);
    if (!value) return std::nullopt;
    record.push_back(std::move(*value));
  }
  return record;
}

std::optional<Record> record_from_saved(const boost::json::value& json, const Slot& list) {
  const auto* array = json.if_array();
  if (array == nullptr || array->size() != list.fields.size()) return std::nullopt;
  Record record;
  record.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    std::optional<Value> value = scalar_from_json((*array)[i], list.fields[i].type);
    if (!value) return std::nullopt;
    record.push_back(std::move(*value));
  }
  return record;
}

template <class ReadRecord>
std::optional<Value> list_from(const boost::json::value& json, const Slot& slot, ReadRecord read_record) {
  const auto* array = json.if_array();
  if (array == nullptr) return std::nullopt;
  const std::size_t length = std::min<std::size_t>(array->size(), slot.length_max);
  List list;
  list.reserve(length);
  for (std::size_t i = 0; i < length; ++i) {
    std::optional<Record> record = read_record((*array)[i], slot);
    if (!record) return std::nullopt;
    list.push_back(std::move(*record));
  }
  return Value{std::make_shared<const List>(std::move(list))};
}

const Value* find(const Operand& operand, const Values& values) {
  if (operand.source == Operand::Source::entry_field) {
    return values.entry != nullptr && operand.field < values.entry->size() ? &(*values.entry)[operand.field]
                                                                           : nullptr;
  }
  if (operand.slot >= values.slots.size()) return nullptr;
  const Value& slot = values.slots[operand.slot];
  if (operand.source != Operand::Source::ref_field) return &slot;
  const auto* record = std::get_if<std::shared_ptr<const Record>>(&slot.held);
  return record != nullptr && operand.field < (*record)->size() ? &(**record)[operand.field] : nullptr;
}

std::optional<std::int64_t> count_of(const Value& value) {
  const auto* list = std::get_if<std::shared_ptr<const List>>(&value.held);
  if (list == nullptr) return std::nullopt;
  return static_cast<std::int64_t>((*list)->size());
}

boost::json::value record_to_json(const Record& record, const boost::json::storage_ptr& storage) {
  boost::json::array values(storage);
  values.reserve(record.size());
  for (const Value& value : record) values.push_back(to_json(value, storage));
  return values;
}

constexpr ScalarType count_type{ScalarType::Kind::integer, Currency::SYP, 0, 0, 0, 0xFFFF};

}  // namespace

std::uint16_t Scope::slot_index(std::string_view name) const {
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].name == name) return static_cast<std::uint16_t>(i);
  }
  return none;
}

std::uint16_t field_index(const Slot& list, std::string_view name) {
  for (std::size_t i = 0; i < list.fields.size(); ++i) {
    if (list.fields[i].name == name) return static_cast<std::uint16_t>(i);
  }
  return none;
}

std::optional<Operand> Scope::resolve(std::string_view name) const {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) {
    if (entry_of != none) {
      const std::uint16_t field = field_index(slots[entry_of], name);
      if (field != none) return Operand{Operand::Source::entry_field, entry_of, field};
    }
    const std::uint16_t slot = slot_index(name);
    if (slot == none || slots[slot].shape != Slot::Shape::scalar) return std::nullopt;
    return Operand{Operand::Source::slot, slot, none};
  }
  const std::uint16_t slot = slot_index(name.substr(0, dot));
  if (slot == none) return std::nullopt;
  const std::string_view member = name.substr(dot + 1);
  switch (slots[slot].shape) {
    case Slot::Shape::scalar:
      return std::nullopt;
    case Slot::Shape::list:
      if (member != "count") return std::nullopt;
      return Operand{Operand::Source::list_count, slot, none};
    case Slot::Shape::ref: {
      const std::uint16_t field = field_index(slots[slots[slot].refers_to], member);
      if (field == none) return std::nullopt;
      return Operand{Operand::Source::ref_field, slot, field};
    }
  }
  return std::nullopt;
}

ScalarType Scope::type_of(const Operand& operand) const {
  switch (operand.source) {
    case Operand::Source::slot:
      return slots[operand.slot].scalar;
    case Operand::Source::ref_field:
      return slots[slots[operand.slot].refers_to].fields[operand.field].type;
    case Operand::Source::entry_field:
      return slots[operand.slot].fields[operand.field].type;
    case Operand::Source::list_count:
      return count_type;
  }
  return count_type;
}

std::vector<std::string> Scope::names() const {
  std::vector<std::string> all;
  if (entry_of != none) {
    for (const Field& field : slots[entry_of].fields) all.push_back(field.name);
  }
  for (const Slot& slot : slots) {
    switch (slot.shape) {
      case Slot::Shape::scalar:
        all.push_back(slot.name);
        break;
      case Slot::Shape::list:
        all.push_back(slot.name + ".count");
        break;
      case Slot::Shape::ref:
        for (const Field& field : slots[slot.refers_to].fields) all.push_back(slot.name + "." + field.name);
        break;
    }
  }
  return all;
}

std::string name_of(const Operand& operand, std::span<const Slot> slots) {
  const Slot& slot = slots[operand.slot];
  switch (operand.source) {
    case Operand::Source::slot:
      return slot.name;
    case Operand::Source::ref_field:
      return slot.name + "." + slots[slot.refers_to].fields[operand.field].name;
    case Operand::Source::entry_field:
      return slot.fields[operand.field].name;
    case Operand::Source::list_count:
      return slot.name + ".count";
  }
  return slot.name;
}

Value fetch(const Operand& operand, const Values& values) {
  const Value* found = find(operand, values);
  if (found == nullptr) return {};
  if (operand.source != Operand::Source::list_count) return *found;
  const std::optional<std::int64_t> count = count_of(*found);
  return count ? Value{*count} : Value{};
}

void print(std::string& out, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value.held)) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *number).ptr;
    out.append(digits.data(), end);
  } else if (const auto* text = std::get_if<std::string>(&value.held)) {
    out += *text;
  } else if (const auto* money = std::get_if<Money>(&value.held)) {
    out += format_amount(*money);
  }
}

void print(std::string& out, const Operand& operand, const Values& values) {
  if (operand.source == Operand::Source::list_count) {
    print(out, fetch(operand, values));
  } else if (const Value* value = find(operand, values)) {
    print(out, *value);
  }
}

std::optional<Value> from_json(const boost::json::value& json, const Slot& slot) {
  switch (slot.shape) {
    case Slot::Shape::scalar:
      return scalar_from_json(json, slot.scalar);
    case Slot::Shape::list:
      return list_from(json, slot, record_from);
    case Slot::Shape::ref:
      return std::nullopt;  // only a person's choice fills it
  }
  return std::nullopt;
}

boost::json::value to_json(const Value& value, const boost::json::storage_ptr& storage) {
  struct Visitor {
    const boost::json::storage_ptr& storage;
    boost::json::value operator()(std::monostate) const { return boost::json::value(nullptr, storage); }
    boost::json::value operator()(std::int64_t number) const { return boost::json::value(number, storage); }
    boost::json::value operator()(const std::string& text) const { return boost::json::string(text, storage); }
    boost::json::value operator()(const Money& money) const { return boost::json::value(money.minor, storage); }
    boost::json::value operator()(const std::shared_ptr<const Record>& record) const {
      return record_to_json(*record, storage);
    }
    boost::json::value operator()(const std::shared_ptr<const List>& list) const {
      boost::json::array records(storage);
      records.reserve(list->size());
      for (const Record& record : *list) records.push_back(record_to_json(record, storage));
      return records;
    }
  };
  return std::visit(Visitor{storage}, value.held);
}

std::optional<Value> from_saved(const boost::json::value& json, const Slot& slot, std::span<const Slot> slots) {
  if (json.is_null()) return Value{};
  switch (slot.shape) {
    case Slot::Shape::scalar:
      return scalar_from_json(json, slot.scalar);
    case Slot::Shape::list:
      return list_from(json, slot, record_from_saved);
    case Slot::Shape::ref: {
      std::optional<Record> record = record_from_saved(json, slots[slot.refers_to]);
      if (!record) return std::nullopt;
      return Value{std::make_shared<const Record>(std::move(*record))};
    }
  }
  return std::nullopt;
}

std::optional<Value> from_typed(std::string_view text, const ScalarType& type) {
  switch (type.kind) {
    case ScalarType::Kind::integer: {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (text.empty() || !all_digits(text) || error != std::errc() || number < type.min || number > type.max)
        return std::nullopt;
      return Value{number};
    }
    case ScalarType::Kind::money: {
      const std::optional<std::int64_t> minor = typed_amount(text, type.currency);
      if (!minor || *minor < type.min || *minor > type.max) return std::nullopt;
      return Value{Money{*minor, type.currency}};
    }
    case ScalarType::Kind::date: {
      std::optional<std::string> date = typed_date(text);
      if (!date) return std::nullopt;
      return Value{std::move(*date)};
    }
    case ScalarType::Kind::digits:
      if (text.size() < type.length_min || text.size() > type.length_max || !all_digits(text)) return std::nullopt;
      return Value{std::string(text)};
    case ScalarType::Kind::text: {
      std::string plain = plain_text(text, std::size_t{type.length_max} + 2);
      const std::size_t length = length_of(plain);
      if (length < type.length_min || length > type.length_max) return std::nullopt;
      return Value{std::move(plain)};
    }
  }
  return std::nullopt;
}

bool fits(const ScalarType& from, const ScalarType& to) {
  const bool within_range = from.min >= to.min && from.max <= to.max;
  const bool within_length = from.length_min >= to.length_min && from.length_max <= to.length_max;
  switch (to.kind) {
    case ScalarType::Kind::integer:
      return from.kind == to.kind && within_range;
    case ScalarType::Kind::money:
      return from.kind == to.kind && from.currency == to.currency && within_range;
    case ScalarType::Kind::digits:
      return from.kind == to.kind && within_length;
    case ScalarType::Kind::date:
      return from.kind == to.kind;
    case ScalarType::Kind::text:
      if (from.kind == ScalarType::Kind::date) return to.length_min <= 10 && to.length_max >= 10;
      return (from.kind == to.kind || from.kind == ScalarType::Kind::digits) && within_length;
  }
  return false;
}

namespace {

std::size_t length_of(char32_t c) {
  return c > 0xFFFF ? 2 : 1;
}

}  // namespace

std::size_t length_of(std::string_view utf8) {
  std::size_t length = 0;
  for (std::size_t at = 0; at < utf8.size();) length += length_of(next_code_point(utf8, at));
  return length;
}

std::string plain_text(std::string_view utf8, std::size_t length_max) {
  std::string out;
  out.reserve(std::min(utf8.size(), length_max * 4));
  std::size_t length = 0;
  for (std::size_t at = 0; at < utf8.size() && length < length_max;) {
    const char32_t c = next_code_point(utf8, at);
    const bool is_dropped = c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFFFD || (c >= 0x200B && c <= 0x200F) ||
                            (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
                            c == 0x061C || (c >= 0xE000 && c <= 0xF8FF);
    if (is_dropped) continue;
    length += length_of(c);
    if (length > length_max) break;
    append_code_point(out, c);
  }
  return out;
}

}  // namespace shubbak::flows
