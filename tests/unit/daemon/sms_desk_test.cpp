// Texts of people as the daemon takes them: one after the other for each number, none lost, none served twice.
#include "daemon/sms_desk.hpp"

#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

// A question about any subscription in damascus, whose company answers it late; in English once "english" was texted.
const std::string late_question = "11 9000004";

}  // namespace

TEST_CASE("the texts of one number are answered in the order in which they came, however slow the first is") {
  Town town;
  town.write({english(subscriber), english(other_subscriber)});
  town.start();
  const auto slow = town.text(late_question);
  const auto quick = town.text("11 4521007");
  const auto of_another = town.text("21 2100345", other_subscriber);
  town.wait_for_replies(3);
  CHECK(contains(town.replies[0], "48,750"));  // the other number's waits for nobody
  CHECK_FALSE(contains(town.replies[1], "125,000"));
  CHECK(contains(town.replies[2], "125,000"));
  town.loop.until([&] { return town.resp_to(slow) && town.resp_to(quick) && town.resp_to(of_another); });
  CHECK(town.resp_to(slow) == CommandStatus::ok);
  CHECK(town.resp_to(quick) == CommandStatus::ok);
}

TEST_CASE("an answer that is texted twice is taken once") {
  Town town;
  town.write({link_of(subscriber, "02345678901"), english(subscriber)});
  town.start();
  town.text("meter");
  town.wait_for_replies(1);
  town.text("1");  // the one account
  town.wait_for_replies(2);
  CHECK(contains(town.replies[1], "5060"));
  town.text("5100");
  town.wait_for_replies(3);
  CHECK(contains(town.replies[2], "5100"));
  // Confirmed twice, and the first is still being submitted when the second comes.
  town.text("1");
  town.text("1 ");
  town.wait_for_replies(5);
  CHECK(contains(town.replies[3], "Receipt number"));
  CHECK(contains(town.replies[4], "did not understand"));  // nothing was asked any more
}

TEST_CASE("more texts of one number than may wait are refused for now, and taken when they come again") {
  Town town;
  town.write({english(subscriber)});
  town.start();
  std::vector<std::uint64_t> tags{town.text(late_question)};
  for (int i = 0; i < 8; ++i) tags.push_back(town.text("11 100000" + std::to_string(i)));
  const auto refused = town.text("21 2100345");
  town.loop.until([&] { return town.resp_to(refused).has_value(); });
  CHECK(town.resp_to(refused) == CommandStatus::temporary_app_error);
  CHECK(town.replies.empty());
  town.wait_for_replies(9);
  const auto again = town.text("21 2100345");
  town.wait_for_replies(10);
  CHECK(contains(town.replies[9], "48,750"));
  town.loop.until([&] { return town.resp_to(again).has_value(); });
  CHECK(std::ranges::all_of(tags, [&](std::uint64_t tag) { return town.resp_to(tag) == CommandStatus::ok; }));
}

TEST_CASE("a long text that was refused for now is whole again when its last part is delivered again") {
  Town town;
  town.write({english(subscriber)});
  town.start();
  town.text(late_question);
  for (int i = 0; i < 8; ++i) town.text("11 100000" + std::to_string(i));
  auto parts = smpp::split_text("21" + std::string(200, ' ') + "2100345", smpp::LongTextMethod::udh8, 7,
                                smpp::Alphabet::gsm7, 10);
  REQUIRE(parts.ok());
  REQUIRE(parts->size() == 2);
  const auto deliver = [&](const smpp::OutgoingPart& part) {
    smpp::Sm sm = Town::message("");
    sm.esm_class = part.esm_class;
    sm.data_coding = part.data_coding;
    sm.short_message = part.short_message;
    return town.deliver(sm);
  };
  deliver((*parts)[0]);
  const auto refused = deliver((*parts)[1]);
  town.loop.until([&] { return town.resp_to(refused).has_value(); });
  REQUIRE(town.resp_to(refused) == CommandStatus::temporary_app_error);
  town.wait_for_replies(9);
  deliver((*parts)[1]);
  town.wait_for_replies(10);
  CHECK(contains(town.replies[9], "48,750"));
}

TEST_CASE("what was left in the outbox is sent at the start, unless its time is over") {
  Town town;
  const auto message_of = [](const std::string& text, std::chrono::hours age) {
    const WallTime created = wall_now() - age;
    return store::Change(store::AddOutboxMessage{{.id = 0,
                                                  .link = "syriatel",
                                                  .to = *Msisdn::parse(subscriber),
                                                  .text = text,
                                                  .created = created,
                                                  .expires = created + 24h}});
  };
  town.write({message_of("too old", 25h), message_of("still wanted", 23h)});
  town.start();
  town.wait_for_replies(1);
  CHECK(town.replies == std::vector<std::string>{"still wanted"});
  town.stop();
  CHECK(town.open_store()->outbox_page("syriatel", 0, 10).value().messages.empty());
}

TEST_CASE("a reply that the SMSC refuses for now is kept in the outbox") {
  Town town;
  town.write({english(subscriber)});
  town.answer = [](const smpp::Sm&) { return CommandStatus::message_queue_full; };
  town.start();
  const auto asked = town.text("11 4521007");
  town.loop.until([&] { return town.resp_to(asked).has_value(); });
  CHECK(town.resp_to(asked) == CommandStatus::ok);
  const auto store = town.open_store();
  town.loop.until([&] { return store->outbox_page("syriatel", 0, 10).value().messages.size() == 1; });
  CHECK(contains(store->outbox_page("syriatel", 0, 10).value().messages[0].text, "125,000"));
}

TEST_CASE("a text that is delivered again while it is open is acknowledged when it is answered, not before") {
  Town town(1500ms);
  town.write({english(subscriber), english(other_subscriber)});
  town.start();
  town.text(late_question);
  town.text("11 4521007");  // waits for its turn
  town.text("21 2100345", other_subscriber);
  town.wait_for_replies(1);  // so the others have come too
  town.drop_link();
  const auto served = town.text(late_question);
  const auto waiting = town.text("11 4521007");
  town.loop.until([&] { return town.resp_to(served).has_value(); });
  CHECK(town.replies.size() >= 2);
  town.loop.until([&] { return town.resp_to(waiting).has_value(); });
  CHECK(town.replies.size() == 3);
  CHECK(town.resp_to(served) == CommandStatus::ok);
  CHECK(town.resp_to(waiting) == CommandStatus::ok);
}

TEST_CASE("a text that has waited too long for its turn is refused for now, before the SMSC loses patience") {
  Town town;
  town.write({english(subscriber)});
  town.start();
  const auto slow = town.text("11 9000001");  // its company never answers
  const auto quick = town.text("11 4521007");
  town.loop.until([&] { return town.resp_to(quick).has_value(); });
  CHECK(town.resp_to(quick) == CommandStatus::temporary_app_error);
  CHECK_FALSE(town.resp_to(slow).has_value());
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "could not be reached"));
}

TEST_CASE("a text whose sender is no international number is answered to nobody") {
  Town town;
  town.start();
  smpp::Sm national = Town::message("11 4521007", "933123456");
  national.source.ton = 2;
  const auto first = town.deliver(national);
  const auto second = town.deliver(Town::message("11 4521007", "0933123456"));
  town.loop.until([&] { return town.resp_to(first) && town.resp_to(second); });
  CHECK(town.resp_to(first) == CommandStatus::ok);
  CHECK(town.resp_to(second) == CommandStatus::ok);
  CHECK(contains(town.metric("shubbak_sms_bad_input_total"), " 2"));
  CHECK(town.replies.empty());
}

TEST_CASE("an answer that the link cannot take at once is in the outbox before its text is acknowledged") {
  Town town;
  town.write({english(subscriber), english(other_subscriber)});
  town.configure = [](Config& config) { config.operators.front().smpp.session.window_max = 1; };
  town.answer = [](const smpp::Sm&) { return std::nullopt; };
  town.start();
  town.text("11 4521007");
  town.wait_for_replies(1);  // which the SMSC does not answer: the window is full
  const auto next = town.text("21 2100345", other_subscriber);
  const auto unknown = town.text("hm", "963933123458");
  town.loop.until([&] { return town.resp_to(next) && town.resp_to(unknown); });
  CHECK(town.resp_to(next) == CommandStatus::ok);
  CHECK(town.resp_to(unknown) == CommandStatus::ok);
  const auto kept = town.open_store()->outbox_page("syriatel", 0, 10).value().messages;
  REQUIRE(kept.size() == 2);
  CHECK((contains(kept[0].text, "48,750") || contains(kept[1].text, "48,750")));
}

TEST_CASE("a help that could not be sent is sent when its text comes again") {
  Town town;
  town.write({english(subscriber), english(other_subscriber)});
  // The link takes nothing on top of what waits for the socket: of two answers at once it refuses the second.
  town.configure = [](Config& config) { config.operators.front().smpp.queue_octets_max = 0; };
  town.start();
  town.text("good morning");
  const auto refused = town.text("good evening", other_subscriber);
  town.loop.until([&] { return town.resp_to(refused).has_value(); });
  REQUIRE(town.resp_to(refused) == CommandStatus::temporary_app_error);
  town.text("good evening", other_subscriber);
  town.wait_for_replies(2);
  CHECK(contains(town.replies[1], "did not understand"));
}

TEST_CASE("a walk by SMS does not go on for the next owner of the number") {
  Town town;
  town.write({link_of(subscriber, "02345678901"), english(subscriber)});
  town.start();
  town.text("meter");
  town.wait_for_replies(1);
  town.write_beside({recycled(subscriber), link_of(subscriber, "01234567890"), english(subscriber)});
  const std::size_t before = town.replies.size();
  town.text("1");
  town.wait_for_replies(before + 1);
  CHECK(contains(town.replies.back(), "did not understand"));
}

}  // namespace shubbak::daemon::testing
