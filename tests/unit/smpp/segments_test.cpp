#include "smpp/segments.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "domain/text.hpp"
#include "octets.hpp"

using namespace shubbak;
using namespace shubbak::smpp;
using namespace std::chrono_literals;
using shubbak::smpp::test::text_octets;

namespace {

const Instant arrival{};

std::string repeat(std::string_view unit, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += unit;
  return out;
}

// A delivery and the octets it points to.
struct Delivery {
  Buffer octets;
  TlvBuilder tlvs;
  Sm sm;

  explicit Delivery(Buffer short_message, std::string_view source = "963933123456")
      : octets(std::move(short_message)) {
    sm.source = {.ton = 1, .npi = 1, .digits = source};
    sm.destination = {.ton = 0, .npi = 1, .digits = "1234"};
  }
  explicit Delivery(std::string_view text) : Delivery(text_octets(text)) {}
  const Sm& view() {
    sm.short_message = octets;
    sm.tlvs = tlvs.list();
    return sm;
  }
};

Delivery delivery_of(const OutgoingPart& part) {
  Delivery delivery(part.short_message);
  delivery.sm.esm_class = part.esm_class;
  delivery.sm.data_coding = part.data_coding;
  delivery.tlvs = part.tlvs;
  return delivery;
}

// A part with an 8-bit reference and GSM 7-bit text.
Delivery udh8(std::uint8_t reference, std::uint8_t total, std::uint8_t number, std::string_view text,
              std::string_view source = "963933123456") {
  Buffer octets{5, 0, 3, reference, total, number};
  octets.insert(octets.end(), text.begin(), text.end());
  Delivery delivery(octets, source);
  delivery.sm.esm_class = 0x40;
  return delivery;
}

Delivery sar(std::uint16_t reference, std::uint8_t total, std::uint8_t number, std::string_view text) {
  Delivery delivery(text);
  delivery.tlvs.add_u16(TlvTag::sar_msg_ref_num, reference)
      .add_u8(TlvTag::sar_total_segments, total)
      .add_u8(TlvTag::sar_segment_seqnum, number);
  return delivery;
}

std::vector<OutgoingPart> split(std::string_view text, LongTextMethod method, std::uint16_t reference = 0x1234,
                                Alphabet default_alphabet = Alphabet::gsm7) {
  auto parts = split_text(text, method, reference, default_alphabet, 255);
  REQUIRE(parts.ok());
  return std::move(parts).value();
}

std::optional<std::string> add(Reassembler& reassembler, Delivery delivery, Instant now = arrival) {
  auto added = reassembler.add(delivery.view(), Alphabet::gsm7, now);
  REQUIRE(added.ok());
  return *added;
}

std::optional<Errc> error_of(Reassembler& reassembler, Delivery delivery, Instant now = arrival) {
  auto added = reassembler.add(delivery.view(), Alphabet::gsm7, now);
  return added.ok() ? std::nullopt : std::optional(added.error().code);
}

constexpr std::array methods{LongTextMethod::udh8, LongTextMethod::udh16, LongTextMethod::sar_tlvs,
                             LongTextMethod::message_payload};

}  // namespace

TEST_CASE("a text that fits one short message is sent as it is, whatever the method") {
  for (const LongTextMethod method : methods) {
    for (const auto& [text, data_coding] :
         {std::pair{repeat("x", 160), 0}, std::pair{repeat("ا", 70), 8}, std::pair{repeat("€", 80), 0},
          std::pair{std::string(), 0}, std::pair{repeat("😀", 35), 8}}) {
      CAPTURE(text);
      const auto parts = split(text, method);
      REQUIRE(parts.size() == 1);
      CHECK(parts[0].esm_class == 0);
      CHECK(parts[0].data_coding == data_coding);
      CHECK(parts[0].tlvs.list().empty());
      CHECK(decode_text(parts[0].short_message, parts[0].data_coding, Alphabet::gsm7) == text);
    }
  }
}

TEST_CASE("one more unit than fits makes two parts, and parts are filled to their limit") {
  struct Row {
    LongTextMethod method;
    std::size_t header_octets;
    std::size_t septets;
    std::size_t units;
  };
  for (const Row& row : {Row{LongTextMethod::udh8, 6, 153, 67}, Row{LongTextMethod::udh16, 7, 152, 66},
                         Row{LongTextMethod::sar_tlvs, 0, 152, 66}}) {
    const auto latin = split(repeat("x", 161), row.method);
    REQUIRE(latin.size() == 2);
    CHECK(latin[0].short_message.size() == row.header_octets + row.septets);
    CHECK(latin[1].short_message.size() == row.header_octets + 161 - row.septets);
    const auto arabic = split(repeat("ا", 71), row.method);
    REQUIRE(arabic.size() == 2);
    CHECK(arabic[0].short_message.size() == row.header_octets + 2 * row.units);
    CHECK(arabic[1].short_message.size() == row.header_octets + 2 * (71 - row.units));
    CHECK(split(repeat("x", 2 * row.septets), row.method).size() == 2);
    CHECK(split(repeat("x", 2 * row.septets + 1), row.method).size() == 3);
    CHECK(split(repeat("ا", 3 * row.units), row.method).size() == 3);
    // What goes on the air: a header of 7 or 8 septets with the text, or 140 octets.
    CHECK((row.septets * 7 + 7) / 8 + (row.header_octets == 6 ? 6 : 7) <= 140);
    CHECK(row.units * 2 + (row.header_octets == 6 ? 6 : 7) <= 140);
  }
}

TEST_CASE("parts are numbered as 23.040 and SMPP write it") {
  const std::string text = repeat("x", 161);
  const auto eight = split(text, LongTextMethod::udh8, 0x1234);
  CHECK(eight[0].esm_class == 0x40);
  CHECK(Buffer(eight[1].short_message.begin(), eight[1].short_message.begin() + 6) == Buffer{5, 0, 3, 0x34, 2, 2});
  const auto sixteen = split(text, LongTextMethod::udh16, 0x1234);
  CHECK(sixteen[1].esm_class == 0x40);
  CHECK(Buffer(sixteen[0].short_message.begin(), sixteen[0].short_message.begin() + 7) ==
        Buffer{6, 8, 4, 0x12, 0x34, 2, 1});
  const auto tlvs = split(text, LongTextMethod::sar_tlvs, 0x1234);
  CHECK(tlvs[1].esm_class == 0);
  CHECK(tlvs[1].tlvs.list().find_uint(TlvTag::sar_msg_ref_num) == 0x1234U);
  CHECK(tlvs[1].tlvs.list().find_uint(TlvTag::sar_total_segments) == 2U);
  CHECK(tlvs[1].tlvs.list().find_uint(TlvTag::sar_segment_seqnum) == 2U);
  const auto payload = split(text, LongTextMethod::message_payload, 0x1234);
  REQUIRE(payload.size() == 1);
  CHECK(payload[0].short_message.empty());
  REQUIRE(payload[0].tlvs.list().find(TlvTag::message_payload).has_value());
  CHECK(payload[0].tlvs.list().find(TlvTag::message_payload)->size() == 161);
}

TEST_CASE("no part tears an extension pair, a surrogate pair or a letter from its mark") {
  // The pair stands where the first part of 153 septets or 67 units ends.
  const auto euro = split(repeat("x", 152) + "€" + repeat("y", 10), LongTextMethod::udh8);
  CHECK(decode_gsm7(Bytes(euro[0].short_message).subspan(6)) == repeat("x", 152));
  CHECK(decode_gsm7(Bytes(euro[1].short_message).subspan(6)) == "€" + repeat("y", 10));
  const auto emoji = split(repeat("ا", 66) + "😀" + repeat("ب", 10), LongTextMethod::udh8);
  CHECK(decode_ucs2(Bytes(emoji[0].short_message).subspan(6)) == repeat("ا", 66));
  const auto shadda = split(repeat("ا", 66) + "م\u0651\u064E" + repeat("ب", 10), LongTextMethod::udh8);
  CHECK(decode_ucs2(Bytes(shadda[0].short_message).subspan(6)) == repeat("ا", 66));
  CHECK(decode_ucs2(Bytes(shadda[1].short_message).subspan(6)) == "م\u0651\u064E" + repeat("ب", 10));
  const auto family = split(repeat("ا", 64) + "👨\u200D👩" + repeat("ب", 10), LongTextMethod::udh8);
  CHECK(decode_ucs2(Bytes(family[0].short_message).subspan(6)) == repeat("ا", 64));
}

TEST_CASE("as many octets as surely fit do fit, whatever they are, and little more does") {
  for (const LongTextMethod method : methods) {
    for (const std::size_t parts_max : {1U, 2U, 3U, 4U, 7U, 16U}) {
      CAPTURE(method, parts_max);
      const std::uint32_t octets_max = text_octets_max(method, parts_max);
      for (const std::string_view unit : {"x", "€", "x€", "ا", "😀", "ا😀", "م\u0651\u064E", "ام\u0651\u064E"}) {
        for (const std::string_view first : {"", "x", "ا"}) {
          std::string text(first);
          while (measure(text + std::string(unit)).octets() <= octets_max) text += unit;
          CAPTURE(unit, first, text.size());
          CHECK(split_text(text, method, 1, Alphabet::gsm7, parts_max).ok());
        }
      }
      const std::size_t units = octets_max / 2 + parts_max;
      CHECK_FALSE(split_text(repeat("ا", units), method, 1, Alphabet::gsm7, parts_max).ok());
    }
  }
}

TEST_CASE("a letter is torn from its mark only where the text would not go out otherwise") {
  const std::string text = repeat("ا", 66) + "م\u0651" + repeat("ب", 66);
  const auto tidy = split_text(text, LongTextMethod::udh8, 1, Alphabet::gsm7, 3);
  REQUIRE(tidy.ok());
  CHECK(tidy->size() == 3);
  const auto full = split_text(text, LongTextMethod::udh8, 1, Alphabet::gsm7, 2);
  REQUIRE(full.ok());
  CHECK(full->size() == 2);
  CHECK(decode_ucs2(Bytes((*full)[0].short_message).subspan(6)) == repeat("ا", 66) + "م");
}

TEST_CASE("a letter under more marks than a part holds is torn, but nothing is lost") {
  const std::string text = "م" + repeat("\u0651", 200) + "😀" + repeat("\u064E", 66) + "😀";
  for (const LongTextMethod method : {LongTextMethod::udh8, LongTextMethod::udh16}) {
    Reassembler reassembler({});
    std::optional<std::string> whole;
    for (const auto& part : split(text, method)) {
      CHECK(part.short_message.size() <= 140);
      whole = add(reassembler, delivery_of(part));
    }
    CHECK(whole == text);
  }
}

TEST_CASE("marks after a character of two units never overfill a part") {
  // One unit, then a cluster that ends with a pair at the limit.
  for (std::size_t marks = 60; marks < 70; ++marks) {
    const std::string text =
        "ا"
        "ب" +
        repeat("\u0651", marks) + "\U0001F3FB" + repeat("ت", 70);
    CAPTURE(marks);
    Reassembler reassembler({});
    std::optional<std::string> whole;
    for (const auto& part : split(text, LongTextMethod::udh8)) {
      CHECK(part.short_message.size() <= 140);
      whole = add(reassembler, delivery_of(part));
    }
    CHECK(whole == text);
  }
}

TEST_CASE("the SMSC's default alphabet decides how a text is written") {
  const auto latin = split("é@", LongTextMethod::udh8, 1, Alphabet::latin1);
  CHECK(latin[0].data_coding == 0);
  CHECK(latin[0].short_message == Buffer{0xE9, '@'});
  CHECK(split("Δ", LongTextMethod::udh8, 1, Alphabet::latin1)[0].data_coding == 8);  // GSM 7-bit only
  CHECK(split("ç", LongTextMethod::udh8, 1, Alphabet::latin1)[0].data_coding == 8);  // Latin-1 only
  CHECK(split("abc", LongTextMethod::udh8, 1, Alphabet::ucs2)[0].data_coding == 8);
  CHECK(split(repeat("[", 81), LongTextMethod::udh8, 1, Alphabet::latin1).size() == 2);  // 162 septets on the air
}

TEST_CASE("a text over the allowed number of parts is refused") {
  for (const LongTextMethod method : methods) {
    CHECK(split_text(repeat("x", 160), method, 1, Alphabet::gsm7, 1).ok());
    const auto two = split_text(repeat("x", 161), method, 1, Alphabet::gsm7, 1);
    REQUIRE_FALSE(two.ok());
    CHECK(two.error().code == Errc::limit);
    CHECK(split_text(repeat("x", 161), method, 1, Alphabet::gsm7, 2).ok());
    CHECK_FALSE(split_text(repeat("x", 1'000'000), method, 1, Alphabet::gsm7, 1'000'000).ok());
    CHECK_FALSE(split_text("x", method, 1, Alphabet::gsm7, 0).ok());
  }
  CHECK(split_text(repeat("x", 255 * 153), LongTextMethod::udh8, 1, Alphabet::gsm7, 1000).ok());
  CHECK_FALSE(split_text(repeat("x", 255 * 153 + 1), LongTextMethod::udh8, 1, Alphabet::gsm7, 1000).ok());
}

TEST_CASE("a long text comes back whole from every method, in any order of its parts") {
  for (const LongTextMethod method : methods) {
    for (const std::string& text : {repeat("Bill 12.5 € [due] ", 30), repeat("الذمة 12500 ل.س 😀 ", 30)}) {
      auto parts = split(text, method);
      for (std::size_t turn = 0; turn < parts.size(); ++turn) {
        std::rotate(parts.begin(), parts.begin() + 1, parts.end());
        Reassembler reassembler({});
        for (std::size_t i = 0; i + 1 < parts.size(); ++i)
          CHECK(add(reassembler, delivery_of(parts[i])) == std::nullopt);
        CHECK(add(reassembler, delivery_of(parts.back())) == text);
        CHECK(reassembler.waiting() == 0);
      }
    }
  }
}

TEST_CASE("a single message is whole at once, with or without a header") {
  Reassembler reassembler({});
  CHECK(add(reassembler, Delivery("bill")) == "bill");
  CHECK(add(reassembler, Delivery("")) == "");
  CHECK(add(reassembler, udh8(7, 1, 1, "one of one")) == "one of one");
  Delivery ports(Buffer{6, 5, 4, 0x0B, 0x84, 0, 0, 'h', 'i'});
  ports.sm.esm_class = 0x41;
  CHECK(add(reassembler, ports) == "hi");
  Delivery empty_header(Buffer{0, 'h', 'i'});
  empty_header.sm.esm_class = 0x40;
  CHECK(add(reassembler, empty_header) == "hi");
  Delivery arabic(Buffer{0x06, 0x28});
  arabic.sm.data_coding = 8;
  CHECK(add(reassembler, arabic) == "ب");
  CHECK(reassembler.waiting() == 0);
}

TEST_CASE("the text may come in message_payload, also with a header") {
  Reassembler reassembler({});
  Delivery payload("");
  payload.tlvs.add(TlvTag::message_payload, text_octets("long text"));
  CHECK(add(reassembler, payload) == "long text");
  for (const std::uint8_t number : std::array<std::uint8_t, 2>{2, 1}) {
    Delivery part("");
    part.sm.esm_class = 0x40;
    Buffer octets{6, 8, 4, 1, 2, 2, number};
    octets.push_back(static_cast<std::uint8_t>('a' + number));
    part.tlvs.add(TlvTag::message_payload, octets);
    CHECK(add(reassembler, part) == (number == 1 ? std::optional<std::string>("bc") : std::nullopt));
  }
}

TEST_CASE("other elements of a header are skipped and the last concatenation counts") {
  Reassembler reassembler({});
  for (const std::uint8_t number : std::array<std::uint8_t, 2>{1, 2}) {
    Delivery part(Buffer{17, 0x24, 1, 1, 0x00, 3, 9, 9, 9, 0x00, 3, 7, 2, number, 0x70, 0, 0x0A, 0, 'a'});
    part.sm.esm_class = 0x40;
    const auto text = add(reassembler, part);
    CHECK(text.has_value() == (number == 2));
    if (text) CHECK(*text == "aa");
  }
}

TEST_CASE("a header that overruns its message is malformed") {
  Reassembler reassembler({});
  for (const Buffer& octets : {Buffer{}, Buffer{1}, Buffer{5, 0, 3, 1, 2}, Buffer{255, 0, 3}, Buffer{1, 0},
                               Buffer{2, 0, 1}, Buffer{5, 0, 4, 1, 2, 1, 'a'}, Buffer{6, 0, 3, 1, 2, 1, 8, 'a'}}) {
    Delivery part(octets);
    part.sm.esm_class = 0x40;
    CAPTURE(octets);
    CHECK(error_of(reassembler, part) == Errc::malformed);
  }
  CHECK(reassembler.waiting() == 0);
}

TEST_CASE("a numbering that cannot be makes a single message") {
  Reassembler reassembler({});
  CHECK(add(reassembler, udh8(1, 0, 0, "a")) == "a");
  CHECK(add(reassembler, udh8(1, 2, 0, "a")) == "a");
  CHECK(add(reassembler, udh8(1, 2, 3, "a")) == "a");
  CHECK(add(reassembler, sar(1, 2, 3, "a")) == "a");
  Delivery lacking("a");
  lacking.tlvs.add_u16(TlvTag::sar_msg_ref_num, 1).add_u8(TlvTag::sar_total_segments, 2);
  CHECK(add(reassembler, lacking) == "a");
  Delivery odd_length(Buffer{4, 0, 2, 1, 2, 'a'});  // an 8-bit element of two octets
  odd_length.sm.esm_class = 0x40;
  CHECK(add(reassembler, odd_length) == "a");
}

TEST_CASE("a repeated part is ignored") {
  Reassembler reassembler({});
  CHECK(add(reassembler, udh8(1, 2, 1, "a")) == std::nullopt);
  CHECK(add(reassembler, udh8(1, 2, 1, "a")) == std::nullopt);
  CHECK(reassembler.waiting() == 1);
  CHECK(add(reassembler, udh8(1, 2, 2, "b")) == "ab");
}

TEST_CASE("senders, receivers, references and kinds of reference are kept apart") {
  Reassembler reassembler({});
  CHECK(add(reassembler, udh8(1, 2, 1, "a", "963933000001")) == std::nullopt);
  CHECK(add(reassembler, udh8(1, 2, 2, "b", "963933000002")) == std::nullopt);
  CHECK(add(reassembler, udh8(2, 2, 2, "c", "963933000001")) == std::nullopt);
  Delivery elsewhere = udh8(1, 2, 2, "d", "963933000001");
  elsewhere.sm.destination.digits = "4321";
  CHECK(add(reassembler, elsewhere) == std::nullopt);
  Delivery other_kind(Buffer{6, 8, 4, 0, 1, 2, 2, 'e'}, "963933000001");
  other_kind.sm.esm_class = 0x40;
  CHECK(add(reassembler, other_kind) == std::nullopt);
  CHECK(add(reassembler, sar(1, 2, 2, "f")) == std::nullopt);
  CHECK(reassembler.waiting() == 6);
  CHECK(add(reassembler, udh8(1, 2, 2, "z", "963933000001")) == "az");
  CHECK(add(reassembler, udh8(1, 2, 1, "y", "963933000002")) == "yb");
  CHECK(reassembler.waiting() == 4);
}

TEST_CASE("a part that contradicts those that wait begins the message anew") {
  Reassembler reassembler({});
  SECTION("with another total") {
    CHECK(add(reassembler, udh8(1, 3, 1, "old ")) == std::nullopt);
    CHECK(error_of(reassembler, udh8(1, 2, 1, "new ")) == Errc::conflict);
  }
  SECTION("with another total, for a part that was missing") {
    CHECK(add(reassembler, udh8(1, 3, 2, "old ")) == std::nullopt);
    CHECK(error_of(reassembler, udh8(1, 2, 1, "new ")) == Errc::conflict);
  }
  SECTION("with another data_coding for the same number") {
    Delivery latin1 = udh8(1, 2, 1, "new ");
    latin1.sm.data_coding = 3;
    CHECK(add(reassembler, latin1) == std::nullopt);
    CHECK(error_of(reassembler, udh8(1, 2, 1, "new ")) == Errc::conflict);
  }
  SECTION("with other octets for the same number") {
    CHECK(add(reassembler, udh8(1, 2, 1, "old ")) == std::nullopt);
    CHECK(error_of(reassembler, udh8(1, 2, 1, "new ")) == Errc::conflict);
  }
  CHECK(reassembler.waiting() == 1);
  CHECK(reassembler.expire(arrival) == 1);
  CHECK(add(reassembler, udh8(1, 2, 2, "text")) == "new text");
}

TEST_CASE("a message that stays incomplete expires") {
  Reassembler reassembler({.keep = 60s});
  CHECK(add(reassembler, udh8(1, 2, 1, "a")) == std::nullopt);
  CHECK(add(reassembler, udh8(2, 2, 1, "b"), arrival + 30s) == std::nullopt);
  CHECK(reassembler.expire(arrival + 59s) == 0);
  CHECK(reassembler.expire(arrival + 60s) == 1);
  CHECK(reassembler.waiting() == 1);
  CHECK(reassembler.expire(arrival + 90s) == 1);
  CHECK(reassembler.waiting() == 0);
}

TEST_CASE("a part does not join a message that should have expired") {
  Reassembler reassembler({.keep = 60s});
  CHECK(add(reassembler, udh8(1, 2, 1, "a")) == std::nullopt);
  CHECK(add(reassembler, udh8(1, 2, 2, "B"), arrival + 60s) == std::nullopt);
  CHECK(add(reassembler, udh8(1, 2, 1, "A"), arrival + 61s) == "AB");
  CHECK(reassembler.expire(arrival + 61s) == 1);
}

TEST_CASE("the reassembly table is bounded and the oldest gives way") {
  Reassembler reassembler({.messages_max = 3});
  for (std::uint8_t reference = 1; reference <= 4; ++reference) {
    CHECK(add(reassembler, udh8(reference, 2, 1, "a")) == std::nullopt);
  }
  CHECK(reassembler.waiting() == 3);
  CHECK(reassembler.expire(arrival) == 1);
  CHECK(add(reassembler, udh8(2, 2, 2, "b")) == "ab");
  CHECK(add(reassembler, udh8(1, 2, 2, "b")) == std::nullopt);
  CHECK(reassembler.waiting() == 3);
}

TEST_CASE("parts over their limits are refused and leave nothing behind") {
  Reassembler reassembler({.parts_max = 4, .part_octets_max = 140});
  CHECK(error_of(reassembler, udh8(1, 5, 1, "a")) == Errc::limit);
  CHECK(error_of(reassembler, udh8(1, 2, 1, repeat("a", 141))) == Errc::limit);
  CHECK(reassembler.waiting() == 0);
  CHECK(add(reassembler, udh8(1, 4, 1, repeat("a", 140))) == std::nullopt);
}

TEST_CASE("parts that were cut inside a character are joined before they are decoded") {
  Reassembler reassembler({});
  Delivery first(Buffer{5, 0, 3, 1, 2, 1, 0xD8, 0x3D});
  Delivery second(Buffer{5, 0, 3, 1, 2, 2, 0xDE, 0x00});
  for (Delivery* part : {&first, &second}) {
    part->sm.esm_class = 0x40;
    part->sm.data_coding = 8;
  }
  CHECK(add(reassembler, first) == std::nullopt);
  CHECK(add(reassembler, second) == "😀");
  CHECK(add(reassembler, udh8(1, 2, 1, "1\x1B")) == std::nullopt);
  CHECK(add(reassembler, udh8(1, 2, 2, "e")) == "1€");
}

TEST_CASE("each part is decoded in its own alphabet") {
  Reassembler reassembler({});
  CHECK(add(reassembler, udh8(1, 3, 1, "E 21 ")) == std::nullopt);
  Delivery arabic(Buffer{5, 0, 3, 1, 3, 2, 0x06, 0x28});
  arabic.sm.esm_class = 0x40;
  arabic.sm.data_coding = 8;
  CHECK(add(reassembler, arabic) == std::nullopt);
  CHECK(add(reassembler, udh8(1, 3, 3, " 7")) == "E 21 ب 7");
}

namespace {

bool redelivered(DuplicateFilter& filter, Delivery& message, std::uint64_t connection, Instant at) {
  return filter.is_redelivery(filter.fingerprint(message.view()), connection, at);
}
void finish(DuplicateFilter& filter, Delivery& message, Instant at) {
  filter.done(filter.fingerprint(message.view()), at);
}

}  // namespace

TEST_CASE("a message that comes again while the first is being served is a redelivery") {
  DuplicateFilter filter(100, 60s);
  Delivery message("bill");
  CHECK_FALSE(redelivered(filter, message, 1, arrival));
  CHECK(redelivered(filter, message, 1, arrival + 1s));
  CHECK(redelivered(filter, message, 2, arrival + 2s));
}

TEST_CASE("a message that comes again on a later connection is a redelivery, once and for a while") {
  DuplicateFilter filter(100, 60s);
  Delivery message("bill");
  CHECK_FALSE(redelivered(filter, message, 1, arrival));
  finish(filter, message, arrival + 1s);
  CHECK(redelivered(filter, message, 2, arrival + 59s));
  CHECK_FALSE(redelivered(filter, message, 2, arrival + 60s));  // the person asks again
  finish(filter, message, arrival + 60s);
  CHECK_FALSE(redelivered(filter, message, 3, arrival + 120s));  // too long after it
}

TEST_CASE("a person who texts the same again is no redelivery") {
  DuplicateFilter filter(100, 60s);
  Delivery message("1");
  for (int i = 0; i < 5; ++i) {
    CHECK_FALSE(redelivered(filter, message, 1, arrival + std::chrono::seconds(i)));
    finish(filter, message, arrival + std::chrono::seconds(i));
  }
}

TEST_CASE("a message that could not be served is welcome again") {
  DuplicateFilter filter(100, 60s);
  Delivery message("bill");
  CHECK_FALSE(redelivered(filter, message, 1, arrival));
  filter.forget(filter.fingerprint(message.view()));
  CHECK_FALSE(redelivered(filter, message, 1, arrival + 1s));
}

TEST_CASE("messages that differ in anything a person or the SMSC sets are different") {
  const DuplicateFilter filter(100, 60s);
  Delivery original("bill");
  const std::uint64_t of_original = filter.fingerprint(original.view());
  const auto is_new = [&](auto change) {
    Delivery other("bill");
    change(other);
    return filter.fingerprint(other.view()) != of_original;
  };
  CHECK(is_new([](Delivery& d) { d.sm.source.digits = "963933123457"; }));
  CHECK(is_new([](Delivery& d) { d.sm.source.ton = 2; }));
  CHECK(is_new([](Delivery& d) { d.sm.destination.digits = "1235"; }));
  CHECK(is_new([](Delivery& d) { d.octets = text_octets("bil1"); }));
  CHECK(is_new([](Delivery& d) { d.octets = text_octets("bill "); }));
  CHECK(is_new([](Delivery& d) { d.octets = Buffer{'b', 'i', 'l', 'l', 0}; }));
  CHECK(is_new([](Delivery& d) { d.sm.data_coding = 3; }));
  CHECK(is_new([](Delivery& d) { d.sm.esm_class = 4; }));
  CHECK(is_new([](Delivery& d) { d.tlvs.add_u16(TlvTag::user_message_reference, 1); }));
  CHECK(is_new([](Delivery& d) { d.tlvs.add_u16(TlvTag::sar_msg_ref_num, 1); }));
  CHECK(is_new([](Delivery& d) { d.tlvs.add_u8(TlvTag::sar_segment_seqnum, 1); }));
  CHECK(is_new([](Delivery& d) { d.tlvs.add(TlvTag::receipted_message_id, text_octets("7")); }));
  CHECK_FALSE(is_new([](Delivery& d) { d.tlvs.add_u8(TlvTag::more_messages_to_send, 1); }));  // says nothing about it
  CHECK_FALSE(is_new([](Delivery&) {}));
}

TEST_CASE("the same text is recognised in message_payload") {
  DuplicateFilter filter(100, 60s);
  Delivery payload("");
  payload.tlvs.add(TlvTag::message_payload, text_octets("long text"));
  CHECK_FALSE(redelivered(filter, payload, 1, arrival));
  CHECK(redelivered(filter, payload, 1, arrival));
}

TEST_CASE("the duplicate filter is bounded and forgets the oldest") {
  DuplicateFilter filter(3, 60s);
  std::vector<Delivery> messages;
  for (const char* text : {"a", "b", "c", "d", "e"}) messages.emplace_back(std::string_view(text));
  for (Delivery& message : messages) CHECK_FALSE(redelivered(filter, message, 1, arrival));
  CHECK(filter.remembered() == 3);
  CHECK(redelivered(filter, messages[4], 1, arrival));
  CHECK(redelivered(filter, messages[2], 1, arrival));
  CHECK_FALSE(redelivered(filter, messages[1], 1, arrival));
  CHECK(filter.remembered() == 3);
  CHECK_FALSE(redelivered(filter, messages[2], 1, arrival));  // gave way to that one
}

TEST_CASE("a message takes one place in the duplicate filter however often it comes") {
  DuplicateFilter filter(2, 60s);
  Delivery often("1");
  Delivery other("bill");
  CHECK_FALSE(redelivered(filter, other, 1, arrival));
  for (int i = 0; i < 10; ++i) {
    CHECK_FALSE(redelivered(filter, often, 1, arrival));
    finish(filter, often, arrival);
  }
  CHECK(filter.remembered() == 2);
  CHECK(redelivered(filter, other, 1, arrival));
  filter.forget(filter.fingerprint(often.view()));
  filter.forget(filter.fingerprint(often.view()));
  CHECK(filter.remembered() == 1);
  finish(filter, often, arrival);  // forgotten meanwhile: nothing to note
  CHECK(filter.remembered() == 1);
}

TEST_CASE("a message is remembered for as long as its resp may have been lost") {
  DuplicateFilter filter(100, 60s);
  Delivery slow("bill");
  Delivery later("debt");
  CHECK_FALSE(redelivered(filter, slow, 1, arrival));
  CHECK_FALSE(redelivered(filter, later, 1, arrival + 10s));
  finish(filter, slow, arrival + 50s);
  CHECK_FALSE(redelivered(filter, later, 2, arrival + 70s));  // never acknowledged, and too old
  CHECK(redelivered(filter, slow, 2, arrival + 109s));        // counted from the resp
}

TEST_CASE("filters with different secrets recognise the same redeliveries") {
  DuplicateFilter one(10, 60s, {1, 2});
  DuplicateFilter two(10, 60s, {3, 4});
  for (DuplicateFilter* filter : {&one, &two}) {
    Delivery message("0123456789abcdef rest");
    CHECK_FALSE(redelivered(*filter, message, 1, arrival));
    CHECK(redelivered(*filter, message, 1, arrival));
  }
  Delivery message("0123456789abcdef rest");
  CHECK(one.fingerprint(message.view()) != two.fingerprint(message.view()));
}
