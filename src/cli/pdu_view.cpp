#include "cli/pdu_view.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "cli/terminal_text.hpp"
#include "smpp/framer.hpp"
#include "smpp/libsmpp34.hpp"
#include "smpp/show.hpp"

namespace shubbak::cli {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// What a message holds may be anything: nothing of it may steer the terminal.
std::string safe(const std::string& line) {
  return display_line(line, BidiMode::terminal).text;
}

struct Columns {
  std::vector<std::string> native{"shubbak", "───────"};
  std::vector<std::string> library{"libsmpp34", "─────────"};

  // Both readings of one PDU begin on the same line.
  void add(std::string_view ours, std::string_view theirs) {
    append(native, ours);
    append(library, theirs);
    const std::size_t lines = std::max(native.size(), library.size());
    native.resize(lines);
    library.resize(lines);
  }

  [[nodiscard]] std::string side_by_side() const {
    std::size_t width = 0;
    for (const std::string& line : native) width = std::max(width, columns_of(line));
    std::string text;
    for (std::size_t i = 0; i < native.size(); ++i) {
      const std::string left = safe(native[i]);
      const std::size_t gap = width > columns_of(left) ? width - columns_of(left) : 0;
      text.append(left).append(gap, ' ').append(" │ ").append(safe(library[i])).append("\n");
    }
    return text;
  }

 private:
  static void append(std::vector<std::string>& column, std::string_view text) {
    if (column.size() > 2) column.emplace_back();
    for (std::string& line : lines_of(text)) column.push_back(std::move(line));
  }
};

std::string as_library_reads(smpp::Bytes pdu) {
  const auto described = smpp::libsmpp34::describe(pdu);
  return described ? *described : "not read: " + described.error().message;
}

}  // namespace

PduView view_pdus(smpp::Bytes octets) {
  Columns columns;
  bool whole = !octets.empty();
  smpp::Framer framer(octets, smpp::pdu_octets_max);
  while (const auto pdu = framer.next()) {
    whole = whole && smpp::decode(*pdu).ok();
    columns.add(smpp::show(*pdu), as_library_reads(*pdu));
  }
  if (framer.failed() || !framer.rest().empty()) {
    whole = false;
    columns.add(smpp::show(framer.rest()), as_library_reads(framer.rest()));
  }
  return {columns.side_by_side(), whole};
}

}  // namespace shubbak::cli
