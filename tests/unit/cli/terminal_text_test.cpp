#include "cli/terminal_text.hpp"

#include <catch2/catch.hpp>

using namespace shubbak::cli;

// The expected Arabic is written with presentation forms (Unicode block FE70-FEFF), from left to right as the
// terminal prints it.

TEST_CASE("widths are counted in columns, not in octets or code points") {
  CHECK(columns_of("abc") == 3);
  CHECK(columns_of("ذمة") == 3);
  CHECK(columns_of("ذِمَّة") == 3);  // with three diacritics
  CHECK(columns_of("請") == 2);
  CHECK(columns_of("\u200F") == 0);
}

TEST_CASE("Arabic letters are joined and set from right to left") {
  const auto lines = display_lines("ذمة", 10, BidiMode::shape);
  REQUIRE(lines.size() == 1);
  // teh marbuta final, meem initial (thal does not join to the left), thal isolated
  CHECK(lines[0].text == "\uFE94\uFEE3\uFEAB");
  CHECK(lines[0].columns == 3);
  CHECK(lines[0].right_to_left);
}

TEST_CASE("lam and alef become one letter of one column") {
  const auto lines = display_lines("لا", 10, BidiMode::shape);
  CHECK(lines[0].text == "\uFEFB");
  CHECK(lines[0].columns == 1);
}

TEST_CASE("diacritics stay above and below their letters and take no column") {
  const auto lines = display_lines("ذِمَّة", 10, BidiMode::shape);
  CHECK(lines[0].columns == 3);
  CHECK(lines[0].text == "\uFE94\uFEE3\u064E\u0651\uFEAB\u0650");
  // also behind the letter that lam and alef make
  CHECK(display_lines("لاً", 10, BidiMode::shape)[0].text == "\uFEFB\u064B");
}

TEST_CASE("numbers keep their order inside Arabic") {
  // "1. ذمة" begins with no strong letter but holds Arabic: the key stands to the right of its label.
  CHECK(display_lines("1. ذمة", 20, BidiMode::shape)[0].text == "\uFE94\uFEE3\uFEAB .1");
  CHECK(display_lines("ذمة 12,500", 20, BidiMode::shape)[0].text == "12,500 \uFE94\uFEE3\uFEAB");
}

TEST_CASE("Latin stays as it is and to the left") {
  const auto lines = display_lines("1. Debt", 20, BidiMode::shape);
  CHECK(lines[0].text == "1. Debt");
  CHECK_FALSE(lines[0].right_to_left);
}

TEST_CASE("a paragraph without letters follows the direction of the whole text") {
  const auto arabic = display_lines("ذمة\n12,500", 20, BidiMode::shape);
  REQUIRE(arabic.size() == 2);
  CHECK(arabic[1].right_to_left);
  CHECK_FALSE(display_lines("Debt\n12,500", 20, BidiMode::shape)[1].right_to_left);
  // and one with letters has its own
  CHECK_FALSE(display_lines("ذمة\n0 English", 20, BidiMode::shape)[1].right_to_left);
}

TEST_CASE("brackets are mirrored in right-to-left lines") {
  CHECK(display_lines("ذ (م)", 20, BidiMode::shape)[0].text == "(\uFEE1) \uFEAB");
}

TEST_CASE("lines are wrapped between words before they are reordered") {
  // Three words of three letters in lines of seven columns: two words, then the last one.
  const auto lines = display_lines("ذمة ذمت ذمم", 7, BidiMode::terminal);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].text == "ذمة ذمت");
  CHECK(lines[1].text == "ذمم");
  const auto shaped = display_lines("ذمة ذمت ذمم", 7, BidiMode::shape);
  REQUIRE(shaped.size() == 2);
  // the first word is the right-most of the first line
  CHECK(shaped[0].text.find("\uFE94\uFEE3\uFEAB") == shaped[0].text.size() - 9);
  CHECK(shaped[1].columns == 3);
}

TEST_CASE("a word longer than the line is cut, and nothing is lost") {
  const auto lines = display_lines("abcdefgh ij", 5, BidiMode::shape);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].text == "abcde");
  CHECK(lines[1].text == "fgh");
  CHECK(lines[2].text == "ij");
  CHECK(display_lines("abcdefgh ij", 6, BidiMode::shape)[1].text == "gh ij");
}

TEST_CASE("wide characters never overhang the line") {
  for (const DisplayLine& line : display_lines("請請請請a", 5, BidiMode::shape)) CHECK(line.columns <= 5);
}

TEST_CASE("empty paragraphs keep their line") {
  const auto lines = display_lines("a\n\nb", 5, BidiMode::shape);
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].text.empty());
  CHECK(display_lines("", 5, BidiMode::shape).size() == 1);
}

TEST_CASE("nothing from the network steers the terminal") {
  const auto lines = display_lines("a\x1b[2Jb\x07\u202Ec\u009Bd", 20, BidiMode::shape);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].text == "a[2Jbcd");
  CHECK(display_lines("a\xFFz", 20, BidiMode::terminal)[0].text == "a\uFFFDz");
}

TEST_CASE("a terminal that orders by itself gets the logical text") {
  CHECK(display_lines("1. ذمة", 20, BidiMode::terminal)[0].text == "1. ذمة");
}
