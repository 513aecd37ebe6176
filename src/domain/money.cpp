#include "domain/money.hpp"

#include <algorithm>
#include <array>

namespace shubbak {
namespace {

struct CurrencyRow {
  std::string_view code;
  int decimals;
  bool shows_zero_decimals;
};
constexpr std::array<CurrencyRow, 4> rows{{{"EGP", 2, true}, {"IQD", 3, false}, {"KWD", 3, true}, {"SYP", 2, false}}};

const CurrencyRow& row(Currency currency) {
  return rows[static_cast<std::size_t>(currency)];
}

}  // namespace

Result<Currency> parse_currency(std::string_view iso4217) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].code == iso4217) return static_cast<Currency>(i);
  }
  return Error{Errc::invalid, "the currency must be one of EGP, IQD, KWD, SYP"};
}

std::string_view to_string(Currency currency) {
  return row(currency).code;
}

int decimals(Currency currency) {
  return row(currency).decimals;
}

Result<Money> add(Money a, Money b) {
  if (a.currency != b.currency) return Error{Errc::invalid, "amounts of different currencies cannot be added"};
  Money sum{0, a.currency};
  if (__builtin_add_overflow(a.minor, b.minor, &sum.minor)) return Error{Errc::limit, "the amount is too large"};
  return sum;
}

std::string format_amount(Money money) {
  const bool negative = money.minor < 0;
  // Negating through unsigned keeps the smallest int64 defined.
  const std::uint64_t magnitude =
      negative ? std::uint64_t{0} - static_cast<std::uint64_t>(money.minor) : static_cast<std::uint64_t>(money.minor);
  std::uint64_t scale = 1;
  for (int i = 0; i < decimals(money.currency); ++i) scale *= 10;
  std::string whole = std::to_string(magnitude / scale);
  for (std::size_t i = whole.size(); i > 3; i -= 3) whole.insert(i - 3, 1, ',');
  const std::uint64_t fraction = magnitude % scale;
  if (fraction != 0 || row(money.currency).shows_zero_decimals) {
    std::string digits = std::to_string(fraction);
    digits.insert(0, static_cast<std::size_t>(decimals(money.currency)) - digits.size(), '0');
    whole += '.';
    whole += digits;
  }
  return negative ? "-" + whole : whole;
}

}  // namespace shubbak
