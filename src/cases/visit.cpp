#include "cases/visit.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace shubbak::cases {
namespace {

using std::chrono::minutes;

constexpr std::size_t slot_text_letters = 22;
constexpr std::uint64_t visitor_codes = 10'000;

Error no_offer(std::string what) {
  return Error{Errc::invalid, std::move(what)};
}

bool is_team(std::string_view team) {
  return !team.empty() && team.size() <= VisitLimits::team_octets_max && std::ranges::all_of(team, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Status check_slot(const Slot& slot, WallTime now) {
  if (!is_team(slot.team)) return no_offer("a team is named by up to 32 lower-case letters, digits and _");
  if (slot.ends <= slot.starts) return no_offer("a visit ends after it has begun");
  if (slot.ends - slot.starts > VisitLimits::longest) return no_offer("a visit takes 12 hours at most");
  if (slot.starts <= now) return no_offer("a visit that is offered is still to come");
  if (slot.starts > now + VisitLimits::ahead_most) return no_offer("a visit is offered 60 days ahead at most");
  return {};
}

// Of digits only.
std::optional<std::int64_t> whole(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool is_whole = error == std::errc{} && end == digits.data() + digits.size() && digits.front() != '-';
  return is_whole ? std::optional(value) : std::nullopt;
}

std::optional<minutes> time_of_day(std::string_view text) {  // "09:00"
  const auto hour = whole(text.substr(0, 2));
  const auto minute = whole(text.substr(3, 2));
  if (!hour || !minute || text[2] != ':' || *hour > 23 || *minute > 59) return std::nullopt;
  return minutes(*hour * 60 + *minute);
}

std::optional<std::chrono::sys_days> day_in(std::string_view text) {  // "2026-12-01"
  const auto year = whole(text.substr(0, 4));
  const auto month = whole(text.substr(5, 2));
  const auto day = whole(text.substr(8, 2));
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

std::string clock_text(WallTime at, std::chrono::sys_days day) {
  const auto of_day = std::chrono::floor<minutes>(at - day).count();
  return padded(of_day / 60, 2) + ":" + padded(of_day % 60, 2);
}

}  // namespace

bool overlap(const Slot& one, const Slot& other) {
  return one.starts < other.ends && other.starts < one.ends;
}

Status check_offer(const Slots& slots, WallTime now) {
  if (slots.size() < VisitLimits::slots_least || slots.size() > VisitLimits::slots_most)
    return no_offer("2 to 4 slots are offered at once");
  for (auto slot = slots.begin(); slot != slots.end(); ++slot) {
    if (Status checked = check_slot(*slot, now); !checked.ok()) return checked;
    if (std::any_of(slots.begin(), slot, [&](const Slot& before) { return overlap(before, *slot); }))
      return no_offer("two of the slots overlap");
  }
  return {};
}

Result<Slot> parse_slot(std::string_view text, std::string team, minutes utc_offset) {
  const Error malformed{Errc::malformed, "a slot is written as 2026-12-01 09:00-12:00"};
  if (text.size() != slot_text_letters || text[10] != ' ' || text[16] != '-') return malformed;
  const auto day = day_in(text.substr(0, 10));
  const auto from = time_of_day(text.substr(11, 5));
  const auto until = time_of_day(text.substr(17, 5));
  if (!day || !from || !until) return malformed;
  return Slot{std::move(team), WallTime(*day) + *from - utc_offset, WallTime(*day) + *until - utc_offset};
}

std::string slot_text(const Slot& slot, minutes utc_offset) {
  const WallTime starts = slot.starts + utc_offset;
  const auto day = std::chrono::floor<std::chrono::days>(starts);
  const std::chrono::year_month_day date{day};
  return padded(static_cast<int>(date.year()), 4) + "-" + padded(static_cast<unsigned>(date.month()), 2) + "-" +
         padded(static_cast<unsigned>(date.day()), 2) + " " + clock_text(starts, day) + "-" +
         clock_text(slot.ends + utc_offset, day);
}

std::string written(const Slots& slots) {
  std::string text;
  for (const Slot& slot : slots) {
    text.append(slot.team).append(" ").append(std::to_string(slot.starts.time_since_epoch().count()));
    text.append(" ").append(std::to_string(slot.ends.time_since_epoch().count())).append("\n");
  }
  return text;
}

Result<Slots> read_slots(std::string_view text) {
  const Error malformed{Errc::malformed, "slots are kept line by line: team, start and end"};
  Slots slots;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::size_t first = line.find(' ');
    const std::size_t second = line.rfind(' ');
    if (line.size() == text.size() || first == std::string_view::npos || first == 0 || second <= first + 1 ||
        second + 1 == line.size())
      return malformed;
    const auto starts = whole(line.substr(first + 1, second - first - 1));
    const auto ends = whole(line.substr(second + 1));
    if (!starts || !ends) return malformed;
    slots.push_back({std::string(line.substr(0, first)), WallTime(std::chrono::milliseconds(*starts)),
                     WallTime(std::chrono::milliseconds(*ends))});
    text.remove_prefix(line.size() + 1);
  }
  return slots;
}

std::string draw_visitor_code(std::uint64_t random) {
  return padded(static_cast<std::int64_t>(random % visitor_codes), visitor_code_digits);
}

}  // namespace shubbak::cases
