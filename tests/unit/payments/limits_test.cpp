// How much may be paid in a while.
#include "payments/limits.hpp"

#include <limits>

#include <catch2/catch.hpp>

namespace shubbak::payments {
namespace {

using namespace std::chrono_literals;

constexpr auto damascus = 180min;
const WallTime midnight = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 26)) - damascus;
const Limit two_a_day{.per = Scope::person, .within = 24h, .payments = 2, .amount = Money{1'000, Currency::SYP}};

// The payments one after the other; what is used behind the last that is allowed. Nothing: the last one is not.
std::optional<Used> after(const Limit& limit, std::initializer_list<std::pair<WallTime, std::int64_t>> payments) {
  std::optional<Used> used{Used{}};
  for (const auto& [at, amount] : payments) {
    REQUIRE(used);
    used = with(limit, used_at(limit, *used, at, damascus), amount);
  }
  return used;
}

}  // namespace

TEST_CASE("so many payments of a day, and so much together") {
  CHECK(after(two_a_day, {{midnight, 1}, {midnight + 1h, 2}}) == Used{midnight, 2, 3});
  CHECK_FALSE(after(two_a_day, {{midnight, 1}, {midnight + 1h, 2}, {midnight + 2h, 1}}));
  CHECK(after(two_a_day, {{midnight, 400}, {midnight + 1h, 600}}));
  CHECK_FALSE(after(two_a_day, {{midnight, 400}, {midnight + 1h, 601}}));
  CHECK_FALSE(after(two_a_day, {{midnight, 1'001}}));
  const Limit amount_only{.amount = Money{std::numeric_limits<std::int64_t>::max(), Currency::SYP}};
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK_FALSE(after(amount_only, {{midnight, most}, {midnight, 1}}));  // nothing wraps
  CHECK_FALSE(after({.payments = 0}, {{midnight, 1}}));                // nobody pays
}

TEST_CASE("a limit of a day begins anew at local midnight, of an hour each hour behind it") {
  CHECK(after(two_a_day, {{midnight, 1}, {midnight + 24h - 1ms, 2}, {midnight + 24h, 4}}) ==
        Used{midnight + 24h, 1, 4});
  const Limit hourly{.within = 1h, .payments = 1};
  CHECK(after(hourly, {{midnight + 59min, 1}, {midnight + 60min, 2}}) == Used{midnight + 1h, 1, 2});
  CHECK_FALSE(after(hourly, {{midnight + 1min, 1}, {midnight + 59min, 2}}));
}

TEST_CASE("a clock that steps back frees nothing, and one that was far ahead holds nobody for longer than a window") {
  const WallTime morning = midnight + 24h;
  CHECK_FALSE(after(two_a_day, {{morning, 1}, {morning + 1h, 1}, {morning - 1h, 1}}));
  CHECK(after(two_a_day, {{midnight + 24h * 365, 1}, {midnight + 24h * 365, 1}, {midnight, 1}}) ==
        Used{midnight, 1, 1});
}

TEST_CASE("what the company did not take is given back, in the window that it was counted in") {
  const Used used{midnight, 2, 700};
  CHECK(without(two_a_day, used, 300, midnight + 5h, damascus) == Used{midnight, 1, 400});
  CHECK(without(two_a_day, used, 300, midnight - 1h, damascus) == used);   // of yesterday
  CHECK(without(two_a_day, used, 300, midnight + 25h, damascus) == used);  // counted elsewhere since
  CHECK(without(two_a_day, Used{midnight, 0, 0}, 300, midnight, damascus) == Used{midnight, 0, 0});
  CHECK(without(two_a_day, Used{midnight, 1, 100}, 300, midnight, damascus) == Used{midnight, 0, 0});
}

TEST_CASE("limits that cannot be meant are refused, and which") {
  CHECK(check(Limits{}).ok());
  CHECK(check(Limits{.all = {two_a_day, {.per = Scope::person, .within = 1h, .payments = 1}}}).ok());
  const auto fault = [](std::vector<Limit> all) { return check(Limits{.all = std::move(all)}).error().message; };
  CHECK(fault({two_a_day, {.per = Scope::card}}).starts_with("limit 2 limits nothing"));
  CHECK(fault({{.within = 0s, .payments = 1}}).starts_with("limit 1 is of no time"));
  CHECK(fault({two_a_day, {.within = 24h, .payments = 9}}).starts_with("limit 1 is there twice"));
  CHECK(fault({{.amount = Money{-1, Currency::SYP}}}).starts_with("limit 1 has an amount below 0"));
}

}  // namespace shubbak::payments
