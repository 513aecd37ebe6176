// Which accounts a caller was just shown as their own, so that a service can refuse any other without asking the
// company again at each press. They belong to the person and not to the number: a number that is another person's by
// now owns none of them. Bounded, short-lived, never on disk. Thread: the event loop's.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"

namespace shubbak::services {

class OwnedAccounts {
 public:
  OwnedAccounts(std::size_t callers_max, std::chrono::milliseconds keep) : callers_max_(callers_max), keep_(keep) {}

  struct Entry {
    std::string company;
    std::string account;
  };
  void remember(Msisdn caller, NationalId person, std::vector<Entry> accounts, WallTime now);
  // False also when nothing is remembered any more: then the company has to be asked.
  [[nodiscard]] bool owns(Msisdn caller, const NationalId& person, std::string_view company, std::string_view account,
                          WallTime now) const;

 private:
  struct Remembered {
    NationalId person;
    std::vector<Entry> accounts;
    WallTime until;
  };
  std::size_t callers_max_;
  std::chrono::milliseconds keep_;
  std::unordered_map<std::uint64_t, Remembered> callers_;
  std::deque<std::pair<std::uint64_t, WallTime>> order_;  // oldest first, with the `until` it was queued for
};

}  // namespace shubbak::services
