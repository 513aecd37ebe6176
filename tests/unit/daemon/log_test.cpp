#include "daemon/log.hpp"

#include <catch2/catch.hpp>

namespace shubbak::daemon::log {

TEST_CASE("of one event no more lines a second than allowed, and the next one says how many are missing") {
  LineLimiter limiter(2);
  const Instant start{};
  CHECK(limiter.admit("flood", start) == 0U);
  CHECK(limiter.admit("flood", start) == 0U);
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(limiter.admit("flood", start + std::chrono::milliseconds(999)));
  CHECK(limiter.admit("other", start) == 0U);
  CHECK(limiter.admit("flood", start + std::chrono::seconds(1)) == 1000U);
  CHECK(limiter.admit("flood", start + std::chrono::seconds(1)) == 0U);
  CHECK_FALSE(limiter.admit("flood", start + std::chrono::milliseconds(1500)));
  CHECK(limiter.admit("flood", start + std::chrono::seconds(9)) == 1U);
}

}  // namespace shubbak::daemon::log
