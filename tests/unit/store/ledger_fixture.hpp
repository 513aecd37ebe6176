// What the tests of the ledger in the store share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/ledger_book.hpp"
#include "store_fixture.hpp"

namespace shubbak::store {

inline const ledger::AccountId sample_wallet{ledger::AccountKind::wallet, "7f3a", Currency::SYP};
inline const ledger::AccountId sample_payable{ledger::AccountKind::company_payable, "damascus", Currency::SYP};
inline const ledger::AccountId sample_suspense{ledger::AccountKind::suspense, "main", Currency::SYP};
inline const Actor by_citizen{Actor::Kind::citizen, "ussd"};
inline const Actor by_staff{Actor::Kind::staff, "amal"};

inline ledger::Order order(const std::string& key, const ledger::AccountId& debit, const ledger::AccountId& credit,
                           std::int64_t amount, const Actor& by = by_citizen) {
  return {.key = key,
          .request = {1},
          .debit = debit,
          .credit = credit,
          .amount = {amount, debit.currency},
          .by = by,
          .at = at(0)};
}
inline MoveMoney top_up(const std::string& key, std::int64_t amount,
                        const ledger::AccountId& wallet = sample_wallet) {
  return {order(key, sample_suspense, wallet, amount, {Actor::Kind::agent, "sami"})};
}
inline ReserveMoney reserve(const std::string& key, std::int64_t amount, bool sent = false,
                            const ledger::AccountId& wallet = sample_wallet) {
  return {order(key, wallet, sample_payable, amount), {at(600), sent}};
}
inline PostReservation post(const std::string& key, std::optional<std::int64_t> amount = {},
                            const std::string& evidence = "receipt 4711") {
  return {key, amount, {evidence, {}, at(10)}};
}
inline VoidReservation void_it(const std::string& key, const std::string& evidence = "refused") {
  return {key, {evidence, {}, at(10)}};
}
inline CorrectTransfer correct(const std::string& key, const std::string& corrects, std::int64_t amount) {
  return {key, {2}, corrects, amount, "twice", by_staff, at(20)};
}

// The faults that `shubbak ledger verify` would tell.
inline std::vector<std::string> ledger_faults(const std::string& path) {
  auto book = LedgerBook::open(path);
  if (!book.ok()) FAIL(book.error().message);
  const auto verdict = (*book)->verify();
  if (!verdict.ok()) FAIL(verdict.error().message);
  return verdict->faults;
}

class LedgerFixture : public StoreFixture {
 public:
  TransferOutcome done(const LedgerChange& one) {
    const auto committed = change({one});
    if (!committed.ok()) FAIL(committed.error().message);
    REQUIRE(committed->transfers.size() == 1);
    return committed->transfers.front();
  }
  Errc refused(std::vector<Change> changes) {
    const auto committed = change(std::move(changes));
    REQUIRE_FALSE(committed.ok());
    return committed.error().code;
  }
  ledger::Account account(const ledger::AccountId& id) {
    const auto found = store->ledger().find_ledger_account(id);
    if (!found.ok()) FAIL(found.error().message);
    return *found ? (*found)->account : ledger::Account{id, {}};
  }
  std::int64_t available(const ledger::AccountId& id) { return ledger::available(account(id)); }
  std::int64_t held(const ledger::AccountId& id) { return ledger::held(account(id)); }
};

}  // namespace shubbak::store
