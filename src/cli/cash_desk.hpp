// A command of shubbak cash at work, and what its subcommands are made of. Private to those. Thread: one.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "admin/cash_bodies.hpp"
#include "admin/cash_correction_bodies.hpp"
#include "admin/token.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/staff_desk.hpp"

namespace shubbak::cli {

inline constexpr std::string_view cash_name = "cash";
inline constexpr std::size_t made_key_letters = 24;
struct CashOptions {
  std::string config;
  std::string account;
  std::string keeper;
  std::string directorate;
  std::string office;
  std::string drawer;
  std::string company;
  std::string bill;
  std::string card;
  std::string receipt;
  std::string amount;
  std::string fee = "0";
  std::string msisdn;
  std::string operator_name;
  std::string key;
  std::string reference;
  std::string reason;
  std::string onto;  // the drawer that takes over
  std::int64_t top_up = 0;
  std::int64_t proposal = 0;
  std::string from;
  std::string to;
  std::string by = "account";
  std::string format = "text";
  bool again = false;
  bool open_only = false;
};

// A command at work: who asks, and how what they are told is shown.
class CashDeskHere {
 public:
  // Without a permission whoever may read the key file asks, for what only reads.
  static Result<std::unique_ptr<CashDeskHere>, int> open(const CashOptions& options,
                                                         std::optional<staff::Permission> permission) {
    auto config = read_configuration(options.config);
    if (!config) return int{exit_failed};
    auto here = std::make_unique<CashDeskHere>(options, std::move(*config));
    auto staff = StaffDesk::open(here->config_);
    if (!staff) return failed(cash_name, staff.error().message);
    here->staff_ = std::move(*staff);
    here->caller_ = StaffDesk::console();
    if (!permission) return here;
    auto caller = here->staff_->log_in(options.account, *permission);
    if (!caller) return failed(cash_name, caller.error().message);
    here->caller_ = std::move(*caller);
    return here;
  }
  CashDeskHere(const CashOptions& options, daemon::Config config) : options_(options), config_(std::move(config)) {}
  CashDeskHere(const CashDeskHere&) = delete;
  CashDeskHere& operator=(const CashDeskHere&) = delete;
  ~CashDeskHere() {
    if (staff_ && caller_.session) staff_->log_out(caller_);
  }

  admin::World& world() { return staff_->world(); }
  [[nodiscard]] const admin::Caller& caller() const { return caller_; }
  [[nodiscard]] Currency currency() const { return config_.currency; }
  [[nodiscard]] std::string shown(std::int64_t minor) const { return format_amount({minor, config_.currency}); }
  Result<std::int64_t> minor_of(const std::string& typed, const char* what) const {
    const auto amount = parse_amount(typed, config_.currency);
    if (!amount) return Error{amount.error().code, std::string(what) + ": " + amount.error().message};
    return amount->minor;
  }
  // The one that is named, or the only one that the account keeps.
  Result<std::string> own_drawer() {
    if (!options_.drawer.empty()) return options_.drawer;
    const auto all = admin::list_drawers(world(), caller_);
    if (!all) return Error{Errc::io, all.error().message};
    std::string name;
    for (const store::StoredDrawer& drawer : *all) {
      if (drawer.account != caller_.account.name) continue;
      if (!name.empty()) return Error{Errc::invalid, "this account keeps several drawers: say which by --drawer"};
      name = drawer.name;
    }
    if (name.empty()) return Error{Errc::not_found, "this account keeps no drawer"};
    return name;
  }
  Result<admin::CashWanted> wanted() {
    const auto amount = minor_of(options_.amount, "the amount");
    if (!amount) return amount.error();
    auto drawer = own_drawer();
    if (!drawer) return drawer.error();
    admin::CashWanted made{.key = options_.key,
                           .drawer = std::move(*drawer),
                           .amount = {*amount, std::string(to_string(config_.currency))},
                           .operator_name = options_.operator_name,
                           .again = options_.again};
    // With a letter before it, for none may look as those of banks do.
    if (made.key.empty()) made.key = "k" + admin::new_token().text.substr(1, made_key_letters - 1);
    if (!options_.msisdn.empty()) made.msisdn = options_.msisdn;
    return made;
  }
  template <class T>
  Result<T, admin::ApiError> run(admin::Served<T> serving) {
    return staff_->run(std::move(serving));
  }
  // As the API shows it, or a line.
  template <class Shown>
  int tell(Shown shown, const std::string& text) const {
    if (options_.format == "json") {
      std::printf("%s\n", boost::json::serialize(admin::written(shown)).c_str());
    } else {
      std::printf("%s", text.c_str());
    }
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_ok;
    return failed(cash_name, "the output could not be written whole");
  }

 private:
  const CashOptions& options_;
  daemon::Config config_;
  std::unique_ptr<StaffDesk> staff_;
  admin::Caller caller_;
};

// Each with its end.
std::string line_of(const CashDeskHere& desk, const admin::DrawerShown& drawer);
std::string line_of(const CashDeskHere& desk, const admin::CashPaymentShown& paid);
std::string line_of(const CashDeskHere& desk, const admin::CashTopUpShown& top_up);
std::string line_of(const CashDeskHere& desk, const admin::CountShown& count);
std::string line_of(const CashDeskHere& desk, const admin::CashProposalShown& one);

template <class T>
int tell_done(CashDeskHere& desk, const Result<T, admin::ApiError>& done) {
  if (!done) return failed(cash_name, done.error().message);
  const auto shown = admin::shown(*done);
  return desk.tell(shown, line_of(desk, shown));
}

// The command line: each subcommand with what it runs.
class CashCommand {
 public:
  CashCommand(CLI::App& app, int& exit_code)
      : command_(app.add_subcommand("cash", "Cash at agents: drawers, what is taken and brought in, reports")),
        exit_code_(exit_code) {
    command_->require_subcommand(1);
  }
  CashOptions& options() { return options_; }
  using Run = int (*)(CashDeskHere&, const CashOptions&);
  CLI::App* add(const char* name, const char* what, Run run, std::optional<staff::Permission> permission = {}) {
    CLI::App* added = command_->add_subcommand(name, what);
    add_config_option(*added, options_.config);
    added->add_option("--format", options_.format, "text, or json as the API answers")
        ->check(CLI::IsMember({"text", "json"}));
    if (permission) added->add_option("--as", options_.account, "Your account")->required();
    added->callback([this, run, permission] {
      auto desk = CashDeskHere::open(options_, permission);
      exit_code_ = desk ? run(**desk, options_) : desk.error();
    });
    return added;
  }
  void add_bill(CLI::App* to) {
    to->add_option("company", options_.company, "As the configuration names it")->required();
    to->add_option("account", options_.bill, "At the company")->required();
    add_amount(to, "What is to be paid: 500 or 500.50");
  }
  void add_amount(CLI::App* to, const char* what) { to->add_option("amount", options_.amount, what)->required(); }
  void add_own_drawer(CLI::App* to) {
    to->add_option("--drawer", options_.drawer, "Which, where the account keeps several");
  }
  void add_drawer(CLI::App* to) { to->add_option("drawer", options_.drawer, "Its name: ACCOUNT.OFFICE")->required(); }
  void add_key(CLI::App* to) {
    to->add_option("--key", options_.key,
                   "Of a try whose answer was lost: tells what came of it, does nothing twice");
  }
  void add_taking(CLI::App* to) {
    add_own_drawer(to);
    add_key(to);
    to->add_option("--msisdn", options_.msisdn, "A number that the receipt goes to by SMS, if it is linked");
    to->add_option("--operator", options_.operator_name, "By whose link, where there are several");
    to->add_flag("--again", options_.again, "Though the same was taken in the last ten minutes");
  }
  void add_days(CLI::App* to) {
    to->add_option("--day,--from", options_.from, "The day, or the first one: 2026-11-26")->required();
    to->add_option("--to", options_.to, "The last day");
  }

 private:
  CashOptions options_;
  CLI::App* command_;
  int& exit_code_;
};

// What one member of staff proposes and another one decides.
void add_cash_corrections(CashCommand& cash);

}  // namespace shubbak::cli
