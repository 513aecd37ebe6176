// A record of the audit trail and how it is chained. What is written of whom: pseudonyms (keyed blind indexes that
// only the holder of the key file can make of a person or number), never the number itself.
//
// The chain: hash = SHA-256(hash of the record before, 32 octets of 0 for the first ‖ canonical octets). The
// canonical octets are number and at (milliseconds since 1970-01-01 UTC), each 8 octets, highest first; then kind and
// name of the actor, action, person, msisdn, thing and detail, each as its length in 2 octets, highest first, and its
// octets (a pseudonym as its 16 octets, not in hexadecimal; none: length 0). docs/operating.md tells the same to
// other programs. Pure: the hash function is given. Thread: any, one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/action.hpp"
#include "audit/detail.hpp"
#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/result.hpp"

namespace shubbak::audit {

using Hash = std::array<std::uint8_t, 32>;
using HashFunction = std::function<Hash(std::span<const std::uint8_t>)>;  // SHA-256

// As stored; one out of a database that somebody changed may hold anything.
struct Record {
  std::int64_t number = 0;  // from 1, without a gap
  WallTime at{};
  Actor by{};
  std::string action{};  // of action_words
  std::string person{};  // 16 octets, or none
  std::string msisdn{};  // 16 octets, or none
  std::string thing{};   // a public name: of a revision, an account; or none
  std::string detail{};  // Detail::json()
  Hash hash{};
};

// The end of a chain; what a new record is chained to.
struct Position {
  std::int64_t number = 0;  // 0: nothing yet
  Hash hash{};

  bool operator==(const Position&) const = default;
};

class Chain {
 public:
  static constexpr std::size_t text_octets_max = 65'535;

  explicit Chain(HashFunction hash) : hash_(std::move(hash)) {}
  // Nothing: a text of the record is longer than text_octets_max, which no record of ours is.
  std::optional<Hash> hash_of(const Hash& before, const Record& record);

 private:
  HashFunction hash_;
  std::vector<std::uint8_t> octets_;  // kept for its memory
};

// May it be written? Errors (invalid) with what is wrong: an actor whose kind and name do not go together, or a name
// that is none (is_account_name; of a thing also a revision's id, or nothing).
Status check(const Actor& by);
Status check_thing(std::string_view thing);

std::string to_hex(std::span<const std::uint8_t> octets);
std::string to_hex(std::string_view octets);
bool is_hex(std::string_view text);  // lower case, as to_hex writes it

}  // namespace shubbak::audit
