// Who pays in the test: citizens with linked phones, a service card with money, and a service PIN; vouchers; and the
// deployment that serves them, which is the shipped one with room for many payments that take long. Whatever fails
// ends the program with a message.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/money.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "store/payment.hpp"
#include "vouchers/number.hpp"

namespace shubbak::kill {

constexpr std::int64_t card_minor = 100'000'000;   // put on each card
constexpr std::int64_t voucher_minor = 1'000'000;  // more than any payment
constexpr std::int64_t minor_per_pound = 100;
// Of one phone, of 1, 2, 3 ... pounds: what is due on its account lasts for them, also where two phones share it.
constexpr std::size_t attempts_max = 600;
constexpr std::string_view service_pin = "24680";

struct Citizen {  // one phone; several may be one person's, with one card
  Msisdn msisdn;
  NationalId person;
  std::string company;
  std::string account;  // the first of theirs
  store::Wallet wallet;
  bool badly_served = false;  // by an account that misbehaves when it is paid
};

struct Town {
  std::vector<Citizen> citizens;
  std::vector<vouchers::Pin> vouchers;
  std::int64_t voucher_batch = 0;
};

struct TownSize {
  std::uint32_t well_served = 0;   // phones whose company answers each payment right
  std::uint32_t badly_served = 0;  // of each account that misbehaves when it is paid
  std::uint32_t vouchers = 0;
  [[nodiscard]] std::uint32_t generated() const { return 4 * well_served; }  // accounts; some owe too little
};

// Writes the database and the key into the folder, and the configuration, whose name comes back in `config`.
Town found_town(const std::string& folder, const TownSize& size, std::string& config);
std::string database_of(const std::string& folder);

}  // namespace shubbak::kill
