// Seals: each transaction of the database that writes entries ends with one. It is the SHA-256 of the seal before it
// (32 octets; of 0 for the first) and of its entries, each as
//
//   number, transfer, step, debited account, credited account, amount, time (milliseconds since 1970-01-01 UTC);
//   if it begins the transfer: key, request, by.kind, by.name, expires, corrects (each of the two 0: it does not);
//   if it resolves it (a move does both): state, by.kind, by.name, evidence;
//   of the debited account, then of the credited one, if no entry named it before: kind, owner, currency.
//
// A number is 8 octets, highest first; a text is its length as such a number and its octets. So whoever changes
// anything of these must make all later seals anew, and the audit trail holds one of each day. Pure: the hash
// function is given. Thread: any, one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "ledger/account.hpp"
#include "ledger/ledger.hpp"

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
  std::int64_t debit_before;  // the entry before it of the account that it debits; 0: there is none
  std::int64_t credit_before;
};

// What a seal is made of, entry by entry.
class SealMaker {
 public:
  explicit SealMaker(HashFunction hash) : hash_(std::move(hash)) { clear(); }

  // The transfer is as it is after the entry. An account only if no entry named it before; null: one did.
  void add(const Entry& entry, const Transfer& transfer, const AccountId* new_debit, const AccountId* new_credit);
  Hash seal(const Hash& before);  // of what was added since the last one
  void clear();

  [[nodiscard]] bool is_empty() const { return octets_.size() == Hash{}.size(); }
  // For a savepoint: how much was added when it was set.
  [[nodiscard]] std::size_t size() const { return octets_.size(); }
  void go_back_to(std::size_t size) { octets_.resize(size); }

 private:
  void add(std::int64_t value);
  void add(std::string_view text);
  void add(WallTime at);
  void add(const Actor& by);

  HashFunction hash_;
  std::vector<std::uint8_t> octets_;  // room for the seal before, then the entries
};

}  // namespace shubbak::ledger
