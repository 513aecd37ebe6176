// Dialogues as the daemon keeps them while their answers are fetched and committed.
#include "daemon/ussd_desk.hpp"

#include "tests/unit/daemon/published.hpp"

namespace shubbak::daemon::testing {
namespace {

// To the screen that asks whether a reading of 5100 is right.
void walk_to_confirm(Town& town) {
  town.dial("*123*3#");
  CHECK(contains(town.next_screen().text, "2107"));
  town.press("1");
  CHECK(contains(town.next_screen().text, "5060"));
  town.press("5100");
  CHECK(contains(town.next_screen().text, "Is it right?"));
}

}  // namespace

TEST_CASE("a text that was committed is sent although its dialogue ended meanwhile") {
  Town town;
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  town.start();
  town.dial("*123*1*1#");
  CHECK(contains(town.next_screen().text, "125,000"));
  {
    const CommitsHeld held = town.hold_commits();
    town.press("1");  // send it by SMS
    town.dial("*123#", 2);
    CHECK(contains(town.next_screen().text, "One window"));
  }
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "125,000"));
  town.stop();
  CHECK(town.open_store()->outbox_page("syriatel", 0, 10).value().messages.empty());
}

TEST_CASE("a commit that fails is counted although its dialogue ended meanwhile") {
  Town town;
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  town.execute("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'no room'); END");
  town.start();
  CHECK(contains(town.metric("shubbak_store_failures_total"), " 0"));
  town.dial("*123*1*1#");
  town.next_screen();
  {
    const CommitsHeld held = town.hold_commits();
    town.press("1");
    town.dial("*123#", 2);
    town.next_screen();
  }
  town.loop.until([&] { return contains(town.metric("shubbak_store_failures_total"), " 1"); });
}

TEST_CASE("who dials again while a reading is being committed is not told that it is recorded") {
  Town town;
  town.write({link_of(subscriber, person_of_one_account), english(subscriber)});
  town.start();
  walk_to_confirm(town);
  {
    const CommitsHeld held = town.hold_commits();
    town.press("1");
    town.loop.until([&] {
      return contains(town.metric("shubbak_service_calls_total{outcome=\"ok\",service=\"readings.submit\""), " 1");
    });
    town.press("1");  // impatient: the answer is on its way
    town.dial("*123#", 2);
    const Screen shown = town.next_screen();
    INFO(shown.text);
    CHECK_FALSE(contains(shown.text, "recorded"));
    CHECK_FALSE(shown.last);
  }
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "Receipt number"));
}

TEST_CASE("who dials again while their place is being saved goes on there") {
  Town town;
  town.write({link_of(subscriber, person_of_one_account), english(subscriber)});
  town.configure = [](Config& config) { config.operators.front().ussd.idle_timeout = 250ms; };
  town.start();
  {
    const CommitsHeld held = town.hold_commits();
    town.dial("*123*4#", 1, other_subscriber);
    town.next_screen();
    walk_to_confirm(town);
    // The other phone falls silent: the daemon has seen that and, just before, saved where this one is.
    while (!contains(town.metric("shubbak_dialogues_expired_total"), " 1")) {
      town.press("0");
      town.next_screen();
      town.press("5100");
      REQUIRE(contains(town.next_screen().text, "Is it right?"));
    }
    town.dial("*123#", 2);
    CHECK(contains(town.next_screen().text, "Is it right?"));
  }
  town.press("1", 2);
  CHECK(contains(town.next_screen().text, "recorded"));
}

TEST_CASE("a dialogue ends when its number is suspended") {
  Town town;
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  town.start();
  town.dial("*123*1*1#");
  CHECK(contains(town.next_screen().text, "125,000"));
  town.write_beside({link_of(subscriber, person_of_three_companies, store::LinkState::suspended)});
  town.press("1");
  const Screen shown = town.next_screen();
  INFO(shown.text);
  CHECK(shown.last);
  CHECK(contains(shown.text, "انتهت الجلسة"));
}

TEST_CASE("a dialogue does not go on for another person, nor is it taken up again for them") {
  Town town;
  town.write({link_of(subscriber, person_of_one_account), english(subscriber)});
  town.start();
  walk_to_confirm(town);
  town.write_beside({recycled(subscriber), link_of(subscriber, person_of_three_companies), english(subscriber)});
  SECTION("on a press") {
    town.press("1");
    const Screen shown = town.next_screen();
    INFO(shown.text);
    CHECK(shown.last);
    CHECK_FALSE(contains(shown.text, "5100"));
  }
  SECTION("on dialling again") {
    town.dial("*123#", 2);
    CHECK(contains(town.next_screen().text, "One window"));
  }
}

TEST_CASE("a stop waits for the screen that a company's answer will make") {
  Town town;
  town.write({link_of(subscriber, "00029000004"), english(subscriber)});  // owns the account that is answered late
  town.start();
  town.dial("*123*1*1#");
  town.loop.until([&] { return town.resp_to(1).has_value(); });
  town.begin_stop();
  town.wait_until_stopped();
  REQUIRE(town.screens.size() == 1);
  CHECK(contains(town.screens[0].text, "SYP"));
}

TEST_CASE("a position that is reached while stopping is saved") {
  Town town(300ms);
  town.write({link_of(subscriber, "00029000004"), english(subscriber)});
  town.start();
  town.dial("*123*3*1#");  // the last reading, which comes late
  town.loop.until([&] { return town.resp_to(1).has_value(); });
  town.stop();
  const auto store = town.open_store();
  const auto walk = store->find_walk(*Msisdn::parse(subscriber), store::WalkChannel::ussd, wall_now());
  REQUIRE(walk.ok());
  CHECK(walk->has_value());
}

TEST_CASE("a press that is delivered again on the next connection is not stepped twice") {
  Town town;
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  town.start();
  town.dial("*123#");
  CHECK(contains(town.next_screen().text, "One window"));
  town.press("1");
  const std::string accounts = town.next_screen().text;
  town.drop_link();
  town.press("1");
  CHECK(town.next_screen().text == accounts);
  town.press("1");  // and now the person does press it
  CHECK(contains(town.next_screen().text, "125,000"));
}

TEST_CASE("a direct dial opens what was dialled, wherever the gateway writes it") {
  struct Row {
    std::string text;
    std::string destination;
  };
  const auto row = GENERATE(Row{"*123*4*21*2100345#", "123"}, Row{"", "*123*4*21*2100345#"});
  CAPTURE(row.text, row.destination);
  Town town;
  town.start();
  smpp::TlvBuilder tlvs;
  tlvs.add_u8(smpp::TlvTag::ussd_service_op, 0x01).add_u16(smpp::TlvTag::its_session_info, 0x0100);
  smpp::Sm sm = Town::message(row.text);
  sm.destination.digits = row.destination;
  sm.data_coding = 15;
  sm.tlvs = tlvs.list();
  town.deliver(sm);
  CHECK(contains(town.next_screen().text, "48,750"));
}

TEST_CASE("what one service has written stands, though the next one of the same press is refused") {
  Town town;
  auto files = files_of();
  for (flows::SourceFile& file : files) {
    const auto instead = [&](const std::string& from, const std::string& to) {
      const std::size_t at = file.text.find(from);
      REQUIRE(at != std::string::npos);
      file.text.replace(at, from.size(), to);
    };
    if (!contains(file.text, "flow: reading\n")) continue;
    instead("  reference: {text: 20}\n", "  reference: {text: 20}\n  link: {text: 20}\n  hold: {int: [0, 1]}\n");
    instead("      ok: taken\n", "      ok: another\n");
    instead("  taken: {end:",
            "  another: {set: {link: \"999\", hold: 0}, then: refuse}\n"
            "  refuse:\n"
            "    call: {service: links.refuse, args: {link: link, hold: hold}, timeout: 2s}\n"
            "    then: {ok: refused, none: taken, timeout|error: later}\n"
            "  taken: {end:");
  }
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  put_in_force(town, files, "two services", 1);
  town.start();
  town.dial("*123*3*1*18300#");
  CHECK(contains(town.next_screen().text, "Is it right?"));
  town.press("1");
  CHECK(contains(town.next_screen().text, "18300"));  // taken: there was no such question
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "18300"));
  SQLite::Database database(town.database());
  CHECK(database.execAndGet("SELECT count(*) FROM reading").getInt() == 1);
}

}  // namespace shubbak::daemon::testing
