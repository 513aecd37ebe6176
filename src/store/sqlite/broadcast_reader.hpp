// The look-ups of broadcasts. Private to store/sqlite. Thread: that of the connection.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/broadcast.hpp"

namespace shubbak::store {

class BroadcastReader final : public BroadcastReads {
 public:
  // It must outlive this. Throws SQLite::Exception when the schema is not what the statements need.
  explicit BroadcastReader(const SQLite::Database& database);

  Result<std::optional<StoredBroadcast>> find_broadcast(std::int64_t number) override;
  Result<std::vector<StoredBroadcast>> broadcasts(bool open_only, std::int64_t after, std::size_t rows_max) override;
  Result<bool> refuses_broadcasts(Msisdn msisdn) override;
  Result<bool> has_stale_receipts(WallTime now) override;

 private:
  void add_parts(StoredBroadcast& to);

  SQLite::Statement row_;
  SQLite::Statement rows_;
  SQLite::Statement open_rows_;
  SQLite::Statement texts_;
  SQLite::Statement lanes_;
  SQLite::Statement waiting_;
  SQLite::Statement refuses_;
  SQLite::Statement stale_receipts_;
};

}  // namespace shubbak::store
