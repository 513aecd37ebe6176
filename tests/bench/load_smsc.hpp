// An SMSC for load: one connection, raw non-blocking socket, batches both ways, no sharing of code with the daemon's
// session layer but the PDU codec. Single-threaded: pump() does all the work.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "smpp/pdu.hpp"

namespace shubbak::bench {

class LoadSmsc {
 public:
  using OnSubmit = std::function<void(const smpp::Sm&)>;

  explicit LoadSmsc(OnSubmit on_submit);  // listens on a free port
  ~LoadSmsc();
  LoadSmsc(const LoadSmsc&) = delete;
  LoadSmsc& operator=(const LoadSmsc&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  void wait_until_bound(std::chrono::milliseconds timeout);  // exits with a message if nobody binds
  // Queues a deliver_sm; it goes out with the next pump().
  void deliver(const smpp::Sm& sm);
  // Writes what is queued, reads and handles what has come; waits up to this long for something to do.
  void pump(std::chrono::nanoseconds timeout);
  void hang_up();  // the next wait_until_bound() takes another ESME
  void on_submit(OnSubmit handler) { on_submit_ = std::move(handler); }
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }  // deliver_sm_resp with status ok
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  [[nodiscard]] std::size_t unsent() const { return out_.size() - sent_; }

 private:
  void handle(smpp::Bytes pdu);
  void write();
  bool read();

  OnSubmit on_submit_;
  int listener_ = -1;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  bool bound_ = false;
  std::uint32_t sequence_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t refused_ = 0;
  smpp::Buffer in_;
  std::size_t in_used_ = 0;
  smpp::Buffer out_;
  std::size_t sent_ = 0;
};

}  // namespace shubbak::bench
