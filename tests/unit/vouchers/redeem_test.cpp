#include "vouchers/redeem.hpp"

#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace shubbak::vouchers {
namespace {

const WallTime start{std::chrono::seconds(1'790'000'000)};

WallTime after(std::int64_t seconds) {
  return start + std::chrono::seconds(seconds);
}
Found good() {
  Batch batch;
  batch.number = 1;
  batch.face = {50'000, Currency::SYP};
  batch.state = BatchState::activated;
  batch.expires = after(864'000);
  return {batch, VoucherState::unused};
}

// Each time another request.
Decision redeem_now(const std::optional<Found>& found, Counters& counters, WallTime now,
                    Currency currency = Currency::SYP) {
  static std::uint8_t requests = 0;
  return redeem({}, found, {{++requests}, currency, now}, counters);
}

TEST_CASE("a good voucher is redeemed and nothing is forgotten of what failed before") {
  Counters counters{};
  CHECK(redeem_now(std::nullopt, counters, start).verdict == Verdict::refused);
  const Counters failed = counters;
  CHECK(redeem_now(good(), counters, start).verdict == Verdict::redeemed);
  CHECK(counters == failed);
  for (const Tries& tries : counters) CHECK(tries.failures == 1);
}

// But of everybody's: a batch that is blocked, or was sold too early, locks nobody else.
TEST_CASE("unknown, used, blocked, void, over, not activated or of another currency: all alike") {
  Counters unknown{};
  const Decision told = redeem_now(std::nullopt, unknown, start);
  const auto alike = [&](const auto& change, Currency currency = Currency::SYP) {
    Found found = good();
    change(found);
    Counters counters{};
    const Decision decision = redeem_now(found, counters, start, currency);
    const Tries everybody = std::exchange(counters.back(), unknown.back());
    counters.front().refused = unknown.front().refused;  // another request
    return decision.verdict == told.verdict && decision.until == told.until && counters == unknown &&
           everybody.failures == 0 && everybody.locked_until <= start;
  };
  CHECK(alike([](Found& one) { one.state = VoucherState::redeemed; }));
  CHECK(alike([](Found& one) { one.state = VoucherState::blocked; }));
  CHECK(alike([](Found& one) { one.state = VoucherState::voided; }));
  CHECK(alike([](Found& one) { one.batch.blocked = true; }));
  CHECK(alike([](Found& one) { one.batch.state = BatchState::issued; }));
  CHECK(alike([](Found& one) { one.batch.state = BatchState::voided; }));
  CHECK(alike([](Found& one) { one.batch.state = BatchState::expired; }));
  CHECK(alike([](Found& one) { one.batch.expires = start; }));
  CHECK(alike([](Found&) {}, Currency::EGP));
  CHECK_FALSE(alike([](Found&) {}));
  CHECK(unknown.back().failures == 1);
}

TEST_CASE("each further failure locks for twice as long, and a lock lets nobody guess, not even rightly") {
  Counters counters{};
  std::int64_t now = 0;
  for (int i = 0; i < 3; ++i) CHECK(redeem_now(std::nullopt, counters, after(now)).verdict == Verdict::refused);
  for (std::int64_t wait = 60; wait <= 960; wait *= 2) {
    CHECK(redeem_now(std::nullopt, counters, after(now)).verdict == Verdict::refused);
    const Counters failed = counters;
    const Decision locked = redeem_now(good(), counters, after(now + wait - 1));
    CHECK(locked.verdict == Verdict::locked);
    CHECK(locked.until == after(now + wait));
    CHECK(counters == failed);
    now += wait;
  }
  CHECK(redeem_now(good(), counters, after(now)).verdict == Verdict::redeemed);
}

TEST_CASE("a request that redeemed its voucher is answered as first for ten minutes") {
  for (const auto& [seconds, again] : std::vector<std::pair<std::int64_t, bool>>{
           {0, true}, {1, true}, {600, true}, {601, false}, {86'400, false}, {-1, true}, {-86'400, true}}) {
    CAPTURE(seconds);
    CHECK(is_answered_again(start, after(seconds)) == again);
  }
}

TEST_CASE("each of number, person, PIN and everybody locks by itself") {
  for (std::size_t scope = 0; scope < scopes_count; ++scope) {
    Counters counters{};
    counters[scope].locked_until = after(30);
    CHECK(redeem_now(good(), counters, start).verdict == Verdict::locked);
    CHECK(redeem_now(good(), counters, after(30)).verdict == Verdict::redeemed);
  }
}

TEST_CASE("a window that is over begins anew, its lock stays") {
  Counters counters{};
  for (int i = 0; i < 4; ++i) CHECK(redeem_now(std::nullopt, counters, start).verdict != Verdict::redeemed);
  counters[0].locked_until = after(86'460);
  CHECK(redeem_now(good(), counters, after(86'400)).verdict == Verdict::locked);
  CHECK(counters[0].failures == 0);
  CHECK(redeem_now(std::nullopt, counters, after(86'460)).verdict == Verdict::refused);
  CHECK(counters[0] == Tries{after(86'460), 1, after(86'460), counters[0].refused});
}

TEST_CASE("a clock that steps back frees nothing and holds nobody without end") {
  Counters counters{};
  for (int i = 0; i < 4; ++i) CHECK(redeem_now(std::nullopt, counters, start).verdict == Verdict::refused);
  const Decision locked = redeem_now(good(), counters, after(-1'000'000));
  CHECK(locked.verdict == Verdict::locked);
  CHECK(locked.until == after(-1'000'000 + 86'400));
  CHECK(counters[0].began == after(-1'000'000));
  CHECK(counters[0].failures == 4);
}

TEST_CASE("the request that was refused is refused as often as it comes again, and counts once") {
  Counters counters{};
  const auto ask = [&counters](std::uint8_t request, const std::optional<Found>& found, std::int64_t when) {
    return redeem({}, found, {{request}, Currency::SYP, after(when)}, counters);
  };
  CHECK_FALSE(ask(1, std::nullopt, 0).repeated);
  const Counters once = counters;
  for (int i = 0; i < 20; ++i) {
    const Decision again = ask(1, std::nullopt, i);
    CHECK(again.verdict == Verdict::refused);
    CHECK(again.repeated);
  }
  // What was not activated is by now: the answer stays what it was.
  CHECK(ask(1, good(), 30).verdict == Verdict::refused);
  CHECK(counters == once);
  // Another one counts, and is the last one from then on.
  CHECK_FALSE(ask(2, std::nullopt, 40).repeated);
  CHECK_FALSE(ask(1, std::nullopt, 40).repeated);
  CHECK(counters[0].failures == 3);
  CHECK_FALSE(ask(3, std::nullopt, 50).repeated);
  // Its own failure has locked the number: it is answered as first, another one is not.
  CHECK(ask(3, std::nullopt, 60).verdict == Verdict::refused);
  CHECK(ask(4, good(), 60).verdict == Verdict::locked);
  CHECK(ask(4, good(), 110).verdict == Verdict::redeemed);
}

TEST_CASE("a policy that would let guesses through is refused") {
  CHECK(check(Policy{}).ok());
  const auto wrong = [](const auto& change) {
    Policy policy;
    change(policy.limits[1]);
    return !check(policy).ok();
  };
  CHECK(wrong([](Limits& one) { one.window = std::chrono::seconds(0); }));
  CHECK(wrong([](Limits& one) { one.free_failures = 0; }));
  CHECK(wrong([](Limits& one) { one.delay_first = std::chrono::seconds(0); }));
  CHECK(wrong([](Limits& one) { one.delay_max = std::chrono::seconds(1); }));
}

}  // namespace
}  // namespace shubbak::vouchers
