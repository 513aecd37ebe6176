// A company's billing system as Shubbak asks it: accounts, bills, payments and readings over HTTP/JSON. What a
// company answers is checked before anyone sees it: form, bounds, and that it belongs to the account that was asked
// for. National ids and account numbers travel in bodies, never in URLs. Thread: the event loop's; the counters may
// be read from any thread. A Company and its HttpClient must outlive the calls that are under way.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "companies/http_client.hpp"
#include "domain/money.hpp"
#include "domain/national_id.hpp"

namespace shubbak::companies {

struct CompanyConfig {
  std::string name;      // "damascus": in flows, metrics and the store
  std::string label_ar;  // shown on phones
  std::string label_en;
  std::string base_url;       // "http://127.0.0.1:8081"
  std::string authorization;  // secret; value of the Authorization header
  Currency currency = Currency::SYP;
  std::vector<std::string> governorates;  // codes whose accounts this company owns: "11"
};

struct Account {
  std::string id;     // digits
  std::string label;  // short, e.g. "منزل 4521"
};
struct Due {
  Money amount;
  int bills = 0;
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

// Every answer (or lack of one) is exactly one of these.
enum class Outcome : std::uint8_t {
  ok,
  not_found,      // the company says that there is no such account
  timeout,        // no whole answer in time
  unreachable,    // no connection, or it broke
  garbage,        // not HTTP, not JSON, wrong types, out of bounds, another currency
  too_large,      // over a limit: octets, or entries of a list
  wrong_account,  // somebody else's data
  http_status,    // a status that says nothing about the account: 500, 302, ...
  overload,       // not asked: too many requests are under way here
  cancelled,
};
constexpr std::size_t outcome_count = 10;
std::string_view to_string(Outcome outcome);  // as in metrics: "wrong_account"

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
  boost::asio::awaitable<Result<std::vector<Payment>>> payments(std::string account,
                                                                std::chrono::milliseconds timeout);
  boost::asio::awaitable<Result<LastReading>> last_reading(std::string account, std::chrono::milliseconds timeout);
  // `reference` is the idempotency key: sent again, it gives the first answer.
  boost::asio::awaitable<Result<ReadingVerdict>> submit_reading(std::string account, std::int64_t value,
                                                                std::string reference,
                                                                std::chrono::milliseconds timeout);

 private:
  HttpRequest request(std::string_view path, std::string body, std::chrono::milliseconds timeout) const;
  template <class T, class Read>
  Result<T> judge(const HttpResult& answer, const Read& read);
  Error fault(Outcome outcome, Errc code, std::string_view what);

  CompanyConfig config_;
  HttpClient& http_;
  CompanyCounters counters_;
};

}  // namespace shubbak::companies
