// Sessions: what the peer sends, good and bad.
#include <catch2/catch.hpp>

#include "session_side.hpp"

using namespace shubbak;
using namespace shubbak::smpp;
using namespace shubbak::smpp::test;
using namespace std::chrono_literals;

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

TEST_CASE("an SMSC answers a submit_sm with a message_id, and one that no resp can carry becomes an error") {
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

TEST_CASE("malformed requests now and then do not end a session, however long it lives") {
  SessionConfig config = config_of(Role::smsc);
  config.errors_max = 3;
  config.errors_window = 1min;
  Side side(config);
  const auto two_more = [&](std::uint32_t sequence_number) {
    for (int i = 0; i < 2; ++i) side.receive(header_only(static_cast<CommandId>(0x00010203), sequence_number));
  };
  for (std::uint32_t minute = 1; minute <= 30; ++minute) {
    two_more(minute);
    CHECK(side.written().size() == 2);
    side.now += 1min;
  }
  CHECK_FALSE(side.session.closed());
  two_more(31);
  side.now += 59s;
  two_more(32);
  CHECK(side.session.closed());
}

TEST_CASE("resps that cannot be read end their request and never the session") {
  Side side = bound_esme();
  for (std::uint64_t tag = 1; tag <= 2 * side.session.config().errors_max; ++tag) {
    REQUIRE(side.session.send(short_text("hi"), tag, side.now, side.out).ok());
    const Header sent = decode_header(side.out);
    side.out.clear();
    Buffer malformed = header_only(CommandId::submit_sm_resp, sent.sequence_number);
    malformed.push_back('x');  // a message_id without its end
    side.receive(with_length(malformed));
    const Log told = side.told();
    REQUIRE(told.size() == 2);
    CHECK(told.back() == "response " + std::to_string(tag) + " answered ok ");
    side.receive(header_only(CommandId::cancel_sm_resp, 1));  // nor those that answer nothing
    CHECK(side.told().size() == 1);
  }
  CHECK_FALSE(side.session.closed());
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
