// What a company has said of a payment, and what is to be written of it: for the service that pays and for the
// daemon's follow-up of what was unknown. Not for use outside services and daemon. Thread: the event loop's.
#pragma once

#include <string>

#include "companies/company.hpp"
#include "payments/payment.hpp"
#include "store/store.hpp"

namespace shubbak::services {

struct PaymentEnd {
  payments::Next next = payments::Next::wait;
  std::string evidence{};  // unless next is wait
};
// `answer`: to a question for it by reference.
PaymentEnd end_of(const store::StoredPayment& payment, const Result<companies::PaymentAnswer>& answer, WallTime now);
// `answer`: to the request to pay; where that never left, it is over.
PaymentEnd end_of_order(const store::StoredPayment& payment, const Result<companies::PaymentAnswer>& answer,
                        WallTime now);
// The company's own number of a payment, out of the evidence of one that it has posted; "": it is other evidence.
std::string company_reference_in(const std::string& evidence, const std::string& company);
// `next` is not wait. `tells_once`: as of store::SettlePayment.
store::Change change_of(const store::StoredPayment& payment, const PaymentEnd& end, WallTime now,
                        bool tells_once = false);

}  // namespace shubbak::services
