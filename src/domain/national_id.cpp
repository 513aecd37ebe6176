#include "domain/national_id.hpp"

#include <algorithm>
#include <array>

namespace shubbak {
namespace {

constexpr std::array<std::string_view, 4> country_codes{"EG", "IQ", "KW", "SY"};

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// CYYMMDD as Egypt and Kuwait write it: 2 = 1900s, 3 = 2000s.
bool is_birth_date(std::string_view cyymmdd) {
  if (cyymmdd[0] != '2' && cyymmdd[0] != '3') return false;
  const int year = (cyymmdd[0] == '2' ? 1900 : 2000) + number(cyymmdd.substr(1, 2));
  const int month = number(cyymmdd.substr(3, 2));
  const int day = number(cyymmdd.substr(5, 2));
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= days[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

bool is_egyptian_governorate(int code) {
  return (code >= 1 && code <= 4) || (code >= 11 && code <= 19) || (code >= 21 && code <= 29) ||
         (code >= 31 && code <= 35) || code == 88;
}

bool has_kuwaiti_check_digit(std::string_view digits) {
  constexpr std::array<int, 11> weights{2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * (digits[i] - '0');
  return 11 - sum % 11 == digits[11] - '0';  // 10 and 11 match no digit, so they are refused
}

std::size_t length_of(Country country) {
  switch (country) {
    case Country::egypt:
      return 14;
    case Country::iraq:
    case Country::kuwait:
      return 12;
    case Country::syria:
      return 11;
  }
  std::abort();
}

bool has_national_form(Country country, std::string_view digits) {
  switch (country) {
    case Country::egypt:
      return is_birth_date(digits.substr(0, 7)) && is_egyptian_governorate(number(digits.substr(7, 2)));
    case Country::kuwait:
      return is_birth_date(digits.substr(0, 7)) && has_kuwaiti_check_digit(digits);
    case Country::iraq:
    case Country::syria:
      return true;
  }
  std::abort();
}

}  // namespace

Result<Country> parse_country(std::string_view iso3166_alpha2) {
  const auto* found = std::find(country_codes.begin(), country_codes.end(), iso3166_alpha2);
  if (found == country_codes.end()) return Error{Errc::invalid, "the country must be one of EG, IQ, KW, SY"};
  return static_cast<Country>(found - country_codes.begin());
}

std::string_view to_string(Country country) {
  return country_codes[static_cast<std::size_t>(country)];
}

Result<NationalId> NationalId::parse(Country country, std::string_view digits) {
  const bool all_digits = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!all_digits || digits.size() != length_of(country)) {
    return Error{Errc::malformed, "a national number of " + std::string(to_string(country)) + " has " +
                                      std::to_string(length_of(country)) + " digits"};
  }
  if (!has_national_form(country, digits)) {
    return Error{Errc::invalid, "not a national number of " + std::string(to_string(country))};
  }
  return NationalId(country, std::string(digits));
}

std::string NationalId::masked() const {
  std::string text = digits_;
  for (std::size_t i = 2; i + 2 < text.size(); ++i) text[i] = '*';
  return text;
}

}  // namespace shubbak
