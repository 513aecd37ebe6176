#include "staff/session.hpp"

#include <random>

#include <catch2/catch.hpp>

namespace shubbak::staff {
namespace {

using namespace std::chrono_literals;

constexpr WallTime login_at{std::chrono::seconds(1'790'000'000)};

Account account() {
  Account made;
  made.id = 7;
  made.generation = 3;
  return made;
}
constexpr Session session{.account = 7, .generation = 3, .created = login_at, .last_used = login_at};

TEST_CASE("a session lives 30 minutes idle and 12 hours at all") {
  CHECK(judge(session, account(), login_at) == SessionState::alive);
  CHECK(judge(session, account(), login_at + 30min - 1ms) == SessionState::alive);
  CHECK(judge(session, account(), login_at + 30min) == SessionState::idle_too_long);
  Session used = session;
  used.last_used = login_at + 12h - 1s;
  CHECK(judge(used, account(), login_at + 12h - 1ms) == SessionState::alive);
  CHECK(judge(used, account(), login_at + 12h) == SessionState::too_old);
}

TEST_CASE("a session ends with what its account was") {
  Account changed = account();
  changed.generation = 4;
  CHECK(judge(session, changed, login_at) == SessionState::account_changed);
  Account disabled = account();
  disabled.disabled = true;
  CHECK(judge(session, disabled, login_at) == SessionState::account_changed);
  Account other = account();
  other.id = 8;
  CHECK(judge(session, other, login_at) == SessionState::account_changed);
}

TEST_CASE("a clock set back by more than a minute ends a session") {
  CHECK(judge(session, account(), login_at - 1min) == SessionState::alive);
  CHECK(judge(session, account(), login_at - 1min - 1ms) == SessionState::clock_set_back);
}

TEST_CASE("the last use is written once a minute") {
  CHECK_FALSE(needs_touch(session, login_at + 59s));
  CHECK(needs_touch(session, login_at + 1min));
}

// However it is used: alive means young, in use and unchanged.
TEST_CASE("what is alive has kept every rule") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto upto = [&](long long most) {
    return std::chrono::milliseconds(random() % static_cast<unsigned long>(most));
  };
  for (int i = 0; i < 20'000; ++i) {
    Session tried = session;
    tried.last_used = login_at + upto(13LL * 3'600'000);
    Account of = account();
    if (random() % 2 == 0) ++of.generation;
    of.disabled = random() % 4 == 0;
    const WallTime now = login_at + upto(13LL * 3'600'000);
    const bool alive = judge(tried, of, now) == SessionState::alive;
    const bool should = of.generation == 3 && !of.disabled && now - login_at < 12h && now - tried.last_used < 30min &&
                        tried.last_used - now <= 1min;
    REQUIRE(alive == should);
  }
}

}  // namespace
}  // namespace shubbak::staff
