// One TCP connection that carries one SMPP session, of either role: the buffers, the batching and the flow control
// that SmppLink and SmscServer share. What one read brings is stepped at once and all it caused goes out in one
// write; a socket that takes no more stops the reading, so a peer cannot make us hold more than the named limits. It
// has no timer: its owner calls tick(). Thread: that of the executor.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "gateways/smpp_link.hpp"
#include "smpp/session.hpp"

namespace shubbak::gateways {

class Connection;

// What the owner learns. It may call anything of the connection from within, except abandon().
class ConnectionEvents {
 public:
  virtual ~ConnectionEvents() = default;
  virtual void on_bound(Connection& connection, std::string_view peer_system_id) = 0;
  virtual smpp::CommandStatus on_bind_request(Connection& connection, smpp::BindMode mode,
                                              const smpp::Bind& bind) = 0;
  virtual smpp::SessionEvents::Ack on_delivery(Connection& connection,
                                               const smpp::SessionEvents::Delivery& delivery) = 0;
  virtual void on_response(Connection& connection, std::uint64_t tag, smpp::SessionEvents::Outcome outcome,
                           smpp::CommandStatus status, std::string_view message_id) = 0;
  virtual void on_query(Connection& connection, const smpp::Header& header, const smpp::QuerySm& query) = 0;
  virtual void on_protocol_error(Connection& connection, std::uint32_t command_id, std::uint32_t offset,
                                 std::string_view reason) = 0;
  // It is over and the socket is closed; nothing else follows. Never called from within send().
  virtual void on_ended(Connection& connection, std::string_view reason) = 0;
};

struct ConnectionConfig {
  smpp::SessionConfig session;
  std::size_t queue_octets_max = 0;  // waiting for the window or the socket
};

class Connection final : public std::enable_shared_from_this<Connection>, private smpp::SessionEvents {
 public:
  // `events` must live until on_ended() or abandon().
  Connection(const boost::asio::any_io_executor& executor, ConnectionConfig config, std::uint64_t id,
             ConnectionEvents& events, std::shared_ptr<LinkCounters> counters);

  // One of these once. connect(): resolves, connects within `timeout`, binds. accept(): serves a socket.
  void connect(std::string host, std::uint16_t port, std::chrono::milliseconds timeout);
  void accept(boost::asio::ip::tcp::socket socket);

  // What follows goes into the current batch, which is written when the event is over or, outside of an event, at the
  // end of this turn of the loop, so that what many coroutines have to say goes out in one write.
  //
  // Beyond the window a message waits in the queue. Errors: unavailable (not bound for sending), limit (queue full,
  // or a field over its limit).
  Status send(const smpp::Sm& sm, std::uint64_t tag);
  void acknowledge(const smpp::Header& request, smpp::CommandStatus status, std::string_view message_id);
  void answer_query(const smpp::Header& request, smpp::CommandStatus status, const smpp::QuerySmResp& answer);
  void unbind();  // and ends when that is answered or times out
  // Time-outs, and the queue after a hold. The owner calls it at tick_interval(), and soon after wake_at().
  void tick(Instant now);
  void close(std::string_view reason);  // now: what waits ends as lost, then on_ended()
  void abandon();                       // now, without any event: the owner goes away

  [[nodiscard]] std::uint64_t id() const { return id_; }
  [[nodiscard]] const std::string& peer() const { return peer_; }
  [[nodiscard]] bool bound() const { return session_ && session_->state() == smpp::SessionState::bound; }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] std::size_t queued() const { return queued_; }
  [[nodiscard]] bool sends_at_once() const;  // what is sent now goes into the batch, not into the queue
  [[nodiscard]] std::uint32_t in_flight() const;
  [[nodiscard]] std::size_t unacknowledged() const { return unacknowledged_; }  // with the one being told
  [[nodiscard]] bool idle() const;                       // nothing queued, in flight or waiting for acknowledge()
  [[nodiscard]] std::optional<Instant> wake_at() const;  // when a hold ends

 private:
  smpp::CommandStatus on_bind_request(smpp::BindMode mode, const smpp::Bind& bind) override;
  void on_bound(std::string_view peer_system_id) override;
  Ack on_delivery(const Delivery& delivery) override;
  void on_response(std::uint64_t tag, Outcome outcome, smpp::CommandStatus status,
                   std::string_view message_id) override;
  void on_query(const smpp::Header& header, const smpp::QuerySm& query) override;
  void on_alert(const smpp::AlertNotification& alert) override;
  void on_protocol_error(std::uint32_t command_id, std::uint32_t offset, std::string_view reason) override;
  void on_closed(std::string_view reason) override;

  static boost::asio::awaitable<void> run_client(std::shared_ptr<Connection> self, std::string host,
                                                 std::uint16_t port);
  static boost::asio::awaitable<void> read_loop(std::shared_ptr<Connection> self);
  void opened();
  void take(std::size_t octets);
  void make_room();
  void settle();  // after each step of the session: queue, write, and the end if the session closed
  void pump_queue();
  Status enqueue(const smpp::Sm& sm, std::uint64_t tag);
  [[nodiscard]] std::pair<std::uint64_t, smpp::Bytes> front() const;
  void pop_front();
  void slow_down();
  void speed_up();
  void flush();       // writes the batch, unless an event is being told
  void flush_soon();  // at the end of this turn of the loop
  void write_rest();
  void on_written(std::size_t octets);
  void fail_write(std::string_view reason);
  void finish(std::string_view reason);
  void close_socket();
  [[nodiscard]] std::size_t unsent() const { return out_.size() + sending_.size() - sent_; }
  [[nodiscard]] Instant now() const;
  [[nodiscard]] bool held() const;

  ConnectionConfig config_;
  std::uint64_t id_;
  ConnectionEvents* events_;  // null once abandoned
  std::shared_ptr<LinkCounters> counters_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer resume_reading_;  // cancelled when the socket has taken enough
  std::optional<smpp::Session> session_;      // once connected
  std::string peer_;
  std::string endpoint_;  // what is connected to, for reasons
  std::string failure_;   // why writing failed, if it did
  std::string close_reason_;
  std::optional<Instant> connect_deadline_;
  std::chrono::milliseconds connect_timeout_{0};
  std::optional<Instant> close_deadline_;  // the session closed; its last octets should be gone by then
  Instant batch_now_;
  bool in_batch_ = false;
  bool ended_ = false;
  bool write_pending_ = false;
  bool flush_posted_ = false;

  std::unique_ptr<std::uint8_t[]> received_;  // not a vector: its octets need no zeroing
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
  smpp::Buffer out_;      // the batch being made
  smpp::Buffer sending_;  // what the socket did not take at once
  std::size_t sent_ = 0;
  smpp::Buffer queue_;  // waiting for the window: tag (8 octets), PDU, tag, PDU ...
  std::size_t queue_begin_ = 0, queued_ = 0;
  std::size_t unacknowledged_ = 0;  // Ack::later given, acknowledge() not yet called
  std::uint32_t window_max_ = 0;
  std::uint32_t sending_window_ = 0;      // less than window_max_ after the peer asked us to slow down
  std::uint32_t taken_since_growth_ = 0;  // of our requests, since sending_window_ last changed
  std::chrono::milliseconds hold_{0};
  std::optional<Instant> hold_until_;
};

// How often an owner should tick() sessions of this configuration.
std::chrono::milliseconds tick_interval(const smpp::SessionConfig& session);

}  // namespace shubbak::gateways
