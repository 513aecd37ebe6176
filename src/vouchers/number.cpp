#include "vouchers/number.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include "domain/check_digit.hpp"

namespace shubbak::vouchers {
namespace {

constexpr std::size_t serial_part_digits = 6;

// So many digits, with blanks and hyphens between them or not. false: they are more or fewer, or anything else is
// there.
template <std::size_t Count>
bool read_digits(std::string_view text, std::array<char, Count>& digits) {
  std::size_t count = 0;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    if (c < '0' || c > '9' || count == Count) return false;
    digits[count++] = c;
  }
  return count == Count;
}

std::int64_t number_in(std::string_view digits) {
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::string padded(std::int64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(serial_part_digits - std::min(serial_part_digits, digits.size()), '0') + digits;
}

// What is above the last whole multiple of the bound is drawn again, or small numbers would come more often.
std::uint64_t draw_below(const Random& random, std::uint64_t bound) {
  constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t drawn = random();
  while (drawn >= all - all % bound) drawn = random();
  return drawn % bound;
}

// All digits but the last one drawn, the last one their check digit.
template <std::size_t Count>
void draw_digits(const Random& random, std::array<char, Count>& digits) {
  std::uint64_t numbers = 1;
  for (std::size_t i = 0; i + 1 < Count; ++i) numbers *= 10;
  std::uint64_t rest = draw_below(random, numbers);
  for (std::size_t i = Count - 1; i-- > 0; rest /= 10) digits[i] = static_cast<char>('0' + rest % 10);
  digits.back() = check_digit(std::string_view(digits.data(), Count - 1));
}

}  // namespace

Pin::~Pin() {
  ::explicit_bzero(digits_.data(), digits_.size());
}

Result<Pin> Pin::parse(std::string_view typed) {
  Pin pin;
  if (!read_digits(typed, pin.digits_)) return Error{Errc::malformed, "a voucher's PIN is 16 digits"};
  if (!ends_with_check_digit(pin.reveal())) return Error{Errc::malformed, "a digit of the voucher's PIN is mistyped"};
  return pin;
}

Pin Pin::draw(const Random& random) {
  Pin pin;
  draw_digits(random, pin.digits_);
  return pin;
}

FillCode::~FillCode() {
  ::explicit_bzero(digits_.data(), digits_.size());
}

Result<FillCode> FillCode::parse(std::string_view typed) {
  FillCode code;
  if (!read_digits(typed, code.digits_)) return Error{Errc::malformed, "a fill code is 12 digits"};
  if (!ends_with_check_digit(code.reveal())) return Error{Errc::malformed, "a digit of the fill code is mistyped"};
  return code;
}

FillCode FillCode::draw(const Random& random) {
  FillCode code;
  draw_digits(random, code.digits_);
  return code;
}

std::string to_string(const Serial& serial) {
  const std::string batch = padded(serial.batch);
  const std::string voucher = padded(serial.voucher);
  return batch + '-' + voucher + '-' + check_digit(batch + voucher);
}

Result<Serial> parse_serial(std::string_view text) {
  std::array<char, 2 * serial_part_digits + 1> digits{};
  const std::string_view parts(digits.data(), digits.size());
  if (!read_digits(text, digits))
    return Error{Errc::malformed, "a voucher's serial is 13 digits, such as 000012-000345-7"};
  if (!ends_with_check_digit(parts)) return Error{Errc::malformed, "a digit of the voucher's serial is mistyped"};
  const Serial serial{number_in(parts.substr(0, serial_part_digits)),
                      number_in(parts.substr(serial_part_digits, serial_part_digits))};
  if (serial.batch == 0 || serial.voucher == 0) return Error{Errc::malformed, "no voucher has that serial"};
  return serial;
}

}  // namespace shubbak::vouchers
