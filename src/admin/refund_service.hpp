// Refunds as members of staff handle them: what was paid goes back to where it came from, when one has proposed it
// and another one pays it; the person is told. Needs refund.propose, refund.decide or refund.read, of the whole
// deployment. Thread: the loop's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/staff_service.hpp"

namespace shubbak::admin {

struct RefundWanted {
  std::string receipt;                 // of the payment
  std::optional<std::int64_t> amount;  // minor units; nothing: all that was paid
  bool with_fee = false;
  std::string reason;  // a word for the audit trail
};
struct RefundTold {
  store::StoredRefund refund;
  Currency currency;  // of its amounts
};
// The payment that has that receipt. Errors: invalid (it is no receipt's number), not_found.
Result<store::StoredPayment, ApiError> payment_of_receipt(World& world, const std::string& receipt);
// Errors: as of payment_of_receipt and store::ProposeRefund.
Served<RefundTold> propose_refund(World& world, Caller caller, RefundWanted wanted);
// Errors: as of store::DecideRefund.
Served<RefundTold> decide_refund(World& world, Caller caller, std::int64_t refund, bool pays);
// Behind that number, in order, 1,000 at once; `open_only`: those that nobody has decided.
Result<std::vector<RefundTold>, ApiError> list_refunds(World& world, bool open_only, std::int64_t after);

}  // namespace shubbak::admin
