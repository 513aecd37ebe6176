#include "store/sqlite/migrate.hpp"

#include <string>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

constexpr int application_id = 0x53484242;  // "SHBB": tells a database of ours from any other (PRAGMA application_id)

int read_pragma(SQLite::Database& database, const char* pragma) {
  return database.execAndGet(pragma).getInt();
}

std::int64_t count_tables(const SQLite::Database& database) {
  SQLite::Statement count = prepare(database, statement("count_tables"));
  Use use(count);
  use.next();
  return use.integer(0);
}

// Within a transaction, or alone: looks whether the file is ours and how far it is.
Result<int> read_version(SQLite::Database& database, std::span<const Migration> migrations) {
  const int owner = read_pragma(database, "PRAGMA application_id");
  const bool foreign = owner != application_id && (owner != 0 || count_tables(database) != 0);
  if (foreign) return Error{Errc::invalid, "the database file belongs to another program; name another file"};
  const int version = read_pragma(database, "PRAGMA user_version");
  if (version < 0 || static_cast<std::size_t>(version) > migrations.size()) {
    return Error{Errc::invalid, "the database has version " + std::to_string(version) +
                                    ", this program knows up to " + std::to_string(migrations.size()) +
                                    "; run the newer program that made it"};
  }
  return version;
}

Status check_applied(SQLite::Database& database, std::span<const Migration> applied) {
  if (applied.empty()) return {};
  SQLite::Statement find = prepare(database, statement("find_migration"));
  for (const Migration& migration : applied) {
    Use use(find, std::int64_t{migration.number});
    if (!use.next() || use.text(0) != migration.sha256) {
      return Error{Errc::invalid,
                   "migration " + std::string(migration.name) +
                       " is not the one that made this database; a migration is never edited, add a new one"};
    }
  }
  return {};
}

void apply(SQLite::Database& database, const Migration& migration, WallTime now) {
  database.exec("PRAGMA application_id = " + std::to_string(application_id));
  database.exec(std::string(statement("create_migration_table")));
  database.exec(std::string(migration.sql));
  SQLite::Statement add = prepare(database, statement("add_migration"));
  run(add, std::int64_t{migration.number}, std::string(migration.name), std::string(migration.sha256), now);
  database.exec("PRAGMA user_version = " + std::to_string(migration.number));
}

// The next missing one; false when there is none. The version is read inside the transaction, since another process
// may open the same file at the same time.
Result<bool> apply_next(SQLite::Database& database, std::span<const Migration> migrations, WallTime now,
                        const OnDoubt& on_doubt) {
  database.exec(std::string(statement("begin")));
  std::string doing = "reading its version";
  Result<bool> applied = false;
  try {
    const Result<int> version = read_version(database, migrations);
    if (!version.ok()) {
      applied = version.error();
    } else if (static_cast<std::size_t>(*version) < migrations.size()) {
      const Migration& migration = migrations[static_cast<std::size_t>(*version)];
      doing = "migration " + std::string(migration.name);
      apply(database, migration, now);
      commit_surely(on_doubt, [&] { database.exec(std::string(statement("commit"))); });
      return true;
    }
  } catch (const SQLite::Exception& exception) {
    applied = describe(exception, doing);
    // A rule of the schema that the old rows break is not a clash between two callers.
    if (applied.error().code == Errc::conflict) applied = Error{Errc::invalid, applied.error().message};
  }
  database.tryExec(std::string(statement("rollback")));
  return applied;
}

}  // namespace

Status migrate(SQLite::Database& database, std::span<const Migration> migrations, WallTime now,
               const OnDoubt& on_doubt) {
  try {
    const Result<int> version = read_version(database, migrations);
    if (!version.ok()) return version.error();
    Status checked = check_applied(database, migrations.first(static_cast<std::size_t>(*version)));
    if (!checked.ok()) return checked;
    while (true) {
      const Result<bool> applied = apply_next(database, migrations, now, on_doubt);
      if (!applied.ok()) return applied.error();
      if (!*applied) return {};
    }
  } catch (const SQLite::Exception& exception) {
    return describe(exception, "reading its version");
  }
}

}  // namespace shubbak::store
