// Polls as they are configured, and their rounds.
#include "polls/poll.hpp"

#include <functional>
#include <limits>
#include <map>

#include <catch2/catch.hpp>

#include "sample_polls.hpp"

namespace shubbak::polls {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

std::string fault_of(const std::function<void(Poll&)>& spoil) {
  Poll poll = sample_poll();
  spoil(poll);
  const Status checked = check({poll});
  return checked.ok() ? std::string() : checked.error().message;
}

WallTime moment(sys_days day, std::chrono::milliseconds more = 0ms) {
  return WallTime(day.time_since_epoch() + more);
}

}  // namespace

TEST_CASE("a poll is refused with what is wrong of it") {
  CHECK(fault_of([](Poll&) {}).empty());
  CHECK(check({}).ok());
  CHECK(fault_of([](Poll& p) { p.name = "Service"; }).find("a poll's name") != std::string::npos);
  CHECK(fault_of([](Poll& p) { p.name = ""; }).find("a poll's name") != std::string::npos);
  CHECK(fault_of([](Poll& p) { p.question_ar = ""; }).find("a question") != std::string::npos);
  CHECK(fault_of([](Poll& p) { p.question_en = std::string(61, 'x'); }).find("60 letters") != std::string::npos);
  CHECK(fault_of([](Poll& p) { p.question_en = std::string(60, 'x'); }).empty());
  CHECK(fault_of([](Poll& p) { p.question_en = "two\nlines"; }).find("one line") != std::string::npos);
  CHECK(fault_of([](Poll& p) { p.choices[1].label_en = std::string(25, 'x'); }) ==
        "service.fair: a label is 1 to 24 letters on one line");
  CHECK(fault_of([](Poll& p) { p.choices[1].label_ar = ""; }).find("service.fair") != std::string::npos);
  CHECK(fault_of([](Poll& p) { p.choices[1].name = "good"; }).find("'good' is there twice") != std::string::npos);
  CHECK(fault_of([](Poll& p) { p.choices[1].name = "1"; }).find("a choice's name") != std::string::npos);
  CHECK(fault_of([](Poll& p) { p.choices.resize(1); }) == "service: it has 2 to 5 choices");
  CHECK(fault_of([](Poll& p) { p.choices.resize(6); }) == "service: it has 2 to 5 choices");
  CHECK(fault_of([](Poll& p) { p.every = 36h; }).find("whole days") != std::string::npos);
  CHECK(fault_of([](Poll& p) { p.every = 0h; }).find("1d to 366d") != std::string::npos);
  CHECK(fault_of([](Poll& p) { p.every = 367 * 24h; }).find("1d to 366d") != std::string::npos);
  CHECK(fault_of([](Poll& p) { p.least = 4; }) == "service: least must be 5 to 1000 answers");
  CHECK(fault_of([](Poll& p) { p.after = {"cases", "cases"}; }).find("in after twice") != std::string::npos);
  CHECK(check({sample_poll(), sample_poll()}).error().message == "service: the poll is there twice");
  CHECK_FALSE(check(Polls(21, sample_poll())).ok());
}

TEST_CASE("a letter of any script is one letter of a label") {
  CHECK(fault_of([](Poll& p) { p.choices[0].label_ar = "ممتازة ممتازة ممتازة ممم"; }).empty());  // 24
  CHECK_FALSE(fault_of([](Poll& p) { p.choices[0].label_ar = "ممتازة ممتازة ممتازة مممم"; }).empty());
}

TEST_CASE("a poll is found by its name, its choice by its own, and is asked after the services that it names") {
  const Polls polls{sample_poll()};
  REQUIRE(find_poll(polls, "service") == &polls[0]);
  CHECK(find_poll(polls, "other") == nullptr);
  CHECK(polls[0].find_choice("fair") == &polls[0].choices[1]);
  CHECK(polls[0].find_choice("Fair") == nullptr);
  CHECK(polls[0].is_asked_after("payments"));
  CHECK_FALSE(polls[0].is_asked_after("readings"));
  CHECK(polls[0].is_asked_after(""));
  Poll any = sample_poll();
  any.after.clear();
  CHECK(any.is_asked_after("readings"));
}

TEST_CASE("whatever is changed of a poll, it is another definition") {
  const std::string before = definition(sample_poll());
  CHECK(definition(sample_poll()) == before);
  const std::vector<std::function<void(Poll&)>> changes{[](Poll& p) { p.question_ar += "؟"; },
                                                        [](Poll& p) { p.question_en += "?"; },
                                                        [](Poll& p) { p.after.pop_back(); },
                                                        [](Poll& p) { p.choices.pop_back(); },
                                                        [](Poll& p) { p.choices[0].name = "fine"; },
                                                        [](Poll& p) { p.choices[0].label_ar += "ة"; },
                                                        [](Poll& p) { p.every += 24h; },
                                                        [](Poll& p) { p.least = 6; }};
  for (const auto& change : changes) {
    Poll changed = sample_poll();
    change(changed);
    CHECK(definition(changed) != before);
  }
}

TEST_CASE("a round begins and ends at local midnight, and the next one follows at once") {
  const Poll poll = sample_poll();
  const auto offset = 180min;
  const Round round = round_at(poll, moment(sys_days(2026y / 11 / 27)), offset);
  CHECK(round.last - round.first == std::chrono::days(29));
  CHECK((round.number - 30'000'000) * 30 == round.first.time_since_epoch().count());
  CHECK(round.first <= sys_days(2026y / 11 / 27));
  CHECK(round.last >= sys_days(2026y / 11 / 27));
  CHECK(round_at(poll, moment(round.first) - offset, offset) == round);
  CHECK(round_at(poll, moment(round.last + std::chrono::days(1), -1ms) - offset, offset) == round);
  const Round next = round_at(poll, moment(round.last + std::chrono::days(1)) - offset, offset);
  CHECK(next.number == round.number + 1);
  CHECK(next.first == round.last + std::chrono::days(1));
  CHECK(round_at(poll, moment(round.first) - offset - 1ms, offset).number == round.number - 1);
}

TEST_CASE("a round is over behind its last day, and where rounds have become others, not by a clock that goes back") {
  Poll poll = sample_poll();
  const auto offset = 180min;
  const Round round = round_at(poll, moment(sys_days(2026y / 11 / 27)), offset);
  const WallTime end = moment(round.last + std::chrono::days(1)) - offset;
  CHECK_FALSE(is_over(round, poll, end - 1ms, offset));
  CHECK(is_over(round, poll, end, offset));
  CHECK_FALSE(is_over(round, poll, moment(sys_days(2020y / 1 / 1)), offset));
  CHECK_FALSE(is_over(round, poll, end - 200min, -120min));
  poll.every = 31 * 24h;
  CHECK(is_over(round, poll, end - 1ms, offset));
}

TEST_CASE("rounds of two lengths never have one number, though they begin on one day or have one place") {
  Poll poll = sample_poll();
  poll.every = 366 * 24h;
  const Round of_366 = round_at(poll, moment(sys_days(2026y / 11 / 27)), 0min);
  poll.every = 365 * 24h;
  const Round of_365 = round_at(poll, moment(sys_days(2026y / 11 / 27)), 0min);
  CHECK(of_366.first.time_since_epoch().count() / 366 == of_365.first.time_since_epoch().count() / 365);
  CHECK(of_366.number != of_365.number);
  std::map<std::int64_t, Round> known;
  std::size_t mixed = 0;
  for (int days = 1; days <= 366; ++days) {
    poll.every = std::chrono::days(days);
    for (sys_days day = sys_days(2024y / 1 / 1); day < sys_days(2040y / 1 / 1); day += std::chrono::days(29)) {
      const Round round = round_at(poll, moment(day), 0min);
      if (known.emplace(round.number, round).first->second != round) ++mixed;
    }
  }
  CHECK(known.size() > 366);
  CHECK(mixed == 0);
}

TEST_CASE("the number of a round tells the length of the rounds that it is of, and what no round has none") {
  Poll poll = sample_poll();
  for (const int days : {1, 30, 366}) {
    poll.every = std::chrono::days(days);
    CHECK(length_of_rounds(round_at(poll, moment(sys_days(2026y / 11 / 27)), 0min).number) ==
          std::chrono::days(days));
  }
  for (const std::int64_t none : {std::int64_t{-30'000'000}, std::int64_t{0}, std::int64_t{690},
                                  std::int64_t{367'000'000}, std::numeric_limits<std::int64_t>::max()})
    CHECK_FALSE(length_of_rounds(none));
}

TEST_CASE("every moment is of one round, whatever its length, before 1970 too") {
  Poll poll = sample_poll();
  for (const int days : {1, 7, 30, 366}) {
    poll.every = std::chrono::days(days);
    Round before = round_at(poll, moment(sys_days(1969y / 1 / 1)), -120min);
    for (sys_days day = sys_days(1969y / 1 / 1); day < sys_days(1972y / 1 / 1); day += std::chrono::days(1)) {
      const Round round = round_at(poll, moment(day, 12h), -120min);
      CHECK(round.first <= day);
      CHECK(day <= round.last);
      CHECK((round == before || (round.number == before.number + 1 && round.first > before.last)));
      before = round;
    }
  }
}

}  // namespace shubbak::polls
