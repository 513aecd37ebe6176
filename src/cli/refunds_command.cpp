// shubbak refunds: money that was paid goes back to the card that it came from. One member of staff proposes it,
// another pays it; the person is told. Beside them, what is in dispute: cli/dispute_commands.hpp.

#include <algorithm>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>

#include "cli/audit_output.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/dispute_commands.hpp"
#include "cli/open_store.hpp"
#include "cli/published_words.hpp"
#include "cli/staff_at_work.hpp"
#include "flows/engine.hpp"
#include "payments/receipt.hpp"
#include "services/payment_end.hpp"

namespace shubbak::cli {
namespace {

using staff::Permission;

constexpr std::size_t refunds_page_rows = 1'000;
constexpr std::chrono::hours refund_news_live{24};

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
  return StaffAtWork::open("refunds", std::move(*config), options.account, permission);
}

int propose(const RefundOptions& options) {
  auto desk = refund_desk(options, Permission::refund_propose);
  if (!desk) return desk.error();
  const auto number = payments::parse_receipt_number(options.receipt);
  if (!number) return failed("refunds", "'" + options.receipt + "' is no receipt's number, or mistyped");
  const auto payment = desk->store().payments().find_receipt(*number);
  if (!payment) return failed("refunds", payment.error().message);
  if (!*payment) return failed("refunds", "there is no payment with receipt " + options.receipt);
  store::ProposeRefund change{.payment = *number,
                              .amount = (*payment)->amount.minor,
                              .fee = options.with_fee ? (*payment)->fee : 0,
                              .reason = options.reason,
                              .by = desk->by(),
                              .at = wall_now()};
  if (!options.amount.empty()) {
    const auto amount = parse_amount(options.amount, (*payment)->amount.currency);
    if (!amount) return failed("refunds", "--amount: " + amount.error().message);
    change.amount = amount->minor;
  }
  const auto done = desk->put(store::Change(store::PaymentChange(std::move(change))));
  if (!done) return failed("refunds", done.error().message);
  std::printf("refund %lld is proposed; another account pays it: shubbak refunds pay %lld\n",
              static_cast<long long>(done->refund), static_cast<long long>(done->refund));
  return exit_ok;
}

// Nothing: there is no number, or it is no longer theirs, or suspended.
Result<std::optional<store::Change>> news_of_refund(StaffAtWork& desk, const store::StoredPayment& payment,
                                                    const store::StoredRefund& refund, WallTime now) {
  const auto words = words_of(desk.config());
  if (!words) return words.error();
  const auto locale = services::news_locale(desk.store(), **words, payment);
  if (!locale) return std::optional<store::Change>();
  store::StoredPayment paid_back = payment;
  paid_back.amount.minor = refund.amount + refund.fee;
  std::string text = services::news_of_payment(**words, *locale, paid_back,
                                               payment.drawer == 0 ? "sys_payment_refunded" : "sys_cash_refunded");
  text.append(" ").append(payments::receipt_number(payment.number));
  const auto op = std::ranges::find(desk.config().operators, payment.link, &daemon::OperatorConfig::name);
  if (op != desk.config().operators.end()) text = flows::in_digits(op->sms.digits, std::move(text));
  return std::optional<store::Change>(store::AddOutboxMessage{{.id = 0,
                                                               .link = payment.link,
                                                               .to = *payment.msisdn,
                                                               .text = std::move(text),
                                                               .created = now,
                                                               .expires = now + refund_news_live}});
}

int decide(const RefundOptions& options, bool pays) {
  auto desk = refund_desk(options, Permission::refund_decide);
  if (!desk) return desk.error();
  const WallTime now = wall_now();
  std::vector<store::Change> changes;
  changes.emplace_back(store::PaymentChange(store::DecideRefund{options.refund, pays, desk->by(), now}));
  const auto refund = desk->store().payments().find_refund(options.refund);
  if (!refund) return failed("refunds", refund.error().message);
  if (pays && *refund) {
    const auto payment = desk->store().payments().find_receipt((*refund)->payment);
    if (!payment) return failed("refunds", payment.error().message);
    if (*payment) {
      auto news = news_of_refund(*desk, **payment, **refund, now);
      if (!news) return failed("refunds", news.error().message);
      if (*news) changes.push_back(*std::move(*news));
    }
  }
  const auto done = desk->put(std::move(changes));
  if (!done) return failed("refunds", done.error().message);
  std::printf("refund %lld is %s\n", static_cast<long long>(options.refund), pays ? "paid" : "refused");
  return exit_ok;
}

std::string_view shown(store::RefundState state) {
  if (state == store::RefundState::proposed) return "proposed";
  return state == store::RefundState::paid ? "paid" : "refused";
}

int list(const RefundOptions& options) {
  const auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto opened = OpenStore::open(*config);
  if (!opened) return failed("refunds", opened.error().message);
  std::int64_t after = 0;
  for (;;) {
    const auto page = (*opened)->store().payments().refunds(options.open_only, after, refunds_page_rows);
    if (!page) return failed("refunds", page.error().message);
    for (const store::StoredRefund& one : *page) {
      after = one.number;
      std::printf("%lld  %.*s  receipt %s  %s", static_cast<long long>(one.number),
                  static_cast<int>(shown(one.state).size()), shown(one.state).data(),
                  payments::receipt_number(one.payment).c_str(),
                  format_amount({one.amount, config->currency}).c_str());
      if (one.fee != 0) std::printf(" and its fee of %s", format_amount({one.fee, config->currency}).c_str());
      std::printf("  %s  by %s %s", one.reason.c_str(), one.maker.c_str(), to_stamp(one.proposed).c_str());
      if (one.decided) std::printf(", %s %s", one.checker.c_str(), to_stamp(*one.decided).c_str());
      std::printf("\n");
    }
    if (page->size() < refunds_page_rows) return exit_ok;
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
