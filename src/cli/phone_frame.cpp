#include "cli/phone_frame.hpp"

#include <algorithm>

namespace shubbak::cli {
namespace {

constexpr std::string_view dim = "\x1b[2m";
constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view bright = "\x1b[1;36m";
constexpr std::string_view normal = "\x1b[0m";

enum class Align : unsigned char { start, centre };  // start: left, or right for a right-to-left line

std::string repeated(std::string_view what, std::size_t times) {
  std::string text;
  text.reserve(what.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += what;
  return text;
}

std::string padded(const DisplayLine& line, std::size_t columns, Align align) {
  const std::size_t free = columns > line.columns ? columns - line.columns : 0;
  std::size_t before = 0;
  switch (align) {
    case Align::start:
      before = line.right_to_left ? free : 0;
      break;
    case Align::centre:
      before = free / 2;
      break;
  }
  return std::string(before, ' ') + line.text + std::string(free - before, ' ');
}

// Lines that are drawn between the phone's two edges.
class Canvas {
 public:
  explicit Canvas(const FrameStyle& style) : style_(style) {}

  void edge(std::string_view left, std::string_view fill, std::string_view right) {
    lines_.push_back(style_.indent +
                     painted(dim, std::string(left) + repeated(fill, style_.columns + 6) + std::string(right)));
  }
  void rule(std::string_view left, std::string_view right) {
    const std::string inner = std::string(left) + repeated("─", style_.columns + 2) + std::string(right);
    lines_.push_back(style_.indent + painted(dim, "│ " + inner + " │"));
  }
  void body(const std::string& content, std::string_view paint) {
    lines_.push_back(style_.indent + painted(dim, "│ │") + " " + painted(paint, content) + " " + painted(dim, "│ │"));
  }
  void below(const std::string& line) { lines_.push_back(style_.indent + "  " + painted(dim, line)); }

  [[nodiscard]] std::string painted(std::string_view paint, const std::string& text) const {
    if (!style_.colour || paint.empty()) return text;
    return std::string(paint) + text + std::string(normal);
  }
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  const FrameStyle& style_;
  std::vector<std::string> lines_;
};

// Two short texts at the two ends of one line; the second gives way if there is no room, and so does the end of the
// first.
std::string at_both_ends(std::string_view left_text, std::string_view right_text, const FrameStyle& style) {
  const std::size_t columns = style.columns;
  const DisplayLine left = display_lines(left_text, columns, style.bidi).front();
  const DisplayLine right = display_lines(right_text, columns, style.bidi).front();
  if (left.columns + right.columns + 1 > columns) return left.text + std::string(columns - left.columns, ' ');
  return left.text + std::string(columns - left.columns - right.columns, ' ') + right.text;
}

void draw_screen(Canvas& canvas, const PhoneView& view, const FrameStyle& style) {
  const std::vector<DisplayLine> lines = display_lines(view.text, style.columns, style.bidi);
  const std::size_t rows = std::max(style.rows_min, lines.size());
  const std::size_t above = view.notice ? (rows - lines.size()) / 2 : 0;
  const std::string blank(style.columns, ' ');
  for (std::size_t i = 0; i < above; ++i) canvas.body(blank, "");
  for (const DisplayLine& line : lines) {
    canvas.body(padded(line, style.columns, view.notice ? Align::centre : Align::start), view.notice ? dim : bold);
  }
  for (std::size_t i = above + lines.size(); i < rows; ++i) canvas.body(blank, "");
}

}  // namespace

std::vector<std::string> draw_phone(const PhoneView& view, const FrameStyle& style) {
  Canvas canvas(style);
  canvas.edge("╭", "─", "╮");
  canvas.rule("┌", "┐");
  const std::string bars = view.has_service ? "▂▄▆ " : "··· ";
  canvas.body(at_both_ends(bars + std::string(view.operator_name), view.clock, style), bright);
  canvas.rule("├", "┤");
  draw_screen(canvas, view, style);
  canvas.rule("├", "┤");
  canvas.body(at_both_ends(view.left_key, view.right_key, style), bright);
  canvas.rule("└", "┘");
  canvas.edge("╰", "─", "╯");
  for (const std::string& line : view.below) canvas.below(line);
  return canvas.take();
}

std::vector<std::string> draw_message(const MessageView& view, const FrameStyle& style) {
  Canvas canvas(style);
  const std::size_t columns = style.columns + 2;
  const std::string title = " ✉ " + std::string(view.title) + " ";
  const std::size_t used = columns_of(title);
  const std::string rest = used < columns + 1 ? repeated("─", columns + 1 - used) : std::string();
  std::vector<std::string> lines;
  lines.push_back(style.indent + canvas.painted(dim, "╭─") + canvas.painted(bright, title) +
                  canvas.painted(dim, rest + "╮"));
  for (const DisplayLine& line : display_lines(view.text, columns, style.bidi)) {
    lines.push_back(style.indent + canvas.painted(dim, "│") + " " +
                    canvas.painted(bold, padded(line, columns, Align::start)) + " " + canvas.painted(dim, "│"));
  }
  lines.push_back(style.indent + canvas.painted(dim, "╰" + repeated("─", columns + 2) + "╯"));
  return lines;
}

}  // namespace shubbak::cli
