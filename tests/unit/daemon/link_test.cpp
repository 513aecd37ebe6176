// A number that a counter asks about answers from its own phone; a suspended one gets nothing.
#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

using identity::LinkEvent;
using By = Actor::Kind;

store::Change asked(const std::string& code) {
  return store::ChangeLink{*Msisdn::parse(subscriber),
                           *NationalId::parse(Country::syria, person_of_three_companies),
                           LinkEvent::make,
                           {By::staff, "Homs post office"},
                           wall_now(),
                           code};
}

store::StoredLink link_in(Town& town) {
  const auto link = town.open_store()->find_link(*Msisdn::parse(subscriber));
  REQUIRE(link.ok());
  REQUIRE(link->has_value());
  return **link;
}

std::string reply_to(Town& town, const std::string& text) {
  const std::size_t before = town.replies.size();
  town.text(text);
  town.wait_for_replies(before + 1);
  return town.replies.back();
}

}  // namespace

TEST_CASE("a phone whose number a counter links is asked whatever it dials, and yes makes the link active") {
  Town town;
  town.write({asked("123456"), english(subscriber)});
  town.start();
  const auto dialled = GENERATE(as<std::string>{}, "*123#", "*123*1*1#", "*123*123456#");
  town.dial(dialled);
  const Screen question = town.next_screen();
  INFO(question.text);
  CHECK_FALSE(question.last);
  CHECK(contains(question.text, "01*******90"));
  CHECK(contains(question.text, "Homs post office"));
  CHECK_FALSE(contains(question.text, "125,000"));
  town.press("1");
  const Screen thanks = town.next_screen();
  CHECK(thanks.last);
  CHECK(contains(thanks.text, "Confirmed"));
  CHECK(link_in(town).record.state == store::LinkState::active);
  town.dial("*123*1*1#", 2);
  CHECK(contains(town.next_screen().text, "125,000"));
}

TEST_CASE("a phone that says no releases the link, and can be linked to somebody else at once") {
  Town town;
  town.write({asked("123456"), english(subscriber)});
  town.start();
  town.dial("*123#");
  town.next_screen();
  town.press("2");
  CHECK(contains(town.next_screen().text, "Refused"));
  CHECK(link_in(town).record.state == store::LinkState::released);
  town.write({link_of(subscriber, "09080706050")});
}

TEST_CASE("a question that was taken back is not answered any more") {
  Town town;
  town.write({asked("123456"), english(subscriber), english(other_subscriber)});
  town.start();
  town.dial("*123#");
  town.next_screen();
  town.write({link_event(subscriber, LinkEvent::release, By::staff), english(subscriber)});
  town.press("1");
  const Screen shown = town.next_screen();
  CHECK(shown.last);
  CHECK_FALSE(contains(shown.text, "Confirmed"));
  CHECK(link_in(town).record.state == store::LinkState::released);
}

TEST_CASE("whoever took a question's place is not confirmed by the answer to it") {
  Town town;
  town.write({asked("123456"), english(subscriber)});
  town.start();
  town.dial("*123#");
  CHECK(contains(town.next_screen().text, "01*******90"));
  const store::ChangeLink another{*Msisdn::parse(subscriber),
                                  *NationalId::parse(Country::syria, "09080706050"),
                                  LinkEvent::make,
                                  {By::staff, "Homs post office"},
                                  wall_now(),
                                  {}};
  town.write({link_event(subscriber, LinkEvent::release, By::staff), another, english(subscriber)});
  const auto key = GENERATE(as<std::string>{}, "1", "2");
  town.press(key);
  CHECK(contains(town.next_screen().text, "nothing to confirm"));
  CHECK(link_in(town).record.state == store::LinkState::pending);
  CHECK(link_in(town).national_id == another.national_id);
}

TEST_CASE("by SMS only the code confirms, and all else goes its usual way") {
  Town town;
  town.write({asked("123456"), english(subscriber)});
  town.start();
  CHECK(contains(reply_to(town, "bill"), "not linked"));
  CHECK(contains(reply_to(town, "11 4521007"), "Payable"));
  SECTION("nothing else is an answer") {
    for (const std::string text : {"1", "yes", "bill"}) {
      const auto tag = town.text(text);
      town.loop.until([&] { return town.resp_to(tag).has_value(); });
      CHECK(town.resp_to(tag) == CommandStatus::ok);
    }
    CHECK(link_in(town).record.state == store::LinkState::pending);
  }
  SECTION("the code, in whatever digits, with its keyword or without") {
    const auto code = GENERATE(as<std::string>{}, "123456", " 123456. ", "123456\n", "١٢٣٤٥٦", "link 123456");
    CHECK(contains(reply_to(town, code), "Confirmed"));
    CHECK(link_in(town).record.state == store::LinkState::active);
  }
  SECTION("three wrong ones, then not even the right one; the phone itself may still") {
    CHECK(contains(reply_to(town, "123450"), "not the code"));
    CHECK(contains(reply_to(town, "123451"), "not the code"));
    town.stop();
    town.start();  // tries are not forgotten
    CHECK(contains(reply_to(town, "123452"), "not the code"));
    CHECK(contains(reply_to(town, "123456"), "no longer"));
    CHECK(link_in(town).record.state == store::LinkState::pending);
    // Then said once in a while: the sender may be anybody, and the phone is not to be flooded.
    CHECK(contains(reply_to(town, "123457"), "no longer"));
    const std::size_t said = town.replies.size();
    for (const std::string guess : {"123458", "123459"}) {
      const auto tag = town.text(guess);
      town.loop.until([&] { return town.resp_to(tag).has_value(); });
    }
    CHECK(town.replies.size() == said);
    town.dial("*123#");
    town.next_screen();
    town.press("1");
    CHECK(contains(town.next_screen().text, "Confirmed"));
  }
}

TEST_CASE("a suspended number gets one polite text and nothing else") {
  Town town;
  town.write({link_of(subscriber, person_of_three_companies),
              link_of(subscriber, person_of_three_companies, store::LinkState::suspended), english(subscriber)});
  town.start();
  for (const std::string dialled : {"*123#", "*123*1*1#", "*123*4*21*2100345#"}) {
    town.dial(dialled);
    const Screen shown = town.next_screen();
    CHECK(shown.last);
    CHECK(contains(shown.text, "suspended"));
  }
  CHECK(contains(reply_to(town, "21 2100345"), "suspended"));
  const auto tag = town.text("bill");
  town.loop.until([&] { return town.resp_to(tag).has_value(); });
  CHECK(town.replies.size() == 1);
}

TEST_CASE("a text that another process puts into the outbox is sent, though nothing else has changed") {
  Town town;
  town.start();
  town.write({store::AddOutboxMessage{{.id = 0,
                                       .link = "syriatel",
                                       .to = *Msisdn::parse(subscriber),
                                       .text = "a counter's code",
                                       .created = wall_now(),
                                       .expires = wall_now() + 1min}}});
  town.wait_for_replies(1);
  CHECK(town.replies.back() == "a counter's code");
}

TEST_CASE("a person suspends their number from its phone, and it gets nothing any more") {
  Town town;
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  town.start();
  SECTION("by USSD") {
    town.dial("*123*8#");
    CHECK(contains(town.next_screen().text, "Suspend this number"));
    town.press("1");
    CHECK(contains(town.next_screen().text, "sent you a code"));
    town.wait_for_replies(1);
    CHECK(contains(town.replies[0], "to suspend this number"));
    town.dial("*123*" + town.replies[0].substr(0, 6) + "#", 2);
    const Screen done = town.next_screen();
    CHECK(done.last);
    CHECK(contains(done.text, "is suspended"));
  }
  SECTION("by SMS") {
    CHECK(contains(reply_to(town, "suspend"), "Suspend this number"));
    const std::string message = reply_to(town, "1");
    CHECK(contains(message, "to suspend this number"));
    CHECK(contains(reply_to(town, message.substr(0, 6)), "is suspended"));
  }
  CHECK(link_in(town).record.state == store::LinkState::suspended);
  town.dial("*123*1*1#", 3);
  const Screen shown = town.next_screen();
  CHECK(shown.last);
  CHECK_FALSE(contains(shown.text, "125,000"));
  CHECK(contains(shown.text, "suspended"));
  CHECK(contains(reply_to(town, "bill"), "suspended"));
}

TEST_CASE("a money hold is lifted once a counter has asked and the phone has said yes") {
  Town town;
  town.write({link_of(subscriber, person_of_three_companies),
              link_event(subscriber, LinkEvent::hold, By::operator_hook), english(subscriber)});
  town.start();
  town.dial("*123*1*1#");
  CHECK(contains(town.next_screen().text, "125,000"));  // held is money only
  town.write_beside({link_event(subscriber, LinkEvent::clear_hold, By::staff, "123456"), english(subscriber)});
  town.dial("*123#", 2);
  const Screen question = town.next_screen();
  CHECK(contains(question.text, "Allow payments"));
  SECTION("yes") {
    town.press("1", 2);
    CHECK(contains(town.next_screen().text, "Confirmed"));
    CHECK(link_in(town).record.hold == store::MoneyHold::none);
  }
  SECTION("no") {
    town.press("2", 2);
    CHECK(contains(town.next_screen().text, "Refused"));
    CHECK(link_in(town).record.hold == store::MoneyHold::held);
    CHECK(link_in(town).record.state == store::LinkState::active);
  }
}

TEST_CASE("another SIM than before holds payments, and does not answer a counter's question in the same breath") {
  Town town;
  town.configure = [](Config& config) { config.operators.front().ussd.dialect.imsi_tlv = 0x1600; };
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  town.start();
  const auto dial_with = [&](const std::string& imsi, std::uint8_t session) {
    town.press("*123#", session, 0x01, imsi);
    return town.next_screen().text;
  };
  CHECK(contains(dial_with("417010000000001", 1), "One window"));
  CHECK(contains(dial_with("417010000000001", 2), "One window"));
  CHECK(link_in(town).record.hold == store::MoneyHold::none);
  CHECK(contains(dial_with("417010000000002", 3), "One window"));
  town.loop.until([&] { return link_in(town).record.hold == store::MoneyHold::held; });

  town.write_beside({link_event(subscriber, LinkEvent::clear_hold, By::staff, "123456"), english(subscriber)});
  {
    const CommitsHeld before_the_hold = town.hold_commits();
    CHECK(contains(dial_with("417010000000003", 4), "Allow payments"));
  }
  town.press("1", 4);
  CHECK_FALSE(contains(town.next_screen().text, "Confirmed"));
  CHECK(link_in(town).record.hold == store::MoneyHold::held);
}

TEST_CASE("a question that another process puts into the outbox goes out while the daemon runs") {
  Town town;
  town.write({english(subscriber)});
  town.start();
  CHECK(contains(reply_to(town, "bill"), "not linked"));  // what was in the outbox at the start has been looked at
  town.write(
      {link_of(subscriber, person_of_three_companies), store::AddOutboxMessage{{.id = 0,
                                                                                .link = "syriatel",
                                                                                .to = *Msisdn::parse(subscriber),
                                                                                .text = "the question",
                                                                                .created = wall_now(),
                                                                                .expires = wall_now() + 1h}}});
  town.wait_for_replies(2);
  CHECK(town.replies[1] == "the question");
}

}  // namespace shubbak::daemon::testing
