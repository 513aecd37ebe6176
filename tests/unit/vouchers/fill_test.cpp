#include "vouchers/fill.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "vouchers/number.hpp"

namespace shubbak::vouchers {
namespace {

constexpr WallTime fill_start{std::chrono::seconds(1'790'000'000)};
WallTime fill_after(std::int64_t seconds) {
  return fill_start + std::chrono::seconds(seconds);
}
Fill bought(std::int64_t gallons, std::int64_t redeemed = 0) {
  return {FillState::unused, gallons, redeemed, fill_after(1'000)};
}
FillVerdict verdict_on(const std::optional<Fill>& fill, std::optional<std::int64_t> gallons = {},
                       std::int64_t when = 0, bool partial = false) {
  Tries tries;
  return redeem({.partial = partial}, fill, {gallons, fill_after(when)}, tries).verdict;
}

TEST_CASE("a fill code is 12 digits of which the last checks the others") {
  const auto right = FillCode::parse("0000 0000-5724");
  REQUIRE(right.ok());
  CHECK(right->reveal() == "000000005724");
  for (const char* wrong : {"", "00000000572", "000000005725", "00000000572x", "0000000005724", "٠٠٠٠٠٠٠٠٥٧٢٤"}) {
    INFO(wrong);
    const auto parsed = FillCode::parse(wrong);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().code == Errc::malformed);
  }
  std::uint64_t next = 0;
  std::set<std::string> drawn;
  for (int i = 0; i < 100; ++i) {
    const FillCode one = FillCode::draw([&next] { return next += 0x9E3779B97F4A7C15U; });
    CHECK(FillCode::parse(one.reveal()).ok());
    drawn.emplace(one.reveal());
  }
  CHECK(drawn.size() == 100);
}

TEST_CASE("of a fill all is taken at once, and nothing of what is not paid, used, over or given back") {
  Tries tries;
  const FillDecision all = redeem({}, bought(3'000), {std::nullopt, fill_start}, tries);
  CHECK(all.verdict == FillVerdict::redeemed);
  CHECK(all.gallons == 3'000);
  CHECK(tries.failures == 0);
  CHECK(verdict_on(bought(3'000), 3'000) == FillVerdict::redeemed);
  CHECK(verdict_on(bought(3'000), 2'999) == FillVerdict::only_whole);
  CHECK(verdict_on(bought(3'000), 3'001) == FillVerdict::too_much);
  CHECK(verdict_on(std::nullopt) == FillVerdict::refused);
  CHECK(verdict_on(bought(3'000), {}, 999) == FillVerdict::redeemed);
  CHECK(verdict_on(bought(3'000), {}, 1'000) == FillVerdict::refused);
  for (const FillState state : {FillState::ordered, FillState::redeemed, FillState::over, FillState::refunded}) {
    Fill other = bought(3'000);
    other.state = state;
    CHECK(verdict_on(other) == FillVerdict::refused);
  }
}

TEST_CASE("where parts may be taken, never more than is left") {
  CHECK(verdict_on(bought(3'000), 1, 0, true) == FillVerdict::redeemed);
  CHECK(verdict_on(bought(3'000, 2'000), 1'000, 0, true) == FillVerdict::redeemed);
  CHECK(verdict_on(bought(3'000, 2'000), 1'001, 0, true) == FillVerdict::too_much);
  Tries tries;
  CHECK(redeem({.partial = true}, bought(3'000, 2'000), {std::nullopt, fill_start}, tries).gallons == 1'000);
}

TEST_CASE("what was not taken comes to its part of what was paid, and never to more") {
  CHECK(price_of_left(bought(3'000), 1'500) == 1'500);
  CHECK(price_of_left(bought(3'000, 1'000), 1'500) == 1'000);
  CHECK(price_of_left(bought(3'000, 1'000), 10) == 6);
  CHECK(price_of_left(bought(3'000, 3'000), 1'500) == 0);
  CHECK(price_of_left(bought(9'999'999, 1), 1'000'000'000'000) == 999'999'899'999);
}

TEST_CASE("codes that are refused lock the account, each further one twice as long") {
  Tries tries;
  const auto ask = [&tries](const std::optional<Fill>& found, std::int64_t when) {
    return redeem({}, found, {std::nullopt, fill_after(when)}, tries);
  };
  for (int i = 0; i < 3; ++i) CHECK(ask(std::nullopt, 0).verdict == FillVerdict::refused);
  CHECK(ask(bought(1'000), 0).verdict == FillVerdict::redeemed);  // these cost nothing
  CHECK(ask(std::nullopt, 0).verdict == FillVerdict::refused);
  const FillDecision locked = ask(bought(1'000), 59);
  CHECK(locked.verdict == FillVerdict::locked);
  CHECK(locked.until == fill_after(60));
  CHECK(ask(std::nullopt, 59).verdict == FillVerdict::locked);
  CHECK(tries.failures == 4);  // what is not compared does not count
  CHECK(ask(bought(1'000), 60).verdict == FillVerdict::redeemed);
  CHECK(ask(std::nullopt, 60).verdict == FillVerdict::refused);
  CHECK(ask(bought(1'000), 179).verdict == FillVerdict::locked);
  CHECK(ask(bought(1'000), 180).verdict == FillVerdict::redeemed);
  // What is right, but asks for too much, is no guess.
  const std::uint32_t failures = tries.failures;
  CHECK(redeem({}, bought(1'000), {2'000, fill_after(180)}, tries).verdict == FillVerdict::too_much);
  CHECK(tries.failures == failures);
}

TEST_CASE("limits that would let guesses through are refused") {
  CHECK(check(FillPolicy{}).ok());
  FillPolicy policy;
  policy.wrong.free_failures = 0;
  CHECK_FALSE(check(policy).ok());
}

}  // namespace
}  // namespace shubbak::vouchers
