#include "tests/kill/town.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <set>
#include <sodium.h>
#include <sstream>

#include "cli/open_store.hpp"
#include "domain/check_digit.hpp"
#include "samples/sample_company/billing.hpp"
#include "samples/sample_company/misbehaviour.hpp"
#include "tests/under_test/sample_system.hpp"

namespace shubbak::kill {
namespace {

using under_test::die;

const Actor maker{Actor::Kind::staff, "amal"};
const Actor importer{Actor::Kind::command_line, "registry"};
const Actor checker{Actor::Kind::staff, "basel"};
constexpr std::array<std::string_view, 3> companies{"damascus", "aleppo", "homs"};
constexpr std::int64_t least_due_minor = 400'000 * minor_per_pound;
constexpr std::size_t changes_at_once = 1'000;

std::string padded(std::string_view format, std::uint64_t number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), std::string(format).c_str(), static_cast<unsigned long long>(number));
  return text.data();
}

// Of service_pin, and quick to compare: the time that hashing takes by intent is not what is tested.
std::string quick_pin_hash() {
  if (sodium_init() < 0) die("libsodium cannot serve");
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), service_pin.data(), service_pin.size(), crypto_pwhash_OPSLIMIT_MIN,
                            crypto_pwhash_MEMLIMIT_MIN, crypto_pwhash_ALG_ARGON2ID13) != 0)
    die("no memory for the hash of a PIN");
  return hash.data();
}

class Founder {
 public:
  explicit Founder(const std::string& folder) {
    daemon::Config config;
    config.database = database_of(folder);
    config.key_file = folder + "/shubbak.key";
    auto opened = cli::OpenStore::open(config);
    if (!opened) die(opened.error().message);
    store_ = std::move(*opened);
  }

  void settle_in(Town& town, NationalId person, const std::string& company, const std::string& account,
                 std::uint32_t phones, bool badly_served) {
    const store::Wallet wallet{padded("2%09llu", town.citizens.size()), Currency::SYP};
    for (std::uint32_t i = 0; i < phones; ++i) {
      const std::uint64_t number = under_test::phone_number(static_cast<std::uint32_t>(town.citizens.size()));
      const auto msisdn = Msisdn::from_value(number);
      if (!msisdn) die(msisdn.error().message);
      add(store::ChangeLink{*msisdn, person, identity::LinkEvent::import, importer, now_, {}});
      add(store::SetLocale{*msisdn, "en"});
      town.citizens.push_back({*msisdn, person, company, account, wallet, badly_served});
    }
    add(store::SetPin{person, pin_hash_, maker, now_});
    add(store::PaymentChange(store::OpenWallet{person, wallet, now_}));
    add(store::LedgerChange(store::MoveMoney{{.key = "put-in." + wallet.number,
                                              .debit = {ledger::AccountKind::suspense, "main", Currency::SYP},
                                              .credit = store::account_of(wallet),
                                              .amount = {card_minor, Currency::SYP},
                                              .by = maker,
                                              .at = now_}}));
    if (changes_.size() >= changes_at_once) write();
  }

  void sell_vouchers(Town& town, std::uint32_t count) {
    if (count == 0) return;
    const Money face{voucher_minor, Currency::SYP};
    add(store::VoucherChange(store::OpenBatch{{face, count, now_ + std::chrono::hours(24 * 30), maker, now_}}));
    town.voucher_batch = write().voucher_batch;
    while (town.vouchers.size() < count) {
      std::vector<vouchers::Pin> page;
      const std::size_t first = town.vouchers.size() + 1;
      for (std::size_t i = first; i <= count && page.size() < store::AddVouchers::at_once_max; ++i) {
        const std::string digits = padded("7%014llu", i);
        page.push_back(*vouchers::Pin::parse(digits + check_digit(digits)));
      }
      town.vouchers.insert(town.vouchers.end(), page.begin(), page.end());
      add(store::VoucherChange(
          store::AddVouchers{town.voucher_batch, static_cast<std::int64_t>(first), std::move(page), maker}));
      write();
    }
    add(store::VoucherChange(store::CloseBatch{town.voucher_batch, {7}, maker, now_}));
    add(store::VoucherChange(store::ActivateBatch{town.voucher_batch, checker, now_}));
    write();
  }

  store::Committed write() {
    auto committed = store_->put(std::exchange(changes_, {}));
    if (!committed) die("the town cannot be founded: " + committed.error().message);
    return *std::move(committed);
  }

 private:
  void add(store::Change change) { changes_.push_back(std::move(change)); }

  std::unique_ptr<cli::OpenStore> store_;
  std::string pin_hash_ = quick_pin_hash();
  WallTime now_ = wall_now();
  std::vector<store::Change> changes_;
};

// Each phone pays more in an hour than the deployment lets it.
void lift_limits(const std::string& config_file) {
  std::ostringstream text;
  text << std::ifstream(config_file).rdbuf();
  std::string config = text.str();
  for (const std::string limit : {"payments: 20}", "payments: 50, amount: \"5000000\"}"}) {
    const std::size_t at = config.find(limit);
    if (at == std::string::npos) die("the shipped deployment limits payments otherwise now");
    config.replace(at, limit.size(), "payments: 1000000}");
  }
  std::ofstream(config_file) << config;
}

}  // namespace

std::string database_of(const std::string& folder) {
  return folder + "/shubbak.db";
}

Town found_town(const std::string& folder, const TownSize& size, std::string& config) {
  under_test::write_key_file(folder);
  Town town;
  Founder founder(folder);
  for (std::uint32_t k = 0; town.citizens.size() < size.well_served; ++k) {
    if (k == size.generated()) die("too few accounts owe enough");
    const std::uint64_t company = k % companies.size();
    const std::uint64_t account = samples::generated_first + k;
    if (samples::generated_due_minor(account, company) < least_due_minor) continue;
    founder.settle_in(town, under_test::generated_person(k), std::string(companies[company]), std::to_string(account),
                      1, false);
  }
  for (std::uint64_t account = samples::misbehaving_when_paid_first; account <= samples::misbehaving_when_paid_last;
       ++account) {
    const std::string digits = std::to_string(account);
    if (size.badly_served > 0)
      founder.settle_in(town, under_test::person("0002" + digits), std::string(companies[0]), digits,
                        size.badly_served, true);
  }
  founder.write();
  founder.sell_vouchers(town, size.vouchers);
  // Each payment holds a connection as long as the company takes; questions must not wait behind them.
  config = under_test::write_config(
      folder, "company_limits: {connections_per_host_usual: 400, connections_per_host_max: 400}\n");
  lift_limits(config);
  return town;
}

}  // namespace shubbak::kill
