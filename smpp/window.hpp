// The in-flight window of a session: requests of ours that wait for their resp, by sequence_number. Bounded, no
// allocation after construction. Pure; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/clock.hpp"

namespace shubbak::smpp {

class Window {
 public:
  Window(std::uint32_t requests_max, std::chrono::milliseconds timeout);
  struct Request {
    std::uint32_t sequence_number;
    std::uint32_t command_id;
    std::uint64_t tag;
  };
  [[nodiscard]] std::uint32_t free() const;
  // The next sequence_number (1 to 0x7FFFFFFF, then 1 again, never one still waiting); free() must not be 0.
  std::uint32_t open(std::uint32_t command_id, std::uint64_t tag, Instant now);
  std::optional<Request> close(std::uint32_t sequence_number);  // its resp came
  std::optional<Request> pop_expired(Instant now);              // oldest first
  std::optional<Request> pop_any();                             // the session ended

  // private part: for the author to fill
};

}  // namespace shubbak::smpp
