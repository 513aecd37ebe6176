// How much may be paid in a while, so that a stolen phone, card or login empties nothing before somebody notices
// (fraud limits). Every payment that is begun counts; one that the company did not take gives back what it counted.
//
// The time is cut into windows of a limit's length, of which the first began at a local midnight: so a limit of a day
// is one of the calendar's, and of any length of time there may be twice as much around the end of a window. A clock
// that steps back goes on in the window where it was. Pure. Thread: any.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"

namespace shubbak::payments {

enum class Scope : std::uint8_t {
  number,  // mobile number that the payment is for
  person,  // over all their numbers
  card,
  agent,  // who acts for people
  payee,  // an account of a company, whoever pays it
};
constexpr std::array<std::string_view, 5> scope_names{"number", "person", "card", "agent", "payee"};
constexpr std::string_view to_string(Scope scope) {
  return scope_names[static_cast<std::size_t>(scope)];
}

struct Limit {
  Scope per = Scope::person;
  std::chrono::seconds within = std::chrono::hours(24);
  std::optional<std::uint32_t> payments{};
  std::optional<Money> amount{};  // without fees
};
struct Limits {
  std::vector<Limit> all{};
  std::chrono::minutes utc_offset{0};  // where midnight is
};
// invalid: which one, counted from 1: of no length, of nothing, or twice.
Status check(const Limits& limits);

struct Used {  // in a window
  WallTime began{};
  std::uint32_t payments = 0;
  std::int64_t amount = 0;

  bool operator==(const Used&) const = default;
};
// What is used of the window that `at` falls into.
Used used_at(const Limit& limit, const Used& before, WallTime at, std::chrono::minutes utc_offset);
// With that amount as one more payment. Nothing: the limit does not allow it.
std::optional<Used> with(const Limit& limit, const Used& used, std::int64_t amount);
// Without that payment of `at`; what was used is of another window: as it is.
Used without(const Limit& limit, const Used& used, std::int64_t amount, WallTime at, std::chrono::minutes utc_offset);

}  // namespace shubbak::payments
