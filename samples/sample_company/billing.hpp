// The sample company's books: who owns which account, what is due, past payments, readings. All of it is made up and
// a plain function of the company and the number (samples/README.md), but for the readings that were sent in and what
// was paid. One object per company. Thread: the server's.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "domain/clock.hpp"
#include "domain/money.hpp"
#include "samples/sample_company/payment_book.hpp"
#include "samples/sample_company/reply.hpp"

namespace shubbak::samples {

// What is due on a generated account, in minor units: another amount for each of 900,000 numbers in a row.
constexpr std::int64_t generated_due_minor(std::uint64_t account, std::uint64_t company_index) {
  return 100 * static_cast<std::int64_t>(1000 + (account * 7919 + company_index * 104'729) % 900'000);
}
constexpr std::uint64_t generated_first = 1'000'000;
constexpr std::uint64_t everywhere_account = 8'000'001;  // exists in every company

// An account as a person names it who does not know its number alone.
struct AccountSought {
  std::string_view national_id;
  std::string_view category;
  std::string_view number;
  std::string_view by;  // "meter": of its meter; "any": of its meter or its own
};

class Billing {
 public:
  static constexpr std::size_t references_max = 1'000'000;
  static constexpr std::size_t newest_max = 20;  // of the payments that came in, in the list of an account's

  // The `index`th of `companies`, with `generated` generated accounts.
  Billing(std::string name, std::uint64_t index, std::uint64_t companies, std::uint64_t generated,
          Currency currency = Currency::SYP);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Reply accounts_of(std::string_view national_id) const;
  [[nodiscard]] Reply due(std::string_view account) const;
  [[nodiscard]] Reply find(const AccountSought& sought) const;
  [[nodiscard]] Reply bills(std::string_view account) const;  // not paid yet, the oldest first
  [[nodiscard]] Reply payments(std::string_view account) const;
  [[nodiscard]] Reply last_reading(std::string_view account, WallTime now) const;
  // The same reference again gives the first answer; with another account or value it is a conflict (409).
  Reply submit_reading(std::string_view account, std::int64_t value, std::string_view reference,
                       std::string_view remark = "none");

  // Posts or declines; the same order again gives the first answer, another one under its reference a conflict (409).
  Reply pay(PaymentOrder order, WallTime now);
  Reply payment_status(std::string_view reference);
  [[nodiscard]] Reply payments_on(std::chrono::sys_days day) const;  // CSV

  [[nodiscard]] std::size_t references() const { return first_answers_.size(); }
  [[nodiscard]] std::size_t readings() const { return read_this_period_.size(); }
  [[nodiscard]] std::size_t payments_posted() const { return payments_.posted(); }

 private:
  struct FirstAnswer {
    std::string asked;
    Reply reply;
  };
  struct Sheet;
  [[nodiscard]] std::optional<Sheet> printed_sheet_of(std::string_view account) const;  // before anything was paid
  [[nodiscard]] std::optional<Sheet> sheet_of(std::string_view account) const;
  [[nodiscard]] std::string_view verdict_on(const Sheet& sheet, std::string_view account, std::int64_t value,
                                            std::string_view remark) const;
  [[nodiscard]] std::string_view objection_to(const PaymentOrder& order, WallTime now) const;

  std::string name_;
  std::uint64_t index_;
  std::uint64_t companies_;
  std::uint64_t generated_;
  Currency currency_;
  std::unordered_map<std::string, FirstAnswer> first_answers_;  // by reference
  std::unordered_set<std::string> read_this_period_;            // accounts
  PaymentBook payments_;
};

}  // namespace shubbak::samples
