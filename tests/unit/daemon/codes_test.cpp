// One-time codes on the whole daemon: a code that was begun by USSD completes after a restart, and what is sent too
// often is counted for an alarm.
#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

// Suspending one's own number takes a code; the code.
std::string ask_for_code(Town& town) {
  town.dial("*123*8#");
  REQUIRE(contains(town.next_screen().text, "Suspend this number"));
  town.press("1");
  const Screen sent = town.next_screen();
  REQUIRE(contains(sent.text, "sent you a code"));
  REQUIRE(sent.last);
  town.wait_for_replies(1);
  return town.replies.front().substr(0, 6);
}
bool is_suspended(Town& town) {
  const auto link = town.open_store()->find_link(*Msisdn::parse(subscriber));
  return link.ok() && *link && (*link)->record.state == store::LinkState::suspended;
}

}  // namespace

TEST_CASE("a code that was sent before the daemon was restarted completes by each of the three ways") {
  Town town;
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  town.start();
  const std::string code = ask_for_code(town);
  town.stop();
  town.start();
  SECTION("dialled behind the service code") {
    town.dial("*123*" + code + "#", 2);
    const Screen done = town.next_screen();
    CHECK(done.last);
    CHECK(contains(done.text, "is suspended"));
  }
  SECTION("typed at the screen that the service code comes back to, after a wrong one") {
    town.dial("*123#", 2);
    CHECK(contains(town.next_screen().text, "Enter the code"));
    town.press(code == "111111" ? "222222" : "111111", 2);
    CHECK_FALSE(contains(town.next_screen().text, "is suspended"));
    town.press(code, 2);
    CHECK(contains(town.next_screen().text, "is suspended"));
  }
  SECTION("in reply to the SMS") {
    town.text(code);
    town.wait_for_replies(2);
    CHECK(contains(town.replies.back(), "is suspended"));
  }
  CHECK(is_suspended(town));
  CHECK(std::ranges::count_if(town.replies, [](const std::string& text) {
          return contains(text, "to suspend this number");
        }) == 1);  // the restart has sent no second one
}

TEST_CASE("codes that are refused by a limit are counted by which one it was, for an alarm") {
  struct Row {
    const char* outcome;
    std::uint32_t otp::Policy::*limit;
    std::string second;  // whose code is refused
  };
  const auto row = GENERATE(values<Row>({
      {"number_limit", &otp::Policy::sends_per_number_hour, subscriber},
      {"prefix_limit", &otp::Policy::sends_per_prefix_hour, other_subscriber},
      {"deployment_limit", &otp::Policy::sends_per_deployment_hour, "963944000001"},
  }));
  CAPTURE(row.outcome);
  Town town;
  town.configure = [&](Config& config) {
    config.codes.*row.limit = 1;
    config.codes.sends_min_gap = 0s;
  };
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  if (row.second != subscriber) town.write({link_of(row.second, person_of_one_account), english(row.second)});
  town.start();
  const std::string counted = std::string("shubbak_codes_total{outcome=\"") + row.outcome + "\"} ";
  ask_for_code(town);
  CHECK(town.metric("shubbak_codes_total{outcome=\"sent\"}").ends_with(" 1"));
  CHECK(town.metric(counted) == counted + "0");
  // Another dialogue asks for one more.
  town.text("suspend", row.second);
  town.wait_for_replies(2);
  town.text("1", row.second);
  town.wait_for_replies(3);
  CHECK_FALSE(contains(town.replies.back(), "is your code"));
  CHECK(town.metric("shubbak_codes_total{outcome=\"sent\"}").ends_with(" 1"));
  CHECK(town.metric(counted) == counted + "1");
}

}  // namespace shubbak::daemon::testing
