// Refunds in the database: proposed by one member of staff, decided by another, paid by transfers of the ledger that
// correct those of the payment. Private to store/sqlite. Thread: the writer's only. Throws SQLite::Exception.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/citizen_case_writer.hpp"
#include "store/sqlite/fill_writer.hpp"
#include "store/sqlite/ledger_writer.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class RefundWriter {
 public:
  // All must outlive it.
  RefundWriter(const SQLite::Database& database, AuditWriter& audit, LedgerWriter& ledger, CitizenCaseWriter& cases,
               FillWriter& fills);

  Status apply(const ProposeRefund& change, Committed& committed);
  Status apply(const DecideRefund& change, Committed& committed);

 private:
  struct Refundable {  // a payment
    std::string key;
    std::int64_t amount;
    std::int64_t fee;
    ledger::State state;
    std::int64_t drawer;  // 0: it was not paid in cash
    bool is_of_nobody;    // its person was erased
    std::string keeper;   // of the drawer; "": there is none
  };
  std::optional<Refundable> find_payment(std::int64_t number);
  bool is_all_paid_back(std::int64_t payment);  // but for its fee
  Status pay(const StoredRefund& refund, const DecideRefund& change, Committed& committed);
  void tell(audit::Action action, const StoredRefund& refund, const Actor& by, WallTime at);

  AuditWriter& audit_;
  LedgerWriter& ledger_;
  CitizenCaseWriter& cases_;
  FillWriter& fills_;
  SQLite::Statement payment_;
  SQLite::Statement refunded_;
  SQLite::Statement paid_back_;
  SQLite::Statement next_;
  SQLite::Statement add_;
  SQLite::Statement decide_;
  SQLite::Statement refund_;
  SQLite::Statement owe_cash_;
};

}  // namespace shubbak::store
