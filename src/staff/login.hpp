// Who may log in now: consecutive failures are counted for each account and for each source address, and lock both
// with a growing delay. Names that nobody has are counted like others, so that a lock tells nothing. Pure. Thread:
// any.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/clock.hpp"

namespace shubbak::staff {

struct Failures {
  std::uint32_t count = 0;  // consecutive, but for those that were forgiven
  WallTime last{};
  bool operator==(const Failures&) const = default;
};

struct LockRule {
  std::uint32_t free_tries;  // failures that cost nothing
  std::chrono::milliseconds first_delay;
  std::chrono::milliseconds longest_delay;
  std::chrono::milliseconds forget_after;  // without a failure
  std::chrono::milliseconds forgive_each;  // that long after the last one, one failure less; 0: never
};
inline constexpr LockRule account_rule{4, std::chrono::seconds(30), std::chrono::hours(1), std::chrono::days(30), {}};
// Behind one address may be a whole office, of which somebody mistypes every few minutes.
inline constexpr LockRule source_rule{20, std::chrono::seconds(30), std::chrono::minutes(15), std::chrono::days(1),
                                      std::chrono::minutes(10)};

// How long nothing is tried any more; 0: now. A clock that was set back waits until it has caught up.
std::chrono::milliseconds wait_before_try(const LockRule& rule, const Failures& failures, WallTime now);
Failures after_failure(const LockRule& rule, const Failures& failures, WallTime now);

enum class LoginVerdict : std::uint8_t { granted, refused, locked };
struct LoginFacts {
  bool account_is_usable = false;  // there is one of that name, not disabled, as it was when its password was judged
  bool password_matches = false;
  Failures of_account;
  Failures of_source;
  WallTime now;
};
struct LoginDecision {
  LoginVerdict verdict;
  std::chrono::milliseconds wait{};  // of a lock
  Failures of_account;               // as they are from now on
  Failures of_source;                // a success does not forgive its address: its owner might guess for others
};
LoginDecision decide_login(const LoginFacts& facts);

// What failures are counted under. Of an IPv6 address the first 64 bits count, which one customer has.
std::string account_subject(std::string_view account_name);
std::string source_subject(std::string_view address);
// For the log: the network that an address is of, "192.0.2.*" or "2001:db8:1:2::".
std::string masked_source(std::string_view address);

}  // namespace shubbak::staff
