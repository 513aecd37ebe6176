#include "numbers/typed_number.hpp"

#include <phonenumbers/phonenumberutil.h>
#include <string>

#include "domain/text.hpp"

namespace shubbak::numbers {
namespace {

namespace phone = i18n::phonenumbers;

constexpr std::size_t typed_octets_max = 64;

// libphonenumber reads letters by the keypad and leaves out what stands before a number: of a slip of the hand it
// would make somebody else's.
bool is_written_as_number(std::string_view typed) {
  const std::size_t first = typed.find_first_not_of(' ');
  return first != std::string_view::npos &&
         typed.find_first_not_of("0123456789 -()", typed[first] == '+' ? first + 1 : 0) == std::string_view::npos;
}

bool is_mobile(phone::PhoneNumberUtil::PhoneNumberType type) {
  return type == phone::PhoneNumberUtil::MOBILE || type == phone::PhoneNumberUtil::FIXED_LINE_OR_MOBILE;
}

}  // namespace

Result<Msisdn> parse_typed_mobile(std::string_view typed, Country country) {
  const std::string region(to_string(country));
  const Error no_number{
      Errc::malformed,
      "not a mobile number; write it with its country code, such as +963933123456, or as it is dialled"};
  if (typed.size() > typed_octets_max) return no_number;
  const std::string plain = latin_digits(typed);
  if (!is_written_as_number(plain)) return no_number;
  const auto& rules = *phone::PhoneNumberUtil::GetInstance();
  phone::PhoneNumber number;
  if (rules.Parse(plain, region, &number) != phone::PhoneNumberUtil::NO_PARSING_ERROR) return no_number;
  if (!rules.IsValidNumberForRegion(number, region) || !is_mobile(rules.GetNumberType(number))) {
    return Error{Errc::invalid, "not a mobile number of " + region};
  }
  std::string e164;
  rules.Format(number, phone::PhoneNumberUtil::E164, &e164);
  return Msisdn::parse(e164);
}

}  // namespace shubbak::numbers
