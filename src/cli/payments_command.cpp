// shubbak payments: payments that are not over, and how two members of staff end one of which its company tells
// nothing any more: one proposes what the company said in writing, another one approves it, and the person is told.
#include <cstdio>
#include <map>
#include <string>
#include <string_view>

#include "admin/ending_bodies.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/staff_at_work.hpp"

namespace shubbak::cli {
namespace {

using staff::Permission;

constexpr std::string_view payments_name = "payments";

struct PaymentOptions {
  std::string config;
  std::string account;
  std::string company;
  std::int64_t older_than_s = 0;
  std::int64_t payment = 0;
  std::string evidence;
  std::int64_t proposal = 0;
  bool open_only = false;
};

Result<StaffAtWork, int> payments_desk(const PaymentOptions& options, Permission permission) {
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  return StaffAtWork::open(payments_name, std::move(*config), options.account, permission);
}

Result<StaffAtWork, int> payments_reader(const PaymentOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  return StaffAtWork::open_to_read(payments_name, std::move(*config));
}

// "17  damascus  *4521  300 SYP and its fee of 25 SYP"
std::string what_is_paid(const admin::OpenPaymentShown& one, Currency currency) {
  const std::string code = " " + one.currency;
  std::string text = std::to_string(one.number) + "  " + one.company + "  " + one.account + "  " +
                     format_amount({one.amount, currency}) + code;
  if (one.fee != 0) text += " and its fee of " + format_amount({one.fee, currency}) + code;
  return text;
}

int list_open(const PaymentOptions& options) {
  auto desk = payments_reader(options);
  if (!desk) return desk.error();
  admin::OpenPaymentsWanted wanted{options.company, std::chrono::seconds(options.older_than_s), 0};
  for (;;) {
    const auto page = admin::list_open_payments(desk->world(), wanted);
    if (!page) return failed(payments_name, page.error().message);
    if (page->empty()) return exit_ok;
    for (const store::StoredPayment& one : *page) {
      const admin::OpenPaymentShown shown = admin::shown(one);
      std::printf("%s  begun %s, the company may take it until %s\n",
                  what_is_paid(shown, one.amount.currency).c_str(), shown.begun.c_str(), shown.endable.c_str());
      wanted.after = one.number;
    }
  }
}

template <bool settles>
int propose_end(const PaymentOptions& options) {
  auto desk = payments_desk(options, Permission::refund_propose);
  if (!desk) return desk.error();
  admin::EndingWanted wanted{options.payment, settles, options.evidence};
  const auto done = desk->run(admin::propose_ending(desk->world(), desk->caller(), std::move(wanted)));
  if (!done) return failed(payments_name, done.error().message);
  const auto number = static_cast<long long>(done->ending.number);
  std::printf("proposal %lld: %s payment %s; another account decides on it: shubbak payments approve %lld\n", number,
              settles ? "settle" : "release",
              what_is_paid(admin::shown(done->payment), done->payment.amount.currency).c_str(), number);
  return exit_ok;
}

template <bool approves>
int decide_end(const PaymentOptions& options) {
  auto desk = payments_desk(options, Permission::refund_decide);
  if (!desk) return desk.error();
  const auto done = desk->run(admin::decide_ending(desk->world(), desk->caller(), options.proposal, approves));
  if (!done) return failed(payments_name, done.error().message);
  const store::StoredEnding& ending = done->ending;
  const auto payment = static_cast<long long>(ending.payment);
  const auto number = static_cast<long long>(ending.number);
  if (!approves) {
    std::printf("proposal %lld is rejected; payment %lld stays as it is\n", number, payment);
  } else if (ending.state == store::EndingState::overtaken) {
    std::printf("payment %lld had ended before: proposal %lld is closed, and nothing else has changed\n", payment,
                number);
  } else {
    std::printf("payment %lld is %s\n", payment, ending.settles ? "settled" : "released");
  }
  return exit_ok;
}

std::string line_of_ending(const admin::EndingShown& one, Currency currency) {
  std::string line = std::to_string(one.number) + "  " + one.state + "  " + one.act + " payment " +
                     what_is_paid(one.payment, currency) + "  " + one.payment_state +
                     (one.payment_ended ? " " + *one.payment_ended : "") + "  " + one.evidence + "  by " + one.maker +
                     " " + one.proposed;
  if (one.decided) line += ", " + one.checker.value_or("") + " " + *one.decided;
  return line + "\n";
}

int list_endings_of(const PaymentOptions& options) {
  auto desk = payments_reader(options);
  if (!desk) return desk.error();
  std::int64_t after = 0;
  for (;;) {
    const auto page = admin::list_endings(desk->world(), options.open_only, after);
    if (!page) return failed(payments_name, page.error().message);
    if (page->empty()) return exit_ok;
    for (const admin::EndingTold& one : *page) {
      std::fputs(line_of_ending(admin::shown(one), one.payment.amount.currency).c_str(), stdout);
      after = one.ending.number;
    }
  }
}

}  // namespace

void add_payments_command(CLI::App& app, int& exit_code) {
  static PaymentOptions options;
  CLI::App* command =
      app.add_subcommand("payments", "Payments that are not over, and their end by two members of staff");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, int (*run)(const PaymentOptions&), bool by_staff) {
    CLI::App* added = command->add_subcommand(name, what);
    added->add_option("--config", options.config, "The deployment's shubbak.yaml")->required();
    if (by_staff) added->add_option("--as", options.account, "Your account")->required();
    added->callback([run, &exit_code] { exit_code = run(options); });
    return added;
  };
  CLI::App* listing =
      add("open", "Those that are not over, of companies that are configured or not", list_open, false);
  listing->add_option("--company", options.company, "Of that one only");
  const std::map<std::string, std::int64_t> units{{"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}};
  listing->add_option("--older-than", options.older_than_s, "Begun that long ago: 90s, 30m, 1h or 2d")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"));
  for (CLI::App* proposing :
       {add("propose-settle", "Propose that one is settled: the company says in writing that it has it",
            propose_end<true>, true),
        add("propose-release", "Propose that one is released: the company says in writing that it never will have it",
            propose_end<false>, true)}) {
    proposing->add_option("payment,--payment", options.payment, "Its number, as `payments open` lists it")
        ->required();
    proposing
        ->add_option("--evidence", options.evidence,
                     "What the company said, and where, in at most 54 ASCII characters: \"letter of 12 Nov, D-7781\"")
        ->required();
  }
  for (CLI::App* deciding : {add("approve", "End the payment as another account has proposed, and tell the person",
                                 decide_end<true>, true),
                             add("reject", "Leave it reserved", decide_end<false>, true)}) {
    deciding->add_option("proposal,--proposal", options.proposal, "Its number")->required();
  }
  add("proposals", "What was proposed, and by whom it was decided", list_endings_of, false)
      ->add_flag("--open", options.open_only, "Only what nobody has decided");
}

}  // namespace shubbak::cli
