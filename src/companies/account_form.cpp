#include "companies/account_form.hpp"

#include <bit>

namespace shubbak::companies {

namespace {

using Digits = std::uint16_t;
constexpr Digits every_digit = (1U << 10U) - 1;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
Digits bit_of(char digit) {
  return static_cast<Digits>(1U << static_cast<unsigned>(digit - '0'));
}

// What stands between brackets: "0-25". Nothing: it is no class of digits.
std::optional<Digits> class_of(std::string_view text) {
  Digits digits = 0;
  while (!text.empty()) {
    const bool is_range = text.size() >= 3 && text[1] == '-';
    const char first = text.front();
    const char last = is_range ? text[2] : first;
    if (!is_digit(first) || !is_digit(last) || last < first) return std::nullopt;
    for (char digit = first; digit <= last; ++digit) digits = static_cast<Digits>(digits | bit_of(digit));
    text.remove_prefix(is_range ? 3 : 1);
  }
  return digits == 0 ? std::nullopt : std::optional(digits);
}

// Takes one place off the front. Nothing: it is none.
std::optional<Digits> take_place(std::string_view& text) {
  const char first = text.front();
  std::size_t length = 1;
  std::optional<Digits> digits;
  if (first == '[') {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    length = close + 1;
    digits = class_of(text.substr(1, close - 1));
  } else if (first == 'x') {
    digits = every_digit;
  } else if (is_digit(first)) {
    digits = bit_of(first);
  }
  text.remove_prefix(length);
  return digits;
}

Error not_a_form() {
  return {Errc::invalid,
          "write a digit for itself, x for any and [0-25] for some, 1 to 20 digits in all, such as \"45xxxxx\""};
}

}  // namespace

Result<AccountForm> AccountForm::parse(std::string_view text) {
  std::vector<Digits> places;
  while (!text.empty()) {
    const std::optional<Digits> digits = take_place(text);
    if (!digits || places.size() == digits_max) return not_a_form();
    places.push_back(*digits);
  }
  if (places.empty()) return not_a_form();
  return AccountForm(std::move(places));
}

bool AccountForm::matches(std::string_view number) const {
  if (places_.empty() || number.size() != places_.size()) return false;
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (!is_digit(number[i]) || (places_[i] & bit_of(number[i])) == 0) return false;
  }
  return true;
}

std::optional<std::string> AccountForm::common(const AccountForm& other) const {
  if (places_.empty() || places_.size() != other.places_.size()) return std::nullopt;
  std::string number;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const auto both = static_cast<Digits>(places_[i] & other.places_[i]);
    if (both == 0) return std::nullopt;
    number += static_cast<char>('0' + std::countr_zero(both));
  }
  return number;
}

}  // namespace shubbak::companies
