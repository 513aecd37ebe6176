// What a company's answer makes of a payment, and when it is asked again.
#include "payments/payment.hpp"

#include <catch2/catch.hpp>

namespace shubbak::payments {
namespace {

using namespace std::chrono_literals;

const WallTime not_after{1'795'000'000s};

}  // namespace

TEST_CASE("a payment ends by what the company says plainly, and by nothing else") {
  const WallTime long_after = not_after + 24h * 365;
  CHECK(next_step(Known::posted, not_after, not_after - 10s) == Next::settle);
  CHECK(next_step(Known::declined, not_after, not_after - 10s) == Next::release);
  // However late it is said.
  CHECK(next_step(Known::posted, not_after, long_after) == Next::settle);
  CHECK(next_step(Known::declined, not_after, long_after) == Next::release);
  // Time alone never frees money that was sent.
  CHECK(next_step(Known::nothing, not_after, not_after - 10s) == Next::wait);
  CHECK(next_step(Known::nothing, not_after, long_after) == Next::wait);
}

TEST_CASE("that it is absent counts only when the company would take it no more") {
  CHECK(next_step(Known::absent, not_after, not_after - 1ms) == Next::wait);
  CHECK(next_step(Known::absent, not_after, not_after) == Next::wait);
  CHECK(next_step(Known::absent, not_after, not_after + late_margin) == Next::wait);
  CHECK(next_step(Known::absent, not_after, not_after + late_margin + 1ms) == Next::release);
}

TEST_CASE("a company is asked again ever less often, and never less than every five minutes") {
  CHECK(pause_after(0) == 2s);
  CHECK(pause_after(1) == 4s);
  CHECK(pause_after(2) == 8s);
  CHECK(pause_after(7) == 256s);
  CHECK(pause_after(8) == 300s);
  CHECK(pause_after(4'000'000'000U) == 300s);
}

}  // namespace shubbak::payments
