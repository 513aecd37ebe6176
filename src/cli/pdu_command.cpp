// shubbak pdu <hex>: a captured PDU as our decoder reads it and as libsmpp34 does, side by side.

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/hex.hpp"
#include "cli/terminal_text.hpp"
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

void print_side_by_side(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  std::size_t width = 0;
  for (const std::string& line : left) width = std::max(width, columns_of(line));
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const std::string first = i < left.size() ? safe(left[i]) : std::string();
    const std::string second = i < right.size() ? safe(right[i]) : std::string();
    const std::size_t gap = width > columns_of(first) ? width - columns_of(first) : 0;
    std::printf("%s%*s │ %s\n", first.c_str(), static_cast<int>(gap), "", second.c_str());
  }
}

int show_pdu(const std::string& argument) {
  std::string hex = argument;
  if (argument == "-") hex.assign(std::istreambuf_iterator<char>(std::cin), {});
  const auto octets = read_hex(hex);
  if (!octets) {
    std::fprintf(stderr, "shubbak pdu: %s\n", octets.error().message.c_str());
    return exit_usage;
  }
  std::vector<std::string> native{"shubbak", "───────"};
  std::vector<std::string> other{"libsmpp34", "─────────"};
  std::ranges::move(lines_of(smpp::show(*octets)), std::back_inserter(native));
  const auto described = smpp::libsmpp34::describe(*octets);
  std::ranges::move(lines_of(described ? *described : "not read: " + described.error().message),
                    std::back_inserter(other));
  print_side_by_side(native, other);
  return smpp::decode(*octets).ok() ? exit_ok : exit_failed;
}

}  // namespace

void add_pdu_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("pdu", "Show a captured SMPP PDU, field by field");
  command->description(
      "Shows a captured SMPP PDU field by field, as Shubbak reads it and, beside it, as libsmpp34 does.\n"
      "Shows everything that is in it, numbers and passwords too: mind who looks on.");
  static std::string hex;
  command->add_option("hex", hex, "The PDU in hexadecimal digits (blanks, ':' and 0x are skipped); '-' reads stdin")
      ->required();
  command->callback([&exit_code] { exit_code = show_pdu(hex); });
}

}  // namespace shubbak::cli
