// shubbak pdu <hex>: a captured PDU as our decoder reads it and as libsmpp34 does, side by side.

#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include "cli/command.hpp"
#include "cli/hex.hpp"
#include "cli/pdu_view.hpp"

namespace shubbak::cli {
namespace {

int show_pdu(const std::string& argument) {
  std::string hex = argument;
  if (argument == "-") hex.assign(std::istreambuf_iterator<char>(std::cin), {});
  const auto octets = read_hex(hex);
  if (!octets) {
    std::fprintf(stderr, "shubbak pdu: %s\n", octets.error().message.c_str());
    return exit_usage;
  }
  const PduView view = view_pdus(*octets);
  std::fwrite(view.text.data(), 1, view.text.size(), stdout);
  return view.whole ? exit_ok : exit_failed;
}

}  // namespace

void add_pdu_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("pdu", "Show captured SMPP PDUs, field by field");
  command->description(
      "Shows captured SMPP PDUs field by field, as Shubbak reads them and, beside it, as libsmpp34 does.\n"
      "Ends with 0 if all of it was understood, with 1 if a PDU is malformed or incomplete.\n"
      "Shows everything that is in it, numbers and passwords too: mind who looks on.");
  static std::string hex;
  command
      ->add_option("hex", hex,
                   "One PDU or more in hexadecimal digits (blanks, ':' and 0x are skipped); '-' reads stdin")
      ->required();
  command->callback([&exit_code] { exit_code = show_pdu(hex); });
}

}  // namespace shubbak::cli
