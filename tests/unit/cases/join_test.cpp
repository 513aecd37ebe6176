// Cases of one outage: which are joined, and what is done to them then.
#include "cases/join.hpp"

#include <catch2/catch.hpp>

#include "sample_kinds.hpp"

namespace shubbak::cases {
namespace {

using Catch::Matchers::Contains;
using std::chrono::hours;

const WallTime dark_since{std::chrono::seconds(1'790'000'000)};
constexpr std::int64_t main_number = 123'456'789;

Outage dark(std::int64_t number, const std::string& area = "21", const std::string& company = "aleppo") {
  return {number, area, 0, opened(sample_outage(), {company, {}, {}}, dark_since)};
}
Outage dark_main() {
  return dark(main_number);
}
Outage dark_other() {
  return dark(main_number + 1);
}
Case once(const Case& before, const Asked& asked, WallTime now = dark_since) {
  const auto after = decide(sample_kinds(), before, asked, now);
  if (!after.ok()) FAIL(after.error().message);
  return *after;
}
Case joined_to_main(const Outage& main) {
  const auto after = join(sample_kinds(), dark_other(), main);
  if (!after.ok()) FAIL(after.error().message);
  return *after;
}
Error not_taken(const Outage& one, const Outage& main) {
  const auto after = join(sample_kinds(), one, main);
  REQUIRE_FALSE(after.ok());
  return after.error();
}

TEST_CASE("a case that is joined stands where its main one does, and nobody has it") {
  Outage main = dark_main();
  main.is = once(main.is, {.act = Act::move, .stage = "crew"}, dark_since + hours(1));
  Outage other = dark_other();
  other.is = once(other.is, {.act = Act::take, .worker = "amal"});
  other.is = once(other.is, {.act = Act::escalate}, dark_since + hours(4));
  const auto after = join(sample_kinds(), other, main, 3);
  REQUIRE(after.ok());
  CHECK(after->joined == main_number);
  CHECK(after->stage == "crew");
  CHECK(after->stage_since == dark_since + hours(1));
  CHECK(after->due == main.is.due);
  CHECK(after->office.empty());
  CHECK(after->worker.empty());
  CHECK_FALSE(after->is_late);
  CHECK(after->version == 4);
  CHECK_THAT(join(sample_kinds(), other, main, 2).error().message, Contains("it is at version 3 now"));
}

TEST_CASE("only open cases of one kind, company and area are joined, and to one that is worked itself") {
  CHECK(not_taken(dark_main(), dark_main()).code == Errc::invalid);
  CHECK(not_taken(dark(1, "22"), dark_main()).code == Errc::invalid);
  CHECK(not_taken(dark(1, "21", "homs"), dark_main()).code == Errc::invalid);
  CHECK(join(sample_kinds(), dark(1, ""), dark_main()).ok());  // staff know where it is
  Outage elsewhere = dark_other();
  elsewhere.is.from.directorate = "east";
  CHECK_THAT(not_taken(elsewhere, dark_main()).message, Contains("of another directorate"));
  Outage bribe = dark(1);
  bribe.is = opened(sample_bribe(), {"aleppo", {}, {}}, dark_since);
  CHECK_THAT(not_taken(bribe, dark_main()).message, Contains("about: network"));
  CHECK_THAT(not_taken(dark_other(), bribe).message, Contains("of another kind"));

  Outage over = dark_other();
  over.is = once(over.is, {.act = Act::resolve});
  CHECK(not_taken(over, dark_main()).code == Errc::conflict);
  CHECK(not_taken(dark_main(), over).code == Errc::conflict);
  Outage joined = dark_other();
  joined.is = joined_to_main(dark_main());
  CHECK_THAT(not_taken(joined, dark(1)).message, Contains("to case " + tracking_number(main_number)));
  CHECK_THAT(not_taken(dark(1), joined).message, Contains("join to case " + tracking_number(main_number)));
  Outage with_others = dark_main();
  with_others.joined = 1;
  CHECK(not_taken(with_others, dark_other()).code == Errc::conflict);
}

TEST_CASE("so many are joined to one case, and none more") {
  Outage main = dark_main();
  main.joined = Limits::joined_most - 1;
  CHECK(join(sample_kinds(), dark_other(), main).ok());
  main.joined = Limits::joined_most;
  CHECK_THAT(not_taken(dark_other(), main).message, Contains("200 are joined"));
}

TEST_CASE("a case with a fee that is due, or a visit, is not joined") {
  Outage owing = dark_other();
  owing.is = once(owing.is, {.act = Act::quote, .amount = {500, Currency::SYP}, .account = "2100345"});
  CHECK(not_taken(owing, dark_main()).code == Errc::conflict);
  Outage visited = dark_other();
  const Slots slots{{"crew_1", dark_since + hours(24), dark_since + hours(26)},
                    {"crew_1", dark_since + hours(30), dark_since + hours(32)}};
  visited.is = once(visited.is, {.act = Act::offer, .slots = slots});
  CHECK(not_taken(visited, dark_main()).code == Errc::conflict);
  visited.is = once(visited.is, {.act = Act::book, .slots = {slots[0]}});
  CHECK(not_taken(visited, dark_main()).code == Errc::conflict);
}

TEST_CASE("a case that is joined is neither worked nor late by itself, and may be replied to") {
  const Case one = joined_to_main(dark_main());
  const Slots slots{{"crew_1", dark_since + hours(24), dark_since + hours(26)},
                    {"crew_1", dark_since + hours(30), dark_since + hours(32)}};
  const Asked refused[] = {{.act = Act::take, .worker = "amal"},
                           {.act = Act::move, .stage = "crew"},
                           {.act = Act::resolve},
                           {.act = Act::quote, .amount = {500, Currency::SYP}, .account = "2100345"},
                           {.act = Act::offer, .slots = slots}};
  for (const Asked& asked : refused) {
    const auto after = decide(sample_kinds(), one, asked, dark_since);
    REQUIRE_FALSE(after.ok());
    CHECK(after.error().code == Errc::conflict);
    CHECK_THAT(after.error().message, Contains("work case " + tracking_number(main_number)));
  }
  CHECK(decide(sample_kinds(), one, {.act = Act::escalate}, dark_since + hours(5)).error().code == Errc::conflict);
  CHECK(once(one, {.act = Act::reply}).version == one.version + 1);
}

TEST_CASE("what is done to a main case is done to one that is joined, whose rating and reopening are its person's") {
  Outage main = dark_main();
  Case one = joined_to_main(main);
  main.is = once(main.is, {.act = Act::move, .stage = "crew"}, dark_since + hours(1));
  one = followed(one, main.is);
  CHECK(one.stage == "crew");
  CHECK(one.version == 3);
  main.is = once(main.is, {.act = Act::move, .stage = "check"}, dark_since + hours(2));
  main.is = once(main.is, {.act = Act::resolve}, dark_since + hours(3));
  one = followed(one, main.is);
  CHECK(one.state == State::resolved);
  CHECK(one.resolved == dark_since + hours(3));
  CHECK_FALSE(one.due);
  CHECK(one.joined == main_number);
  one = once(one, {.act = Act::rate, .stars = 2}, dark_since + hours(4));
  CHECK(one.stars == 2);
  CHECK_FALSE(main.is.stars);
  one = once(one, {.act = Act::reopen}, dark_since + hours(5));
  CHECK_FALSE(one.joined);
  CHECK(one.stage == "received");
  CHECK(one.due == dark_since + hours(9));
  CHECK(main.is.state == State::resolved);
  CHECK(once(one, {.act = Act::take, .worker = "amal"}).worker == "amal");
}

TEST_CASE("a case that is taken out stands alone where the main one had come, and its time runs on") {
  Outage main = dark_main();
  Case one = joined_to_main(main);
  main.is = once(main.is, {.act = Act::move, .stage = "crew"}, dark_since + hours(1));
  one = followed(one, main.is);
  const auto stale = decide(sample_kinds(), one, {.act = Act::unjoin, .version = 2}, dark_since + hours(2));
  CHECK_THAT(stale.error().message, Contains("it is at version 3 now"));
  one = once(one, {.act = Act::unjoin, .version = 3}, dark_since + hours(2));
  CHECK_FALSE(one.joined);
  CHECK(one.state == State::open);
  CHECK(one.stage == "crew");
  CHECK(one.stage_since == dark_since + hours(1));
  CHECK(one.due == dark_since + hours(25));
  CHECK(one.worker.empty());
  CHECK_FALSE(one.is_late);
  CHECK(one.version == 4);
  const auto again = decide(sample_kinds(), one, {.act = Act::unjoin}, dark_since + hours(2));
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().code == Errc::conflict);
  CHECK_THAT(again.error().message, Contains("joined to no other"));
  CHECK(once(one, {.act = Act::take, .worker = "amal"}).worker == "amal");
  const Case late = once(one, {.act = Act::escalate}, dark_since + hours(25));
  CHECK(late.is_late);
  CHECK(late.office == "management");
  CHECK(join(sample_kinds(), Outage{main_number + 1, "21", 0, one}, main).ok());
}

TEST_CASE("a case that is over is not taken out of the outage that it was of") {
  Outage main = dark_main();
  Case one = joined_to_main(main);
  main.is = once(main.is, {.act = Act::resolve}, dark_since + hours(1));
  one = followed(one, main.is);
  const auto after = decide(sample_kinds(), one, {.act = Act::unjoin}, dark_since + hours(2));
  REQUIRE_FALSE(after.ok());
  CHECK(after.error().code == Errc::conflict);
  CHECK_THAT(after.error().message, Contains("resolved already"));
}

TEST_CASE("a case that is joined takes the answers of its own person, which wait for who answers that one") {
  Outage main = dark_main();
  Case one = once(joined_to_main(main), {.act = Act::answer});
  CHECK(one.answers == 1);
  CHECK(one.joined == main_number);
  main.is = once(main.is, {.act = Act::reply});
  CHECK(followed(one, main.is).answers == 1);
  CHECK(once(one, {.act = Act::reply}).answers == 0);
  main.is = once(main.is, {.act = Act::resolve});
  CHECK(followed(one, main.is).answers == 0);
  const Outage known = dark_main();
  CHECK(once(known.is, {.act = Act::answer}).answers == 1);
  CHECK(followed(joined_to_main(known), once(known.is, {.act = Act::answer})).answers == 0);
}

TEST_CASE("moving, replying and resolving are done to all, anything else to the main case") {
  CHECK(is_shared(Act::move));
  CHECK(is_shared(Act::reply));
  CHECK(is_shared(Act::resolve));
  for (const Act act : {Act::take, Act::rate, Act::reopen, Act::escalate, Act::quote, Act::offer, Act::join,
                        Act::unjoin, Act::answer})
    CHECK_FALSE(is_shared(act));
}

}  // namespace
}  // namespace shubbak::cases
