#include "payments/receipt.hpp"

#include "domain/check_digit.hpp"

namespace shubbak::payments {
namespace {

constexpr std::size_t shown_max = 4;  // of an account

}  // namespace

std::string receipt_number(std::int64_t payment) {
  return checked_number(payment, receipt_digits_min);
}

std::optional<std::int64_t> parse_receipt_number(std::string_view typed) {
  return parse_checked_number(typed, receipt_digits_min);
}

std::string check_code(std::span<const unsigned char> keyed_hash) {
  constexpr std::size_t octets = 8;
  constexpr std::uint64_t codes = 10'000'000;
  std::uint64_t value = 0;
  for (const unsigned char octet : keyed_hash.first(octets)) value = value << 8U | octet;
  std::string digits = std::to_string(value % codes);
  return digits.insert(0, check_code_digits - digits.size(), '0');
}

bool is_check_code(std::string_view typed, std::string_view code) {
  if (typed.size() != code.size()) return false;
  unsigned char differences = 0;
  for (std::size_t i = 0; i < code.size(); ++i)
    differences = static_cast<unsigned char>(differences | (typed[i] ^ code[i]));
  return differences == 0;
}

std::string_view account_end(std::string_view account) {
  return account.size() <= shown_max ? account : account.substr(account.size() - shown_max);
}

std::string masked_account(std::string_view account) {
  return (account.size() <= shown_max ? "" : "*") + std::string(account_end(account));
}

}  // namespace shubbak::payments
