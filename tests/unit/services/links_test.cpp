// What a phone says to a counter's question, before a real store.
#include "services/counter.hpp"
#include "town.hpp"

namespace shubbak::services {
namespace {

using identity::LinkEvent;
using Kind = Actor::Kind;

store::ChangeLink make(const std::string& code) {
  return {Town::caller,    *NationalId::parse(Country::syria, "01234567890"),
          LinkEvent::make, {Kind::staff, "Homs"},
          wall_now(),      code};
}

}  // namespace

TEST_CASE("a service says what is asked, by whom, with the national number masked") {
  Town town;
  CHECK(town.ask("links.pending").outcome.outcome == "none");
  REQUIRE(town.commit({make("123456")}).ok());
  const Answer pending = town.ask("links.pending");
  CHECK(pending.outcome.outcome == "ok");
  CHECK(pending.outcome.data ==
        boost::json::object{{"link", std::to_string(town.kept->find_link(Town::caller).value()->id)},
                            {"national_id", "01*******90"},
                            {"asked_by", "Homs"},
                            {"hold", 0}});
  CHECK(pending.changes.empty());
}

TEST_CASE("a sender that can be forged confirms nothing without the code, and refuses nothing at all") {
  Town town;
  REQUIRE(town.commit({make("123456")}).ok());
  town.channel = flows::Channel::sms;
  for (const std::string service : {"links.confirm", "links.refuse"}) {
    const Answer answered = town.ask(service);
    CHECK(answered.outcome.outcome == "error");
    CHECK(answered.changes.empty());
  }
  const Answer wrong = town.ask("links.confirm_by_code", {{"code", "123457"}});
  CHECK(wrong.outcome.outcome == "wrong");
  CHECK(wrong.outcome_on_conflict == "none");
  REQUIRE(wrong.changes.size() == 1);
  CHECK(std::holds_alternative<store::CountLinkTry>(wrong.changes[0]));
  Answer right = town.ask("links.confirm_by_code", {{"code", "123456"}});
  CHECK(right.outcome.outcome == "ok");
  REQUIRE(town.commit(std::move(right.changes)).ok());
  CHECK(town.kept->find_person(Town::caller)->link->state == store::LinkState::active);
}

TEST_CASE("tries that come at once: of many guesses three count, whatever the others would have been") {
  Town town;
  REQUIRE(town.commit({make("123456")}).ok());
  town.channel = flows::Channel::sms;
  std::vector<Answer> guesses;  // all looked at before any of them is committed
  for (const std::string code : {"000000", "000001", "000002", "123456", "000003"}) {
    guesses.push_back(town.ask("links.confirm_by_code", {{"code", code}}));
  }
  std::vector<bool> counted;
  for (Answer& guess : guesses) counted.push_back(town.commit(std::move(guess.changes)).ok());
  CHECK(counted == std::vector<bool>{true, true, true, false, false});
  CHECK(town.kept->find_person(Town::caller)->link->state == store::LinkState::pending);
  CHECK(town.ask("links.confirm_by_code", {{"code", "123456"}}).outcome.outcome == "none");
}

TEST_CASE("the SMS that asks names the masked number, and its code is the one that confirms") {
  Town town;
  const auto revision = town.words();
  const NationalId person = *NationalId::parse(Country::syria, "01234567890");
  const CounterAct act{Town::caller, person, LinkEvent::make, {Kind::staff, "Homs"}, wall_now()};
  auto changes = counter_changes(act, Asking{*revision, "syriatel", person, 9'000'000'042});
  REQUIRE(changes.size() == 2);
  const auto& message = std::get<store::AddOutboxMessage>(changes[1]).message;
  CHECK(message.text == "asks 01*******90. reply 000042");
  CHECK(message.link == "syriatel");
  CHECK(message.to == Town::caller);
  REQUIRE(town.commit(std::move(changes)).ok());
  CHECK(town.kept->check_link_code(Town::caller, "000042", wall_now()).value() == store::LinkCodeCheck::right);
  CHECK(town.kept->outbox_page("syriatel", 0, 10)->messages.size() == 1);
}

}  // namespace shubbak::services
