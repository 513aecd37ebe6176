// What the tests of vouchers in the store share.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "domain/check_digit.hpp"
#include "ledger_fixture.hpp"
#include "store/voucher_book.hpp"

namespace shubbak::store {

inline const Actor by_maker{Actor::Kind::staff, "amal"};
inline const Actor by_checker{Actor::Kind::staff, "basel"};
inline constexpr std::int64_t face = 50'000;
inline constexpr std::int64_t batch_seconds = 864'000;  // from at(0) to its end
inline const WallTime closing = at(batch_seconds) + vouchers::closing_grace;

// Another one for each number; from 900,000 on no voucher has it.
inline vouchers::Pin pin(std::int64_t number) {
  const std::string digits = std::to_string(100'000'000'000'000 + number);
  return vouchers::Pin::parse(digits + check_digit(digits)).value();
}
inline std::vector<vouchers::Pin> pins(std::int64_t first, std::int64_t count) {
  std::vector<vouchers::Pin> some;
  for (std::int64_t i = first; i < first + count; ++i) some.push_back(pin(i));
  return some;
}
inline ledger::AccountId liability(std::int64_t batch) {
  return {ledger::AccountKind::card_liability, vouchers::liability_owner(batch), Currency::SYP};
}
inline RedeemVoucher redeeming(const std::string& key, std::int64_t pin_number, WallTime when = at(60),
                               Msisdn msisdn = number(), const NationalId& person = syrian()) {
  return {key, pin(pin_number), msisdn, person, sample_wallet, by_citizen, when};
}
inline OpenBatch opening(std::int64_t count, const Actor& by = by_maker) {
  return {{{face, Currency::SYP}, count, at(batch_seconds), by, at(0)}};
}

// What shubbak vouchers verify would tell.
inline std::vector<std::string> voucher_faults(const std::string& path) {
  auto book = VoucherBook::open(path);
  if (!book.ok()) FAIL(book.error().message);
  std::vector<std::string> faults;
  const auto batches = (*book)->reads().voucher_batches(0, 1'000);
  if (!batches.ok()) FAIL(batches.error().message);
  for (const vouchers::Batch& batch : *batches) {
    const auto report = (*book)->reads().voucher_report(batch.number);
    if (!report.ok()) FAIL(report.error().message);
    const auto found = vouchers::faults_of((*report)->batch, (*report)->kept, (*report)->liability);
    faults.insert(faults.end(), found.begin(), found.end());
  }
  return faults;
}

class VoucherFixture : public LedgerFixture {
 public:
  Committed carried_out(std::vector<Change> changes) {
    auto committed = change(std::move(changes));
    if (!committed.ok()) FAIL(committed.error().message);
    return *std::move(committed);
  }
  Committed carried_out(const VoucherChange& one) { return carried_out(std::vector<Change>{one}); }
  Errc refused_voucher(const VoucherChange& one) { return refused({one}); }
  // With the PINs from that number on.
  std::int64_t issue(std::int64_t count, std::int64_t first_pin = 1) {
    const std::int64_t batch = carried_out(opening(count)).voucher_batch;
    constexpr auto page = static_cast<std::int64_t>(AddVouchers::at_once_max);
    for (std::int64_t added = 0; added < count; added += page)
      carried_out(AddVouchers{batch, 1 + added, pins(first_pin + added, std::min(page, count - added)), by_maker});
    carried_out(CloseBatch{batch, {7}, by_maker, at(10)});
    return batch;
  }
  std::int64_t sell(std::int64_t count, std::int64_t first_pin = 1) {
    const std::int64_t batch = issue(count, first_pin);
    carried_out(ActivateBatch{batch, by_checker, at(20)});
    return batch;
  }
  Redemption redeem(const RedeemVoucher& one) { return carried_out(VoucherChange(one)).redemptions.at(0); }
  vouchers::Verdict verdict(const RedeemVoucher& one) { return redeem(one).verdict; }
  BatchReport report(std::int64_t batch) {
    const auto found = store->vouchers().voucher_report(batch);
    if (!found.ok()) FAIL(found.error().message);
    return **found;
  }
};

}  // namespace shubbak::store
