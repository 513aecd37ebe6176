// The sample company's book of payments: each reference with its first answer, and what was paid on each account. It
// lives in memory. Thread: the server's.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/money.hpp"
#include "samples/sample_company/reply.hpp"

namespace shubbak::samples {

struct PaymentOrder {
  std::string account;  // digits
  Money amount;
  std::chrono::sys_seconds not_after;
  std::string reference;  // is_plain_reference()
  bool operator==(const PaymentOrder&) const = default;
};

struct BookedPayment {
  PaymentOrder order;
  std::string declined_because;   // empty: posted
  std::string company_reference;  // of what was posted
  std::chrono::sys_seconds at;
  int status_asked = 0;
};

bool is_plain_reference(std::string_view text);  // 1 to 64 letters, digits, '-', '_', '.' and ':'

class PaymentBook {
 public:
  explicit PaymentBook(std::uint64_t company_index, std::size_t references_max = 1'000'000)
      : company_index_(company_index), references_max_(references_max) {}

  // The answer to an order that is not to be decided: the first one of this reference; 409 where that was another
  // order; 503 where the book is full.
  [[nodiscard]] std::optional<Reply> settled(const PaymentOrder& order) const;
  // Enters an order that is not settled. `declined_because`: a reason of the company API; empty: it is posted.
  Reply enter(PaymentOrder order, std::string_view declined_because, std::chrono::sys_seconds now);

  [[nodiscard]] BookedPayment* find(std::string_view reference);
  [[nodiscard]] std::int64_t paid_minor(std::string_view account) const;
  // What was posted on the account, in order of posting.
  [[nodiscard]] std::span<const BookedPayment* const> posted_on(std::string_view account) const;
  [[nodiscard]] std::size_t posted() const { return posted_.size(); }
  [[nodiscard]] std::string csv(std::chrono::sys_days day) const;

 private:
  struct Account {
    std::int64_t paid_minor = 0;
    std::vector<const BookedPayment*> posted;
  };
  std::uint64_t company_index_;
  std::size_t references_max_;
  std::unordered_map<std::string, BookedPayment> payments_;  // by reference; entries stay where they are
  std::unordered_map<std::string, Account> accounts_;        // those on which something was posted
  std::vector<const BookedPayment*> posted_;
};

// What the company says of a payment: posted or declined.
Reply answer_of(const BookedPayment& payment);

}  // namespace shubbak::samples
