// A person with a prepaid card of 1,000 and payments from it.
#pragma once

#include "otp_fixture.hpp"
#include "store/report_book.hpp"
#include "voucher_fixture.hpp"

namespace shubbak::store {

using ledger::State;

inline const Wallet card{"1234567890", Currency::SYP};
inline const ledger::AccountId card_account = account_of(card);
inline const ledger::AccountId fees{ledger::AccountKind::fees, "main", Currency::SYP};
inline const std::string payment_key = "00112233445566778899aabbccddeeff";

inline OpenWallet open_card(const NationalId& person = syrian(), const Wallet& wallet = card) {
  return {person, wallet, at(0)};
}
// To an account of its own under each key: of one only one payment is open at a time.
inline BeginPayment begin(std::int64_t amount, const std::string& under = payment_key, std::int64_t when = 60) {
  return {.key = under,
          .person = syrian(),
          .msisdn = number(),
          .link = "mtn",
          .wallet = card,
          .company = "damascus",
          .account = under == payment_key ? "14521" : std::to_string(std::hash<std::string>{}(under) % 1'000'000'000),
          .amount = {amount, Currency::SYP},
          .by = by_citizen,
          .at = at(when),
          .not_after = at(when + 13),
          .revision = "r1",
          .session = "the walk that waits"};
}
inline SettlePayment settle(const std::string& under = payment_key) {
  return {under, {"damascus posted D-1", {}, at(70)}};
}
inline ReleasePayment release(const std::string& under = payment_key) {
  return {under, {"damascus declined too_late", {}, at(70)}};
}

class PaymentFixture : public VoucherFixture {
 public:
  PaymentFixture() {
    open();
    carried_out(
        {link(number(), syrian()), PaymentChange(open_card()), LedgerChange(top_up("T1", 1'000, card_account))});
  }
  Committed done(const PaymentChange& one) { return carried_out(std::vector<Change>{one}); }
  Errc refused_payment(const PaymentChange& one) { return refused({one}); }
  StoredPayment payment(const std::string& under = payment_key) {
    const auto found = store->payments().find_payment(under);
    if (!found.ok()) FAIL(found.error().message);
    REQUIRE(*found);
    return **found;
  }
  std::vector<std::int64_t> open_ones(std::int64_t now, std::string_view company = "damascus") {
    std::vector<std::int64_t> numbers;
    const auto found = store->payments().open_payments(company, at(now), 0, 10);
    if (!found.ok()) FAIL(found.error().message);
    for (const StoredPayment& one : *found) numbers.push_back(one.number);
    return numbers;
  }
  void check_whole() {
    CHECK(ledger_faults(config.path).empty());
    const auto report = ReportBook::open(config.path);
    REQUIRE(report.ok());
    const ReportWanted all{.by = {}, .from = at(0), .before = at(10'000'000)};
    ReportWanted told_apart = all;
    for (const ReportGroup one : {ReportGroup::company, ReportGroup::channel, ReportGroup::purpose})
      told_apart.by.add(one);
    const auto added_up = (*report)->payments(told_apart);
    REQUIRE(added_up.ok());
    const auto in_books = (*report)->payments_from_books(told_apart);
    REQUIRE(in_books.ok());
    CHECK(*added_up == *in_books);
    const auto cash = (*report)->collectors_differing(all);
    REQUIRE(cash.ok());
    CHECK(cash->empty());
  }
};

}  // namespace shubbak::store
