#include "cli/phone_frame.hpp"

#include <catch2/catch.hpp>

using namespace shubbak::cli;
using Lines = std::vector<std::string>;

namespace {

FrameStyle narrow() {
  FrameStyle style;
  style.columns = 16;
  style.rows_min = 3;
  style.indent = "";
  return style;
}

}  // namespace

TEST_CASE("an English menu is drawn to the left with its keys below") {
  const Lines drawn = draw_phone({.operator_name = "Net",
                                  .clock = "12:31",
                                  .text = "Shubbak\n1 Debt",
                                  .left_key = "Answer",
                                  .right_key = "Cancel",
                                  .below = {"14/182"}},
                                 narrow());
  CHECK(drawn == Lines{"╭──────────────────────╮",  //
                       "│ ┌──────────────────┐ │",  //
                       "│ │ ▂▄▆ Net    12:31 │ │",  //
                       "│ ├──────────────────┤ │",  //
                       "│ │ Shubbak          │ │",  //
                       "│ │ 1 Debt           │ │",  //
                       "│ │                  │ │",  //
                       "│ ├──────────────────┤ │",  //
                       "│ │ Answer    Cancel │ │",  //
                       "│ └──────────────────┘ │",  //
                       "╰──────────────────────╯",  //
                       "  14/182"});
}

TEST_CASE("an Arabic line is aligned to the right, inside the same frame") {
  const Lines drawn = draw_phone({.operator_name = "Net", .clock = "", .text = "1 ذمة\n0 Latin"}, narrow());
  REQUIRE(drawn.size() == 11);
  CHECK(drawn[4] == "│ │            \uFE94\uFEE3\uFEAB 1 │ │");
  CHECK(drawn[5] == "│ │ 0 Latin          │ │");
}

TEST_CASE("the phone's own notice stands in the middle, and without service there are no bars") {
  const Lines drawn = draw_phone(
      {.operator_name = "Net", .clock = "", .has_service = false, .text = "No service", .notice = true}, narrow());
  CHECK(drawn[2] == "│ │ ··· Net          │ │");
  CHECK(drawn[4] == "│ │                  │ │");
  CHECK(drawn[5] == "│ │    No service    │ │");
  CHECK(drawn[6] == "│ │                  │ │");
}

TEST_CASE("the screen grows with its text and every line of the frame is equally wide") {
  for (const BidiMode bidi : {BidiMode::shape, BidiMode::terminal}) {
    FrameStyle style = narrow();
    style.bidi = bidi;
    const Lines drawn = draw_phone({.operator_name = "An operator with a long name",
                                    .clock = "12:31",
                                    .text = "الذمة المستحقة على اشتراككم\nلا شيء 請 ذِمَّة\n1 2 3 4 5 6 7 8 9 10 11"},
                                   style);
    CHECK(drawn.size() > 11);
    for (const std::string& line : drawn) CHECK(columns_of(line) == 24);
    CHECK(drawn[2] == "│ │ ▂▄▆ An operator  │ │");
  }
}

TEST_CASE("a message is a note with its sender on the edge") {
  const Lines drawn = draw_message({.title = "123", .text = "Hello there\nذمة"}, narrow());
  CHECK(drawn == Lines{"╭─ ✉ 123 ────────────╮",                 //
                       "│ Hello there        │",                 //
                       "│                \uFE94\uFEE3\uFEAB │",  //
                       "╰────────────────────╯"});
}

TEST_CASE("colours change nothing but the escape sequences") {
  FrameStyle style = narrow();
  const PhoneView view{.operator_name = "Net", .clock = "1:00", .text = "Hi", .left_key = "A", .right_key = "B"};
  const Lines plain = draw_phone(view, style);
  style.colour = true;
  Lines coloured = draw_phone(view, style);
  for (std::string& line : coloured) {
    for (std::size_t at = line.find('\x1b'); at != std::string::npos; at = line.find('\x1b')) {
      line.erase(at, line.find('m', at) - at + 1);
    }
  }
  CHECK(coloured == plain);
}
