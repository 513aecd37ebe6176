// shubbak rollout: which services are switched on for which companies, since when and for how many of the numbers. A
// running daemon obeys within a second.

#include <cstdio>
#include <string>
#include <string_view>

#include "admin/rollout_bodies.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/staff_at_work.hpp"
#include "services/switches.hpp"

namespace shubbak::cli {
namespace {

constexpr std::string_view rollout_name = "rollout";

struct RolloutOptions {
  std::string config;
  std::string account;
  rollout::WrittenRule rule;
};

Result<StaffAtWork, int> rollout_desk(const RolloutOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  return StaffAtWork::open(rollout_name, std::move(*config), options.account, staff::Permission::rollout_set);
}

int switch_refused(const admin::ApiError& error) {
  return failed(rollout_name, error.field.empty() ? error.message : "--" + error.field + ": " + error.message);
}

// "payments  homs  10% of the numbers  from 2026-12-01T05:00:00Z  (by amal, 2026-11-27T06:00:00Z)"
std::string line_of(const admin::SwitchShown& one) {
  std::string line = one.service + "  " + one.company + "  ";
  if (one.share == 0) line += "off";
  if (one.share == rollout::whole_percent) line += "on";
  if (one.share != 0 && one.share != rollout::whole_percent) line += std::to_string(one.share) + "% of the numbers";
  if (one.from) line += "  from " + *one.from;
  if (one.until) line += "  until " + *one.until;
  return line + (one.by ? "  (by " + *one.by + ", " + one.changed.value_or("") + ")\n" : "  (configured)\n");
}

std::string names_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

int list_rollout(const RolloutOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto desk = StaffAtWork::open_to_read(rollout_name, std::move(*config));
  if (!desk) return desk.error();
  const auto all = admin::list_switches(desk->world());
  if (!all) return failed(rollout_name, all.error().message);
  for (const admin::SwitchTold& one : *all) std::fputs(line_of(admin::shown(one)).c_str(), stdout);
  std::printf("What none of these is about is on. Services and groups: %s. Companies: %s.\n",
              names_of(services::switched_services()).c_str(),
              names_of(admin::companies_to_switch(desk->world())).c_str());
  return exit_ok;
}

int set_rollout(const RolloutOptions& options) {
  auto desk = rollout_desk(options);
  if (!desk) return desk.error();
  const auto done = desk->run(admin::set_switch(desk->world(), desk->caller(), options.rule));
  if (!done) return switch_refused(done.error());
  std::fputs(line_of(admin::shown(*done)).c_str(), stdout);
  return exit_ok;
}

int clear_rollout(const RolloutOptions& options) {
  auto desk = rollout_desk(options);
  if (!desk) return desk.error();
  const auto done =
      desk->run(admin::clear_switch(desk->world(), desk->caller(), options.rule.service, options.rule.company));
  if (!done) return switch_refused(done.error());
  std::puts("what is configured holds again");
  return exit_ok;
}

}  // namespace

void add_rollout_command(CLI::App& app, int& exit_code) {
  static RolloutOptions options;
  CLI::App* command = app.add_subcommand("rollout", "Which services are on where, since when and for how many");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, int (*run)(const RolloutOptions&)) {
    CLI::App* added = command->add_subcommand(name, what);
    add_config_option(*added, options.config);
    added->callback([run, &exit_code] { exit_code = run(options); });
    return added;
  };
  add("list", "What is in force, and what can be switched", list_rollout);
  CLI::App* setting = add("set", "Switch on or off at run time, in place of what is configured", set_rollout);
  CLI::App* clearing = add("clear", "Let what is configured hold again", clear_rollout);
  for (CLI::App* changing : {setting, clearing}) {
    changing->add_option("--as", options.account, "Your account")->required();
    changing->add_option("--service", options.rule.service, "A service, a group of them, or * for all (default)");
    changing->add_option("--company", options.rule.company, "A company, or * for all (default)");
  }
  setting->add_option("--from", options.rule.from, "Off before it: 2026-12-01T08:00, local, or a day alone");
  setting->add_option("--until", options.rule.until, "Off again from then on");
  setting->add_option("--share", options.rule.share_percent, "Percent of the numbers; 0 switches it off")->required();
}

}  // namespace shubbak::cli
