#include "smpp/text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "domain/text.hpp"

namespace shubbak::smpp {
namespace {

constexpr std::uint8_t escape = 0x1B;
constexpr char32_t replacement = 0xFFFD;

// 23.038 table 6.2.1. The place of the escape holds a space, which is what it shows where nothing follows it.
constexpr std::u32string_view default_table =
    U"@£$¥èéùìòÇ\nØø\rÅå"
    U"Δ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ"
    U" !\"#¤%&'()*+,-./"
    U"0123456789:;<=>?"
    U"¡ABCDEFGHIJKLMNO"
    U"PQRSTUVWXYZÄÖÑÜ§"
    U"¿abcdefghijklmno"
    U"pqrstuvwxyzäöñüà";
static_assert(default_table.size() == 128);

struct ExtensionRow {
  std::uint8_t septet;
  char32_t character;
};
// Table 6.2.1.1: each of these follows an escape.
constexpr std::array<ExtensionRow, 10> extension_rows{{{0x0A, U'\f'},
                                                       {0x14, U'^'},
                                                       {0x28, U'{'},
                                                       {0x29, U'}'},
                                                       {0x2F, U'\\'},
                                                       {0x3C, U'['},
                                                       {0x3D, U'~'},
                                                       {0x3E, U']'},
                                                       {0x40, U'|'},
                                                       {0x65, U'€'}}};

// Code point to septet. Two windows hold all characters but the euro sign: Latin-1, and the Greek capitals.
constexpr std::uint8_t extended = 0x80;  // this septet follows an escape
constexpr std::uint8_t outside = 0xFF;   // no septet; not an extended one, since the table leaves 0x7F empty
constexpr char32_t greek_begin = 0x0390;
constexpr char32_t greek_end = 0x03B0;
constexpr char32_t euro = 0x20AC;
constexpr std::uint8_t euro_septet = extended | 0x65;

struct SeptetTable {
  std::array<std::uint8_t, 256> latin;
  std::array<std::uint8_t, greek_end - greek_begin> greek;
};
constexpr SeptetTable septet_table = [] {
  SeptetTable table{};
  table.latin.fill(outside);
  table.greek.fill(outside);
  for (std::size_t septet = 0; septet < default_table.size(); ++septet) {
    if (septet == escape) continue;
    const char32_t c = default_table[septet];
    (c < 256 ? table.latin[c] : table.greek[c - greek_begin]) = static_cast<std::uint8_t>(septet);
  }
  for (const auto& row : extension_rows) {
    if (row.character < 256) table.latin[row.character] = row.septet | extended;
  }
  return table;
}();

std::uint8_t septet_of(char32_t c) {
  if (c < 256) return septet_table.latin[c];
  if (c >= greek_begin && c < greek_end) return septet_table.greek[c - greek_begin];
  return c == euro ? euro_septet : outside;
}

// ASCII octet of UTF-8 to septet, `outside` for whatever else needs a closer look.
constexpr std::array<std::uint8_t, 256> plain_septet = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(outside);
  for (std::size_t octet = 0; octet < 0x80; ++octet) {
    if ((septet_table.latin[octet] & extended) == 0) table[octet] = septet_table.latin[octet];
  }
  return table;
}();

// Septet to UTF-8: at most two octets for the default table, so decoding writes both and moves by the length.
struct ShortUtf8 {
  std::array<char, 2> octets;
  std::uint8_t length;
};
constexpr std::array<ShortUtf8, 128> utf8_of_septet = [] {
  std::array<ShortUtf8, 128> table{};
  for (std::size_t septet = 0; septet < table.size(); ++septet) {
    const char32_t c = default_table[septet];
    if (c < 0x80) {
      table[septet] = {{static_cast<char>(c), 0}, 1};
    } else {
      table[septet] = {{static_cast<char>(0xC0U | (c >> 6U)), static_cast<char>(0x80U | (c & 0x3FU))}, 2};
    }
  }
  return table;
}();

char32_t extension_character(std::uint8_t septet) {
  for (const auto& row : extension_rows) {
    if (row.septet == septet) return row.character;
  }
  return 0;
}

struct CodePoint {
  char32_t value;
  std::size_t end;  // where the next one begins
};
// By value, so that the position of a loop that calls it stays in a register: with its address taken, every character
// waits for the store of the one before it.
CodePoint code_point_at(std::string_view utf8, std::size_t at) {
  const char32_t value = next_code_point(utf8, at);
  return {value, at};
}

// Calls sink(code_point, well_formed) until it returns false; answers whether it reached the end. ASCII and two-octet
// sequences, which are all of Arabic, are read here.
template <class Sink>
bool read_utf8(std::string_view utf8, Sink&& sink) {
  for (std::size_t at = 0; at < utf8.size();) {
    const auto first = static_cast<std::uint8_t>(utf8[at]);
    if (first < 0x80) {
      ++at;
      if (!sink(char32_t{first}, true)) return false;
      continue;
    }
    if (first >= 0xC2 && first <= 0xDF && at + 1 < utf8.size()) [[likely]] {
      const auto second = static_cast<std::uint8_t>(utf8[at + 1]);
      if ((second & 0xC0U) == 0x80U) [[likely]] {
        at += 2;
        if (!sink(char32_t{(first & 0x1FU) << 6U | (second & 0x3FU)}, true)) return false;
        continue;
      }
    }
    const CodePoint c = code_point_at(utf8, at);
    const bool well_formed = c.end - at > 1;
    at = c.end;
    if (!sink(c.value, well_formed)) return false;
  }
  return true;
}

// Calls sink(septet) for each code point, `extended` and `outside` as in the table; until it returns false.
template <class Sink>
bool read_septets(std::string_view utf8, Sink&& sink) {
  for (std::size_t at = 0; at < utf8.size();) {
    std::uint8_t septet = plain_septet[static_cast<std::uint8_t>(utf8[at])];
    if (septet != outside) [[likely]] {
      ++at;
    } else {
      const CodePoint c = code_point_at(utf8, at);
      septet = septet_of(c.value);
      at = c.end;
    }
    if (!sink(septet)) return false;
  }
  return true;
}

// Eight octets of UTF-8 at a character's beginning: how many of them are whole characters of one or two octets, and
// how many characters that is. None if anything else is among them.
struct ShortRun {
  std::size_t octets;
  std::uint32_t characters;
};
ShortRun short_run(const char* eight) {
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  std::uint64_t word = 0;
  std::memcpy(&word, eight, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  const std::uint64_t high = word & high_bits;
  const std::uint64_t continuation = high & ~(word << 1U);                               // 10......
  const std::uint64_t not_overlong = word << 3U | word << 4U | word << 5U | word << 6U;  // not C0 or C1
  const std::uint64_t lead = high & (word << 1U) & ~(word << 2U) & not_overlong;         // 110.....
  if (high != (continuation | lead) || continuation != lead << 8U) return {0, 0};
  const auto open = static_cast<std::uint32_t>(lead >> 63U);  // the last octet begins a character
  const auto continuations = static_cast<std::uint32_t>(((continuation >> 7U) * 0x0101010101010101U) >> 56U);
  return {8 - open, 8 - continuations - open};
}

std::uint32_t ucs2_units(char32_t c) {
  return c < 0x10000 ? 1 : 2;
}

std::uint32_t count_ucs2_units(std::string_view utf8) {
  std::uint32_t units = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    if (utf8.size() - at >= 8) {
      const ShortRun run = short_run(utf8.data() + at);
      if (run.octets != 0) [[likely]] {
        at += run.octets;
        units += run.characters;
        continue;
      }
    }
    const CodePoint c = code_point_at(utf8, at);
    units += ucs2_units(c.value);
    at = c.end;
  }
  return units;
}

// Writes one code point into a string that was made large enough before.
char* put_utf8(char* to, char32_t c) {
  const auto octet = [&](char32_t value) { *to++ = static_cast<char>(static_cast<std::uint8_t>(value)); };
  if (c < 0x80) {
    octet(c);
  } else if (c < 0x800) {
    octet(0xC0U | (c >> 6U));
    octet(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    octet(0xE0U | (c >> 12U));
    octet(0x80U | ((c >> 6U) & 0x3FU));
    octet(0x80U | (c & 0x3FU));
  } else {
    octet(0xF0U | (c >> 18U));
    octet(0x80U | ((c >> 12U) & 0x3FU));
    octet(0x80U | ((c >> 6U) & 0x3FU));
    octet(0x80U | (c & 0x3FU));
  }
  return to;
}

// Both branches at once for code points under 0x800; the caller has room for two octets.
char* put_short_utf8(char* to, char32_t c) {
  const bool ascii = c < 0x80;
  to[0] = static_cast<char>(static_cast<std::uint8_t>(ascii ? c : (0xC0U | (c >> 6U))));
  to[1] = static_cast<char>(static_cast<std::uint8_t>(0x80U | (c & 0x3FU)));
  return to + (ascii ? 1 : 2);
}

void cut_to(std::string& text, const char* end) {
  text.resize(static_cast<std::size_t>(end - text.data()));
}

struct Utf16Reading {
  std::string text;
  bool malformed = false;  // an odd length or a lone surrogate
};

Utf16Reading read_utf16(Bytes octets, bool little_endian) {
  const std::size_t units = octets.size() / 2;
  Utf16Reading reading{.text = {}, .malformed = octets.size() % 2 != 0};
  reading.text.resize(units * 3);  // a surrogate pair, four octets of UTF-8, is two units
  char* to = reading.text.data();
  const std::size_t high = little_endian ? 1 : 0;
  const auto unit = [&](std::size_t i) -> char32_t {
    return (static_cast<char32_t>(octets[2 * i + high]) << 8U) | octets[2 * i + (1 - high)];
  };
  for (std::size_t i = 0; i < units; ++i) {
    char32_t c = unit(i);
    if (c < 0x800) [[likely]] {
      to = put_short_utf8(to, c);
      continue;
    }
    if (c >= 0xD800 && c <= 0xDFFF) {
      const char32_t low = i + 1 < units ? unit(i + 1) : 0;
      if (c <= 0xDBFF && low >= 0xDC00 && low <= 0xDFFF) {
        c = 0x10000 + ((c - 0xD800) << 10U) + (low - 0xDC00);
        ++i;
      } else {
        c = replacement;
        reading.malformed = true;
      }
    }
    to = put_utf8(to, c);
  }
  cut_to(reading.text, to);
  return reading;
}

bool has_high_bit(Bytes octets) {
  std::uint8_t all = 0;
  for (const std::uint8_t octet : octets) all |= octet;
  return (all & 0x80U) != 0;
}

std::string_view as_text(Bytes octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

bool is_text_character(char32_t c) {
  return c >= 0x20 || c == U'\n' || c == U'\r' || c == U'\t';
}

bool is_plain_utf8(Bytes octets) {
  return read_utf8(as_text(octets), [](char32_t c, bool well_formed) { return well_formed && is_text_character(c); });
}

std::string utf8_without_mark(Bytes octets) {
  std::string_view text = as_text(octets);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return std::string(text);
}

// What people here write with: ASCII and Arabic.
bool is_home_letter(char32_t c) {
  return (c < 0x7F && is_text_character(c)) || (c >= 0x0600 && c <= 0x06FF);
}
// What stands among such letters: quotes, joiners, marks of direction, symbols, emoji; and letters already shaped.
bool is_home_company(char32_t c) {
  return c == 0x00A0 || c == 0x00AB || c == 0x00BB || (c >= 0x0750 && c <= 0x077F) || (c >= 0x2000 && c <= 0x2BFF) ||
         (c >= 0xFB50 && c <= 0xFDFF) || (c >= 0xFE0F && c <= 0xFEFC) || c >= 0x10000;
}

bool has_home_letter(std::string_view utf8) {
  return !read_utf8(utf8, [](char32_t c, bool) { return !is_home_letter(c); });
}
bool is_home_text(std::string_view utf8) {
  return has_home_letter(utf8) && read_utf8(utf8, [](char32_t c, bool well_formed) {
           return well_formed && (is_home_letter(c) || is_home_company(c));
         });
}

std::string decode_announced_ucs2(Bytes octets) {
  if (octets.size() >= 2 && octets[0] == 0xFF && octets[1] == 0xFE) return read_utf16(octets.subspan(2), true).text;
  if (octets.size() >= 2 && octets[0] == 0xFE && octets[1] == 0xFF) return read_utf16(octets.subspan(2), false).text;
  Utf16Reading reading = read_utf16(octets, false);
  if (!octets.empty() && !has_home_letter(reading.text)) {
    // Such a text is Chinese at best. Its octets make far more sense here if they are ours in another order or
    // coding.
    Utf16Reading swapped = read_utf16(octets, true);
    if (is_home_text(swapped.text)) return std::move(swapped.text);
    if (is_home_text(as_text(octets))) return utf8_without_mark(octets);
  }
  if (reading.malformed && is_plain_utf8(octets)) return utf8_without_mark(octets);
  return std::move(reading.text);
}

bool is_plain_ascii(Bytes octets) {
  return std::all_of(octets.begin(), octets.end(), [](std::uint8_t c) { return c < 0x80 && is_text_character(c); });
}

}  // namespace

std::uint32_t TextSize::octets() const {
  switch (alphabet) {
    case Alphabet::gsm7:
      return (units * 7 + 7) / 8;
    case Alphabet::ucs2:
      return units * 2;
    case Alphabet::latin1:
    case Alphabet::octets:
      return units;
  }
  std::abort();
}

TextSize measure(std::string_view utf8) {
  std::uint32_t septets = 0;
  const bool all_inside = read_septets(utf8, [&](std::uint8_t septet) {
    septets += (septet & extended) != 0 ? 2 : 1;
    return septet != outside;
  });
  if (all_inside) return {Alphabet::gsm7, septets};
  return {Alphabet::ucs2, count_ucs2_units(utf8)};
}

std::uint32_t measure_as(Alphabet alphabet, std::string_view utf8) {
  std::uint32_t units = 0;
  switch (alphabet) {
    case Alphabet::gsm7:
      read_septets(utf8, [&](std::uint8_t septet) {
        units += septet != outside && (septet & extended) != 0 ? 2 : 1;
        return true;
      });
      return units;
    case Alphabet::ucs2:
      return count_ucs2_units(utf8);
    case Alphabet::latin1:
      read_utf8(utf8, [&](char32_t, bool) {
        ++units;
        return true;
      });
      return units;
    case Alphabet::octets:
      return static_cast<std::uint32_t>(utf8.size());
  }
  std::abort();
}

std::uint32_t units_of(Alphabet alphabet, char32_t code_point) {
  switch (alphabet) {
    case Alphabet::gsm7: {
      const std::uint8_t septet = septet_of(code_point);
      if (septet == outside) return 0;
      return (septet & extended) != 0 ? 2 : 1;
    }
    case Alphabet::ucs2:
      return ucs2_units(code_point);
    case Alphabet::latin1:
    case Alphabet::octets:
      return code_point < 256 ? 1 : 0;
  }
  std::abort();
}

void encode_gsm7(Buffer& out, std::string_view utf8) {
  const std::size_t before = out.size();
  out.resize(before + 2 * utf8.size());
  std::uint8_t* to = out.data() + before;
  read_septets(utf8, [&](std::uint8_t septet) {
    if ((septet & extended) == 0) [[likely]] {
      *to++ = septet;
    } else if (septet == outside) {
      *to++ = '?';
    } else {
      *to++ = escape;
      *to++ = septet & 0x7FU;
    }
    return true;
  });
  out.resize(static_cast<std::size_t>(to - out.data()));
}

void encode_ucs2(Buffer& out, std::string_view utf8) {
  const std::size_t before = out.size();
  out.resize(before + 2 * utf8.size());  // four octets of UTF-8 make at most two units
  std::uint8_t* to = out.data() + before;
  const auto put = [&](char32_t unit) {
    to[0] = static_cast<std::uint8_t>(unit >> 8U);
    to[1] = static_cast<std::uint8_t>(unit);
    to += 2;
  };
  read_utf8(utf8, [&](char32_t c, bool) {
    if (c < 0x10000) [[likely]] {
      put(c);
    } else {
      put(0xD800 + ((c - 0x10000) >> 10U));
      put(0xDC00 + ((c - 0x10000) & 0x3FFU));
    }
    return true;
  });
  out.resize(static_cast<std::size_t>(to - out.data()));
}

void encode_latin1(Buffer& out, std::string_view utf8) {
  const std::size_t before = out.size();
  out.resize(before + utf8.size());
  std::uint8_t* to = out.data() + before;
  read_utf8(utf8, [&](char32_t c, bool) {
    *to++ = c < 256 ? static_cast<std::uint8_t>(c) : std::uint8_t{'?'};
    return true;
  });
  out.resize(static_cast<std::size_t>(to - out.data()));
}

std::string decode_gsm7(Bytes septets_one_an_octet) {
  std::string text;
  text.resize(2 * septets_one_an_octet.size());  // the euro sign, three octets, comes from two septets
  char* to = text.data();
  for (std::size_t i = 0; i < septets_one_an_octet.size(); ++i) {
    const std::uint8_t septet = septets_one_an_octet[i] & 0x7FU;
    if (septet == escape && i + 1 < septets_one_an_octet.size()) [[unlikely]] {
      const std::uint8_t next = septets_one_an_octet[i + 1] & 0x7FU;
      const char32_t c = extension_character(next);
      if (c != 0 || next == escape) {
        to = put_utf8(to, c != 0 ? c : U' ');
        ++i;
      }
      continue;
    }
    const ShortUtf8& utf8 = utf8_of_septet[septet];
    to[0] = utf8.octets[0];
    to[1] = utf8.octets[1];
    to += utf8.length;
  }
  cut_to(text, to);
  return text;
}

std::string decode_ucs2(Bytes octets) {
  return read_utf16(octets, false).text;
}

std::string decode_latin1(Bytes octets) {
  std::string text;
  text.resize(2 * octets.size());
  char* to = text.data();
  for (const std::uint8_t octet : octets) to = put_short_utf8(to, octet);
  cut_to(text, to);
  return text;
}

Alphabet alphabet_of(std::uint8_t data_coding, Alphabet default_alphabet) {
  if (data_coding < 0x10) {  // SMPP v3.4 section 5.2.19
    switch (data_coding) {
      case 0x01:
        return default_alphabet == Alphabet::gsm7 ? Alphabet::gsm7 : Alphabet::latin1;
      case 0x03:
        return Alphabet::latin1;
      case 0x08:
        return Alphabet::ucs2;
      case 0x0F:
        return Alphabet::gsm7;
      case 0x00:
      case 0x0B:
      case 0x0C:
        return default_alphabet;
      default:
        return Alphabet::octets;
    }
  }
  if (data_coding < 0x80) {  // 23.038 section 4, general data coding and automatic deletion
    if ((data_coding & 0x20U) != 0) return Alphabet::octets;
    switch ((data_coding >> 2U) & 0x03U) {
      case 1:
        return Alphabet::octets;
      case 2:
        return Alphabet::ucs2;
      default:
        return default_alphabet;
    }
  }
  if (data_coding >= 0xF0) return (data_coding & 0x04U) != 0 ? Alphabet::octets : default_alphabet;
  if (data_coding >= 0xE0) return Alphabet::ucs2;
  return default_alphabet;
}

std::string decode_text(Bytes octets, std::uint8_t data_coding, Alphabet default_alphabet) {
  const Alphabet alphabet = alphabet_of(data_coding, default_alphabet);
  if (alphabet == Alphabet::ucs2) return decode_announced_ucs2(octets);
  if (has_high_bit(octets) && is_plain_utf8(octets)) return utf8_without_mark(octets);
  if (alphabet == Alphabet::gsm7 && !(data_coding == 0x01 && is_plain_ascii(octets))) return decode_gsm7(octets);
  return decode_latin1(octets);
}

}  // namespace shubbak::smpp
