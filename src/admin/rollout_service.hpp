// Roll-out switches as members of staff handle them: what is on where, since when and for how many. Needs
// rollout.read or rollout.set, of the whole deployment. A running daemon obeys a change within a second. Thread: the
// loop's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/staff_service.hpp"
#include "rollout/rule.hpp"

namespace shubbak::admin {

struct SwitchTold {
  rollout::Rule rule;
  std::optional<store::StoredSwitch> set{};  // nothing: it is as configured
};
// All that is in force, by service and company.
Result<std::vector<SwitchTold>, ApiError> list_switches(World& world);
// Times as rollout::read_rule() reads them, at the deployment's offset. Errors: invalid, with the field.
Served<SwitchTold> set_switch(World& world, Caller caller, rollout::WrittenRule wanted);
// What is configured holds again. Errors: invalid (no such name), not_found (nothing was set).
Served<> clear_switch(World& world, Caller caller, std::string service, std::string company);
// As rules name them: the services that can be switched and their groups, and the companies.
std::vector<std::string> companies_to_switch(const World& world);

}  // namespace shubbak::admin
