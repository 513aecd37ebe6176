// Water for tankers that was paid for before it is filled: what may be taken with a code at a station. Plain
// decisions over plain records; the caller reads them, tells the time, and writes back what was changed, in one
// transaction.
//
// A code is good for the volume that was paid, from the moment at which the payment is settled until its time is
// over. A code that nobody has, one that is used, over, given back or not paid yet are refused alike. What is refused
// counts for the account of the station that has asked: so many failures in a window cost nothing, each further one
// locks it twice as long. With the default policy an account has 14 failures a day; there are 10^11 codes, the check
// digit is no secret: with a million codes unused one station guesses right by 1.4 * 10^-4 a day, and is in the audit
// trail for each. Volumes are in gallons. Pure. Thread: any, each record used by one at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "domain/clock.hpp"
#include "domain/result.hpp"
#include "vouchers/redeem.hpp"

namespace shubbak::vouchers {

struct FillPolicy {
  bool partial = false;  // whether less than all that is left may be taken
  // Codes that were refused, from one account.
  Limits wrong{std::chrono::hours(24), 3, std::chrono::minutes(1), std::chrono::hours(24)};
};
Status check(const FillPolicy& policy);

// As they are stored. ordered: its payment is under way; over: its payment was released; refunded: money of it was
// given back, so what was left of it is void.
enum class FillState : std::uint8_t { ordered, unused, redeemed, over, refunded };

struct Fill {
  FillState state = FillState::ordered;
  std::int64_t gallons = 0;
  std::int64_t redeemed = 0;  // of them
  std::optional<WallTime> expires{};

  [[nodiscard]] std::int64_t left() const { return gallons - redeemed; }
};
bool is_usable(const Fill& fill, WallTime now);
// Of what was paid for all of it: what the volume that was not taken comes to, rounded down.
std::int64_t price_of_left(const Fill& fill, std::int64_t paid);

// refused: as said above; locked: nothing was compared, nothing counted; too_much: less is left; only_whole: all that
// is left is taken, or nothing.
enum class FillVerdict : std::uint8_t { redeemed, refused, locked, too_much, only_whole };
struct FillAttempt {
  std::optional<std::int64_t> gallons;  // nothing: all that is left
  WallTime at;
};
struct FillDecision {
  FillVerdict verdict;
  std::int64_t gallons = 0;  // redeemed: to be taken
  WallTime until{};          // locked: when to try again
};
// `found`: nothing, if no fill has the code. `tries`: of the account that asks.
FillDecision redeem(const FillPolicy& policy, const std::optional<Fill>& found, const FillAttempt& attempt,
                    Tries& tries);

}  // namespace shubbak::vouchers
