// A drawer that "sami" keeps at post_7, and what is done to it.
#pragma once

#include "payment_fixture.hpp"
#include "store/cash_book.hpp"

namespace shubbak::store {

inline const std::string drawer = "sami.post_7";
inline const std::string other_drawer = "badr.post_7";
inline const ledger::AccountId in_drawer = drawer_account(drawer, Currency::SYP);
inline const ledger::AccountId owed_by_drawer = owed_account(drawer, Currency::SYP);
inline const ledger::AccountId fees_of_all{ledger::AccountKind::fees, "main", Currency::SYP};
inline const Actor sami{Actor::Kind::agent, "sami"};
inline const Actor treasury{Actor::Kind::staff, "basel"};

inline OpenDrawer opening_drawer(const std::string& account = "sami", std::int64_t ceiling = 10'000) {
  return {account, "rif", "post_7", Currency::SYP, ceiling, {Actor::Kind::staff, "admin"}, at(0)};
}
inline TakeCash take(std::int64_t amount, const std::string& under = payment_key, std::int64_t when = 60) {
  return {.key = under,
          .drawer = drawer,
          .msisdn = {},
          .link = {},
          .company = "damascus",
          .account = under == payment_key ? "14521" : std::to_string(std::hash<std::string>{}(under) % 1'000'000'000),
          .amount = {amount, Currency::SYP},
          .by = sami,
          .at = at(when),
          .not_after = at(when + 13)};
}
inline TopUpByCash cash_for_card(std::int64_t amount, const std::string& under = "top", std::int64_t when = 60) {
  return {.key = under, .drawer = drawer, .wallet = card, .amount = amount, .by = sami, .at = at(when)};
}
inline DepositCash deposit(std::int64_t amount, const std::string& under = "slip1", std::int64_t when = 90) {
  return {under, drawer, {amount, Currency::SYP}, "bank-1", treasury, at(when)};
}
inline GiveBackCash giving_back(std::int64_t payment, std::int64_t amount, const std::string& under = "back",
                                std::int64_t when = 80) {
  return {under, drawer, payment, {amount, Currency::SYP}, sami, at(when)};
}
// Payments in cash have their keys in the ledger with a word before them.
inline SettlePayment settle_cash(const std::string& under = payment_key) {
  return settle(cash_key_in_ledger(under));
}
inline ReleasePayment release_cash(const std::string& under = payment_key) {
  return release(cash_key_in_ledger(under));
}

class CashFixture : public PaymentFixture {
 public:
  CashFixture() { done(opening_drawer()); }
  Committed done(const CashChange& one) { return carried_out(std::vector<Change>{one}); }
  Committed done(const PaymentChange& one) { return PaymentFixture::done(one); }
  Error refusal(const CashChange& one) {
    const auto committed = change({one});
    if (committed.ok()) FAIL("it was not refused");
    return committed.error();
  }
  StoredDrawer kept(const std::string& name = drawer) {
    const auto found = store->cash().find_drawer(name);
    if (!found.ok()) FAIL(found.error().message);
    REQUIRE(*found);
    return **found;
  }
  DrawerStatement statement(std::int64_t from = 0, std::int64_t before = 1'000'000) {
    const auto book = CashBook::open(config.path);
    if (!book.ok()) FAIL(book.error().message);
    const auto told = (*book)->drawer_statement(kept(), at(from), at(before));
    if (!told.ok()) FAIL(told.error().message);
    return *told;
  }
  StoredPayment cash_payment(const std::string& under = payment_key) { return payment(cash_key_in_ledger(under)); }
  std::vector<CashPayment> payments(bool open_only) {
    const auto found = store->cash().cash_payments(kept().number, open_only, 1'000'000, 100);
    if (!found.ok()) FAIL(found.error().message);
    return *found;
  }
};

}  // namespace shubbak::store
