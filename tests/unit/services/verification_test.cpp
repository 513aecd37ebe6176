// Who may be linked, as the register says, and what happens while it cannot be asked.
#include "services/verification.hpp"

#include "town.hpp"

namespace shubbak::services {
namespace {

using companies::RegistryConfig;
using identity::LinkEvent;

Result<LinkEvent> ask(Town& town, const std::string& url, LinkEvent wanted, const std::string& national_id,
                      RegistryConfig::OnDown on_down, const std::string& initials = {}) {
  companies::Registry registry({.url = url, .authorization = {}, .timeout = companies::patience, .on_down = on_down},
                               town.http);
  return companies::run(town.loop,
                        verified_event(&registry, wanted, *NationalId::parse(Country::syria, national_id), initials));
}

}  // namespace

TEST_CASE("who exists is linked, who does not, has died or has other initials is not") {
  Town town;
  const std::string url = town.sample.url() + "/v1/persons/verify";
  const auto on_down = GENERATE(RegistryConfig::OnDown::refuse, RegistryConfig::OnDown::pending);
  for (const std::string initials : {"", "A. H.", "a h", "AH"}) {
    CHECK(*ask(town, url, LinkEvent::make, "01234567890", on_down, initials) == LinkEvent::make);
  }
  CHECK(*ask(town, url, LinkEvent::import, "01234567890", on_down) == LinkEvent::import);
  CHECK(ask(town, url, LinkEvent::make, "01234567890", on_down, "B. H.").error().code == Errc::invalid);
  CHECK(ask(town, url, LinkEvent::make, "06789012345", on_down).error().code == Errc::invalid);
  CHECK(ask(town, url, LinkEvent::make, "05678901234", on_down).error().code == Errc::invalid);
}

TEST_CASE("while the register is down a link waits or is refused, as the deployment says, and none becomes active") {
  Town town;
  const std::string down = "http://127.0.0.1:1/v1/persons/verify";
  using OnDown = RegistryConfig::OnDown;
  CHECK(ask(town, down, LinkEvent::make, "01234567890", OnDown::refuse).error().code == Errc::unavailable);
  CHECK(*ask(town, down, LinkEvent::make, "01234567890", OnDown::pending) == LinkEvent::make_unverified);
  for (const LinkEvent wanted : {LinkEvent::import, LinkEvent::verify}) {
    CHECK(ask(town, down, wanted, "01234567890", OnDown::pending).error().code == Errc::unavailable);
  }
}

TEST_CASE("a link whose person could not be looked up is not confirmed by its phone until somebody has") {
  Town town;
  const NationalId person = *NationalId::parse(Country::syria, "01234567890");
  const Actor clerk{Actor::Kind::staff, "Homs"};
  REQUIRE(
      town.commit({store::ChangeLink{Town::caller, person, LinkEvent::make_unverified, clerk, wall_now(), {}}}).ok());
  CHECK(town.ask("links.pending").outcome.outcome == "none");
  CHECK_FALSE(
      town.commit({store::ChangeLink{
                      Town::caller, person, LinkEvent::confirm, {Actor::Kind::citizen, "ussd"}, wall_now(), {}}})
          .ok());
  REQUIRE(
      town.commit({store::ChangeLink{Town::caller, person, LinkEvent::verify, clerk, wall_now(), "123456"}}).ok());
  const Answer question = town.ask("links.pending");
  Answer confirmed = town.ask("links.confirm", {{"link", question.outcome.data.at("link")}, {"hold", 0}});
  CHECK(confirmed.outcome.outcome == "ok");
  REQUIRE(town.commit(std::move(confirmed.changes)).ok());
  CHECK(town.kept->find_person(Town::caller)->link->state == store::LinkState::active);
}

TEST_CASE("a deployment without a register asks nobody") {
  Town town;
  CHECK(*companies::run(town.loop, verified_event(nullptr, LinkEvent::make,
                                                  *NationalId::parse(Country::syria, "01234567890"), {})) ==
        LinkEvent::make);
}

}  // namespace shubbak::services
