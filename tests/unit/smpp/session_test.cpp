#include "smpp/session.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "octets.hpp"
#include "smpp/framer.hpp"

using namespace shubbak;
using namespace shubbak::smpp;
using namespace shubbak::smpp::test;
using namespace std::chrono_literals;

namespace {

using Log = std::vector<std::string>;
const Instant start = Instant{} + 1h;

std::string number(std::uint32_t value) {
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

SessionConfig config_of(Role role) {
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

Buffer header_only(CommandId id, std::uint32_t sequence_number, CommandStatus status = CommandStatus::ok) {
  Buffer out;
  encode_header_only(out, static_cast<std::uint32_t>(id), status, sequence_number);
  return out;
}

Buffer message(CommandId id, std::uint32_t sequence_number, std::string_view text = "hi") {
  Sm sm;
  sm.source = {1, 1, "963933123456"};
  sm.destination = {0, 1, "1000"};
  sm.short_message = bytes_of(text);
  Buffer out;
  REQUIRE(encode_sm(out, id, sequence_number, sm));
  return out;
}

Buffer resp(CommandId id, std::uint32_t sequence_number, std::string_view message_id,
            CommandStatus status = CommandStatus::ok) {
  Buffer out;
  REQUIRE(encode_sm_resp(out, id, status, sequence_number, message_id));
  return out;
}

Buffer bind(CommandId id = CommandId::bind_transceiver, std::uint32_t sequence_number = 1) {
  Bind body;
  body.system_id = "esme";
  body.password = "pw";
  Buffer out;
  REQUIRE(encode(out, Pdu{Header{0, static_cast<std::uint32_t>(id), 0, sequence_number}, body}));
  return out;
}

Side bound_esme(BindMode mode = BindMode::transceiver) {
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

Side bound_smsc(CommandId mode = CommandId::bind_transceiver) {
  Side side(Role::smsc);
  side.receive(bind(mode));
  REQUIRE(side.session.state() == SessionState::bound);
  side.written();
  side.told();
  return side;
}

Sm short_text(std::string_view text) {
  Sm sm;
  sm.destination = {1, 1, "963933123456"};
  sm.short_message = bytes_of(text);
  return sm;
}

}  // namespace

// --- binding, ESME ---

TEST_CASE("an ESME binds, and is bound once its bind is answered") {
  Side side(Role::esme);
  CHECK(side.session.state() == SessionState::open);
  side.session.bind(side.now, side.out);
  CHECK(side.session.state() == SessionState::binding);
  CHECK_FALSE(side.session.can_send());
  const auto pdu = decode(side.out);
  REQUIRE(pdu);
  CHECK(pdu->header.id() == CommandId::bind_transceiver);
  CHECK(std::get<Bind>(pdu->body).system_id == "shubbak");
  CHECK(std::get<Bind>(pdu->body).password == "pw");
  CHECK(side.written() == Log{"bind_transceiver 0 1 32"});
  side.receive(sample("bind_transceiver_resp"));
  CHECK(side.told() == Log{"bound kuwwagw"});
  CHECK(side.session.can_send());
}

TEST_CASE("an ESME asks for the mode of its configuration, and may send only where that allows it") {
  CHECK(bound_esme(BindMode::transmitter).session.can_send());
  CHECK(bound_esme(BindMode::transceiver).session.can_send());
  Side receiver = bound_esme(BindMode::receiver);
  CHECK_FALSE(receiver.session.can_send());
  const Status sent = receiver.session.send(short_text("x"), 1, receiver.now, receiver.out);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code == Errc::conflict);
  SessionConfig config = config_of(Role::esme);
  config.bind_mode = BindMode::receiver;
  Side side(config);
  side.session.bind(side.now, side.out);
  CHECK(decode_header(side.out).id() == CommandId::bind_receiver);
}

TEST_CASE("the ways of real SMSCs to answer a bind are understood") {
  Side side(Role::esme);
  side.session.bind(side.now, side.out);
  SECTION("bind_receiver answered by bind_transmitter_resp") {
    side.receive(header_only(CommandId::bind_transmitter_resp, 1));
    CHECK(side.told() == Log{"bound "});
  }
  SECTION("an empty system_id and no TLV") {
    side.receive(with_length(octets_of("00 00 00 00 80 00 00 09 00 00 00 00 00 00 00 01 00")));
    CHECK(side.told() == Log{"bound "});
  }
  SECTION("a body that cannot be read: the status counts") {
    side.receive(with_length(octets_of("00 00 00 00 80 00 00 09 00 00 00 00 00 00 00 01 \"x\"")));
    CHECK(side.told() ==
          Log{"error bind_transceiver_resp @16 system_id: the PDU ends before the NUL of this field", "bound "});
  }
}

TEST_CASE("a refused bind closes an ESME with the status in the reason") {
  Side side(Role::esme);
  side.session.bind(side.now, side.out);
  SECTION("header only") {
    side.receive(header_only(CommandId::bind_transceiver_resp, 1, CommandStatus::invalid_password));
    CHECK(side.told() == Log{"closed the bind was refused: invalid_password (0x0000000e)"});
  }
  SECTION("by a vendor's status") {
    side.receive(header_only(CommandId::bind_transceiver_resp, 1, static_cast<CommandStatus>(0x400)));
    CHECK(side.told() == Log{"closed the bind was refused: vendor (0x00000400)"});
  }
  SECTION("by a generic_nack") {
    side.receive(header_only(CommandId::generic_nack, 1, CommandStatus::invalid_command_id));
    CHECK(side.told() == Log{"closed the bind was refused: generic_nack (0x00000003)"});
  }
  CHECK(side.session.closed());
}

TEST_CASE("a bind resp to another bind is ignored, and no resp in time closes") {
  Side side(Role::esme);
  side.session.bind(side.now, side.out);
  side.receive(header_only(CommandId::bind_transceiver_resp, 2));
  CHECK(side.told() == Log{"error bind_transceiver_resp @12 a bind resp to no bind of ours"});
  CHECK(side.session.next_deadline() == start + 10s);
  side.tick(9'999ms);
  CHECK(side.told().empty());
  side.tick(1ms);
  CHECK(side.told() == Log{"closed the bind was not answered in time"});
  CHECK(side.session.next_deadline() == Instant::max());
}

TEST_CASE("a configuration whose bind does not fit is refused, and closes the session if it is used") {
  SessionConfig config = config_of(Role::esme);
  CHECK(Session::check(config));
  config.password = "much too long";
  const Status checked = Session::check(config);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().message == "password is longer than SMPP allows");
  Side side(config);
  side.session.bind(side.now, side.out);
  CHECK(side.out.empty());
  side.tick(0ms);
  CHECK(side.told() == Log{"closed the bind cannot be written: password is longer than SMPP allows"});
}

// --- binding, SMSC ---

TEST_CASE("an SMSC asks its owner about a bind, answers it and is bound") {
  Side side(Role::smsc);
  side.receive(bind(CommandId::bind_receiver, 0));
  CHECK(side.told() == Log{"bind? 1 esme", "bound esme"});
  const auto answer = decode(side.out);
  REQUIRE(answer);
  CHECK(answer->header.id() == CommandId::bind_receiver_resp);
  CHECK(answer->header.sequence_number == 0);  // as the peer chose it
  CHECK(std::get<BindResp>(answer->body).system_id == "smsc");
  CHECK(std::get<BindResp>(answer->body).tlvs.find_uint(TlvTag::sc_interface_version) == 0x34);
  CHECK(side.session.bind_mode() == BindMode::receiver);
  CHECK(side.session.can_send());
}

TEST_CASE("a peer of an older version gets no TLV with its bind resp") {
  Side side(Role::smsc);
  side.receive(
      with_length(octets_of("00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 01 \"old\" 00 00 00 33 00 00 00")));
  CHECK(side.written() == Log{"bind_transmitter_resp 0 1 21"});
  CHECK_FALSE(side.session.can_send());  // a transmitter receives nothing
}

TEST_CASE("after a refused bind the link stays open for another") {
  Side side(Role::smsc);
  side.events.bind_answer = CommandStatus::invalid_password;
  side.receive(bind());
  CHECK(side.written() == Log{"bind_transceiver_resp 14 1 16"});
  CHECK(side.told() == Log{"bind? 2 esme", "error bind_transceiver @4 the bind was refused"});
  CHECK(side.session.state() == SessionState::open);
  side.events.bind_answer = CommandStatus::ok;
  side.receive(bind(CommandId::bind_transceiver, 2));
  CHECK(side.told() == Log{"bind? 2 esme", "bound esme"});
}

TEST_CASE("a flood of refused binds ends the session") {
  Side side(Role::smsc);
  side.events.bind_answer = CommandStatus::invalid_system_id;
  Buffer flood;
  for (std::uint32_t i = 1; i <= 100; ++i) {
    const Buffer one = bind(CommandId::bind_transceiver, i);
    flood.insert(flood.end(), one.begin(), one.end());
  }
  const std::size_t consumed = side.receive(flood);
  CHECK(side.session.closed());
  CHECK(side.written().size() == 20);
  CHECK(consumed == flood.size() / 5);
  CHECK(side.told().back() == "closed too many protocol errors of the peer");
}

TEST_CASE("a second bind is answered already_bound") {
  Side side = bound_smsc();
  side.receive(bind(CommandId::bind_transmitter, 2));
  CHECK(side.written() == Log{"bind_transmitter_resp 5 2 16"});
  CHECK(side.told() == Log{"error bind_transmitter @4 a bind on a session that is already bound"});
  CHECK(side.session.bind_mode() == BindMode::transceiver);
}

TEST_CASE("a peer that connects and never binds is closed, also if it keeps asking enquire_link") {
  Side side(Role::smsc);
  CHECK(side.session.next_deadline() == start + 10s);
  for (int i = 0; i < 9; ++i) {
    side.tick(1s);
    side.receive(sample("enquire_link"));
  }
  CHECK(side.written().size() == 9);
  side.tick(1s);
  CHECK(side.told() == Log{"closed no bind in time"});
}

// --- commands that do not fit the state or the role ---

TEST_CASE("a request before the bind is answered incorrect_bind_status") {
  Side smsc(Role::smsc);
  for (const CommandId id : {CommandId::submit_sm}) smsc.receive(message(id, 5));
  smsc.receive(sample("data_sm"));
  smsc.receive(sample("query_sm"));
  CHECK(smsc.written() == Log{"submit_sm_resp 4 5 17", "data_sm_resp 4 6 17", "query_sm_resp 4 11 16"});
  CHECK(smsc.told().size() == 3);
  Side esme(Role::esme);
  esme.receive(message(CommandId::deliver_sm, 5));
  CHECK(esme.written() == Log{"deliver_sm_resp 4 5 17"});
}

TEST_CASE("a message on a session bound the other way is answered incorrect_bind_status") {
  Side esme = bound_esme(BindMode::transmitter);
  esme.receive(message(CommandId::deliver_sm, 5));
  CHECK(esme.written() == Log{"deliver_sm_resp 4 5 17"});
  Side smsc = bound_smsc(CommandId::bind_receiver);
  smsc.receive(message(CommandId::submit_sm, 5));
  CHECK(smsc.written() == Log{"submit_sm_resp 4 5 17"});
}

TEST_CASE("a request that only the other side may send is refused with its resp") {
  Side esme = bound_esme();
  esme.receive(message(CommandId::submit_sm, 5));
  esme.receive(bind(CommandId::bind_receiver, 6));
  esme.receive(sample("query_sm"));
  CHECK(esme.written() == Log{"submit_sm_resp 4 5 17", "bind_receiver_resp 4 6 16", "query_sm_resp 4 11 16"});
  CHECK(esme.told().size() == 3);
  Side smsc = bound_smsc();
  smsc.receive(message(CommandId::deliver_sm, 5));
  CHECK(smsc.written() == Log{"deliver_sm_resp 4 5 17"});
}

TEST_CASE("commands that are not served or unknown are answered by a generic_nack with their number") {
  for (const std::uint32_t id : {0x00000007U, 0x00000008U, 0x00000021U, 0x00010203U, 0x0000000AU}) {
    Side side = bound_smsc();
    Buffer pdu;
    encode_header_only(pdu, id, CommandStatus::ok, 77);
    side.receive(pdu);
    CHECK(side.written() == Log{"generic_nack 3 77 16"});
    CHECK(side.told().size() == 1);
  }
  Side side = bound_smsc();
  side.receive(header_only(static_cast<CommandId>(0x00010203), 0, static_cast<CommandStatus>(0x4A1)));
  CHECK(side.written() == Log{"generic_nack 3 0 16"});  // number 0: the native encoder serves
}

TEST_CASE("what is never answered is not answered") {
  Side smsc = bound_smsc();
  smsc.receive(sample("alert_notification"));
  smsc.receive(sample("generic_nack"));
  smsc.receive(sample("outbind"));
  smsc.receive(header_only(static_cast<CommandId>(0x80010203), 3));
  smsc.receive(header_only(CommandId::cancel_sm_resp, 3));
  CHECK(smsc.written().empty());
  CHECK(smsc.told() == Log{"error alert_notification @4 alert_notification is not expected here",
                           "error generic_nack @12 a generic_nack to no request of ours",
                           "error outbind @4 outbind is not followed",
                           "error unknown @4 a resp to nothing that was asked",
                           "error cancel_sm_resp @4 a resp to nothing that was asked"});
  Side esme = bound_esme();
  esme.receive(sample("alert_notification"));
  CHECK(esme.written().empty());
  CHECK(esme.told() == Log{"alert 963933123456"});
  esme.receive(with_length(octets_of("00 00 00 00 00 00 01 02 00 00 00 00 00 00 00 01 01 01")));
  CHECK(esme.written().empty());
  CHECK(esme.told().size() == 1);
}

// --- messages from the peer ---

TEST_CASE("deliveries of one read are all told and answered in order") {
  Side side = bound_esme();
  Buffer batch;
  for (std::uint32_t i = 0; i < 100; ++i) {
    const Buffer one = message(CommandId::deliver_sm, i, "text " + number(i));
    batch.insert(batch.end(), one.begin(), one.end());
  }
  CHECK(side.receive(batch) == batch.size());
  const Log told = side.told();
  const Log written = side.written();
  REQUIRE(told.size() == 100);
  REQUIRE(written.size() == 100);
  for (std::uint32_t i = 0; i < 100; ++i) {
    CHECK(told[i] == "delivery text " + number(i));
    CHECK(written[i] == "deliver_sm_resp 0 " + number(i) + " 17");
  }
}

TEST_CASE("a stream may arrive in pieces of any size") {
  for (const std::size_t piece : {1U, 3U, 7U, 16U, 50U}) {
    Side side = bound_esme();
    Buffer stream;
    for (std::uint32_t i = 1; i <= 5; ++i) {
      const Buffer one = message(CommandId::deliver_sm, i);
      stream.insert(stream.end(), one.begin(), one.end());
    }
    Buffer waiting;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      const std::size_t end = std::min(stream.size(), at + piece);
      waiting.insert(waiting.end(), stream.begin() + static_cast<std::ptrdiff_t>(at),
                     stream.begin() + static_cast<std::ptrdiff_t>(end));
      const std::size_t consumed = side.receive(waiting);
      waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(consumed));
    }
    CHECK(waiting.empty());
    CHECK(side.written().size() == 5);
  }
}

TEST_CASE("a data_sm is delivered with its payload and answered by data_sm_resp") {
  for (Side side : {bound_esme(), bound_smsc()}) {
    side.receive(sample("data_sm"));
    CHECK(side.told() == Log{"delivery hello"});
    CHECK(side.written() == Log{"data_sm_resp 0 6 17"});
  }
}

TEST_CASE("a delivery may be acknowledged later, with any status, always with the message_id octet") {
  Side side = bound_esme();
  side.events.ack = SessionEvents::Ack::later;
  side.receive(message(CommandId::deliver_sm, 42));
  CHECK(side.out.empty());
  side.session.acknowledge(side.events.last, CommandStatus::temporary_app_error, {}, side.out);
  CHECK(side.written() == Log{"deliver_sm_resp 100 42 17"});
}

TEST_CASE("an SMSC answers a submit_sm with a message_id; one that no resp can carry becomes an error") {
  Side side = bound_smsc();
  side.events.ack = SessionEvents::Ack::later;
  side.receive(message(CommandId::submit_sm, 42));
  side.session.acknowledge(side.events.last, CommandStatus::ok, "0a1b", side.out);
  CHECK(side.out == resp(CommandId::submit_sm_resp, 42, "0a1b"));
  CHECK(side.written() == Log{"submit_sm_resp 0 42 21"});
  side.session.acknowledge(side.events.last, CommandStatus::ok, std::string(65, '1'), side.out);
  CHECK(side.written() == Log{"submit_sm_resp 8 42 17"});
}

TEST_CASE("a malformed request is answered with the status of what is wrong, and the session goes on") {
  Side side = bound_esme();
  Buffer bad = message(CommandId::deliver_sm, 9);
  bad.insert(bad.end(), {0x02, 0x04, 0x01, 0x92, 0x00, 0x00});
  side.receive(with_length(bad));
  CHECK(side.written() == Log{"deliver_sm_resp 192 9 17"});
  CHECK(side.told() == Log{"error deliver_sm @51 tlv: a TLV longer than the rest of the PDU"});
  side.receive(message(CommandId::deliver_sm, 10));
  CHECK(side.told() == Log{"delivery hi"});
}

TEST_CASE("malformed PDUs without a resp get a generic_nack, malformed resps nothing") {
  Side side(Role::esme);
  side.receive(with_length(octets_of("00 00 00 00 00 00 00 0B 00 00 00 00 00 00 00 07 \"x\"")));  // outbind
  CHECK(side.written() == Log{"generic_nack 2 7 16"});
  side.receive(with_length(octets_of("00 00 00 00 80 00 00 04 00 00 00 00 00 00 00 07 \"x\"")));
  CHECK(side.written().empty());
  CHECK(side.told().size() == 3);  // the malformed outbind; the malformed resp, which nothing waited for either
}

TEST_CASE("too many malformed PDUs close the session, and nothing behind them is read") {
  SessionConfig config = config_of(Role::smsc);
  config.errors_max = 3;
  Side side(config);
  Buffer batch;
  for (std::uint32_t i = 1; i <= 5; ++i) {
    const Buffer one = header_only(static_cast<CommandId>(0x00010203), i);
    batch.insert(batch.end(), one.begin(), one.end());
  }
  CHECK(side.receive(batch) == 3 * header_octets);
  CHECK(side.written().size() == 3);
  CHECK(side.told().back() == "closed too many protocol errors of the peer");
  CHECK(side.receive(batch) == 0);
  CHECK(side.told().empty());
}

TEST_CASE("a command_length that cannot be is answered by a generic_nack, and the session closes") {
  SECTION("with the header there, its number is in the nack") {
    Side side = bound_esme();
    Buffer stream = message(CommandId::deliver_sm, 1);
    const Buffer broken = octets_of("00 00 00 0F 00 00 00 05 00 00 00 00 00 00 00 2A");
    stream.insert(stream.end(), broken.begin(), broken.end());
    side.receive(stream);
    CHECK(side.written() == Log{"deliver_sm_resp 0 1 17", "generic_nack 2 42 16"});
    CHECK(side.told() == Log{"delivery hi", "error deliver_sm @0 command_length 15 is outside what a PDU may have",
                             "closed command_length 15 is outside what a PDU may have"});
  }
  SECTION("with only the length there, the number is 0") {
    Side side(Role::smsc);
    side.receive(octets_of("FF FF FF FF"));
    CHECK(side.written() == Log{"generic_nack 2 0 16"});
    CHECK(side.session.closed());
  }
  SECTION("over the limit of the configuration") {
    SessionConfig config = config_of(Role::smsc);
    config.pdu_octets_max = 1000;
    Side side(config);
    side.receive(octets_of("00 00 03 E9"));
    CHECK(side.session.closed());
  }
}

TEST_CASE("a PDU that is begun must be whole in time") {
  Side side = bound_esme();
  const Buffer pdu = message(CommandId::deliver_sm, 1);
  const Bytes whole(pdu);
  CHECK(side.receive(whole.first(7)) == 0);
  CHECK(side.session.next_deadline() == start + 10s);
  side.now += 6s;
  CHECK(side.receive(whole.first(20)) == 0);  // one octet now and then does not help
  SECTION("it is not") {
    side.tick(3'999ms);
    CHECK(side.told().empty());
    side.tick(1ms);
    CHECK(side.told() == Log{"closed a PDU was begun and not completed in time"});
  }
  SECTION("it is, and the next one has its own time") {
    Buffer stream = pdu;
    stream.insert(stream.end(), pdu.begin(), pdu.begin() + 5);
    CHECK(side.receive(stream) == pdu.size());
    side.tick(9'999ms);
    CHECK_FALSE(side.session.closed());
    side.tick(1ms);
    CHECK(side.session.closed());
  }
  SECTION("it is, and nothing is left") {
    CHECK(side.receive(pdu) == pdu.size());
    side.tick(20s);
    CHECK_FALSE(side.session.closed());
  }
}

// --- requests of ours ---

TEST_CASE("a message is numbered, and its answer comes back with its tag") {
  Side side = bound_esme();
  REQUIRE(side.session.send(short_text("one"), 701, side.now, side.out));
  REQUIRE(side.session.send(short_text("two"), 702, side.now, side.out));
  CHECK(side.written() == Log{"submit_sm 0 2 48", "submit_sm 0 3 48"});
  CHECK(side.session.window_free() == 8);
  side.receive(resp(CommandId::submit_sm_resp, 3, "b"));
  side.receive(resp(CommandId::submit_sm_resp, 2, "", CommandStatus::throttled));
  CHECK(side.told() == Log{"response 702 answered ok b", "response 701 answered throttled "});
  CHECK(side.session.window_free() == 10);
}

TEST_CASE("an SMSC sends deliver_sm") {
  Side side = bound_smsc();
  REQUIRE(side.session.send(short_text("one"), 701, side.now, side.out));
  CHECK(side.written() == Log{"deliver_sm 0 1 48"});
  side.receive(header_only(CommandId::deliver_sm_resp, 1));
  CHECK(side.told() == Log{"response 701 answered ok "});
}

TEST_CASE("a message over a limit is refused and leaves the window free") {
  Side side = bound_esme();
  Sm sm;
  const Buffer long_text(255, 'x');
  sm.short_message = long_text;
  const Status sent = side.session.send(sm, 1, side.now, side.out);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code == Errc::limit);
  CHECK(side.out.empty());
  CHECK(side.session.window_free() == 10);
}

TEST_CASE("a full window refuses until an answer comes") {
  Side side = bound_esme();
  for (std::uint64_t tag = 0; tag < 10; ++tag) REQUIRE(side.session.send(short_text("x"), tag, side.now, side.out));
  const std::size_t before = side.out.size();
  const Status sent = side.session.send(short_text("x"), 10, side.now, side.out);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code == Errc::limit);
  CHECK_FALSE(side.session.query(QuerySm{"1", {}}, 1, side.now, side.out));
  CHECK(side.out.size() == before);
  side.receive(resp(CommandId::submit_sm_resp, 2, "a"));
  CHECK(side.session.send(short_text("x"), 10, side.now, side.out));
}

TEST_CASE("a PDU encoded before is copied and numbered") {
  Side side = bound_esme();
  const Buffer ready = message(CommandId::submit_sm, 0xFFFFFFFF, "ready");
  REQUIRE(side.session.send_encoded(ready, 5, side.now, side.out));
  CHECK(side.out == message(CommandId::submit_sm, 2, "ready"));
  REQUIRE(side.session.send_encoded(sample("data_sm"), 6, side.now, side.out));
  side.receive(resp(CommandId::data_sm_resp, 3, "x"));
  CHECK(side.told() == Log{"response 6 answered ok x"});
  side.out.clear();
  for (const Buffer& wrong :
       {message(CommandId::deliver_sm, 1), Buffer(3, 0), Buffer(ready.begin(), ready.end() - 1)}) {
    const Status sent = side.session.send_encoded(wrong, 7, side.now, side.out);
    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == Errc::invalid);
  }
  CHECK(side.out.empty());
}

TEST_CASE("a request that is not answered in time is told so, and a late answer is ignored") {
  Side side = bound_esme();
  REQUIRE(side.session.send(short_text("x"), 1, side.now, side.out));
  CHECK(side.session.next_deadline() == start + 10s);
  side.tick(9'999ms);
  CHECK(side.told().empty());
  side.tick(1ms);
  CHECK(side.told() == Log{"response 1 timed_out unknown_error "});
  side.receive(resp(CommandId::submit_sm_resp, 2, "a"));
  CHECK(side.told() == Log{"error submit_sm_resp @12 a resp to no request of ours"});
  CHECK_FALSE(side.session.closed());
  CHECK(side.session.window_free() == 10);
}

TEST_CASE("resps to nothing do not close the session, however many") {
  Side side = bound_esme();
  for (std::uint32_t i = 100; i < 200; ++i) side.receive(resp(CommandId::submit_sm_resp, i, "a"));
  CHECK(side.told().size() == 100);
  CHECK_FALSE(side.session.closed());
}

TEST_CASE("a resp of another command does not answer a request") {
  Side side = bound_esme();
  REQUIRE(side.session.send(short_text("x"), 1, side.now, side.out));
  side.receive(resp(CommandId::data_sm_resp, 2, "a"));
  side.receive(resp(CommandId::deliver_sm_resp, 2, "a"));
  CHECK(side.told().size() == 2);
  side.receive(resp(CommandId::submit_sm_resp, 2, "a"));
  CHECK(side.told() == Log{"response 1 answered ok a"});
}

TEST_CASE("a generic_nack answers the request of its number, and is never a success") {
  Side side = bound_esme();
  REQUIRE(side.session.send(short_text("x"), 1, side.now, side.out));
  REQUIRE(side.session.send(short_text("x"), 2, side.now, side.out));
  side.receive(header_only(CommandId::generic_nack, 2, CommandStatus::throttled));
  side.receive(header_only(CommandId::generic_nack, 3));
  CHECK(side.told() == Log{"response 1 answered throttled ", "response 2 answered unknown_error "});
}

TEST_CASE("an unreadable resp still answers its request with the status of its header") {
  Side side = bound_esme();
  REQUIRE(side.session.send(short_text("x"), 1, side.now, side.out));
  side.receive(with_length(octets_of("00 00 00 00 80 00 00 04 00 00 00 00 00 00 00 02 \"12\" 00 \"345\"")));
  CHECK(side.told() == Log{"error submit_sm_resp @19 tlv: octets that are no TLV", "response 1 answered ok "});
}

TEST_CASE("a query brings the message's state") {
  Side side = bound_esme();
  REQUIRE(side.session.query(QuerySm{"0a1b2c3d", {5, 0, "KUWWA"}}, 9, side.now, side.out));
  CHECK(side.written() == Log{"query_sm 0 2 33"});
  Buffer answer(sample("query_sm_resp").begin(), sample("query_sm_resp").end());
  answer[15] = 2;
  side.receive(answer);
  CHECK(side.told() == Log{"query answer 9 ok state 2", "response 9 answered ok 0a1b2c3d"});
  CHECK_FALSE(side.session.query(QuerySm{std::string(65, '1'), {}}, 9, side.now, side.out));
  CHECK(side.session.window_free() == 10);
}

TEST_CASE("an SMSC is asked for a message's state and answers") {
  Side side = bound_smsc();
  side.receive(sample("query_sm"));
  CHECK(side.told() == Log{"query 0a1b2c3d"});
  side.session.answer_query(side.events.last, CommandStatus::ok, QuerySmResp{"0a1b2c3d", "240131120000000+", 2, 0},
                            side.out);
  CHECK(side.out == Buffer(sample("query_sm_resp").begin(), sample("query_sm_resp").end()));
  side.written();
  const std::string too_long(65, '1');
  side.session.answer_query(side.events.last, CommandStatus::ok, QuerySmResp{too_long, "", 2, 0}, side.out);
  CHECK(side.written() == Log{"query_sm_resp 8 11 20"});
}

// --- enquire_link ---

TEST_CASE("enquire_link is answered in every state") {
  for (Side side : {Side(Role::esme), Side(Role::smsc), bound_esme(), bound_smsc()}) {
    side.receive(sample("enquire_link"));
    CHECK(side.written() == Log{"enquire_link_resp 0 10 16"});
    side.receive(header_only(CommandId::enquire_link, 0));
    CHECK(side.written() == Log{"enquire_link_resp 0 0 16"});
  }
}

TEST_CASE("after a silence the peer is asked, and closed if it stays silent") {
  Side side = bound_esme();
  side.now += 20s;
  side.receive(message(CommandId::deliver_sm, 1));
  side.written();
  CHECK(side.session.next_deadline() == start + 50s);
  side.tick(29'999ms);
  CHECK(side.written().empty());
  side.tick(1ms);
  CHECK(side.written() == Log{"enquire_link 0 2 16"});
  CHECK(side.session.next_deadline() == start + 60s);
  side.tick(5s);
  CHECK(side.written().empty());  // one at a time
  side.told();
  SECTION("it answers") {
    side.receive(header_only(CommandId::enquire_link_resp, 2));
    side.tick(29'999ms);
    CHECK(side.written().empty());
    side.tick(1ms);
    CHECK(side.written() == Log{"enquire_link 0 3 16"});
    CHECK(side.told().empty());
  }
  SECTION("it answers with a generic_nack: it lives") {
    side.receive(header_only(CommandId::generic_nack, 2, CommandStatus::invalid_command_id));
    side.tick(10s);
    CHECK_FALSE(side.session.closed());
    CHECK(side.told().empty());
  }
  SECTION("it answers something else") {
    side.receive(header_only(CommandId::enquire_link_resp, 3));
    CHECK(side.told() == Log{"error enquire_link_resp @12 a resp to no request of ours"});
  }
  SECTION("it does not answer") {
    REQUIRE(side.session.send(short_text("x"), 1, side.now, side.out));
    side.tick(4'999ms);
    CHECK_FALSE(side.session.closed());
    side.tick(1ms);
    CHECK(side.told() ==
          Log{"response 1 lost unknown_error ", "closed silent peer: enquire_link was not answered in time"});
  }
}

TEST_CASE("an SMSC asks a silent peer too, and an interval of 0 never asks") {
  Side side = bound_smsc();
  side.tick(30s);
  CHECK(side.written() == Log{"enquire_link 0 1 16"});
  SessionConfig config = config_of(Role::smsc);
  config.enquire_link_interval = 0s;
  Side quiet(config);
  quiet.receive(bind());
  quiet.written();
  quiet.tick(1h);
  CHECK(quiet.written().empty());
  CHECK(quiet.session.next_deadline() == Instant::max());
}

// --- the end ---

TEST_CASE("unbinding: deliveries are still answered, the answer closes") {
  Side side = bound_esme();
  REQUIRE(side.session.send(short_text("x"), 1, side.now, side.out));
  side.session.unbind(side.now, side.out);
  side.session.unbind(side.now, side.out);
  CHECK(side.written() == Log{"submit_sm 0 2 46", "unbind 0 3 16"});
  CHECK(side.session.state() == SessionState::unbinding);
  CHECK_FALSE(side.session.can_send());
  side.receive(message(CommandId::deliver_sm, 5));
  CHECK(side.written() == Log{"deliver_sm_resp 0 5 17"});
  side.receive(resp(CommandId::submit_sm_resp, 2, "a"));
  side.receive(header_only(CommandId::unbind_resp, 3));
  CHECK(side.told() == Log{"delivery hi", "response 1 answered ok a", "closed unbound"});
  CHECK(side.receive(sample("enquire_link")) == 0);
}

TEST_CASE("an unbind that is not answered in time closes") {
  Side side = bound_esme();
  side.session.unbind(side.now, side.out);
  side.tick(10s);
  CHECK(side.told() == Log{"closed the unbind was not answered in time"});
}

TEST_CASE("an unbind answered by a generic_nack, or crossed by the peer's, closes too") {
  Side one = bound_esme();
  one.session.unbind(one.now, one.out);
  one.receive(header_only(CommandId::generic_nack, 2, CommandStatus::invalid_command_id));
  CHECK(one.told() == Log{"closed unbound, by a generic_nack"});
  Side two = bound_esme();
  two.session.unbind(two.now, two.out);
  two.written();
  two.receive(header_only(CommandId::unbind, 8));
  CHECK(two.written() == Log{"unbind_resp 0 8 16"});
  CHECK(two.told() == Log{"closed the peer unbound"});
}

TEST_CASE("the peer's unbind is answered, what waits is lost, and nothing behind it is read") {
  Side side = bound_esme();
  REQUIRE(side.session.send(short_text("x"), 1, side.now, side.out));
  REQUIRE(side.session.send(short_text("x"), 2, side.now, side.out));
  side.written();
  Buffer stream = header_only(CommandId::unbind, 8);
  const Buffer more = message(CommandId::deliver_sm, 9);
  stream.insert(stream.end(), more.begin(), more.end());
  CHECK(side.receive(stream) == header_octets);
  CHECK(side.written() == Log{"unbind_resp 0 8 16"});
  CHECK(side.told() ==
        Log{"response 1 lost unknown_error ", "response 2 lost unknown_error ", "closed the peer unbound"});
}

TEST_CASE("a lost connection ends every waiting request once, and is told once") {
  Side side = bound_esme();
  REQUIRE(side.session.send(short_text("x"), 1, side.now, side.out));
  side.session.connection_lost("connection reset", side.events);
  side.session.connection_lost("again", side.events);
  side.tick(1h);
  CHECK(side.told() == Log{"response 1 lost unknown_error ", "closed connection reset"});
  side.out.clear();
  side.session.acknowledge(Header{17, 5, 0, 1}, CommandStatus::ok, {}, side.out);
  side.session.unbind(side.now, side.out);
  CHECK(side.out.empty());
  CHECK_FALSE(side.session.send(short_text("x"), 2, side.now, side.out));
}

// --- handlers that call back ---

TEST_CASE("a handler may send, acknowledge and unbind from inside") {
  Side side = bound_esme();
  side.events.ack = SessionEvents::Ack::later;
  side.events.at_delivery = [&](const SessionEvents::Delivery& delivery) {
    side.session.acknowledge(delivery.header, CommandStatus::ok, {}, side.out);
    Sm reply = delivery.sm;  // views into what was received, which `out` must not disturb
    std::swap(reply.source, reply.destination);
    CHECK(side.session.send(reply, delivery.header.sequence_number, side.now, side.out));
    if (delivery.header.sequence_number == 3) side.session.unbind(side.now, side.out);
  };
  Buffer batch;
  for (std::uint32_t i = 1; i <= 3; ++i) {
    const Buffer one = message(CommandId::deliver_sm, i, std::string(200, 'y'));
    batch.insert(batch.end(), one.begin(), one.end());
  }
  side.receive(batch);
  const Log written = side.written();
  REQUIRE(written.size() == 7);
  CHECK(written[5] == "submit_sm 0 4 249");
  CHECK(written[6] == "unbind 0 5 16");
}

TEST_CASE("a handler may send from on_bound and from on_response, also when requests time out") {
  Side side(Role::esme);
  int left = 3;
  const auto send = [&] {
    if (left-- > 0) CHECK(side.session.send(short_text("x"), static_cast<std::uint64_t>(left), side.now, side.out));
  };
  side.events.at_bound = send;
  side.events.at_response = send;
  side.session.bind(side.now, side.out);
  side.receive(header_only(CommandId::bind_transceiver_resp, 1));
  side.receive(resp(CommandId::submit_sm_resp, 2, "a"));
  side.tick(10s);
  CHECK(side.written().size() == 4);
  CHECK(side.told() == Log{"bound ", "response 2 answered ok a", "response 1 timed_out unknown_error "});
  CHECK(side.session.window_free() == 9);
}

TEST_CASE("time-outs of no length cannot hold a tick for ever") {
  SessionConfig config = config_of(Role::esme);
  config.response_timeout = 0ms;
  Side side(config);
  side.session.bind(side.now, side.out);
  side.receive(header_only(CommandId::bind_transceiver_resp, 1));
  side.events.at_response = [&] { (void)side.session.send(short_text("x"), 1, side.now, side.out); };
  REQUIRE(side.session.send(short_text("x"), 1, side.now, side.out));
  side.told();
  side.tick(0ms);
  CHECK(side.told().size() == 1);
}

TEST_CASE("a handler that ends the session stops the reading") {
  Side side = bound_esme();
  side.events.at_delivery = [&](const auto&) { side.session.connection_lost("no more", side.events); };
  Buffer batch = message(CommandId::deliver_sm, 1);
  const std::size_t first = batch.size();
  const Buffer second = message(CommandId::deliver_sm, 2);
  batch.insert(batch.end(), second.begin(), second.end());
  CHECK(side.receive(batch) == first);
  CHECK(side.out.empty());
  CHECK(side.told() == Log{"delivery hi", "closed no more"});
  Side flooded = bound_esme();
  flooded.events.at_error = [&] { flooded.session.connection_lost("enough", flooded.events); };
  flooded.receive(header_only(static_cast<CommandId>(0x00010203), 1));
  CHECK(flooded.told().back() == "closed enough");
}

// --- both ends ---

TEST_CASE("an ESME and an SMSC of ours bind, talk both ways, query and part") {
  Side esme(Role::esme);
  Side smsc(Role::smsc);
  smsc.events.ack = SessionEvents::Ack::later;
  smsc.events.at_delivery = [&](const SessionEvents::Delivery& delivery) {
    smsc.session.acknowledge(delivery.header, CommandStatus::ok, "id" + number(delivery.header.sequence_number),
                             smsc.out);
  };
  const auto exchange = [&] {
    while (!esme.out.empty() || !smsc.out.empty()) {
      const Buffer to_smsc = std::exchange(esme.out, {});
      smsc.receive(to_smsc);
      const Buffer to_esme = std::exchange(smsc.out, {});
      esme.receive(to_esme);
    }
  };
  esme.session.bind(esme.now, esme.out);
  exchange();
  CHECK(esme.told() == Log{"bound smsc"});
  CHECK(smsc.told() == Log{"bind? 2 shubbak", "bound shubbak"});
  REQUIRE(esme.session.send(short_text("up"), 1, esme.now, esme.out));
  REQUIRE(smsc.session.send(short_text("down"), 2, smsc.now, smsc.out));
  exchange();
  CHECK(esme.told() == Log{"delivery down", "response 1 answered ok id2"});
  CHECK(smsc.told() == Log{"delivery up", "response 2 answered ok "});
  REQUIRE(esme.session.query(QuerySm{"id2", {}}, 3, esme.now, esme.out));
  exchange();
  CHECK(smsc.told() == Log{"query id2"});
  smsc.session.answer_query(smsc.events.last, CommandStatus::ok, QuerySmResp{"id2", "", 2, 0}, smsc.out);
  exchange();
  CHECK(esme.told() == Log{"query answer 3 ok state 2", "response 3 answered ok id2"});
  esme.tick(30s);
  smsc.tick(30s);
  exchange();
  CHECK(esme.told().empty());
  smsc.session.unbind(smsc.now, smsc.out);
  exchange();
  CHECK(esme.told() == Log{"closed the peer unbound"});
  CHECK(smsc.told() == Log{"closed unbound"});
}
