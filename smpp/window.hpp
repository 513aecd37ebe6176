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
  [[nodiscard]] std::uint32_t free() const { return requests_max_ - waiting_; }
  [[nodiscard]] std::uint32_t waiting() const { return waiting_; }
  // The next sequence_number (1 to 0x7FFFFFFF, then 1 again, never one still waiting); free() must not be 0.
  std::uint32_t open(std::uint32_t command_id, std::uint64_t tag, Instant now);
  // A number of the same row for a request that is not kept here (bind, unbind, enquire_link).
  std::uint32_t skip();
  // Continues the row behind this number, for example where an earlier session of the same link ended.
  void start_behind(std::uint32_t sequence_number) { last_sequence_number_ = sequence_number; }
  [[nodiscard]] std::optional<Request> find(std::uint32_t sequence_number) const;
  std::optional<Request> close(std::uint32_t sequence_number);  // its resp came
  std::optional<Request> pop_expired(Instant now);              // oldest first
  std::optional<Request> pop_any();                             // the session ended
  [[nodiscard]] std::optional<Instant> next_expiry() const;     // of the oldest

 private:
  // A request sits in the slot that the low bits of its number select. A number whose slot is still taken is passed
  // over; with at least twice as many slots as requests that is rare. All time out after the same time, so that the
  // list in order of opening is also the order of expiry.
  struct Slot {
    std::uint32_t sequence_number = 0;  // 0: free
    std::uint32_t command_id = 0;
    std::uint64_t tag = 0;
    Instant expires;
    std::uint32_t older = none;
    std::uint32_t newer = none;
  };
  static constexpr std::uint32_t none = 0xFFFFFFFF;

  [[nodiscard]] std::uint32_t slot_of(std::uint32_t sequence_number) const { return sequence_number & mask_; }
  Request take(std::uint32_t slot);

  std::uint32_t requests_max_;
  std::chrono::milliseconds timeout_;
  std::vector<Slot> slots_;
  std::uint32_t mask_;
  std::uint32_t waiting_ = 0;
  std::uint32_t last_sequence_number_ = 0;
  std::uint32_t oldest_ = none;
  std::uint32_t newest_ = none;
};

}  // namespace shubbak::smpp
