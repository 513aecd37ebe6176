// A receipt's number and check code (PRODUCT.md, Money), as people read them out and text them: digits only. The
// number is that of the payment in the ledger and a check digit (domain/check_digit.hpp); the code is seven
// digits of a keyed hash over all that the receipt says, which only the house that wrote it can make. Who guesses
// needs five million tries for each receipt, and learns what a receipt shows: company, amount, day, and the end of
// the account's number. Pure. Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace shubbak::payments {

// Never six digits long: six digits behind the service code are a one-time code.
constexpr std::size_t receipt_digits_min = 8;
constexpr std::size_t receipt_digits_max = 19;  // for which slots must have room; no ledger comes to more
constexpr std::size_t check_code_digits = 7;

std::string receipt_number(std::int64_t payment);  // above 0
// The payment's number. Nothing: it is no receipt's number, or mistyped.
std::optional<std::int64_t> parse_receipt_number(std::string_view typed);

std::string check_code(std::span<const unsigned char> keyed_hash);  // of 8 octets at least
// In constant time.
bool is_check_code(std::string_view typed, std::string_view code);

// The last four digits, or all of a shorter one.
std::string_view account_end(std::string_view account);
// The same, with a sign where digits were left out: "*4521".
std::string masked_account(std::string_view account);

}  // namespace shubbak::payments
