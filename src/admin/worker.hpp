// One thread for what takes long (passwords, checking flows), beside the event loop: what waits is bounded, and each
// result comes back on the loop. Thread: the event loop's; the destructor waits for what is being worked on.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "domain/result.hpp"

namespace shubbak::admin {

class Worker {
 public:
  static constexpr std::size_t waiting_max = 32;

  explicit Worker(boost::asio::any_io_executor loop) : loop_(std::move(loop)) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    thread_.stop();  // what has not begun never does
    thread_.join();
  }

  // Error unavailable: too much waits already.
  template <class R>
  boost::asio::awaitable<Result<R>> run(std::function<Result<R>()> work) {
    const std::shared_ptr<std::size_t> waiting = waiting_;
    if (*waiting >= waiting_max) co_return Error{Errc::unavailable, "too many ask at once; try again"};
    struct Job {
      explicit Job(const boost::asio::any_io_executor& on) : done(on) {}
      boost::asio::steady_timer done;
      std::optional<Result<R>> result;
    };
    ++*waiting;
    auto job = std::make_shared<Job>(loop_);
    job->done.expires_at(boost::asio::steady_timer::time_point::max());
    boost::asio::post(thread_, [loop = loop_, job, work = std::move(work)] {
      Result<R> result = work();
      boost::asio::post(loop, [job, result = std::move(result)]() mutable {
        job->result = std::move(result);
        job->done.cancel();
      });
    });
    // The loop's thread is here: the result cannot have come before this waits.
    co_await job->done.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    --*waiting;
    co_return std::move(*job->result);
  }

 private:
  boost::asio::any_io_executor loop_;
  std::shared_ptr<std::size_t> waiting_ = std::make_shared<std::size_t>(0);
  boost::asio::thread_pool thread_{1};
};

}  // namespace shubbak::admin
