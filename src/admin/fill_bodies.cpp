#include "admin/fill_bodies.hpp"

#include "payments/receipt.hpp"

namespace shubbak::admin {
namespace {

std::string_view state_shown(const vouchers::Fill& fill, WallTime now) {
  if (fill.state == vouchers::FillState::refunded) return "refunded";
  if (fill.state == vouchers::FillState::redeemed) return "redeemed";
  return vouchers::is_usable(fill, now) ? "unused" : "expired";
}

}  // namespace

RedeemFillShown shown(const store::FillRedemption& done) {
  RedeemFillShown made;
  made.outcome = fill_outcome_names[static_cast<std::size_t>(done.verdict)];
  if (done.verdict != vouchers::FillVerdict::redeemed) return made;
  made.receipt = payments::receipt_number(done.payment);
  made.gallons = done.gallons;
  made.left = done.left;
  made.at = time_text(done.at);
  made.repeated = done.repeated;
  return made;
}

FillShown shown(const FillTold& told, WallTime now) {
  const store::StoredFill& fill = told.is;
  FillShown made;
  made.number = fill.payment;
  made.receipt = payments::receipt_number(fill.payment);
  made.state = state_shown(fill.is, now);
  made.gallons = fill.is.gallons;
  made.left = fill.is.left();
  made.bought = time_text(fill.bought.value());
  made.expires = time_text(fill.is.expires.value());
  for (const store::StoredFillRedemption& one : told.taken)
    made.taken.push_back({one.account, one.office, one.gallons, time_text(one.at)});
  return made;
}

}  // namespace shubbak::admin
