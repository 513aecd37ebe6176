#include "cli/hex.hpp"

#include <string>

namespace shubbak::cli {
namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ':' || c == ',';
}

}  // namespace

Result<std::vector<std::uint8_t>> read_hex(std::string_view text) {
  std::vector<std::uint8_t> octets;
  int high = -1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_blank(c)) continue;
    if (high < 0 && c == '0' && i + 1 < text.size() && (text[i + 1] == 'x' || text[i + 1] == 'X')) {
      ++i;
      continue;
    }
    const int value = digit_value(c);
    if (value < 0) {
      return Error{Errc::malformed, "no hexadecimal digit at character " + std::to_string(i + 1)};
    }
    if (high < 0) {
      high = value;
      continue;
    }
    if (octets.size() == hex_octets_max) return Error{Errc::limit, "more than 128 KiB"};
    octets.push_back(static_cast<std::uint8_t>(high * 16 + value));
    high = -1;
  }
  if (high >= 0) return Error{Errc::malformed, "an odd number of hexadecimal digits"};
  if (octets.empty()) return Error{Errc::malformed, "no hexadecimal digits"};
  return octets;
}

}  // namespace shubbak::cli
