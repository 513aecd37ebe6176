// One SMPP session, ESME or SMSC side, as a pure state machine (SMPP v3.4 section 2.2, 2.3, 2.9): octets and time in,
// octets and events out. No socket, no clock, no thread of its own; use from one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/clock.hpp"
#include "smpp/pdu.hpp"
#include "smpp/window.hpp"

namespace shubbak::smpp {

enum class Role : std::uint8_t { esme, smsc };
enum class BindMode : std::uint8_t { transmitter, receiver, transceiver };
enum class SessionState : std::uint8_t { open, binding, bound, unbinding, closed };
std::string_view to_string(SessionState state);

struct SessionConfig {
  Role role = Role::esme;
  BindMode bind_mode = BindMode::transceiver;  // ESME only; an SMSC takes what is asked
  std::string system_id;                       // of the bind, or what the SMSC answers
  std::string password;
  std::string system_type;
  std::string address_range;
  std::uint8_t addr_ton = 0;
  std::uint8_t addr_npi = 0;
  std::size_t pdu_octets_max = smpp::pdu_octets_max;
  std::uint32_t window_max = 1000;                          // requests of ours that may wait for their resp
  std::chrono::milliseconds response_timeout{10'000};       // for each request of ours
  std::chrono::milliseconds enquire_link_interval{30'000};  // silence after which we ask; 0: never
  std::chrono::milliseconds bind_timeout{10'000};  // a peer that connects and never binds, or never answers a bind
  std::chrono::milliseconds partial_pdu_timeout{10'000};  // a PDU begun must be whole by then (slow-loris)
  // Requests refused or not decoded, within errors_window of the first of them, before the session is closed.
  std::uint32_t errors_max = 20;
  std::chrono::milliseconds errors_window{60'000};
};

// What the owner learns, called synchronously from the Session function that it called.
class SessionEvents {
 public:
  virtual ~SessionEvents() = default;
  enum class Ack : std::uint8_t { now, later };  // later: the owner calls acknowledge() itself
  struct Delivery {
    Header header;  // deliver_sm or data_sm for an ESME, submit_sm or data_sm for an SMSC
    Sm sm;          // a data_sm is shown in the same form, its text in message_payload
  };

  virtual void on_bound(std::string_view peer_system_id) = 0;
  // SMSC role: may this peer bind? Any status but ok refuses; the connection stays open for another try.
  virtual CommandStatus on_bind_request(BindMode mode, const Bind& bind) = 0;
  virtual Ack on_delivery(const Delivery& delivery) = 0;
  // A request of ours ended: with its resp's status and message_id, or because none came in time (timed_out) or the
  // session ended before it (lost; whether the peer took it is unknown).
  enum class Outcome : std::uint8_t { answered, timed_out, lost };
  virtual void on_response(std::uint64_t tag, Outcome outcome, CommandStatus status, std::string_view message_id) = 0;
  virtual void on_query(const Header& header, const QuerySm& query) = 0;  // SMSC role; answer with answer_query()
  // ESME role: what a query_sm brought; on_response with the same tag follows.
  virtual void on_query_answer(std::uint64_t /*tag*/, CommandStatus /*status*/, const QuerySmResp& /*answer*/) {}
  virtual void on_alert(const AlertNotification& alert) = 0;
  // Something the peer did wrong, already answered as the specification says. `offset` is within the PDU.
  virtual void on_protocol_error(std::uint32_t command_id, std::uint32_t offset, std::string_view reason) = 0;
  virtual void on_closed(std::string_view reason) = 0;  // the owner closes the socket once `out` is written
};

class Session {
 public:
  Session(SessionConfig config, Instant now);

  // ESME role: sends the bind.
  void bind(Instant now, Buffer& out);
  // Sends unbind; the session closes when it is answered or times out.
  void unbind(Instant now, Buffer& out);

  // Feeds what arrived. Returns how many octets were consumed; the owner keeps the rest and presents it again, with
  // more behind it. After closed() nothing is consumed any more.
  std::size_t receive(Bytes received, Instant now, Buffer& out, SessionEvents& events);

  // Sends a submit_sm (ESME) or deliver_sm (SMSC). `tag` comes back in on_response. Errors: limit (window full; try
  // when a resp has come, see window_free()), conflict (not bound for sending), or a field over its limit.
  Status send(const Sm& sm, std::uint64_t tag, Instant now, Buffer& out);
  // The same for a PDU encoded before with any sequence_number: it is copied and numbered.
  Status send_encoded(Bytes pdu, std::uint64_t tag, Instant now, Buffer& out);
  Status query(const QuerySm& query, std::uint64_t tag, Instant now, Buffer& out);  // ESME role

  // The resp of a delivery that was answered with Ack::later.
  void acknowledge(const Header& request, CommandStatus status, std::string_view message_id, Buffer& out);
  void answer_query(const Header& request, CommandStatus status, const QuerySmResp& answer, Buffer& out);

  // To be called about every second, or at next_deadline(): time-outs, enquire_link, silent peer.
  void tick(Instant now, Buffer& out, SessionEvents& events);
  // The connection is gone: every waiting request ends as lost, then on_closed.
  void connection_lost(std::string_view reason, SessionEvents& events);

  [[nodiscard]] SessionState state() const { return state_; }
  [[nodiscard]] bool closed() const { return state_ == SessionState::closed; }
  [[nodiscard]] bool can_send() const;
  [[nodiscard]] std::uint32_t window_free() const;
  [[nodiscard]] const SessionConfig& config() const { return config_; }

  // When tick() has something to do at the latest.
  [[nodiscard]] Instant next_deadline() const;
  [[nodiscard]] BindMode bind_mode() const { return mode_; }  // of an SMSC: what the peer asked for; once bound

  // Would this configuration's bind fit into a PDU? For checking a configuration before it is used.
  static Status check(const SessionConfig& config);

 private:
  // What one call of receive() or tick() works with.
  struct Call {
    Instant now;
    Buffer& out;
    SessionEvents& events;
  };
  // A request of the session itself, of which at most one waits at a time.
  struct Waiting {
    std::uint32_t sequence_number = 0;  // 0: none waits
    Instant deadline;
    [[nodiscard]] bool is(std::uint32_t number) const { return sequence_number != 0 && sequence_number == number; }
  };

  // session.cpp
  void close(std::string_view reason, SessionEvents& events);
  [[nodiscard]] bool peer_may_deliver() const;
  void tick_deadlines(const Call& call);

  // receive.cpp
  void take(Bytes pdu, const Call& call);
  void take_sm(const Header& header, Bytes pdu, const Call& call);
  void take_data_sm(const Header& header, Bytes pdu, const Call& call);
  void take_sm_resp(const Header& header, Bytes pdu, const Call& call);
  void take_other(const Header& header, Bytes pdu, const Call& call);
  void take_bind(const Header& header, const Bind& bind, const Call& call);
  void take_bind_resp(const Header& header, std::string_view system_id, const Call& call);
  void take_query(const Header& header, const QuerySm& query, const Call& call);
  void take_query_resp(const Header& header, const QuerySmResp& answer, const Call& call);
  void take_nack(const Header& header, const Call& call);
  void take_unbind(const Header& header, const Call& call);
  void take_control_resp(const Header& header, const Call& call);
  void finish_request(const Header& header, std::string_view message_id, const Call& call);
  void deliver(const SessionEvents::Delivery& delivery, const Call& call);
  void undecodable(const Header& header, const DecodeError& error, const Call& call);
  void refuse(const Header& header, CommandStatus status, std::string_view reason, const Call& call);
  void stream_broken(std::uint32_t command_length, Bytes rest, const Call& call);
  void count_error(std::uint32_t command_id, std::uint32_t offset, std::string_view reason, const Call& call);

  SessionConfig config_;
  SessionState state_ = SessionState::open;
  BindMode mode_;
  bool was_bound_ = false;
  Window window_;
  Waiting bind_;
  Waiting enquire_link_;
  Waiting unbind_;
  Instant opened_;
  Instant last_received_;
  std::optional<Instant> partial_since_;
  std::uint32_t errors_ = 0;
  Instant errors_since_;
  std::string unsendable_;  // why our bind could not be written; closes the session at the next call
};

}  // namespace shubbak::smpp
