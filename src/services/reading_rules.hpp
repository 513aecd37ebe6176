// Rules of meter readings (PRODUCT.md, Readings): what a reading must be, before any company or store is asked. Days
// and months are those of the deployment's local time. Pure. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "companies/reading_policy.hpp"
#include "domain/clock.hpp"

namespace shubbak::services {

// A reference that a person can read out: 8 characters of Crockford's base 32 (no I, L, O, U), 40 bits of `random`.
std::string reading_reference(std::uint64_t random);
// As people type one: in small letters, with blanks or hyphens, with O, I and L for 0 and 1. Nothing: it is none.
std::optional<std::string> parse_reading_reference(std::string_view typed);

// The month, by the deployment's local time, that a reading counts for: "2026-11". On the days of a window that began
// in the month before it is that month: one window, one reading.
std::string billing_period(WallTime at, std::chrono::minutes utc_offset,
                           const std::optional<companies::DayWindow>& window);
// The day by the deployment's local time: "2026-11-26".
std::string local_date(WallTime at, std::chrono::minutes utc_offset);
// The same to the minute: "2026-11-26 14:05".
std::string local_minute(WallTime at, std::chrono::minutes utc_offset);
std::chrono::sys_days local_day(WallTime at, std::chrono::minutes utc_offset);

// The period that the company's last reading counts for, in a window as above; "": it has none.
std::string period_of(const companies::LastReading& last, const std::optional<companies::DayWindow>& window);

constexpr std::int64_t reading_max = 999'999'999;  // that a person can type

// What a new reading is measured by.
struct ReadingBasis {
  std::int64_t last = 0;               // it is counted from there: the last reading, or what a new meter began with
  std::string date;                    // of that
  bool is_replaced = false;            // a new meter is counted from
  std::int64_t days = 1;               // since then, at least 1: also where the company's clock is ahead of ours
  std::int64_t highest = reading_max;  // that the register shows
  std::int64_t turned = 0;  // below this a reading may be of a register that has begun again from 0; 0: none may
  std::int64_t most = reading_max;  // consumption that is plausible by now
};
ReadingBasis basis_of(const companies::LastReading& last, const companies::ReadingPolicy& policy,
                      std::chrono::sys_days today);

enum class Judgement : std::uint8_t {
  plausible,
  odd,       // more than is plausible: to be asked again, then taken
  turned,    // below the last one, but the register may have begun again: taken if the person says so
  too_low,   // below the last one
  too_high,  // the register has not so many digits
};
Judgement judge_reading(const ReadingBasis& basis, std::int64_t value);
// What was consumed, through the register's end where that was passed. Of a value that is not too_low or too_high.
std::int64_t consumption(const ReadingBasis& basis, std::int64_t value);

// When readings are taken: as the company says, else as is configured; nothing: on every day.
std::optional<companies::DayWindow> window_of(const companies::LastReading& last,
                                              const companies::ReadingPolicy& policy);
bool is_open(const companies::DayWindow& window, std::chrono::sys_days today);

}  // namespace shubbak::services
