// How long a session of staff lives. Its token is known to its owner only; the store has a hash of it. Pure. Thread:
// any.
#pragma once

#include <chrono>
#include <cstdint>

#include "domain/clock.hpp"
#include "staff/account.hpp"

namespace shubbak::staff {

inline constexpr std::chrono::minutes session_idle_max{30};
inline constexpr std::chrono::hours session_life_max{12};
// Its last use is written this often at most, so that a request costs no write; a session may die that much earlier.
inline constexpr std::chrono::minutes session_touch_interval{1};
inline constexpr std::chrono::minutes session_clock_tolerance{1};  // by which the clock may be set back
inline constexpr std::size_t sessions_per_account_max = 10;        // the oldest one ends

struct Session {
  std::int64_t account = 0;     // its id
  std::int64_t generation = 0;  // of the account when the session began
  WallTime created{};
  WallTime last_used{};
};

enum class SessionState : std::uint8_t { alive, idle_too_long, too_old, account_changed, clock_set_back };
SessionState judge(const Session& session, const Account& account, WallTime now);
bool needs_touch(const Session& session, WallTime now);

}  // namespace shubbak::staff
