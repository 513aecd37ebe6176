// Days that a report or statement is of, as they are asked for. Thread: any.
#pragma once

#include <string>
#include <utility>

#include "admin/message.hpp"
#include "admin/world.hpp"
#include "domain/clock.hpp"

namespace shubbak::admin {

// At most 366 of them.
struct Days {
  std::string from;  // "2026-11-26", of the deployment's calendar
  std::string to;    // the last one
};
// The first moment of the one day, and the first one behind the other.
Result<std::pair<WallTime, WallTime>, ApiError> moments_of(const World& world, const Days& days);

}  // namespace shubbak::admin
