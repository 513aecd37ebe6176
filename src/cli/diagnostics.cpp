#include "cli/diagnostics.hpp"

#include <cstdio>
#include <string>
#include <unistd.h>

namespace shubbak::cli {

void print_diagnostics(const std::vector<flows::Diagnostic>& diagnostics) {
  const bool colour = isatty(STDERR_FILENO) != 0;
  const char* red = colour ? "\x1b[31m" : "";
  const char* bold = colour ? "\x1b[1m" : "";
  const char* dim = colour ? "\x1b[2m" : "";
  const char* normal = colour ? "\x1b[0m" : "";
  for (const flows::Diagnostic& one : diagnostics) {
    std::string place = one.file;
    if (one.line > 0) place += ":" + std::to_string(one.line) + ":" + std::to_string(one.column);
    std::fprintf(stderr, "%s%s:%s %sfault:%s %s\n", bold, place.c_str(), normal, red, normal, one.message.c_str());
    if (!one.hint.empty()) std::fprintf(stderr, "%s    %s%s\n", dim, one.hint.c_str(), normal);
  }
}

}  // namespace shubbak::cli
