// The one thread that writes: it takes all that waits, up to a bound, as one transaction (group commit), so that the
// number of syncs does not grow with the load. Private to store/sqlite.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/sqlite/change_writer.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class CommitThread {
 public:
  // Called on the writer's thread with the outcomes of one transaction, before anything of the next is begun.
  using Report = std::function<void(std::vector<PendingChange>)>;

  static constexpr std::size_t batch_changes_max = 1'000;  // sets of changes in one transaction

  CommitThread(std::unique_ptr<ChangeWriter> writer, Report report, OnDoubt on_doubt, std::size_t queue_max);
  CommitThread(const CommitThread&) = delete;
  CommitThread& operator=(const CommitThread&) = delete;
  ~CommitThread();  // commits and reports what waits, then ends

  // False: more than queue_max changes would wait; `pending` is as it was.
  bool queue(PendingChange& pending);
  void flush();

  // Grows when another process changed a person (looked at with each commit, and while idle).
  [[nodiscard]] std::uint64_t foreign_changes() const { return foreign_changes_.load(std::memory_order_acquire); }

 private:
  void work();
  bool take(std::vector<PendingChange>& taken);  // false: the end, nothing waits
  void commit(std::vector<PendingChange> batch);
  void look_for_foreign_changes();
  void stop_where_in_doubt();

  std::unique_ptr<ChangeWriter> writer_;
  Report report_;
  OnDoubt on_doubt_;
  const std::size_t queue_max_;
  std::atomic<std::uint64_t> foreign_changes_{0};

  std::mutex mutex_;
  std::condition_variable waits_;  // for the writer: something waits, or the end
  std::condition_variable done_;   // for flush(): nothing waits and nothing is under way
  std::vector<PendingChange> queue_;
  std::size_t queued_changes_ = 0;  // single changes, those of the transaction under way not counted
  bool busy_ = false;
  bool ending_ = false;

  std::thread thread_;  // last: starts when all else is there
};

}  // namespace shubbak::store
