// Peers that are silent, slow, broken or hostile: the link and the server end them in time, say why, and stay
// bounded.
#include "fixture.hpp"
#include "raw_peer.hpp"

namespace shubbak::gateways::testing {
namespace {

// A link in front of a bare socket.
struct Hostile {
  Loop loop;
  RawListener listener{loop.io};
  LinkRecorder at_link;
  SmppLink link;

  explicit Hostile(const std::function<void(smpp::SessionConfig&)>& change = {})
      : link(loop.io.get_executor(), config(change), at_link) {}

  // Answers the bind, then sends these octets.
  void bind_and_send(const smpp::Buffer& octets) {
    listener.accepted = [octets](RawPeer& peer) {
      smpp::Buffer all = bind_transceiver_resp();
      all.insert(all.end(), octets.begin(), octets.end());
      peer.write(all);
      peer.read();
    };
    link.start();
    loop.until([&] { return at_link.ups > 0; });
  }

 private:
  SmppLinkConfig config(const std::function<void(smpp::SessionConfig&)>& change) {
    SmppLinkConfig config = link_config(listener.port());
    config.backoff_min = config.backoff_max = 10min;  // one try is enough to see
    if (change) change(config.session);
    return config;
  }
};

}  // namespace

TEST_CASE("a peer that accepts and never answers the bind is given up in time") {
  Hostile hostile([](smpp::SessionConfig& session) { session.bind_timeout = 40ms; });
  hostile.link.start();
  hostile.loop.until([&] { return !hostile.at_link.downs.empty(); });
  CHECK(hostile.at_link.downs == std::vector<std::string>{"the bind was not answered in time"});
  hostile.loop.until([&] { return hostile.listener.peers.at(0)->closed; });
}

TEST_CASE("a peer that falls silent once bound is found out by enquire_link") {
  Hostile hostile([](smpp::SessionConfig& session) {
    session.enquire_link_interval = 40ms;
    session.response_timeout = 40ms;
  });
  hostile.bind_and_send({});
  hostile.loop.until([&] { return !hostile.at_link.downs.empty(); });
  CHECK_THAT(hostile.at_link.downs[0], Catch::Contains("silent peer"));
  const auto headers = hostile.listener.peers.at(0)->headers();
  REQUIRE(headers.size() >= 2);
  CHECK(headers[1].id() == smpp::CommandId::enquire_link);
}

TEST_CASE("a host that does not answer the connect is given up in time") {
  // A listener whose backlog is full drops what comes after.
  boost::asio::io_context io;
  tcp::acceptor full(io);
  full.open(tcp::v4());
  full.bind(tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  full.listen(0);
  std::vector<tcp::socket> fillers;
  fillers.reserve(4);
  for (int i = 0; i < 4; ++i) fillers.emplace_back(io).async_connect(full.local_endpoint(), [](const auto&) {});
  io.poll();
  Loop loop;
  LinkRecorder at_link;
  SmppLinkConfig config = link_config(full.local_endpoint().port());
  config.connect_timeout = 60ms;
  SmppLink link(loop.io.get_executor(), config, at_link);
  link.start();
  loop.until([&] { return !at_link.downs.empty(); });
  CHECK_THAT(at_link.downs[0], Catch::EndsWith("no answer within 60 ms"));
}

TEST_CASE("octets that are no PDU are answered by a generic_nack, told, and end the connection") {
  Hostile hostile;
  hostile.bind_and_send(smpp::Buffer(64, 0xFF));
  hostile.loop.until([&] { return !hostile.at_link.downs.empty(); });
  CHECK_THAT(hostile.at_link.downs[0], Catch::Contains("command_length 4294967295"));
  REQUIRE(hostile.at_link.errors.size() == 1);
  CHECK_THAT(hostile.at_link.errors[0], Catch::StartsWith("127.0.0.1:" + std::to_string(hostile.listener.port()) +
                                                          " 4294967295 0 command_length"));
  CHECK(hostile.link.counters().protocol_errors == 1);
  auto& peer = *hostile.listener.peers.at(0);
  hostile.loop.until([&] { return peer.closed; });
  REQUIRE(peer.headers().size() == 2);
  CHECK(peer.headers()[1].id() == smpp::CommandId::generic_nack);
  CHECK(peer.headers()[1].command_status == 2);  // ESME_RINVCMDLEN
}

TEST_CASE("half a header that never becomes whole ends the connection in time") {
  Hostile hostile([](smpp::SessionConfig& session) { session.partial_pdu_timeout = 40ms; });
  hostile.bind_and_send({0, 0, 0, 0x11, 0x80, 0, 0});
  hostile.loop.until([&] { return !hostile.at_link.downs.empty(); });
  CHECK(hostile.at_link.downs == std::vector<std::string>{"a PDU was begun and not completed in time"});
}

TEST_CASE("a PDU whose field has no end is answered, told with its offset, and the link stays") {
  Hostile hostile;
  // deliver_sm, sequence_number 7, whose body is two octets of a service_type without its zero
  hostile.bind_and_send({0, 0, 0, 0x12, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 7, 'A', 'B'});
  hostile.loop.until([&] { return hostile.listener.peers.at(0)->headers().size() == 2; });
  CHECK(hostile.link.up());
  REQUIRE(hostile.at_link.errors.size() == 1);
  CHECK_THAT(hostile.at_link.errors[0],
             Catch::StartsWith("127.0.0.1:" + std::to_string(hostile.listener.port()) + " 5 1"));
  const auto answer = hostile.listener.peers.at(0)->headers()[1];
  CHECK(answer.id() == smpp::CommandId::deliver_sm_resp);
  CHECK(answer.sequence_number == 7);
  CHECK(answer.command_status != 0);
}

TEST_CASE("a PDU of the greatest size passes, in whatever pieces it comes") {
  Hostile hostile;
  smpp::Buffer payload(64'000, 'x');
  smpp::TlvBuilder tlvs;
  tlvs.add(smpp::TlvTag::message_payload, payload);
  smpp::Sm sm = message("");
  sm.tlvs = tlvs.list();
  smpp::Buffer octets;
  for (std::uint32_t i = 1; i <= 20; ++i) REQUIRE(smpp::encode_sm(octets, smpp::CommandId::deliver_sm, i, sm).ok());
  hostile.bind_and_send({});
  for (std::size_t at = 0; at < octets.size();) {
    const std::size_t size = std::min<std::size_t>(at % 9'000 + 1, octets.size() - at);
    hostile.listener.peers.at(0)->write(smpp::Buffer(octets.begin() + static_cast<std::ptrdiff_t>(at),
                                                     octets.begin() + static_cast<std::ptrdiff_t>(at + size)));
    at += size;
    hostile.loop.io.poll();
  }
  hostile.loop.until([&] { return hostile.at_link.texts.size() == 20; });
  CHECK(hostile.at_link.texts.back().size() == 64'000);
  CHECK(hostile.link.counters().protocol_errors == 0);
}

TEST_CASE("a peer that sends without end and never reads is not read without end either") {
  Hostile hostile([](smpp::SessionConfig& session) {
    session.enquire_link_interval = 200ms;
    session.response_timeout = 200ms;
  });
  smpp::Buffer deliveries;
  for (std::uint32_t i = 1; i <= 1'000; ++i) {
    REQUIRE(smpp::encode_sm(deliveries, smpp::CommandId::deliver_sm, i, message("")).ok());
  }
  hostile.listener.accepted = [&](RawPeer& peer) {
    peer.write(bind_transceiver_resp());
    peer.flood(deliveries);
  };
  hostile.at_link.delivered = [](SmppLink& link, const Delivery&) {
    static const std::string reply(150, 'r');
    (void)link.send(message(reply), 1);  // refused once its queue is full
    return Ack::now;
  };
  hostile.link.start();
  hostile.loop.until([&] { return !hostile.at_link.downs.empty(); }, 60s);
  CHECK_THAT(hostile.at_link.downs[0], Catch::Contains("silent peer"));
  // What the kernel takes for both directions, and our own limits: far from without end.
  CHECK(hostile.link.counters().octets_in < (64U << 20U));
}

TEST_CASE("the server ends a connection that never binds, and one that sends no PDUs") {
  SmscServerConfig config = server_config();
  config.session.bind_timeout = 300ms;
  Pair pair(config);
  const auto silent = dial(pair.loop.io, pair.server.port());
  pair.loop.until([&] { return silent->closed; });
  CHECK(pair.at_server.closed == std::vector<std::string>{"no bind in time"});
  const auto web = dial(pair.loop.io, pair.server.port());
  const std::string request = "GET / HTTP/1.1\r\nHost: shubbak\r\n\r\n";
  web->write(smpp::Buffer(request.begin(), request.end()));
  pair.loop.until([&] { return web->closed; });
  REQUIRE(pair.at_server.errors.size() == 1);
  CHECK_THAT(pair.at_server.errors[0], Catch::StartsWith("127.0.0.1:" + std::to_string(web->local().port()) + " 0 "));
  REQUIRE(web->headers().size() == 1);
  CHECK(web->headers()[0].id() == smpp::CommandId::generic_nack);
}

TEST_CASE("the server takes a bounded number of connections, and the next when one has gone") {
  SmscServerConfig config = server_config();
  config.connections_max = 3;
  Pair pair(config);
  std::vector<std::shared_ptr<RawPeer>> peers;
  for (int i = 0; i < 5; ++i) peers.push_back(dial(pair.loop.io, pair.server.port()));
  pair.loop.until([&] { return peers[3]->closed && peers[4]->closed; });
  CHECK(pair.server.connections() == 3);
  CHECK(pair.server.connections_refused() == 2);
  CHECK_FALSE(peers[0]->closed);
  peers[0]->write(smpp::Buffer(16, 0));
  pair.loop.until([&] { return pair.server.connections() == 2; });
  pair.bind();
  CHECK(pair.server.connections() == 3);
}

TEST_CASE("a second server on the same port says why it cannot start") {
  Pair pair;
  SmscServerConfig config = server_config();
  config.port = pair.server.port();
  SmscServer second(pair.loop.io.get_executor(), config, pair.at_server);
  const Status started = second.start();
  REQUIRE_FALSE(started.ok());
  CHECK(started.error().code == Errc::unavailable);
  CHECK_THAT(started.error().message, Catch::Contains(std::to_string(config.port)));
}

}  // namespace shubbak::gateways::testing
