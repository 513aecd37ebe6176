// The flows of a deployment, loaded and proven for its operators: what the daemon runs, and what `shubbakd --check`
// and `shubbak check` tell the faults of, is the same. Thread: one.
#pragma once

#include <memory>
#include <vector>

#include "daemon/config.hpp"
#include "flows/checker.hpp"

namespace shubbak::daemon {

struct LoadedFlows {
  std::shared_ptr<const flows::Revision> revision;
  std::size_t files = 0;
};
// Reads the folders that the configuration names. The error: every fault, in the order of files.
Result<LoadedFlows, std::vector<flows::Diagnostic>> load_and_check(const Config& config);

// What the checker needs to know of the configuration's operators.
std::vector<flows::OperatorProfile> operator_profiles(const Config& config);

// load_and_check() of which only the revision matters.
Result<std::shared_ptr<const flows::Revision>, std::vector<flows::Diagnostic>> load_flows(const Config& config);

}  // namespace shubbak::daemon
