// Ends of payments that no company tells any more, in the database: proposed by one member of staff, decided by
// another. What ends the payment itself is PaymentWriter's. Private to store/sqlite. Thread: the writer's only.
// Throws SQLite::Exception.
#pragma once

#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/reconcile_writer.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class EndingWriter {
 public:
  // All must outlive it.
  EndingWriter(const SQLite::Database& database, AuditWriter& audit, ReconcileWriter& reconciliation);

  Status apply(const ProposeEnding& change, Committed& committed);

  struct Due {  // what is to be decided, by who may
    StoredEnding ending;
    std::string key;      // of its payment
    std::int64_t amount;  // likewise, in minor units
    bool is_over;         // it has ended meanwhile
  };
  // Changes nothing. Errors: as of DecideEnding.
  Result<Due> find_due(const DecideEnding& change);
  // Once the payment has ended, where it is to end.
  void decide(const Due& due, const DecideEnding& change, Committed& committed);

 private:
  struct Endable {  // a payment
    std::string key;
    ledger::State state;
    WallTime not_after;
    std::int64_t amount;
    std::string keeper;  // the account that keeps the drawer of one in cash; else ""
  };
  std::optional<Endable> find_payment(std::int64_t number);
  Status may_be_proposed(const ProposeEnding& change, const Endable& payment);
  struct Act {
    audit::Action action;
    const Actor& by;
    WallTime at;
  };
  void tell(const Act& act, const StoredEnding& ending, std::int64_t amount);

  AuditWriter& audit_;
  ReconcileWriter& reconciliation_;
  SQLite::Statement payment_;
  SQLite::Statement open_of_payment_;
  SQLite::Statement next_;
  SQLite::Statement add_;
  SQLite::Statement decide_;
  SQLite::Statement ending_;
};

}  // namespace shubbak::store
