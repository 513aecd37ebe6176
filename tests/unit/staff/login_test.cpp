#include "staff/login.hpp"

#include <random>

#include <catch2/catch.hpp>

namespace shubbak::staff {
namespace {

using namespace std::chrono_literals;

constexpr WallTime start{std::chrono::seconds(1'790'000'000)};

LoginFacts facts(bool matches, Failures account = {}, Failures source = {}, WallTime now = start) {
  return {
      .account_is_usable = true, .password_matches = matches, .of_account = account, .of_source = source, .now = now};
}

TEST_CASE("the delay grows with each failure up to its longest") {
  const std::vector<std::chrono::milliseconds> expected{0s,   0s,   0s,   0s,   0s,    30s, 60s,
                                                        120s, 240s, 480s, 960s, 1920s, 1h,  1h};
  for (std::uint32_t count = 0; count < expected.size(); ++count) {
    INFO(count);
    CHECK(wait_before_try(account_rule, {count, start}, start) == expected[count]);
  }
  CHECK(wait_before_try(account_rule, {4'000'000'000U, start}, start) == 1h);
}

TEST_CASE("a lock ends with time, and failures are forgotten at last") {
  const Failures five{5, start};
  CHECK(wait_before_try(account_rule, five, start + 29s) == 1s);
  CHECK(wait_before_try(account_rule, five, start + 30s) == 0s);
  CHECK(after_failure(account_rule, five, start + 1min) == Failures{6, start + 1min});
  CHECK(after_failure(account_rule, five, start + 30 * 24h) == Failures{1, start + 30 * 24h});
  CHECK(after_failure(source_rule, five, start + 24h) == Failures{1, start + 24h});
  // An office where somebody mistypes now and then is not locked for it.
  CHECK(after_failure(source_rule, five, start + 25min) == Failures{4, start + 25min});
  CHECK(after_failure(source_rule, five, start + 50min) == Failures{1, start + 50min});
}

TEST_CASE("a clock that was set back does not open a lock") {
  const Failures locked{8, start};
  CHECK(wait_before_try(account_rule, locked, start - 10h) == 240s);
  CHECK(after_failure(account_rule, {2, start}, start - 10h) == Failures{3, start});
}

TEST_CASE("the right password of a usable account is granted, and forgives the account but not the address") {
  const auto granted = decide_login(facts(true, {4, start}, {7, start}));
  CHECK(granted.verdict == LoginVerdict::granted);
  CHECK(granted.of_account == Failures{});
  CHECK(granted.of_source == Failures{7, start});
}

TEST_CASE("a wrong password, and an account that cannot be used, count alike") {
  const auto wrong = decide_login(facts(false));
  auto unknown = facts(true);
  unknown.account_is_usable = false;
  for (const auto& decision : {wrong, decide_login(unknown)}) {
    CHECK(decision.verdict == LoginVerdict::refused);
    CHECK(decision.of_account == Failures{1, start});
    CHECK(decision.of_source == Failures{1, start});
  }
}

TEST_CASE("under a lock nothing is granted and nothing is counted") {
  for (const bool matches : {true, false}) {
    const auto by_account = decide_login(facts(matches, {5, start}));
    CHECK(by_account.verdict == LoginVerdict::locked);
    CHECK(by_account.wait == 30s);
    CHECK(by_account.of_account == Failures{5, start});
    const auto by_source = decide_login(facts(matches, {}, {21, start}));
    CHECK(by_source.verdict == LoginVerdict::locked);
    CHECK(by_source.of_account == Failures{});
  }
}

// Whatever somebody who does not know the password does, at whatever times: they are never in, and in a day they have
// not tried more passwords than the delays let through.
TEST_CASE("guessing is slow, whatever its rhythm") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 50; ++round) {
    Failures account;
    Failures source;
    WallTime now = start;
    int judged = 0;
    while (now < start + 24h) {
      const auto decision = decide_login(facts(false, account, source, now));
      REQUIRE(decision.verdict != LoginVerdict::granted);
      if (decision.verdict == LoginVerdict::refused) ++judged;
      account = decision.of_account;
      source = decision.of_source;
      now += std::chrono::seconds(1 + random() % (round % 2 == 0 ? 60 : 4000));
    }
    CHECK(judged <= 4 + 8 + 24);
    CHECK(judged >= 5);
  }
}

TEST_CASE("failures of an IPv6 address count for its first 64 bits") {
  CHECK(source_subject("10.0.0.7") == "source 10.0.0.7");
  CHECK(source_subject("2001:db8:1:2:aa:bb:cc:dd") == source_subject("2001:db8:1:2::1"));
  CHECK(source_subject("2001:db8:1:2::1") != source_subject("2001:db8:1:3::1"));
  CHECK(source_subject("2001:db8::1") == source_subject("2001:db8::ffff"));
  CHECK(account_subject("amal") != source_subject("amal"));
  CHECK(masked_source("192.0.2.17") == "192.0.2.*");
  CHECK(masked_source("2001:db8:1:2:aa:bb:cc:dd") == "2001:db8:1:2::");
  CHECK(masked_source("2001:db8::1") == "2001:db8::");
}

}  // namespace
}  // namespace shubbak::staff
