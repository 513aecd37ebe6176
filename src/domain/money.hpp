// Money: an integer count of minor units and its ISO 4217 currency. Never a floating-point number.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace shubbak {

enum class Currency : unsigned char { EGP, IQD, KWD, SYP };

Result<Currency> parse_currency(std::string_view iso4217);
std::string_view to_string(Currency currency);
int decimals(Currency currency);  // EGP 2, SYP 2, IQD 3, KWD 3

struct Money {
  std::int64_t minor = 0;
  Currency currency = Currency::SYP;
  bool operator==(const Money&) const = default;
};

Result<Money> add(Money a, Money b);  // refuses mixed currencies and overflow

// Of Latin digits, with decimals or without: "500", "500.50". Errors: malformed (no such number, or more decimals
// than the currency has), limit (too large).
Result<Money> parse_amount(std::string_view text, Currency currency, char decimal_point = '.');

// The number as people write it, with Latin digits and "," between thousands: SYP and IQD show decimals only when
// they are not zero; EGP and KWD always show them. Without the currency's name, which is a string of the flow.
std::string format_amount(Money money);

}  // namespace shubbak
