#include "admin/days.hpp"

#include "services/local_day.hpp"

namespace shubbak::admin {
namespace {

constexpr std::chrono::days days_max{366};

}  // namespace

Result<std::pair<WallTime, WallTime>, ApiError> moments_of(const World& world, const Days& days) {
  const auto from = services::start_of_day(days.from, world.utc_offset);
  if (!from) return api_error(from.error(), "from");
  const auto to = services::start_of_day(days.to, world.utc_offset);
  if (!to) return api_error(to.error(), "to");
  if (*to < *from) return ApiError{Code::invalid, "the last day is before the first one", "to"};
  if (*to - *from >= days_max)
    return ApiError{Code::invalid, "at most 366 days are told at once: name fewer, a part of them after the other",
                    "to"};
  return std::pair(*from, *to + std::chrono::days(1));
}

}  // namespace shubbak::admin
