// Any stream, whole and in pieces, is cut into the same PDUs. The first octet chooses the limit of a PDU, the second
// how the stream is cut into pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "smpp/framer.hpp"

using namespace shubbak;
using namespace shubbak::smpp;

namespace {

struct Cut {
  std::vector<Buffer> pdus;
  Buffer rest;
  bool failed = false;
};

// One read of the stream, as a link does it: PDUs are taken off, what is left waits for more.
void read(Cut& cut, Bytes more, std::size_t length_max) {
  if (cut.failed) return;
  cut.rest.insert(cut.rest.end(), more.begin(), more.end());
  Framer framer(cut.rest, length_max);
  while (const auto pdu = framer.next()) {
    SHUBBAK_ASSERT(pdu->size() >= header_octets && pdu->size() <= length_max);
    SHUBBAK_ASSERT(decode_header(*pdu).command_length == pdu->size());
    cut.pdus.emplace_back(pdu->begin(), pdu->end());
  }
  cut.failed = framer.failed();
  if (framer.failed()) SHUBBAK_ASSERT(framer.failed_length() < header_octets || framer.failed_length() > length_max);
  cut.rest = Buffer(framer.rest().begin(), framer.rest().end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t length_max = header_octets + data[0] * 8U;
  const std::size_t piece = 1 + data[1];
  const Bytes stream(data + 2, size - 2);

  Cut whole;
  read(whole, stream, length_max);
  std::size_t octets = whole.rest.size();
  for (const Buffer& pdu : whole.pdus) octets += pdu.size();
  SHUBBAK_ASSERT(octets == stream.size());  // nothing is lost, nothing is made up

  Cut pieces;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    read(pieces, stream.subspan(at, std::min(piece, stream.size() - at)), length_max);
  }
  SHUBBAK_ASSERT(pieces.pdus == whole.pdus);
  SHUBBAK_ASSERT(pieces.failed == whole.failed);
  return 0;
}
