// A mobile number in E.164 form (ITU-T E.164: at most 15 digits with the country code, no plus sign kept).
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace shubbak {

class Msisdn {
 public:
  static constexpr std::size_t digits_min = 7;
  static constexpr std::size_t digits_max = 15;

  // Takes "+963933123456", "00963933123456" or "963933123456" (what SMSCs send as TON international or unknown).
  // Numbers are portable: nothing here tells an operator.
  static Result<Msisdn> parse(std::string_view text);

  // The number as an integer; unique, since E.164 numbers do not begin with 0.
  [[nodiscard]] std::uint64_t value() const { return value_; }
  static Result<Msisdn> from_value(std::uint64_t value);

  [[nodiscard]] std::string masked() const;  // "96393****56": safe for logs
  [[nodiscard]] std::string reveal() const;  // the full number: for the wire and the database only

  auto operator<=>(const Msisdn&) const = default;

 private:
  explicit Msisdn(std::uint64_t value) : value_(value) {}
  std::uint64_t value_;
};

}  // namespace shubbak
