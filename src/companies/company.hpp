// A company's billing system as Shubbak asks it: accounts, bills, payments and readings over HTTP, in the words of
// its connector (connectors/connector.hpp). What a company answers is checked before anyone sees it: form, bounds,
// and that it belongs to the account that was asked for. A company that fails again and again is left alone for a
// while. National ids never travel in URLs. Thread: the event loop's; the counters may be read from any thread. A
// Company and its HttpClient must outlive the calls that are under way, though not the frames of those that the loop
// will never run again.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "companies/account_form.hpp"
#include "companies/credentials.hpp"
#include "companies/http_client.hpp"
#include "companies/reading_policy.hpp"
#include "connectors/answer.hpp"
#include "connectors/answer_cache.hpp"
#include "connectors/breaker.hpp"
#include "connectors/connector.hpp"
#include "domain/clock.hpp"
#include "domain/money.hpp"
#include "domain/national_id.hpp"
#include "payments/rules.hpp"
#include "reconcile/daily_file.hpp"

namespace shubbak::companies {

// What companies answer, in the words of those who ask them.
using connectors::Account;
using connectors::accounts_max;
using connectors::amount_minor_max;
using connectors::Bill;
using connectors::bills_max;
using connectors::decline_reasons;
using connectors::Due;
using connectors::FoundAccount;
using connectors::is_account_number;
using connectors::is_category;
using connectors::is_reference;
using connectors::Outcome;
using connectors::outcome_count;
using connectors::Payment;
using connectors::PaymentAnswer;
using connectors::payments_max;
using connectors::PaymentState;
using connectors::ReadingVerdict;

// Where people meet its staff, as grants name it: a complaint about staff is of nobody there.
struct Office {
  std::string name;
  std::string label_ar;  // on phones
  std::string label_en;
};

constexpr std::size_t offices_max = 40;  // of a company: config/common's list of them holds no more

struct CompanyConfig {
  std::string name;      // "damascus": in flows, metrics and the store
  std::string label_ar;  // shown on phones
  std::string label_en;
  std::string base_url;          // "http://127.0.0.1:8081"
  std::string authorization;     // secret; value of the Authorization header
  std::string connector_name{};  // of its description; empty: it speaks the company API of samples/README.md
  connectors::SharedConnector connector{};  // read by that name; nothing: that API's own
  Currency currency = Currency::SYP;
  std::vector<std::string> governorates;           // codes whose accounts this company owns: "11"
  std::vector<AccountForm> accounts{};             // which numbers its accounts have; none: any
  std::vector<std::string> excluded_categories{};  // of accounts that are not served here: "government"
  payments::Rules payments;
  reconcile::Mapping reconciliation{};  // of its daily file
  ReadingPolicy readings{};
  std::vector<Office> offices{};

  [[nodiscard]] bool serves(std::string_view category) const;  // none of the excluded ones
  // False: no account of its has that number, so there is nothing to ask.
  [[nodiscard]] bool may_have(std::string_view account) const;
};

// An account that is not named by its number alone.
struct AccountQuery {
  NationalId person;     // whose it is
  std::string category;  // is_category()
  std::string number;    // its own or its meter's, 1 to 20 digits
  std::string by;        // which of them, in the company's words (is_category()): "meter", "any"
};

// What a company is told beside a reading; texts that last.
struct ReadingNote {
  std::string_view source = "citizen";  // or staff, for the citizen
  std::string_view remark = "none";     // confirmed: a jump that was asked again; turned_over: the register has
};

struct PaymentOrder {
  std::string account;
  Money amount;           // 1 to amount_minor_max, in the company's currency
  std::string reference;  // the idempotency key: 1 to 64 letters, digits, '-', '_', '.' and ':'
  WallTime not_after;     // the company declines what arrives later; sent rounded down to whole seconds
};
class CompanyCounters {
 public:
  [[nodiscard]] std::uint64_t of(Outcome outcome) const {
    return counts_[static_cast<std::size_t>(outcome)].load(std::memory_order_relaxed);
  }
  void count(Outcome outcome) { counts_[static_cast<std::size_t>(outcome)].fetch_add(1, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t cache_hits() const { return cache_hits_.load(std::memory_order_relaxed); }
  void count_cache_hit() { cache_hits_.fetch_add(1, std::memory_order_relaxed); }

 private:
  std::array<std::atomic<std::uint64_t>, outcome_count> counts_{};
  std::atomic<std::uint64_t> cache_hits_ = 0;
};

class Company {
 public:
  Company(CompanyConfig config, HttpClient& http);
  [[nodiscard]] const CompanyConfig& config() const { return config_; }
  [[nodiscard]] const CompanyCounters& counters() const { return counters_; }
  [[nodiscard]] connectors::Breaker::State breaker_state(Instant now) const { return watch_->breaker.state(now); }
  // False: it is left alone for now, and every question is answered at once by an error.
  [[nodiscard]] bool takes_questions(Instant now) const {
    return watch_->breaker.state(now) != connectors::Breaker::State::open;
  }
  // False: what its system has is seen here, and paid elsewhere.
  [[nodiscard]] bool takes_payments() const {
    return config_.connector->form_of(connectors::Operation::pay) != nullptr;
  }
  // How many of so many questions for one person may be under way to it at once; the others wait in line for these,
  // or they would be refused by the connector's concurrent_max.
  [[nodiscard]] std::size_t side_by_side(std::size_t questions) const;

  // Errors: not_found (no such account; a question about a number that it may not have is not sent), timed_out,
  // unavailable (also: answers that cannot be trusted: garbage, too large, another account's data; the message says
  // which and is counted by kind), limit (not asked: too many requests under way), invalid (an account that is not 1
  // to 20 digits, a reading below 0, a reference that is empty or longer than 64 printable characters). What the
  // company's system does not have is unavailable; of accounts, it lists none, and finds none.
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
                                                                std::chrono::milliseconds timeout,
                                                                ReadingNote note = {});

  // What became of a payment, or an error. Only two errors promise that nothing was sent, and with it that nothing
  // was paid by this call: invalid (a bad account, amount, currency, reference or time) and limit (too many requests
  // under way, the company left alone, no token or no connection). With every other, timed_out and unavailable, the
  // company may have posted it: a connection that broke, cancellation, any status that is not understood (409, and
  // 404 too) and every answer that is not as agreed or names another reference, account, amount or currency. There is
  // no not_found: a company that knows no such account declines.
  boost::asio::awaitable<Result<PaymentAnswer>> pay(PaymentOrder order, std::chrono::milliseconds timeout);
  // What the company did with the order of that reference. `account` and `amount` are those of the order: an answer
  // about others is not one. Errors as for pay().
  boost::asio::awaitable<Result<PaymentAnswer>> payment_status(std::string account, Money amount,
                                                               std::string reference,
                                                               std::chrono::milliseconds timeout);

 private:
  class Question;  // that is under way
  struct Watch {   // over the questions that are under way
    explicit Watch(connectors::BreakerPolicy policy) : breaker(policy) {}
    connectors::Breaker breaker;
    std::size_t under_way = 0;
  };

  [[nodiscard]] HttpRequest request_of(const connectors::OperationForm& form, const connectors::Arguments& asked,
                                       std::chrono::milliseconds timeout) const;
  boost::asio::awaitable<HttpResult> ask(connectors::Operation operation, connectors::Arguments asked,
                                         std::chrono::milliseconds timeout);
  boost::asio::awaitable<HttpResult> fetch_with_token(HttpRequest request, Question& question);
  // What is asked by an account alone, and may be kept.
  template <class T, class Read>
  boost::asio::awaitable<Result<T>> ask_of_account(connectors::Operation operation, std::string account,
                                                   std::chrono::milliseconds timeout,
                                                   connectors::AnswerCache<T>& kept, Read read);
  void forget(const std::string& account);  // what is kept of it, and what is asked of it by now
  template <class T, class Read>
  Result<T> judge(const HttpResult& answer, const Read& read);
  template <class Read>
  Result<PaymentAnswer> judge_payment(const HttpResult& answer, const Read& read);
  [[nodiscard]] std::optional<Error> objection(std::string_view account, Money amount,
                                               std::string_view reference) const;
  template <class T>
  Result<T> counted(connectors::Answer<T> value);
  Error unanswered(const HttpError& error);
  Error fault(Outcome outcome, Errc code, std::string_view what);
  [[nodiscard]] Error without(connectors::Operation operation) const;

  CompanyConfig config_;
  HttpClient& http_;
  Credentials credentials_;
  CompanyCounters counters_;
  std::shared_ptr<Watch> watch_;
  connectors::AnswerCache<Due> dues_;
  connectors::AnswerCache<std::vector<Bill>> bills_;
  connectors::AnswerCache<std::vector<Payment>> payments_;
  connectors::AnswerCache<LastReading> readings_;
  std::uint64_t changes_ = 0;  // of accounts by ourselves: what was asked before is not kept
};

}  // namespace shubbak::companies
