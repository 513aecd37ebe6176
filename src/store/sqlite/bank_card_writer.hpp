// Orders by bank card and charges in the database: has payments/bank_card.hpp judge a charge, people place what is in
// dispute, and the ledger move it.
// Private to store/sqlite. Thread: the writer's only. Throws SQLite::Exception.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/seal.hpp"
#include "store/sqlite/ledger_writer.hpp"
#include "store/sqlite/limit_writer.hpp"
#include "store/sqlite/placement_writer.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class BankCardWriter {
 public:
  // All but the limits must outlive it.
  BankCardWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit, LedgerWriter& ledger,
                 payments::Limits limits);

  // Whether what stands behind it in the set is left out, since it was done with the first.
  Result<bool> apply(const BankCardChange& change, Committed& committed);
  // Of someone who is to be erased then. conflict: a link of theirs is not over, or was so a day before, or money in
  // dispute may be about to come to their card.
  Status may_erase(const NationalId& person, WallTime at);
  bool erase_person(const NationalId& person);  // nothing says any more whose their orders were; false: none were

 private:
  Result<bool> apply_one(const OrderByBankCard& change, Committed& committed);
  Result<bool> apply_one(const NoteOrderOpen& change, Committed& committed);
  Result<bool> apply_one(const CloseOrder& change, Committed& committed);
  Result<bool> apply_one(const TakeCharge& change, Committed& committed);
  Result<bool> apply_one(const ProposePlacement& change, Committed& committed);
  Result<bool> apply_one(const DecidePlacement& change, Committed& committed);

  // limit: it would be over one, paid at that moment, or the card may not hold it.
  Status is_within_limits(const OrderByBankCard& change, const BlindIndex& person);

  struct OpenOnes {
    std::int64_t orders = 0;
    std::int64_t to_the_account = 0;
  };
  // Whose link is good for longer than `at`.
  OpenOnes open_ones(const BlindIndex& person, const std::optional<std::string>& company,
                     const std::optional<std::string>& account, WallTime at);
  std::optional<StoredOrder> find_order(const std::string& key);
  bool has_paid_since(const StoredOrder& order);
  Status move(std::int64_t number, const TakeCharge& change, const std::optional<StoredOrder>& order);

  Sealer& sealer_;
  LedgerWriter& ledger_;
  LimitWriter limits_;
  PlacementWriter placements_;
  SQLite::Statement order_;
  SQLite::Statement open_of_person_;
  SQLite::Statement erase_orderer_;
  SQLite::Statement open_payment_to_;
  SQLite::Statement wallet_;
  SQLite::Statement add_order_;
  SQLite::Statement set_order_;
  SQLite::Statement charge_;
  SQLite::Statement next_charge_;
  SQLite::Statement add_charge_;
  SQLite::Statement paid_since_;
};

}  // namespace shubbak::store
