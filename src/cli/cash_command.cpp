// shubbak cash: drawers of agents, what is taken into them and brought in from them, and what is told of it; the same
// as the API's /cash, beside the daemon. What changes something is done by an account that tells its password.

#include <cstdio>
#include <optional>
#include <string>

#include "cli/cash_desk.hpp"
#include "cli/command.hpp"

namespace shubbak::cli {

std::string line_of(const CashDeskHere& desk, const admin::DrawerShown& drawer) {
  return drawer.name + "  drawer." + std::to_string(drawer.number) + "  " + drawer.directorate + "/" + drawer.office +
         "  holds " + desk.shown(drawer.holds) +
         (drawer.ceiling ? " of at most " + desk.shown(*drawer.ceiling) : "") + " " + drawer.currency +
         (drawer.closed ? "  handed over " + *drawer.closed : "") + "\n";
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

namespace {

using staff::Permission;

// What two members of staff corrected: told where there is any.
std::string corrected_line(const CashDeskHere& desk, const admin::SumsShown& sums) {
  std::string line;
  const auto add = [&](const char* words, std::int64_t minor) {
    if (minor != 0) line.append(", ").append(words).append(" ").append(desk.shown(minor));
  };
  add("taken back of top-ups", sums.top_ups_corrected_minor);
  add("taken back of deposits", sums.deposits_corrected_minor);
  add("handed over", sums.handed_over_minor);
  add("taken over", sums.taken_over_minor);
  add("written off", sums.missing_minor);
  add("found too much", sums.surplus_minor);
  return line;
}

std::string line_of(const CashDeskHere& desk, const admin::SumsShown& sums) {
  return std::to_string(sums.payments) + " payments " + desk.shown(sums.payments_minor) + " (fees " +
         desk.shown(sums.fees_minor) + "), " + std::to_string(sums.top_ups) + " top-ups " +
         desk.shown(sums.top_ups_minor) + ", given back " + desk.shown(sums.given_back_minor) + ", deposited " +
         desk.shown(sums.deposits_minor) + corrected_line(desk, sums);
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
  return taken && told == exit_ok ? exit_code_of(taken->payment.state) : told;
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
  add_cash_corrections(cash);
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
