// The descriptions of companies' systems that a configuration names. Thread: any.
#pragma once

#include <string>
#include <vector>

#include "daemon/config.hpp"
#include "flows/loader.hpp"

namespace shubbak::daemon {

// Gives each company that names a connector the one of connectors/NAME.yaml of the last folder that has it. What such
// a file takes as ${NAME} is COMPANY_NAME of the environment, or else NAME: companies of one system have secrets of
// their own. Empty: all is well.
std::vector<flows::Diagnostic> load_connectors(Config& config, const std::string& config_file,
                                               const Environment& environment);

}  // namespace shubbak::daemon
