// What a company may answer (the company API of samples/README.md), read strictly: any bytes in, a checked value or a
// fault out. Pure. Limits: nesting 8, 100 accounts, 50 payments, 60 bills, texts of 40 letters without control or
// direction characters, amounts up to 10^15 minor units. Thread: any.
#pragma once

#include <string_view>
#include <vector>

#include "companies/company.hpp"

namespace shubbak::companies {

struct AnswerFault {
  Outcome outcome = Outcome::garbage;  // garbage, too_large or wrong_account
  std::string_view what;               // a fixed text; holds nothing of the answer
};
template <class T>
using Answer = Result<T, AnswerFault>;

Answer<std::vector<Account>> read_accounts(std::string_view json, std::string_view national_id);
// The account of that person and number; of whatever category, and never without one.
Answer<FoundAccount> read_found(std::string_view json, const AccountQuery& asked, Currency currency);
Answer<Due> read_due(std::string_view json, std::string_view account, Currency currency);
Answer<std::vector<Bill>> read_bills(std::string_view json, std::string_view account, Currency currency);
Answer<std::vector<Payment>> read_payments(std::string_view json, std::string_view account, Currency currency);
Answer<LastReading> read_last_reading(std::string_view json, std::string_view account);
Answer<ReadingVerdict> read_verdict(std::string_view json, std::string_view account, std::string_view reference);

struct PaymentAsked {
  std::string_view account;
  Money amount;
  std::string_view reference;
};
// What became of a payment. Another reference, account, amount or currency than asked is a fault, never an answer.
Answer<PaymentAnswer> read_payment(std::string_view json, const PaymentAsked& asked);         // posted or declined
Answer<PaymentAnswer> read_payment_status(std::string_view json, const PaymentAsked& asked);  // or absent

// The body of a 404 that really speaks of the account, not of a wrong path or a proxy: {"error": "not_found"}.
bool says_not_found(std::string_view json);

bool is_account_number(std::string_view text);  // 1 to 20 digits
bool is_category(std::string_view text);        // 1 to 20 of a-z, 0-9, '-' and '_'
bool is_reference(std::string_view text);       // 1 to 64 letters, digits, '-', '_', '.' and ':'

}  // namespace shubbak::companies
