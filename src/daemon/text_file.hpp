// A file of a configuration, read whole. Limit: 1 MiB. Thread: any.
#pragma once

#include <string>

#include "domain/result.hpp"
#include "flows/loader.hpp"

namespace shubbak::daemon {

// Errors: not_found (it cannot be read), limit.
Result<std::string> text_of_file(const std::string& file);
flows::Diagnostic fault_of_file(const std::string& file, const Error& error);

}  // namespace shubbak::daemon
