// Rules of meter readings that need no company and no store. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "domain/clock.hpp"

namespace shubbak::services {

// A reference that a person can read out: 8 characters of Crockford's base 32 (no I, L, O, U), 40 bits of `random`.
std::string reading_reference(std::uint64_t random);
// The month, by the deployment's local time, that a reading counts for: "2026-11".
std::string billing_period(WallTime at, std::chrono::minutes utc_offset);
// The day by the deployment's local time: "2026-11-26".
std::string local_date(WallTime at, std::chrono::minutes utc_offset);

}  // namespace shubbak::services
