// SQLite's files on a disk that fails: a VFS around the default one, for every database of the program. It keeps what
// was written and not synced yet, so that a crash can take it back, whole, in part or torn; and it makes operations
// fail when it is told to. A sync that fails leaves what it should have synced as kernels leave it: it is there for
// whoever reads, no later sync brings it to the disk, and the next crash may take it back. The files are real ones
// (in memory, by their folder); nothing is really synced.
//
// It can also hold the store's writer: what is queued meanwhile is one transaction once it goes on, so that group
// commits happen when the simulator says so and are the same each time.
//
// Thread: the simulator's and, while that one waits for it, the store's writer.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/sim/random.hpp"

namespace shubbak::sim {

enum class DiskFault : std::uint8_t { none, write, sync, read, full, torn_write };
constexpr std::array<std::string_view, 6> disk_fault_names{"none", "write", "sync", "read", "full", "torn write"};

class FaultVfs {
 public:
  static FaultVfs& instance();  // the default VFS from the first call on
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  void begin_run(std::uint64_t seed);  // healthy, nothing known of any file

  // --- the writer
  // The next read transaction that another thread than the caller's begins waits there, until release().
  void hold();
  void wait_until_held();
  void release();

  // --- faults
  // Each operation of that kind fails, once in so many.
  void fail(DiskFault fault, std::uint64_t one_in);
  void heal() { fail(DiskFault::none, 1); }
  [[nodiscard]] bool is_ill() const { return fault_ != DiskFault::none; }
  // The machine stops within that one of the operations() which change a file, counted from 0.
  void stop_at(std::uint64_t operation);
  void do_not_stop() { stop_at_.reset(); }
  [[nodiscard]] bool will_stop() const { return stop_at_.has_value(); }
  void stop();  // now
  // The process ends itself, the machine goes on: what is not synced yet may still be.
  void stop_process();
  [[nodiscard]] bool stopped() const;
  // Operations of this run: that failed, all and of a kind, and that changed a file.
  [[nodiscard]] std::uint64_t failed() const { return failed_; }
  [[nodiscard]] std::uint64_t failed(DiskFault kind) const { return failed_by_kind_.at(std::size_t(kind)); }
  [[nodiscard]] std::uint64_t operations() const { return operations_; }
  // The disk as it is found after the stop: of what was not synced some is there, some is not, some is torn. Nobody
  // has a file open. Also where it has not stopped: nothing of it is lost then.
  void start_again();

  // The planted fault: a disk that says it has synced and does so only now and then.
  void lie_about_syncs(bool lies) { lies_ = lies; }

  // For the VFS itself.
  struct Written {
    std::int64_t offset = 0;  // a cut: the new size
    bool is_cut = false;
    std::int64_t size_before = 0;
    std::string before{};  // what stood there, as far as the file went
    std::string after{};
  };
  enum class Verdict : std::uint8_t { goes_on, fails, half, stops_before, stops_half };
  Verdict judge(DiskFault kind, bool grows);
  [[nodiscard]] bool is_simulator() const { return std::this_thread::get_id() == simulator_; }
  void wait_if_held();
  void note(const std::string& path, Written written) { unsynced_[path].push_back(std::move(written)); }
  void synced(const std::string& path);
  // `octets`: what the file seems to hold.
  void sync_failed(const std::string& path, std::string octets);
  void forget(const std::string& path);

 private:
  using Pages = std::map<std::size_t, std::string>;  // of the kernel, by number: what the disk holds of each

  FaultVfs();
  void lose(const std::string& path);

  std::thread::id simulator_ = std::this_thread::get_id();
  Random random_{0};
  std::map<std::string, std::vector<Written>> unsynced_;
  std::map<std::string, Pages> given_up_;  // by the kernel, when a sync failed
  DiskFault fault_ = DiskFault::none;
  std::uint64_t one_in_ = 1;
  std::uint64_t failed_ = 0;
  std::array<std::uint64_t, disk_fault_names.size()> failed_by_kind_{};
  std::uint64_t operations_ = 0;
  std::optional<std::uint64_t> stop_at_;
  bool lies_ = false;
  std::uint64_t lies_told_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool hold_ = false;
  bool held_ = false;
  bool stopped_ = false;
  bool only_the_process_ = false;  // has stopped
};

}  // namespace shubbak::sim
