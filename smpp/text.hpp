// Text of short messages and USSD strings: GSM 7-bit default alphabet with its extension table (3GPP TS 23.038),
// Latin-1, UCS-2 big endian, to and from UTF-8. Pure; any octets are accepted, nothing here fails; any thread.
//
// Malformed UTF-8 counts and is sent as U+FFFD, one for each octet that cannot be read (domain/text.hpp).
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
// Units; a character outside counts as one ('?'). For `octets`, which has no characters, the octets of the UTF-8.
std::uint32_t measure_as(Alphabet alphabet, std::string_view utf8);

// Units of one code point in the alphabet: 1 or 2, and 0 if it has no place there.
std::uint32_t units_of(Alphabet alphabet, char32_t code_point);

// GSM 7-bit as SMPP carries it: one septet an octet. A character outside the alphabet becomes '?'.
void encode_gsm7(Buffer& out, std::string_view utf8);
void encode_ucs2(Buffer& out, std::string_view utf8);  // UTF-16BE, so that emoji survive
void encode_latin1(Buffer& out, std::string_view utf8);
// The high bit is ignored; an escape at the end or before another escape is a space; an escape before a septet that
// the extension table leaves empty is dropped (23.038 6.2.1.1: such a septet shows its character of the default
// alphabet).
std::string decode_gsm7(Bytes septets_one_an_octet);
std::string decode_ucs2(Bytes octets);  // a half unit at the end is dropped; lone surrogates become U+FFFD
std::string decode_latin1(Bytes octets);

// Packed septets, 23.038 section 6.1.2.1 (SMS) — for gateways that pack. `septets` is how many there are; no more are
// read than `packed` holds. Spare bits are zero, so the count is needed to tell seven of them from '@'.
void pack_gsm7(Buffer& out, Bytes septets);
Buffer unpack_gsm7(Bytes packed, std::size_t septets);
// Packed septets of USSD, section 6.1.2.3, which carries no count: seven spare bits are filled with CR, and a CR that
// ends on an octet boundary is doubled so that it is not taken for filling.
void pack_gsm7_ussd(Buffer& out, Bytes septets);
Buffer unpack_gsm7_ussd(Bytes packed);

// The alphabet that a data_coding announces. What data_coding 0 means is the SMSC's choice (TELECOM.md), so it is an
// argument; the same choice holds wherever the SMSC speaks of its default alphabet, which are the message classes
// (0x10-0x13, 0xF0-0xF3), the waiting indications (0xC0-0xDF) and every reserved value.
//   0x00 default   0x01 IA5: default if that is gsm7, else latin1 (see decode_text)   0x03 latin1   0x08 ucs2
//   0x02 0x04 octets   0x05-0x07 0x09 0x0A 0x0D 0x0E octets: alphabets of which we have no table   0x0F gsm7 (USSD)
//   0x10-0x7F bits 3..2 as in 23.038 section 4: 00 and 11 default, 01 octets, 10 ucs2 (0x48 is the UCS-2 of USSD);
//   compressed text (bit 5) is octets   0xE0-0xEF ucs2   0xF4-0xF7 0xFC-0xFF octets
Alphabet alphabet_of(std::uint8_t data_coding, Alphabet default_alphabet);

// Decodes the text of a message, tolerating what is seen in the field where reading it as announced cannot be right:
// - UTF-8 in any alphabet of one octet a character: octets with the high bit set that are valid UTF-8.
// - UCS-2 with a byte order mark, little endian if that says so; the mark is dropped.
// - UCS-2 little endian without a mark, and UTF-8 announced as UCS-2: where the big endian reading has no letter,
//   digit or sign of ASCII or Arabic at all and the other one is made of them. Some Chinese texts are lost by this.
// - UTF-8 announced as UCS-2: an odd length or lone surrogates as UCS-2, and plain text as UTF-8.
// - data_coding 1: IA5 by the specification, GSM 7-bit septets from osmo-msc and node-smpp. Without a control
//   character it is read as ASCII, so that '@', '$' and '_' are right; with one ('@' is 0x00 in GSM 7-bit, an escape
//   0x1B) as GSM 7-bit.
// Octets of no known alphabet are read as Latin-1 (osmo-msc writes receipts as data_coding 2).
std::string decode_text(Bytes octets, std::uint8_t data_coding, Alphabet default_alphabet);

}  // namespace shubbak::smpp
