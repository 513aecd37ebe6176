// Where money in dispute goes: proposed by one member of staff, decided by another, moved by one transfer of the
// ledger. Private to store/sqlite. Thread: the writer's only. Throws SQLite::Exception.
#pragma once

#include <optional>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/ledger_writer.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class PlacementWriter {
 public:
  // All must outlive it.
  PlacementWriter(const SQLite::Database& database, AuditWriter& audit, LedgerWriter& ledger);

  Status apply(const ProposePlacement& change, Committed& committed);
  Status apply(const DecidePlacement& change, Committed& committed);
  // Is it proposed, and not decided, that money goes to a card of that person?
  bool awaits_decision(const BlindIndex& person);

 private:
  Status may_be_placed(const StoredCharge& charge);
  Status may_go_to(const std::string& card, Currency currency);
  std::optional<StoredCharge> find_charge(std::int64_t number);
  Status move(const StoredPlacement& placement, const StoredCharge& charge, const DecidePlacement& change,
              Committed& committed);
  struct Act {
    audit::Action action;
    const Actor& by;
    WallTime at;
  };
  void tell(const Act& act, const StoredPlacement& placement, Money amount);

  AuditWriter& audit_;
  LedgerWriter& ledger_;
  SQLite::Statement charge_;
  SQLite::Statement card_;
  SQLite::Statement by_refund_;
  SQLite::Statement of_charge_;
  SQLite::Statement placement_;
  SQLite::Statement next_;
  SQLite::Statement add_;
  SQLite::Statement decide_;
  SQLite::Statement open_of_person_;
};

}  // namespace shubbak::store
