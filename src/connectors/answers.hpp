// A company's answers read by its connector, strictly: any octets in, a checked value or a fault out. Pure. Thread:
// any. Each takes the form of its own operation, and the arguments that the request was filled in with.
#pragma once

#include <string_view>
#include <vector>

#include "connectors/answer.hpp"
#include "connectors/connector.hpp"

namespace shubbak::connectors {

struct Reply {
  long status = 0;
  std::string_view body;
};

// Whether the connector knows what this says, be it that the company cannot say yet: an outcome holds that is not
// garbage.
bool is_understood(const OperationForm& form, const Reply& reply);

Answer<std::vector<Account>> read_accounts(const OperationForm& form, const Reply& reply, const Arguments& asked);
// Of whatever category, and never without one.
Answer<FoundAccount> read_found(const OperationForm& form, const Reply& reply, const Arguments& asked,
                                Currency currency);
Answer<Due> read_due(const OperationForm& form, const Reply& reply, const Arguments& asked, Currency currency);
Answer<std::vector<Bill>> read_bills(const OperationForm& form, const Reply& reply, const Arguments& asked,
                                     Currency currency);
Answer<std::vector<Payment>> read_payments(const OperationForm& form, const Reply& reply, const Arguments& asked,
                                           Currency currency);
Answer<LastReading> read_last_reading(const OperationForm& form, const Reply& reply, const Arguments& asked);
Answer<ReadingVerdict> read_verdict(const OperationForm& form, const Reply& reply, const Arguments& asked);
// Of pay and payment_status. Another reference, account, amount or currency than asked is a fault, never an answer.
Answer<PaymentAnswer> read_payment(const OperationForm& form, const Reply& reply, const Arguments& asked,
                                   Money amount);

}  // namespace shubbak::connectors
