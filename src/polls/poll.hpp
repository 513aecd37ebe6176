// Polls (PRODUCT.md, Messages out): one short question after a service, answered once by each person in a round, as
// the configuration describes them. Pure. Thread: any.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "domain/result.hpp"

namespace shubbak::polls {

enum class Channel : std::uint8_t { ussd, sms };
inline constexpr std::array<std::string_view, 2> channel_names{"ussd", "sms"};

struct Choice {
  std::string name;      // in the store and in results
  std::string label_ar;  // on phones
  std::string label_en;

  bool operator==(const Choice&) const = default;
};

struct Poll {
  std::string name;
  std::string question_ar;  // on phones
  std::string question_en;
  std::vector<std::string> after;     // groups of services, such as payments; none: of any
  std::vector<Choice> choices;        // as they are shown
  std::chrono::hours every{30 * 24};  // length of a round: whole days
  std::uint32_t least = 10;           // answers: what fewer persons have said is told of nobody

  [[nodiscard]] const Choice* find_choice(std::string_view choice) const;  // nullptr: it has none of that name
  [[nodiscard]] bool is_asked_after(std::string_view group) const;         // "": whatever came before
};
using Polls = std::vector<Poll>;

struct Limits {
  static constexpr std::size_t name_octets_max = 32;
  static constexpr std::size_t polls_max = 20;
  static constexpr std::size_t choices_min = 2;
  static constexpr std::size_t choices_max = 5;
  static constexpr std::size_t question_letters_max = 60;
  static constexpr std::size_t label_letters_max = 24;  // a line of a screen
  static constexpr std::chrono::days round_most{366};
  static constexpr std::uint32_t least_min = 5;
  static constexpr std::uint32_t least_max = 1'000;
};

// Error invalid: what is wrong with which poll. Names are words for the audit trail: lower-case letters and _.
Status check(const Polls& polls);
// nullptr: there is no poll of that name.
const Poll* find_poll(const Polls& polls, std::string_view name);
// All that is configured of a poll, as one text: another text, another poll.
std::string definition(const Poll& poll);

// The polls of a deployment, where its days begin, and the companies that people may answer about.
struct Plan {
  Polls polls{};
  std::chrono::minutes utc_offset{0};
  std::vector<std::string> companies{};
};

// Rounds follow each other without a gap; one begins at local midnight. The number of a round is told by its length,
// so that every process and every start comes to the same; it is another one where the length is changed.
struct Round {
  std::int64_t number = 0;
  std::chrono::sys_days first;  // local days, both included
  std::chrono::sys_days last;

  bool operator==(const Round&) const = default;
};
Round round_at(const Poll& poll, WallTime now, std::chrono::minutes utc_offset);
// The length of rounds with such a number; nothing: none has it.
std::optional<std::chrono::days> length_of_rounds(std::int64_t number);
// Is it no round of that poll any more, for its length was changed, or is its last day past?
bool is_over(const Round& round, const Poll& poll, WallTime now, std::chrono::minutes utc_offset);

}  // namespace shubbak::polls
