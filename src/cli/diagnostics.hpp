// Faults of configurations and flows on the terminal, with colour where there is one.
#pragma once

#include <vector>

#include "flows/loader.hpp"

namespace shubbak::cli {

void print_diagnostics(const std::vector<flows::Diagnostic>& diagnostics);  // to stderr

}  // namespace shubbak::cli
