// What the benches of the store share: a loop that takes what the writer posts, SQLite by hand beside it, and what
// work costs.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <sched.h>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/stat.h>
#include <vector>

#include "store/store.hpp"

namespace shubbak::bench {

[[noreturn]] inline void die(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}

inline double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

struct Cost {
  double seconds;
  double cpu_seconds;  // of the whole process
};
template <class Work>
Cost cost_of(const Work& work) {
  const auto began = std::chrono::steady_clock::now();
  const double cpu_before = cpu_seconds();
  work();
  const double cpu = cpu_seconds() - cpu_before;
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), cpu};
}

// Caller and writer share one processor.
inline void stay_on_one_processor() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  if (::sched_setaffinity(0, sizeof one, &one) != 0) die("no processor 0");
}

inline void use_every_processor() {
  cpu_set_t all;
  CPU_ZERO(&all);
  for (std::size_t i = 0; i < CPU_SETSIZE; ++i) CPU_SET(i, &all);
  if (::sched_setaffinity(0, sizeof all, &all) != 0) die("no processors");
}

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "shubbak_bench_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) die("no temporary folder");
    path_ = name;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// The event loop of the caller: each function that is posted holds the reports of one transaction.
class Loop {
 public:
  store::Post post() {
    return [this](std::function<void()> function) {
      const std::lock_guard lock(mutex_);
      functions_.push_back(std::move(function));
      posted_.notify_one();
    };
  }
  void run_one() {
    std::unique_lock lock(mutex_);
    posted_.wait(lock, [this] { return !functions_.empty(); });
    const std::function<void()> function = std::move(functions_.front());
    functions_.pop_front();
    lock.unlock();
    function();
  }
  void run_until(const std::size_t& count, std::size_t wanted) {
    while (count < wanted) run_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> functions_;
};

inline std::unique_ptr<store::Store> open_store(const store::StoreConfig& config, Loop& loop) {
  std::ofstream(config.key_file) << std::string(64, '5') << "\n";
  ::chmod(config.key_file.c_str(), S_IRUSR | S_IWUSR);
  auto opened = store::open_sqlite(config, loop.post());
  if (!opened.ok()) die(opened.error().message);
  return std::move(*opened);
}

// SQLite by hand, set as the store sets it.
class Bare {
 public:
  struct Octets {  // a value of so many
    int count;
  };
  struct Null {};

  explicit Bare(const std::string& path) {
    if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) die("open");
    exec(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4096;"
        "PRAGMA cache_size = -65536");
  }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;
  ~Bare() {
    for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
    sqlite3_close(database_);
  }
  void exec(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) die(sqlite3_errmsg(database_));
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) != SQLITE_OK) die(sqlite3_errmsg(database_));
    statements_.push_back(statement);
    return statement;
  }
  template <class... Values>
  void run(sqlite3_stmt* statement, const Values&... values) {
    int at = 0;
    (bind(statement, ++at, values), ...);
    if (sqlite3_step(statement) != SQLITE_DONE) die(sqlite3_errmsg(database_));
    sqlite3_reset(statement);
  }

 private:
  static void bind(sqlite3_stmt* statement, int at, std::int64_t value) { sqlite3_bind_int64(statement, at, value); }
  static void bind(sqlite3_stmt* statement, int at, std::string_view text) {
    sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  static void bind(sqlite3_stmt* statement, int at, Octets octets) {
    sqlite3_bind_blob(statement, at, octets_, octets.count, SQLITE_STATIC);
  }
  static void bind(sqlite3_stmt* statement, int at, Null) { sqlite3_bind_null(statement, at); }

  sqlite3* database_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
  static constexpr char octets_[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
};

}  // namespace shubbak::bench
