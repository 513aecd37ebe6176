#include "services/reading_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "services/local_day.hpp"

namespace shubbak::services {
namespace {

using std::chrono::sys_days;

constexpr std::string_view reference_symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t reference_length = 8;
constexpr int typed_digits_max = 9;      // of reading_max
constexpr std::int64_t days_max = 3660;  // what lies back longer tells no more

// Days as companies write them were read strictly.
sys_days day_of(const std::string& date) {
  const auto begun = start_of_day(date, std::chrono::minutes(0));
  return begun ? std::chrono::floor<std::chrono::days>(*begun) : sys_days{};
}

std::string month_of(sys_days day, const std::optional<companies::DayWindow>& window) {
  const std::chrono::year_month_day date{day};
  std::chrono::year_month month = date.year() / date.month();
  if (window && window->first > window->last && static_cast<unsigned>(date.day()) <= window->last)
    month -= std::chrono::months(1);
  return fmt::format("{:04}-{:02}", static_cast<int>(month.year()), static_cast<unsigned>(month.month()));
}

// Of more digits than can be typed nothing is known that would matter.
bool is_known(int register_digits) {
  return register_digits > 0 && register_digits <= typed_digits_max;
}

std::int64_t highest_of(int register_digits) {
  std::int64_t above = 1;
  for (int i = 0; i < register_digits; ++i) above *= 10;
  return above - 1;
}

// Numbers are bounded so that nothing overflows: connectors::usual_consumption_max, 1000 times, in days_max.
std::int64_t most_plausible(const companies::LastReading& last, const companies::ReadingPolicy& policy,
                            std::int64_t days) {
  constexpr std::int64_t days_of_usual = 30;
  const std::int64_t usual = last.usual.value_or(policy.usual);
  if (usual == 0 && !last.usual) return reading_max;
  const std::int64_t most = usual * policy.plausible_factor * days / days_of_usual;
  return std::min(std::max<std::int64_t>(most, policy.plausible_least), reading_max);
}

}  // namespace

std::string reading_reference(std::uint64_t random) {
  std::string reference(reference_length, '0');
  for (char& symbol : reference) {
    symbol = reference_symbols[random & 31U];
    random >>= 5U;
  }
  return reference;
}

std::optional<std::string> parse_reading_reference(std::string_view typed) {
  std::string reference;
  for (char c : typed) {
    if (c == ' ' || c == '-') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    if (reference_symbols.find(c) == std::string_view::npos || reference.size() == reference_length)
      return std::nullopt;
    reference += c;
  }
  if (reference.size() != reference_length) return std::nullopt;
  return reference;
}

sys_days local_day(WallTime at, std::chrono::minutes utc_offset) {
  return std::chrono::floor<std::chrono::days>(at + utc_offset);
}

std::string local_date(WallTime at, std::chrono::minutes utc_offset) {
  const std::chrono::year_month_day day{local_day(at, utc_offset)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

std::string local_minute(WallTime at, std::chrono::minutes utc_offset) {
  const auto since_midnight =
      std::chrono::floor<std::chrono::minutes>(at + utc_offset - local_day(at, utc_offset)).count();
  return fmt::format("{} {:02}:{:02}", local_date(at, utc_offset), since_midnight / 60, since_midnight % 60);
}

std::string billing_period(WallTime at, std::chrono::minutes utc_offset,
                           const std::optional<companies::DayWindow>& window) {
  return month_of(local_day(at, utc_offset), window);
}

std::string period_of(const companies::LastReading& last, const std::optional<companies::DayWindow>& window) {
  if (!last.period.empty()) return last.period;
  return last.date.empty() ? std::string() : month_of(day_of(last.date), window);
}

ReadingBasis basis_of(const companies::LastReading& last, const companies::ReadingPolicy& policy, sys_days today) {
  ReadingBasis basis{.last = last.value, .date = last.date};
  // A meter that was replaced before it was read last, or that will be, changes nothing.
  if (last.replaced && last.replaced->on >= last.date && day_of(last.replaced->on) <= today) {
    basis.last = last.replaced->start;
    basis.date = last.replaced->on;
    basis.is_replaced = true;
  }
  basis.days = std::clamp<std::int64_t>((today - day_of(basis.date)).count(), 1, days_max);
  basis.most = most_plausible(last, policy, basis.days);
  // Of a register that cannot show what it was read at, the digits are wrong.
  if (!is_known(last.digits) || basis.last > highest_of(last.digits)) return basis;
  basis.highest = highest_of(last.digits);
  // Who has passed more than half of the register has rather mistyped it, however much is usual.
  const std::int64_t most_through = std::min(basis.most, (basis.highest + 1) / 2);
  basis.turned = std::clamp<std::int64_t>(basis.last + most_through - basis.highest, 0, basis.last);
  return basis;
}

Judgement judge_reading(const ReadingBasis& basis, std::int64_t value) {
  if (value > basis.highest) return Judgement::too_high;
  if (value < basis.turned) return Judgement::turned;
  if (value < basis.last) return Judgement::too_low;
  return value - basis.last > basis.most ? Judgement::odd : Judgement::plausible;
}

std::int64_t consumption(const ReadingBasis& basis, std::int64_t value) {
  return value >= basis.last ? value - basis.last : value + basis.highest + 1 - basis.last;
}

std::optional<companies::DayWindow> window_of(const companies::LastReading& last,
                                              const companies::ReadingPolicy& policy) {
  if (last.window) return last.window;
  if (policy.first_day == 0) return std::nullopt;
  return companies::DayWindow{policy.first_day, policy.last_day};
}

bool is_open(const companies::DayWindow& window, sys_days today) {
  const std::chrono::year_month_day date{today};
  const auto last_of_month = static_cast<unsigned>((date.year() / date.month() / std::chrono::last).day());
  const auto day = static_cast<unsigned>(date.day());
  const unsigned first = std::min(window.first, last_of_month);
  const unsigned last = std::min(window.last, last_of_month);
  return window.first <= window.last ? day >= first && day <= last : day >= first || day <= last;
}

}  // namespace shubbak::services
