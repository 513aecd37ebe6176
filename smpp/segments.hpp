// Long texts: split into parts that fit one short message each, and put together again (3GPP TS 23.040 9.2.3.24.1
// concatenation by UDH, SMPP SAR TLVs, message_payload). Pure; the reassembly table is bounded in entries and time.
// Use a Reassembler or a DuplicateFilter from one thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/clock.hpp"
#include "smpp/pdu.hpp"
#include "smpp/text.hpp"

namespace shubbak::smpp {

enum class LongTextMethod : std::uint8_t { udh8, udh16, sar_tlvs, message_payload };

struct OutgoingPart {
  std::uint8_t esm_class = 0;    // 0x40 with a UDH
  std::uint8_t data_coding = 0;  // 0, the SMSC's default alphabet, or 8, UCS-2
  Buffer short_message;          // empty with message_payload
  TlvBuilder tlvs;
};
// Splits a UTF-8 text; never inside an extension pair or a surrogate pair, and not between a letter and its combining
// mark unless it would need more than parts_max short messages otherwise. One part, without reference, if it fits
// (160 septets / 70 units). Units of each part otherwise: udh8 153 / 67; udh16 and sar_tlvs 152 / 66, for the SMSC
// may write the 16-bit reference of a SAR TLV into a UDH. udh8 sends the low octet of `reference`. message_payload is
// one part, which the SMSC cuts. The alphabet: where default_alphabet is gsm7 or latin1 and holds every character,
// that as data_coding 0, measured in septets as it goes on the air (a Latin-1 character that GSM 7-bit lacks
// therefore needs UCS-2); else UCS-2. Error: limit, over parts_max (never more than 255) messages on the air, or over
// the 65,535 octets of a TLV.
Result<std::vector<OutgoingPart>> split_text(std::string_view utf8, LongTextMethod method, std::uint16_t reference,
                                             Alphabet default_alphabet, std::size_t parts_max);

// A text of so many octets on the air (TextSize::octets) surely fits parts_max short messages, wherever it must be
// cut. With the default alphabet latin1 there is one exception: a long Latin text with a letter of GSM 7-bit that
// Latin-1 lacks ('€', Greek) goes out as UCS-2 and may need more.
std::uint32_t text_octets_max(LongTextMethod method, std::size_t parts_max);

struct ReassemblyLimits {
  std::size_t messages_max = 10'000;  // beyond it the oldest is dropped
  std::size_t parts_max = 16;         // of one message
  std::size_t part_octets_max = 255;  // of one part; so 40 MiB in all at most
  std::chrono::seconds keep{600};     // from the first part that came
};

class Reassembler {
 public:
  explicit Reassembler(ReassemblyLimits limits);
  // A message that is whole (single, or its last missing part has come): its decoded text. Nothing: parts are
  // missing. Parts belong together that have the same sender, receiver, reference and kind of reference. Repeated
  // parts are ignored. A concatenation element or SAR TLVs that 23.040 and SMPP call void (number 0 or beyond the
  // total, one of the three TLVs missing) leave a single message; other UDH elements are skipped. Errors: malformed,
  // a UDH that overruns the message: the octets are lost. conflict, the part contradicts those that wait (another
  // total, other octets for the same number): these are dropped and the message begins anew with this part, because
  // phones and gateways use references again. limit, more parts or octets than allowed.
  Result<std::optional<std::string>> add(const Sm& sm, Alphabet default_alphabet, Instant now);
  // Drops what stayed incomplete; returns how many messages were dropped since the last call, those included that had
  // to give way to others.
  std::size_t expire(Instant now);
  [[nodiscard]] std::size_t waiting() const { return messages_.size(); }

 private:
  struct Part {
    bool present = false;
    std::uint8_t data_coding = 0;
    Buffer octets;
  };
  struct Message;
  using Messages = std::list<Message>;  // by age, the oldest first
  using Index = std::map<std::string, Messages::iterator, std::less<>>;
  struct Message {
    Instant began;
    std::size_t missing = 0;
    std::vector<Part> parts;
    Index::iterator key;
  };

  struct Place {  // of a part in its message
    std::uint8_t kind = 0;
    std::uint16_t reference = 0;
    std::uint8_t total = 1;
    std::uint8_t number = 1;
  };
  struct Unwrapped {
    Bytes text;
    std::optional<Place> place;  // nothing: a single message
  };
  static Result<Unwrapped> unwrap(const Sm& sm);
  static std::string key_of(const Sm& sm, const Place& place);
  Message& begin_message(std::string key, const Place& place, Instant now);
  void drop(Messages::iterator message);

  ReassemblyLimits limits_;
  Messages messages_;
  Index index_;
  std::size_t dropped_ = 0;
};

// Recognises a deliver_sm that the SMSC sends again because it did not get our resp: the same addresses, octets and
// references (user_message_reference, SAR TLVs, UDH, receipted_message_id), either while the first is still being
// served, or on a later connection within `keep` of its end. The same text once more on the connection where the
// first was acknowledged is a person who asks again, and new. Bounded; the oldest are forgotten first. O(1).
//
// What the wire cannot tell apart: a person who repeats a text on the new connection within `keep` after a reconnect,
// where the SMSC gives no reference, is taken for a redelivery, once. USSD is not for this filter: pressing a key
// twice is ordinary.
//
// Kept as 64-bit keyed hashes (SipHash-2-4), no text and no number: two different messages are confused with a chance
// of entries_max / 2^64, and the secret keeps a sender from preparing such a pair.
class DuplicateFilter {
 public:
  using Secret = std::array<std::uint64_t, 2>;
  DuplicateFilter(std::size_t entries_max, std::chrono::seconds keep);  // with a random secret
  DuplicateFilter(std::size_t entries_max, std::chrono::seconds keep, Secret secret);

  [[nodiscard]] std::uint64_t fingerprint(const Sm& sm) const;
  // Remembers a message that is new, as being served.
  bool is_redelivery(std::uint64_t fingerprint, std::uint64_t connection, Instant now);
  void done(std::uint64_t fingerprint, Instant now);  // it was acknowledged
  void forget(std::uint64_t fingerprint);             // it could not be served: its redelivery is welcome
  [[nodiscard]] std::size_t remembered() const { return order_.size(); }

 private:
  struct AsItIs {  // the fingerprint is a hash already
    std::size_t operator()(std::uint64_t fingerprint) const { return static_cast<std::size_t>(fingerprint); }
  };
  struct Seen {
    std::uint64_t fingerprint;
    std::uint64_t connection;
    Instant at;  // when it came, or was acknowledged
    bool done;
  };
  using Order = std::list<Seen>;  // by `at`, the oldest first
  void forget_oldest();

  std::size_t entries_max_;
  std::chrono::seconds keep_;
  Secret secret_;
  Order order_;
  std::unordered_map<std::uint64_t, Order::iterator, AsItIs> seen_;
};

}  // namespace shubbak::smpp
