// One end of an SMPP session for tests: the session, its clock, what it wrote and what it told its owner.
#pragma once

#include <functional>

#include <catch2/catch.hpp>

#include "octets.hpp"
#include "smpp/framer.hpp"
#include "smpp/session.hpp"

namespace shubbak::smpp::test {

using namespace std::chrono_literals;
using Log = std::vector<std::string>;
inline const Instant start = Instant{} + 1h;

inline std::string number(std::uint32_t value) {
  return std::to_string(value);
}

// Writes down what a session tells its owner, and does what the test wants done inside.
class Recorder final : public SessionEvents {
 public:
  void on_bound(std::string_view peer) override {
    log.push_back("bound " + std::string(peer));
    if (at_bound) at_bound();
  }
  CommandStatus on_bind_request(BindMode mode, const Bind& bind) override {
    log.push_back("bind? " + number(static_cast<std::uint32_t>(mode)) + " " + std::string(bind.system_id));
    return bind_answer;
  }
  Ack on_delivery(const Delivery& delivery) override {
    const Bytes octets = delivery.sm.text_octets();
    log.push_back("delivery " + std::string(octets.begin(), octets.end()));
    last = delivery.header;
    if (at_delivery) at_delivery(delivery);
    return ack;
  }
  void on_response(std::uint64_t tag, Outcome outcome, CommandStatus status, std::string_view message_id) override {
    constexpr std::string_view names[] = {"answered", "timed_out", "lost"};
    log.push_back("response " + std::to_string(tag) + " " + std::string(names[static_cast<std::size_t>(outcome)]) +
                  " " + std::string(to_string(status)) + " " + std::string(message_id));
    if (at_response) at_response();
  }
  void on_query(const Header& header, const QuerySm& query) override {
    log.push_back("query " + std::string(query.message_id));
    last = header;
  }
  void on_query_answer(std::uint64_t tag, CommandStatus status, const QuerySmResp& answer) override {
    log.push_back("query answer " + std::to_string(tag) + " " + std::string(to_string(status)) + " state " +
                  number(answer.message_state));
  }
  void on_alert(const AlertNotification& alert) override {
    log.push_back("alert " + std::string(alert.source.digits));
  }
  void on_protocol_error(std::uint32_t command_id, std::uint32_t offset, std::string_view reason) override {
    log.push_back("error " + std::string(to_string(static_cast<CommandId>(command_id))) + " @" + number(offset) +
                  " " + std::string(reason));
    if (at_error) at_error();
  }
  void on_closed(std::string_view reason) override { log.push_back("closed " + std::string(reason)); }

  Log take() { return std::exchange(log, {}); }

  Log log;
  CommandStatus bind_answer = CommandStatus::ok;
  Ack ack = Ack::now;
  Header last;
  std::function<void()> at_bound;
  std::function<void(const Delivery&)> at_delivery;
  std::function<void()> at_response;
  std::function<void()> at_error;
};

inline SessionConfig config_of(Role role) {
  SessionConfig config;
  config.role = role;
  config.system_id = role == Role::esme ? "shubbak" : "smsc";
  config.password = "pw";
  config.window_max = 10;
  return config;
}

// One session, its clock and its owner.
struct Side {
  explicit Side(Role role) : Side(config_of(role)) {}
  explicit Side(SessionConfig config) : session(std::move(config), start) {}

  std::size_t receive(Bytes octets) { return session.receive(octets, now, out, events); }
  void tick(std::chrono::milliseconds later) {
    now += later;
    session.tick(now, out, events);
  }
  // What was written since the last time, one PDU each: "command_id status sequence_number octets".
  Log written() {
    Log log;
    Framer framer(out, pdu_octets_max);
    while (const auto pdu = framer.next()) {
      const Header header = decode_header(*pdu);
      CHECK(decode(*pdu));
      log.push_back(std::string(to_string(header.id())) + " " + number(header.command_status) + " " +
                    number(header.sequence_number) + " " + number(header.command_length));
    }
    CHECK_FALSE(framer.failed());
    CHECK(framer.rest().empty());
    out.clear();
    return log;
  }
  Log told() { return events.take(); }

  Instant now = start;
  Buffer out;
  Recorder events;
  Session session;
};

inline Buffer header_only(CommandId id, std::uint32_t sequence_number, CommandStatus status = CommandStatus::ok) {
  Buffer out;
  encode_header_only(out, static_cast<std::uint32_t>(id), status, sequence_number);
  return out;
}

inline Buffer message(CommandId id, std::uint32_t sequence_number, std::string_view text = "hi") {
  Sm sm;
  sm.source = {1, 1, "963933123456"};
  sm.destination = {0, 1, "1000"};
  sm.short_message = bytes_of(text);
  Buffer out;
  REQUIRE(encode_sm(out, id, sequence_number, sm));
  return out;
}

inline Buffer resp(CommandId id, std::uint32_t sequence_number, std::string_view message_id,
                   CommandStatus status = CommandStatus::ok) {
  Buffer out;
  REQUIRE(encode_sm_resp(out, id, status, sequence_number, message_id));
  return out;
}

inline Buffer bind(CommandId id = CommandId::bind_transceiver, std::uint32_t sequence_number = 1) {
  Bind body;
  body.system_id = "esme";
  body.password = "pw";
  Buffer out;
  REQUIRE(encode(out, Pdu{Header{0, static_cast<std::uint32_t>(id), 0, sequence_number}, body}));
  return out;
}

inline Side bound_esme(BindMode mode = BindMode::transceiver) {
  SessionConfig config = config_of(Role::esme);
  config.bind_mode = mode;
  Side side(config);
  side.session.bind(side.now, side.out);
  side.receive(header_only(CommandId::bind_transceiver_resp, 1));
  REQUIRE(side.session.state() == SessionState::bound);
  side.written();
  side.told();
  return side;
}

inline Side bound_smsc(CommandId mode = CommandId::bind_transceiver) {
  Side side(Role::smsc);
  side.receive(bind(mode));
  REQUIRE(side.session.state() == SessionState::bound);
  side.written();
  side.told();
  return side;
}

inline Sm short_text(std::string_view text) {
  Sm sm;
  sm.destination = {1, 1, "963933123456"};
  sm.short_message = bytes_of(text);
  return sm;
}

}  // namespace shubbak::smpp::test
