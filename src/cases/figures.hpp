// Figures of cases: how many were opened, resolved, late and reopened, how they were rated, how long stages took.
// Pure. Thread: one at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "cases/case.hpp"

namespace shubbak::cases {

// How old open cases are: what each group but the first begins with.
inline constexpr std::array<std::chrono::hours, 4> ages_from{std::chrono::hours(24), std::chrono::hours(3 * 24),
                                                             std::chrono::hours(7 * 24), std::chrono::hours(30 * 24)};
inline constexpr std::array<std::string_view, ages_from.size() + 1> age_names{
    "under_1_day", "1_to_3_days", "3_to_7_days", "7_to_30_days", "over_30_days"};

inline constexpr std::size_t stars_most = 5;

// What was done, as far as figures are of it.
struct Deed {
  Act did = Act::open;         // move: whatever ends a stage and does not resolve the case
  std::int64_t stayed_ms = 0;  // in the stage that it ends
  bool was_late = false;       // in that stage
  std::int64_t stars = 0;      // rate: 1 to 5
};

struct Outcomes {
  std::int64_t opened = 0;
  std::int64_t resolved = 0;
  std::int64_t late = 0;
  std::int64_t reopened = 0;
  std::array<std::int64_t, stars_most> rated{};  // how often with one star, two, …

  [[nodiscard]] static bool counts(const Deed& deed) { return deed.did != Act::move; }
  void add(const Deed& deed);  // one that it counts
  [[nodiscard]] std::int64_t ratings() const;
  [[nodiscard]] std::int64_t mean_stars_hundredths() const;  // rounded down; 0 without ratings
  bool operator==(const Outcomes&) const = default;
};

// Of times in a stage, each of which some case took. Rounded down to milliseconds.
struct Spread {
  std::int64_t mean_ms = 0;
  std::int64_t median_ms = 0;        // the least that half of them do not exceed
  std::int64_t ninety_fifth_ms = 0;  // that 95 of 100 do not exceed
  bool operator==(const Spread&) const = default;
};

class Stays {
 public:
  [[nodiscard]] static bool counts(const Deed& deed) { return deed.did == Act::move || deed.did == Act::resolve; }
  void add(const Deed& deed);  // one that it counts
  [[nodiscard]] std::int64_t ended() const { return static_cast<std::int64_t>(stayed_ms_.size()); }
  [[nodiscard]] std::int64_t late() const { return late_; }
  [[nodiscard]] Spread spread();  // zeros where none has ended

 private:
  [[nodiscard]] std::int64_t rank(std::size_t percent);

  std::vector<std::int64_t> stayed_ms_;
  std::int64_t late_ = 0;
};

}  // namespace shubbak::cases
