#include "daemon/agent_link.hpp"

#include "admin/link_service.hpp"

namespace shubbak::daemon {
namespace {

std::string outcome_of(const admin::ApiError& error) {
  const bool is_refused = error.code == admin::Code::invalid;
  if (is_refused && error.field == "msisdn") return "bad_number";
  if (is_refused && error.field == "national_id") return "bad_person";
  return error.code == admin::Code::conflict ? "taken" : "error";
}

}  // namespace

boost::asio::awaitable<std::string> link_for_agent(admin::World& world, services::Agent agent, std::string number,
                                                   std::string person, std::string link) {
  auto found = world.store.staff().find_session(agent.session);
  if (!found || !*found) co_return "error";
  admin::Caller caller{{Actor::Kind::agent, agent.account}, agent.session, std::move((*found)->account), "ussd"};
  // Before any register is asked; whether it still holds is asked again with the commit.
  if (!admin::authorize(caller, staff::Permission::link_make)) co_return "error";
  admin::LinkAct act{.event = identity::LinkEvent::make,
                     .msisdn = std::move(number),
                     .national_id = std::move(person),
                     .operator_name = std::move(link)};
  // Nobody can be asked at which of several.
  std::string office = staff::usual_office(caller.account, staff::Permission::link_make);
  if (!office.empty()) act.office = std::move(office);
  auto linking = admin::act_on_link(world, std::move(caller), std::move(act));
  const auto linked = co_await std::move(linking);
  co_return linked ? std::string("ok") : outcome_of(linked.error());
}

}  // namespace shubbak::daemon
