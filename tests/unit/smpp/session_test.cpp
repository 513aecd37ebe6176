// Sessions: requests of ours, time, and the end.
#include <catch2/catch.hpp>

#include "session_side.hpp"

using namespace shubbak;
using namespace shubbak::smpp;
using namespace shubbak::smpp::test;
using namespace std::chrono_literals;

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
