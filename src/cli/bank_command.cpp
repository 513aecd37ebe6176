// shubbak bank: what a bank says that it was paid on a day, held against what is here. Writes nothing.
#include <cstdio>
#include <string>
#include <string_view>

#include "admin/bank_service.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/reconciled_file.hpp"
#include "cli/staff_at_work.hpp"

namespace shubbak::cli {
namespace {

constexpr std::string_view bank_name = "bank";
constexpr int exit_bank_differs = 3;

struct BankOptions {
  std::string config;
  std::string file;
  std::string bank;
  std::string day;
};

std::string amount_shown(const std::optional<Money>& amount) {
  if (!amount) return "none";
  return format_amount(*amount) + " " + std::string(to_string(amount->currency));
}

void print_difference(const admin::BankDifference& one) {
  const std::string line = one.line == 0 ? std::string() : "  line " + std::to_string(one.line);
  std::printf("%s%s  %s  theirs %s  ours %s\n", std::string(to_string(one.outcome)).c_str(), line.c_str(),
              one.reference.c_str(), amount_shown(one.theirs).c_str(), amount_shown(one.ours).c_str());
}

int compare_day(const BankOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  reconcile::Mapping mapping;
  mapping.company_reference.clear();
  mapping.time = "paid_at";
  mapping.utc_offset = config->utc_offset;
  const auto midnight = reconcile::parse_file_time(options.day + "T00:00:00Z", reconcile::TimeForm::iso, {});
  if (!midnight) return wrong_usage(bank_name, "--day: must be a day such as 2026-11-26");
  const reconcile::Day day = reconcile::day_of(std::chrono::floor<std::chrono::days>(*midnight), mapping);
  const ReconciledFile file{options.file, &mapping, config->currency, day};
  auto desk = StaffAtWork::open_to_read(bank_name, std::move(*config));
  if (!desk) return desk.error();
  const admin::BankLines lines = [&file](const std::function<Status(reconcile::Listed)>& on_line) -> Status {
    const auto read = read_file(file, on_line);
    return read ? Status() : Status(read.error());
  };
  const auto told = admin::compare_bank_day(desk->world(), options.bank, day.begins, day.ends, lines);
  if (!told) return failed(bank_name, told.error().message);
  for (const admin::BankDifference& one : told->differences) print_difference(one);
  std::printf("%lld lines, %lld matched, %zu differ\n", static_cast<long long>(told->lines),
              static_cast<long long>(told->matched), told->differences.size());
  return told->differences.empty() ? int{exit_ok} : exit_bank_differs;
}

}  // namespace

void add_bank_command(CLI::App& app, int& exit_code) {
  static BankOptions options;
  CLI::App* command = app.add_subcommand("bank", "Banks that are paid for companies");
  command->require_subcommand(1);
  CLI::App* compare = command->add_subcommand(
      "compare", "What a bank's file of a day differs in from what is here; nothing is written");
  compare->add_option("--config", options.config, "The deployment's shubbak.yaml")->required();
  compare->add_option("--bank", options.bank, "The bank's account")->required();
  compare->add_option("--day", options.day, "Of the deployment's calendar, such as 2026-11-26")->required();
  compare->add_option("file", options.file, "CSV: reference,account,amount_minor,currency,paid_at")->required();
  compare->callback([&exit_code] { exit_code = compare_day(options); });
}

}  // namespace shubbak::cli
