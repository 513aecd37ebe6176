// Roll-out switches in a running daemon: another process sets them, and they count without a restart.
#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

const std::string not_yet = "has not begun here yet";

rollout::Rule off_at(std::string company) {
  rollout::Rule rule;
  rule.company = std::move(company);
  rule.share_percent = 0;
  return rule;
}

store::Change switched_off_at(std::string company) {
  return store::RolloutChange(
      store::SetSwitch{off_at(std::move(company)), {Actor::Kind::command_line, "test"}, wall_now()});
}

store::Change as_configured_at(std::string company) {
  return store::RolloutChange(
      store::ClearSwitch{"*", std::move(company), {Actor::Kind::command_line, "test"}, wall_now()});
}

std::string answer_to(Town& town, const std::string& text) {
  const std::size_t before = town.replies.size();
  town.text(text);
  town.wait_for_replies(before + 1);
  return town.replies.back();
}

}  // namespace

TEST_CASE("a company that is switched off is refused by the running daemon, and served once it is on again") {
  Town town;
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  town.start();
  REQUIRE(contains(answer_to(town, "bill"), "125,000"));
  town.write({switched_off_at("damascus")});
  while (contains(answer_to(town, "bill"), "125,000")) {
  }
  CHECK(contains(town.replies.back(), "48,750"));  // of another company
  CHECK(contains(answer_to(town, "11 4521007"), not_yet));
  town.dial("*123*3#");
  const Screen others = town.next_screen();
  INFO(others.text);
  CHECK(contains(others.text, "2100"));  // of other companies
  CHECK_FALSE(contains(others.text, "4521"));
  CHECK(contains(town.metric("shubbak_switched_off_total{company=\"damascus\",service=\"bills.lookup\"}"), " 1"));

  town.write({as_configured_at("damascus")});
  while (!contains(answer_to(town, "bill"), "125,000")) {
  }
  town.dial("*123*3*1*18300#", 2);
  CHECK(contains(town.next_screen().text, "Is it right?"));
  town.press("1", 2);
  CHECK(contains(town.next_screen().text, "18300 is recorded"));
}

TEST_CASE("what is switched off in the middle of a walk is not taken, though the daemon may not have seen it yet") {
  Town town;
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  town.start();
  town.dial("*123*3*1*18300#");
  REQUIRE(contains(town.next_screen().text, "Is it right?"));
  town.write({switched_off_at("damascus")});
  town.press("1");
  const Screen refused = town.next_screen();
  CHECK(refused.last);
  CHECK(contains(refused.text, not_yet));
  CHECK(town.open_store()->undelivered_readings("damascus", 0, 10).value().empty());
}

TEST_CASE("what the configuration switches off is off from the start, until it is switched on at run time") {
  Town town;
  town.write({english(subscriber)});
  town.configure = [](Config& config) { config.switches = {off_at("homs")}; };
  town.start();
  CHECK(contains(answer_to(town, "31 3100912"), not_yet));
  CHECK(contains(answer_to(town, "21 2100345"), "48,750"));
  rollout::Rule on = off_at("homs");
  on.share_percent = rollout::whole_percent;
  town.write({store::RolloutChange(store::SetSwitch{on, {Actor::Kind::command_line, "test"}, wall_now()})});
  while (contains(answer_to(town, "31 3100912"), not_yet)) {
  }
  CHECK(contains(town.replies.back(), "310,500"));
}

}  // namespace shubbak::daemon::testing
