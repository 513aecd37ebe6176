// Brings the schema of a database up to date. Private to store/sqlite.
#pragma once

#include <span>
#include <string_view>

#include <SQLiteCpp/Database.h>

#include "domain/clock.hpp"
#include "domain/result.hpp"
#include "store/doubt.hpp"

namespace shubbak::store {

struct Migration {
  int number;  // from 1, without a gap; PRAGMA user_version holds the last that was applied
  std::string_view name;
  std::string_view sha256;  // of the file, as applied: a migration is never edited afterwards
  std::string_view sql;     // without BEGIN and COMMIT
};

// Those of schema/, part of the binary.
std::span<const Migration> schema_migrations();

// Each missing migration in one transaction of its own. Errors: not a database of Shubbak, of a newer version, a
// migration that was edited after it was applied (all Errc::invalid), or what SQLite says, with the migration's name.
Status migrate(SQLite::Database& database, std::span<const Migration> migrations, WallTime now,
               const OnDoubt& on_doubt = end_in_doubt);

}  // namespace shubbak::store
