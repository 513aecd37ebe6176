// A message to many numbers: whom it is for, what becomes of it, by whom, and when phones may be told. Pure. Thread:
// any.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "domain/result.hpp"

namespace shubbak::broadcasts {

enum class Kind : std::uint8_t { outage, awareness };
inline constexpr std::array<std::string_view, 2> kind_names{"outage", "awareness"};

// draft → proposed → approved → running ⇄ paused → done; a second person approves or rejects. Anything before its end
// may be cancelled, and is expired when its time is over.
enum class State : std::uint8_t {
  draft,
  proposed,
  approved,  // it begins in the next hours in which phones are told
  running,
  paused,
  done,
  cancelled,
  expired,
  rejected,
};
inline constexpr std::array<std::string_view, 9> state_names{"draft", "proposed",  "approved", "running", "paused",
                                                             "done",  "cancelled", "expired",  "rejected"};
enum class Act : std::uint8_t {
  propose,
  approve,
  reject,
  pause,
  resume,
  cancel,
  start,  // this and those below: by the system
  finish,
  expire,
};
inline constexpr std::array<std::string_view, 9> act_names{"propose", "approve", "reject", "pause", "resume",
                                                           "cancel",  "start",   "finish", "expire"};

constexpr std::string_view to_string(Kind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}
constexpr std::string_view to_string(State state) {
  return state_names[static_cast<std::size_t>(state)];
}
constexpr std::string_view to_string(Act act) {
  return act_names[static_cast<std::size_t>(act)];
}
constexpr bool is_over(State state) {
  return state >= State::done;
}

// Who has an open case of all that is named here, which is news to them: of an outage of their area. "": of any.
// Complaints about staff, and what accuses an office otherwise, are nobody's to be told of, and left out.
struct OpenCases {
  std::string kind{};
  std::string area{};  // as the flow that opened it named it
  std::string directorate{};
  std::string office{};  // where it is worked
  [[nodiscard]] bool any() const { return !kind.empty() || !area.empty() || !directorate.empty() || !office.empty(); }
  bool operator==(const OpenCases&) const = default;
};

// Of the active links, those that all of these name; "": of any.
struct Segment {
  std::string operator_name{};  // whose numbers, as far as it is known whose they are
  std::string locale{};         // the language that they have chosen, or the deployment's own
  // Who has subscribed to notices of its bills: those who live where it is. With open cases: whose these are.
  std::string company{};
  std::string governorate{};      // one of the company's: who gets notices of an account there, with open cases too
  bool is_whole_company = false;  // it owns no other: also of accounts of which it is not known where they are
  OpenCases cases{};
  [[nodiscard]] bool is_by_notices() const { return !company.empty() && (!governorate.empty() || !cases.any()); }
  bool operator==(const Segment&) const = default;
};

struct Text {
  std::string locale;
  std::string text;
  bool operator==(const Text&) const = default;
};
// In that language; else in the deployment's own, in which there always is one.
const std::string& text_in(const std::vector<Text>& texts, std::string_view locale, std::string_view default_locale);

struct Limits {
  static constexpr std::size_t locales_max = 8;
  static constexpr std::size_t text_octets_max = 2'400;  // the operators' own limits are lower: cost.hpp
  static constexpr std::size_t started_max = 20;         // approved, running or paused at once
  static constexpr std::size_t open_max = 500;  // not over at once, drafts too: each is looked at every second
  static constexpr std::chrono::days lives_max{30};
};

// What somebody writes. Error invalid: no text in the default language, two of one, an empty or too long one, one
// with control characters, or an end that is not ahead or too far.
Status check(const std::vector<Text>& texts, std::string_view default_locale, WallTime expires, WallTime now);

// As it is when something is to be done to it.
struct Standing {
  State state = State::draft;
  std::string_view author;
  std::string_view proposer;  // "": nobody yet
  WallTime expires;
};
// What it becomes. Errors: conflict (not from the state that it is in; over; or its time is), denied (who has written
// or proposed it does not approve it).
Result<State> decide(const Standing& current, Act act, std::string_view by, WallTime now);

// The hours of a local day in which phones are told.
struct Hours {
  std::chrono::minutes from{std::chrono::hours(9)};  // since midnight
  std::chrono::minutes until{std::chrono::hours(20)};
  std::chrono::minutes utc_offset{0};
  [[nodiscard]] bool include(WallTime now) const;
};

}  // namespace shubbak::broadcasts
