#include "cli/terminal_text.hpp"

#include <optional>

#include <unicode/ubidi.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/ushape.h>

#include "domain/result.hpp"

namespace shubbak::cli {
namespace {

std::size_t width_of(UChar32 c) {
  const int category = u_charType(c);
  if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR ||
      category == U_CONTROL_CHAR) {
    return 0;
  }
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

bool is_bidi_control(UChar32 c) {
  return u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL) != 0;
}

// What a terminal may be given, with line ends as the only control character.
icu::UnicodeString printable(std::string_view utf8) {
  const icu::UnicodeString text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
  icu::UnicodeString kept;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    const bool shown = u_charType(c) != U_CONTROL_CHAR && !is_bidi_control(c) && c != 0x2028 && c != 0x2029;
    if (c == u'\t') {
      kept.append(u' ');
    } else if (shown || c == u'\n') {
      kept.append(c);
    }
  }
  return kept;
}

// The direction of the first strong letter, if there is one.
std::optional<bool> begins_right_to_left(const icu::UnicodeString& text) {
  switch (ubidi_getBaseDirection(text.getBuffer(), text.length())) {
    case UBIDI_RTL:
      return true;
    case UBIDI_LTR:
      return false;
    case UBIDI_NEUTRAL:
    case UBIDI_MIXED:
      break;
  }
  return std::nullopt;
}

icu::UnicodeString joined_letters(const icu::UnicodeString& logical) {
  icu::UnicodeString shaped;
  UErrorCode status = U_ZERO_ERROR;
  char16_t* buffer = shaped.getBuffer(logical.length() + 1);
  SHUBBAK_ASSERT(buffer != nullptr);
  const std::int32_t length =
      u_shapeArabic(logical.getBuffer(), logical.length(), buffer, shaped.getCapacity(),
                    U_SHAPE_LETTERS_SHAPE | U_SHAPE_TEXT_DIRECTION_LOGICAL | U_SHAPE_LENGTH_GROW_SHRINK, &status);
  shaped.releaseBuffer(U_SUCCESS(status) != 0 ? length : 0);
  return U_SUCCESS(status) != 0 ? shaped : logical;
}

// ICU shapes diacritics into forms that take a column of their own; what a terminal draws above and below a letter is
// the combining mark.
icu::UnicodeString with_combining_marks(const icu::UnicodeString& shaped) {
  constexpr char16_t first_form = 0xFE70;
  constexpr char16_t last_form = 0xFE7F;
  // Two forms of each: FE70 fathatan ... FE7E sukun; FE73 and FE75 are no diacritics.
  constexpr char16_t marks[] = {0x064B, 0x064C, 0x064D, 0x064E, 0x064F, 0x0650, 0x0651, 0x0652};
  icu::UnicodeString text(shaped);
  for (std::int32_t i = 0; i < text.length(); ++i) {
    const char16_t form = text.charAt(i);
    if (form < first_form || form > last_form || form == 0xFE73 || form == 0xFE75) continue;
    text.setCharAt(i, marks[(form - first_form) / 2]);
  }
  return text;
}

struct Range {
  std::int32_t begin;
  std::int32_t end;
};

// Ranges of one paragraph that each fit the columns; the blank at a break belongs to no line.
std::vector<Range> wrap(const icu::UnicodeString& text, std::size_t columns) {
  std::vector<Range> lines;
  std::int32_t begin = 0;
  std::int32_t blank = -1;  // the last one in this line
  std::size_t used = 0;
  for (std::int32_t i = 0; i < text.length();) {
    const UChar32 c = text.char32At(i);
    const std::size_t width = width_of(c);
    if (used + width > columns) {
      const bool at_blank = c == u' ' || blank > begin;
      const std::int32_t end = c == u' ' ? i : at_blank ? blank : i;
      lines.push_back({begin, end});
      begin = at_blank ? end + 1 : end;
      i = begin;
      blank = -1;
      used = 0;
      continue;
    }
    if (c == u' ') blank = i;
    used += width;
    i = text.moveIndex32(i, 1);
  }
  lines.push_back({begin, text.length()});
  return lines;
}

class BidiParagraph {
 public:
  BidiParagraph(const icu::UnicodeString& text, bool right_to_left) : text_(text), bidi_(ubidi_open()) {
    SHUBBAK_ASSERT(bidi_ != nullptr);
    UErrorCode status = U_ZERO_ERROR;
    ubidi_setPara(bidi_, text_.getBuffer(), text_.length(), right_to_left ? 1 : 0, nullptr, &status);
    usable_ = U_SUCCESS(status) != 0;
  }
  ~BidiParagraph() { ubidi_close(bidi_); }
  BidiParagraph(const BidiParagraph&) = delete;
  BidiParagraph& operator=(const BidiParagraph&) = delete;

  // The characters of a line from left to right.
  [[nodiscard]] icu::UnicodeString visual(Range range) const {
    icu::UnicodeString logical(text_, range.begin, range.end - range.begin);
    if (!usable_ || range.begin == range.end) return logical;
    UErrorCode status = U_ZERO_ERROR;
    UBiDi* line = ubidi_open();
    SHUBBAK_ASSERT(line != nullptr);
    ubidi_setLine(bidi_, range.begin, range.end, line, &status);
    icu::UnicodeString ordered;
    char16_t* buffer = ordered.getBuffer(logical.length() + 1);
    SHUBBAK_ASSERT(buffer != nullptr);
    const std::int32_t length = ubidi_writeReordered(line, buffer, ordered.getCapacity(),
                                                     UBIDI_DO_MIRRORING | UBIDI_KEEP_BASE_COMBINING, &status);
    ordered.releaseBuffer(U_SUCCESS(status) != 0 ? length : 0);
    ubidi_close(line);
    return U_SUCCESS(status) != 0 ? ordered : logical;
  }

 private:
  const icu::UnicodeString& text_;
  UBiDi* bidi_;
  bool usable_ = false;
};

DisplayLine finished(const icu::UnicodeString& text, bool right_to_left) {
  DisplayLine line;
  text.toUTF8String(line.text);
  line.columns = columns_of(line.text);
  line.right_to_left = right_to_left;
  return line;
}

void append_paragraph(std::vector<DisplayLine>& lines, const icu::UnicodeString& logical, bool right_to_left,
                      std::size_t columns, BidiMode mode) {
  switch (mode) {
    case BidiMode::terminal:
      for (const Range range : wrap(logical, columns)) {
        lines.push_back(finished(icu::UnicodeString(logical, range.begin, range.end - range.begin), right_to_left));
      }
      return;
    case BidiMode::shape: {
      // Letters are joined first: a lam-alef pair becomes one column, which the wrapping must know.
      const icu::UnicodeString shaped = with_combining_marks(joined_letters(logical));
      const BidiParagraph paragraph(shaped, right_to_left);
      for (const Range range : wrap(shaped, columns)) {
        lines.push_back(finished(paragraph.visual(range), right_to_left));
      }
      return;
    }
  }
}

}  // namespace

std::size_t columns_of(std::string_view utf8) {
  const icu::UnicodeString text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
  std::size_t columns = 0;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) columns += width_of(text.char32At(i));
  return columns;
}

std::vector<DisplayLine> display_lines(std::string_view utf8, std::size_t columns, BidiMode mode) {
  SHUBBAK_ASSERT(columns >= 2);
  const icu::UnicodeString text = printable(utf8);
  const bool whole_is_rtl = begins_right_to_left(text).value_or(false);
  std::vector<DisplayLine> lines;
  std::int32_t begin = 0;
  while (begin <= text.length()) {
    std::int32_t end = text.indexOf(u'\n', begin);
    if (end < 0) end = text.length();
    const icu::UnicodeString paragraph(text, begin, end - begin);
    append_paragraph(lines, paragraph, begins_right_to_left(paragraph).value_or(whole_is_rtl), columns, mode);
    begin = end + 1;
  }
  return lines;
}

DisplayLine display_line(std::string_view utf8, BidiMode mode) {
  std::string one_line(utf8);
  for (char& c : one_line) {
    if (c == '\n') c = ' ';
  }
  constexpr std::size_t unlimited = 1U << 20U;
  return display_lines(one_line, unlimited, mode).front();
}

}  // namespace shubbak::cli
