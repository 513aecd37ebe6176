// The other end of an SmppLink: an SMSC (and USSD gateway) that ESMEs connect to, for the handset, tests and tools.
// It listens, binds several ESMEs, takes their submit_sm and delivers messages to them. Nothing is stored: what an
// SMSC does with a message is its owner's business. Limits: connections_max, queue_octets_max per connection, and the
// time-outs of the session (bind_timeout ends a peer that never binds). Thread: that of the executor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "gateways/smpp_link.hpp"
#include "smpp/session.hpp"

namespace shubbak::gateways {

using EsmeId = std::uint64_t;  // one connection of an ESME; never used again

// Who gets a delivery when several ESMEs are bound for receiving.
enum class Spread : std::uint8_t { round_robin, most_recent };

struct SmscServerConfig {
  std::string host = "127.0.0.1";  // an address to listen on
  std::uint16_t port = 0;          // 0: any free one, see port()
  smpp::SessionConfig session;     // system_id as answered to binds; role and bind_mode are not used
  Spread spread = Spread::round_robin;
  std::size_t connections_max = 64;          // one more is closed as soon as it is accepted
  std::size_t queue_octets_max = 4U << 20U;  // of each connection
};

class SmscServer;

// What the server tells its owner, on its thread. Everything of the server may be called from within but its
// destruction.
class SmscServerEvents {
 public:
  virtual ~SmscServerEvents() = default;
  // Any status but ok refuses; the ESME may try again on the same connection.
  virtual smpp::CommandStatus on_bind_request(SmscServer& server, EsmeId esme, smpp::BindMode mode,
                                              const smpp::Bind& bind) = 0;
  virtual void on_bound(SmscServer& server, EsmeId esme, smpp::BindMode mode, std::string_view system_id) = 0;
  // A submit_sm or data_sm, for which the server proposes message_id. Answer: the status of its resp, or nothing if
  // the owner calls acknowledge() itself, later or within.
  virtual std::optional<smpp::CommandStatus> on_submit(SmscServer& server, EsmeId esme,
                                                       const smpp::SessionEvents::Delivery& submit,
                                                       std::string_view message_id) = 0;
  // A delivery of ours (by its tag) ended.
  virtual void on_response(SmscServer& server, EsmeId esme, std::uint64_t tag, smpp::SessionEvents::Outcome outcome,
                           smpp::CommandStatus status) = 0;
  virtual void on_protocol_error(SmscServer& server, EsmeId esme, std::uint32_t command_id, std::uint32_t offset,
                                 std::string_view reason) = 0;
  // The connection is over, whether it was bound or not.
  virtual void on_closed(SmscServer& server, EsmeId esme, std::string_view reason) = 0;
  // A query_sm: answered with query_failed unless the owner knows better.
  virtual smpp::CommandStatus on_query(SmscServer& /*server*/, EsmeId /*esme*/, const smpp::QuerySm& /*query*/,
                                       smpp::QuerySmResp& /*answer*/) {
    return smpp::CommandStatus::query_failed;
  }
};

class SmscServer {
 public:
  SmscServer(boost::asio::any_io_executor executor, SmscServerConfig config, SmscServerEvents& events);
  ~SmscServer();
  SmscServer(const SmscServer&) = delete;
  SmscServer& operator=(const SmscServer&) = delete;

  Status start();  // listens; error: unavailable (address in use ...)
  void stop();     // stops listening and closes every connection at once

  // Sends a deliver_sm to one of those bound for receiving, or to a certain one. It goes out at the end of this turn
  // of the loop. Errors: unavailable (nobody is bound for it), limit (queue full).
  Status deliver(const smpp::Sm& sm, std::uint64_t tag);
  Status deliver_to(EsmeId esme, const smpp::Sm& sm, std::uint64_t tag);
  void acknowledge(EsmeId esme, const smpp::Header& submit, smpp::CommandStatus status, std::string_view message_id);
  void unbind(EsmeId esme);  // asks it to go
  void drop(EsmeId esme);    // closes its connection at once

  [[nodiscard]] std::uint16_t port() const;                 // once started
  [[nodiscard]] std::size_t connections() const;            // bound or not
  [[nodiscard]] std::size_t receivers() const;              // bound for receiving
  [[nodiscard]] std::string peer(EsmeId esme) const;        // its address; empty if it is gone
  [[nodiscard]] const LinkCounters& counters() const;       // of all its connections
  [[nodiscard]] std::uint64_t connections_refused() const;  // over connections_max

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace shubbak::gateways
