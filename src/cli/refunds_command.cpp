// shubbak refunds: money that was paid goes back to the card that it came from. One member of staff proposes it,
// another pays it; the person is told. Beside them, what is in dispute: cli/dispute_commands.hpp.

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "admin/refund_bodies.hpp"
#include "cli/audit_output.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/dispute_commands.hpp"
#include "cli/staff_at_work.hpp"

namespace shubbak::cli {
namespace {

using staff::Permission;

constexpr std::string_view refunds_name = "refunds";

struct RefundOptions {
  std::string config;
  std::string account;
  std::string receipt;
  std::string amount;
  std::string reason;
  std::int64_t refund = 0;
  bool with_fee = false;
  bool open_only = false;
};

Result<StaffAtWork, int> refund_desk(const RefundOptions& options, Permission permission) {
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  return StaffAtWork::open(refunds_name, std::move(*config), options.account, permission);
}

int propose(const RefundOptions& options) {
  auto desk = refund_desk(options, Permission::refund_propose);
  if (!desk) return desk.error();
  admin::RefundWanted wanted{options.receipt, std::nullopt, options.with_fee, options.reason};
  if (!options.amount.empty()) {
    const auto amount = parse_amount(options.amount, desk->world().currency);
    if (!amount) return failed(refunds_name, "--amount: " + amount.error().message);
    wanted.amount = amount->minor;
  }
  const auto done = desk->run(admin::propose_refund(desk->world(), desk->caller(), std::move(wanted)));
  if (!done) return failed(refunds_name, done.error().message);
  const auto number = static_cast<long long>(done->refund.number);
  std::printf("refund %lld is proposed; another account pays it: shubbak refunds pay %lld\n", number, number);
  return exit_ok;
}

int decide(const RefundOptions& options, bool pays) {
  auto desk = refund_desk(options, Permission::refund_decide);
  if (!desk) return desk.error();
  const auto done = desk->run(admin::decide_refund(desk->world(), desk->caller(), options.refund, pays));
  if (!done) return failed(refunds_name, done.error().message);
  std::printf("refund %lld is %s\n", static_cast<long long>(options.refund), pays ? "paid" : "refused");
  return exit_ok;
}

std::string line_of(const admin::RefundShown& one, Currency currency) {
  std::string line = std::to_string(one.number) + "  " + one.state + "  receipt " + one.receipt + "  " +
                     format_amount({one.amount, currency});
  if (one.fee != 0) line += " and its fee of " + format_amount({one.fee, currency});
  line += "  " + one.reason + "  by " + one.maker + " " + one.proposed;
  if (one.decided) line += ", " + one.checker.value_or("") + " " + *one.decided;
  return line + "\n";
}

int list(const RefundOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto desk = StaffAtWork::open_to_read(refunds_name, std::move(*config));
  if (!desk) return desk.error();
  std::int64_t after = 0;
  for (;;) {
    const auto page = admin::list_refunds(desk->world(), options.open_only, after);
    if (!page) return failed(refunds_name, page.error().message);
    if (page->empty()) return exit_ok;
    for (const admin::RefundTold& one : *page) {
      std::fputs(line_of(admin::shown(one), one.currency).c_str(), stdout);
      after = one.refund.number;
    }
  }
}

}  // namespace

void add_refunds_command(CLI::App& app, int& exit_code) {
  static RefundOptions options;
  CLI::App* command = app.add_subcommand("refunds", "Payments paid back, by two members of staff");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, int (*run)(const RefundOptions&), bool by_staff) {
    CLI::App* added = command->add_subcommand(name, what);
    added->add_option("--config", options.config, "The deployment's shubbak.yaml")->required();
    if (by_staff) added->add_option("--as", options.account, "Your account")->required();
    added->callback([run, &exit_code] { exit_code = run(options); });
    return added;
  };
  CLI::App* proposing = add("propose", "Ask for a payment, or a part of it, to be paid back", propose, true);
  proposing->add_option("receipt", options.receipt, "Its receipt's number")->required();
  proposing->add_option("--amount", options.amount, "How much of it: 500 or 500.50; without it all that was paid");
  proposing->add_flag("--with-fee", options.with_fee, "The fee as well");
  proposing->add_option("--reason", options.reason, "A word for the audit trail, such as paid_twice")->required();
  const auto pay = [](const RefundOptions& given) { return decide(given, true); };
  const auto refuse = [](const RefundOptions& given) { return decide(given, false); };
  for (CLI::App* deciding : {add("pay", "Pay back what another account has proposed, and tell the person", pay, true),
                             add("refuse", "Do not pay it back", refuse, true)}) {
    deciding->add_option("refund", options.refund, "Its number")->required();
  }
  CLI::App* listing = add("list", "All of them, or what waits for somebody's decision", list, false);
  listing->add_flag("--open", options.open_only, "Only those that nobody has decided");
  add_dispute_commands(*command, exit_code);
}

}  // namespace shubbak::cli
