// One operator's SMPP link as a coroutine shell around smpp::Session: connect, bind (transceiver, or transmitter and
// receiver on two connections), watch, reconnect with backoff and jitter, drain and unbind. What is read at once is
// cut and stepped at once, and everything it caused is written as one batch. Thread: that of the executor; nothing
// here is locked.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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
  std::size_t deliveries_max = 100'000;  // taken with Ack::later and not acknowledged yet; more are refused for now
};

// Since the start; read by metrics. connects: TCP connections made, disconnects: of those, ended. Requests of ours:
// throttled (the peer asked us to slow down: ESME_RTHROTTLED, ESME_RMSGQFUL), refused (any other error status),
// timed_out (no resp in time). deferred: deliveries refused for now, while draining or over deliveries_max.
struct LinkCounters {
  std::uint64_t pdus_in = 0, pdus_out = 0, octets_in = 0, octets_out = 0, protocol_errors = 0, connects = 0,
                disconnects = 0, throttled = 0, timed_out = 0, refused = 0, deferred = 0;
};

class SmppLink;

// What a link tells the daemon, on the link's thread. send() and acknowledge() may be called from within; the
// link must not be destroyed from within.
class LinkEvents {
 public:
  virtual ~LinkEvents() = default;
  // A short message or USSD input. Ack::later: acknowledge() must follow.
  virtual smpp::SessionEvents::Ack on_delivery(SmppLink& link, const smpp::SessionEvents::Delivery& delivery) = 0;
  // A message of ours (by its tag) ended. A throttled one is not sent again here: the link only slows down, the
  // caller's outbox retries. Outcome::lost with message_queue_full: it was still queued, the peer never saw it.
  virtual void on_response(SmppLink& link, std::uint64_t tag, smpp::SessionEvents::Outcome outcome,
                           smpp::CommandStatus status, std::string_view message_id) = 0;
  virtual void on_up(SmppLink& link) = 0;  // bound for sending and receiving
  // It was up and is not any more, or a try to come up failed (each try is told). It goes on trying until stop().
  virtual void on_down(SmppLink& link, std::string_view reason) = 0;
  // The peer sent something wrong; it was answered as the specification says. For the log, with link.peer().
  // `offset` is within the PDU.
  virtual void on_protocol_error(SmppLink& link, std::uint32_t command_id, std::uint32_t offset,
                                 std::string_view reason) = 0;
};

// Remembers which request on which connection waits for its resp; stale after a reconnect, then it is ignored (the
// SMSC will deliver again).
struct AckHandle {
  smpp::Header request;
  std::uint64_t connection = 0;
};

class SmppLink {
  struct Impl;

 public:
  SmppLink(boost::asio::any_io_executor executor, SmppLinkConfig config, LinkEvents& events);
  ~SmppLink();
  SmppLink(const SmppLink&) = delete;
  SmppLink& operator=(const SmppLink&) = delete;

  void start();  // connects and stays connected until stop()
  // Stops taking deliveries (they are answered with a temporary error, the SMSC delivers them again later), waits for
  // what is queued, in flight, to be acknowledged or worked on (at most `grace`), unbinds, closes. To be awaited on
  // the link's thread; sending stays possible meanwhile.
  boost::asio::awaitable<void> stop(std::chrono::milliseconds grace);
  // As long as one lives, something is under way that will send, although its delivery is acknowledged: stop() waits.
  class Work {
   public:
    Work(Work&&) noexcept = default;
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;
    Work& operator=(Work&&) = delete;
    ~Work();

   private:
    friend class SmppLink;
    explicit Work(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
  };
  [[nodiscard]] Work begin_work();

  // Queues a submit_sm; it goes out at the end of this turn of the loop, when the window allows. Error: limit (queue
  // full), unavailable (not bound: nothing is queued while down, the caller's outbox keeps what must survive).
  Status send(const smpp::Sm& sm, std::uint64_t tag);
  // Valid during on_delivery, for an Ack::later.
  [[nodiscard]] AckHandle ack_handle(const smpp::SessionEvents::Delivery& delivery) const;
  void acknowledge(const AckHandle& handle, smpp::CommandStatus status);

  [[nodiscard]] bool up() const;
  [[nodiscard]] const SmppLinkConfig& config() const;
  [[nodiscard]] const LinkCounters& counters() const;
  [[nodiscard]] std::size_t queued() const;  // waiting for the window
  // What is sent now goes out with the acknowledgements of this turn of the loop. False: it would wait in the queue,
  // where a crash loses it.
  [[nodiscard]] bool sends_at_once() const;
  [[nodiscard]] std::uint32_t in_flight() const;
  [[nodiscard]] std::string_view peer() const;  // "192.0.2.1:2775" of this connection or the last; may be empty

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace shubbak::gateways
