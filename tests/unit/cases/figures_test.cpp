// Figures of cases: what is counted, and how long stages took.
#include "cases/figures.hpp"

#include <catch2/catch.hpp>

namespace shubbak::cases {
namespace {

Spread spread_of(std::initializer_list<std::int64_t> stayed_ms) {
  Stays stays;
  for (const std::int64_t one : stayed_ms) stays.add({.did = Act::move, .stayed_ms = one});
  return stays.spread();
}

}  // namespace

TEST_CASE("outcomes count what was opened, resolved, late, reopened and rated, and no steps between") {
  Outcomes outcomes;
  for (const Act did :
       {Act::open, Act::open, Act::open, Act::move, Act::resolve, Act::resolve, Act::reopen, Act::escalate}) {
    const Deed deed{.did = did};
    CHECK(Outcomes::counts(deed) == (did != Act::move));
    if (Outcomes::counts(deed)) outcomes.add(deed);
  }
  CHECK(outcomes == Outcomes{.opened = 3, .resolved = 2, .late = 1, .reopened = 1});
  CHECK(outcomes.ratings() == 0);
  CHECK(outcomes.mean_stars_hundredths() == 0);
}

TEST_CASE("ratings are told one by one and as their mean") {
  Outcomes outcomes;
  for (const std::int64_t stars : {5, 5, 4, 1, 0, 6}) outcomes.add({.did = Act::rate, .stars = stars});
  CHECK(outcomes.rated == std::array<std::int64_t, stars_most>{1, 0, 0, 1, 2});  // 0 and 6 are no ratings
  CHECK(outcomes.ratings() == 4);
  CHECK(outcomes.mean_stars_hundredths() == 375);
}

TEST_CASE("a stage's time is told as the mean, the median and what 95 of 100 do not exceed") {
  CHECK(spread_of({}) == Spread{});
  CHECK(spread_of({7}) == Spread{7, 7, 7});
  CHECK(spread_of({1, 4}) == Spread{2, 1, 4});
  CHECK(spread_of({9, 1, 5}) == Spread{5, 5, 9});
  Stays hundred;
  for (std::int64_t i = 100; i >= 1; --i) hundred.add({.did = Act::resolve, .stayed_ms = i, .was_late = i > 90});
  CHECK(hundred.spread() == Spread{50, 50, 95});
  CHECK(hundred.ended() == 100);
  CHECK(hundred.late() == 10);
}

TEST_CASE("only what ends a stage counts as a stay in it") {
  CHECK(Stays::counts({.did = Act::move}));
  CHECK(Stays::counts({.did = Act::resolve}));
  for (const Act did : {Act::open, Act::rate, Act::reopen, Act::escalate}) CHECK_FALSE(Stays::counts({.did = did}));
}

}  // namespace shubbak::cases
