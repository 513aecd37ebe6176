// Faults of configurations and flows as people and as tools read them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flows/loader.hpp"

namespace shubbak::cli {

enum class Colour : std::uint8_t { automatic, always, never };

// One fault after the other with its place, its rule and what to do.
std::string to_text(const std::vector<flows::Diagnostic>& diagnostics, bool has_colour);
// {"faults":[{"file","line","column","rule","message","hint"}]}
std::string to_json(const std::vector<flows::Diagnostic>& diagnostics);
// SARIF 2.1.0, which editors and CI systems show beside the lines.
std::string to_sarif(const std::vector<flows::Diagnostic>& diagnostics);

void print_diagnostics(const std::vector<flows::Diagnostic>& diagnostics, Colour colour);  // as text, to stderr

}  // namespace shubbak::cli
