// The look-ups of water that is paid before it is filled. Private to store/sqlite. Thread: that of the connection.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/fill.hpp"
#include "store/seal.hpp"
#include "store/sqlite/connection.hpp"

namespace shubbak::store {

vouchers::FillState fill_state_in(const Use& row, int column);  // throws SQLite::Exception for none that there is

class FillReader final : public FillReads {
 public:
  // Both must outlive it. Throws SQLite::Exception when the schema is not what the statements need.
  FillReader(const SQLite::Database& database, Sealer& sealer);

  Result<std::optional<StoredFill>> find_fill(std::int64_t payment) override;
  Result<std::vector<StoredFill>> usable_fills_of(const NationalId& person, WallTime now,
                                                  std::size_t rows_max) override;
  Result<std::vector<StoredFill>> fills(std::int64_t after, std::size_t rows_max) override;
  Result<std::vector<StoredFillRedemption>> fill_redemptions(std::int64_t payment, std::size_t rows_max) override;
  Result<FillTotals> fill_totals(WallTime now) override;

  // Whatever became of them, newest first, without codes. Throws SQLite::Exception.
  std::vector<StoredFill> fills_of(const NationalId& person, std::size_t rows_max);

 private:
  StoredFill fill_in(const Use& row);
  std::vector<StoredFill> all_of(Use& use);

  Sealer& sealer_;
  SQLite::Statement fill_;
  SQLite::Statement usable_;
  SQLite::Statement fills_;
  SQLite::Statement of_person_;
  SQLite::Statement redemptions_;
  SQLite::Statement totals_;
};

}  // namespace shubbak::store
