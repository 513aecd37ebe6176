#include "daemon_under_test.hpp"

#include <functional>
#include <utility>
#include <vector>

#include "store/store.hpp"

namespace shubbak::bench {

namespace {

class Database {
 public:
  explicit Database(const std::string& folder) {
    auto opened = store::open_sqlite({.path = folder + "/shubbak.db", .key_file = folder + "/shubbak.key"},
                                     [](const std::function<void()>&) {});
    if (!opened) die(opened.error().message);
    store_ = std::move(*opened);
  }
  void add(store::Change change) {
    changes_.push_back(std::move(change));
    if (changes_.size() >= changes_at_once) write();
  }
  void write() {
    store_->change(std::exchange(changes_, {}), [](const Result<store::Committed>& written) {
      if (!written.ok()) die(written.error().message);
    });
    store_->flush();
  }

 private:
  static constexpr std::size_t changes_at_once = 1000;
  std::unique_ptr<store::Store> store_;
  std::vector<store::Change> changes_;
};

Msisdn number_of(std::uint32_t k) {
  const auto msisdn = Msisdn::from_value(phone_number(k));
  if (!msisdn) die("sample person");
  return *msisdn;
}

const Actor importer{Actor::Kind::command_line, "bench"};

}  // namespace

void make_database(const std::string& folder, std::uint32_t count) {
  under_test::write_key_file(folder);
  Database database(folder);
  for (std::uint32_t k = 0; k < count; ++k) {
    database.add(store::ChangeLink{
        number_of(k), under_test::generated_person(k), identity::LinkEvent::import, importer, wall_now(), {}});
  }
  database.write();
}

void give_cards(const std::string& folder, std::uint32_t count) {
  constexpr std::int64_t card_minor = 100'000'000;
  Database database(folder);
  for (std::uint32_t k = 0; k < count; ++k) {
    const store::Wallet wallet{std::to_string(2'000'000'000 + std::uint64_t{k}), Currency::SYP};
    database.add(store::SetLocale{number_of(k), "en"});
    database.add(store::PaymentChange(store::OpenWallet{under_test::generated_person(k), wallet, wall_now()}));
    database.add(
        store::LedgerChange(store::MoveMoney{{.key = "put-in." + wallet.number,
                                              .debit = {ledger::AccountKind::suspense, "main", Currency::SYP},
                                              .credit = store::account_of(wallet),
                                              .amount = {card_minor, Currency::SYP},
                                              .by = importer,
                                              .at = wall_now()}}));
  }
  database.write();
}

}  // namespace shubbak::bench
