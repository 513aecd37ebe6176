#include "cli/given_staff.hpp"

#include <algorithm>
#include <set>

#include "admin/cash_service.hpp"
#include "admin/rollout_service.hpp"
#include "admin/token.hpp"
#include "cli/staff_desk.hpp"

namespace shubbak::cli {
namespace {

Error as_error(const admin::ApiError& fault) {
  return {Errc::invalid, fault.message};
}

// At the office that the role is for.
Status add_drawer(StaffDesk& desk, const GivenStaff& given, const staff::Scope& where) {
  const auto ceiling = parse_amount(given.drawer, desk.world().currency);
  if (!ceiling) return Error{ceiling.error().code, "given.staff.drawer: " + ceiling.error().message};
  admin::NewDrawer drawer{given.name, where.directorate, where.office, ceiling->minor,
                          std::string(to_string(ceiling->currency))};
  const auto opened = desk.run(admin::open_drawer(desk.world(), StaffDesk::console(), std::move(drawer)));
  return opened ? Status() : Status(as_error(opened.error()));
}

Status add_one(StaffDesk& desk, const GivenStaff& given) {
  const auto grant = staff::parse_grant(given.role);
  if (!grant) return grant.error();
  const std::string password = given.password.empty() ? admin::new_token().text : given.password;
  admin::NewAccount account{given.name, given.name, "", password, {*grant}};
  const auto added = desk.run(admin::add_account(desk.world(), StaffDesk::console(), std::move(account)));
  if (!added) return as_error(added.error());
  if (!given.drawer.empty()) {
    if (Status opened = add_drawer(desk, given, grant->scope); !opened) return opened;
  }
  if (!given.msisdn) return {};
  const auto phone =
      desk.run(admin::set_phone(desk.world(), StaffDesk::console(), given.name, "+" + given.msisdn->reveal()));
  if (!phone) return as_error(phone.error());
  const auto pin = desk.run(admin::set_pin(desk.world(), StaffDesk::console(), given.name, given.pin));
  return pin ? Status() : Status(as_error(pin.error()));
}

}  // namespace

Status add_given_staff(const daemon::Config& config, const std::vector<Conversation>& conversations) {
  std::unique_ptr<StaffDesk> desk;
  std::set<std::string> done;
  for (const Conversation& conversation : conversations) {
    if (!conversation.staff || !done.insert(conversation.staff->name).second) continue;
    if (!desk) {
      auto opened = StaffDesk::open(config);
      if (!opened) return opened.error();
      desk = std::move(*opened);
    }
    if (const Status added = add_one(*desk, *conversation.staff); !added)
      return Error{added.error().code, to_string(conversation.at) + ": " + added.error().message};
  }
  return {};
}

Status set_given_rollout(const daemon::Config& config, const std::vector<Conversation>& conversations) {
  std::unique_ptr<StaffDesk> desk;
  for (const Conversation& conversation : conversations) {
    for (const rollout::WrittenRule& rule : conversation.rollout) {
      if (!desk) {
        auto opened = StaffDesk::open(config);
        if (!opened) return opened.error();
        desk = std::move(*opened);
      }
      const auto set = desk->run(admin::set_switch(desk->world(), StaffDesk::console(), rule));
      if (!set) return Error{Errc::invalid, to_string(conversation.at) + ": given.rollout: " + set.error().message};
    }
  }
  return {};
}

}  // namespace shubbak::cli
