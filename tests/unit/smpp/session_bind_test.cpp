// Sessions: binding of both roles, and what fits their state and role.
#include <catch2/catch.hpp>

#include "session_side.hpp"

using namespace shubbak;
using namespace shubbak::smpp;
using namespace shubbak::smpp::test;
using namespace std::chrono_literals;

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
