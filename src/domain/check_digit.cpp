#include "domain/check_digit.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace shubbak {
namespace {

constexpr std::size_t digits_max = 19;  // of a number and its check digit

// The quasigroup of order 10 of Damm's thesis.
constexpr std::array<std::array<std::uint8_t, 10>, 10> damm{{{0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
                                                             {7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
                                                             {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
                                                             {1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
                                                             {6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
                                                             {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
                                                             {5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
                                                             {8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
                                                             {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
                                                             {2, 5, 8, 1, 4, 3, 6, 7, 9, 0}}};

}  // namespace

char check_digit(std::string_view digits) {
  std::uint8_t interim = 0;
  for (const char digit : digits) interim = damm[interim][static_cast<std::size_t>(digit - '0')];
  return static_cast<char>('0' + interim);
}

bool ends_with_check_digit(std::string_view digits) {
  const bool all_digits = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  return all_digits && digits.size() > 1 && check_digit(digits.substr(0, digits.size() - 1)) == digits.back();
}

std::string checked_number(std::int64_t number, std::size_t digits_min) {
  std::string digits = std::to_string(number);
  if (digits.size() + 1 < digits_min) digits.insert(0, digits_min - 1 - digits.size(), '0');
  return digits + check_digit(digits);
}

std::optional<std::int64_t> parse_checked_number(std::string_view typed, std::size_t digits_min) {
  const bool may_be = typed.size() >= digits_min && typed.size() <= digits_max;
  if (!may_be || !ends_with_check_digit(typed)) return std::nullopt;
  std::int64_t number = 0;
  std::from_chars(typed.data(), typed.data() + typed.size() - 1, number);
  if (number == 0 || checked_number(number, digits_min) != typed) return std::nullopt;
  return number;
}

}  // namespace shubbak
