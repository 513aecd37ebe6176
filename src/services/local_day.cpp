#include "services/local_day.hpp"

#include <charconv>

namespace shubbak::services {

Result<WallTime> start_of_day(const std::string& text, std::chrono::minutes utc_offset) {
  const auto number = [&text](std::size_t at, std::size_t digits) {
    int value = -1;
    const char* first = text.data() + at;
    const auto [end, error] = std::from_chars(first, first + digits, value);
    return error == std::errc{} && end == first + digits ? value : -1;
  };
  const Error malformed{Errc::malformed, "a day is written as 2026-11-25"};
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return malformed;
  const int year = number(0, 4);
  const int month = number(5, 2);
  const int day = number(8, 2);
  if (year < 0 || month < 0 || day < 0) return malformed;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return malformed;
  return WallTime(std::chrono::sys_days(date).time_since_epoch() - utc_offset);
}

}  // namespace shubbak::services
