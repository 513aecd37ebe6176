// One operator's SMPP link as a coroutine shell around smpp::Session: connect, bind (transceiver, or transmitter and
// receiver on two connections), watch, reconnect with backoff and jitter, drain and unbind. What is read at once is
// cut and stepped at once, and everything it caused is written as one batch. Thread: that of the executor; nothing
// here is locked.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "smpp/session.hpp"

namespace shubbak::gateways {

enum class BindType : std::uint8_t { transceiver, transmitter_and_receiver };

struct SmppLinkConfig {
  std::string name;  // the operator's: "syriatel"
  std::string host;
  std::uint16_t port = 2775;
  BindType bind_type = BindType::transceiver;
  smpp::SessionConfig session;  // system_id, password, window, time-outs
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds backoff_min{500};  // first wait before connecting again; doubles, with jitter
  std::chrono::milliseconds backoff_max{30'000};
  std::size_t queue_octets_max = 16U << 20U;  // unsent: waiting for the window or the socket
};

struct LinkCounters {  // since the start; read by metrics
  std::uint64_t pdus_in = 0, pdus_out = 0, octets_in = 0, octets_out = 0, protocol_errors = 0, connects = 0,
                disconnects = 0, throttled = 0, timed_out = 0, refused = 0;
};

class SmppLink;

// What a link tells the daemon, on the link's thread.
class LinkEvents {
 public:
  virtual ~LinkEvents() = default;
  // A short message or USSD input. Ack::later: acknowledge() must follow.
  virtual smpp::SessionEvents::Ack on_delivery(SmppLink& link, const smpp::SessionEvents::Delivery& delivery) = 0;
  // A message of ours (by its tag) ended.
  virtual void on_response(SmppLink& link, std::uint64_t tag, smpp::SessionEvents::Outcome outcome,
                           smpp::CommandStatus status, std::string_view message_id) = 0;
  virtual void on_up(SmppLink& link) = 0;  // bound for sending and receiving
  virtual void on_down(SmppLink& link, std::string_view reason) = 0;
};

// Remembers which request on which connection waits for its resp; stale after a reconnect, then it is ignored (the
// SMSC will deliver again).
struct AckHandle {
  smpp::Header request;
  std::uint64_t connection = 0;
};

class SmppLink {
 public:
  SmppLink(boost::asio::any_io_executor executor, SmppLinkConfig config, LinkEvents& events);
  ~SmppLink();
  SmppLink(const SmppLink&) = delete;
  SmppLink& operator=(const SmppLink&) = delete;

  void start();  // connects and stays connected until stop()
  // Stops taking deliveries, waits for the window to empty (at most `grace`), unbinds, closes.
  boost::asio::awaitable<void> stop(std::chrono::milliseconds grace);

  // Queues a submit_sm; it goes out with the current batch, when the window allows. Error: limit (queue full),
  // unavailable (not bound: nothing is queued while down, the caller's outbox keeps what must survive).
  Status send(const smpp::Sm& sm, std::uint64_t tag);
  // Valid during on_delivery, for an Ack::later.
  [[nodiscard]] AckHandle ack_handle(const smpp::SessionEvents::Delivery& delivery) const;
  void acknowledge(const AckHandle& handle, smpp::CommandStatus status);
  // Writes what was queued outside of on_delivery (after a service answered, a commit came …): called once per batch,
  // or posted.
  void flush();

  [[nodiscard]] bool up() const;
  [[nodiscard]] const SmppLinkConfig& config() const;
  [[nodiscard]] const LinkCounters& counters() const;
  [[nodiscard]] std::size_t queued() const;  // waiting for the window
  [[nodiscard]] std::uint32_t in_flight() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace shubbak::gateways
