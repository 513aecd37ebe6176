// The flows of a deployment as its configuration names them: the same for the daemon and for the commands of
// designers. Thread: any.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "daemon/config.hpp"
#include "domain/result.hpp"
#include "flows/loader.hpp"

namespace shubbak::daemon {

using LoadedFlows = Result<std::shared_ptr<const flows::Revision>, std::vector<flows::Diagnostic>>;

// What stands in the folders.
Result<std::vector<flows::SourceFile>, std::vector<flows::Diagnostic>> read_flow_sources(const Config& config);
LoadedFlows load_sources_of(const Config& config, std::span<const flows::SourceFile> sources);
// Both.
LoadedFlows load_flows(const Config& config);

}  // namespace shubbak::daemon
