#include "rehearsal/pseudonyms.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "domain/text.hpp"
#include "flows/spelling.hpp"

namespace shubbak::rehearsal {
namespace {

constexpr int draws_max = 16;
constexpr int tries_beside = 2;
constexpr int tries_any_number = 4;
constexpr std::size_t name_letters_forgiven = 5;  // as flows/answers.cpp forgives

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

int digit_count(std::int64_t value) {
  int count = 1;
  for (; value >= 10; value /= 10) ++count;
  return count;
}

// 1 to 1000: amounts are whole pounds mostly, and a screen is as long as its numbers.
std::int64_t roundness(std::int64_t value) {
  std::int64_t unit = 1;
  while (unit < 1000 && value % (unit * 10) == 0) unit *= 10;
  return unit;
}

bool is_all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::chrono::sys_days day_of(const std::string& date) {
  const auto part = [&](std::size_t from, std::size_t length) {
    return std::atoi(date.substr(from, length).c_str());
  };
  return std::chrono::year(part(0, 4)) / part(5, 2) / part(8, 2);
}

std::string date_text(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  const auto padded = [](unsigned number, std::size_t length) {
    const std::string digits = std::to_string(number);
    return std::string(length - std::min(length, digits.size()), '0') + digits;
  };
  return padded(static_cast<unsigned>(static_cast<int>(date.year())), 4) + "-" +
         padded(static_cast<unsigned>(date.month()), 2) + "-" + padded(static_cast<unsigned>(date.day()), 2);
}

// Letters that fold() leaves alone, so that two pseudonyms differ as spelt and as folded.
constexpr std::u32string_view arabic_letters = U"بتثجحخدذرزسشصضطظعغفقكلمنهو";

}  // namespace

std::optional<std::int64_t> Pseudonyms::beside_neighbour(std::int64_t value) const {
  std::optional<std::int64_t> best;
  std::int64_t distance = 0;
  for (const auto& [known, pseudonym] : numbers_) {
    const std::int64_t apart = std::abs(value - known);
    if (digit_count(known) != digit_count(value) || (best && apart >= distance)) continue;
    distance = apart;
    best = pseudonym + (value - known);
  }
  return best;
}

std::int64_t Pseudonyms::drawn(std::int64_t value, std::int64_t min, std::int64_t max) {
  const std::int64_t unit = roundness(value);
  std::int64_t least = power_of_ten(digit_count(value) - 1);
  std::int64_t most = least - 1 + least * 9;
  if (try_ >= tries_any_number) {
    least = value - value / 10;
    most = value + value / 10;
  }
  least = std::max(least, min) / unit;
  most = std::min(most, max) / unit;
  std::int64_t number = value;
  for (int i = 0; i < draws_max && number == value && least < most; ++i)
    number = (least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least + 1)))) * unit;
  return std::clamp(number, min, max);
}

std::int64_t Pseudonyms::number(std::int64_t value, std::int64_t min, std::int64_t max) {
  if (value < 0) return -number(-value, std::max<std::int64_t>(-max, 0), -min);
  if (value < telling_from) return value;
  if (const auto known = numbers_.find(value); known != numbers_.end()) return known->second;
  std::int64_t pseudonym = value;
  if (const auto beside = try_ < tries_beside ? beside_neighbour(value) : std::nullopt) {
    const bool is_as_long = *beside >= telling_from && digit_count(*beside) == digit_count(value);
    if (is_as_long || (try_ > 0 && *beside >= telling_from)) pseudonym = *beside;
  }
  if (pseudonym == value || pseudonym < min || pseudonym > max) pseudonym = drawn(value, min, max);
  return numbers_.emplace(value, pseudonym).first->second;
}

std::string Pseudonyms::digits(const std::string& value) {
  if (value.size() < telling_digits_from || words_.contains(value)) return value;
  return text(value);
}

std::string Pseudonyms::text(const std::string& value) {
  if (words_.contains(value) || (is_all_digits(value) && value.size() < telling_digits_from)) return value;
  if (const auto known = texts_.find(value); known != texts_.end()) return known->second;
  const std::string pseudonym = drawn_text(value);
  drawn_.insert(fold(pseudonym));
  names_.emplace(fold(value), pseudonym);
  return texts_.emplace(value, pseudonym).first->second;
}

std::string Pseudonyms::drawn_text(const std::string& value) {
  std::string pseudonym;
  for (int i = 0; i < draws_max; ++i) {
    pseudonym.clear();
    for (std::size_t at = 0; at < value.size();) append_code_point(pseudonym, other(next_code_point(value, at)));
    if (pseudonym != value && !drawn_.contains(fold(pseudonym))) break;
  }
  return pseudonym;
}

// One of the same kind, that takes the same room on the air.
char32_t Pseudonyms::other(char32_t c) {
  if (c >= U'0' && c <= U'9') return U'0' + static_cast<char32_t>(below(10));
  if (c >= U'a' && c <= U'z') return U'a' + static_cast<char32_t>(below(26));
  if (c >= U'A' && c <= U'Z') return U'A' + static_cast<char32_t>(below(26));
  if (c < 0x80) return c;  // blanks and punctuation
  if (c >= 0xA0 && c <= 0xFF) return U'é';
  if (c >= 0x0660 && c <= 0x0669) return 0x0660 + static_cast<char32_t>(below(10));
  if (c >= 0x06F0 && c <= 0x06F9) return 0x06F0 + static_cast<char32_t>(below(10));
  const bool is_mark = c == 0x060C || c == 0x061B || c == 0x061F || (c >= 0x064B && c <= 0x0652) ||
                       (c >= 0x066A && c <= 0x066D) || (c >= 0x2000 && c <= 0x206F);
  if (is_mark) return c;
  if (c > 0xFFFF) return U'🙂';  // takes the room of two
  return arabic_letters[below(arabic_letters.size())];
}

std::string Pseudonyms::date(const std::string& value) {
  if (const auto known = texts_.find(value); known != texts_.end()) return known->second;
  constexpr std::uint64_t years_days = 5ULL * 365;
  std::string pseudonym = value;
  for (int i = 0; i < draws_max && pseudonym == value; ++i) {
    const auto days = std::chrono::days(static_cast<int>(below(2 * years_days + 1)) - static_cast<int>(years_days));
    pseudonym = date_text(std::max(day_of(value) + days, day_of("1900-01-01")));
  }
  return texts_.emplace(value, pseudonym).first->second;
}

std::string Pseudonyms::national_id(const std::string& value) {
  if (const auto known = texts_.find(value); known != texts_.end() && NationalId::parse(country_, known->second).ok())
    return known->second;
  std::string pseudonym = drawn_national_id(value);
  texts_.insert_or_assign(value, pseudonym);
  return pseudonym;
}

// By the country's rules: a date of birth, a governorate and a check digit where it has them.
std::string Pseudonyms::drawn_national_id(const std::string& value) {
  const auto two = [&](std::uint64_t from, std::uint64_t to) {
    const std::string digits = std::to_string(from + below(to - from + 1));
    return digits.size() == 2 ? digits : "0" + digits;
  };
  std::string id;
  switch (country_) {
    case Country::iraq:
    case Country::syria:
      do {
        id.clear();
        while (id.size() < value.size()) id += static_cast<char>('0' + below(10));
      } while (id == value);
      return id;
    case Country::egypt:
      return "2" + two(40, 99) + two(1, 12) + two(1, 28) + two(1, 4) + two(0, 99) + two(0, 99) +
             std::to_string(below(10));
    case Country::kuwait:
      // Of eleven remainders two are no check digit: those serial numbers are not given out.
      for (;;) {
        const std::string body = "2" + two(40, 99) + two(1, 12) + two(1, 28) + two(0, 99) + two(0, 99);
        for (char check = '0'; check <= '9'; ++check) {
          id = body + check;
          if (id != value && NationalId::parse(country_, id).ok()) return id;
        }
      }
  }
  return id;
}

std::optional<std::string> Pseudonyms::known_name(const std::string& typed) const {
  const std::string name = fold(typed);
  if (const auto known = names_.find(name); known != names_.end()) return known->second;
  const std::u32string letters = flows::code_points(name);
  if (letters.size() < name_letters_forgiven) return std::nullopt;
  for (const auto& [known, pseudonym] : names_) {
    if (flows::edit_distance(flows::code_points(known), letters, 1) <= 1) return pseudonym;
  }
  return std::nullopt;
}

}  // namespace shubbak::rehearsal
