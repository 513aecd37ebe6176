// Answers of the company API of samples/README.md, read by its shipped connector.
#pragma once

#include <string_view>
#include <vector>

#include "connectors/answers.hpp"
#include "connectors/connector_reader.hpp"

namespace shubbak::connectors {

inline const OperationForm& own_form(Operation operation) {
  return *own_connector()->form_of(operation);
}
inline Arguments about(std::string_view account, std::string_view reference = {}) {
  Arguments asked;
  asked[Argument::account] = account;
  asked[Argument::reference] = reference;
  return asked;
}
inline Answer<std::vector<Account>> read_accounts(std::string_view json, std::string_view national_id) {
  Arguments asked;
  asked[Argument::national_id] = national_id;
  return read_accounts(own_form(Operation::accounts), {200, json}, asked);
}
inline Answer<FoundAccount> read_found(std::string_view json, std::string_view national_id, std::string_view number,
                                       Currency currency) {
  Arguments asked;
  asked[Argument::national_id] = national_id;
  asked[Argument::number] = number;
  return read_found(own_form(Operation::find), {200, json}, asked, currency);
}
inline Answer<Due> read_due(std::string_view json, std::string_view account, Currency currency) {
  return read_due(own_form(Operation::due), {200, json}, about(account), currency);
}
inline Answer<std::vector<Bill>> read_bills(std::string_view json, std::string_view account, Currency currency) {
  return read_bills(own_form(Operation::bills), {200, json}, about(account), currency);
}
inline Answer<std::vector<Payment>> read_payments(std::string_view json, std::string_view account,
                                                  Currency currency) {
  return read_payments(own_form(Operation::payments), {200, json}, about(account), currency);
}
inline Answer<LastReading> read_last_reading(std::string_view json, std::string_view account) {
  return read_last_reading(own_form(Operation::last_reading), {200, json}, about(account));
}
inline Answer<ReadingVerdict> read_verdict(std::string_view json, std::string_view account,
                                           std::string_view reference) {
  return read_verdict(own_form(Operation::submit_reading), {200, json}, about(account, reference));
}
// Of a 404.
inline bool says_not_found(std::string_view json) {
  const auto due = read_due(own_form(Operation::due), {404, json}, about("1"), Currency::SYP);
  return !due && due.error().outcome == Outcome::not_found;
}

}  // namespace shubbak::connectors
