// How often somebody may ask: counts by minute, for at most so many at once. Pure. Thread: one.
#pragma once

#include <string>
#include <unordered_map>

#include "domain/clock.hpp"

namespace shubbak::admin {

class RateLimiter {
 public:
  RateLimiter(std::size_t per_minute_max, std::size_t known_max)
      : per_minute_max_(per_minute_max), known_max_(known_max) {}

  bool admit(const std::string& who, Instant now) {
    if (now - minute_began_ >= std::chrono::minutes(1)) {
      minute_began_ = now;
      counts_.clear();
    }
    if (counts_.size() >= known_max_ && !counts_.contains(who)) return false;
    return ++counts_[who] <= per_minute_max_;
  }

 private:
  std::size_t per_minute_max_;
  std::size_t known_max_;
  Instant minute_began_{};
  std::unordered_map<std::string, std::size_t> counts_;
};

}  // namespace shubbak::admin
