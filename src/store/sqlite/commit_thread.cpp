#include "store/sqlite/commit_thread.hpp"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <pthread.h>

namespace shubbak::store {
namespace {

// A set counts as one change at least, so that sets without changes (a caller that only waits its turn) are bounded
// too.
std::size_t weight(const PendingChange& pending) {
  return std::max<std::size_t>(1, pending.changes.size());
}

// Signals are for the program's own threads; started under a full mask, the writer never takes one.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

CommitThread::CommitThread(std::unique_ptr<ChangeWriter> writer, Report report, OnDoubt on_doubt,
                           std::size_t queue_max)
    : writer_(std::move(writer)), report_(std::move(report)), on_doubt_(std::move(on_doubt)), queue_max_(queue_max) {
  const SignalsBlocked blocked;
  thread_ = std::thread([this] { work(); });
  pthread_setname_np(thread_.native_handle(), "store-writer");
}

CommitThread::~CommitThread() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  waits_.notify_one();
  thread_.join();
}

bool CommitThread::queue(PendingChange& pending) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (queued_changes_ + weight(pending) > queue_max_) return false;
    queued_changes_ += weight(pending);
    wake = queue_.empty() && !busy_;
    queue_.push_back(std::move(pending));
  }
  if (wake) waits_.notify_one();
  return true;
}

void CommitThread::flush() {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return queue_.empty() && !busy_; });
}

void CommitThread::work() {
  std::vector<PendingChange> taken;
  while (take(taken)) {
    for (std::size_t at = 0; at < taken.size(); at += batch_changes_max) {
      const auto from = taken.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = static_cast<std::ptrdiff_t>(std::min(batch_changes_max, taken.size() - at));
      commit({std::make_move_iterator(from), std::make_move_iterator(from + count)});
    }
    taken.clear();
  }
}

bool CommitThread::take(std::vector<PendingChange>& taken) {
  std::unique_lock lock(mutex_);
  if (queue_.empty()) {
    busy_ = false;
    done_.notify_all();
  }
  while (queue_.empty() && !ending_) {
    const auto something = [this] { return !queue_.empty() || ending_; };
    if (waits_.wait_for(lock, foreign_change_delay / 2, something)) break;
    lock.unlock();
    look_for_foreign_changes();
    lock.lock();
  }
  if (queue_.empty()) return false;
  busy_ = true;
  taken.swap(queue_);
  return true;
}

void CommitThread::commit(std::vector<PendingChange> batch) {
  std::size_t changes = 0;
  for (const PendingChange& pending : batch) changes += weight(pending);
  {
    const std::lock_guard lock(mutex_);
    queued_changes_ -= changes;
  }
  look_for_foreign_changes();  // also where the commit cannot be begun
  writer_->commit(batch);
  stop_where_in_doubt();
  foreign_changes_.store(writer_->foreign_changes(), std::memory_order_release);
  report_(std::move(batch));
  writer_->checkpoint_if_due();
  stop_where_in_doubt();
}

void CommitThread::stop_where_in_doubt() {
  if (writer_->doubt()) on_doubt_(*writer_->doubt());
}

void CommitThread::look_for_foreign_changes() {
  writer_->look_for_foreign_changes();
  foreign_changes_.store(writer_->foreign_changes(), std::memory_order_release);
}

}  // namespace shubbak::store
