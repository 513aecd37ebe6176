// What the daemon counts of the walks through its flows, by the way that a person, the network or we ended them.
#include <map>

#include "daemon/flow_statistics.hpp"
#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

using store::Measure;
using store::WalkChannel;

const std::string person_answered_late = "00029000004";

// What a daemon that has stopped wrote. Whoever came to a state by USSD must have left it, or was given up there.
class Written {
 public:
  explicit Written(Town& town) {
    const auto day = std::chrono::floor<std::chrono::days>(wall_now());
    const auto read = town.open_store()->statistics(day - std::chrono::days(2), day + std::chrono::days(2));
    REQUIRE(read.ok());
    std::map<std::string, std::int64_t> balance;
    for (const store::Statistic& one : *read) {
      counts_[one.key] = one.count;
      if (one.key.channel != WalkChannel::ussd) continue;
      std::int64_t& left = balance[one.key.flow + "." + one.key.state];
      if (one.key.measure == Measure::entered || one.key.measure == Measure::taken_up) left += one.count;
      if (one.key.measure == Measure::left || one.key.measure == Measure::abandoned) left -= one.count;
    }
    for (const auto& [state, left] : balance) {
      INFO("came to, and did not leave, " << state);
      CHECK(left == 0);
    }
  }
  std::int64_t ussd(const std::string& flow, const std::string& state, Measure measure,
                    const std::string& detail = {}) {
    return counts_[{WalkChannel::ussd, flow, state, measure, detail}];
  }
  std::int64_t sms(const std::string& flow, const std::string& state, Measure measure,
                   const std::string& detail = {}) {
    return counts_[{WalkChannel::sms, flow, state, measure, detail}];
  }

 private:
  std::map<store::StatisticKey, std::int64_t> counts_;
};

// One USSD message of any phone; `end`: the gateway says that it has closed the dialogue.
smpp::Sm ussd(std::string_view keys, smpp::TlvBuilder& tlvs, std::uint8_t op, bool end,
              std::string_view from = subscriber) {
  tlvs.add_u8(smpp::TlvTag::ussd_service_op, op).add_u16(smpp::TlvTag::its_session_info, end ? 0x0101 : 0x0100);
  smpp::Sm sm = Town::message(keys, from);
  sm.data_coding = 15;
  sm.tlvs = tlvs.list();
  return sm;
}
void hang_up(Town& town) {
  smpp::TlvBuilder tlvs;
  const auto tag = town.deliver(ussd("", tlvs, 0x12, true));
  town.loop.until([&] { return town.resp_to(tag).has_value(); });
}

// To the screen with what is due, from which a press of 1 sends it by SMS.
void walk_to_due(Town& town) {
  town.dial("*123*1*1#");
  CHECK(contains(town.next_screen().text, "125,000"));
}
void walk_straight_to_confirm(Town& town) {
  town.dial("*123*3*1#");
  CHECK(contains(town.next_screen().text, "5060"));
  town.press("5100");
  CHECK(contains(town.next_screen().text, "Is it right?"));
}

}  // namespace

TEST_CASE("a walk is counted on its way, with its time, its session and every part of its text") {
  Town town(300ms);
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  std::int64_t parts = 0;
  town.answer = [&](const smpp::Sm& sm) {
    if (!sm.tlvs.find_uint(smpp::TlvTag::ussd_service_op)) ++parts;
    return CommandStatus::ok;
  };
  town.start();
  walk_to_due(town);
  town.press("1");
  CHECK(town.next_screen().last);
  town.wait_for_replies(1);
  REQUIRE(parts > 0);
  CHECK(town.metric("shubbak_state_entered_total{flow=\"debt\",state=\"show\",channel=\"ussd\"}") ==
        "shubbak_state_entered_total{flow=\"debt\",state=\"show\",channel=\"ussd\"} 1");
  town.stop();
  Written written(town);
  CHECK(written.ussd("debt", "load", Measure::entered) == 1);
  CHECK(written.ussd("debt", "load", Measure::left, "debt.pick") == 1);
  CHECK(written.ussd("debt", "load", Measure::stayed) == 1);
  CHECK(written.ussd("debt", "pick", Measure::left, "debt.ask") == 1);
  CHECK(written.ussd("debt", "pick", Measure::stayed) == 0);  // it was answered in what was dialled
  CHECK(written.ussd("debt", "ask", Measure::left, "debt.show") == 1);
  CHECK(written.ussd("debt", "show", Measure::left, "debt.sent") == 1);
  CHECK(written.ussd("debt", "show", Measure::stayed) == 1);
  CHECK(written.ussd("debt", "sent", Measure::left, "end") == 1);
  CHECK(written.ussd("debt", "sent", Measure::sessions, "syriatel") == 1);
  CHECK(written.ussd("debt", "sent", Measure::message_parts, "syriatel") == parts);
  CHECK(written.ussd("debt", "ask", Measure::company_sessions, "syriatel damascus") == 1);
}

TEST_CASE("the time of a state that asks a company is the company's") {
  Town town(300ms);
  town.write({link_of(subscriber, person_answered_late), english(subscriber)});
  town.start();
  town.dial("*123*1*1#");
  town.next_screen();
  town.stop();
  Written written(town);
  CHECK(written.ussd("debt", "ask", Measure::stayed) == 1);
  CHECK(written.ussd("debt", "ask", Measure::stayed_ms) >= 299);
}

TEST_CASE("who hangs up while a company keeps them waiting has asked it") {
  Town town(3s);
  town.write({link_of(subscriber, person_answered_late), english(subscriber)});
  town.start();
  town.dial("*123*1*1#");
  const std::string asked = "shubbak_state_entered_total{flow=\"debt\",state=\"ask\",channel=\"ussd\"}";
  town.loop.until([&] { return town.metric(asked) == asked + " 1"; });
  hang_up(town);
  town.stop();
  Written written(town);
  CHECK(written.ussd("debt", "ask", Measure::abandoned, "user") == 1);
  CHECK(written.ussd("debt", "ask", Measure::company_sessions, "syriatel damascus") == 1);
}

TEST_CASE("who hangs up gave up, by themselves") {
  Town town;
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  town.start();
  walk_to_due(town);
  hang_up(town);
  town.stop();
  Written written(town);
  CHECK(written.ussd("debt", "show", Measure::abandoned, "user") == 1);
  CHECK(written.ussd("debt", "show", Measure::sessions, "syriatel") == 1);
}

TEST_CASE("who falls silent is a time-out") {
  Town town;
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  town.configure = [](Config& config) { config.operators.front().ussd.idle_timeout = 50ms; };
  town.start();
  walk_to_due(town);
  const std::string gave_up =
      "shubbak_state_abandoned_total{flow=\"debt\",state=\"show\",channel=\"ussd\",by=\"timeout\"}";
  town.loop.until([&] { return town.metric(gave_up) == gave_up + " 1"; });
  town.stop();
  CHECK(Written(town).ussd("debt", "show", Measure::abandoned, "timeout") == 1);
}

TEST_CASE("a dialogue that is open when its phone dials again was dropped by the network") {
  Town town;
  town.write({link_of(subscriber, person_of_one_account), english(subscriber)});
  town.start();
  SECTION("and begins anew where the flow cannot be taken up") {
    town.dial("*123#");
    CHECK(contains(town.next_screen().text, "One window"));
    town.dial("*123#", 2);
    CHECK(contains(town.next_screen().text, "One window"));
    town.stop();
    Written written(town);
    CHECK(written.ussd("home", "main", Measure::abandoned, "network") == 1);
    CHECK(written.ussd("home", "main", Measure::entered) == 2);
  }
  SECTION("and is taken up where it can") {
    walk_straight_to_confirm(town);
    town.dial("*123#", 2);
    CHECK(contains(town.next_screen().text, "Is it right?"));
    town.press("1", 2);
    CHECK(contains(town.next_screen().text, "recorded"));
    town.stop();
    Written written(town);
    CHECK(written.ussd("reading", "check", Measure::entered) == 1);
    CHECK(written.ussd("reading", "check", Measure::abandoned, "network") == 1);
    CHECK(written.ussd("reading", "check", Measure::taken_up) == 1);
    CHECK(written.ussd("reading", "taken", Measure::left, "end") == 1);
    CHECK(written.ussd("reading", "taken", Measure::sessions, "syriatel") == 1);
    CHECK(written.ussd("reading", "check", Measure::sessions, "syriatel") == 1);
  }
  SECTION("unless the person had hung up before") {
    walk_straight_to_confirm(town);
    hang_up(town);
    town.dial("*123#", 2);
    CHECK(contains(town.next_screen().text, "Is it right?"));
    town.stop();
    Written written(town);
    CHECK(written.ussd("reading", "check", Measure::abandoned, "user") == 1);
    CHECK(written.ussd("reading", "check", Measure::abandoned, "network") == 0);
    CHECK(written.ussd("reading", "check", Measure::taken_up) == 1);
  }
}

TEST_CASE("a screen that the link does not take is lost in the network") {
  Town town;
  // The link takes nothing on top of what waits for the socket: of two screens at once it refuses the second.
  town.configure = [](Config& config) { config.operators.front().smpp.queue_octets_max = 0; };
  town.start();
  smpp::TlvBuilder first;
  smpp::TlvBuilder second;
  const auto one = town.deliver(ussd("*123#", first, 0x01, false));
  const auto two = town.deliver(ussd("*123#", second, 0x01, false, other_subscriber));
  town.next_screen();
  town.loop.until([&] { return town.resp_to(one) && town.resp_to(two); });
  CHECK(contains(town.metric("shubbak_ussd_lost_total"), " 1"));
  town.stop();
  Written written(town);
  CHECK(written.ussd("home", "main", Measure::entered) == 2);
  CHECK(written.ussd("home", "main", Measure::abandoned, "network") == 1);
  CHECK(written.ussd("home", "main", Measure::abandoned, "us") == 1);  // the stop
}

TEST_CASE("what we cannot do is given up by us") {
  Town town;
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  SECTION("a commit that fails") {
    town.execute("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'no room'); END");
    town.start();
    walk_to_due(town);
    town.press("1");
    CHECK(town.next_screen().last);
    town.stop();
    Written written(town);
    CHECK(written.ussd("debt", "sent", Measure::abandoned, "us") == 1);
    CHECK(written.ussd("debt", "sent", Measure::left, "end") == 0);
    CHECK(written.ussd("debt", "sent", Measure::message_parts, "syriatel") == 0);
  }
  SECTION("a number that is suspended meanwhile") {
    town.start();
    walk_to_due(town);
    town.write_beside({link_of(subscriber, person_of_three_companies, store::LinkState::suspended)});
    town.press("1");
    CHECK(town.next_screen().last);
    town.stop();
    CHECK(Written(town).ussd("debt", "show", Measure::abandoned, "us") == 1);
  }
  SECTION("a dialogue too many") {
    town.configure = [](Config& config) { config.operators.front().ussd.dialogues_max = 1; };
    town.start();
    walk_to_due(town);
    smpp::TlvBuilder tlvs;
    town.deliver(ussd("*123#", tlvs, 0x01, false, other_subscriber));
    CHECK(town.next_screen().last);
    hang_up(town);
    town.stop();
    Written written(town);
    CHECK(written.ussd("home", "main", Measure::abandoned, "us") == 1);
    CHECK(written.ussd("debt", "show", Measure::abandoned, "user") == 1);
  }
  SECTION("a stop of the daemon, whose resumable walks are taken up after it") {
    town.write({link_of(other_subscriber, person_of_one_account), english(other_subscriber)});
    town.start();
    smpp::TlvBuilder tlvs;
    town.deliver(ussd("*123*3*1#", tlvs, 0x01, false, other_subscriber));
    CHECK(contains(town.next_screen().text, "5060"));
    town.stop();
    CHECK(Written(town).ussd("reading", "enter", Measure::abandoned, "us") == 1);
    town.start();
    smpp::TlvBuilder again;
    town.deliver(ussd("*123#", again, 0x01, false, other_subscriber));
    CHECK(contains(town.next_screen().text, "5060"));
    town.stop();
    Written written(town);  // of both runs
    CHECK(written.ussd("reading", "enter", Measure::entered) == 1);
    CHECK(written.ussd("reading", "enter", Measure::taken_up) == 1);
    CHECK(written.ussd("reading", "enter", Measure::abandoned, "us") == 2);
  }
}

TEST_CASE("where a commit came out otherwise, the way that was not gone is not counted") {
  Town town;
  town.write({link_of(subscriber, person_of_one_account), english(subscriber)});
  town.start();
  walk_straight_to_confirm(town);
  town.press("1");
  CHECK(contains(town.next_screen().text, "recorded"));
  walk_straight_to_confirm(town);
  town.press("1");
  CHECK(town.next_screen().last);  // this month has a reading already
  town.stop();
  Written written(town);
  CHECK(written.ussd("reading", "submit", Measure::entered) == 2);
  CHECK(written.ussd("reading", "submit", Measure::left, "reading.taken") == 1);
  CHECK(written.ussd("reading", "submit", Measure::left, "reading.already") == 1);
  CHECK(written.ussd("reading", "taken", Measure::entered) == 1);
  CHECK(written.ussd("reading", "already", Measure::left, "end") == 1);
}

TEST_CASE("who dials again while a company is asked is counted where they were") {
  Town town;
  town.write({link_of(subscriber, person_of_one_account), english(subscriber)});
  town.start();
  walk_straight_to_confirm(town);
  {
    const CommitsHeld held = town.hold_commits();
    town.press("1");
    town.loop.until([&] {
      return contains(town.metric("shubbak_service_calls_total{outcome=\"ok\",service=\"readings.submit\""), " 1");
    });
    town.dial("*123#", 2);
    town.next_screen();
  }
  town.wait_for_replies(1);
  town.stop();
  Written written(town);
  CHECK(written.ussd("reading", "submit", Measure::abandoned, "network") == 1);
  CHECK(written.ussd("reading", "taken", Measure::entered) == 0);
  CHECK(written.ussd("reading", "taken", Measure::message_parts, "syriatel") >= 1);  // the receipt went out
}

TEST_CASE("walks by SMS are counted on their way, with the parts of their texts") {
  Town town;
  town.write({link_of(subscriber, person_of_one_account), english(subscriber)});
  std::int64_t parts = 0;
  town.answer = [&](const smpp::Sm&) {
    ++parts;
    return CommandStatus::ok;
  };
  town.start();
  town.text("meter");
  town.wait_for_replies(1);
  const std::int64_t question = parts;
  town.text("menu");  // something else
  town.wait_for_replies(2);
  const std::int64_t menu = parts - question;
  town.text("nonsense without end", other_subscriber);  // the help is no flow's
  town.wait_for_replies(3);
  town.stop();
  {
    Written written(town);
    CHECK(written.sms("reading", "load", Measure::left, "reading.pick") == 1);
    CHECK(written.sms("reading", "pick", Measure::abandoned, "user") == 1);
    CHECK(written.sms("reading", "pick", Measure::sessions, "syriatel") == 1);
    CHECK(written.sms("reading", "pick", Measure::message_parts, "syriatel") == question);
    CHECK(written.sms("home", "main", Measure::entered) == 1);
    CHECK(written.sms("home", "main", Measure::message_parts, "syriatel") == menu);
    CHECK(written.sms("home", "main", Measure::abandoned, "us") == 0);  // it goes on after a stop
  }
  town.start();
  town.text("4");
  town.wait_for_replies(4);
  town.stop();
  Written written(town);
  CHECK(written.sms("home", "main", Measure::taken_up) == 1);
  CHECK(written.sms("home", "main", Measure::left, "lookup.governorate") == 1);
}

TEST_CASE("a command that is answered at once is a whole walk") {
  Town town;
  town.write({english(subscriber)});
  town.start();
  town.text("21 2100345");
  town.wait_for_replies(1);
  town.stop();
  Written written(town);
  CHECK(written.sms("lookup", "ask", Measure::left, "lookup.shown") == 1);
  CHECK(written.sms("lookup", "shown", Measure::left, "end") == 1);
  CHECK(written.sms("lookup", "shown", Measure::sessions, "syriatel") == 1);
  CHECK(written.sms("lookup", "shown", Measure::message_parts, "syriatel") == 1);
}

// Lasts the ten seconds after which statistics are written.
TEST_CASE("statistics are written while the daemon runs, and with the next ones if that failed") {
  Town town;
  town.write({english(subscriber)});
  town.execute("CREATE TRIGGER full BEFORE INSERT ON flow_statistic BEGIN SELECT RAISE(ABORT, 'no room'); END");
  town.start();
  town.dial("*123#");
  town.next_screen();
  const std::string failures = "shubbak_store_failures_total";
  town.loop.until([&] { return town.metric(failures) != failures + " 0"; });
  town.execute("DROP TRIGGER full");
  town.stop();
  Written written(town);
  CHECK(written.ussd("home", "main", Measure::entered) == 1);
  CHECK(written.ussd("home", "main", Measure::abandoned, "us") == 1);
}

}  // namespace shubbak::daemon::testing
