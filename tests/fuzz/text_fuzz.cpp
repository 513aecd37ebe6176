// Any octets as text in every alphabet, as UTF-8 to be sent, as parts of long messages and as a receipt. The first
// octet chooses; the checks are properties that hold for every input.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "domain/text.hpp"
#include "smpp/receipt.hpp"
#include "smpp/segments.hpp"
#include "smpp/text.hpp"

using namespace shubbak;
using namespace shubbak::smpp;

namespace {

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t before = at;
    if (next_code_point(text, at) == 0xFFFD && at - before == 1) return false;
  }
  return true;
}

// UCS-2 with a letter of these is read as announced; without any the octets may make more sense in another way.
bool has_home_letter(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if ((c >= 0x20 && c < 0x7F) || (c >= 0x0600 && c <= 0x06FF)) return true;
  }
  return false;
}

// What arrives: decoded text is UTF-8, and what is decoded can be sent again.
void decode_everything(Bytes octets) {
  // One data_coding of each kind; which kind each of the 256 is, a unit test tells.
  constexpr std::array<std::uint8_t, 6> data_codings{0x00, 0x01, 0x02, 0x03, 0x08, 0x0F};
  for (const std::uint8_t data_coding : data_codings) {
    for (const Alphabet alphabet : {Alphabet::gsm7, Alphabet::latin1}) {
      SHUBBAK_ASSERT(is_valid_utf8(decode_text(octets, data_coding, alphabet)));
    }
  }
  const std::string latin1 = decode_latin1(octets);
  Buffer again;
  encode_latin1(again, latin1);
  SHUBBAK_ASSERT(std::equal(again.begin(), again.end(), octets.begin(), octets.end()));

  const std::string gsm7 = decode_gsm7(octets);
  SHUBBAK_ASSERT(measure(gsm7).alphabet == Alphabet::gsm7);
  again.clear();
  encode_gsm7(again, gsm7);
  SHUBBAK_ASSERT(decode_gsm7(again) == gsm7);

  again.clear();
  pack_gsm7(again, octets);
  const Buffer septets = unpack_gsm7(again, octets.size());
  SHUBBAK_ASSERT(septets.size() == octets.size());
  for (std::size_t i = 0; i < septets.size(); ++i) SHUBBAK_ASSERT(septets[i] == (octets[i] & 0x7FU));
  SHUBBAK_ASSERT(unpack_gsm7_ussd(octets).size() <= octets.size() * 8 / 7);
}

// What is sent: measured right, and the same when it comes back.
void encode_everything(std::string_view utf8) {
  Buffer out;
  encode_ucs2(out, utf8);
  SHUBBAK_ASSERT(out.size() == std::size_t{2} * measure_as(Alphabet::ucs2, utf8));
  const std::string text = decode_ucs2(out);  // the UTF-8 with what was malformed replaced
  SHUBBAK_ASSERT(!is_valid_utf8(utf8) || text == utf8);
  const bool has_mark = text.starts_with("\uFEFF") || text.starts_with("\uFFFE");
  SHUBBAK_ASSERT(has_mark || !has_home_letter(text) || decode_text(out, 8, Alphabet::gsm7) == text);

  const TextSize size = measure(utf8);
  SHUBBAK_ASSERT(size.units == measure_as(size.alphabet, utf8));
  out.clear();
  encode_gsm7(out, utf8);
  SHUBBAK_ASSERT(out.size() == measure_as(Alphabet::gsm7, utf8));
  SHUBBAK_ASSERT((size.alphabet == Alphabet::gsm7) == (decode_gsm7(out) == utf8));
  Buffer packed;
  pack_gsm7_ussd(packed, out);
  const std::string unpacked = decode_gsm7(unpack_gsm7_ussd(packed));
  const std::string sent = decode_gsm7(out);
  SHUBBAK_ASSERT(unpacked == sent || unpacked == sent + "\r");

  out.clear();
  encode_latin1(out, utf8);
  SHUBBAK_ASSERT(out.size() == measure_as(Alphabet::latin1, utf8));
}

void split_and_join(std::string_view utf8, std::uint8_t choice) {
  const auto method = static_cast<LongTextMethod>(choice % 4);
  const Alphabet alphabet = (choice & 4U) != 0 ? Alphabet::latin1 : Alphabet::gsm7;
  const auto parts = split_text(utf8, method, 0x1234, alphabet, 255);
  if (!parts) return;
  Reassembler reassembler({.parts_max = 255});
  for (std::size_t i = 0; i < parts->size(); ++i) {
    // Backwards, so that the parts come out of order.
    const OutgoingPart& part = (*parts)[parts->size() - 1 - i];
    Sm sm;
    sm.esm_class = part.esm_class;
    sm.data_coding = part.data_coding;
    sm.short_message = part.short_message;
    sm.tlvs = part.tlvs.list();
    SHUBBAK_ASSERT(part.short_message.size() <= 160);
    SHUBBAK_ASSERT(part.data_coding != 8 || part.short_message.size() <= 140);
    const auto text = reassembler.add(sm, alphabet, Instant{});
    SHUBBAK_ASSERT(text.ok() && text->has_value() == (i + 1 == parts->size()));
    const bool as_sent = parts->front().data_coding != 8 || has_home_letter(utf8);
    const bool exact = as_sent && is_valid_utf8(utf8) && !utf8.starts_with("\uFEFF") && !utf8.starts_with("\uFFFE");
    if (text->has_value() && exact) SHUBBAK_ASSERT(**text == utf8);
  }
}

// Deliveries cut from the octets: each is esm_class, data_coding, length and that many octets, and may carry SAR
// TLVs.
void deliver_everything(Bytes octets) {
  Reassembler reassembler(
      {.messages_max = 8, .parts_max = 8, .part_octets_max = 64, .keep = std::chrono::seconds(10)});
  DuplicateFilter filter(8, std::chrono::seconds(10), {1, 2});
  Instant now{};
  while (octets.size() >= 4) {
    Sm sm;
    sm.esm_class = octets[0];
    sm.data_coding = octets[1];
    sm.source.digits = (octets[2] & 1U) != 0 ? "963933123456" : "963933123457";
    TlvBuilder tlvs;
    if ((octets[2] & 2U) != 0) {
      tlvs.add_u16(TlvTag::sar_msg_ref_num, octets[2] >> 6U)
          .add_u8(TlvTag::sar_total_segments, (octets[2] >> 2U) & 3U)
          .add_u8(TlvTag::sar_segment_seqnum, (octets[2] >> 4U) & 3U);
    }
    const std::size_t length = std::min<std::size_t>(octets[3], octets.size() - 4);
    if ((octets[1] & 0x80U) != 0) {
      tlvs.add(TlvTag::message_payload, octets.subspan(4, length));
    } else {
      sm.short_message = octets.subspan(4, length);
    }
    sm.tlvs = tlvs.list();
    octets = octets.subspan(4 + length);
    now += std::chrono::seconds(sm.esm_class & 3U);

    const std::uint64_t fingerprint = filter.fingerprint(sm);
    filter.is_redelivery(fingerprint, 1, now);
    SHUBBAK_ASSERT(filter.is_redelivery(fingerprint, 1, now));  // whatever it was, it comes again at once
    if ((fingerprint & 1U) != 0) filter.done(fingerprint, now);
    SHUBBAK_ASSERT(filter.remembered() <= 8);
    const auto text = reassembler.add(sm, Alphabet::gsm7, now);
    if (text.ok() && text->has_value()) SHUBBAK_ASSERT(is_valid_utf8(**text));
    SHUBBAK_ASSERT(reassembler.waiting() <= 8);
    const auto receipt = parse_receipt(sm);
    if (receipt) SHUBBAK_ASSERT(receipt->message_id.size() <= 64 && receipt->error.size() <= 16);
  }
  const std::size_t waiting = reassembler.waiting();
  SHUBBAK_ASSERT(reassembler.expire(now + std::chrono::seconds(10)) >= waiting);
  SHUBBAK_ASSERT(reassembler.waiting() == 0);
}

void read_receipt(Bytes octets) {
  Sm sm;
  sm.esm_class = 4;
  sm.short_message = octets;
  const auto receipt = parse_receipt(sm);
  SHUBBAK_ASSERT(receipt.has_value());
  const std::string_view text(reinterpret_cast<const char*>(octets.data()), octets.size());
  const std::size_t middle = text.find(' ');
  if (middle == std::string_view::npos) return;
  const bool same = same_message_id(text.substr(0, middle), text.substr(middle + 1));
  SHUBBAK_ASSERT(same == same_message_id(text.substr(middle + 1), text.substr(0, middle)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 4096) return 0;
  const std::uint8_t choice = data[0];
  const Bytes octets(data + 1, size - 1);
  const std::string_view utf8(reinterpret_cast<const char*>(octets.data()), octets.size());
  switch (choice % 5) {
    case 0:
      decode_everything(octets);
      break;
    case 1:
      encode_everything(utf8);
      break;
    case 2:
      split_and_join(utf8, static_cast<std::uint8_t>(choice / 5));
      break;
    case 3:
      deliver_everything(octets);
      break;
    default:
      read_receipt(octets);
      break;
  }
  return 0;
}
