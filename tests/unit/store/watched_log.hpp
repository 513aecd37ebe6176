// SQLite's file access with an eye on the write-ahead log: counts what is written and synced, and fails on demand, as
// a disk does, or has the process killed. Everything else goes straight to the real one. One at a time; stores opened
// meanwhile use it.
#pragma once

#include <atomic>
#include <csignal>
#include <sqlite3.h>

namespace shubbak::store {

class WatchedLog {
 public:
  WatchedLog() {
    writes = 0;
    octets = 0;
    unsynced_writes = 0;
    syncs = 0;
    write_result = SQLITE_OK;
    sync_result = SQLITE_OK;
    kill_at_write = 0;
    real_vfs = sqlite3_vfs_find(nullptr);
    watched = *real_vfs;
    watched.zName = "watched";
    watched.pNext = nullptr;
    watched.xOpen = open;
    sqlite3_vfs_register(&watched, 1);
  }
  WatchedLog(const WatchedLog&) = delete;
  WatchedLog& operator=(const WatchedLog&) = delete;
  ~WatchedLog() {
    sqlite3_vfs_unregister(&watched);
    sqlite3_vfs_register(real_vfs, 1);
  }

  inline static std::atomic<int> writes;
  inline static std::atomic<std::size_t> octets;  // that they wrote
  inline static std::atomic<int> unsynced_writes;
  inline static std::atomic<int> syncs;
  inline static std::atomic<int> write_result;  // SQLITE_OK: the real one
  inline static std::atomic<int> sync_result;
  inline static std::atomic<int> kill_at_write;  // the how manieth; 0: none

 private:
  static int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* flags_out) {
    const int result = real_vfs->xOpen(vfs, name, file, flags, flags_out);
    if (result != SQLITE_OK || (flags & SQLITE_OPEN_WAL) == 0) return result;
    real_methods = file->pMethods;
    methods = *real_methods;
    methods.xWrite = write;
    methods.xSync = sync;
    file->pMethods = &methods;
    return result;
  }
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
    if (write_result != SQLITE_OK) return write_result;
    if (++writes == kill_at_write) ::raise(SIGKILL);
    ++unsynced_writes;
    octets += static_cast<std::size_t>(size);
    return real_methods->xWrite(file, bytes, size, at);
  }
  static int sync(sqlite3_file* file, int flags) {
    if (sync_result != SQLITE_OK) return sync_result;
    ++syncs;
    unsynced_writes = 0;
    return real_methods->xSync(file, flags);
  }

  inline static sqlite3_vfs* real_vfs = nullptr;
  inline static sqlite3_vfs watched{};  // outlives the WatchedLog, for stores that are closed after it
  inline static const sqlite3_io_methods* real_methods = nullptr;
  inline static sqlite3_io_methods methods{};
};

}  // namespace shubbak::store
