// Rounds of polls as the rows say, and who has answered in one. Private to store/sqlite.
#pragma once

#include <algorithm>
#include <string>

#include "store/poll.hpp"
#include "store/seal.hpp"
#include "store/sqlite/connection.hpp"

namespace shubbak::store {

// At a row of one of the statements poll_round, poll_rounds and poll_rounds_running.
inline StoredPollRound poll_round_in(const Use& use) {
  const auto day = [&use](int column) { return std::chrono::sys_days(std::chrono::days(use.integer(column))); };
  return {use.text(0), {use.integer(1), day(2), day(3)}, use.integer(4), use.is_null(5)};
}
// Likewise; of a round that is not over.
inline PollKey poll_key_in(const Use& use) {
  PollKey key{};
  const std::span<const unsigned char> octets = use.octets(5);
  std::copy_n(octets.begin(), std::min(octets.size(), key.size()), key.begin());
  return key;
}

// Nobody can work it out without the round's key: neither from the person nor back.
inline BlindIndex poll_taker(Sealer& sealer, const PollKey& key, const NationalId& person) {
  const BlindIndex index = sealer.index_of(person);
  std::string text(key.begin(), key.end());
  text.append(index.begin(), index.end());
  return sealer.hash_of(HashedField::poll_taker, 0, text);
}

}  // namespace shubbak::store
