#include "vouchers/fill.hpp"

namespace shubbak::vouchers {

Status check(const FillPolicy& policy) {
  return check(policy.wrong, "fills.wrong");
}

bool is_usable(const Fill& fill, WallTime now) {
  return fill.state == FillState::unused && fill.left() > 0 && fill.expires && now < *fill.expires;
}

std::int64_t price_of_left(const Fill& fill, std::int64_t paid) {
  // In two parts: the product of both may be too large.
  return paid / fill.gallons * fill.left() + paid % fill.gallons * fill.left() / fill.gallons;
}

FillDecision redeem(const FillPolicy& policy, const std::optional<Fill>& found, const FillAttempt& attempt,
                    Tries& tries) {
  bring_up(policy.wrong, tries, attempt.at);
  if (tries.locked_until > attempt.at) return {.verdict = FillVerdict::locked, .until = tries.locked_until};
  if (!found || !is_usable(*found, attempt.at)) {
    count_failure(policy.wrong, tries, attempt.at);
    return {.verdict = FillVerdict::refused};
  }
  const std::int64_t wanted = attempt.gallons.value_or(found->left());
  if (wanted > found->left()) return {.verdict = FillVerdict::too_much};
  if (wanted < found->left() && !policy.partial) return {.verdict = FillVerdict::only_whole};
  return {.verdict = FillVerdict::redeemed, .gallons = wanted};
}

}  // namespace shubbak::vouchers
