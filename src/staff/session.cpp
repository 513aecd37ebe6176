#include "staff/session.hpp"

namespace shubbak::staff {

SessionState judge(const Session& session, const Account& account, WallTime now) {
  const bool same = session.account == account.id && session.generation == account.generation && !account.disabled;
  if (!same) return SessionState::account_changed;
  if (now + session_clock_tolerance < session.last_used) return SessionState::clock_set_back;
  if (now - session.created >= session_life_max) return SessionState::too_old;
  if (now - session.last_used >= session_idle_max) return SessionState::idle_too_long;
  return SessionState::alive;
}

bool needs_touch(const Session& session, WallTime now) {
  return now - session.last_used >= session_touch_interval;
}

}  // namespace shubbak::staff
