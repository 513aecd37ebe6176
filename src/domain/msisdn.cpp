#include "domain/msisdn.hpp"

#include <charconv>

namespace shubbak {

Result<Msisdn> Msisdn::parse(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  } else if (text.starts_with("00")) {
    text.remove_prefix(2);
  }
  if (text.size() < digits_min || text.size() > digits_max) {
    return Error{Errc::malformed, "a mobile number has 7 to 15 digits with its country code"};
  }
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return Error{Errc::malformed, "a mobile number holds digits only"};
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (text.front() == '0') {
    return Error{Errc::malformed, "a mobile number begins with its country code, not with 0"};
  }
  return Msisdn(value);
}

Result<Msisdn> Msisdn::from_value(std::uint64_t value) {
  return parse(std::to_string(value));
}

std::string Msisdn::reveal() const {
  return std::to_string(value_);
}

std::string Msisdn::masked() const {
  std::string text = reveal();
  for (std::size_t i = 4; i + 2 < text.size(); ++i) text[i] = '*';
  return text;
}

}  // namespace shubbak
