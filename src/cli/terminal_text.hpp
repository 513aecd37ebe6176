// Text as a terminal can show it: Arabic letters joined and put in visual order (Unicode Bidirectional Algorithm, UAX
// #9), lines wrapped before they are reordered, widths counted in columns. Most terminals do neither joining nor
// reordering; for the few that do, BidiMode::terminal leaves lines in logical order. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace shubbak::cli {

enum class BidiMode : unsigned char {
  shape,     // we join and reorder; the terminal must be told not to
  terminal,  // the terminal does
};

struct DisplayLine {
  std::string text;  // UTF-8, ready to print; never holds a control character
  std::size_t columns = 0;
  bool right_to_left = false;  // to be aligned to the right
};

// Columns that a text takes: combining marks and invisible characters none, wide ones (CJK, emoji) two.
std::size_t columns_of(std::string_view utf8);

// Wraps a text into lines of at most `columns` (2 at least), between words where that is possible. Each paragraph
// takes its direction from its first strong letter; one without any (an amount, a key) follows the whole text.
// Control characters, escape sequences and bidi controls from the network are dropped: they cannot reach the
// terminal.
std::vector<DisplayLine> display_lines(std::string_view utf8, std::size_t columns, BidiMode mode);

// One line without wrapping, e.g. for a message of the phone.
DisplayLine display_line(std::string_view utf8, BidiMode mode);

}  // namespace shubbak::cli
