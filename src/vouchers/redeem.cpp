#include "vouchers/redeem.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace shubbak::vouchers {
namespace {

using std::chrono::seconds;

seconds delay_after(const Limits& limits, std::uint32_t failures) {
  if (failures <= limits.free_failures) return seconds(0);
  seconds delay = limits.delay_first;
  for (std::uint32_t i = limits.free_failures + 1; i < failures && delay < limits.delay_max; ++i) delay *= 2;
  return std::min(delay, limits.delay_max);
}

// A PIN that some voucher has is no guess, and locks nobody else.
bool counts_for(Scope scope, bool is_known) {
  return scope != Scope::everybody || !is_known;
}

}  // namespace

void bring_up(const Limits& limits, Tries& tries, WallTime now) {
  tries.locked_until = std::min<WallTime>(tries.locked_until, now + limits.delay_max);
  if (now < tries.began) {
    tries.began = now;
  } else if (now - tries.began >= limits.window) {
    tries.began = now;
    tries.failures = 0;
  }
}

void count_failure(const Limits& limits, Tries& tries, WallTime now) {
  if (tries.failures == 0) tries.began = now;
  if (tries.failures < std::numeric_limits<std::uint32_t>::max()) ++tries.failures;
  const seconds delay = delay_after(limits, tries.failures);
  if (delay > seconds(0)) tries.locked_until = std::max<WallTime>(tries.locked_until, now + delay);
}

Status check(const Limits& limits, std::string_view whose) {
  constexpr std::int64_t day = 86'400;
  const bool allowed = limits.window >= seconds(60) && limits.window <= seconds(30 * day) &&
                       limits.free_failures >= 1 && limits.free_failures <= 1'000'000 &&
                       limits.delay_first >= seconds(1) && limits.delay_first <= limits.delay_max &&
                       limits.delay_max <= seconds(30 * day);
  if (allowed) return {};
  return Error{Errc::invalid,
               std::string(whose) +
                   ": a window is 60 seconds to 30 days, with 1 to 1,000,000 free failures, and the first "
                   "delay of 1 second or more is no longer than the longest one of 30 days at most"};
}

Status check(const Policy& policy) {
  for (const Limits& limits : policy.limits) {
    if (Status checked = check(limits, "vouchers"); !checked) return checked;
  }
  return {};
}

bool is_answered_again(WallTime redeemed, WallTime now) {
  return now - redeemed <= answered_again_for;
}

Decision redeem(const Policy& policy, const std::optional<Found>& found, const Attempt& attempt, Counters& counters) {
  std::optional<RequestHash>& refused = counters[static_cast<std::size_t>(Scope::number)].refused;
  if (refused == attempt.request) return {Verdict::refused, {}, true};
  const WallTime now = attempt.at;
  WallTime until = now;
  for (std::size_t i = 0; i < counters.size(); ++i) {
    bring_up(policy.limits[i], counters[i], now);
    until = std::max(until, counters[i].locked_until);
  }
  if (until > now) return {Verdict::locked, until};
  if (found && found->batch.face.currency == attempt.currency &&
      standing(found->batch, found->state, now) == Standing::active) {
    return {Verdict::redeemed};
  }
  for (std::size_t i = 0; i < counters.size(); ++i) {
    if (counts_for(static_cast<Scope>(i), found.has_value())) count_failure(policy.limits[i], counters[i], now);
  }
  refused = attempt.request;
  return {Verdict::refused};
}

}  // namespace shubbak::vouchers
