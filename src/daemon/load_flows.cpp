#include "daemon/load_flows.hpp"

#include "services/service.hpp"

namespace shubbak::daemon {

Result<std::shared_ptr<const flows::Revision>, std::vector<flows::Diagnostic>> load_flows(const Config& config) {
  const auto sources = flows::read_folders(config.folders);
  if (!sources) {
    return std::vector<flows::Diagnostic>{
        {.file = config.deployment, .line = 1, .column = 1, .message = sources.error().message, .hint = {}}};
  }
  return flows::load(*sources, {.locales = config.locales,
                                .home_flow = config.home_flow,
                                .services = services::signatures(),
                                .country = config.country});
}

}  // namespace shubbak::daemon
