#include "admin/poll_service.hpp"

#include <algorithm>
#include <iterator>

namespace shubbak::admin {
namespace {

bool is_behind(const PollRoundTold& one, const PollRoundTold& other) {
  return one.poll != other.poll ? one.poll < other.poll : one.round.first > other.round.first;
}

// As far as stored ones are concerned; nothing: none of them is meant.
std::optional<store::StoredPollRound> round_meant(const std::vector<store::StoredPollRound>& of_poll,
                                                  std::optional<std::int64_t> number) {
  const auto found = std::ranges::find_if(of_poll, [number](const store::StoredPollRound& one) {
    return number ? one.round.number == *number : one.is_over;
  });
  return found == of_poll.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

Result<std::vector<PollRoundTold>, ApiError> list_poll_rounds(World& world) {
  const auto stored = world.store.polls().poll_rounds();
  if (!stored) return api_error(stored.error());
  std::vector<PollRoundTold> told;
  for (const store::StoredPollRound& one : *stored) told.push_back({one.poll, one.round, one.is_over});
  for (const polls::Poll& poll : world.polls.polls) {
    const polls::Round now = polls::round_at(poll, world.now(), world.polls.utc_offset);
    const auto is_now = [&](const PollRoundTold& one) { return one.poll == poll.name && one.round == now; };
    if (std::ranges::none_of(told, is_now)) told.push_back({poll.name, now, false});
  }
  std::ranges::sort(told, is_behind);
  return told;
}

Result<PollTold, ApiError> poll_results(World& world, const std::string& poll, std::optional<std::int64_t> number) {
  const auto stored = world.store.polls().poll_rounds();
  if (!stored) return api_error(stored.error());
  std::vector<store::StoredPollRound> of_poll;
  std::ranges::copy_if(*stored, std::back_inserter(of_poll),
                       [&poll](const store::StoredPollRound& one) { return one.poll == poll; });
  const polls::Poll* configured = polls::find_poll(world.polls.polls, poll);
  if (of_poll.empty() && configured == nullptr) return ApiError{Code::not_found, "there is no such poll", "poll"};

  PollTold told{.poll = poll};
  const auto meant = round_meant(of_poll, number);
  if (!meant) {
    if (!number) return told;
    const auto length = polls::length_of_rounds(*number);
    if (!length)
      return ApiError{
          Code::not_found,
          "no round has that number: it begins with the length of the rounds, as the list of polls tells it",
          "round"};
    // Nobody has answered in it, or has yet.
    const bool is_to_come = configured != nullptr && *length == configured->every &&
                            *number >= polls::round_at(*configured, world.now(), world.polls.utc_offset).number;
    told.state = is_to_come ? PollState::running : PollState::too_few;
    return told;
  }
  told.round = meant->round;
  told.state = PollState::running;
  if (!meant->is_over) return told;
  const auto sums = world.store.polls().poll_sums(poll, meant->round.number);
  if (!sums) return api_error(sums.error());
  told.results = polls::results(sums->possible, sums->counts, meant->least);
  told.state = told.results ? PollState::told : PollState::too_few;
  return told;
}

}  // namespace shubbak::admin
