// How the flows of a deployment are published, for the HTTP API and the command line. Thread: any, one at a time.
#pragma once

#include "admin/world.hpp"
#include "daemon/config.hpp"

namespace shubbak::daemon {

// `config` must outlive it.
admin::Publishing publishing_of(const Config& config, store::OnDoubt on_doubt);

}  // namespace shubbak::daemon
