// The USSD dialogues that are going on, one for each phone of a link: bounded, expiring, a million entries planned
// for. Pure; one thread. Look-up, insert, touch and expiry are O(1) and allocate only when the table grows (in whole
// slabs, never moving entries). The index is made once, for dialogues_max, so no insert ever waits for a rehash: 6
// octets a dialogue that there may be, and 32 octets beside T for each that there has been at the same time.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "domain/clock.hpp"
#include "domain/result.hpp"

namespace shubbak::ussd {

// Names one dialogue even after it has ended: a reply that comes late finds nothing instead of its successor.
struct DialogueHandle {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;  // 0 never names a dialogue
  bool operator==(const DialogueHandle&) const = default;
};

inline constexpr std::size_t dialogues_most = std::size_t{1} << 26U;  // that a table can be made for

struct DialogueTableLimits {
  std::size_t dialogues_max = 1'000'000;           // 1 to dialogues_most
  std::chrono::milliseconds idle_timeout{60'000};  // after the last touch
  // Random, from the owner: keys come from outside, and without it a peer could choose ones that collide.
  std::uint64_t hash_seed = 0;
};

// T is what a dialogue carries. T must be default constructible and movable; it is reset to T{} when the dialogue
// ends.
template <class T>
class DialogueTable {
 public:
  explicit DialogueTable(DialogueTableLimits limits);

  // The dialogue of this phone, or nothing. `key` is any 64-bit identity (the msisdn's value with the link's number
  // above it). What is returned stays where it is until the dialogue ends.
  T* find(std::uint64_t key);
  DialogueHandle handle_of(std::uint64_t key) const;  // of a dialogue that exists
  T* get(DialogueHandle handle);                      // nothing if it has ended since
  // A new dialogue; one that the key still had is ended first. Nothing: the table is full.
  T* open(std::uint64_t key, Instant now);
  // `now` is not before that of earlier calls; a dialogue that is not there is not touched or closed.
  void touch(std::uint64_t key, Instant now);
  void close(std::uint64_t key);
  // Ends up to `batch_max` dialogues whose idle time is over, oldest first, telling `on_expired(key, T&)` of each.
  // The table has already forgotten that dialogue, so the callee may open, touch and close any.
  template <class F>
  std::size_t expire(Instant now, std::size_t batch_max, F&& on_expired);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const DialogueTableLimits& limits() const { return limits_; }
  // When expire() next has something to do; nothing: there is no dialogue.
  [[nodiscard]] std::optional<Instant> next_expiry() const;
  // What the table holds itself, without what the Ts point to.
  [[nodiscard]] std::size_t memory_octets() const;

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::uint32_t slab_entries = 256;
  static constexpr std::uint32_t empty_slot = 0;

  struct Entry {
    T value{};
    std::uint64_t key = 0;
    Instant touched{};
    std::uint32_t newer = none;    // towards the one touched last
    std::uint32_t older = none;    // in the free list: the next free entry
    std::uint32_t generation = 0;  // odd while a dialogue is here
  };

  Entry& entry(std::uint32_t index) { return slabs_[index / slab_entries][index % slab_entries]; }
  const Entry& entry(std::uint32_t index) const { return slabs_[index / slab_entries][index % slab_entries]; }

  // The index: open addressing with linear probing, at most two thirds full. A slot holds an entry's index plus one,
  // and above it as many bits of the hash as there is room for, so that other keys' entries are hardly ever looked
  // at.
  std::uint64_t hash(std::uint64_t key) const;
  std::size_t home(std::uint64_t hash) const;
  std::size_t after(std::size_t slot) const { return slot + 1 == slots_.size() ? 0 : slot + 1; }
  std::size_t distance(std::size_t from, std::size_t to) const {
    return to >= from ? to - from : to + slots_.size() - from;
  }
  std::uint32_t tag(std::uint64_t hash) const { return static_cast<std::uint32_t>(hash) & ~index_mask_; }
  std::size_t slot_of(std::uint64_t key) const;  // slots_.size(): not there
  std::uint32_t index_in(std::size_t slot) const { return (slots_[slot] & index_mask_) - 1; }
  void remove_slot(std::size_t slot);

  void link_newest(std::uint32_t index);
  void unlink(std::uint32_t index);
  std::uint32_t take_free_entry();
  void forget(std::uint32_t index, std::size_t slot);  // out of index and order; handles to it find nothing
  void release(std::uint32_t index);                   // T{} and free again

  DialogueTableLimits limits_;
  std::uint32_t index_mask_;
  std::vector<std::uint32_t> slots_;
  std::vector<std::unique_ptr<Entry[]>> slabs_;
  std::uint32_t entries_made_ = 0;  // entries that have ever been used
  std::uint32_t free_ = none;
  std::uint32_t newest_ = none;
  std::uint32_t oldest_ = none;
  std::size_t size_ = 0;
};

template <class T>
DialogueTable<T>::DialogueTable(DialogueTableLimits limits)
    : limits_(limits),
      index_mask_((std::uint32_t{1} << static_cast<unsigned>(std::bit_width(limits.dialogues_max))) - 1) {
  SHUBBAK_ASSERT(limits.dialogues_max >= 1 && limits.dialogues_max <= dialogues_most);
  slots_.resize(limits.dialogues_max + limits.dialogues_max / 2 + 1, empty_slot);
  slabs_.reserve((limits.dialogues_max + slab_entries - 1) / slab_entries);
}

// A bijection that lets every bit of the key reach every bit of the result (multiply and fold, twice).
template <class T>
std::uint64_t DialogueTable<T>::hash(std::uint64_t key) const {
  std::uint64_t x = key ^ limits_.hash_seed;
  x = (x ^ (x >> 32U)) * 0xD6E8FEB86659FD93U;
  x = (x ^ (x >> 32U)) * 0xD6E8FEB86659FD93U;
  return x ^ (x >> 32U);
}

template <class T>
std::size_t DialogueTable<T>::home(std::uint64_t hash) const {
  return static_cast<std::size_t>(((hash >> 32U) * slots_.size()) >>
                                  32U);  // the upper half, scaled; the tag is of the lower
}

template <class T>
std::size_t DialogueTable<T>::slot_of(std::uint64_t key) const {
  const std::uint64_t key_hash = hash(key);
  const std::uint32_t key_tag = tag(key_hash);
  for (std::size_t slot = home(key_hash); slots_[slot] != empty_slot; slot = after(slot)) {
    if ((slots_[slot] & ~index_mask_) == key_tag && entry(index_in(slot)).key == key) return slot;
  }
  return slots_.size();
}

// Moves back what probed past this slot, so that no tombstones are needed.
template <class T>
void DialogueTable<T>::remove_slot(std::size_t slot) {
  for (std::size_t other = after(slot); slots_[other] != empty_slot; other = after(other)) {
    const std::size_t wanted = home(hash(entry(index_in(other)).key));
    if (distance(wanted, other) >= distance(slot, other)) {
      slots_[slot] = slots_[other];
      slot = other;
    }
  }
  slots_[slot] = empty_slot;
}

template <class T>
void DialogueTable<T>::link_newest(std::uint32_t index) {
  Entry& e = entry(index);
  e.newer = none;
  e.older = newest_;
  if (newest_ != none) {
    entry(newest_).newer = index;
  } else {
    oldest_ = index;
  }
  newest_ = index;
}

template <class T>
void DialogueTable<T>::unlink(std::uint32_t index) {
  const Entry& e = entry(index);
  if (e.newer != none) {
    entry(e.newer).older = e.older;
  } else {
    newest_ = e.older;
  }
  if (e.older != none) {
    entry(e.older).newer = e.newer;
  } else {
    oldest_ = e.newer;
  }
}

template <class T>
std::uint32_t DialogueTable<T>::take_free_entry() {
  if (free_ != none) {
    const std::uint32_t index = free_;
    free_ = entry(index).older;
    return index;
  }
  if (entries_made_ == limits_.dialogues_max) return none;
  if (entries_made_ % slab_entries == 0) slabs_.push_back(std::make_unique<Entry[]>(slab_entries));
  return entries_made_++;
}

template <class T>
void DialogueTable<T>::forget(std::uint32_t index, std::size_t slot) {
  remove_slot(slot);
  unlink(index);
  ++entry(index).generation;
  --size_;
}

template <class T>
void DialogueTable<T>::release(std::uint32_t index) {
  Entry& e = entry(index);
  e.value = T{};
  e.older = free_;
  free_ = index;
}

template <class T>
T* DialogueTable<T>::find(std::uint64_t key) {
  const std::size_t slot = slot_of(key);
  return slot == slots_.size() ? nullptr : &entry(index_in(slot)).value;
}

template <class T>
DialogueHandle DialogueTable<T>::handle_of(std::uint64_t key) const {
  const std::size_t slot = slot_of(key);
  SHUBBAK_ASSERT(slot != slots_.size());
  const std::uint32_t index = index_in(slot);
  return {index, entry(index).generation};
}

template <class T>
T* DialogueTable<T>::get(DialogueHandle handle) {
  if (handle.index >= entries_made_ || handle.generation % 2 == 0) return nullptr;
  Entry& e = entry(handle.index);
  return e.generation == handle.generation ? &e.value : nullptr;
}

template <class T>
T* DialogueTable<T>::open(std::uint64_t key, Instant now) {
  close(key);
  const std::uint32_t index = take_free_entry();
  if (index == none) return nullptr;
  Entry& e = entry(index);
  e.key = key;
  e.touched = now;
  ++e.generation;
  const std::uint64_t key_hash = hash(key);
  std::size_t slot = home(key_hash);
  while (slots_[slot] != empty_slot) slot = after(slot);
  slots_[slot] = tag(key_hash) | (index + 1);
  link_newest(index);
  ++size_;
  return &e.value;
}

template <class T>
void DialogueTable<T>::touch(std::uint64_t key, Instant now) {
  const std::size_t slot = slot_of(key);
  if (slot == slots_.size()) return;
  const std::uint32_t index = index_in(slot);
  entry(index).touched = now;
  if (index == newest_) return;
  unlink(index);
  link_newest(index);
}

template <class T>
void DialogueTable<T>::close(std::uint64_t key) {
  const std::size_t slot = slot_of(key);
  if (slot == slots_.size()) return;
  const std::uint32_t index = index_in(slot);
  forget(index, slot);
  release(index);
}

template <class T>
template <class F>
std::size_t DialogueTable<T>::expire(Instant now, std::size_t batch_max, F&& on_expired) {
  std::size_t ended = 0;
  while (ended < batch_max && oldest_ != none && now - entry(oldest_).touched >= limits_.idle_timeout) {
    const std::uint32_t index = oldest_;
    Entry& e = entry(index);
    const std::uint64_t key = e.key;
    forget(index, slot_of(key));
    on_expired(key, e.value);
    release(index);
    ++ended;
  }
  return ended;
}

template <class T>
std::optional<Instant> DialogueTable<T>::next_expiry() const {
  if (oldest_ == none) return std::nullopt;
  return entry(oldest_).touched + limits_.idle_timeout;
}

template <class T>
std::size_t DialogueTable<T>::memory_octets() const {
  return slabs_.size() * slab_entries * sizeof(Entry) + slots_.capacity() * sizeof(slots_[0]) +
         slabs_.capacity() * sizeof(slabs_[0]);
}

}  // namespace shubbak::ussd
