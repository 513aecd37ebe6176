// Answers to polls in the store: that a person has answered in a round, and, apart from it, how often each choice was
// made. The two are written together and cannot be brought together again: what a person has answered is kept
// nowhere, and who has answered is forgotten when the round is over. Thread: as Store.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"
#include "polls/poll.hpp"
#include "polls/results.hpp"

namespace shubbak::store {

using PollKey = std::array<unsigned char, 32>;

// --- changes
// conflict: the person has answered in this round, by whatever number or channel; denied: the number is not linked to
// the person, or suspended, or the round was ended meanwhile; invalid: there is no such poll or choice.
struct AnswerPoll {
  std::string poll;
  std::string choice;
  std::string company;  // whose service it was after; "": none in particular
  polls::Channel channel = polls::Channel::ussd;
  NationalId person;
  Msisdn msisdn;
  PollKey fresh_key{};  // from a CSPRNG: of the round, where this is its first answer
  WallTime at;          // of which the round is
};
// To be queued now and then. Tells the audit trail of polls that are configured otherwise than before, ends the
// rounds whose time is over (or whose poll is gone), and forgets who has answered in them: by the key at once, and
// the rows, which nobody can tell anything by then, so many at a time, for payments wait behind it.
struct TendPolls {
  // How long a round stays open behind its end, for answers that were given before.
  static constexpr std::chrono::minutes grace{1};
  static constexpr std::int64_t forgotten_at_once = 20'000;
  WallTime at;
};
using PollChange = std::variant<AnswerPoll, TendPolls>;

// --- look-ups
struct StoredPollRound {
  std::string poll;
  polls::Round round;
  std::int64_t least = 0;
  bool is_over = false;
};
struct PollSums {
  polls::Possible possible;  // as it was when the round ended
  std::vector<polls::Count> counts;
};

class PollReads {
 public:
  virtual ~PollReads() = default;
  // denied: the round is over. Before its time too, where its poll was gone, or another length, for a while.
  virtual Result<bool> has_answered(const std::string& poll, std::int64_t round, const NationalId& person) = 0;
  // Those in which somebody has answered, by poll, the newest first.
  virtual Result<std::vector<StoredPollRound>> poll_rounds() = 0;
  // Of a round that is over. denied: it is not, and what is told of it now and again later would tell single answers.
  virtual Result<PollSums> poll_sums(const std::string& poll, std::int64_t round) = 0;
  // How many there ever were, by poll.
  virtual Result<std::vector<std::pair<std::string, std::int64_t>>> count_poll_answers() = 0;
};

}  // namespace shubbak::store
