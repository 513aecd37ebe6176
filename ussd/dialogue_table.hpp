// The USSD dialogues that are going on, one for each phone of a link: bounded, expiring, a million entries planned
// for. Pure; one thread. Look-up, insert, touch and expiry are O(1) and allocate only when the table grows (in whole
// slabs, never moving entries).
#pragma once

#include <cstdint>
#include <optional>

#include "domain/clock.hpp"

namespace shubbak::ussd {

// Names one dialogue even after it has ended: a reply that comes late finds nothing instead of its successor.
struct DialogueHandle {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;
  bool operator==(const DialogueHandle&) const = default;
};

struct DialogueTableLimits {
  std::size_t dialogues_max = 1'000'000;
  std::chrono::milliseconds idle_timeout{60'000};  // after the last touch
};

// T is what a dialogue carries. T must be default constructible and movable; it is reset to T{} when the dialogue
// ends.
template <class T>
class DialogueTable {
 public:
  explicit DialogueTable(DialogueTableLimits limits);

  // The dialogue of this phone, or nothing. `key` is any 64-bit identity (the msisdn's value with the link's number
  // above it).
  T* find(std::uint64_t key);
  DialogueHandle handle_of(std::uint64_t key) const;  // of a dialogue that exists
  T* get(DialogueHandle handle);                      // nothing if it has ended since
  // A new dialogue; one that the key still had is ended first. Nothing: the table is full.
  T* open(std::uint64_t key, Instant now);
  void touch(std::uint64_t key, Instant now);
  void close(std::uint64_t key);
  // Ends up to `batch_max` dialogues whose idle time is over, oldest first, telling `on_expired(key, T&)` of each.
  template <class F>
  std::size_t expire(Instant now, std::size_t batch_max, F&& on_expired);

  [[nodiscard]] std::size_t size() const;

  // private part: for the author to fill (all in this header)
};

}  // namespace shubbak::ussd
