#include "daemon/load_flows.hpp"

#include "services/service.hpp"

namespace shubbak::daemon {

Result<std::vector<flows::SourceFile>, std::vector<flows::Diagnostic>> read_flow_sources(const Config& config) {
  auto sources = flows::read_folders(config.folders);
  if (sources) return std::move(*sources);
  return std::vector<flows::Diagnostic>{
      {.file = config.deployment, .line = 1, .column = 1, .message = sources.error().message, .hint = {}}};
}

LoadedFlows load_sources_of(const Config& config, std::span<const flows::SourceFile> sources) {
  return flows::load(sources, {.locales = config.locales,
                               .home_flow = config.home_flow,
                               .services = services::signatures(),
                               .country = config.country});
}

LoadedFlows load_flows(const Config& config) {
  const auto sources = read_flow_sources(config);
  if (!sources) return sources.error();
  return load_sources_of(config, *sources);
}

}  // namespace shubbak::daemon
