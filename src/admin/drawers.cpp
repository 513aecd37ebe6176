#include "admin/drawers.hpp"

namespace shubbak::admin {

using staff::Permission;

ApiError forbidden(std::string message, std::string field) {
  return {Code::forbidden, std::move(message), std::move(field)};
}

staff::Scope place_of(const store::StoredDrawer& drawer, const std::string& company) {
  return {company, drawer.directorate, drawer.office};
}

bool may_there(const Caller& caller, Permission permission, const staff::Scope& where) {
  return caller.is_command_line() || staff::may(caller.account, permission, where);
}

Result<store::StoredDrawer, ApiError> find_drawer(World& world, const std::string& name) {
  auto drawer = world.store.cash().find_drawer(name);
  if (!drawer) return api_error(drawer.error());
  if (!*drawer) return ApiError{Code::not_found, "there is no drawer of that name", "drawer"};
  return std::move(**drawer);
}

Result<store::StoredDrawer, ApiError> drawer_at(World& world, const Caller& caller, Permission permission,
                                                const std::string& name, const std::string& company) {
  auto drawer = find_drawer(world, name);
  if (!drawer) return drawer;
  if (may_there(caller, permission, place_of(*drawer, company))) return drawer;
  return forbidden("this account has no " + std::string(to_string(permission)) + " for that drawer's office" +
                       (company.empty() ? "" : " and that company"),
                   "drawer");
}

Result<Money, ApiError> money_of(const World& world, const CashAmount& amount, std::string_view field) {
  const auto currency = parse_currency(amount.currency);
  if (!currency || *currency != world.currency)
    return ApiError{Code::invalid, "amounts here are in " + std::string(to_string(world.currency)), "currency"};
  if (amount.amount > 0) return Money{amount.amount, *currency};
  return ApiError{Code::invalid, "an amount that moves is above 0", std::string(field)};
}

}  // namespace shubbak::admin
