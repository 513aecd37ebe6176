// Sums of movements of cash as the statements of statements.sql tell them. Private to store/sqlite. Throws
// SQLite::Exception for a row that cannot be one of ours. Thread: that of the connection.
#pragma once

#include <sqlite3.h>

#include "store/cash.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/ledger_rows.hpp"

namespace shubbak::store {

// Kind, count, sum and fees, from that column on.
inline void add_cash_sum(const Use& row, int column, CashSums& sums) {
  const auto kind = static_cast<std::size_t>(code_in<CashKind>(row, column));
  if (kind >= sums.of.size()) throw SQLite::Exception("a movement of cash is of no kind", SQLITE_CORRUPT);
  sums.of[kind].count += row.integer(column + 1);
  sums.of[kind].minor += row.integer(column + 2);
  sums.fees += row.integer(column + 3);
}

}  // namespace shubbak::store
