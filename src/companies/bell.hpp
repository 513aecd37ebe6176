// Waiting for several questions that are asked at once. Thread: the event loop's.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "domain/clock.hpp"

namespace shubbak::companies {

// Counts the questions that are out, and wakes the one who waits for all of them.
class Bell {
 public:
  explicit Bell(const boost::asio::any_io_executor& executor) : timer_(executor, Instant::max()) {}

  class Out {  // one question; answered when this ends, however it ends
   public:
    explicit Out(std::shared_ptr<Bell> bell) : bell_(std::move(bell)) { ++bell_->out_; }
    ~Out() {
      if (bell_ != nullptr && --bell_->out_ == 0) bell_->timer_.cancel();
    }
    Out(Out&&) noexcept = default;
    Out(const Out&) = delete;
    Out& operator=(const Out&) = delete;
    Out& operator=(Out&&) = delete;

   private:
    std::shared_ptr<Bell> bell_;
  };

  // Nobody has to wait for the others.
  void ring() {
    rung_ = true;
    timer_.cancel();
  }

  boost::asio::awaitable<void> wait() {
    if (out_ > 0 && !rung_) co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }

 private:
  boost::asio::steady_timer timer_;
  int out_ = 0;
  bool rung_ = false;
};

}  // namespace shubbak::companies
