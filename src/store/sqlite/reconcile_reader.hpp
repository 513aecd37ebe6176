// The look-ups of reconciliation. Private to store/sqlite. Thread: that of the connection.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/seal.hpp"
#include "store/sqlite/connection.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class ReconcileReader final : public ReconcileReads {
 public:
  // Both must outlive it. Throws SQLite::Exception when the schema is not what the statements need.
  ReconcileReader(SQLite::Database& database, Sealer& sealer);

  Result<std::vector<std::int64_t>> unlisted_payments(std::int64_t import, std::size_t rows_max) override;
  Result<DayReport> reconciliation_report(const std::string& company, const reconcile::Day& day) override;
  Result<std::vector<StoredCase>> reconciliation_cases(const CaseFilter& filter, std::int64_t after,
                                                       std::size_t rows_max) override;
  Result<std::optional<StoredCase>> find_case(std::int64_t number) override;
  Result<std::vector<SettledPayment>> settled_payments(const std::string& company, const reconcile::Day& day,
                                                       const std::optional<SettledPayment>& after,
                                                       std::size_t rows_max) override;
  Result<std::vector<PaidRefund>> paid_refunds(const std::string& company, const reconcile::Day& day,
                                               std::int64_t after, std::size_t rows_max) override;

 private:
  std::optional<StoredImport> find_import(const std::string& company, std::chrono::sys_days day);
  void add_up_here(const std::string& company, const reconcile::Day& day, DayReport& report);
  void add_up_there(const reconcile::Day& day, DayReport& report);

  SQLite::Database& database_;
  Sealer& sealer_;
  SQLite::Statement published_;
  SQLite::Statement staged_;
  SQLite::Statement unlisted_;
  SQLite::Statement listed_by_replaced_only_;
  SQLite::Statement total_here_;
  SQLite::Statement parts_here_;
  SQLite::Statement total_there_;
  SQLite::Statement listed_there_;
  SQLite::Statement cases_there_;
  SQLite::Statement count_open_cases_;
  SQLite::Statement case_;
  SQLite::Statement cases_;
  SQLite::Statement settled_;
  SQLite::Statement refunds_;
  SQLite::Statement total_refunded_;
};

}  // namespace shubbak::store
