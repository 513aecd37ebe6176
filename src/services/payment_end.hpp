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
// `answer`: to the request to pay, or to a question for it by reference.
PaymentEnd end_of(const store::StoredPayment& payment, const Result<companies::PaymentAnswer>& answer, WallTime now);
// Only where the request to pay never left: Company::pay() says by which errors.
bool was_never_sent(const Error& error);
PaymentEnd end_of_unsent();
store::Change change_of(const store::StoredPayment& payment, const PaymentEnd& end,
                        WallTime now);  // next is not wait

}  // namespace shubbak::services
