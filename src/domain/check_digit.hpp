// The check digit that Shubbak's own numbers end with (voucher PINs and serials, receipts): Damm's (H. M. Damm,
// 2004), which finds each single wrong digit and each swap of two neighbours. Pure. Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shubbak {

char check_digit(std::string_view digits);            // of a text of ASCII digits
bool ends_with_check_digit(std::string_view digits);  // false also where it is none, or one digit only

// A number above 0 as people read it out: with zeros in front up to `digits_min`, the last one its check digit.
std::string checked_number(std::int64_t number, std::size_t digits_min);
// Nothing: it is no such number, or mistyped. One number has one form, so another length is none either.
std::optional<std::int64_t> parse_checked_number(std::string_view typed, std::size_t digits_min);

}  // namespace shubbak
