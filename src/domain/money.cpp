#include "domain/money.hpp"

#include <algorithm>
#include <array>
#include <charconv>

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

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
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

Result<Money> parse_amount(std::string_view text, Currency currency, char decimal_point) {
  const auto decimals_max = static_cast<std::size_t>(decimals(currency));
  const std::size_t point = std::min(text.find(decimal_point), text.size());
  const std::string_view fraction = point == text.size() ? std::string_view() : text.substr(point + 1);
  const bool has_form = is_digits(text.substr(0, point)) && (point == text.size() || is_digits(fraction)) &&
                        fraction.size() <= decimals_max;
  if (!has_form) {
    return Error{Errc::malformed, std::string("an amount is written like 500 or 500") + decimal_point + "50, with " +
                                      std::to_string(decimals_max) + " decimals at most"};
  }
  std::string digits(text.substr(0, point));
  digits.append(fraction).append(decimals_max - fraction.size(), '0');
  Money money{0, currency};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), money.minor);
  if (error != std::errc{}) return Error{Errc::limit, "the amount is too large"};
  return money;
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
