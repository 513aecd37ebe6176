// Any octets as one PDU: what is understood is written again to the same octets, and what libsmpp34 can be given it
// reads and writes the same. The command_length is set right, since the framer sees to that.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "smpp/libsmpp34.hpp"
#include "smpp/show.hpp"

using namespace shubbak;
using namespace shubbak::smpp;

namespace {

bool not_decoded_here(const Pdu& pdu) {
  return std::holds_alternative<OtherCommand>(pdu.body);
}

// 255 octets are understood, but section 4.4.1 lets nobody send more than 254.
bool too_long_to_send(const Pdu& pdu) {
  const Sm* sm = std::get_if<Sm>(&pdu.body);
  return sm != nullptr && sm->short_message.size() == 255;
}

void compare_with_library(Bytes octets, const Pdu& pdu, const Buffer& written) {
  const auto described = libsmpp34::describe(octets);
  if (described && !not_decoded_here(pdu)) SHUBBAK_ASSERT(*described == *fields(octets));
  Buffer packed;
  if (libsmpp34::pack_any(packed, pdu)) {
    SHUBBAK_ASSERT(packed == written);
  } else {
    SHUBBAK_ASSERT(packed.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < header_octets || size > pdu_octets_max) return 0;
  Buffer octets(data, data + size);
  for (std::size_t i = 0; i < 4; ++i) octets[i] = static_cast<std::uint8_t>(size >> (24 - 8 * i));

  SHUBBAK_ASSERT(!show(octets).empty());
  const auto pdu = decode(octets);
  if (!pdu) {
    SHUBBAK_ASSERT(pdu.error().offset >= header_octets && pdu.error().offset <= size);
    SHUBBAK_ASSERT(pdu.error().status != CommandStatus::ok);
    SHUBBAK_ASSERT(!libsmpp34::describe(octets));
    return 0;
  }
  Buffer written;
  if (!encode(written, *pdu)) {
    SHUBBAK_ASSERT(written.empty());
    SHUBBAK_ASSERT(too_long_to_send(*pdu) || size > pdu_octets_max - 1024);
    return 0;
  }
  const auto again = decode(written);
  SHUBBAK_ASSERT(again);
  if (size > header_octets) {
    SHUBBAK_ASSERT(written == octets);
  } else {
    // A resp that came as a header only is written with its body.
    Buffer twice;
    SHUBBAK_ASSERT(encode(twice, *again) && twice == written);
  }
  compare_with_library(octets, *pdu, written);
  return 0;
}
