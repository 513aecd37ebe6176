// Is a written ledger whole? Replays every entry, transfer by transfer and account by account, and compares what
// comes of it with the states, balances and seals that are kept. It finds what was edited, removed, added or resolved
// twice; what was all changed to agree, seals included, only by the seals that the audit trail tells. Pure. Thread:
// any, one at a time.
//
// How to feed it, so that a ledger which grows meanwhile can be read page by page: of each page (one look at the
// database) first the accounts and transfers that are new since the page before, and again (renew) those older ones
// which an entry of the page names; then its entries. After the last page, in the same
// look: the unsettled transfers again (renew), every account (compare), finish.
//
// Memory: that of each account (about 200 octets) and of each reservation that is open.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ledger/account.hpp"
#include "ledger/ledger.hpp"
#include "ledger/seal.hpp"

namespace shubbak::ledger {

// Rows as they are kept; one out of a database that somebody changed may hold anything in its numbers.
struct AccountRow {
  std::int64_t number;
  AccountId id;
  Balance balance;
  std::int64_t last_entry;  // that names it; 0: none does
};
struct TransferRow {
  std::int64_t number;
  std::int64_t debit;  // accounts
  std::int64_t credit;
  Transfer transfer;  // the accounts of its order are not looked at
};
struct SealRow {
  std::int64_t entry;  // the last one that it is made of
  Hash hash;
};
// A seal as the audit trail tells it.
struct Anchor {
  std::int64_t entry;
  std::string hash;     // hexadecimal digits
  std::int64_t record;  // of the audit trail
};

class Verifier {
 public:
  static constexpr std::size_t faults_max = 20;  // then it says that there are more, and looks no further

  Verifier(HashFunction hash, std::vector<Anchor> anchors);

  void add(const AccountRow& account);  // its balance is not looked at
  void add(TransferRow transfer);       // in the order of numbers
  void add(const SealRow& seal);        // in the order of entries, before its last entry
  void add(const Entry& entry);         // in the order of numbers

  [[nodiscard]] std::vector<std::int64_t> unsettled() const;
  void renew(TransferRow transfer);  // nothing comes of it where that one is settled
  void compare(const AccountRow& account);
  void finish();

  // For people: what is wrong and where, in the order of being found.
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }
  [[nodiscard]] bool is_done() const { return faults_.size() > faults_max; }  // no need to go on

  [[nodiscard]] std::size_t anchors_met() const { return next_anchor_; }
  [[nodiscard]] std::int64_t entries() const { return entries_; }
  [[nodiscard]] std::int64_t transfers() const { return transfers_; }
  [[nodiscard]] std::size_t accounts() const { return accounts_.size(); }
  [[nodiscard]] std::size_t reserved() const { return open_.size(); }

 private:
  struct Replayed {
    Account account;
    std::int64_t last_entry = 0;
    bool compared = false;
  };
  struct Open {
    TransferRow row;
    std::optional<WallTime> begun{};
    std::optional<WallTime> sent{};
    std::optional<WallTime> resolved{};
    std::int64_t posted = 0;
    std::int64_t released = 0;
  };
  using Accounts = std::unordered_map<std::int64_t, Replayed>;
  struct Sides {  // of an entry; accounts_.end(): there is no such account
    Accounts::iterator debit;
    Accounts::iterator credit;
  };
  void fault(std::string what);
  bool follows(const Entry& entry, Open& transfer);
  void judge(const Open& replayed);
  void carry_out(const Entry& entry, const Sides& sides);
  void link(const Entry& entry, std::int64_t account, Replayed& replayed, std::int64_t before);
  void seal(const Entry& entry, const Transfer& transfer, const Sides& sides);
  void meet_seal(const Entry& entry);
  void meet_anchors(const SealRow& seal);

  SealMaker seal_maker_;
  Hash last_seal_{};
  std::deque<SealRow> seals_;    // ahead of the entries
  std::vector<Anchor> anchors_;  // by entry
  std::size_t next_anchor_ = 0;
  std::int64_t sealed_ = 0;  // the last entry that a seal ended
  std::vector<std::string> faults_;
  Accounts accounts_;
  std::unordered_map<std::int64_t, Open> open_;
  std::int64_t entries_ = 0;    // the number of the last one
  std::int64_t transfers_ = 0;  // likewise
};

}  // namespace shubbak::ledger
