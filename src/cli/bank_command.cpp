// shubbak bank: what a bank was paid, told as by the API's /bank/payments; and its file of a day, held against what
// is here.
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "admin/bank_service.hpp"
#include "admin/cash_bodies.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/reconciled_file.hpp"
#include "cli/staff_at_work.hpp"
#include "payments/receipt.hpp"
#include "reconcile/file_time.hpp"

namespace shubbak::cli {
namespace {

constexpr std::string_view bank_name = "bank";
constexpr int exit_bank_differs = 3;

struct BankOptions {
  std::string config;
  std::string account;
  std::string file;
  std::string day_before;
  std::string day_after;
  std::string bank;
  std::string day;
  std::string company;
  std::string bill;
  std::string amount;
  std::string fee = "0";
  std::string reference;
  std::string paid_at;
};

std::string side_shown(const std::optional<store::CaseSide>& side) {
  if (!side) return "none";
  return format_amount(side->amount) + " " + std::string(to_string(side->amount.currency)) + " to " +
         payments::masked_account(side->account);
}

void print_difference(const store::BankFinding& one) {
  const std::string line = one.line ? "  line " + std::to_string(*one.line) : std::string();
  std::printf("%s%s  %s  theirs %s  ours %s\n", std::string(to_string(one.outcome)).c_str(), line.c_str(),
              one.reference.c_str(), side_shown(one.theirs).c_str(), side_shown(one.ours).c_str());
}

admin::BankLines bank_lines_of(ReconciledFile file) {
  return [file = std::move(file)](const std::function<Status(reconcile::Listed)>& on_line) -> Status {
    const auto read = read_file(file, on_line);
    return read ? Status() : Status(read.error());
  };
}

// Then each line would be there twice. What is no file is told when it is read.
bool is_file_of_day_itself(const BankOptions& options) {
  std::error_code no_file;
  return std::filesystem::equivalent(options.day_before, options.file, no_file);
}

// Of the file; told line by line.
Result<admin::BankDay, int> compared_day(StaffAtWork& desk, const BankOptions& options, std::chrono::sys_days of_day,
                                         const reconcile::Mapping& mapping) {
  const auto lines = [&](const std::string& path, std::chrono::sys_days day) {
    return bank_lines_of({path, &mapping, desk.config().currency, reconcile::day_of(day, mapping)});
  };
  const std::chrono::days one_day(1);
  admin::BankFiles files{.day = lines(options.file, of_day)};
  if (!options.day_before.empty()) files.day_before = lines(options.day_before, of_day - one_day);
  if (!options.day_after.empty()) files.day_after = lines(options.day_after, of_day + one_day);
  const reconcile::Day day = reconcile::day_of(of_day, mapping);
  auto told = admin::compare_bank_day(desk.world(), options.bank, day.begins, day.ends, files);
  if (!told) return failed(bank_name, told.error().message);
  for (const store::BankFinding& one : told->differences) print_difference(one);
  std::printf("%lld lines, %lld matched, %zu differ\n", static_cast<long long>(told->lines),
              static_cast<long long>(told->matched), told->differences.size());
  return *std::move(told);
}

int take_bank_file(const BankOptions& options, bool imports) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  reconcile::Mapping mapping;
  mapping.company_reference.clear();
  mapping.time = "paid_at";
  mapping.utc_offset = config->utc_offset;
  const auto midnight = reconcile::parse_file_time(options.day + "T00:00:00Z", reconcile::TimeForm::iso, {});
  if (!midnight) return wrong_usage(bank_name, "--day: must be a day such as 2026-11-26");
  if (is_file_of_day_itself(options)) return wrong_usage(bank_name, "--day-before: is the file of the day itself");
  const auto of_day = std::chrono::floor<std::chrono::days>(*midnight);
  auto desk =
      imports ? StaffAtWork::open(bank_name, std::move(*config), options.account, staff::Permission::reconcile_import)
              : StaffAtWork::open_to_read(bank_name, std::move(*config));
  if (!desk) return desk.error();
  auto told = compared_day(*desk, options, of_day, mapping);
  if (!told) return told.error();
  if (!imports) return told->differences.empty() ? int{exit_ok} : exit_bank_differs;
  const auto put =
      desk->run(admin::put_bank_day(desk->world(), desk->caller(), options.bank, of_day, *std::move(told)));
  if (!put) return failed(bank_name, put.error().message);
  std::printf("%lld cases opened, %lld withdrawn\n", static_cast<long long>(put->cases_opened),
              static_cast<long long>(put->cases_closed));
  return exit_ok;
}

// Where the bank's own system cannot tell it.
int pay_once(const BankOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  const Currency currency = config->currency;
  const auto amount = parse_amount(options.amount, currency);
  if (!amount) return wrong_usage(bank_name, "the amount: " + amount.error().message);
  const auto fee = parse_amount(options.fee, currency);
  if (!fee) return wrong_usage(bank_name, "--fee: " + fee.error().message);
  auto desk = StaffAtWork::open(bank_name, std::move(*config), options.account, staff::Permission::bank_pay);
  if (!desk) return desk.error();
  admin::BankPaid paid{.company = options.company,
                       .account = options.bill,
                       .amount = {amount->minor, std::string(to_string(currency))},
                       .fee = fee->minor,
                       .reference = options.reference,
                       .paid_at = options.paid_at.empty() ? reconcile::iso_time(wall_now()) : options.paid_at};
  const auto done = desk->run(admin::pay_at_bank(desk->world(), desk->caller(), std::move(paid)));
  if (!done) return failed(bank_name, done.error().message);
  const admin::CashPaymentShown shown = admin::shown(*done);
  std::printf("receipt %s%s%s  %s  %s %s to %s for %s\n", shown.receipt.c_str(), shown.check ? " check " : "",
              shown.check.value_or("").c_str(), shown.state.c_str(), format_amount(*amount).c_str(),
              shown.currency.c_str(), shown.company.c_str(), shown.account.c_str());
  return exit_code_of(done->payment.state);
}

void add_paying(CLI::App& command, BankOptions& options, int& exit_code) {
  CLI::App* pay = command.add_subcommand(
      "pay", "What the bank was paid for a bill; exit code 0: the company is paid, 3: not paid, 4: not known yet");
  add_config_option(*pay, options.config);
  pay->add_option("company", options.company, "As the configuration names it")->required();
  pay->add_option("account", options.bill, "At the company")->required();
  pay->add_option("amount", options.amount, "What was paid: 500 or 500.50")->required();
  pay->add_option("--fee", options.fee, "Beside the amount, as it was quoted");
  pay->add_option("--reference", options.reference, "The bank's own: told again it pays nothing")->required();
  pay->add_option("--paid-at", options.paid_at, "When, such as 2026-11-26T12:34:50Z; without it: now");
  pay->add_option("--as", options.account, "The bank's account")->required();
  pay->callback([&options, &exit_code] { exit_code = pay_once(options); });
}

}  // namespace

void add_bank_command(CLI::App& app, int& exit_code) {
  static BankOptions options;
  CLI::App* command = app.add_subcommand("bank", "Banks that are paid for companies");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, bool imports) {
    CLI::App* added = command->add_subcommand(name, what);
    added->add_option("--config", options.config, "The deployment's shubbak.yaml")->required();
    added->add_option("--bank", options.bank, "The bank's account")->required();
    added->add_option("--day", options.day, "Of the deployment's calendar, such as 2026-11-26")->required();
    added
        ->add_option("--day-before", options.day_before,
                     "The bank's file of the day before: what it lists is not missing")
        ->check(CLI::ExistingFile);
    added->add_option("--day-after", options.day_after, "Likewise of the day after")->check(CLI::ExistingFile);
    added->add_option("file", options.file, "CSV: reference,account,amount_minor,currency,paid_at")->required();
    added->callback([imports, &exit_code] { exit_code = take_bank_file(options, imports); });
    return added;
  };
  add("compare", "What a bank's file of a day differs in from what is here; nothing is written", false);
  add("import", "The same, and each difference becomes a case", true)
      ->add_option("--as", options.account, "Your account")
      ->required();
  add_paying(*command, options, exit_code);
}

}  // namespace shubbak::cli
