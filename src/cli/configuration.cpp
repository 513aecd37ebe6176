#include "cli/configuration.hpp"

#include "cli/diagnostics.hpp"

namespace shubbak::cli {

std::optional<daemon::Config> read_configuration(const std::string& file) {
  auto config = daemon::read_config(file, daemon::process_environment);
  if (config) return std::move(*config);
  print_diagnostics(config.error(), Colour::automatic);
  return std::nullopt;
}

}  // namespace shubbak::cli
