// Orders by bank card of a person with a card, and charges for them.
#pragma once

#include "payment_fixture.hpp"

namespace shubbak::store {

using payments::ChargeUse;
using payments::Dispute;
using payments::OrderState;

inline const std::string order_key = "ffeeddccbbaa99887766554433221100";
inline constexpr std::int64_t link_seconds = 900;
inline const ledger::AccountId at_gateway{ledger::AccountKind::suspense, "sample", Currency::SYP};
inline const ledger::AccountId in_dispute{ledger::AccountKind::pending, "sample", Currency::SYP};

inline OrderByBankCard ordered(std::int64_t amount = 300, const std::string& under = order_key,
                               const std::string& account = "14521", std::int64_t when = 60) {
  return {.key = under,
          .gateway = "sample",
          .person = syrian(),
          .msisdn = number(),
          .link = "mtn",
          .wallet = card,
          .company = account.empty() ? "" : "damascus",
          .account = account,
          .amount = {amount, Currency::SYP},
          .by = by_citizen,
          .at = at(when),
          .expires = at(when + link_seconds)};
}
inline TakeCharge charged(ChargeUse use, std::int64_t amount = 300, const std::string& transaction = "G-1",
                          const std::string& reference = order_key, std::int64_t when = 120) {
  return {"sample", transaction, reference, {amount, Currency::SYP}, use, at(when)};
}
// The payment that an order is for, as it is begun with its charge.
inline BeginPayment payment_for(const OrderByBankCard& order, std::int64_t when = 120) {
  return {.key = order.key,
          .person = order.person,
          .msisdn = order.msisdn,
          .link = order.link,
          .wallet = order.wallet,
          .company = order.company,
          .account = order.account,
          .amount = order.amount,
          .fee = order.fee,
          .by = order.by,
          .at = at(when),
          .not_after = at(when + 15),
          .revision = {},
          .session = {}};
}

class BankCardFixture : public PaymentFixture {
 public:
  Committed made(const BankCardChange& one) { return carried_out(std::vector<Change>{one}); }
  Errc refused_change(const BankCardChange& one) { return refused({one}); }
  ChargeOutcome taken(const TakeCharge& one) { return made(one).charges.at(0); }
  StoredOrder order_of(const std::string& under = order_key) {
    const auto found = store->bank_cards().find_order(under);
    if (!found.ok()) FAIL(found.error().message);
    REQUIRE(*found);
    return **found;
  }
  OrderState order_state(const std::string& under = order_key) { return order_of(under).state; }
  std::vector<StoredCharge> charges(bool disputed_only = false) {
    const auto found = store->bank_cards().charges(disputed_only, 0, 100);
    if (!found.ok()) FAIL(found.error().message);
    return *found;
  }
  std::vector<std::int64_t> open_orders(std::string_view gateway = "sample") {
    std::vector<std::int64_t> numbers;
    const auto found = store->bank_cards().open_orders(gateway, 0, 100);
    if (!found.ok()) FAIL(found.error().message);
    for (const StoredOrder& one : *found) numbers.push_back(one.number);
    return numbers;
  }
};

}  // namespace shubbak::store
