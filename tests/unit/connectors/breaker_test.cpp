#include "connectors/breaker.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "connectors/answer_cache.hpp"

namespace shubbak::connectors {

namespace {

using State = Breaker::State;
using Told = Breaker::Told;
using std::chrono::milliseconds;

const Instant start{std::chrono::hours(1)};
constexpr milliseconds open_for{10'000};

void fail(Breaker& breaker, int times, Instant now = start) {
  for (int i = 0; i < times; ++i) {
    const auto ticket = breaker.admit(now, true);
    REQUIRE(ticket);
    breaker.tell(*ticket, Told::failed, now);
  }
}

}  // namespace

TEST_CASE("a breaker opens after so many failures in a row, and an answer between them counts anew") {
  Breaker breaker({.failures = 3, .open_for = open_for});
  fail(breaker, 2);
  breaker.tell(*breaker.admit(start, true), Told::answered, start);
  fail(breaker, 2);
  CHECK(breaker.state(start) == State::closed);
  breaker.tell(*breaker.admit(start, true), Told::nothing, start);  // says nothing either way
  fail(breaker, 1);
  CHECK(breaker.state(start) == State::open);
  CHECK_FALSE(breaker.admit(start, true));
  CHECK_FALSE(breaker.admit(start + open_for - milliseconds(1), true));
}

TEST_CASE("one question tries whether the company is back, and never one that moves money") {
  Breaker breaker({.failures = 1, .open_for = open_for});
  fail(breaker, 1);
  const Instant later = start + open_for;
  CHECK(breaker.state(later) == State::half_open);
  CHECK_FALSE(breaker.admit(later, false));
  const auto probe = breaker.admit(later, true);
  REQUIRE(probe);
  CHECK_FALSE(breaker.admit(later, true));
  SECTION("it is") {
    breaker.tell(*probe, Told::answered, later);
    CHECK(breaker.state(later) == State::closed);
    CHECK(breaker.admit(later, false));
  }
  SECTION("it is not") {
    breaker.tell(*probe, Told::failed, later);
    CHECK(breaker.state(later) == State::open);
    CHECK_FALSE(breaker.admit(later + open_for - milliseconds(1), true));
    CHECK(breaker.admit(later + open_for, true));
  }
  SECTION("it was not asked in the end") {
    breaker.tell(*probe, Told::nothing, later);
    CHECK(breaker.admit(later, true));
  }
}

TEST_CASE("what was asked before a breaker opened tells nothing of the time after") {
  Breaker breaker({.failures = 2, .open_for = open_for});
  const auto early = breaker.admit(start, true);
  const auto slow = breaker.admit(start, true);
  fail(breaker, 2);
  breaker.tell(*early, Told::answered, start);
  CHECK(breaker.state(start) == State::open);
  const auto probe = breaker.admit(start + open_for, true);
  REQUIRE(probe);
  breaker.tell(*slow, Told::failed, start + open_for);
  breaker.tell(*probe, Told::answered, start + open_for);
  CHECK(breaker.state(start + open_for) == State::closed);
}

TEST_CASE("a breaker of no failures never opens") {
  Breaker breaker({.failures = 0, .open_for = open_for});
  fail(breaker, 100);
  CHECK(breaker.state(start) == State::closed);
}

TEST_CASE("an answer is kept until it is too old or forgotten") {
  AnswerCache<int> cache;
  cache.keep("4521007", 7, start, milliseconds(30));
  REQUIRE(cache.find("4521007", start + milliseconds(29)) != nullptr);
  CHECK(*cache.find("4521007", start + milliseconds(29)) == 7);
  CHECK(cache.size() == 1);
  CHECK(cache.find("4521007", start + milliseconds(30)) == nullptr);
  CHECK(cache.size() == 0);
  CHECK(cache.find("4521008", start) == nullptr);
  cache.keep("4521007", 8, start, milliseconds(30));
  CHECK(*cache.find("4521007", start) == 8);
  cache.forget("4521007");
  CHECK(cache.find("4521007", start) == nullptr);
}

TEST_CASE("what is kept has a bound, and what is too old makes room first") {
  AnswerCache<int> cache;
  const int most = static_cast<int>(AnswerCache<int>::entries_max);
  for (int i = 0; i < most; ++i) cache.keep(std::to_string(i), i, start, milliseconds(i < most / 2 ? 10 : 1'000));
  cache.keep("new", 1, start + milliseconds(20), milliseconds(10));
  CHECK(cache.size() == AnswerCache<int>::entries_max / 2 + 1);
  for (int i = 0; i < 2 * most; ++i) cache.keep("more" + std::to_string(i), i, start, milliseconds(1'000));
  CHECK(cache.size() <= AnswerCache<int>::entries_max);
}

TEST_CASE("fewer lists are kept than single answers") {
  AnswerCache<std::vector<int>> lists;
  for (int i = 0; i < 5'000; ++i) {
    lists.keep(std::to_string(i), {i}, start, milliseconds(1'000));
    REQUIRE(lists.size() <= 1'000);
  }
  REQUIRE(lists.find("4999", start) != nullptr);
  CHECK(*lists.find("4999", start) == std::vector<int>{4'999});
}

}  // namespace shubbak::connectors
