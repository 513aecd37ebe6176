// Kinds of cases (PRODUCT.md, Cases): complaints, outage reports, requests, estimates, as the configuration describes
// them: the stages that one goes through, who works each and for how long. Pure. Thread: any.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"
#include "staff/permission.hpp"

namespace shubbak::cases {

enum class About : std::uint8_t { nothing, network, payment, staff, request };
constexpr std::array<std::string_view, 5> about_names{"nothing", "network", "payment", "staff", "request"};
constexpr std::string_view to_string(About about) {
  return about_names[static_cast<std::size_t>(about)];
}

// In the place of a stage's name: the case may be resolved from there.
inline constexpr std::string_view resolved_word = "resolved";

struct Stage {
  std::string name;
  std::string label_ar;  // on phones
  std::string label_en;
  staff::Role role = staff::Role::case_worker;  // who works it
  std::chrono::hours limit{72};                 // after which it is late
  std::vector<std::string> next;                // what may follow: stages, or resolved_word
  std::string after_fee{};                      // of next: where it goes by itself once its fee is paid; "": it stays
};

struct Kind {
  std::string name;
  std::string label_ar;
  std::string label_en;
  About about = About::nothing;
  bool needs_text = true;
  bool needs_address = false;                 // that somebody is to visit
  std::string office{};                       // where it is worked; "": at any office of its company
  std::string escalates_to{};                 // the office that a late one goes to; "": it stays where it is
  bool bypasses_office = false;               // seen by nobody but overseers and whoever works it
  std::chrono::hours reopen_within{14 * 24};  // of being resolved
  std::uint32_t reopens_max = 1;
  std::uint32_t open_max = 5;                        // of one person, that are not resolved
  std::optional<std::chrono::hours> joins_within{};  // one opened so long after another of its area is joined to that
  std::vector<Stage> stages;                         // the first is where it begins

  [[nodiscard]] const Stage* find_stage(std::string_view stage) const;  // nullptr: it has none of that name
};
using Kinds = std::vector<Kind>;

struct Limits {
  static constexpr std::size_t kinds_max = 40;
  static constexpr std::size_t stages_max = 12;
  static constexpr std::size_t label_letters_max = 24;  // a line of a screen
  static constexpr std::chrono::hours stage_most{24 * 365};
  static constexpr std::chrono::hours joins_most{24 * 7};
  static constexpr std::int64_t joined_most = 200;        // to one: what is done to them is one transaction
  static constexpr std::int64_t answers_most = 10;        // of its person, that staff have answered none of yet
  static constexpr std::size_t account_digits_least = 3;  // that a fee is on
  static constexpr std::size_t account_digits_most = 20;
  static constexpr std::int64_t fee_most =
      999'999'999'900;  // minor units: of what is more phones could not even tell
};

// Error invalid: what is wrong with which kind. Names are words for the audit trail: lower-case letters and _.
Status check(const Kinds& kinds);
// An office that people may complain about, as grants name it, and its labels for phones. Error invalid.
Status check_office(const std::string& name, std::string_view label_ar, std::string_view label_en);
// nullptr: there is no kind of that name.
const Kind* find_kind(const Kinds& kinds, std::string_view name);

}  // namespace shubbak::cases
