// Where copies go by e-mail, said by the person: with a code that only the phone was told, on either channel.
#include "town.hpp"

namespace shubbak::services {
namespace {

struct MailTown : Town {
  MailTown() {
    world->sends_mail = true;
    const Actor console{Actor::Kind::command_line, "test"};
    REQUIRE(commit({store::ChangeLink{caller, *person, identity::LinkEvent::import, console, wall_now()}}).ok());
  }
  std::string outcome(std::string_view service, boost::json::object args = {}) {
    return ask(service, std::move(args)).outcome.outcome;
  }
  Answer set(const std::string& address, bool with_code = true) {
    const std::string proven = flows::authorisation_text("email.prove", {});
    if (with_code) REQUIRE(commit({store::TryPin{*person, caller, proven, true, wall_now()}}).ok());
    return ask("email.set", {{"address", address}}, proven);
  }
  std::string registered() {
    const auto kept_now = kept->mail().mail_address(caller);
    REQUIRE(kept_now.ok());
    return kept_now->has_value() ? (*kept_now)->address.reveal() : std::string();
  }
};

}  // namespace

TEST_CASE("a person registers where copies go by e-mail, on either channel, and takes it back") {
  MailTown town;
  town.channel = GENERATE(flows::Channel::ussd, flows::Channel::sms);
  Answer set = town.set("Amal_1@mail.example.org");
  CHECK(set.outcome.outcome == "ok");
  REQUIRE(town.commit(std::move(set.changes)).ok());
  CHECK(town.registered() == "Amal_1@mail.example.org");

  Answer removed = town.ask("email.remove");
  CHECK(removed.outcome.outcome == "ok");
  REQUIRE(town.commit(std::move(removed.changes)).ok());
  CHECK(town.registered().empty());
  CHECK(town.outcome("email.remove") == "none");
}

TEST_CASE("without its code no address is registered, whoever a text seems to come from") {
  MailTown town;
  town.channel = flows::Channel::sms;
  CHECK(town.outcome("email.set", {{"address", "amal@example.org"}}) == "error");
  Answer forged = town.set("amal@example.org", false);
  CHECK(town.commit(std::move(forged.changes)).error().code == Errc::denied);
  CHECK(town.registered().empty());
}

TEST_CASE("what is no e-mail address is told before a code is sent, and registers nothing") {
  MailTown town;
  CHECK(town.outcome("email.check", {{"address", "amal@example.org"}}) == "ok");
  for (const char* typed : {"", "amal", "amal@example", "a b@example.org", "أمل@example.org"}) {
    CAPTURE(typed);
    CHECK(town.outcome("email.check", {{"address", typed}}) == "malformed");
    const Answer set = town.set(typed);
    CHECK(set.outcome.outcome == "error");
    CHECK(set.changes.empty());
  }
}

TEST_CASE("where no mail server is configured no address is taken, but one that is there is forgotten") {
  MailTown town;
  Answer set = town.set("amal@example.org");
  REQUIRE(town.commit(std::move(set.changes)).ok());
  town.world->sends_mail = false;
  CHECK(town.outcome("email.check", {{"address", "amal@example.org"}}) == "none");
  CHECK(town.set("other@example.org").changes.empty());
  CHECK(town.outcome("email.remove") == "ok");
}

}  // namespace shubbak::services
