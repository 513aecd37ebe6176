// Links as agents make them by USSD: what the counter does, for the agent's account. Thread: the loop's.
#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "admin/world.hpp"
#include "services/service.hpp"

namespace shubbak::daemon {

// services::ForAgents::make_link: an outcome of agent.link.
boost::asio::awaitable<std::string> link_for_agent(admin::World& world, services::Agent agent, std::string number,
                                                   std::string person, std::string link);

}  // namespace shubbak::daemon
