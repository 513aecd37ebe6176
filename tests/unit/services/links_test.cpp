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
  const Counter counter{.deployment = "the office",
                        .operators = {"syriatel"},
                        .words = [&] { return revision; },
                        .random = [] { return std::uint64_t{9'000'000'042}; }};
  const CounterAct act{Town::caller, person, LinkEvent::make, {Kind::staff, "Homs"}, wall_now()};
  auto changes = companies::run(town.loop, link_changes(*town.kept, counter, act));
  REQUIRE(changes.ok());
  REQUIRE(changes->size() == 2);
  const auto& message = std::get<store::AddOutboxMessage>((*changes)[1]).message;
  CHECK(message.text == "asks 01*******90. reply 000042");
  CHECK(message.link == "syriatel");
  CHECK(message.to == Town::caller);
  REQUIRE(town.commit(std::move(*changes)).ok());
  CHECK(town.kept->check_link_code(Town::caller, "000042", wall_now()).value() == store::LinkCodeCheck::right);
  CHECK(town.kept->outbox_page("syriatel", 0, 10)->messages.size() == 1);
}

TEST_CASE("a person suspends their own number with a code for that, and nobody without one") {
  Town town;
  town.channel = GENERATE(flows::Channel::ussd, flows::Channel::sms);
  const std::string granted = flows::authorisation_text("suspend.prove", {});
  const auto link = [&](LinkEvent event, const Actor& by) {
    store::ChangeLink change = make({});
    change.event = event;
    change.by = by;
    return change;
  };
  REQUIRE(town.commit({link(LinkEvent::import, {Kind::command_line, "root"})}).ok());
  CHECK(town.ask("links.suspend").outcome.outcome == "error");
  // A grant that there is not.
  Answer forged = town.ask("links.suspend", {}, granted);
  CHECK(town.commit(std::move(forged.changes)).error().code == Errc::denied);
  const auto grant = [&] { return store::TryPin{*town.person, Town::caller, granted, true, wall_now()}; };
  SECTION("the number") {
    REQUIRE(town.commit({grant()}).ok());
    Answer done = town.ask("links.suspend", {}, granted);
    CHECK(done.outcome.outcome == "ok");
    auto again = done.changes;
    REQUIRE(town.commit(std::move(done.changes)).ok());
    const auto kept = town.kept->find_link(Town::caller).value();
    CHECK(kept->record.state == store::LinkState::suspended);
    CHECK(town.kept->link_history(Town::caller)->back().by.kind == Kind::citizen);
    CHECK_FALSE(town.commit(std::move(again)).ok());
  }
  SECTION("not while it is in doubt whose SIM it is") {
    REQUIRE(town.commit({grant()}).ok());
    Answer done = town.ask("links.suspend", {}, granted);
    REQUIRE(town.commit({link(LinkEvent::hold, {Kind::operator_hook, "syriatel"})}).ok());
    CHECK(town.commit(std::move(done.changes)).error().code == Errc::denied);
    CHECK(town.kept->find_link(Town::caller).value()->record.state == store::LinkState::active);
  }
}

TEST_CASE("of their PIN and their tries every active number of a person is told, each in its own language") {
  Town town;
  const auto revision = two_languages();
  const Counter counter{.deployment = "the office",
                        .operators = {"syriatel"},
                        .words = [&] { return revision; },
                        .random = [] { return std::uint64_t{42}; }};
  const PhoneAct act{Town::caller, {Kind::staff, "amal"}, wall_now()};
  const auto link_to = [&](const char* digits, LinkEvent event, const std::optional<NationalId>& whose) {
    return store::ChangeLink{*Msisdn::parse(digits), whose, event, {Kind::command_line, "root"}, wall_now(), {}};
  };
  const NationalId other = *NationalId::parse(Country::syria, "09080706050");
  REQUIRE(town.commit({link_to("963933123456", LinkEvent::import, town.person),
                       link_to("963944000001", LinkEvent::import, town.person),
                       link_to("963944000002", LinkEvent::import, town.person),
                       link_to("963944000002", LinkEvent::suspend, {}),
                       link_to("963944000003", LinkEvent::make, town.person),
                       link_to("963944000004", LinkEvent::import, other),
                       store::SetLocale{*Msisdn::parse("963944000001"), "en"},
                       store::SetPin{*town.person, "x", act.by, act.at}})
              .ok());
  const auto told = [](const store::OutboxMessage& message) { return message.to.reveal() + " " + message.text; };
  std::vector<std::string> reset;
  const auto resets = pin_reset_changes(*town.kept, counter, act);
  REQUIRE(resets.ok());
  for (const auto& notice : std::get<store::DropPin>(resets->back()).notices) reset.push_back(told(notice));
  CHECK(reset == std::vector<std::string>{"963933123456 ar sys_pin_reset", "963944000001 en sys_pin_reset"});
  const auto clears = clear_tries_changes(*town.kept, counter, act);
  REQUIRE(clears.ok());
  std::vector<std::string> cleared;
  for (const auto& notice : std::get<store::ClearTries>(clears->back()).notices) cleared.push_back(told(notice));
  CHECK(cleared ==
        std::vector<std::string>{"963933123456 ar sys_tries_cleared", "963944000001 en sys_tries_cleared"});
}

TEST_CASE("a counter's SMS speaks the language that its person has chosen, and a suspended number learns nothing") {
  Town town;
  const auto revision = two_languages();
  const Counter counter{.deployment = "the office",
                        .operators = {"syriatel", "mtn"},
                        .words = [&] { return revision; },
                        .random = [] { return std::uint64_t{42}; }};
  const PhoneAct act{Town::caller, {Kind::staff, "amal"}, wall_now(), "mtn"};
  store::ChangeLink link = make({});
  link.event = LinkEvent::import;
  link.by = {Kind::command_line, "root"};
  REQUIRE(town.commit({link, store::SetLocale{Town::caller, "en"}, store::SetPin{*town.person, "x", act.by, act.at}})
              .ok());
  const auto reset = pin_reset_changes(*town.kept, counter, act);
  REQUIRE(reset.ok());
  const store::OutboxMessage& notice = std::get<store::DropPin>(reset->back()).notices.at(0);
  CHECK(notice.text == "en sys_pin_reset");
  CHECK(notice.link == "mtn");
  const NationalId other = *NationalId::parse(Country::syria, "09080706050");
  const auto relink = code_changes(*town.kept, counter, act, other);
  REQUIRE(relink.ok());
  CHECK(std::get<store::SendCode>(relink->back()).message.text ==
        "en sys_relink_asks 09*******50. en sys_counter_code 000042");
  link.event = LinkEvent::suspend;
  REQUIRE(town.commit({link}).ok());
  const auto release = code_changes(*town.kept, counter, act, std::nullopt);
  REQUIRE(release.ok());
  CHECK(std::get<store::SendCode>(release->back()).message.text == "en sys_release_asks en sys_counter_code 000042");
  CHECK(code_changes(*town.kept, counter, act, other).error().error.code == Errc::conflict);
  PhoneAct nowhere = act;
  nowhere.operator_name.clear();
  CHECK(code_changes(*town.kept, counter, nowhere, std::nullopt).error().field == "operator");
}

}  // namespace shubbak::services
