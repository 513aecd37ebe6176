// Whether a PIN that somebody typed credits them, and who must wait: plain decisions over plain records; the caller
// reads them, tells the time, and writes back what was changed, in one transaction.
//
// What fails counts for the number it came from, for the person, and for the PIN itself, whether any voucher has it
// or not; for everybody counts a PIN that no voucher has. Each counter has a window that begins with its first
// failure: so many cost nothing, each further one locks twice as long. An unknown PIN, a used one, and one that is
// blocked, void, expired or not activated are refused alike. Those that some voucher has are no guesses: a batch that
// is blocked, or sold before it is activated, must not lock the country. A success forgets nothing: whoever buys
// cheap vouchers would buy guesses with them.
//
// The request that a number was refused last is known: as often as it comes again it is refused and counts nothing.
// One that redeemed its voucher is answered as first for a while: who has lost the answer asks again at once. Later
// the voucher is a used one, also to who has used it, for a top-up has the same key whenever that PIN is typed.
//
// How much guessing this leaves. Under the default policy a number and a person have 14 failures in a window of a
// day, everybody together 1,006 in one of an hour; so at most twice as many in any day and hour. There are 10^15
// PINs, the check digit is no secret: with 10 million vouchers unused a guess is right by 10^-8, so a person hits by
// 3 * 10^-7 in their best day, and all guessers of the country together by 5 * 10^-4 a day.
//
// A clock that steps back frees nothing and holds nobody without end: a lock or window that lies further ahead than
// it can is cut to its full length from the moment it is looked at. Pure. Thread: any, each record used by one at a
// time.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/clock.hpp"
#include "domain/result.hpp"
#include "vouchers/batch.hpp"

namespace shubbak::vouchers {

enum class Scope : std::uint8_t { number, person, pin, everybody };
constexpr std::size_t scopes_count = 4;

struct Limits {
  std::chrono::seconds window;
  std::uint32_t free_failures;  // in a window
  std::chrono::seconds delay_first;
  std::chrono::seconds delay_max;
};
struct Policy {
  // In the order of Scope.
  std::array<Limits, scopes_count> limits{{
      {std::chrono::hours(24), 3, std::chrono::minutes(1), std::chrono::hours(24)},
      {std::chrono::hours(24), 3, std::chrono::minutes(1), std::chrono::hours(24)},
      {std::chrono::hours(24), 3, std::chrono::minutes(1), std::chrono::hours(24)},
      {std::chrono::hours(1), 1'000, std::chrono::minutes(1), std::chrono::hours(1)},
  }};
};
// Error invalid: which value is outside of what it may be.
Status check(const Policy& policy);

// A keyed hash of what makes a request the same one: its key, the PIN and the wallet.
using RequestHash = std::array<std::uint8_t, 16>;

struct Tries {
  WallTime began{};  // of the window
  std::uint32_t failures = 0;
  WallTime locked_until{};
  std::optional<RequestHash> refused{};  // of a number: the request that was refused last

  bool operator==(const Tries&) const = default;
};
// A lock or window of the future begins or ends as late as one can; a window that is over begins anew.
void bring_up(const Limits& limits, Tries& tries, WallTime now);
void count_failure(const Limits& limits, Tries& tries, WallTime now);
// Error invalid: a value is outside of what it may be; `whose` is named in front of that.
Status check(const Limits& limits, std::string_view whose);
using Counters = std::array<Tries, scopes_count>;  // in the order of Scope

struct Found {  // the voucher that has the PIN
  Batch batch;
  VoucherState state = VoucherState::unused;
};
enum class Verdict : std::uint8_t { redeemed, refused, locked };
struct Attempt {
  RequestHash request;
  Currency currency;  // of the wallet that would be credited
  WallTime at;
};
struct Decision {
  Verdict verdict;
  WallTime until{};       // locked: when to try again
  bool repeated = false;  // refused: so was the same request before, and counted then
};

constexpr std::chrono::minutes answered_again_for{10};
// Whether a request that redeemed its voucher then is answered as first. A clock that was set back ends nothing.
bool is_answered_again(WallTime redeemed, WallTime now);

// `found`: nothing, if no voucher has the PIN. redeemed: the voucher is to be marked so and its face value moved.
// locked: nothing was compared, nothing counted.
Decision redeem(const Policy& policy, const std::optional<Found>& found, const Attempt& attempt, Counters& counters);

}  // namespace shubbak::vouchers
