// shubbak fills: water for tankers that was paid before it is filled. Beside the API's /fills, with the same rules.
#include <cstdio>
#include <string>
#include <string_view>

#include "admin/fill_bodies.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/staff_at_work.hpp"

namespace shubbak::cli {
namespace {

using staff::Permission;

constexpr std::string_view fills_name = "fills";

struct FillOptions {
  std::string config;
  std::string account;
  std::string receipt;
  std::string key;
  std::string office;
  std::int64_t gallons = 0;  // 0: all that is left
};

Result<StaffAtWork, int> fills_to_read(const FillOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  return StaffAtWork::open_to_read(fills_name, std::move(*config));
}

void print_fill(const admin::FillShown& one) {
  std::printf("%s  %s  %lld gallons, %lld left  bought %s  until %s\n", one.receipt.c_str(), one.state.c_str(),
              static_cast<long long>(one.gallons), static_cast<long long>(one.left), one.bought.c_str(),
              one.expires.c_str());
}

int list_all_fills(const FillOptions& options) {
  auto desk = fills_to_read(options);
  if (!desk) return desk.error();
  const WallTime now = desk->world().now();
  for (std::int64_t after = 0;;) {
    const auto page = admin::list_fills(desk->world(), after);
    if (!page) return failed(fills_name, page.error().message);
    if (page->empty()) break;
    for (const admin::FillTold& one : *page) print_fill(admin::shown(one, now));
    after = page->back().is.payment;
  }
  const auto totals = desk->store().fills().fill_totals(now);
  if (!totals) return failed(fills_name, totals.error().message);
  std::printf("gallons: %lld bought = %lld unused + %lld redeemed + %lld expired + %lld refunded\n",
              static_cast<long long>(totals->bought), static_cast<long long>(totals->unused),
              static_cast<long long>(totals->redeemed), static_cast<long long>(totals->expired),
              static_cast<long long>(totals->refunded));
  const std::int64_t accounted = totals->unused + totals->redeemed + totals->expired + totals->refunded;
  return accounted == totals->bought ? int{exit_ok} : failed(fills_name, "what was bought is not what became of it");
}

int show_one_fill(const FillOptions& options) {
  auto desk = fills_to_read(options);
  if (!desk) return desk.error();
  const auto told = admin::fill_of_receipt(desk->world(), options.receipt);
  if (!told) return failed(fills_name, told.error().message);
  const admin::FillShown one = admin::shown(*told, desk->world().now());
  print_fill(one);
  for (const admin::FillTakenShown& taken : one.taken) {
    std::printf("  %lld gallons  %s  by %s%s%s\n", static_cast<long long>(taken.gallons), taken.at.c_str(),
                taken.account.c_str(), taken.office.empty() ? "" : " at ", taken.office.c_str());
  }
  return exit_ok;
}

// The code is money to whoever reads it: it is asked for like the password, and on no command line.
int redeem_by_code(const FillOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto desk = StaffAtWork::open(fills_name, std::move(*config), options.account, Permission::fill_redeem);
  if (!desk) return desk.error();
  auto code = read_password("code", false);
  if (!code) return failed(fills_name, "no code was typed");
  admin::FillWanted wanted{.code = *std::move(code), .key = options.key, .gallons = {}, .office = {}};
  if (options.gallons != 0) wanted.gallons = options.gallons;
  if (!options.office.empty()) wanted.office = options.office;
  const auto done = desk->run(admin::redeem_fill(desk->world(), desk->caller(), std::move(wanted)));
  if (!done) return failed(fills_name, done.error().message);
  const admin::RedeemFillShown one = admin::shown(*done);
  if (done->verdict != vouchers::FillVerdict::redeemed) return failed(fills_name, one.outcome);
  std::printf("fill %lld gallons: receipt %s, %lld left\n", static_cast<long long>(done->gallons),
              one.receipt.value_or("").c_str(), static_cast<long long>(done->left));
  if (done->repeated) std::printf("told before, at %s: not if it was filled then\n", one.at.value_or("").c_str());
  return exit_ok;
}

}  // namespace

void add_fills_command(CLI::App& app, int& exit_code) {
  static FillOptions options;
  CLI::App* command = app.add_subcommand("fills", "Water for tankers, paid before it is filled");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, int (*run)(const FillOptions&)) {
    CLI::App* added = command->add_subcommand(name, what);
    added->add_option("--config", options.config, "The deployment's shubbak.yaml")->required();
    added->callback([run, &exit_code] { exit_code = run(options); });
    return added;
  };
  add("list", "All that was bought, and what became of it", list_all_fills);
  add("show", "What was bought with one receipt, and who took of it", show_one_fill)
      ->add_option("receipt", options.receipt, "Its number")
      ->required();
  CLI::App* redeem = add("redeem", "At a station: take what a code is good for; asks for the code", redeem_by_code);
  redeem->add_option("--as", options.account, "Your account")->required();
  redeem->add_option("--key", options.key, "Of this request: the same again is answered as first")->required();
  redeem->add_option("--gallons", options.gallons, "So many; without, all that is left")
      ->check(CLI::Range(1, 9'999'999));
  redeem->add_option("--office", options.office, "The station, where your account serves at several");
}

}  // namespace shubbak::cli
