#include "tests/sim/deployment.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "daemon/load_flows.hpp"
#include "domain/check_digit.hpp"
#include "tests/under_test/process.hpp"
#include "tests/under_test/sample_system.hpp"

namespace shubbak::sim {
namespace {

namespace fs = std::filesystem;
using under_test::die;

constexpr std::size_t persons = 5;
constexpr std::size_t phones_of_the_first = 2;
constexpr std::size_t voucher_count = 6;
const Actor town_maker{Actor::Kind::staff, "amal"};
const Actor town_checker{Actor::Kind::staff, "basel"};
const Actor town_importer{Actor::Kind::command_line, "registry"};

std::string new_folder() {
  const fs::path parent = fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path();
  std::string name = (parent / "shubbak-sim-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) die("no folder can be made in " + parent.string());
  return name;
}

daemon::Config read_shipped(const std::string& folder) {
  const auto environment = [&](const std::string& name) -> std::optional<std::string> {
    if (name == "SHUBBAK_STATE_DIR") return folder;
    if (name == "SHUBBAK_KEY_FILE") return folder + "/shubbak.key";
    return std::nullopt;
  };
  auto config = daemon::read_config(SHUBBAK_SOURCE_DIR "/config/syria-kuwwa/shubbak.yaml", environment);
  if (!config) die(to_string(config.error().front()));
  return *std::move(config);
}

class Founding {
 public:
  explicit Founding(Deployment& deployment) : deployment_(deployment) {
    auto opened =
        store::open_sqlite(store_config(deployment, deployment.founded()), [](const auto& task) { task(); });
    if (!opened) die(opened.error().message);
    store_ = std::move(*opened);
  }

  void settle_in(std::size_t number, std::size_t phones) {
    const NationalId person = under_test::person("0123456789" + std::to_string(number));
    const store::Wallet wallet{"200000000" + std::to_string(number), Currency::SYP};
    const std::string company = number % 2 == 0 ? "aleppo" : "damascus";
    for (std::size_t i = 0; i < phones; ++i) {
      const auto msisdn = Msisdn::from_value(963'933'100'000 + 10 * number + i);
      if (!msisdn) die(msisdn.error().message);
      add(store::ChangeLink{*msisdn, person, identity::LinkEvent::import, town_importer, wall_now(), {}});
      add(store::SetLocale{*msisdn, "en"});
      deployment_.citizens.push_back({*msisdn, person, company, "450000" + std::to_string(number), wallet});
    }
    deployment_.wallets.push_back(wallet);
    add(store::PaymentChange(store::OpenWallet{person, wallet, wall_now()}));
    add(store::LedgerChange(store::MoveMoney{{.key = "put-in." + wallet.number,
                                              .debit = {ledger::AccountKind::suspense, "main", Currency::SYP},
                                              .credit = store::account_of(wallet),
                                              .amount = {card_minor, Currency::SYP},
                                              .by = town_maker,
                                              .at = wall_now()}}));
    write();
  }

  void sell_vouchers() {
    const Money face{voucher_minor, Currency::SYP};
    add(store::VoucherChange(
        store::OpenBatch{{face, voucher_count, wall_now() + std::chrono::hours(24 * 30), town_maker, wall_now()}}));
    deployment_.voucher_batch = write().voucher_batch;
    for (std::size_t i = 1; i <= voucher_count; ++i) {
      const std::string digits = "70000000000000" + std::to_string(i);
      deployment_.vouchers.push_back(*vouchers::Pin::parse(digits + check_digit(digits)));
    }
    add(store::VoucherChange(store::AddVouchers{deployment_.voucher_batch, 1, deployment_.vouchers, town_maker}));
    write();
    add(store::VoucherChange(store::CloseBatch{deployment_.voucher_batch, {7}, town_maker, wall_now()}));
    add(store::VoucherChange(store::ActivateBatch{deployment_.voucher_batch, town_checker, wall_now()}));
    write();
  }

 private:
  void add(store::Change change) { changes_.push_back(std::move(change)); }
  // What the writer reports is taken on its own thread; nobody else looks before flush() is over.
  store::Committed write() {
    Result<store::Committed> written = store::Committed{};
    store_->change(std::exchange(changes_, {}),
                   [&](Result<store::Committed> result) { written = std::move(result); });
    store_->flush();
    if (!written) die("the town cannot be founded: " + written.error().message);
    return *std::move(written);
  }

  Deployment& deployment_;
  std::unique_ptr<store::Store> store_;
  std::vector<store::Change> changes_;
};

}  // namespace

store::StoreConfig store_config(const Deployment& deployment, const std::string& database) {
  return {.path = database,
          .key_file = deployment.config.key_file,
          .link_rules = deployment.config.links,
          .otp = deployment.config.codes,
          .vouchers = deployment.config.vouchers,
          .payment_limits = {deployment.config.payment_limits, deployment.config.utc_offset},
          .rollout = deployment.config.switches,
          .case_kinds = deployment.config.case_kinds,
          .polls = deployment.config.poll_plan()};
}

Deployment found() {
  Deployment deployment;
  deployment.folder = new_folder();
  under_test::write_key_file(deployment.folder);
  deployment.config = read_shipped(deployment.folder);
  auto revision = daemon::load_flows(deployment.config);
  if (!revision) die(to_string(revision.error().front()));
  deployment.revision = *std::move(revision);
  Founding founding(deployment);
  for (std::size_t number = 0; number < persons; ++number)
    founding.settle_in(number, number == 0 ? phones_of_the_first : 1);
  founding.sell_vouchers();
  return deployment;
}

void copy_founded(const Deployment& deployment) {
  for (const char* part : {"-wal", "-shm"}) fs::remove(deployment.database() + part);
  fs::copy_file(deployment.founded(), deployment.database(), fs::copy_options::overwrite_existing);
}

void remove_folder(const Deployment& deployment) {
  std::error_code ignored;
  fs::remove_all(deployment.folder, ignored);
}

}  // namespace shubbak::sim
