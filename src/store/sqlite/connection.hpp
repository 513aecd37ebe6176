// Connections to the database file and prepared statements on them. Private to store/sqlite.
// Inside store/sqlite SQLite's errors travel as SQLite::Exception; they are turned into Error where a call enters.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/result.hpp"
#include "store/store.hpp"

namespace shubbak::store {

// Both throw SQLite::Exception. The writer creates the file, readable by its owner only; WAL, every commit synced.
SQLite::Database open_for_writing(const std::string& path, std::uint32_t database_pages_max);
SQLite::Database open_for_reading(const std::string& path);

// What to tell of an exception of SQLite; `doing` is like "committing". Never holds data of a row.
Error describe(const SQLite::Exception& exception, std::string_view doing);

// Whether a COMMIT that failed so may have left its transaction in the file.
bool leaves_doubt(const SQLite::Exception& commit_failed);

// No exception leaves the room: what SQLite throws inside `look_up` becomes an error.
template <class LookUp>
auto guarded(std::string_view doing, const LookUp& look_up) -> decltype(look_up()) {
  try {
    return look_up();
  } catch (const SQLite::Exception& exception) {
    return describe(exception, doing);
  }
}

// Of every commit (store/doubt.hpp): where `commit` throws and its transaction may be in the file all the same,
// `on_doubt` is told. Throws what `commit` threw, if that returns.
template <class Commit>
void commit_surely(const OnDoubt& on_doubt, const Commit& commit) {
  try {
    commit();
  } catch (const SQLite::Exception& failed) {
    if (leaves_doubt(failed)) on_doubt(describe(failed, "committing"));
    throw;
  }
}

// Copies the log into the database file, as SQLITE_CHECKPOINT_... says; what came of it, as SQLite tells. `on_doubt`
// is told if it cannot be synced.
int copy_log(const SQLite::Database& database, int how, const OnDoubt& on_doubt);

SQLite::Statement prepare(const SQLite::Database& database, std::string_view sql);

// For LIMIT.
std::int64_t limit_of(std::size_t rows_max);

// One use of a prepared statement: binds the values (not copied: they must outlive it), steps, and resets at the end,
// so that no read transaction stays open and no failed statement is left half done.
class Use {
 public:
  template <class... Values>
  explicit Use(SQLite::Statement& statement, const Values&... values) : statement_(statement) {
    [[maybe_unused]] int index = 0;
    (bind(++index, values), ...);
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use() { statement_.tryReset(); }

  bool next() { return statement_.executeStep(); }  // false: no more rows

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::span<const unsigned char> octets(int column) const;  // until the next step
  [[nodiscard]] bool is_null(int column) const { return statement_.isColumnNull(column); }
  [[nodiscard]] WallTime time(int column) const { return WallTime(std::chrono::milliseconds(integer(column))); }

 private:
  void bind(int index, std::int64_t value) { statement_.bind(index, value); }
  void bind(int index, const std::string& value) { statement_.bindNoCopy(index, value); }
  void bind(int index, std::span<const unsigned char> value);
  template <class T>
  void bind(int index, const std::optional<T>& value) {
    value ? bind(index, *value) : statement_.bind(index);  // NULL
  }
  void bind(int index, WallTime value) { bind(index, std::int64_t{value.time_since_epoch().count()}); }
  void bind(int index, Msisdn value) { bind(index, static_cast<std::int64_t>(value.value())); }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void bind(int index, Enum value) { bind(index, static_cast<std::int64_t>(value)); }

  SQLite::Statement& statement_;
};

// A statement without rows; returns how many rows it changed.
template <class... Values>
int run(SQLite::Statement& statement, const Values&... values) {
  Use use(statement, values...);
  use.next();
  return statement.getChanges();
}

}  // namespace shubbak::store
