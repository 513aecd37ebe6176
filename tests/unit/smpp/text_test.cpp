#include "smpp/text.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "domain/text.hpp"
#include "octets.hpp"

using namespace shubbak::smpp;
using namespace std::string_literals;
using namespace std::string_view_literals;
using shubbak::smpp::test::text_octets;

namespace {

Buffer from_hex(std::string_view hex) {
  Buffer out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

std::string to_hex(Bytes octets) {
  std::string out;
  for (const std::uint8_t octet : octets) {
    out += "0123456789ABCDEF"[octet >> 4U];
    out += "0123456789ABCDEF"[octet & 0x0FU];
  }
  return out;
}

Buffer gsm7(std::string_view utf8) {
  Buffer out;
  encode_gsm7(out, utf8);
  return out;
}

Buffer ucs2(std::string_view utf8) {
  Buffer out;
  encode_ucs2(out, utf8);
  return out;
}

Buffer latin1(std::string_view utf8) {
  Buffer out;
  encode_latin1(out, utf8);
  return out;
}

std::string repeat(std::string_view unit, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += unit;
  return out;
}

struct Gsm7Row {
  std::uint8_t septet;
  std::string_view utf8;
};
// 23.038 table 6.2.1, typed from the standard column by column; 0x1B is the escape and has no row.
constexpr std::array<Gsm7Row, 127> default_rows{{
    {0x00, "@"}, {0x01, "£"},  {0x02, "$"},  {0x03, "¥"}, {0x04, "è"}, {0x05, "é"},  {0x06, "ù"}, {0x07, "ì"},
    {0x08, "ò"}, {0x09, "Ç"},  {0x0A, "\n"}, {0x0B, "Ø"}, {0x0C, "ø"}, {0x0D, "\r"}, {0x0E, "Å"}, {0x0F, "å"},
    {0x10, "Δ"}, {0x11, "_"},  {0x12, "Φ"},  {0x13, "Γ"}, {0x14, "Λ"}, {0x15, "Ω"},  {0x16, "Π"}, {0x17, "Ψ"},
    {0x18, "Σ"}, {0x19, "Θ"},  {0x1A, "Ξ"},  {0x1C, "Æ"}, {0x1D, "æ"}, {0x1E, "ß"},  {0x1F, "É"}, {0x20, " "},
    {0x21, "!"}, {0x22, "\""}, {0x23, "#"},  {0x24, "¤"}, {0x25, "%"}, {0x26, "&"},  {0x27, "'"}, {0x28, "("},
    {0x29, ")"}, {0x2A, "*"},  {0x2B, "+"},  {0x2C, ","}, {0x2D, "-"}, {0x2E, "."},  {0x2F, "/"}, {0x30, "0"},
    {0x31, "1"}, {0x32, "2"},  {0x33, "3"},  {0x34, "4"}, {0x35, "5"}, {0x36, "6"},  {0x37, "7"}, {0x38, "8"},
    {0x39, "9"}, {0x3A, ":"},  {0x3B, ";"},  {0x3C, "<"}, {0x3D, "="}, {0x3E, ">"},  {0x3F, "?"}, {0x40, "¡"},
    {0x41, "A"}, {0x42, "B"},  {0x43, "C"},  {0x44, "D"}, {0x45, "E"}, {0x46, "F"},  {0x47, "G"}, {0x48, "H"},
    {0x49, "I"}, {0x4A, "J"},  {0x4B, "K"},  {0x4C, "L"}, {0x4D, "M"}, {0x4E, "N"},  {0x4F, "O"}, {0x50, "P"},
    {0x51, "Q"}, {0x52, "R"},  {0x53, "S"},  {0x54, "T"}, {0x55, "U"}, {0x56, "V"},  {0x57, "W"}, {0x58, "X"},
    {0x59, "Y"}, {0x5A, "Z"},  {0x5B, "Ä"},  {0x5C, "Ö"}, {0x5D, "Ñ"}, {0x5E, "Ü"},  {0x5F, "§"}, {0x60, "¿"},
    {0x61, "a"}, {0x62, "b"},  {0x63, "c"},  {0x64, "d"}, {0x65, "e"}, {0x66, "f"},  {0x67, "g"}, {0x68, "h"},
    {0x69, "i"}, {0x6A, "j"},  {0x6B, "k"},  {0x6C, "l"}, {0x6D, "m"}, {0x6E, "n"},  {0x6F, "o"}, {0x70, "p"},
    {0x71, "q"}, {0x72, "r"},  {0x73, "s"},  {0x74, "t"}, {0x75, "u"}, {0x76, "v"},  {0x77, "w"}, {0x78, "x"},
    {0x79, "y"}, {0x7A, "z"},  {0x7B, "ä"},  {0x7C, "ö"}, {0x7D, "ñ"}, {0x7E, "ü"},  {0x7F, "à"},
}};
constexpr std::array<Gsm7Row, 10> extension_rows{{{0x0A, "\f"},
                                                  {0x14, "^"},
                                                  {0x28, "{"},
                                                  {0x29, "}"},
                                                  {0x2F, "\\"},
                                                  {0x3C, "["},
                                                  {0x3D, "~"},
                                                  {0x3E, "]"},
                                                  {0x40, "|"},
                                                  {0x65, "€"}}};

}  // namespace

TEST_CASE("every character of the GSM 7-bit default alphabet has its septet, both ways") {
  for (const auto& [septet, utf8] : default_rows) {
    CAPTURE(septet, utf8);
    CHECK(gsm7(utf8) == Buffer{septet});
    CHECK(decode_gsm7(Buffer{septet}) == utf8);
    CHECK(measure(utf8).alphabet == Alphabet::gsm7);
    CHECK(measure(utf8).units == 1);
  }
}

TEST_CASE("every character of the extension table is an escape and a septet, and counts as two") {
  for (const auto& [septet, utf8] : extension_rows) {
    CAPTURE(septet, utf8);
    CHECK(gsm7(utf8) == Buffer{0x1B, septet});
    CHECK(decode_gsm7(Buffer{0x1B, septet}) == utf8);
    CHECK(measure(utf8).alphabet == Alphabet::gsm7);
    CHECK(measure(utf8).units == 2);
  }
}

TEST_CASE("no other code point of the basic plane has a place in GSM 7-bit") {
  std::size_t inside = 0;
  for (char32_t c = 0; c < 0x10000; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string utf8;
    shubbak::append_code_point(utf8, c);
    const bool gsm = measure(utf8).alphabet == Alphabet::gsm7;
    if (gsm) ++inside;
    if (!gsm) REQUIRE(gsm7(utf8) == Buffer{'?'});
    REQUIRE((units_of(Alphabet::gsm7, c) != 0) == gsm);
  }
  CHECK(inside == default_rows.size() + extension_rows.size());
}

TEST_CASE("a dangling escape is a space, an unknown extension shows its septet of the default alphabet") {
  CHECK(decode_gsm7(Buffer{'a', 0x1B}) == "a ");
  CHECK(decode_gsm7(Buffer{0x1B, 'a'}) == "a");
  CHECK(decode_gsm7(Buffer{0x1B, 0x1B, 0x65}) == " e");
  CHECK(decode_gsm7(Buffer{0x1B}) == " ");
  CHECK(decode_gsm7(Buffer{0xC1, 0x9B, 0xE5}) == "A€");  // the high bit is ignored
  CHECK(decode_gsm7({}).empty());
}

TEST_CASE("an escape character in a text cannot smuggle an extension in") {
  CHECK(gsm7("\x1B"
             "e") == text_octets("?e"));
}

TEST_CASE("texts are measured in septets or UCS-2 units") {
  struct Row {
    std::string text;
    Alphabet alphabet;
    std::uint32_t units;
    std::uint32_t octets;
  };
  const std::vector<Row> rows{
      {"", Alphabet::gsm7, 0, 0},
      {"a", Alphabet::gsm7, 1, 1},
      {"hellohello", Alphabet::gsm7, 10, 9},
      {repeat("x", 160), Alphabet::gsm7, 160, 140},
      {repeat("x", 182), Alphabet::gsm7, 182, 160},  // the USSD screen
      {"1 €", Alphabet::gsm7, 4, 4},
      {"فاتورة", Alphabet::ucs2, 6, 12},
      {"bill فاتورة", Alphabet::ucs2, 11, 22},
      {"ç", Alphabet::ucs2, 1, 2},  // only its capital is in the alphabet
      {"😀", Alphabet::ucs2, 2, 4},
      {"a😀", Alphabet::ucs2, 3, 6},
      {"`", Alphabet::ucs2, 1, 2},
      {repeat("ا", 70), Alphabet::ucs2, 70, 140},
      {"\xFF"s, Alphabet::ucs2, 1, 2},
      {"a\xD8"s, Alphabet::ucs2, 2, 4},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const TextSize size = measure(row.text);
    CHECK(size.alphabet == row.alphabet);
    CHECK(size.units == row.units);
    CHECK(size.octets() == row.octets);
    CHECK(measure_as(row.alphabet, row.text) == row.units);
  }
  CHECK(measure_as(Alphabet::gsm7, "فاتورة €") == 9);
  CHECK(measure_as(Alphabet::ucs2, "[a]") == 3);
  CHECK(measure_as(Alphabet::latin1, "é😀") == 2);
  CHECK(measure_as(Alphabet::octets, "é😀") == 6);
  CHECK(TextSize{Alphabet::latin1, 5}.octets() == 5);
}

TEST_CASE("a text fills exactly as many units as it is measured") {
  for (const std::string text : {"", "a", "فاتورة 12", "a{b}c€", "😀ا", "\xC3", "é\xF0\x9F", "ا\xE2\x82"}) {
    CAPTURE(text);
    CHECK(gsm7(text).size() == measure_as(Alphabet::gsm7, text));
    CHECK(ucs2(text).size() == 2 * measure_as(Alphabet::ucs2, text));
    CHECK(latin1(text).size() == measure_as(Alphabet::latin1, text));
  }
}

TEST_CASE("measuring agrees with encoding wherever a text begins and ends") {
  const std::string text = "ا b\xC0\xAFفاتورة😀ab\xD9 12345678ÿ\xC1\x81€ب\xDF\xBFق\xE2\x82 \xF0\x9F\x98مم";
  for (std::size_t begin = 0; begin <= text.size(); ++begin) {
    for (std::size_t end = begin; end <= text.size(); ++end) {
      // A copy of its own, so that a sanitizer sees reading past the end.
      const std::string part = text.substr(begin, end - begin);
      CAPTURE(begin, end);
      REQUIRE(ucs2(part).size() == std::size_t{2} * measure_as(Alphabet::ucs2, part));
      REQUIRE(gsm7(part).size() == measure_as(Alphabet::gsm7, part));
    }
  }
}

TEST_CASE("encoders append") {
  Buffer out{1, 2};
  encode_gsm7(out, "@a");
  encode_ucs2(out, "ب");
  encode_latin1(out, "é");
  pack_gsm7(out, Buffer{'a'});
  CHECK(out == Buffer{1, 2, 0, 'a', 0x06, 0x28, 0xE9, 0x61});
}

TEST_CASE("UCS-2 is big endian UTF-16") {
  CHECK(to_hex(ucs2("فاتورة 1")) == "06410627062A06480631062900200031");
  CHECK(to_hex(ucs2("😀")) == "D83DDE00");
  CHECK(decode_ucs2(from_hex("D83DDE00")) == "😀");
  CHECK(decode_ucs2(from_hex("00410020FB01FFFD")) == "A ﬁ\uFFFD");
  CHECK(decode_ucs2(from_hex("DBFFDFFF")) == "\U0010FFFF");
}

TEST_CASE("half a UCS-2 character is dropped and lone surrogates are replaced") {
  CHECK(decode_ucs2(from_hex("06")).empty());
  CHECK(decode_ucs2(from_hex("064106")) == "ف");
  CHECK(decode_ucs2(from_hex("D83D")) == "\uFFFD");
  CHECK(decode_ucs2(from_hex("D83D0041")) ==
        "\uFFFD"
        "A");
  CHECK(decode_ucs2(from_hex("DE00D83D")) == "\uFFFD\uFFFD");
  CHECK(decode_ucs2(from_hex("D83DD83DDE00")) == "\uFFFD😀");
  CHECK(decode_ucs2(from_hex("D83DDE")) == "\uFFFD");
}

TEST_CASE("Latin-1 holds the first 256 code points") {
  CHECK(latin1("aé€ ا") == Buffer{'a', 0xE9, '?', ' ', '?'});
  CHECK(decode_latin1(Buffer{'a', 0xE9, 0xFF, 0x80}) == "aéÿ\u0080");
}

TEST_CASE("septets are packed as 23.038 says") {
  Buffer packed;
  pack_gsm7(packed, gsm7("hellohello"));
  CHECK(to_hex(packed) == "E8329BFD4697D9EC37");
  CHECK(decode_gsm7(unpack_gsm7(packed, 10)) == "hellohello");
  packed.clear();
  pack_gsm7(packed, gsm7("*123#"));
  CHECK(to_hex(packed) == "AA986C3602");
}

TEST_CASE("any number of septets survives packing when the number is known") {
  Buffer septets;
  for (std::size_t n = 0; n <= 182; ++n) {
    Buffer packed;
    pack_gsm7(packed, septets);
    CAPTURE(n);
    REQUIRE(packed.size() == (n * 7 + 7) / 8);
    REQUIRE(unpack_gsm7(packed, n) == septets);
    septets.push_back(static_cast<std::uint8_t>((n * 37 + 0x7F) & 0x7FU));
  }
}

TEST_CASE("unpacking reads no further than the octets go") {
  CHECK(unpack_gsm7({}, 5).empty());
  CHECK(unpack_gsm7(Buffer{0x61}, 100) == Buffer{'a'});
  CHECK(unpack_gsm7(Buffer(7, 0), 100).size() == 8);
}

TEST_CASE("seven spare bits are filled with CR in USSD and with zeros in SMS") {
  const Buffer seven = gsm7("1234567");
  Buffer sms;
  pack_gsm7(sms, seven);
  CHECK(to_hex(sms) == "31D98C56B3DD00");
  CHECK(decode_gsm7(unpack_gsm7(sms, 8)) == "1234567@");  // which is why the count has to be known
  Buffer ussd;
  pack_gsm7_ussd(ussd, seven);
  CHECK(to_hex(ussd) == "31D98C56B3DD1A");
  CHECK(unpack_gsm7_ussd(ussd) == seven);
}

TEST_CASE("USSD texts of every length come back, an at sign at the end included") {
  for (std::size_t n = 0; n <= 182; ++n) {
    Buffer septets(n, 'x');
    if (n > 0) septets.back() = 0x00;
    Buffer packed;
    pack_gsm7_ussd(packed, septets);
    CAPTURE(n);
    REQUIRE(unpack_gsm7_ussd(packed) == septets);
  }
}

TEST_CASE("a CR that ends on an octet boundary is sent twice in USSD") {
  Buffer septets = gsm7("1234567\r");
  Buffer packed;
  pack_gsm7_ussd(packed, septets);
  CHECK(packed.size() == 8);
  septets.push_back(0x0D);
  CHECK(unpack_gsm7_ussd(packed) == septets);  // CR CR does what CR does (6.1.1)
}

TEST_CASE("data_coding names an alphabet") {
  struct Row {
    unsigned first;
    unsigned last;
    Alphabet with_gsm7;
    Alphabet with_latin1;
  };
  using enum Alphabet;
  const std::vector<Row> rows{
      {0x00, 0x00, gsm7, latin1},   {0x01, 0x01, gsm7, latin1},   {0x02, 0x02, octets, octets},
      {0x03, 0x03, latin1, latin1}, {0x04, 0x07, octets, octets}, {0x08, 0x08, ucs2, ucs2},
      {0x09, 0x0A, octets, octets}, {0x0B, 0x0C, gsm7, latin1},   {0x0D, 0x0E, octets, octets},
      {0x0F, 0x0F, gsm7, gsm7},     {0x10, 0x13, gsm7, latin1},   {0x14, 0x17, octets, octets},
      {0x18, 0x1B, ucs2, ucs2},     {0x1C, 0x1F, gsm7, latin1},   {0x20, 0x3F, octets, octets},
      {0x40, 0x43, gsm7, latin1},   {0x44, 0x47, octets, octets}, {0x48, 0x4B, ucs2, ucs2},
      {0x4C, 0x53, gsm7, latin1},   {0x54, 0x57, octets, octets}, {0x58, 0x5B, ucs2, ucs2},
      {0x5C, 0x5F, gsm7, latin1},   {0x60, 0x7F, octets, octets}, {0x80, 0xDF, gsm7, latin1},
      {0xE0, 0xEF, ucs2, ucs2},     {0xF0, 0xF3, gsm7, latin1},   {0xF4, 0xF7, octets, octets},
      {0xF8, 0xFB, gsm7, latin1},   {0xFC, 0xFF, octets, octets},
  };
  unsigned next = 0;
  for (const Row& row : rows) {
    REQUIRE(row.first == next);
    for (unsigned value = row.first; value <= row.last; ++value) {
      CAPTURE(value);
      CHECK(alphabet_of(static_cast<std::uint8_t>(value), Alphabet::gsm7) == row.with_gsm7);
      CHECK(alphabet_of(static_cast<std::uint8_t>(value), Alphabet::latin1) == row.with_latin1);
    }
    next = row.last + 1;
  }
  CHECK(next == 0x100);
}

TEST_CASE("a text is decoded in the alphabet that its data_coding announces") {
  const Buffer symbols = gsm7("@$_{}€é");
  CHECK(decode_text(symbols, 0x00, Alphabet::gsm7) == "@$_{}€é");
  CHECK(decode_text(symbols, 0x0F, Alphabet::latin1) == "@$_{}€é");
  CHECK(decode_text(symbols, 0xF0, Alphabet::gsm7) == "@$_{}€é");
  CHECK(decode_text(text_octets("@$_{}"), 0x00, Alphabet::latin1) == "@$_{}");
  CHECK(decode_text(text_octets("@$_{}"), 0x00, Alphabet::gsm7) == "¡¤§äñ");  // only data_coding 1 may be ASCII
  CHECK(decode_text(Buffer{0xE9, 0xE9}, 0x03, Alphabet::gsm7) == "éé");
  CHECK(decode_text(Buffer{0xE9}, 0xF0, Alphabet::latin1) == "é");
  CHECK(decode_text(ucs2("فاتورة"), 0x08, Alphabet::gsm7) == "فاتورة");
  CHECK(decode_text(ucs2("فاتورة 😀"), 0x48, Alphabet::gsm7) == "فاتورة 😀");
  CHECK(decode_text(text_octets("stat:DELIVRD"), 0x02, Alphabet::gsm7) == "stat:DELIVRD");
  CHECK(decode_text({}, 0x08, Alphabet::gsm7).empty());
  CHECK(decode_text({}, 0x00, Alphabet::gsm7).empty());
}

TEST_CASE("data_coding 1 is ASCII unless only GSM 7-bit septets explain it") {
  CHECK(decode_text(text_octets("a_b@c.d $[]"), 0x01, Alphabet::gsm7) == "a_b@c.d $[]");
  CHECK(decode_text(gsm7("a_b@c.d $[]"), 0x01, Alphabet::gsm7) == "a_b@c.d $[]");
  CHECK(decode_text(gsm7("*123#"), 0x01, Alphabet::gsm7) == "*123#");
  CHECK(decode_text(text_octets("a@b"), 0x01, Alphabet::latin1) == "a@b");
}

TEST_CASE("UTF-8 is recognised where another alphabet was announced") {
  const Buffer bill = text_octets("فاتورة 12");
  for (const int data_coding : {0x00, 0x01, 0x02, 0x03, 0xF0}) {
    CAPTURE(data_coding);
    CHECK(decode_text(bill, static_cast<std::uint8_t>(data_coding), Alphabet::gsm7) == "فاتورة 12");
    CHECK(decode_text(bill, static_cast<std::uint8_t>(data_coding), Alphabet::latin1) == "فاتورة 12");
  }
  CHECK(decode_text(bill, 0x08, Alphabet::gsm7) == "فاتورة 12");                // odd, and lone surrogates
  CHECK(decode_text(text_octets("فاتورة"), 0x08, Alphabet::gsm7) == "فاتورة");  // even
  CHECK(decode_text(text_octets("*123#"), 0x48, Alphabet::gsm7) == "*123#");    // odd
  CHECK(decode_text(text_octets("\xEF\xBB\xBFسداد"), 0x03, Alphabet::gsm7) == "سداد");
}

TEST_CASE("what can be read as announced is read as announced") {
  CHECK(decode_text(from_hex("062806"), 0x08, Alphabet::gsm7) == "ب");  // half a character, not UTF-8 text
  CHECK(decode_text(from_hex("0041004200"), 0x08, Alphabet::gsm7) == "AB");
  CHECK(decode_text(Buffer{0xE9, 'a'}, 0x03, Alphabet::gsm7) == "éa");  // not UTF-8
  CHECK(decode_text(Buffer{0xE9, 'a'}, 0x00, Alphabet::gsm7) == "ia");  // septets with a stray high bit
}

TEST_CASE("UCS-2 in the other byte order and UTF-8 of an even length are recognised where only they make sense") {
  const auto swapped = [](std::string_view utf8) {
    Buffer octets = ucs2(utf8);
    for (std::size_t i = 0; i + 1 < octets.size(); i += 2) std::swap(octets[i], octets[i + 1]);
    return octets;
  };
  for (const std::string text : {"فاتورة", "فاتوره؟", "1", "٢١ ٢١٠٠٣٤٥", "21-2100345", "bill", "ذِمَّتي\n5100.", "*123#",
                                 "شكراً 😀", "نعم ❤\uFE0F", "«سداد»", "ﻓﺎﺗﻮﺭﺓ 1", "ف\u200Cا…"}) {
    CAPTURE(text);
    CHECK(decode_text(ucs2(text), 0x08, Alphabet::gsm7) == text);
    CHECK(decode_text(swapped(text), 0x08, Alphabet::gsm7) == text);
    CHECK(decode_text(swapped(text), 0x48, Alphabet::gsm7) == text);
    CHECK(decode_text(text_octets(text), 0x08, Alphabet::gsm7) == text);
  }
  CHECK(decode_text(text_octets("1ا1"), 0x08, Alphabet::gsm7) == "1ا1");  // no lone surrogate gives it away
  CHECK(decode_text(text_octets("12"), 0x08, Alphabet::gsm7) == "12");
}

TEST_CASE("UCS-2 in letters that are foreign here is read as announced") {
  for (const std::string text : {"Привет", "ελ", "😀", "ç", "שלום", "这是", "\u4106\u0100"}) {
    CAPTURE(text);
    CHECK(decode_text(ucs2(text), 0x08, Alphabet::gsm7) == text);
  }
}

TEST_CASE("a byte order mark decides about UCS-2 and is dropped") {
  CHECK(decode_text(from_hex("FFFE410627063100"), 0x08, Alphabet::gsm7) == "فا1");
  CHECK(decode_text(from_hex("FEFF06410627"), 0x08, Alphabet::gsm7) == "فا");
  CHECK(decode_text(from_hex("FFFE"), 0x08, Alphabet::gsm7).empty());
  CHECK(decode_text(from_hex("FFFE3DD800DE"), 0x08, Alphabet::gsm7) == "😀");
}

TEST_CASE("every code point comes back from UCS-2") {
  for (char32_t c = 0; c <= 0x10FFFF; c += (c < 0x3000 ? 1 : 7)) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string utf8;
    shubbak::append_code_point(utf8, c);
    if (decode_ucs2(ucs2(utf8)) != utf8) FAIL("U+" << std::hex << static_cast<std::uint32_t>(c));
  }
  SUCCEED();
}
