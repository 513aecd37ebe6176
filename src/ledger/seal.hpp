// Seals: each transaction of the database that writes entries ends with one. It is the SHA-256 of the seal before it
// (32 octets; of 0 for the first) and of its entries: number, transfer, step, debited account, credited account,
// amount and time (milliseconds since 1970-01-01 UTC), each as 8 octets, highest first. So whoever changes an entry
// must make all later seals anew, and the audit trail holds one of each day. Pure: the hash function is given.
// Thread: any, one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "domain/clock.hpp"
#include "ledger/account.hpp"

namespace shubbak::ledger {

using Hash = std::array<std::uint8_t, 32>;
using HashFunction = std::function<Hash(std::span<const std::uint8_t>)>;  // SHA-256

// As it is kept; one out of a database that somebody changed may hold anything in its numbers.
struct Entry {
  std::int64_t number;
  std::int64_t transfer;
  Step step;
  std::int64_t debit;  // accounts, by their numbers
  std::int64_t credit;
  std::int64_t amount;
  WallTime at;
};

// What a seal is made of, entry by entry.
class SealMaker {
 public:
  explicit SealMaker(HashFunction hash) : hash_(std::move(hash)) { clear(); }

  void add(const Entry& entry);
  Hash seal(const Hash& before);  // of what was added since the last one
  void clear();

  [[nodiscard]] bool is_empty() const { return octets_.size() == Hash{}.size(); }
  // For a savepoint: how much was added when it was set.
  [[nodiscard]] std::size_t size() const { return octets_.size(); }
  void go_back_to(std::size_t size) { octets_.resize(size); }

 private:
  HashFunction hash_;
  std::vector<std::uint8_t> octets_;  // room for the seal before, then the entries
};

}  // namespace shubbak::ledger
