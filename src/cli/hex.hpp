// Hexadecimal digits as people paste them from captures and logs. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "domain/result.hpp"

namespace shubbak::cli {

constexpr std::size_t hex_octets_max = 131'072;

// Octets of "0000001f 00000005 …". Blanks, line ends, ':', ',' and "0x" before a group are skipped. Errors:
// malformed, limit.
Result<std::vector<std::uint8_t>> read_hex(std::string_view text);

}  // namespace shubbak::cli
