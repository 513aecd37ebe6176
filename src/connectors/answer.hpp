// What companies are asked, and what their answers come to once they have been checked. Limits: 100 accounts, 50
// payments, 60 bills, texts of 40 letters without control or direction characters, amounts up to 10^15 minor units.
// Pure. Thread: any.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/money.hpp"
#include "domain/result.hpp"

namespace shubbak::connectors {

enum class Operation : std::uint8_t {
  accounts,        // of a person
  find,            // one account, by person and number
  due,             // on an account
  bills,           // that make up what is due
  payments,        // that were made
  last_reading,    // of an account's meter
  submit_reading,  // under an idempotency key
  pay,             // under an idempotency key
  payment_status,  // by that key
};
constexpr std::size_t operation_count = 9;
constexpr std::array<std::string_view, operation_count> operation_names{
    "accounts", "find", "due", "bills", "payments", "last_reading", "submit_reading", "pay", "payment_status"};
constexpr std::string_view to_string(Operation operation) {
  return operation_names[static_cast<std::size_t>(operation)];
}

struct Account {
  std::string id;          // digits
  std::string label;       // short, e.g. "منزل 4521"
  std::string category{};  // as the company sorts its accounts (is_category): "private"; empty: it does not
};
struct Due {
  Money amount;
  int bills = 0;
};
struct FoundAccount {
  Account account;
  Due due;
};
struct Bill {        // that is not paid yet, or what is left of it
  std::string name;  // the company's own for it, such as its month: 1 to 20 letters, digits, '-', '_', '.' and ':'
  std::string date;  // "2026-10-05"
  Money amount;      // above 0
};
struct Payment {
  std::string date;  // "2026-10-05"
  Money amount;
  std::string place;  // where it was paid, short
};
enum class MeterState : std::uint8_t {
  in_service,
  removed,
  blocked,    // by the company, e.g. cut off for debt: nothing is read until it is opened again
  prepaid,    // counts down what was bought: there is nothing to read
  unmetered,  // a flat rate
};
constexpr std::array<std::string_view, 5> meter_state_names{"in_service", "removed", "blocked", "prepaid",
                                                            "unmetered"};
// Who read the meter last, as the company knows.
enum class ReadBy : std::uint8_t { untold, citizen, reader };
constexpr std::array<std::string_view, 2> read_by_names{"citizen", "reader"};  // of those that are told
struct Replacement {
  std::string on;          // the day from which the new meter counts
  std::int64_t start = 0;  // what it showed then
};
struct DayWindow {  // days of the month in which readings are taken, both included
  unsigned first = 1;
  unsigned last = 31;  // below first: of the next month; a day that a month has not is its last one
};
constexpr int register_digits_max = 12;
constexpr std::int64_t usual_consumption_max = 1'000'000'000;
struct LastReading {
  std::int64_t value = 0;
  std::string date;  // empty of a meter that is not in service, where the company tells none
  // What follows a company may tell.
  MeterState meter = MeterState::in_service;
  int digits = 0;                         // of the register, 1 to register_digits_max; 0: not told
  std::optional<Replacement> replaced{};  // the meter, since the last reading or before
  std::optional<std::int64_t> usual{};    // consumption in 30 days, up to usual_consumption_max
  std::optional<DayWindow> window{};
  std::string period{};  // "2026-11": that the last reading counts for; empty: the month of its date
  ReadBy read_by = ReadBy::untold;
};
enum class ReadingVerdict : std::uint8_t { accepted, too_low, already, not_open };

enum class PaymentState : std::uint8_t {
  posted,
  declined,  // nothing was credited, nor will be under this reference
  absent,    // the company has no payment under that reference; final only once its not_after is over
};
struct PaymentAnswer {
  PaymentState state;
  std::string company_reference;  // posted: the company's own number, 1 to 40 of the characters of a reference
  std::string reason;             // declined: one of decline_reasons
};
constexpr std::array<std::string_view, 6> decline_reasons{"amount_too_low", "amount_too_high", "account_closed",
                                                          "not_payable",    "too_late",        "other"};

// Every answer (or lack of one) is exactly one of these.
enum class Outcome : std::uint8_t {
  ok,
  not_found,      // the company says that there is no such account
  timeout,        // no whole answer in time
  unreachable,    // no connection, or it broke
  garbage,        // not HTTP, not JSON, wrong types, out of bounds, another currency
  too_large,      // over a limit: octets, or entries of a list
  wrong_account,  // somebody else's data, or another payment's
  http_status,    // a status that says nothing about the account: 500, 302, ...
  overload,       // not asked: too many requests are under way here
  cancelled,
  cut_off,  // not asked: it has failed so often that it is left alone for a while
};
constexpr std::size_t outcome_count = 11;
std::string_view to_string(Outcome outcome);  // as in metrics: "wrong_account"

// What is wrong with an answer.
struct AnswerFault {
  Outcome outcome = Outcome::garbage;  // not_found, garbage, too_large, wrong_account or http_status
  std::string_view what;               // a fixed text; holds nothing of the answer
  std::string_view at{};               // the JSON pointer that was looked at, as the connector has it
};
template <class T>
using Answer = Result<T, AnswerFault>;

constexpr std::size_t accounts_max = 100;  // of one person at one company
constexpr std::size_t payments_max = 50;
constexpr std::size_t bills_max = 60;  // that are listed, of one account
constexpr std::int64_t amount_minor_max = 1'000'000'000'000'000;

bool is_account_number(std::string_view text);  // 1 to 20 digits
bool is_category(std::string_view text);        // 1 to 20 of a-z, 0-9, '-' and '_'
bool is_reference(std::string_view text);       // 1 to 64 letters, digits, '-', '_', '.' and ':'

}  // namespace shubbak::connectors
