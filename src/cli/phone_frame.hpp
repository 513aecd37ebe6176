// Draws the phone of `shubbak handset`: a frame with a screen of fixed width, what is known of the string on the air
// below it, and short messages as notes. Pure: values in, lines of UTF-8 out; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal_text.hpp"

namespace shubbak::cli {

struct FrameStyle {
  std::size_t columns = 30;  // of the screen, 16 at least
  std::size_t rows_min = 7;  // the screen grows when a text needs more
  BidiMode bidi = BidiMode::shape;
  bool colour = false;
  std::string indent = "  ";
};

struct PhoneView {
  std::string_view operator_name = {};
  std::string_view clock = {};     // "12:31"; may be empty
  bool has_service = true;         // the bars of the status line
  std::string_view text = {};      // the screen; logical order
  bool notice = false;             // the text is the phone's own, not the service's: set apart and centred
  std::string_view left_key = {};  // soft keys; empty: none
  std::string_view right_key = {};
  std::vector<std::string> below = {};  // lines under the phone
};
std::vector<std::string> draw_phone(const PhoneView& view, const FrameStyle& style);

struct MessageView {
  std::string_view title;  // "from 123 · 12:31 · 2 parts"
  std::string_view text;
};
std::vector<std::string> draw_message(const MessageView& view, const FrameStyle& style);

}  // namespace shubbak::cli
