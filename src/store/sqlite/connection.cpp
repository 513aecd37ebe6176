#include "store/sqlite/connection.hpp"

#include <algorithm>
#include <fcntl.h>
#include <limits>
#include <sqlite3.h>
#include <unistd.h>

#include <SQLiteCpp/Column.h>

namespace shubbak::store {
namespace {

// Another process that writes (the command line) holds the database for milliseconds; longer means that it hangs.
constexpr int busy_timeout_ms = 5'000;

// SQLite would create the file with the umask's rights; it holds phone numbers. WAL and shm files inherit the rights.
// One that is there must not be opened: closing it would take away the locks of every other connection of this
// process (fcntl(2)), and the next process to go would remove the log beneath them.
void create_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) ::close(file);  // a failure shows again, with its reason, when SQLite opens the file
}

}  // namespace

SQLite::Database open_for_writing(const std::string& path, std::uint32_t database_pages_max) {
  create_private(path);
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, busy_timeout_ms);
  const std::string mode = database.execAndGet("PRAGMA journal_mode = WAL").getString();
  if (mode != "wal") throw SQLite::Exception("the file system cannot hold a write-ahead log", SQLITE_CANTOPEN);
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA foreign_keys = ON");
  database.exec("PRAGMA wal_autocheckpoint = 0");         // the writer does it after it has reported
  database.exec("PRAGMA journal_size_limit = 67108864");  // a log that grew once is cut again
  database.exec("PRAGMA cache_size = -65536");            // KiB
  database.exec("PRAGMA secure_delete = ON");  // what goes is written over; by Debian's SQLite it is anyway
  database.exec("PRAGMA temp_store = MEMORY");
  database.exec("PRAGMA max_page_count = " + std::to_string(database_pages_max));
  return database;
}

SQLite::Database open_for_reading(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX, busy_timeout_ms);
  // KiB, used as the database grows: the upper levels of every index of ten million links. Not mapped into memory,
  // which would save 3 µs more: a disk error would then be a SIGBUS and not an error.
  database.exec("PRAGMA cache_size = -262144");
  return database;
}

Error describe(const SQLite::Exception& exception, std::string_view doing) {
  const std::string text = "database, " + std::string(doing) + ": ";
  switch (exception.getErrorCode()) {
    case SQLITE_CONSTRAINT:
      return Error{Errc::conflict, text + exception.what()};
    case SQLITE_FULL:
      return Error{Errc::io, text + "the disk is full, or the database is as large as database_pages_max allows"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error{Errc::unavailable, text + "another process holds it"};
    case SQLITE_NOTADB:
      return Error{Errc::malformed, text + "the file is not an SQLite database"};
    case SQLITE_CANTOPEN:
      return Error{Errc::io, text + "the file cannot be opened or created; look at its folder and its rights (" +
                                 exception.what() + ")"};
    default:
      return Error{Errc::io, text + exception.what()};
  }
}

// SQLite writes the pages of a transaction into the log, the last one with the mark that commits them; syncs the log;
// and notes them in its index, which the processes share. What fails before the mark is whole leaves none: a write
// that fails, as on a full disk, for it cuts a page, and each page has a checksum over all before it; a rule that is
// judged at last; another process in between. Anything else may leave the mark in the file although COMMIT says that
// it failed, as a failed sync does, or an index that cannot grow. The transaction is not in the index then, so this
// process does not see it; after a kill the index is made anew from the file, and it is there.
bool leaves_doubt(const SQLite::Exception& commit_failed) {
  const int code = commit_failed.getErrorCode();
  return code != SQLITE_FULL && code != SQLITE_BUSY && code != SQLITE_CONSTRAINT &&
         commit_failed.getExtendedErrorCode() != SQLITE_IOERR_WRITE;
}

int copy_log(const SQLite::Database& database, int how, const OnDoubt& on_doubt) {
  sqlite3* const handle = database.getHandle();
  const int result = sqlite3_wal_checkpoint_v2(handle, "main", how, nullptr, nullptr);
  // What was copied by checkpoints that did not come to the end is synced by the one that does. If that fails, the
  // kernel takes those pages for written, and the next checkpoint would not copy them again before the log is cut.
  if (result != SQLITE_OK && sqlite3_extended_errcode(handle) == SQLITE_IOERR_FSYNC)
    on_doubt(Error{Errc::io, std::string("database, copying the log: ") + sqlite3_errmsg(handle)});
  return result;
}

SQLite::Statement prepare(const SQLite::Database& database, std::string_view sql) {
  return SQLite::Statement(database, std::string(sql));
}

std::int64_t limit_of(std::size_t rows_max) {
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(rows_max, most));  // a negative LIMIT would mean none
}

std::int64_t Use::integer(int column) const {
  return statement_.getColumn(column).getInt64();
}

std::string Use::text(int column) const {
  return statement_.getColumn(column).getString();
}

std::span<const unsigned char> Use::octets(int column) const {
  const SQLite::Column value = statement_.getColumn(column);
  return {static_cast<const unsigned char*>(value.getBlob()), static_cast<std::size_t>(value.getBytes())};
}

void Use::bind(int index, std::span<const unsigned char> value) {
  statement_.bindNoCopy(index, value.data(), static_cast<int>(value.size()));
}

}  // namespace shubbak::store
