// shubbak cash: drawers of agents, what is taken into them and brought in from them, and what is told of it; the same
// as the API's /cash, beside the daemon. What changes something is done by an account that tells its password.

#include <cstdio>
#include <functional>
#include <optional>
#include <string>

#include <boost/json/serialize.hpp>

#include "admin/cash_bodies.hpp"
#include "admin/token.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/staff_desk.hpp"

namespace shubbak::cli {
namespace {

using staff::Permission;

constexpr std::string_view cash_name = "cash";
constexpr std::size_t made_key_letters = 24;
// Of `take`, where it was taken; exit_ok: the company is paid.
constexpr int exit_not_paid = 3;
constexpr int exit_not_known = 4;

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
                                                         std::optional<Permission> permission) {
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
    if (made.key.empty()) made.key = admin::new_token().text.substr(0, made_key_letters);
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

std::string line_of(const CashDeskHere& desk, const admin::DrawerShown& drawer) {
  return drawer.name + "  drawer." + std::to_string(drawer.number) + "  " + drawer.directorate + "/" + drawer.office +
         "  holds " + desk.shown(drawer.holds) +
         (drawer.ceiling ? " of at most " + desk.shown(*drawer.ceiling) : "") + " " + drawer.currency + "\n";
}

std::string line_of(const CashDeskHere& desk, const admin::CashPaymentShown& paid) {
  std::string line = "receipt " + paid.receipt + (paid.check ? " check " + *paid.check : "") + "  " + paid.state +
                     "  " + desk.shown(paid.amount);
  if (paid.fee != 0) line += " and the fee of " + desk.shown(paid.fee);
  line += " " + paid.currency + " to " + paid.company + " for " + paid.account + "  " + paid.at;
  if (paid.owed != 0) line += "  give back " + desk.shown(paid.owed);
  if (paid.state == "held") line += "  the company has not told: ask again with --key " + paid.key;
  return line + "\n";
}

std::string line_of(const CashDeskHere& desk, const admin::CashTopUpShown& top_up) {
  return std::to_string(top_up.number) + "  " + desk.shown(top_up.amount) + " " + top_up.currency + " onto card " +
         top_up.card + "  " + top_up.at + "  --key " + top_up.key + "\n";
}

std::string line_of(const CashDeskHere& desk, const admin::CountShown& count) {
  std::string line = "counted " + desk.shown(count.counted) + " at " + count.at + ", " + desk.shown(count.expected) +
                     " should be there";
  if (count.missing != 0) line += ": " + desk.shown(count.missing) + " are missing";
  if (count.surplus != 0) line += ": " + desk.shown(count.surplus) + " too many";
  return line + "\n";
}

std::string line_of(const CashDeskHere& desk, const admin::SumsShown& sums) {
  return std::to_string(sums.payments) + " payments " + desk.shown(sums.payments_minor) + " (fees " +
         desk.shown(sums.fees_minor) + "), " + std::to_string(sums.top_ups) + " top-ups " +
         desk.shown(sums.top_ups_minor) + ", given back " + desk.shown(sums.given_back_minor) + ", deposited " +
         desk.shown(sums.deposits_minor);
}

template <class T>
int tell_done(CashDeskHere& desk, const Result<T, admin::ApiError>& done) {
  if (!done) return failed(cash_name, done.error().message);
  const auto shown = admin::shown(*done);
  return desk.tell(shown, line_of(desk, shown));
}

int open_drawer_for(CashDeskHere& desk, const CashOptions& options) {
  const auto ceiling = desk.minor_of(options.amount, "--ceiling");
  if (!ceiling) return wrong_usage(cash_name, ceiling.error().message);
  admin::NewDrawer wanted{options.keeper, options.directorate, options.office, *ceiling,
                          std::string(to_string(desk.currency()))};
  return tell_done(desk, desk.run(admin::open_drawer(desk.world(), desk.caller(), std::move(wanted))));
}

int set_ceiling(CashDeskHere& desk, const CashOptions& options) {
  const auto ceiling = desk.minor_of(options.amount, "the ceiling");
  if (!ceiling) return wrong_usage(cash_name, ceiling.error().message);
  return tell_done(desk, desk.run(admin::set_drawer_ceiling(desk.world(), desk.caller(), options.drawer, *ceiling)));
}

int list_all(CashDeskHere& desk, const CashOptions&) {
  const auto all = admin::list_drawers(desk.world(), desk.caller());
  if (!all) return failed(cash_name, all.error().message);
  admin::DrawerList list;
  std::string text;
  for (const store::StoredDrawer& drawer : *all) {
    text += line_of(desk, list.drawers.emplace_back(admin::shown(drawer)));
  }
  return desk.tell(list, text);
}

int quote_one(CashDeskHere& desk, const CashOptions& options) {
  const auto amount = desk.minor_of(options.amount, "the amount");
  if (!amount) return wrong_usage(cash_name, amount.error().message);
  admin::CashAmount asked{*amount, std::string(to_string(desk.currency()))};
  const auto quote = desk.run(admin::quote_bill(desk.world(), desk.caller(), options.drawer, options.company,
                                                options.bill, std::move(asked)));
  if (!quote) return failed(cash_name, quote.error().message);
  const auto shown = admin::shown(*quote);
  return desk.tell(shown, "due " + desk.shown(shown.due) + ", pay " + desk.shown(shown.amount) + " and a fee of " +
                              desk.shown(shown.fee) + ": take " + desk.shown(shown.total) + " " + shown.currency +
                              "\n");
}

int take_bill(CashDeskHere& desk, const CashOptions& options) {
  auto wanted = desk.wanted();
  if (!wanted) return wrong_usage(cash_name, wanted.error().message);
  const auto fee = desk.minor_of(options.fee, "--fee");
  if (!fee) return wrong_usage(cash_name, fee.error().message);
  const auto taken = desk.run(
      admin::take_for_bill(desk.world(), desk.caller(), std::move(*wanted), options.company, options.bill, *fee));
  const int told = tell_done(desk, taken);
  if (!taken || told != exit_ok || taken->payment.state == ledger::State::posted) return told;
  return taken->payment.state == ledger::State::reserved ? exit_not_known : exit_not_paid;
}

int top_up_card(CashDeskHere& desk, const CashOptions& options) {
  auto wanted = desk.wanted();
  if (!wanted) return wrong_usage(cash_name, wanted.error().message);
  const auto done = desk.run(admin::take_for_card(desk.world(), desk.caller(), std::move(*wanted), options.card));
  if (!done) return failed(cash_name, done.error().message);
  const auto shown = admin::shown(*done);
  return desk.tell(shown, desk.shown(shown.amount) + " " + shown.currency + " came onto card " + shown.card + "\n");
}

int give_cash_back(CashDeskHere& desk, const CashOptions& options) {
  auto wanted = desk.wanted();
  if (!wanted) return wrong_usage(cash_name, wanted.error().message);
  return tell_done(desk,
                   desk.run(admin::give_back(desk.world(), desk.caller(), std::move(*wanted), options.receipt)));
}

int deposit_cash(CashDeskHere& desk, const CashOptions& options) {
  auto wanted = desk.wanted();
  if (!wanted) return wrong_usage(cash_name, wanted.error().message);
  return tell_done(desk,
                   desk.run(admin::take_deposit(desk.world(), desk.caller(), std::move(*wanted), options.reference)));
}

int count_cash(CashDeskHere& desk, const CashOptions& options) {
  const auto counted = desk.minor_of(options.amount, "the amount");
  if (!counted) return wrong_usage(cash_name, counted.error().message);
  const auto drawer = desk.own_drawer();
  if (!drawer) return wrong_usage(cash_name, drawer.error().message);
  admin::CashAmount amount{*counted, std::string(to_string(desk.currency()))};
  return tell_done(desk, desk.run(admin::count_drawer(desk.world(), desk.caller(), *drawer, std::move(amount))));
}

int list_payments(CashDeskHere& desk, const CashOptions& options) {
  admin::CashPaymentList list;
  std::string text;
  std::optional<std::string> before;
  for (;;) {
    const auto page = admin::drawer_payments(desk.world(), desk.caller(), options.drawer, options.open_only, before);
    if (!page) return failed(cash_name, page.error().message);
    if (page->empty()) return desk.tell(list, text);
    for (const store::CashPayment& paid : *page) {
      text += line_of(desk, list.payments.emplace_back(admin::shown(paid)));
    }
    before = list.payments.back().receipt;
  }
}

int list_top_ups(CashDeskHere& desk, const CashOptions& options) {
  admin::CashTopUpList list;
  std::string text;
  std::optional<std::int64_t> before;
  for (;;) {
    const auto page = admin::drawer_top_ups(desk.world(), desk.caller(), options.drawer, before);
    if (!page) return failed(cash_name, page.error().message);
    if (page->empty()) return desk.tell(list, text);
    for (const store::CashTopUp& top_up : *page) {
      text += line_of(desk, list.top_ups.emplace_back(admin::shown(top_up)));
    }
    before = page->back().number;
  }
}

admin::Days days_of(const CashOptions& options) {
  return {options.from, options.to.empty() ? options.from : options.to};
}

int tell_statement(CashDeskHere& desk, const CashOptions& options) {
  const auto days = desk.run(admin::drawer_days(desk.world(), desk.caller(), options.drawer, days_of(options)));
  if (!days) return failed(cash_name, days.error().message);
  const auto shown = admin::shown(*days);
  std::string text = line_of(desk, shown.drawer) + "before " + desk.shown(shown.opening) + ": " +
                     line_of(desk, shown.sums) + ": after " + desk.shown(shown.closing) + "\n";
  for (const admin::CountShown& count : shown.counts) text += line_of(desk, count);
  text += shown.adds_up ? "all that came and went adds up to what the ledger has\n"
                        : "all that came and went does NOT add up to what the ledger has\n";
  const int code = desk.tell(shown, text);
  return shown.adds_up ? code : int{exit_failed};
}

int tell_report(CashDeskHere& desk, const CashOptions& options) {
  const auto given = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
  const auto rows = desk.run(admin::report_cash(
      desk.world(), desk.caller(),
      {options.by, days_of(options), given(options.company), given(options.directorate), given(options.office)}));
  if (!rows) return failed(cash_name, rows.error().message);
  const auto shown = admin::shown(*rows);
  std::string text;
  for (const admin::ReportRowShown& row : shown.rows) {
    text += (row.name.empty() ? "(none)" : row.name) + "  " + line_of(desk, row.sums) + "\n";
  }
  return desk.tell(shown, text);
}

// --- the command line
class CashCommand {
 public:
  CashCommand(CLI::App& app, int& exit_code)
      : command_(app.add_subcommand("cash", "Cash at agents: drawers, what is taken and brought in, reports")),
        exit_code_(exit_code) {
    command_->require_subcommand(1);
  }
  CashOptions& options() { return options_; }
  using Run = int (*)(CashDeskHere&, const CashOptions&);
  CLI::App* add(const char* name, const char* what, Run run, std::optional<Permission> permission = {}) {
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

void add_cash_drawers(CashCommand& cash) {
  CashOptions& options = cash.options();
  CLI::App* opening =
      cash.add("open-drawer", "Open a drawer for an account at an office", open_drawer_for, Permission::cash_manage);
  opening->add_option("keeper", options.keeper, "The account that keeps it")->required();
  opening->add_option("--directorate", options.directorate, "Where it is")->required();
  opening->add_option("--office", options.office, "Where it is")->required();
  opening->add_option("--ceiling", options.amount, "The most that it may hold: 500000")->required();
  CLI::App* limiting = cash.add("ceiling", "Set what a drawer may hold", set_ceiling, Permission::cash_manage);
  cash.add_drawer(limiting);
  cash.add_amount(limiting, "The most that it may hold");
  cash.add("drawers", "The drawers, and what they hold", list_all);
}

}  // namespace

void add_cash_command(CLI::App& app, int& exit_code) {
  static CashCommand cash(app, exit_code);
  CashOptions& options = cash.options();
  add_cash_drawers(cash);
  cash.add_bill(cash.add("quote", "Whether a company takes an amount, and for what fee", quote_one));
  CLI::App* taking =
      cash.add("take", "Take cash for a bill; exit code 0: paid, 3: not paid, give it back, 4: not known yet",
               take_bill, Permission::cash_take);
  cash.add_bill(taking);
  cash.add_taking(taking);
  taking->add_option("--fee", options.fee, "Beside the amount, as it was quoted");
  CLI::App* topping = cash.add("top-up", "Take cash onto a prepaid card", top_up_card, Permission::cash_take);
  topping->add_option("card", options.card, "Its number")->required();
  cash.add_amount(topping, "What comes onto it");
  cash.add_taking(topping);
  CLI::App* giving = cash.add("give-back", "Give back the cash of a payment that was released or refunded",
                              give_cash_back, Permission::cash_take);
  giving->add_option("receipt", options.receipt, "Its receipt's number")->required();
  cash.add_amount(giving, "What was handed out: all that is owed of it");
  cash.add_own_drawer(giving);
  cash.add_key(giving);
  CLI::App* depositing = cash.add("deposit", "Note cash that was brought in from another account's drawer",
                                  deposit_cash, Permission::cash_deposit);
  cash.add_drawer(depositing);
  cash.add_amount(depositing, "What was brought in");
  depositing->add_option("--reference", options.reference, "Of the bank's slip")->required();
  cash.add_key(depositing);
  CLI::App* counting = cash.add("count", "Count your drawer; a difference is kept and moves nothing", count_cash,
                                Permission::cash_take);
  cash.add_amount(counting, "What is in it");
  cash.add_own_drawer(counting);
  CLI::App* listing = cash.add("payments", "What was paid into a drawer, newest first", list_payments);
  cash.add_drawer(listing);
  listing->add_flag("--open", options.open_only, "Only what is held, or is to be given back");
  CLI::App* onto = cash.add("top-ups", "What was taken into a drawer for cards, newest first", list_top_ups);
  cash.add_drawer(onto);
  CLI::App* stating = cash.add("statement", "What came into a drawer and went out of it", tell_statement);
  cash.add_drawer(stating);
  cash.add_days(stating);
  CLI::App* reporting = cash.add("report", "Cash by account, office, company or directorate", tell_report);
  reporting->add_option("--by", options.by, "account, office, company or directorate");
  cash.add_days(reporting);
  reporting->add_option("--company", options.company, "Only its payments, and what was given back of them");
  reporting->add_option("--directorate", options.directorate, "Only drawers there");
  reporting->add_option("--office", options.office, "Only drawers there");
}

}  // namespace shubbak::cli
