// What phones are told by commands beside the daemon: in the words of the flows that it runs. Thread: one.
#pragma once

#include <memory>
#include <string>

#include "daemon/config.hpp"
#include "flows/revision.hpp"

namespace shubbak::cli {

// As they were published, or stand in the deployment's folders. Errors: of the database; invalid: the flows have
// faults, which were printed.
Result<std::shared_ptr<const flows::Revision>> words_of(const daemon::Config& config);

// Those that were published as that revision. Null: none were, or they cannot be loaded any more.
std::shared_ptr<const flows::Revision> kept_words_of(const daemon::Config& config, const std::string& revision);

}  // namespace shubbak::cli
