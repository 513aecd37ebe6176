#include "otp/otp.hpp"

#include <vector>

#include <catch2/catch.hpp>

namespace shubbak::otp {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Mac right_code{1};
constexpr Mac wrong_code{2};
constexpr Mac water_bill{3};
constexpr Mac power_bill{4};

WallTime at(seconds since) {
  return WallTime(seconds(1'790'000'000) + since);
}

// One number of one person.
struct Phone {
  Policy policy;
  std::optional<Challenge> challenge;
  Tries tries;
  SendCounts counts;

  SendVerdict send(seconds when, Channel channel = Channel::ussd, Mac binding = water_bill) {
    return otp::send(policy, challenge, tries, counts, SendRequest{right_code, binding, channel, at(when)});
  }
  TryVerdict type(seconds when, Mac code, Channel channel = Channel::ussd, Mac binding = water_bill) {
    return otp::try_code(policy, challenge, tries, TryRequest{code, binding, channel, at(when)});
  }
  TryVerdict pin(seconds when, bool matches) { return otp::try_pin(policy, tries, matches, at(when)); }
};

TEST_CASE("a code works once, from when it was sent until three minutes later") {
  Phone phone;
  CHECK(phone.type(seconds(0), right_code) == TryVerdict::over);
  REQUIRE(phone.send(seconds(0)) == SendVerdict::sent);
  SECTION("at once") {
    CHECK(phone.type(seconds(0), right_code) == TryVerdict::right);
    CHECK(phone.type(seconds(0), right_code) == TryVerdict::over);
  }
  SECTION("in the last second") {
    CHECK(phone.type(seconds(179), right_code) == TryVerdict::right);
  }
  SECTION("not after it") {
    CHECK(phone.type(seconds(180), right_code) == TryVerdict::over);
  }
  SECTION("not before it: the clock stepped back") {
    CHECK(phone.type(seconds(-1), right_code) == TryVerdict::over);
    CHECK(phone.type(seconds(1), right_code) == TryVerdict::right);
  }
  SECTION("by either channel, whichever comes first") {
    CHECK(phone.type(seconds(5), right_code, Channel::sms) == TryVerdict::right);
    CHECK(phone.type(seconds(5), right_code, Channel::ussd) == TryVerdict::over);
  }
}

TEST_CASE("a code is worth nothing for anything else, and trying that costs nothing and tells nothing") {
  Phone phone;
  REQUIRE(phone.send(seconds(0)) == SendVerdict::sent);
  for (const Mac& code : {right_code, wrong_code}) {
    CHECK(phone.type(seconds(1), code, Channel::ussd, power_bill) == TryVerdict::over);
  }
  CHECK(phone.tries == Tries{});
  CHECK(phone.type(seconds(1), right_code) == TryVerdict::right);
}

TEST_CASE("a code for another purpose takes the place of the first, and a resend that of its forerunner") {
  Phone phone;
  REQUIRE(phone.send(seconds(0)) == SendVerdict::sent);
  REQUIRE(phone.send(seconds(30), Channel::sms, power_bill) == SendVerdict::sent);
  CHECK(phone.type(seconds(31), right_code) == TryVerdict::over);
  CHECK(phone.type(seconds(31), right_code, Channel::sms, power_bill) == TryVerdict::right);
  REQUIRE(otp::send(phone.policy, phone.challenge, phone.tries, phone.counts,
                    SendRequest{right_code, water_bill, Channel::ussd, at(seconds(60))}) == SendVerdict::sent);
  REQUIRE(otp::send(phone.policy, phone.challenge, phone.tries, phone.counts,
                    SendRequest{Mac{9}, water_bill, Channel::ussd, at(seconds(90))}) == SendVerdict::sent);
  CHECK(phone.type(seconds(91), right_code) == TryVerdict::wrong);
  CHECK(phone.type(seconds(91), Mac{9}) == TryVerdict::right);
}

TEST_CASE("three wrong codes end the challenge for their channel only") {
  Phone phone;
  REQUIRE(phone.send(seconds(0)) == SendVerdict::sent);
  for (int i = 0; i < 3; ++i) CHECK(phone.type(seconds(1), wrong_code, Channel::sms) == TryVerdict::wrong);
  CHECK(phone.type(seconds(1), right_code, Channel::sms) == TryVerdict::over);
  CHECK(phone.type(seconds(1), right_code, Channel::ussd) == TryVerdict::right);
}

TEST_CASE("failures go on counting over resends, and each one more locks twice as long, up to a day") {
  Phone phone;
  for (int i = 0; i < 3; ++i) REQUIRE(phone.pin(seconds(0), false) == TryVerdict::wrong);
  seconds now{0};
  for (const int wait_minutes : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1'024, 1'440, 1'440}) {
    REQUIRE(phone.pin(now, false) == TryVerdict::wrong);
    now += minutes(wait_minutes);
    CHECK(phone.pin(now - seconds(1), true) == TryVerdict::locked);
    CHECK(phone.send(now - seconds(1)) == SendVerdict::locked);
  }
  CHECK(phone.pin(now, true) == TryVerdict::right);
  CHECK(phone.tries == Tries{});
}

TEST_CASE("a PIN and codes by either channel count together, and survive a resend") {
  Phone phone;
  REQUIRE(phone.send(seconds(0)) == SendVerdict::sent);
  REQUIRE(phone.type(seconds(1), wrong_code) == TryVerdict::wrong);
  REQUIRE(phone.pin(seconds(1), false) == TryVerdict::wrong);
  REQUIRE(phone.send(seconds(30)) == SendVerdict::sent);
  REQUIRE(phone.type(seconds(31), wrong_code) == TryVerdict::wrong);
  REQUIRE(phone.type(seconds(31), wrong_code, Channel::sms) == TryVerdict::wrong);
  CHECK(phone.type(seconds(31), right_code, Channel::sms) == TryVerdict::locked);
  CHECK(phone.tries.ussd.failures == 3);
  CHECK(phone.tries.sms.failures == 4);
}

TEST_CASE("wrong codes by SMS never refuse USSD anything") {
  Phone phone;
  phone.policy.sends_per_number_hour = phone.policy.sends_per_number_day = 100;
  for (int i = 0; i < 20; ++i) {
    const seconds now = hours(25 * i);
    REQUIRE(phone.send(now) == SendVerdict::sent);
    for (int j = 0; j < 5; ++j) static_cast<void>(phone.type(now + seconds(1), wrong_code, Channel::sms));
  }
  const seconds now = hours(25 * 19);
  CHECK(phone.type(now + seconds(2), right_code, Channel::sms) == TryVerdict::locked);
  CHECK(phone.send(now + seconds(30), Channel::sms) == SendVerdict::locked);
  CHECK(phone.send(now + seconds(30), Channel::ussd) == SendVerdict::sent);
  CHECK(phone.type(now + seconds(31), right_code, Channel::ussd) == TryVerdict::right);
  CHECK(phone.tries == Tries{});
}

TEST_CASE("a success by SMS forgets what failed by SMS and nothing that failed by USSD") {
  Phone phone;
  REQUIRE(phone.pin(seconds(0), false) == TryVerdict::wrong);
  REQUIRE(phone.send(seconds(0)) == SendVerdict::sent);
  REQUIRE(phone.type(seconds(1), wrong_code, Channel::sms) == TryVerdict::wrong);
  REQUIRE(phone.type(seconds(1), right_code, Channel::sms) == TryVerdict::right);
  CHECK(phone.tries == Tries{{1, {}}, {1, {}}});
}

TEST_CASE("a clock that steps back neither frees a lock nor makes it last beyond the longest") {
  Phone phone;
  for (int i = 0; i < 4; ++i) REQUIRE(phone.pin(seconds(0), false) == TryVerdict::wrong);
  const seconds back = -hours(24 * 365);
  CHECK(phone.pin(back, true) == TryVerdict::locked);
  CHECK(phone.pin(back + phone.policy.delay_max - seconds(1), true) == TryVerdict::locked);
  CHECK(phone.pin(back + phone.policy.delay_max, true) == TryVerdict::right);
}

TEST_CASE("a clock that steps back forgives no free failure and locks for none") {
  Phone phone;
  for (int i = 0; i < 3; ++i) REQUIRE(phone.pin(seconds(0), false) == TryVerdict::wrong);
  CHECK(phone.pin(-hours(1), false) == TryVerdict::wrong);
  CHECK(phone.pin(-hours(1), true) == TryVerdict::locked);
}

TEST_CASE("a number gets a code every half minute, five an hour and ten a day") {
  Phone phone;
  REQUIRE(phone.send(seconds(0)) == SendVerdict::sent);
  CHECK(phone.send(seconds(29)) == SendVerdict::stands);
  CHECK(phone.send(seconds(29), Channel::sms, power_bill) == SendVerdict::too_soon);
  for (int i = 1; i < 5; ++i) REQUIRE(phone.send(seconds(30) * i) == SendVerdict::sent);
  CHECK(phone.send(seconds(3'599)) == SendVerdict::number_limit);
  for (int i = 0; i < 5; ++i) REQUIRE(phone.send(hours(1) + seconds(30) * i) == SendVerdict::sent);
  CHECK(phone.send(hours(24) - seconds(1)) == SendVerdict::number_limit);
  CHECK(phone.send(hours(24)) == SendVerdict::sent);
}

TEST_CASE("numbers of a prefix, and all together, get a number of codes an hour") {
  Phone phone;
  phone.counts.prefix = Window{at(seconds(0)), phone.policy.sends_per_prefix_hour - 1};
  phone.counts.deployment = Window{at(seconds(0)), phone.policy.sends_per_deployment_hour - 1};
  const SendCounts before = phone.counts;
  REQUIRE(phone.send(seconds(1)) == SendVerdict::sent);
  CHECK(phone.send(seconds(31)) == SendVerdict::prefix_limit);
  phone.counts.prefix = before.prefix;
  CHECK(phone.send(seconds(31)) == SendVerdict::deployment_limit);
  CHECK(phone.send(hours(1)) == SendVerdict::sent);
}

TEST_CASE("a refused send leaves the code that is awaited alone and counts nothing") {
  Phone phone;
  REQUIRE(phone.send(seconds(0)) == SendVerdict::sent);
  const auto challenge = phone.challenge;
  REQUIRE(phone.send(seconds(1), Channel::ussd, power_bill) == SendVerdict::too_soon);
  CHECK(phone.challenge == challenge);
  CHECK(phone.counts.number.hour.sends == 1);
  CHECK(phone.counts.deployment.sends == 1);
}

TEST_CASE("a clock that steps back opens no window and closes none for longer than its length") {
  Phone phone;
  for (int i = 0; i < 5; ++i) REQUIRE(phone.send(seconds(30) * i) == SendVerdict::sent);
  const seconds back = -hours(24 * 365);
  CHECK(phone.send(back) == SendVerdict::too_soon);
  CHECK(phone.send(back + seconds(30)) == SendVerdict::number_limit);
  CHECK(phone.send(back + hours(1)) == SendVerdict::sent);
}

TEST_CASE("a policy that PRODUCT.md does not allow is refused with the name of the value") {
  CHECK(check(Policy{}).ok());
  struct Case {
    void (*spoil)(Policy&);
    const char* told;
  };
  const std::vector<Case> cases{
      {[](Policy& p) { p.code_lives = seconds(601); }, "code_lives is 601, it must be 30 to 600"},
      {[](Policy& p) { p.wrong_max = 4; }, "wrong_max"},
      {[](Policy& p) { p.wrong_max = 0; }, "wrong_max"},
      {[](Policy& p) { p.grant_lives = seconds(301); }, "grant_lives"},
      {[](Policy& p) { p.free_failures = 0; }, "free_failures"},
      {[](Policy& p) { p.delay_first = seconds(0); }, "delay_first"},
      {[](Policy& p) { p.delay_max = seconds(59); }, "delay_max is 59, it must be 60 to"},
      {[](Policy& p) { p.sends_min_gap = seconds(-1); }, "sends_min_gap"},
      {[](Policy& p) { p.sends_per_number_hour = 0; }, "sends_per_number_hour"},
      {[](Policy& p) { p.sends_per_number_day = 101; }, "sends_per_number_day"},
      {[](Policy& p) { p.sends_per_prefix_hour = 0; }, "sends_per_prefix_hour"},
      {[](Policy& p) { p.prefix_digits_left_out = 7; }, "prefix_digits_left_out"},
      {[](Policy& p) { p.sends_per_deployment_hour = 0; }, "sends_per_deployment_hour"},
  };
  for (const Case& one : cases) {
    Policy policy;
    one.spoil(policy);
    const Status checked = check(policy);
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.error().code == Errc::invalid);
    CHECK_THAT(checked.error().message, Catch::Contains(one.told));
  }
}

}  // namespace
}  // namespace shubbak::otp
