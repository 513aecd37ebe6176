// The flows of a deployment as its configuration names them: the same for the daemon and for the commands of
// designers. Thread: any.
#pragma once

#include <memory>
#include <vector>

#include "daemon/config.hpp"
#include "domain/result.hpp"
#include "flows/loader.hpp"

namespace shubbak::daemon {

Result<std::shared_ptr<const flows::Revision>, std::vector<flows::Diagnostic>> load_flows(const Config& config);

}  // namespace shubbak::daemon
