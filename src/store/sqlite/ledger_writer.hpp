// Money in the database: reads accounts and transfers as the open transaction sees them, lets ledger/ledger.hpp
// decide, and writes transfers and entries at once, the balances that changed at the end of the transaction: a
// company's account takes part in every payment, and is written once. Each transaction ends with a seal of its
// entries; the first one of a day (UTC) tells the audit trail the last seal of the days before. Private to
// store/sqlite. Thread: the writer's only. Throws SQLite::Exception; never one of a broken rule, by which the change
// alone would be refused with a part of it written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "audit/action.hpp"
#include "audit/detail.hpp"
#include "ledger/ledger.hpp"
#include "ledger/seal.hpp"
#include "store/ledger.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class LedgerWriter {
 public:
  // Both must outlive it.
  LedgerWriter(const SQLite::Database& database, AuditWriter& audit, ledger::HashFunction sha256);

  void begin();      // a new transaction: another process may have written since the last one
  void begin_set();  // a new set of changes
  void undo_set();   // what it wrote was taken back
  // Nothing: a ceiling.
  Result<std::optional<TransferOutcome>> apply(const LedgerChange& change);
  void finish();  // before the commit
  // As the transaction has made it; an empty one, if nothing has named it yet.
  ledger::Account account(const ledger::AccountId& id);

 private:
  struct Held {  // an account as it is within the transaction
    ledger::Account account;
    std::int64_t last_entry = 0;
    bool changed = false;
  };
  struct Before {  // of an account that the set has changed
    std::int64_t number;
    ledger::Balance balance{};
    std::optional<std::int64_t> ceiling{};
    std::int64_t last_entry = 0;
    bool is_new = false;
  };
  struct Ends {  // the numbers that were used last
    std::int64_t account = 0;
    std::int64_t transfer = 0;
    std::int64_t entry = 0;
  };
  struct AccountIdHash {
    std::size_t operator()(const ledger::AccountId& id) const;
  };
  // What is told to the audit trail of a hand's work.
  struct Act {
    audit::Action action;
    const Actor& by;
    WallTime at;
    audit::Detail detail{};
  };

  Result<TransferOutcome> apply(const MoveMoney& change);
  Result<TransferOutcome> apply(const ReserveMoney& change);
  Result<TransferOutcome> apply(const PostReservation& change);
  Result<TransferOutcome> apply(const VoidReservation& change);
  Result<TransferOutcome> apply(const MarkReservationSent& change);
  Result<TransferOutcome> apply(const CorrectTransfer& change);
  Result<TransferOutcome> apply(const ExpireReservation& change);
  Result<std::optional<TransferOutcome>> apply(const SetCeiling& change);

  Result<TransferOutcome> begin_transfer(const std::optional<StoredTransfer>& same_key,
                                         const Result<ledger::Decision>& decision);
  template <class Decide>
  Result<TransferOutcome> resolve(const std::string& key, const ledger::Resolution& resolution, const Decide& decide);
  void write_resolution(std::int64_t number, const ledger::Decision& decision);
  void write_movements(std::int64_t transfer, const ledger::Decision& decision, WallTime at);
  void tell_if_by_hand(audit::Action action, const ledger::Order& order, const Result<TransferOutcome>& outcome);
  void tell(const Act& act, std::int64_t thing);
  void seal();

  Ends& ends();
  std::optional<StoredTransfer> find_transfer(const std::string& key);
  StoredTransfer complete(TransferInRow row);
  Held& held(std::int64_t number);
  std::optional<std::int64_t> find_number(const ledger::AccountId& id);
  std::int64_t open_account(const ledger::AccountId& id, WallTime at);
  Held& change_account(std::int64_t number);

  AuditWriter& audit_;
  std::unordered_map<std::int64_t, Held> accounts_;
  std::unordered_map<ledger::AccountId, std::int64_t, AccountIdHash> numbers_;
  std::optional<Ends> ends_;
  std::optional<Ends> ends_before_set_;
  std::vector<Before> undo_;
  ledger::SealMaker seal_maker_;
  WallTime last_entry_at_;
  std::size_t seal_size_before_set_ = 0;
  WallTime last_entry_at_before_set_;

  SQLite::Statement account_of_;
  SQLite::Statement account_;
  SQLite::Statement add_account_;
  SQLite::Statement put_balance_;
  SQLite::Statement read_ends_;
  SQLite::Statement transfer_of_key_;
  SQLite::Statement add_transfer_;
  SQLite::Statement resolve_transfer_;
  SQLite::Statement mark_sent_;
  SQLite::Statement corrected_amount_;
  SQLite::Statement add_entry_;
  SQLite::Statement last_seal_;
  SQLite::Statement add_seal_;
};

}  // namespace shubbak::store
