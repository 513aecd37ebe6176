// Long texts: split into parts that fit one short message each, and put together again (3GPP TS 23.040 9.2.3.24.1
// concatenation by UDH, SMPP SAR TLVs, message_payload). Pure; the reassembly table is bounded in entries and time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "smpp/pdu.hpp"
#include "smpp/text.hpp"

namespace shubbak::smpp {

enum class LongTextMethod : std::uint8_t { udh8, udh16, sar_tlvs, message_payload };

struct OutgoingPart {
  std::uint8_t esm_class = 0;  // 0x40 with a UDH
  std::uint8_t data_coding = 0;
  Buffer short_message;  // empty with message_payload
  TlvBuilder tlvs;
};
// Splits a UTF-8 text; never inside an extension pair, a surrogate pair or a letter and its combining mark where that
// can be avoided. One part if it fits (160 septets / 70 units). Error: limit, over parts_max.
Result<std::vector<OutgoingPart>> split_text(std::string_view utf8, LongTextMethod method, std::uint16_t reference,
                                             Alphabet default_alphabet, std::size_t parts_max);

struct ReassemblyLimits {
  std::size_t messages_max = 10'000;
  std::size_t parts_max = 16;
  std::chrono::seconds keep{600};
};

class Reassembler {
 public:
  explicit Reassembler(ReassemblyLimits limits);
  // A message that is whole (single, or its last missing part has come): its decoded text. Nothing: parts are
  // missing. Error: malformed UDH, parts that contradict each other, over a limit. Repeated parts are ignored.
  Result<std::optional<std::string>> add(const Sm& sm, Alphabet default_alphabet, Instant now);
  // Drops what stayed incomplete; returns how many messages were dropped.
  std::size_t expire(Instant now);
  [[nodiscard]] std::size_t waiting() const;

  // private part: for the author of segments.cpp to fill
};

// Recognises a deliver_sm that the SMSC sends again after a reconnect or a lost resp: same addresses, same octets,
// same references, within `keep`. Bounded; the oldest are forgotten first.
class DuplicateFilter {
 public:
  DuplicateFilter(std::size_t entries_max, std::chrono::seconds keep);
  bool seen_before(const Sm& sm, Instant now);
};

}  // namespace shubbak::smpp
