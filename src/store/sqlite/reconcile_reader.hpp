// The look-ups of cases of reconciliation. Private to store/sqlite. Thread: that of the connection.
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
  ReconcileReader(const SQLite::Database& database, Sealer& sealer);

  Result<std::vector<StoredCase>> reconciliation_cases(const CaseFilter& filter, std::int64_t after,
                                                       std::size_t rows_max) override;
  Result<std::optional<StoredCase>> find_case(std::int64_t number) override;

 private:
  Sealer& sealer_;
  SQLite::Statement case_;
  SQLite::Statement cases_;
};

}  // namespace shubbak::store
