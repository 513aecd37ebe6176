// What a company takes at once, and what paying it costs.
#include "payments/rules.hpp"

#include <array>

#include <catch2/catch.hpp>

namespace shubbak::payments {
namespace {

Money syp(std::int64_t minor) {
  return {minor, Currency::SYP};
}

constexpr std::array<std::int64_t, 2> through{40'000, 90'000};  // of 120,000: three bills

}  // namespace

TEST_CASE("all that is due is taken, whatever the rules say of parts") {
  for (const Parts parts : {Parts::any, Parts::bills, Parts::none}) {
    const Rules rules{.least = syp(500'000), .parts = parts};
    CHECK(judge(rules, 120'000, 120'000, through) == Verdict::taken);
    CHECK(judge(rules, 1, 1, {}) == Verdict::taken);
    CHECK(judge(rules, 120'001, 120'000, through) == Verdict::too_much);
    CHECK(judge(rules, 0, 120'000, through) == Verdict::too_little);
    CHECK(judge(rules, -40'000, 120'000, through) == Verdict::too_little);
    CHECK(judge(rules, 1, 0, through) == Verdict::too_much);
  }
}

TEST_CASE("a part is at least so much") {
  const Rules rules{.least = syp(10'000)};
  CHECK(judge(rules, 10'000, 120'000, {}) == Verdict::taken);
  CHECK(judge(rules, 9'999, 120'000, {}) == Verdict::too_little);
}

TEST_CASE("whole bills, the oldest first, or all of it") {
  const Rules bills{.parts = Parts::bills};
  CHECK(judge(bills, 40'000, 120'000, through) == Verdict::taken);
  CHECK(judge(bills, 90'000, 120'000, through) == Verdict::taken);
  CHECK(judge(bills, 50'000, 120'000, through) == Verdict::not_whole);  // the second one alone
  CHECK(judge(bills, 40'001, 120'000, through) == Verdict::not_whole);
  CHECK(judge(bills, 40'000, 120'000, {}) == Verdict::not_whole);  // nobody knows the bills
  CHECK(judge({.parts = Parts::none}, 40'000, 120'000, through) == Verdict::not_whole);
}

TEST_CASE("a fee is a fixed part and a share that is rounded up, and no more than the most") {
  CHECK(fee_of({}, 1'000'000) == 0);
  CHECK(fee_of({.fixed = syp(500)}, 1) == 500);
  CHECK(fee_of({.basis_points = 100}, 1'000'000) == 10'000);
  CHECK(fee_of({.basis_points = 100}, 1) == 1);
  CHECK(fee_of({.basis_points = 100}, 0) == 0);
  CHECK(fee_of({.fixed = syp(500), .basis_points = 150}, 1'000'000) == 15'500);
  CHECK(fee_of({.basis_points = 150, .step = syp(100)}, 12'345) == 200);  // 185.175
  CHECK(fee_of({.basis_points = 100, .step = syp(100)}, 1'000'000) == 10'000);
  CHECK(fee_of({.fixed = syp(500), .basis_points = 150, .most = syp(1'000)}, 1'000'000) == 1'000);
  // The largest amount, all of it.
  CHECK(fee_of({.basis_points = 10'000}, 1'000'000'000'000'000) == 1'000'000'000'000'000);
  CHECK(fee_of({.basis_points = 9'999}, 999'999'999'999'999) == 999'900'000'000'000);
}

TEST_CASE("rules that cannot be meant are refused") {
  CHECK(check(Rules{}).ok());
  CHECK(check(Rules{.least = syp(1'000), .fee = {.fixed = syp(500), .basis_points = 10'000, .most = syp(500)}}).ok());
  CHECK_FALSE(check(Rules{.least = syp(-1)}).ok());
  CHECK_FALSE(check(Rules{.least = syp(1'000'000'000'000'001)}).ok());
  CHECK_FALSE(check(Rules{.fee = {.fixed = syp(-1)}}).ok());
  CHECK_FALSE(check(Rules{.fee = {.basis_points = 10'001}}).ok());
  CHECK_FALSE(check(Rules{.fee = {.step = syp(-100)}}).ok());
  CHECK_FALSE(check(Rules{.fee = {.fixed = syp(501), .most = syp(500)}}).ok());
}

}  // namespace shubbak::payments
