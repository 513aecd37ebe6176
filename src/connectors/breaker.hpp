// A circuit breaker: a company that fails again and again is left alone for a while, so that nobody waits for it and
// it can recover; then one question tries whether it is back. Pure: it is told the time. Thread: one.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "domain/clock.hpp"

namespace shubbak::connectors {

struct BreakerPolicy {
  std::uint32_t failures = 10;  // in a row; 0: it never opens
  std::chrono::milliseconds open_for{10'000};
};

class Breaker {
 public:
  enum class State : std::uint8_t { closed, half_open, open };
  enum class Told : std::uint8_t {
    answered,  // the company is there, whatever it said
    failed,    // it gave no answer, or says itself that it is broken
    nothing,   // it was not asked in the end
  };
  using Ticket = std::uint64_t;

  explicit Breaker(BreakerPolicy policy) : policy_(policy) {}

  // Nothing: it must not be asked. Who gets a ticket tells with it what came of it, once. `may_probe`: this question
  // may be the one that tries whether the company is back; money never is.
  std::optional<Ticket> admit(Instant now, bool may_probe);
  void tell(Ticket ticket, Told told, Instant now);
  [[nodiscard]] State state(Instant now) const;

 private:
  void open(Instant now);

  BreakerPolicy policy_;
  std::uint32_t failures_ = 0;  // in a row
  std::optional<Instant> open_until_;
  bool is_probing_ = false;
  Ticket epoch_ = 0;  // what was asked before the last change of state tells nothing any more
};

}  // namespace shubbak::connectors
