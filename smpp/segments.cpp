#include "smpp/segments.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>
#include <utility>

#include "domain/text.hpp"

namespace shubbak::smpp {
namespace {

constexpr std::uint8_t concatenation_8bit = 0x00;  // UDH elements, 23.040 9.2.3.24.1 and 9.2.3.24.8
constexpr std::uint8_t concatenation_16bit = 0x08;
constexpr std::uint8_t by_sar_tlvs = 0xFF;  // a kind of reference beside the two elements
constexpr std::size_t tlv_octets_max = 65'535;

// ---- out
// -----------------------------------------------------------------------------------------------------------

struct Capacity {  // in units: septets of GSM 7-bit, or UCS-2 units
  std::size_t single;
  std::size_t part;
};

Capacity capacity_of(Alphabet alphabet, LongTextMethod method) {
  const bool septets = alphabet != Alphabet::ucs2;
  switch (method) {
    case LongTextMethod::udh8:
    case LongTextMethod::message_payload:
      return septets ? Capacity{160, 153} : Capacity{70, 67};
    case LongTextMethod::udh16:
    case LongTextMethod::sar_tlvs:
      return septets ? Capacity{160, 152} : Capacity{70, 66};
  }
  std::abort();
}

// Shown together with the character before it, so not torn from it.
bool joins_previous(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0610 && c <= 0x061A) || (c >= 0x064B && c <= 0x065F) ||
         c == 0x0670 || (c >= 0x06D6 && c <= 0x06DC) || (c >= 0x06DF && c <= 0x06E4) || c == 0x06E7 || c == 0x06E8 ||
         (c >= 0x06EA && c <= 0x06ED) || c == 0x200D || (c >= 0x20D0 && c <= 0x20FF) ||
         (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0x1F3FB && c <= 0x1F3FF);
}
constexpr char32_t zero_width_joiner = 0x200D;  // joins the next one as well

enum class Cut : std::uint8_t { between_letters, where_full };

// At most pieces_max + 1 pieces, so that a text far too long costs no more than one that is a little too long.
std::vector<std::string_view> cut_text(std::string_view utf8, Alphabet alphabet, std::size_t capacity,
                                       std::size_t pieces_max, Cut where) {
  std::vector<std::string_view> pieces;
  std::size_t piece_begin = 0;
  std::size_t units = 0;          // of the piece so far
  std::size_t cluster_begin = 0;  // the last place where a cut tears nothing
  std::size_t cluster_units = 0;  // of the piece before it
  char32_t previous = 0;
  for (std::size_t at = 0; at < utf8.size() && pieces.size() <= pieces_max;) {
    const std::size_t before = at;
    const char32_t c = next_code_point(utf8, at);
    const std::size_t size = std::max<std::uint32_t>(units_of(alphabet, c), 1);
    if (where == Cut::where_full || (!joins_previous(c) && previous != zero_width_joiner)) {
      cluster_begin = before;
      cluster_units = units;
    }
    while (units + size > capacity) {
      // A cluster longer than a whole part is torn where it is full.
      const bool torn = cluster_begin == piece_begin;
      const std::size_t cut = torn ? before : cluster_begin;
      pieces.push_back(utf8.substr(piece_begin, cut - piece_begin));
      piece_begin = cut;
      units = torn ? 0 : units - cluster_units;
      cluster_begin = cut;
      cluster_units = 0;
    }
    units += size;
    previous = c;
  }
  pieces.push_back(utf8.substr(piece_begin));
  return pieces;
}

// The alphabet to send in, by its size on the air: gsm7 stands for what the SMSC makes GSM 7-bit of.
TextSize size_on_air(std::string_view utf8, Alphabet default_alphabet) {
  const TextSize size = measure(utf8);
  const auto as_ucs2 = [&] { return TextSize{Alphabet::ucs2, measure_as(Alphabet::ucs2, utf8)}; };
  switch (default_alphabet) {
    case Alphabet::gsm7:
      return size;
    case Alphabet::latin1: {
      for (std::size_t at = 0; at < utf8.size() && size.alphabet == Alphabet::gsm7;) {
        if (units_of(Alphabet::latin1, next_code_point(utf8, at)) == 0) return as_ucs2();
      }
      return size;
    }
    case Alphabet::ucs2:
    case Alphabet::octets:
      return as_ucs2();
  }
  std::abort();
}

void encode_as(Buffer& out, std::string_view utf8, Alphabet on_air, Alphabet default_alphabet) {
  if (on_air == Alphabet::ucs2) return encode_ucs2(out, utf8);
  if (default_alphabet == Alphabet::latin1) return encode_latin1(out, utf8);
  encode_gsm7(out, utf8);
}

void number_part(OutgoingPart& part, LongTextMethod method, std::uint16_t reference, std::uint8_t total,
                 std::uint8_t number) {
  const auto high = static_cast<std::uint8_t>(reference >> 8U);
  const auto low = static_cast<std::uint8_t>(reference);
  switch (method) {
    case LongTextMethod::udh8:
      part.esm_class = udh_indicator;
      part.short_message = {5, concatenation_8bit, 3, low, total, number};
      return;
    case LongTextMethod::udh16:
      part.esm_class = udh_indicator;
      part.short_message = {6, concatenation_16bit, 4, high, low, total, number};
      return;
    case LongTextMethod::sar_tlvs:
      part.tlvs.add_u16(TlvTag::sar_msg_ref_num, reference)
          .add_u8(TlvTag::sar_total_segments, total)
          .add_u8(TlvTag::sar_segment_seqnum, number);
      return;
    case LongTextMethod::message_payload:
      return;
  }
}

// ---- in
// ------------------------------------------------------------------------------------------------------------

// SipHash-2-4 (Aumasson, Bernstein) over 64-bit words; each field is its length and then its octets, filled with
// zeros.
class KeyedHash {
 public:
  explicit KeyedHash(const DuplicateFilter::Secret& secret)
      : v0_(secret[0] ^ 0x736f6d6570736575ULL),
        v1_(secret[1] ^ 0x646f72616e646f6dULL),
        v2_(secret[0] ^ 0x6c7967656e657261ULL),
        v3_(secret[1] ^ 0x7465646279746573ULL) {}

  void add(std::uint64_t word) {
    v3_ ^= word;
    round();
    round();
    v0_ ^= word;
  }
  void add(Bytes octets) {
    add(octets.size());
    for (; octets.size() >= 8; octets = octets.subspan(8)) add(word_of(octets.first(8)));
    if (!octets.empty()) add(word_of(octets));
  }
  void add(std::string_view text) { add(Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())); }

  [[nodiscard]] std::uint64_t finish() {
    v2_ ^= 0xFF;
    for (int i = 0; i < 4; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
  static std::uint64_t word_of(Bytes octets) {
    std::uint64_t word = 0;
    std::memcpy(&word, octets.data(), octets.size());  // its byte order does not matter inside one process
    return word;
  }
  void round() {
    v0_ += v1_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v3_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v2_ = std::rotl(v2_, 32);
  }

  std::uint64_t v0_;
  std::uint64_t v1_;
  std::uint64_t v2_;
  std::uint64_t v3_;
};

DuplicateFilter::Secret random_secret() {
  std::random_device device;
  const auto word = [&] { return (static_cast<std::uint64_t>(device()) << 32U) | device(); };
  const std::uint64_t first = word();
  return {first, word()};
}

void add_to_key(std::string& key, const Address& address) {
  key.push_back(static_cast<char>(address.ton));
  key.push_back(static_cast<char>(address.digits.size()));
  key.append(address.digits);
}

}  // namespace

Result<std::vector<OutgoingPart>> split_text(std::string_view utf8, LongTextMethod method, std::uint16_t reference,
                                             Alphabet default_alphabet, std::size_t parts_max) {
  const TextSize size = size_on_air(utf8, default_alphabet);
  const Capacity capacity = capacity_of(size.alphabet, method);
  const std::uint8_t data_coding = size.alphabet == Alphabet::ucs2 ? 8 : 0;
  parts_max = std::min<std::size_t>(parts_max, 255);

  std::vector<std::string_view> pieces{utf8};
  const bool fits_one = size.units <= capacity.single;
  if (!fits_one) pieces = cut_text(utf8, size.alphabet, capacity.part, parts_max, Cut::between_letters);
  if (pieces.size() > parts_max) {
    pieces = cut_text(utf8, size.alphabet, capacity.part, parts_max, Cut::where_full);
  }
  if (pieces.size() > parts_max) {
    return Error{Errc::limit, "the text needs more than " + std::to_string(parts_max) + " short messages"};
  }

  std::vector<OutgoingPart> parts;
  if (!fits_one && method == LongTextMethod::message_payload) {
    Buffer payload;
    encode_as(payload, utf8, size.alphabet, default_alphabet);
    if (payload.size() > tlv_octets_max) return Error{Errc::limit, "the text is longer than a message_payload"};
    OutgoingPart& part = parts.emplace_back();
    part.data_coding = data_coding;
    part.tlvs.add(TlvTag::message_payload, payload);
    return parts;
  }
  parts.reserve(pieces.size());
  for (const std::string_view piece : pieces) {
    OutgoingPart& part = parts.emplace_back();
    part.data_coding = data_coding;
    if (!fits_one) {
      number_part(part, method, reference, static_cast<std::uint8_t>(pieces.size()),
                  static_cast<std::uint8_t>(parts.size()));
    }
    encode_as(part.short_message, piece, size.alphabet, default_alphabet);
  }
  return parts;
}

std::uint32_t text_octets_max(LongTextMethod method, std::size_t parts_max) {
  SHUBBAK_ASSERT(parts_max > 0);
  const auto octets = [&](Alphabet alphabet) {
    const Capacity capacity = capacity_of(alphabet, method);
    if (parts_max == 1) return TextSize{alphabet, static_cast<std::uint32_t>(capacity.single)}.octets();
    // Every part but the last may end one unit early, before a pair.
    const std::size_t units = parts_max * capacity.part - (parts_max - 1);
    // Rounded down: with half an octet more the units could be one more.
    return static_cast<std::uint32_t>(alphabet == Alphabet::ucs2 ? units * 2 : units * 7 / 8);
  };
  return std::min(octets(Alphabet::gsm7), octets(Alphabet::ucs2));
}

Reassembler::Reassembler(ReassemblyLimits limits) : limits_(limits) {
  SHUBBAK_ASSERT(limits.messages_max > 0);
}

Result<Reassembler::Unwrapped> Reassembler::unwrap(const Sm& sm) {
  Unwrapped message{.text = sm.text_octets(), .place = {}};
  const auto place = [&](Place found) {
    if (found.number != 0 && found.number <= found.total) message.place = found;
  };

  if ((sm.esm_class & udh_indicator) != 0) {
    const Error overrun{Errc::malformed, "the user data header is longer than the message"};
    if (message.text.empty() || message.text[0] >= message.text.size()) return overrun;
    Bytes header = message.text.subspan(1, message.text[0]);
    message.text = message.text.subspan(1 + header.size());
    while (!header.empty()) {
      if (header.size() < 2 || header[1] > header.size() - 2) return overrun;
      const Bytes value = header.subspan(2, header[1]);
      // Of several elements the last counts (9.2.3.24); one of another length than its own is skipped.
      if (header[0] == concatenation_8bit && value.size() == 3) {
        place({.kind = concatenation_8bit, .reference = value[0], .total = value[1], .number = value[2]});
      } else if (header[0] == concatenation_16bit && value.size() == 4) {
        const auto reference = static_cast<std::uint16_t>(value[0] << 8U | value[1]);
        place({.kind = concatenation_16bit, .reference = reference, .total = value[2], .number = value[3]});
      }
      header = header.subspan(2 + value.size());
    }
  }

  if (!message.place && !sm.tlvs.empty()) {
    const auto reference = sm.tlvs.find_uint(TlvTag::sar_msg_ref_num);
    const auto total = sm.tlvs.find_uint(TlvTag::sar_total_segments);
    const auto number = sm.tlvs.find_uint(TlvTag::sar_segment_seqnum);
    if (reference && total && number && *reference <= 0xFFFF && *total <= 0xFF && *number <= 0xFF) {
      place({.kind = by_sar_tlvs,
             .reference = static_cast<std::uint16_t>(*reference),
             .total = static_cast<std::uint8_t>(*total),
             .number = static_cast<std::uint8_t>(*number)});
    }
  }
  if (message.place && message.place->total == 1) message.place.reset();
  return message;
}

std::string Reassembler::key_of(const Sm& sm, const Place& place) {
  std::string key;
  key.push_back(static_cast<char>(place.kind));
  key.push_back(static_cast<char>(place.reference >> 8U));
  key.push_back(static_cast<char>(place.reference & 0xFFU));
  add_to_key(key, sm.source);
  add_to_key(key, sm.destination);
  return key;
}

Reassembler::Message& Reassembler::begin_message(std::string key, const Place& place, Instant now) {
  if (messages_.size() >= limits_.messages_max) {
    drop(messages_.begin());
    ++dropped_;
  }
  const auto message = messages_.emplace(messages_.end());
  message->began = now;
  message->missing = place.total;
  message->parts.resize(place.total);
  message->key = index_.emplace(std::move(key), message).first;
  return *message;
}

void Reassembler::drop(Messages::iterator message) {
  index_.erase(message->key);
  messages_.erase(message);
}

Result<std::optional<std::string>> Reassembler::add(const Sm& sm, Alphabet default_alphabet, Instant now) {
  const Result<Unwrapped> unwrapped = unwrap(sm);
  if (!unwrapped) return unwrapped.error();
  if (!unwrapped->place) return std::optional(decode_text(unwrapped->text, sm.data_coding, default_alphabet));
  const Place& place = *unwrapped->place;
  if (place.total > limits_.parts_max) return Error{Errc::limit, "a message of too many parts"};
  if (unwrapped->text.size() > limits_.part_octets_max) return Error{Errc::limit, "a part of a message is too long"};

  std::string key = key_of(sm, place);
  auto found = index_.find(key);
  bool contradicted = false;
  if (found != index_.end()) {
    const Message& waiting = *found->second;
    const Part* same = waiting.parts.size() == place.total ? &waiting.parts[place.number - 1U] : nullptr;
    const bool repeated = same != nullptr && same->present && same->data_coding == sm.data_coding &&
                          std::ranges::equal(same->octets, unwrapped->text);
    const bool expired = waiting.began + limits_.keep <= now;
    if (repeated && !expired) return std::optional<std::string>();
    if (expired || same == nullptr || same->present) {
      contradicted = !expired;
      drop(found->second);
      ++dropped_;
      found = index_.end();
    }
  }
  Message& message = found != index_.end() ? *found->second : begin_message(std::move(key), place, now);
  message.parts[place.number - 1U] = {
      .present = true, .data_coding = sm.data_coding, .octets = {unwrapped->text.begin(), unwrapped->text.end()}};
  if (--message.missing > 0) {
    if (contradicted) return Error{Errc::conflict, "a part of a message contradicts those that came before"};
    return std::optional<std::string>();
  }

  // Octets are joined before they are decoded, since some senders cut inside a character.
  std::string text;
  Buffer run;
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const Part& part = message.parts[i];
    run.insert(run.end(), part.octets.begin(), part.octets.end());
    if (i + 1 == message.parts.size() || message.parts[i + 1].data_coding != part.data_coding) {
      text += decode_text(run, part.data_coding, default_alphabet);
      run.clear();
    }
  }
  drop(message.key->second);
  return std::optional(std::move(text));
}

std::size_t Reassembler::expire(Instant now) {
  while (!messages_.empty() && messages_.front().began + limits_.keep <= now) {
    drop(messages_.begin());
    ++dropped_;
  }
  return std::exchange(dropped_, 0);
}

DuplicateFilter::DuplicateFilter(std::size_t entries_max, std::chrono::seconds keep)
    : DuplicateFilter(entries_max, keep, random_secret()) {}

DuplicateFilter::DuplicateFilter(std::size_t entries_max, std::chrono::seconds keep, Secret secret)
    : entries_max_(entries_max), keep_(keep), secret_(secret) {
  SHUBBAK_ASSERT(entries_max > 0);
}

std::uint64_t DuplicateFilter::fingerprint(const Sm& sm) const {
  KeyedHash hash(secret_);
  for (const Address& address : {sm.source, sm.destination}) {
    hash.add(address.ton);
    hash.add(address.digits);
  }
  hash.add((static_cast<std::uint64_t>(sm.esm_class) << 8U) | sm.data_coding);
  hash.add(sm.text_octets());
  if (!sm.tlvs.empty()) {
    for (const TlvTag tag : {TlvTag::user_message_reference, TlvTag::sar_msg_ref_num, TlvTag::sar_total_segments,
                             TlvTag::sar_segment_seqnum, TlvTag::receipted_message_id, TlvTag::message_state}) {
      const auto value = sm.tlvs.find(tag);
      if (!value) continue;
      hash.add(static_cast<std::uint64_t>(tag));
      hash.add(*value);
    }
  }
  return hash.finish();
}

void DuplicateFilter::forget_oldest() {
  seen_.erase(order_.front().fingerprint);
  order_.pop_front();
}

bool DuplicateFilter::is_redelivery(std::uint64_t fingerprint, std::uint64_t connection, Instant now) {
  while (!order_.empty() && order_.front().at + keep_ <= now) forget_oldest();
  const auto found = seen_.find(fingerprint);
  if (found == seen_.end()) {
    const auto seen = order_.insert(order_.end(), {fingerprint, connection, now, false});
    seen_.emplace(fingerprint, seen);
    if (order_.size() > entries_max_) forget_oldest();
    return false;
  }
  Seen& seen = *found->second;
  const bool again = !seen.done || seen.connection != connection;
  seen.connection = connection;  // the resp goes out on this one
  if (again) return true;
  seen.done = false;
  seen.at = now;
  order_.splice(order_.end(), order_, found->second);
  return false;
}

void DuplicateFilter::done(std::uint64_t fingerprint, Instant now) {
  const auto found = seen_.find(fingerprint);
  if (found == seen_.end()) return;
  found->second->done = true;
  found->second->at = now;
  order_.splice(order_.end(), order_, found->second);
}

void DuplicateFilter::forget(std::uint64_t fingerprint) {
  const auto found = seen_.find(fingerprint);
  if (found == seen_.end()) return;
  order_.erase(found->second);
  seen_.erase(found);
}

}  // namespace shubbak::smpp
