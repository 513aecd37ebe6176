#include "store/sqlite/reconcile_reader.hpp"

#include "store/sqlite/reconcile_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

ReconcileReader::ReconcileReader(const SQLite::Database& database, Sealer& sealer)
    : sealer_(sealer),
      case_(prepare(database, statement("reconciliation_case"))),
      cases_(prepare(database, statement("reconciliation_cases"))) {}

Result<std::vector<StoredCase>> ReconcileReader::reconciliation_cases(const CaseFilter& filter, std::int64_t after,
                                                                      std::size_t rows_max) {
  return guarded("listing cases", [&]() -> Result<std::vector<StoredCase>> {
    std::vector<StoredCase> cases;
    const std::int64_t open_only = filter.open_only ? 1 : 0;
    const std::int64_t limit = limit_of(rows_max);
    Use use(cases_, after, filter.company, open_only, limit);
    while (use.next()) cases.push_back(case_in(use, sealer_));
    return cases;
  });
}

Result<std::optional<StoredCase>> ReconcileReader::find_case(std::int64_t number) {
  return guarded("looking up a case", [&]() -> Result<std::optional<StoredCase>> {
    Use use(case_, number);
    if (!use.next()) return std::optional<StoredCase>();
    return std::optional(case_in(use, sealer_));
  });
}

}  // namespace shubbak::store
