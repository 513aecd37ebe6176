// Polls as overseers read them (polls/results.hpp says what is told and what is not). Needs stats.read, of the whole
// deployment. Thread: the loop's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/message.hpp"
#include "admin/world.hpp"
#include "polls/results.hpp"

namespace shubbak::admin {

struct PollRoundTold {
  std::string poll;
  polls::Round round;
  bool is_over = false;
};
// By poll: of each that is configured the round that runs, and all rounds with answers; the newest first.
Result<std::vector<PollRoundTold>, ApiError> list_poll_rounds(World& world);

enum class PollState : std::uint8_t {
  told,
  too_few,  // answers, for anything to be told
  running,  // nothing is told before the end of the round
  none,     // no round of this poll with answers is over
};
inline constexpr std::array<std::string_view, 4> poll_state_names{"told", "too_few", "running", "none"};

struct PollTold {
  std::string poll;
  PollState state = PollState::none;
  std::optional<polls::Round> round{};  // nothing: none is known by that number, or none is over
  std::optional<polls::Results> results{};
};
// Without a number: the last round that is over. not_found: there is and was no such poll, or no round has such a
// number.
Result<PollTold, ApiError> poll_results(World& world, const std::string& poll, std::optional<std::int64_t> number);

}  // namespace shubbak::admin
