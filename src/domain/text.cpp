#include "domain/text.hpp"

#include <utility>

namespace shubbak {
namespace {

constexpr char32_t replacement = 0xFFFD;

char32_t latin_digit(char32_t c) {
  if (c >= 0x0660 && c <= 0x0669) return U'0' + (c - 0x0660);
  if (c >= 0x06F0 && c <= 0x06F9) return U'0' + (c - 0x06F0);
  return c;
}

bool is_within(char32_t c, char32_t first, char32_t last) {
  return c >= first && c <= last;
}

bool is_dropped(char32_t c) {
  return c == 0x0640 ||                                                                  // tatweel
         is_within(c, 0x064B, 0x065F) || c == 0x0670 || is_within(c, 0x0610, 0x061A) ||  // diacritics
         is_within(c, 0x06D6, 0x06DC) || is_within(c, 0x06DF, 0x06E4) || c == 0x06E7 || c == 0x06E8 ||
         is_within(c, 0x06EA, 0x06ED) || is_within(c, 0x200B, 0x200F) ||
         is_within(c, 0x202A, 0x202E) ||                                             // zero width and bidi marks
         is_within(c, 0x2060, 0x206F) || c == 0xFEFF || c == 0x061C || c == 0x00AD;  // 00AD: soft hyphen
}

bool is_separator(char32_t c) {
  if (c < 0x80) return !((c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'));
  if (c <
      0x100) {  // controls, the no-break space and the marks of Latin-1, but no letter, digit, fraction or currency
    return c <= 0xA1 || c == 0xA6 || c == 0xA7 || c == 0xA8 || c == 0xAB || c == 0xAC || c == 0xAF || c == 0xB4 ||
           is_within(c, 0xB6, 0xB8) || c == 0xBB || c == 0xBF;
  }
  return c == 0x060C || c == 0x061B || is_within(c, 0x061D, 0x061F) || is_within(c, 0x066A, 0x066D) || c == 0x06D4 ||
         is_within(c, 0x2000, 0x200A) || is_within(c, 0x2010, 0x2029) || is_within(c, 0x202F, 0x205F) ||
         is_within(c, 0x3000, 0x3002) || is_within(c, 0xFD3E, 0xFD3F) || c == replacement;
}

char32_t folded_letter(char32_t c) {
  switch (c) {
    case 0x0622:
    case 0x0623:
    case 0x0625:
    case 0x0671:
      return 0x0627;  // alef forms
    case 0x0629:
      return 0x0647;  // teh marbuta → heh
    case 0x0649:
    case 0x06CC:
      return 0x064A;  // alef maksura and Persian yeh → yeh
    case 0x06A9:
      return 0x0643;  // Persian kaf → kaf
    default:
      break;
  }
  if (c >= U'A' && c <= U'Z') return c + (U'a' - U'A');
  return c;
}

// Phones that write texts prettily make another dash, or a true minus, of "-": "–100" is no 100 either.
char32_t plain_dash(char32_t c) {
  return is_within(c, 0x2010, 0x2015) || c == 0x2212 ? U'-' : c;
}

bool is_latin_digit(char32_t c) {
  return c >= U'0' && c <= U'9';
}

std::string folded(std::string_view utf8, bool keeps_number_marks) {
  std::string out;
  out.reserve(utf8.size());
  bool gap = false;
  char32_t last = 0;  // in `out`
  std::string marks;  // of a number, if a digit comes next
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = plain_dash(next_code_point(utf8, at));
    if (is_dropped(c)) continue;
    if (is_separator(c)) {
      const bool may_be_of_number = gap || out.empty() || is_latin_digit(last);
      if (keeps_number_marks && is_number_mark(c) && may_be_of_number) {
        append_code_point(marks, c);
      } else {
        marks.clear();
        gap = true;
      }
      continue;
    }
    last = folded_letter(latin_digit(c));
    if (!is_latin_digit(last)) {
      gap = gap || !marks.empty();
      marks.clear();
    }
    if (gap && !out.empty()) out.push_back(' ');
    gap = false;
    out += std::exchange(marks, {});
    append_code_point(out, last);
  }
  return out;
}

}  // namespace

char32_t next_code_point(std::string_view utf8, std::size_t& at) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(utf8[i]); };
  const unsigned char first = octet(at);
  if (first < 0x80) {
    ++at;
    return first;
  }
  const std::size_t length = first >= 0xF0 && first <= 0xF4  ? 4
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xC2 && first < 0xE0 ? 2
                                                             : 0;
  if (length == 0 || at + length > utf8.size()) {
    ++at;
    return replacement;
  }
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(at + i) & 0xC0U) != 0x80U) {
      ++at;
      return replacement;
    }
    value = (value << 6U) | (octet(at + i) & 0x3FU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    ++at;
    return replacement;
  }
  at += length;
  return value;
}

void append_code_point(std::string& utf8, char32_t c) {
  const auto put = [&](char32_t octet) { utf8.push_back(static_cast<char>(static_cast<unsigned char>(octet))); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | (c >> 6U));
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

std::string latin_digits(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) append_code_point(out, latin_digit(next_code_point(utf8, at)));
  return out;
}

std::string arabic_digits(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = next_code_point(utf8, at);
    append_code_point(out, c >= U'0' && c <= U'9' ? 0x0660 + (c - U'0') : c);
  }
  return out;
}

std::string fold(std::string_view utf8) {
  return folded(utf8, false);
}

std::string fold_around_numbers(std::string_view utf8) {
  return folded(utf8, true);
}

bool is_number_mark(char32_t c) {
  return c == U'.' || c == U',' || c == U'\'' || c == U'/' || c == U'-' || c == 0x066B || c == 0x066C || c == 0x060C;
}

}  // namespace shubbak
