// Time as an argument: pure rooms never read a clock, they are told what time it is.
#pragma once

#include <chrono>

namespace shubbak {

using Instant = std::chrono::steady_clock::time_point;              // for time-outs and intervals
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;  // for what people and databases read

inline WallTime wall_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace shubbak
