// Answers kept for a while, by account. Bounded, lists more closely; what is over makes room first. Pure: it is told
// the time. Thread: one.
#pragma once

#include <chrono>
#include <string>
#include <unordered_map>

#include "domain/clock.hpp"

namespace shubbak::connectors {

template <class T>
class AnswerCache {
 public:
  static constexpr bool is_list = requires { typename T::value_type; };
  static constexpr std::size_t entries_max = is_list ? 1'000 : 10'000;

  // nullptr: nothing, or too old, which is gone then. Good until the next call.
  [[nodiscard]] const T* find(const std::string& account, Instant now) {
    const auto kept = entries_.find(account);
    if (kept == entries_.end()) return nullptr;
    if (now < kept->second.expires) return &kept->second.answer;
    entries_.erase(kept);
    return nullptr;
  }
  void keep(const std::string& account, T answer, Instant now, std::chrono::milliseconds lives) {
    if (entries_.size() >= entries_max)
      std::erase_if(entries_, [&](const auto& entry) { return entry.second.expires <= now; });
    if (entries_.size() >= entries_max) entries_.clear();
    entries_.insert_or_assign(account, Entry{std::move(answer), now + lives});
  }
  void forget(const std::string& account) { entries_.erase(account); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    T answer;
    Instant expires;
  };
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace shubbak::connectors
