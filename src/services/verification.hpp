// Whether somebody may be linked, as the register of persons says; asked by the command line and by the daemon's HTTP
// interface before a link is made. Thread: the event loop's.
#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "companies/registry.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"
#include "identity/link.hpp"

namespace shubbak::services {

// What is to be done instead of `wanted` (make, import or verify): the same where the person is verified, or where
// the deployment has no register; make_unverified where the register is down and the deployment lets such links wait.
// Errors: invalid (no such person, dead, or the initials are another's: nothing is linked), unavailable and timed_out
// (the register cannot be asked now). `initials`: as the counter read them in the person's papers; "": not compared.
boost::asio::awaitable<Result<identity::LinkEvent>> verified_event(companies::Registry* registry,
                                                                   identity::LinkEvent wanted, NationalId person,
                                                                   std::string initials);

}  // namespace shubbak::services
