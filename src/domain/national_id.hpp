// A person's national number. Personal: prints masked, the full text needs reveal().
#pragma once

#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace shubbak {

enum class Country : unsigned char { egypt, iraq, kuwait, syria };

Result<Country> parse_country(std::string_view iso3166_alpha2);  // "EG", "IQ", "KW", "SY"
std::string_view to_string(Country country);

class NationalId {
 public:
  // Rules per country: Egypt 14 digits (century, date, governorate; its check digit is never judged), Kuwait 12
  // digits with the weighted check digit, Iraq 12 digits, Syria 11 digits. Digits must be normalised before.
  static Result<NationalId> parse(Country country, std::string_view digits);

  [[nodiscard]] Country country() const { return country_; }
  [[nodiscard]] std::string masked() const;  // "0123*****90"-like: first two and last two stay
  [[nodiscard]] const std::string& reveal() const { return digits_; }

  bool operator==(const NationalId&) const = default;

 private:
  NationalId(Country country, std::string digits) : country_(country), digits_(std::move(digits)) {}
  Country country_;
  std::string digits_;
};

}  // namespace shubbak
