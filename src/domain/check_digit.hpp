// The check digit that Shubbak's own numbers end with (voucher PINs and serials, receipts): Damm's (H. M. Damm,
// 2004), which finds each single wrong digit and each swap of two neighbours. Pure. Thread: any.
#pragma once

#include <string_view>

namespace shubbak {

char check_digit(std::string_view digits);            // of a text of ASCII digits
bool ends_with_check_digit(std::string_view digits);  // false also where it is none, or one digit only

}  // namespace shubbak
