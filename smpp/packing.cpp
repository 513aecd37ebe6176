// Septets packed into octets: the part of text.hpp for gateways that pack (3GPP TS 23.038 section 6.1.2).
#include <algorithm>

#include "smpp/text.hpp"

namespace shubbak::smpp {
namespace {

constexpr std::uint8_t carriage_return = 0x0D;

}  // namespace

void pack_gsm7(Buffer& out, Bytes septets) {
  out.reserve(out.size() + (septets.size() * 7 + 7) / 8);
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const std::uint8_t septet : septets) {
    held |= (septet & 0x7FU) << bits;
    bits += 7;
    if (bits >= 8) {
      out.push_back(static_cast<std::uint8_t>(held));
      held >>= 8U;
      bits -= 8;
    }
  }
  if (bits > 0) out.push_back(static_cast<std::uint8_t>(held));
}

Buffer unpack_gsm7(Bytes packed, std::size_t septets) {
  const std::size_t present = std::min(septets, packed.size() * 8 / 7);
  Buffer out;
  out.reserve(present);
  std::uint32_t held = 0;
  unsigned bits = 0;
  std::size_t at = 0;
  while (out.size() < present) {
    if (bits < 7) {
      held |= static_cast<std::uint32_t>(packed[at++]) << bits;
      bits += 8;
    }
    out.push_back(static_cast<std::uint8_t>(held & 0x7FU));
    held >>= 7U;
    bits -= 7;
  }
  return out;
}

void pack_gsm7_ussd(Buffer& out, Bytes septets) {
  const bool seven_spare_bits = septets.size() % 8 == 7;
  const bool looks_like_filling = septets.size() % 8 == 0 && !septets.empty() && septets.back() == carriage_return;
  if (!seven_spare_bits && !looks_like_filling) return pack_gsm7(out, septets);
  Buffer filled(septets.begin(), septets.end());
  filled.push_back(carriage_return);
  pack_gsm7(out, filled);
}

Buffer unpack_gsm7_ussd(Bytes packed) {
  Buffer septets = unpack_gsm7(packed, packed.size() * 8 / 7);
  if (!septets.empty() && septets.size() % 8 == 0 && septets.back() == carriage_return) septets.pop_back();
  return septets;
}

}  // namespace shubbak::smpp
