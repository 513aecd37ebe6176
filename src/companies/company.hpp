// A company's billing system as Shubbak asks it: accounts, bills, payments and readings over HTTP/JSON. What a
// company answers is checked before anyone sees it: form, bounds, and that it belongs to the account that was asked
// for. Thread: the event loop's.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
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

class Company {
 public:
  Company(CompanyConfig config, HttpClient& http);
  [[nodiscard]] const CompanyConfig& config() const { return config_; }

  // Errors: not_found (no such account), timed_out, unavailable (also: answers that cannot be trusted: garbage, too
  // large, another account's data; the message says which and is counted by kind), limit.
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
  CompanyConfig config_;
  HttpClient& http_;
};

}  // namespace shubbak::companies
