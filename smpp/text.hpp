// Text of short messages and USSD strings: GSM 7-bit default alphabet with its extension table (3GPP TS 23.038),
// Latin-1, UCS-2 big endian, to and from UTF-8. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "smpp/pdu.hpp"

namespace shubbak::smpp {

enum class Alphabet : std::uint8_t { gsm7, latin1, ucs2, octets };

// How big a text is on the air.
struct TextSize {
  Alphabet alphabet;    // gsm7 if every character has a place in it, else ucs2
  std::uint32_t units;  // septets (an extension character is two), or UCS-2 units (an astral character is two)
  [[nodiscard]] std::uint32_t octets() const;  // on the air, packed: 160 septets are 140 octets
};
TextSize measure(std::string_view utf8);
std::uint32_t measure_as(Alphabet alphabet, std::string_view utf8);  // units; a character outside counts as one ('?')

// GSM 7-bit as SMPP carries it: one septet an octet. A character outside the alphabet becomes '?'.
void encode_gsm7(Buffer& out, std::string_view utf8);
void encode_ucs2(Buffer& out, std::string_view utf8);  // UTF-16BE, so that emoji survive
void encode_latin1(Buffer& out, std::string_view utf8);
std::string decode_gsm7(Bytes septets_one_an_octet);  // the high bit is ignored; a dangling escape is a space
std::string decode_ucs2(Bytes octets);  // a half unit at the end is dropped; lone surrogates become U+FFFD
std::string decode_latin1(Bytes octets);
// Packed septets, 23.038 section 6.1.2.1 (SMS) — for gateways that pack. `septets` is how many there are.
void pack_gsm7(Buffer& out, Bytes septets);
Buffer unpack_gsm7(Bytes packed, std::size_t septets);

// What data_coding 0 means is the SMSC's choice (TELECOM.md), so it is an argument.
Alphabet alphabet_of(std::uint8_t data_coding, Alphabet default_alphabet);
// Decodes the text of a message. Tolerates what is seen in the field: UTF-8 sent as Latin-1/ASCII data_coding, and
// UCS-2 little endian with a byte order mark.
std::string decode_text(Bytes octets, std::uint8_t data_coding, Alphabet default_alphabet);

}  // namespace shubbak::smpp
