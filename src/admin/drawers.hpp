// Drawers as what is done to cash finds them: by name, and for whoever may do that at their office. Not for use
// outside admin. Thread: the loop's.
#pragma once

#include <string>
#include <string_view>

#include "admin/cash_service.hpp"

namespace shubbak::admin {

// Where what is done to a drawer is done. Of a payment to the company's scope too.
staff::Scope place_of(const store::StoredDrawer& drawer, const std::string& company = {});
bool may_there(const Caller& caller, staff::Permission permission, const staff::Scope& where);
ApiError forbidden(std::string message, std::string field);
Result<store::StoredDrawer, ApiError> find_drawer(World& world, const std::string& name);
// forbidden: the caller has not that permission there.
Result<store::StoredDrawer, ApiError> drawer_at(World& world, const Caller& caller, staff::Permission permission,
                                                const std::string& name, const std::string& company = {});
// invalid: of another currency than the deployment's; not above 0.
Result<Money, ApiError> money_of(const World& world, const CashAmount& amount, std::string_view field = "amount");

}  // namespace shubbak::admin
