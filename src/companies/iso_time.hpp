// Times as companies and gateways are told them. Pure. Thread: any.
#pragma once

#include <string>

#include "domain/clock.hpp"

namespace shubbak::companies {

constexpr WallTime first_time = std::chrono::sys_days(std::chrono::year(1970) / 1 / 1);
constexpr WallTime end_of_times = std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1);

// ISO 8601 in UTC, rounded down to seconds: "2026-11-26T12:34:56Z". From first_time on, before end_of_times.
std::string iso_time(WallTime at);

}  // namespace shubbak::companies
