// A company's billing system as Shubbak asks it: accounts, bills, payments and readings over HTTP/JSON. What a
// company answers is checked before anyone sees it: form, bounds, and that it belongs to the account that was asked
// for. National ids and account numbers travel in bodies, never in URLs. Thread: the event loop's; the counters may
// be read from any thread. A Company and its HttpClient must outlive the calls that are under way.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "companies/http_client.hpp"
#include "domain/clock.hpp"
#include "domain/money.hpp"
#include "domain/national_id.hpp"
#include "payments/rules.hpp"
#include "reconcile/daily_file.hpp"

namespace shubbak::companies {

struct CompanyConfig {
  std::string name;      // "damascus": in flows, metrics and the store
  std::string label_ar;  // shown on phones
  std::string label_en;
  std::string base_url;       // "http://127.0.0.1:8081"
  std::string authorization;  // secret; value of the Authorization header
  Currency currency = Currency::SYP;
  std::vector<std::string> governorates;           // codes whose accounts this company owns: "11"
  std::vector<std::string> excluded_categories{};  // of accounts that are not served here: "government"
  payments::Rules payments;
  reconcile::Mapping reconciliation{};  // of its daily file

  [[nodiscard]] bool serves(std::string_view category) const;  // none of the excluded ones
};

struct Account {
  std::string id;          // digits
  std::string label;       // short, e.g. "منزل 4521"
  std::string category{};  // as the company sorts its accounts (is_category): "private"; empty: it does not
};
struct Due {
  Money amount;
  int bills = 0;
};
// An account that is not named by its number alone.
struct AccountQuery {
  NationalId person;     // whose it is
  std::string category;  // is_category()
  std::string number;    // its own or its meter's, 1 to 20 digits
  std::string by;        // which of them, in the company's words (is_category()): "meter", "any"
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
struct LastReading {
  std::int64_t value = 0;
  std::string date;
};
enum class ReadingVerdict : std::uint8_t { accepted, too_low, already, not_open };

struct PaymentOrder {
  std::string account;
  Money amount;           // 1 to amount_minor_max, in the company's currency
  std::string reference;  // the idempotency key: 1 to 64 letters, digits, '-', '_', '.' and ':'
  WallTime not_after;     // the company declines what arrives later; sent rounded down to whole seconds
};
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
};
constexpr std::size_t outcome_count = 10;
std::string_view to_string(Outcome outcome);  // as in metrics: "wrong_account"

struct AnswerFault;  // of answers.hpp

class CompanyCounters {
 public:
  [[nodiscard]] std::uint64_t of(Outcome outcome) const {
    return counts_[static_cast<std::size_t>(outcome)].load(std::memory_order_relaxed);
  }
  void count(Outcome outcome) { counts_[static_cast<std::size_t>(outcome)].fetch_add(1, std::memory_order_relaxed); }

 private:
  std::array<std::atomic<std::uint64_t>, outcome_count> counts_{};
};

constexpr std::size_t accounts_max = 100;  // of one person at one company
constexpr std::size_t payments_max = 50;
constexpr std::size_t bills_max = 60;  // that are listed, of one account
constexpr std::int64_t amount_minor_max = 1'000'000'000'000'000;

class Company {
 public:
  Company(CompanyConfig config, HttpClient& http);
  [[nodiscard]] const CompanyConfig& config() const { return config_; }
  [[nodiscard]] const CompanyCounters& counters() const { return counters_; }

  // Errors: not_found (no such account), timed_out, unavailable (also: answers that cannot be trusted: garbage, too
  // large, another account's data; the message says which and is counted by kind), limit (not asked: too many
  // requests under way), invalid (an account that is not 1 to 20 digits, a reading below 0, a reference that is empty
  // or longer than 64 printable characters).
  boost::asio::awaitable<Result<std::vector<Account>>> accounts(NationalId person, std::chrono::milliseconds timeout);
  boost::asio::awaitable<Result<Due>> due(std::string account, std::chrono::milliseconds timeout);
  // not_found also where the number is there and belongs to another person or category. What is found may be of
  // another category than asked for all the same, such as one that is not served: whoever asks looks at it.
  boost::asio::awaitable<Result<FoundAccount>> find(AccountQuery query, std::chrono::milliseconds timeout);
  // What is due, bill by bill, the oldest first; a list in another order is no answer.
  boost::asio::awaitable<Result<std::vector<Bill>>> bills(std::string account, std::chrono::milliseconds timeout);
  boost::asio::awaitable<Result<std::vector<Payment>>> payments(std::string account,
                                                                std::chrono::milliseconds timeout);
  boost::asio::awaitable<Result<LastReading>> last_reading(std::string account, std::chrono::milliseconds timeout);
  // `reference` is the idempotency key: sent again, it gives the first answer.
  boost::asio::awaitable<Result<ReadingVerdict>> submit_reading(std::string account, std::int64_t value,
                                                                std::string reference,
                                                                std::chrono::milliseconds timeout);

  // What became of a payment, or an error. Only two errors promise that nothing was sent, and with it that nothing
  // was paid by this call: invalid (a bad account, amount, currency, reference or time) and limit (too many requests
  // under way, or no connection). With every other, timed_out and unavailable, the company may have posted it: a
  // connection that broke, cancellation, any status that is not understood (409, and 404 too) and every answer that
  // is not as agreed or names another reference, account, amount or currency. There is no not_found: a company that
  // knows no such account declines.
  boost::asio::awaitable<Result<PaymentAnswer>> pay(PaymentOrder order, std::chrono::milliseconds timeout);
  // What the company did with the order of that reference. `account` and `amount` are those of the order: an answer
  // about others is not one. Errors as for pay().
  boost::asio::awaitable<Result<PaymentAnswer>> payment_status(std::string account, Money amount,
                                                               std::string reference,
                                                               std::chrono::milliseconds timeout);

 private:
  HttpRequest request(std::string_view path, std::string body, std::chrono::milliseconds timeout) const;
  template <class T, class Read>
  Result<T> judge(const HttpResult& answer, const Read& read);
  template <class Read>
  Result<PaymentAnswer> judge_payment(const HttpResult& answer, const Read& read);
  [[nodiscard]] std::optional<Error> objection(std::string_view account, Money amount,
                                               std::string_view reference) const;
  template <class T>
  Result<T> counted(Result<T, AnswerFault> value);
  Error unanswered(const HttpError& error);
  Error bad_status(long status);
  Error fault(Outcome outcome, Errc code, std::string_view what);

  CompanyConfig config_;
  HttpClient& http_;
  CompanyCounters counters_;
};

}  // namespace shubbak::companies
