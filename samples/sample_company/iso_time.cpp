#include "samples/sample_company/iso_time.hpp"

#include <array>
#include <cstdio>

namespace shubbak::samples {

namespace {

template <class... Numbers>
std::string printed(const char* format, Numbers... numbers) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), format, numbers...);
  return {text.data(), static_cast<std::size_t>(length)};
}

// `form` has 0 where a digit stands, and every other character as it is.
bool has_form(std::string_view text, std::string_view form) {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !digit : text[i] != form[i]) return false;
  }
  return true;
}

unsigned digits_at(std::string_view text, std::size_t at, std::size_t count) {
  unsigned number = 0;
  for (const char c : text.substr(at, count)) number = number * 10 + static_cast<unsigned>(c - '0');
  return number;
}

}  // namespace

std::string iso_day(std::chrono::sys_days day) {
  const std::chrono::year_month_day date{day};
  return printed("%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()));
}

std::string iso_time(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock{time - day};
  return iso_day(day) + printed("T%02d:%02d:%02dZ", static_cast<int>(clock.hours().count()),
                                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
}

std::optional<std::chrono::sys_days> parse_iso_day(std::string_view text) {
  if (!has_form(text, "0000-00-00")) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(digits_at(text, 0, 4))),
                                         std::chrono::month(digits_at(text, 5, 2)),
                                         std::chrono::day(digits_at(text, 8, 2))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<std::chrono::sys_seconds> parse_iso_time(std::string_view text) {
  constexpr std::size_t day_octets = 10;
  const auto day = parse_iso_day(text.substr(0, day_octets));
  if (!day || !has_form(text.substr(day_octets), "T00:00:00Z")) return std::nullopt;
  const std::chrono::hours hours(digits_at(text, 11, 2));
  const std::chrono::minutes minutes(digits_at(text, 14, 2));
  const std::chrono::seconds seconds(digits_at(text, 17, 2));
  if (hours.count() > 23 || minutes.count() > 59 || seconds.count() > 59) return std::nullopt;
  return *day + hours + minutes + seconds;
}

}  // namespace shubbak::samples
