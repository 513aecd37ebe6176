#include "numbers/typed_number.hpp"

#include <phonenumbers/phonenumberutil.h>
#include <string>

#include "domain/text.hpp"

namespace shubbak::numbers {
namespace {

namespace phone = i18n::phonenumbers;

constexpr std::size_t typed_octets_max = 64;

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
  const auto& rules = *phone::PhoneNumberUtil::GetInstance();
  phone::PhoneNumber number;
  if (rules.Parse(latin_digits(typed), region, &number) != phone::PhoneNumberUtil::NO_PARSING_ERROR) return no_number;
  if (!rules.IsValidNumberForRegion(number, region) || !is_mobile(rules.GetNumberType(number)) ||
      number.has_extension()) {
    return Error{Errc::invalid, "not a mobile number of " + region};
  }
  std::string e164;
  rules.Format(number, phone::PhoneNumberUtil::E164, &e164);
  return Msisdn::parse(e164);
}

}  // namespace shubbak::numbers
