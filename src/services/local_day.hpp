// Days as people write them. Pure. Thread: any.
#pragma once

#include <chrono>
#include <string>

#include "domain/clock.hpp"
#include "domain/result.hpp"

namespace shubbak::services {

// The first moment of a local day. Error malformed: it is none, or not written like 2026-11-25.
Result<WallTime> start_of_day(const std::string& text, std::chrono::minutes utc_offset);

}  // namespace shubbak::services
