#include "services/reading_rules.hpp"

#include <string_view>

#include <fmt/format.h>

namespace shubbak::services {

std::string reading_reference(std::uint64_t random) {
  constexpr std::string_view symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string reference(8, '0');
  for (char& symbol : reference) {
    symbol = symbols[random & 31U];
    random >>= 5U;
  }
  return reference;
}

std::string local_date(WallTime at, std::chrono::minutes utc_offset) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(at + utc_offset)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

std::string billing_period(WallTime at, std::chrono::minutes utc_offset) {
  constexpr std::size_t year_and_month = 7;
  return local_date(at, utc_offset).substr(0, year_and_month);
}

}  // namespace shubbak::services
