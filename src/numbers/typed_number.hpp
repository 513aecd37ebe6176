// Mobile numbers as people and clerks type them, judged by libphonenumber's rules; what a network tells is E.164
// already and goes through Msisdn::parse(). The only door to that library. Thread: any. About 20 µs: not for the hot
// path.
#pragma once

#include <string_view>

#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"

namespace shubbak::numbers {

// "+963933123456", "00963933123456", "0933 123-456", "٠٩٣٣١٢٣٤٥٦": with the country code, or as it is dialled within
// `country`, whose mobile numbers alone are taken. Errors: malformed (no number at all), invalid (no mobile number
// there).
Result<Msisdn> parse_typed_mobile(std::string_view typed, Country country);

}  // namespace shubbak::numbers
