// The made-up people of samples/README.md and their accounts, before anything was paid or read. Thread: any.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace shubbak::samples {

struct NamedPayment {
  std::string_view date;
  std::int64_t amount_minor;
  std::string_view place;
};
// What the company tells of a meter that is out of the ordinary; what is empty, or below 0, it does not tell.
struct NamedMeter {
  std::string_view state{};  // as in the company API: "blocked"
  int digits = -1;
  std::string_view replaced_on{};
  std::int64_t start_value = 0;
  std::int64_t usual = -1;     // in 30 days
  bool is_closed = false;      // readings are taken on another day of the month than today
  bool is_read_today = false;  // by the company's reader
};
struct NamedAccount {
  std::string_view company;
  std::string_view national_id;
  std::string_view account;
  std::string_view label;
  std::int64_t due_minor;
  int bills;
  std::int64_t last_reading;
  std::string_view read_on;
  bool readings_open;
  std::span<const NamedPayment> payments;
  std::string_view category{};  // empty: the company has none
  std::string_view meter{};     // its number; empty: it is not looked for by that
  NamedMeter metered{};
};

inline constexpr std::string_view filling_account = "20900000";

std::span<const NamedAccount> named_accounts();

}  // namespace shubbak::samples
