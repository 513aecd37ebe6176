// shubbak staff: accounts of clerks, designers, overseers and admins, from the machine that runs the daemon. The
// first admin is made here; after that, admins use the API.

#include <cstdio>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/staff_desk.hpp"

namespace shubbak::cli {
namespace {

struct StaffOptions {
  std::string config;
  std::string name;
  std::string full_name;
  std::string email;
  std::vector<std::string> roles;
  std::string msisdn;
};

void print(const staff::Account& account) {
  std::string roles;
  for (const staff::Grant& grant : account.grants) roles.append(roles.empty() ? "" : ", ").append(to_string(grant));
  const std::string phone = account.msisdn ? " · " + account.msisdn->masked() : "";
  std::printf("%s · %s · %s%s%s\n", account.name.c_str(), account.full_name.c_str(), roles.c_str(), phone.c_str(),
              account.disabled ? " · disabled" : "");
}

int told(const Result<staff::Account, admin::ApiError>& account) {
  if (!account) return failed("staff", account.error().message);
  print(*account);
  return exit_ok;
}

Result<std::vector<staff::Grant>> grants_of(const StaffOptions& options) {
  std::vector<staff::Grant> grants;
  for (const std::string& role : options.roles) {
    auto grant = staff::parse_grant(role);
    if (!grant) return grant.error();
    grants.push_back(std::move(*grant));
  }
  return grants;
}

int add(StaffDesk& desk, const StaffOptions& options) {
  auto grants = grants_of(options);
  if (!grants) return failed("staff", grants.error().message);
  auto password = read_password("password for " + options.name, true);
  if (!password) return failed("staff", password.error().message);
  admin::NewAccount account{options.name, options.full_name, options.email, std::move(*password), std::move(*grants)};
  return told(desk.run(admin::add_account(desk.world(), StaffDesk::console(), std::move(account))));
}

int set_roles(StaffDesk& desk, const StaffOptions& options) {
  auto grants = grants_of(options);
  if (!grants) return failed("staff", grants.error().message);
  return told(desk.run(admin::set_grants(desk.world(), StaffDesk::console(), options.name, std::move(*grants), 0)));
}

int disable(StaffDesk& desk, const StaffOptions& options) {
  return told(desk.run(admin::set_disabled(desk.world(), StaffDesk::console(), options.name, true)));
}

int enable(StaffDesk& desk, const StaffOptions& options) {
  return told(desk.run(admin::set_disabled(desk.world(), StaffDesk::console(), options.name, false)));
}

int set_password(StaffDesk& desk, const StaffOptions& options) {
  auto password = read_password("new password for " + options.name, true);
  if (!password) return failed("staff", password.error().message);
  const auto set =
      desk.run(admin::set_password(desk.world(), StaffDesk::console(), options.name, std::move(*password)));
  return set ? exit_ok : failed("staff", set.error().message);
}

int set_phone(StaffDesk& desk, const StaffOptions& options) {
  auto number = options.msisdn.empty() ? std::nullopt : std::optional(options.msisdn);
  return told(desk.run(admin::set_phone(desk.world(), StaffDesk::console(), options.name, std::move(number))));
}

int set_pin(StaffDesk& desk, const StaffOptions& options) {
  auto pin = read_password("new service PIN for " + options.name, true);
  if (!pin) return failed("staff", pin.error().message);
  const auto set = desk.run(admin::set_pin(desk.world(), StaffDesk::console(), options.name, std::move(*pin)));
  return set ? exit_ok : failed("staff", set.error().message);
}

int list(StaffDesk& desk, const StaffOptions&) {
  std::string after;
  for (;;) {
    const auto page = admin::list_accounts(desk.world(), after);
    if (!page) return failed("staff", page.error().message);
    if (page->empty()) return exit_ok;
    for (const staff::Account& account : *page) print(account);
    after = page->back().name;
  }
}

using Act = int (*)(StaffDesk&, const StaffOptions&);

int with_desk(const StaffOptions& options, Act act) {
  const auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto desk = StaffDesk::open(*config);
  if (!desk) return failed("staff", desk.error().message);
  return act(**desk, options);
}

}  // namespace

void add_staff_command(CLI::App& app, int& exit_code) {
  static StaffOptions options;
  CLI::App* command = app.add_subcommand("staff", "Accounts of clerks, designers, overseers and admins");
  command->description(
      "Accounts of staff in the deployment's database. Passwords are asked for, or read from the standard input; "
      "they\n"
      "are never arguments. The key file must be readable, so run it as the daemon's user.");
  const auto sub = [&](const std::string& name, const std::string& about, Act act) {
    CLI::App* one = command->add_subcommand(name, about);
    add_config_option(*one, options.config);
    one->callback([act, &exit_code] { exit_code = with_desk(options, act); });
    return one;
  };
  const auto named = [&](CLI::App* one) {
    one->add_option("name", options.name, "Of the account")->required();
    return one;
  };
  const auto with_roles = [&](CLI::App* one) {
    one->add_option("--role", options.roles, "ROLE or ROLE@COMPANY/DIRECTORATE/OFFICE; may be given several times")
        ->required();
  };
  CLI::App* adding = named(sub("add", "Make an account", add));
  adding->add_option("--full-name", options.full_name, "Of its owner")->required();
  adding->add_option("--email", options.email, "Of its owner");
  with_roles(adding);
  with_roles(named(sub("roles", "Give an account other roles; its sessions end", set_roles)));
  named(sub("disable", "Close an account; its sessions end", disable));
  named(sub("enable", "Open a closed account again", enable));
  named(sub("passwd", "Give an account another password; its sessions end", set_password));
  CLI::App* phone =
      named(sub("phone", "Name the phone that its owner serves people from; its sessions end", set_phone));
  phone->add_option("msisdn", options.msisdn, "Its mobile number; without it, it has none any more");
  named(sub("pin", "Give an account the service PIN of its phone; its sessions end", set_pin));
  sub("list", "Every account", list);
  command->require_subcommand(1);
}

}  // namespace shubbak::cli
