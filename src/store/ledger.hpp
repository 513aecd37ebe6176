// The ledger in the store: the changes, which take part in the same transactions as all others, and the look-ups.
// What is allowed is decided inside the transaction by the pure rules of src/ledger on the rows as they are then: two
// that want a wallet's last money take turns, also of two processes. Thread: as Store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/result.hpp"
#include "ledger/account.hpp"
#include "ledger/ledger.hpp"

namespace shubbak::store {

// --- changes
// Errors, of the whole set: those of the decision in ledger/ledger.hpp, not_found: no transfer has that key, and io:
// a row that it needs is damaged. What can be told without any row (Errc::invalid: a key, an owner, an amount, a `by`
// that audit::check() does not take) is told before anything is queued. An account is opened by the first transfer
// that names it.
//
// A change that was done before is answered as it was then, and what stands behind it in the set is left out: it was
// done with the first. So whatever is to happen once with a transfer (a grant that it uses up, a receipt that goes
// out) stands behind it. What decides whether money may move at all, such as a TryCode, stands before it: behind it a
// wrong code would leave the money reserved.
//
// Told to the audit trail: corrections and ceilings; and what staff or a Unix user moves or resolves by their own
// hand.
struct MoveMoney {
  ledger::Order order;
};
struct ReserveMoney {
  ledger::Order order;
  ledger::Terms terms;
};
struct PostReservation {
  std::string key;
  std::optional<std::int64_t> amount{};  // nothing: all of it; of less the rest is released
  ledger::Resolution resolution;
};
struct VoidReservation {
  std::string key;
  ledger::Resolution resolution;
};
struct MarkReservationSent {
  std::string key;
  WallTime at;
};
struct CorrectTransfer {
  std::string key;
  ledger::RequestHash request{};
  std::string corrects;  // the key of what is moved back, or of which a part is
  std::int64_t amount = 0;
  std::string reason;  // a word for the audit trail: lower case letters, _ and .
  Actor by;
  WallTime at;
};
// For each of LedgerReads::due_reservations(), with what the person is told of it in the same set.
struct ExpireReservation {
  std::string key;
  WallTime now;
};
struct SetCeiling {
  ledger::AccountId account;
  std::optional<std::int64_t> ceiling;  // not below 0; nothing: no limit. It may lie below what is there
  Actor by;
  WallTime at;
};
using LedgerChange = std::variant<MoveMoney, ReserveMoney, PostReservation, VoidReservation, MarkReservationSent,
                                  CorrectTransfer, ExpireReservation, SetCeiling>;

struct TransferOutcome {
  std::int64_t number = 0;
  ledger::State state = ledger::State::reserved;  // as it is now, also where the first answer is given again
  bool repeated = false;                          // it was done before, and nothing was changed
};

// --- look-ups
struct StoredTransfer {
  std::int64_t number = 0;
  ledger::Transfer transfer;
};
struct StoredAccount {
  std::int64_t number = 0;
  ledger::Account account;
  std::int64_t last_entry = 0;  // that names it; 0: none does
};
struct StatementLine {
  std::int64_t entry = 0;
  WallTime at;
  ledger::Step step = ledger::Step::move;
  ledger::Side side = ledger::Side::debit;  // of the account whose statement it is
  std::int64_t amount = 0;
  std::int64_t transfer = 0;
  std::string key;
  ledger::AccountId other;
  std::int64_t before = 0;  // the account's entry before it; 0: it is its first one
};

class LedgerReads {
 public:
  virtual ~LedgerReads() = default;
  // Nothing: no transfer has named it yet.
  virtual Result<std::optional<StoredAccount>> find_ledger_account(const ledger::AccountId& id) = 0;
  virtual Result<std::optional<StoredTransfer>> find_transfer(const std::string& key) = 0;
  // Of the account of that number: its entry of that number and those before it, newest first. Begins with
  // StoredAccount::last_entry, goes on with the last line's `before`. Entry 0: there is nothing.
  virtual Result<std::vector<StatementLine>> ledger_statement(std::int64_t account, std::int64_t entry,
                                                              std::size_t rows_max) = 0;
  // Keys of what was reserved and neither sent nor resolved in time, the longest due first.
  virtual Result<std::vector<std::string>> due_reservations(WallTime now, std::size_t rows_max) = 0;
  // All, behind that number, in the order of numbers.
  virtual Result<std::vector<StoredAccount>> ledger_accounts(std::int64_t after, std::size_t rows_max) = 0;
};

}  // namespace shubbak::store
