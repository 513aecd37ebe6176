// What may be told of a poll's answers, so that nobody learns what fewer than `least` persons have said: neither from
// a number nor by subtracting some from others. Where a choice is rarer than that, the choices from it to the last
// such one are told as one, with some beside them until they are twice as many; so are the companies, and the
// channels, of which some number would be too small. So everything that is told is made of groups of at least `least`
// answers, and so is whatever can be worked out of it. No answers at all are too few as well. Pure. Thread: any.
//
// This holds for one telling of a round: another one, of more answers or by other groups, could tell by the
// difference. So a round is told when it is over, and from then on always by the same choices, companies and `least`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "polls/poll.hpp"

namespace shubbak::polls {

// What might have been answered, whether anybody has or not: who knows it would tell from what is there that nobody
// has said the rest.
struct Possible {
  std::vector<std::string> choices;
  std::vector<std::string> companies;
};

struct Count {
  std::string company;  // whose service it was; "": none was told
  Channel channel = Channel::ussd;
  std::string choice;
  std::int64_t answers = 0;

  bool operator==(const Count&) const = default;
};

struct Row {
  std::optional<std::string> of{};    // company or channel; nothing: all others together
  std::vector<std::int64_t> answers;  // by the groups of choices

  bool operator==(const Row&) const = default;
};

struct Results {
  std::int64_t answers = 0;
  std::vector<std::vector<std::string>> choices;  // groups, in their order: one each, and the rare ones as one
  std::vector<std::int64_t> all;                  // by group
  // By name, the others at last. Empty: there is only one, or too little is to be told of any.
  std::vector<Row> by_company{};
  std::vector<Row> by_channel{};
};

// Nothing: there are fewer than `least` answers.
std::optional<Results> results(const Possible& possible, std::span<const Count> counts, std::int64_t least);

}  // namespace shubbak::polls
