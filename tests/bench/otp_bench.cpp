// One-time codes through the real store: each person is sent a code and types it; both are durable with their
// counters before the next step. Beside it a bare SQLite loop that writes the same rows in as many commits.
// Prints what one pair of issue and verify costs in processor time, of the whole process, and how many go through a
// second on one processor.
//
//   otp_bench [pairs]     default 100,000
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sched.h>
#include <sqlite3.h>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <vector>

#include "store/store.hpp"

namespace {

using namespace shubbak;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch = 1'000;  // pairs under way at once; the store commits as many sets at once
const WallTime start{std::chrono::seconds(1'790'000'000)};

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "otp_bench: %s\n", why.c_str());
  std::exit(1);
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Runs `work` over all pairs and says what it cost.
template <class Work>
double measure(const char* what, std::size_t pairs, const Work& work) {
  const auto began = Clock::now();
  const double cpu_before = cpu_seconds();
  work();
  const double cpu = cpu_seconds() - cpu_before;
  const double passed = std::chrono::duration<double>(Clock::now() - began).count();
  const auto count = static_cast<double>(pairs);
  std::printf("%-14s %8.0f pairs/s, %5.1f us of CPU a pair (%.0f/s of CPU)\n", what, count / passed,
              cpu / count * 1e6, count / cpu);
  return cpu / count;
}

// The event loop of the caller: takes what the writer posts.
class Loop {
 public:
  store::Post post() {
    return [this](std::function<void()> function) {
      const std::lock_guard lock(mutex_);
      functions_.push_back(std::move(function));
      posted_.notify_one();
    };
  }
  void run_until(const std::size_t& count, std::size_t wanted) {
    while (count < wanted) {
      std::unique_lock lock(mutex_);
      posted_.wait(lock, [this] { return !functions_.empty(); });
      const std::function<void()> function = std::move(functions_.front());
      functions_.pop_front();
      lock.unlock();
      function();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> functions_;
};

Msisdn number(std::size_t i) {
  return *Msisdn::from_value(963'930'000'000 + i * 7);
}
NationalId person(std::size_t i) {
  std::string digits = std::to_string(i);
  return *NationalId::parse(Country::syria, "01" + std::string(9 - digits.size(), '0') + digits);
}

void through_the_store(const std::string& folder, std::size_t pairs) {
  store::StoreConfig config{.path = folder + "/store.db", .key_file = folder + "/key"};
  std::ofstream(config.key_file) << std::string(64, '5') << "\n";
  ::chmod(config.key_file.c_str(), S_IRUSR | S_IWUSR);
  config.otp.sends_per_deployment_hour = config.otp.sends_per_prefix_hour = 1'000'000'000;
  Loop loop;
  auto opened = store::open_sqlite(config, loop.post());
  if (!opened.ok()) die(opened.error().message);
  store::Store& kept = **opened;
  const std::string binding = "pay|aleppo|4711|125000|SYP";
  const std::string code = "493817";
  measure("the store", pairs, [&] {
    std::size_t sent = 0;
    std::size_t right = 0;
    for (std::size_t from = 0; from < pairs; from += batch) {
      const std::size_t end = std::min(from + batch, pairs);
      for (std::size_t i = from; i < end; ++i) {
        std::vector<store::Change> changes;
        changes.emplace_back(
            store::SendCode{number(i), person(i), binding, code, otp::Channel::ussd,
                            store::OutboxMessage{0, "mtn", number(i), "493817 pays 1,250 SYP", start, start}, start});
        kept.change(std::move(changes), [&sent](const Result<store::Committed>& result) {
          if (result.ok() && result->sends.at(0) == otp::SendVerdict::sent) ++sent;
        });
      }
      loop.run_until(sent, end);
      for (std::size_t i = from; i < end; ++i) {
        std::vector<store::Change> changes;
        changes.emplace_back(store::TryCode{number(i), person(i), binding, code, otp::Channel::ussd, start});
        kept.change(std::move(changes), [&right](const Result<store::Committed>& result) {
          if (result.ok() && result->tries.at(0) == otp::TryVerdict::right) ++right;
        });
      }
      loop.run_until(right, end);
    }
  });
}

// --- the same rows by hand
class Bare {
 public:
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
  // Integers, and "" for 32 octets, are bound in order.
  void run(sqlite3_stmt* statement, const std::vector<std::int64_t>& values, int octets_from = 99,
           int octets_to = 0) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const int at = static_cast<int>(i) + 1;
      if (at >= octets_from && at <= octets_to) {
        sqlite3_bind_blob(statement, at, octets_, static_cast<int>(values[i]), SQLITE_STATIC);
      } else {
        sqlite3_bind_int64(statement, at, values[i]);
      }
    }
    if (sqlite3_step(statement) != SQLITE_DONE) die(sqlite3_errmsg(database_));
    sqlite3_reset(statement);
  }

 private:
  sqlite3* database_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
  static constexpr char octets_[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
};

void by_hand(const std::string& folder, std::size_t pairs) {
  Bare bare(folder + "/store.db");  // the schema is there; the rows are of other numbers
  bare.exec(
      "DELETE FROM otp_challenge; DELETE FROM otp_sends; DELETE FROM otp_window; DELETE FROM otp_grant;"
      "DELETE FROM outbox; VACUUM");
  sqlite3_stmt* put_challenge = bare.prepare(
      "INSERT INTO otp_challenge (msisdn, code, binding, issued, expires, wrong_ussd, wrong_sms) "
      "VALUES (?1, ?2, ?3, ?4, ?5, 0, 0)");
  sqlite3_stmt* put_sends = bare.prepare(
      "INSERT INTO otp_sends (msisdn, last, hour_began, hour_sends, day_began, day_sends) "
      "VALUES (?1, ?2, ?2, 1, ?2, 1)");
  sqlite3_stmt* put_window = bare.prepare(
      "INSERT INTO otp_window (scope, began, sends) VALUES (?1, ?2, 1) "
      "ON CONFLICT (scope) DO UPDATE SET sends = sends + 1");
  sqlite3_stmt* put_message = bare.prepare(
      "INSERT INTO outbox (id, link, msisdn, text_sealed, created, expires) "
      "VALUES (?1, 'mtn', ?2, ?3, ?4, ?4)");
  sqlite3_stmt* drop_challenge = bare.prepare("DELETE FROM otp_challenge WHERE msisdn = ?1");
  sqlite3_stmt* put_grant =
      bare.prepare("INSERT INTO otp_grant (msisdn, binding, granted, expires) VALUES (?1, ?2, ?3, ?4)");
  const std::int64_t now = start.time_since_epoch().count();
  measure("bare SQLite", pairs, [&] {
    for (std::size_t from = 0; from < pairs; from += batch) {
      const std::size_t end = std::min(from + batch, pairs);
      bare.exec("BEGIN IMMEDIATE");
      for (std::size_t i = from; i < end; ++i) {
        const auto msisdn = static_cast<std::int64_t>(number(i).value());
        bare.run(put_challenge, {msisdn, 32, 32, now, now}, 2, 3);
        bare.run(put_sends, {msisdn, now});
        bare.run(put_window, {msisdn / 10'000, now});
        bare.run(put_window, {0, now});
        bare.run(put_message, {static_cast<std::int64_t>(i) + 1, msisdn, 50, now}, 3, 3);
      }
      bare.exec("COMMIT");
      bare.exec("BEGIN IMMEDIATE");
      for (std::size_t i = from; i < end; ++i) {
        const auto msisdn = static_cast<std::int64_t>(number(i).value());
        bare.run(drop_challenge, {msisdn});
        bare.run(put_grant, {msisdn, 32, now, now}, 2, 2);
      }
      bare.exec("COMMIT");
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t pairs = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100'000;
  if (pairs == 0) die("how many pairs? otp_bench [pairs]");
  // Caller and writer share one processor.
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  if (::sched_setaffinity(0, sizeof one, &one) != 0) die("no processor 0");
  std::string folder = (std::filesystem::temp_directory_path() / "shubbak_otp_XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) die("no temporary folder");
  through_the_store(folder, pairs);
  by_hand(folder, pairs);
  std::filesystem::remove_all(folder);
  return 0;
}
