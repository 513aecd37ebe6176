// The deployment's configuration, for every command that takes --config. Thread: any.
#pragma once

#include <optional>
#include <string>

#include "daemon/config.hpp"

namespace shubbak::cli {

// Nothing: it cannot be read or has faults, which were printed.
std::optional<daemon::Config> read_configuration(const std::string& file);

}  // namespace shubbak::cli
