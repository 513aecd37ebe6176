// Times as companies write them in their files. Pure. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/clock.hpp"

namespace shubbak::reconcile {

enum class TimeForm : std::uint8_t {
  iso,             // 2026-11-26T12:34:50Z, ISO 8601: also with an offset, without seconds, with a blank for the T
  day_month_year,  // 26/11/2026 12:34:50, also without seconds
  compact,         // 20261126123450
};
std::string_view example_of(TimeForm form);

// What tells no offset is at `utc_offset`. Nothing: another form, or no such time.
std::optional<WallTime> parse_file_time(std::string_view text, TimeForm form, std::chrono::minutes utc_offset);

std::string iso_time(WallTime at);               // whole seconds: "2026-11-26T12:34:50Z"
std::string iso_day(std::chrono::sys_days day);  // "2026-11-26"

}  // namespace shubbak::reconcile
