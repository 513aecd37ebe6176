// One-time codes: whether one may be sent, whether what was typed is right, how long who fails must wait. Plain
// decisions over plain records; the caller reads the records, tells the time, and writes back what was changed, all
// under one lock or transaction (PRODUCT.md "OTP"). Codes and what they authorise come as keyed hashes only.
// Thread: any, each record used by one at a time.
//
// How much guessing this leaves. A failure counts for a person, over all numbers, challenges and restarts, until a
// success. USSD's counter counts what failed by USSD; SMS's counts both. Under the default policy a counter lets 14
// tries through in the first 24 hours (4 at once, then waits of 1, 2, 4 ... 512 minutes) and after that one a day. So
// whoever has both channels has 28 tries in their best 24 hours at most: codes of 6 digits fall with probability
// 0.000028. A success begins the count anew, but takes a code (the sends are limited) or the PIN. So a PIN is no bar
// to whoever holds the phone and reads its codes, which would do as well. After a step back of the clock the waits
// are longer, never shorter.
//
// A clock that steps back frees nothing and holds nobody without end: a code from the future is over, a lock or a
// window that lies further ahead than it can be is cut to its full length from the moment it is looked at.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "domain/clock.hpp"
#include "domain/result.hpp"

namespace shubbak::otp {

using Mac = std::array<unsigned char, 32>;  // HMAC-SHA-256, computed by the caller

enum class Channel : std::uint8_t { ussd, sms };  // the sender of an SMS can be forged, that of a USSD session not

struct Policy {
  std::chrono::seconds code_lives{180};
  std::uint8_t wrong_max = 3;  // a challenge and channel
  std::chrono::seconds grant_lives{300};
  // A person's consecutive failures: these many cost nothing, each one more locks twice as long.
  std::uint32_t free_failures = 3;
  std::chrono::seconds delay_first{60};
  std::chrono::seconds delay_max{86'400};
  // Sends. An hour and a day are windows that begin with the first send in them.
  std::chrono::seconds sends_min_gap{30};  // of one number
  std::uint32_t sends_per_number_hour = 5;
  std::uint32_t sends_per_number_day = 10;
  std::uint32_t sends_per_prefix_hour = 500;
  std::uint32_t prefix_digits_left_out = 4;  // numbers that differ only in these last digits share a prefix
  std::uint32_t sends_per_deployment_hour = 20'000;
};

// Error invalid: which value is outside of what it may be.
Status check(const Policy& policy);

// The code that a number was sent last. One that is over may still be here.
struct Challenge {
  Mac code;
  Mac binding;  // of the number, the person, purpose, payee, amount and currency
  WallTime issued;
  WallTime expires;
  std::uint8_t wrong_ussd = 0;
  std::uint8_t wrong_sms = 0;
  bool operator==(const Challenge&) const = default;
};

struct ChannelTries {
  std::uint32_t failures = 0;  // consecutive
  WallTime locked_until{};
  bool operator==(const ChannelTries&) const = default;
};
// Of a person. Failing by USSD counts for both channels. Failing by SMS counts for SMS only, or whoever forges a
// sender could lock that number's owner out. A success by USSD forgets all. A success by SMS forgets what failed by
// SMS and nothing that failed by USSD: software that reads and sends a phone's SMS must not buy itself more guesses
// of the PIN.
struct Tries {
  ChannelTries ussd;
  ChannelTries sms;
  bool operator==(const Tries&) const = default;
};

struct Window {
  WallTime began{};
  std::uint32_t sends = 0;
  bool operator==(const Window&) const = default;
};
struct NumberSends {
  WallTime last{};
  Window hour;
  Window day;
  bool operator==(const NumberSends&) const = default;
};
struct SendCounts {
  NumberSends number;
  Window prefix;      // an hour
  Window deployment;  // an hour
};

struct SendRequest {
  Mac code;
  Mac binding;
  Channel channel;  // by which it was asked for
  WallTime now;
};
enum class SendVerdict : std::uint8_t {
  sent,
  locked,
  too_soon,
  number_limit,
  prefix_limit,
  deployment_limit,
  stands,  // too soon, but what was sent last is for the same thing and still good
};

struct TryRequest {
  Mac code;
  Mac binding;
  Channel channel;
  WallTime now;
};
// over: no code is awaited here: none was sent, it is expired, used, out of tries on this channel, or for another
// binding. That is no failure, since nothing was compared: the same answer comes whatever the code.
// locked: nothing was compared either.
enum class TryVerdict : std::uint8_t { right, wrong, over, locked };

// sent: `challenge` is the new one, whatever it was before, and the send is counted. Otherwise `challenge` is as it
// was; `tries` and `counts` may have been mended after a step back of the clock. stands: only where `challenge` could
// still be answered by the channel that it is asked for on.
SendVerdict send(const Policy& policy, std::optional<Challenge>& challenge, Tries& tries, SendCounts& counts,
                 const SendRequest& request);

// May a message be sent that staff asked for? sent: it is counted, with the codes. Otherwise one of the limits.
SendVerdict count_send(const Policy& policy, SendCounts& counts, WallTime now);

// right: the challenge is gone; a code works once.
TryVerdict try_code(const Policy& policy, std::optional<Challenge>& challenge, Tries& tries,
                    const TryRequest& request);

// A service PIN, on USSD; `matches` is what hashing it said. Never `over`.
TryVerdict try_pin(const Policy& policy, Tries& tries, bool matches, WallTime now);

}  // namespace shubbak::otp
