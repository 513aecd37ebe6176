#include "connectors/member.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "domain/text.hpp"

namespace shubbak::connectors {
namespace {

constexpr std::size_t text_letters_max = 40;

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c >= 0xE0000;
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t max) {
  std::int64_t number = 0;
  if (!is_digits(text)) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number > max) return std::nullopt;
  return number;
}

bool is_of(const JsonValue& value, JsonForm form) {
  return value.kind == (form == JsonForm::text ? JsonValue::Kind::text : JsonValue::Kind::number);
}

// The year, month and day of a date, each as digits. Empty ones: it is not written like that.
struct DateDigits {
  std::string_view year, month, day;
};
DateDigits date_digits(std::string_view text, DateForm form) {
  switch (form) {
    case DateForm::iso_time:
      if (text.substr(10, 1) != "T") return {};
      text = text.substr(0, 10);
      [[fallthrough]];
    case DateForm::iso:
      if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
      return {text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)};
    case DateForm::day_month_year:
      if (text.size() != 10 || text[2] != '/' || text[5] != '/') return {};
      return {text.substr(6, 4), text.substr(3, 2), text.substr(0, 2)};
    case DateForm::compact:
      if (text.size() != 8) return {};
      return {text.substr(0, 4), text.substr(4, 2), text.substr(6, 2)};
  }
  return {};
}

}  // namespace

AnswerFault wrong(const JsonPointer& at) {
  return {Outcome::garbage, wrong_member, at.text};
}

bool is_there(const JsonValue& from, const Member& member) {
  return value_at(from, member.at) != nullptr;
}

std::optional<std::string_view> text_at(const JsonValue& from, const Member& member) {
  const JsonValue* value = value_at(from, member.at);
  if (value == nullptr || !is_of(*value, member.form)) return std::nullopt;
  if (member.words.empty()) return value->text;
  const auto word = std::ranges::find(member.words, value->text, &std::pair<std::string, std::string>::first);
  if (word == member.words.end()) return std::nullopt;
  return word->second;
}

std::optional<std::int64_t> integer_at(const JsonValue& from, const Member& member, std::int64_t max) {
  if (member.is_counted) {
    const JsonValue* list = value_at(from, member.at);
    if (list == nullptr || list->kind != JsonValue::Kind::list || list->size > max) return std::nullopt;
    return list->size;
  }
  const auto text = text_at(from, member);
  return text ? whole_number(*text, max) : std::nullopt;
}

std::optional<std::string> short_text_at(const JsonValue& from, const Member& member) {
  const auto text = text_at(from, member);
  if (!text || text->size() > text_letters_max * 4) return std::nullopt;
  std::size_t letters = 0;
  for (std::size_t at = 0; at < text->size(); ++letters) {
    if (is_control(next_code_point(*text, at))) return std::nullopt;
  }
  if (letters > text_letters_max) return std::nullopt;
  return std::string(*text);
}

std::optional<std::string> date_at(const JsonValue& from, const Member& member) {
  const auto text = text_at(from, member);
  if (!text) return std::nullopt;
  const DateDigits digits = date_digits(*text, member.date);
  const auto year = whole_number(digits.year, 9999);
  const auto month = whole_number(digits.month, 12);
  const auto day = whole_number(digits.day, 31);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  std::string written(digits.year);
  written.append("-").append(digits.month).append("-").append(digits.day);
  return written;
}

Answer<Money> money_at(const JsonValue& from, const AmountMember& member, Currency currency) {
  const JsonValue* value = value_at(from, member.at);
  if (value == nullptr || !is_of(*value, member.form)) return wrong(member.at);
  Money money{0, currency};
  if (member.is_decimal) {
    const Result<Money> read = parse_amount(value->text, currency);
    if (!read || read->minor < 0 || read->minor > amount_minor_max) return wrong(member.at);
    money = *read;
  } else {
    const auto minor = whole_number(value->text, amount_minor_max);
    if (!minor) return wrong(member.at);
    money.minor = *minor;
  }
  if (!member.currency) return money;
  const auto code = text_at(from, *member.currency);
  if (!code) return wrong(member.currency->at);
  if (*code != to_string(currency))
    return AnswerFault{Outcome::garbage, "the amount is in another currency", member.currency->at.text};
  return money;
}

}  // namespace shubbak::connectors
