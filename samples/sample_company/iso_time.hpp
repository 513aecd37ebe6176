// Days and times in UTC as ISO 8601, in the one form that the company API has: "2026-11-26", "2026-11-26T12:34:56Z".
// Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace shubbak::samples {

std::string iso_day(std::chrono::sys_days day);
std::string iso_time(std::chrono::sys_seconds time);

// Nothing: another form, or no such day or time.
std::optional<std::chrono::sys_days> parse_iso_day(std::string_view text);
std::optional<std::chrono::sys_seconds> parse_iso_time(std::string_view text);

}  // namespace shubbak::samples
