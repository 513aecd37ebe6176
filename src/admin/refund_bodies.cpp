#include "admin/refund_bodies.hpp"

#include "payments/receipt.hpp"

namespace shubbak::admin {

RefundShown shown(const RefundTold& told) {
  const store::StoredRefund& refund = told.refund;
  RefundShown made;
  made.number = refund.number;
  made.state = refund_state_names[static_cast<std::size_t>(refund.state)];
  made.receipt = payments::receipt_number(refund.payment);
  made.amount = refund.amount;
  made.fee = refund.fee;
  made.currency = to_string(told.currency);
  made.reason = refund.reason;
  made.maker = refund.maker;
  made.proposed = time_text(refund.proposed);
  if (!refund.checker.empty()) made.checker = refund.checker;
  if (refund.decided) made.decided = time_text(*refund.decided);
  return made;
}

}  // namespace shubbak::admin
