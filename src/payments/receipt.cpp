#include "payments/receipt.hpp"

#include <charconv>

#include "domain/check_digit.hpp"

namespace shubbak::payments {
namespace {

constexpr std::size_t digits_max = 19;  // of a payment's number and its check digit
constexpr std::size_t shown_max = 4;    // of an account

std::string padded(std::string digits, std::size_t count) {
  if (digits.size() < count) digits.insert(0, count - digits.size(), '0');
  return digits;
}

}  // namespace

std::string receipt_number(std::int64_t payment) {
  std::string number = padded(std::to_string(payment), receipt_digits_min - 1);
  number += check_digit(number);
  return number;
}

std::optional<std::int64_t> parse_receipt_number(std::string_view typed) {
  const bool may_be = typed.size() >= receipt_digits_min && typed.size() <= digits_max;
  if (!may_be || !ends_with_check_digit(typed)) return std::nullopt;
  const std::string_view digits = typed.substr(0, typed.size() - 1);
  std::int64_t payment = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), payment);
  // One number has one form: not that of another length.
  if (payment == 0 || receipt_number(payment) != typed) return std::nullopt;
  return payment;
}

std::string check_code(std::span<const unsigned char> keyed_hash) {
  constexpr std::size_t octets = 8;
  constexpr std::uint64_t codes = 10'000'000;
  std::uint64_t value = 0;
  for (const unsigned char octet : keyed_hash.first(octets)) value = value << 8U | octet;
  return padded(std::to_string(value % codes), check_code_digits);
}

bool is_check_code(std::string_view typed, std::string_view code) {
  if (typed.size() != code.size()) return false;
  unsigned char differences = 0;
  for (std::size_t i = 0; i < code.size(); ++i)
    differences = static_cast<unsigned char>(differences | (typed[i] ^ code[i]));
  return differences == 0;
}

std::string masked_account(std::string_view account) {
  if (account.size() <= shown_max) return std::string(account);
  return "*" + std::string(account.substr(account.size() - shown_max));
}

}  // namespace shubbak::payments
