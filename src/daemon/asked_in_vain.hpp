// What a peer was asked for in vain by this process, by number, and when it may be asked again: ever less often
// (payments::pause_after). Bounded; what is forgotten is asked a little earlier. Thread: the event loop's.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "domain/clock.hpp"
#include "payments/payment.hpp"

namespace shubbak::daemon {

class AskedInVain {
 public:
  [[nodiscard]] bool may_ask(std::int64_t number, Instant now) const {
    const auto asked = asked_.find(number);
    return asked == asked_.end() || now >= asked->second.again;
  }
  // Returns how often it was by now.
  std::uint32_t note(std::int64_t number, Instant now) {
    if (asked_.size() > asked_max) asked_.clear();
    Asked& asked = asked_[number];
    asked.again = now + payments::pause_after(asked.times++);
    return asked.times;
  }
  void forget(std::int64_t number) { asked_.erase(number); }

 private:
  static constexpr std::size_t asked_max = 100'000;
  struct Asked {
    std::uint32_t times = 0;
    Instant again;
  };
  std::unordered_map<std::int64_t, Asked> asked_;
};

}  // namespace shubbak::daemon
