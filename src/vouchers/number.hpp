// The two numbers of a voucher (PRODUCT.md, Money): the PIN, a secret of 15 random digits and a check digit, and the
// serial, which is printed in the open: batch, number within it, check digit (domain/check_digit.hpp): hardly
// anybody's typing mistake is ever taken for a guess. Pure. Thread: any.
//
// Beside them the code of a volume of water that was paid for (fill.hpp): a secret likewise, of 11 random digits and
// a check digit.
//
// A Pin or FillCode writes over its digits when it goes, and so does each copy of it. What else was made of them is
// its maker's to wipe: the text that was typed, what reveal() was copied to, and the random bits.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace shubbak::vouchers {

// 64 bits out of a CSPRNG.
using Random = std::function<std::uint64_t()>;

class Pin {
 public:
  static constexpr std::size_t digits_count = 16;

  Pin(const Pin&) = default;  // a move would leave the digits behind, so there is none
  Pin& operator=(const Pin&) = default;
  ~Pin();

  // Latin digits, with blanks and hyphens between them as printed or not. Error malformed: not 16 digits, or the
  // check digit says that one is mistyped; the message does not hold what was typed.
  static Result<Pin> parse(std::string_view typed);
  static Pin draw(const Random& random);  // each as likely as any other

  // A secret: for the print file and for a keyed hash only.
  [[nodiscard]] std::string_view reveal() const { return {digits_.data(), digits_.size()}; }

 private:
  Pin() = default;
  std::array<char, digits_count> digits_{};
};

class FillCode {
 public:
  static constexpr std::size_t digits_count = 12;

  FillCode(const FillCode&) = default;
  FillCode& operator=(const FillCode&) = default;
  ~FillCode();

  // As Pin::parse().
  static Result<FillCode> parse(std::string_view typed);
  static FillCode draw(const Random& random);  // each as likely as any other

  // A secret: for whoever has bought it, and for a keyed hash.
  [[nodiscard]] std::string_view reveal() const { return {digits_.data(), digits_.size()}; }

 private:
  FillCode() = default;
  std::array<char, digits_count> digits_{};
};

struct Serial {
  static constexpr std::int64_t batch_max = 999'999;
  static constexpr std::int64_t voucher_max = 999'999;

  std::int64_t batch = 0;    // 1 to batch_max
  std::int64_t voucher = 0;  // 1 to voucher_max

  bool operator==(const Serial&) const = default;
};
std::string to_string(const Serial& serial);         // "000012-000345-7"
Result<Serial> parse_serial(std::string_view text);  // malformed; hyphens and blanks may be left out

}  // namespace shubbak::vouchers
