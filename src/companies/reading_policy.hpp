// What a company takes for a reading, where it does not say so itself with the last one (connectors::LastReading).
#pragma once

#include <cstdint>

#include "connectors/answer.hpp"

namespace shubbak::companies {

using connectors::DayWindow;
using connectors::LastReading;
using connectors::meter_state_names;
using connectors::MeterState;
using connectors::ReadBy;

struct ReadingPolicy {
  std::uint32_t first_day = 0;         // of the month on which readings begin to be taken; 0: on every day
  std::uint32_t last_day = 0;          // and on which they end; below first_day: of the next month
  std::uint32_t usual = 600;           // consumption in 30 days; 0: nobody knows, and no jump is too large
  std::uint32_t plausible_factor = 5;  // of what is usual, above which a reading is asked again; 1 to 1000
  std::uint32_t plausible_least = 50;  // units that are never too many
};

}  // namespace shubbak::companies
