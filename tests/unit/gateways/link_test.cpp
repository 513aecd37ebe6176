// An SmppLink against an SmscServer over loopback: binding, messages both ways, the window, the queue, the end.
#include <algorithm>

#include "fixture.hpp"

namespace shubbak::gateways::testing {
namespace {

std::vector<std::string> numbered(int count) {
  std::vector<std::string> texts;
  texts.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) texts.push_back("message " + std::to_string(i));
  return texts;
}

}  // namespace

TEST_CASE("a link binds as a transceiver and unbinds when stopped") {
  Pair pair;
  pair.bind();
  CHECK(pair.at_link.ups == 1);
  CHECK(pair.at_server.modes == std::vector{smpp::BindMode::transceiver});
  CHECK(pair.link.peer() == "127.0.0.1:" + std::to_string(pair.server.port()));
  pair.stop_within(5s);
  CHECK(pair.at_link.downs == std::vector<std::string>{"stopped"});
  pair.loop.until([&] { return !pair.at_server.closed.empty(); });
  CHECK(pair.at_server.closed == std::vector<std::string>{"the peer unbound"});
  CHECK_FALSE(pair.link.up());
  CHECK(pair.link.counters().connects == 1);
  CHECK(pair.link.counters().disconnects == 1);
}

TEST_CASE("a link of two connections is up when both are bound, and uses each for its direction") {
  Pair pair(server_config(), [](SmppLinkConfig& config) { config.bind_type = BindType::transmitter_and_receiver; });
  pair.bind();
  CHECK(pair.at_server.modes == std::vector{smpp::BindMode::transmitter, smpp::BindMode::receiver});
  CHECK(pair.at_link.ups == 1);
  REQUIRE(pair.server.deliver(message("in"), 1).ok());
  REQUIRE(pair.link.send(message("out"), 2).ok());
  pair.loop.until([&] { return pair.at_server.responses.size() == 1 && pair.at_link.responses.size() == 1; });
  CHECK(pair.at_link.texts == std::vector<std::string>{"in"});
  CHECK(pair.at_server.texts == std::vector<std::string>{"out"});
  pair.stop_within(5s);
  pair.loop.until([&] { return pair.at_server.closed.size() == 2; });
  CHECK(pair.at_server.closed == std::vector<std::string>{"the peer unbound", "the peer unbound"});
  CHECK(pair.at_link.downs == std::vector<std::string>{"stopped"});
}

TEST_CASE("when one of a pair of connections dies both are made anew") {
  Pair pair(server_config(), [](SmppLinkConfig& config) { config.bind_type = BindType::transmitter_and_receiver; });
  pair.bind();
  const std::size_t which = GENERATE(0U, 1U);
  pair.server.drop(pair.at_server.bound[which]);
  pair.loop.until([&] { return pair.at_link.ups == 2; });
  CHECK(pair.at_link.downs.size() == 1);
  CHECK(pair.at_server.bound.size() == 4);
  pair.loop.until([&] { return pair.server.connections() == 2; });
}

TEST_CASE("a wrong password is told, tried again, and the link comes up once it is right") {
  Pair pair;
  pair.at_server.password = "another";
  pair.link.start();
  pair.loop.until([&] { return pair.at_link.downs.size() == 3; });
  CHECK(pair.at_link.ups == 0);
  CHECK_THAT(pair.at_link.downs.front(), Catch::Contains("refused") && Catch::Contains("0x0000000e"));
  CHECK_FALSE(pair.link.send(message("x"), 1).ok());
  pair.at_server.password = "secret";
  pair.loop.until([&] { return pair.link.up(); });
  CHECK(pair.at_link.ups == 1);
}

TEST_CASE("nobody listens, then somebody does: the link comes up by itself") {
  Pair pair;
  const std::uint16_t port = pair.server.port();
  pair.server.stop();
  pair.link.start();
  pair.loop.until([&] { return pair.at_link.downs.size() == 2; });
  CHECK_THAT(pair.at_link.downs.front(), Catch::Contains("127.0.0.1:" + std::to_string(port)));
  SmscServerConfig config = server_config();
  config.port = port;
  SmscServer late(pair.loop.io.get_executor(), config, pair.at_server);
  REQUIRE(late.start().ok());
  pair.loop.until([&] { return pair.link.up(); });
}

TEST_CASE("a host name that does not exist is a reason, not an end") {
  Pair pair(server_config(), [](SmppLinkConfig& config) { config.host = "does-not-exist.invalid"; });
  pair.link.start();
  pair.loop.until([&] { return !pair.at_link.downs.empty(); });
  CHECK_THAT(pair.at_link.downs.front(), Catch::Contains("does-not-exist.invalid"));
}

TEST_CASE("ten thousand messages each way through a window of ten: each answered once, in order") {
  constexpr int count = 10'000;
  SmscServerConfig server = server_config();
  server.session.window_max = 10;
  Pair pair(server, [](SmppLinkConfig& config) { config.session.window_max = 10; });
  pair.bind();
  const auto texts = numbered(count);
  std::uint32_t in_flight_seen = 0;
  pair.at_link.responded = [&](SmppLink& link, const Response&) {
    in_flight_seen = std::max(in_flight_seen, link.in_flight());
  };
  for (int i = 0; i < count; ++i) {
    const auto& text = texts[static_cast<std::size_t>(i)];
    REQUIRE(pair.link.send(message(text), static_cast<std::uint64_t>(i)).ok());
    REQUIRE(pair.server.deliver(message(text), static_cast<std::uint64_t>(i)).ok());
  }
  CHECK(pair.link.in_flight() == 10);
  CHECK(pair.link.queued() == count - 10);
  pair.loop.until([&] { return pair.at_link.responses.size() == count && pair.at_server.responses.size() == count; });
  CHECK(pair.at_server.texts == texts);
  CHECK(pair.at_link.texts == texts);
  CHECK(in_flight_seen <= 10);
  CHECK(pair.link.queued() == 0);
  const auto in_order_and_ok = [](const std::vector<Response>& responses) {
    std::uint64_t expected = 0;
    return std::all_of(responses.begin(), responses.end(), [&](const Response& response) {
      return response.tag == expected++ && response.outcome == Outcome::answered &&
             response.status == CommandStatus::ok;
    });
  };
  CHECK(in_order_and_ok(pair.at_link.responses));
  CHECK(in_order_and_ok(pair.at_server.responses));
  CHECK(pair.at_link.responses.back().message_id == "0000002710");
  // bind, submits and resps of deliveries; nothing else was needed
  CHECK(pair.link.counters().pdus_out == 1 + 2 * count);
  CHECK(pair.link.counters().pdus_in == 1 + 2 * count);
  CHECK(pair.link.counters().octets_out == pair.server.counters().octets_in);
  CHECK(pair.link.counters().octets_in == pair.server.counters().octets_out);
}

TEST_CASE("a reply sent within the delivery leaves together with the resp") {
  Pair pair;
  pair.bind();
  std::vector<bool> replied;
  pair.at_link.delivered = [&](SmppLink& link, const Delivery&) {
    replied.push_back(link.send(message("reply"), 7).ok());
    return Ack::now;
  };
  REQUIRE(pair.server.deliver(message("one"), 1).ok());
  REQUIRE(pair.server.deliver(message("two"), 2).ok());
  pair.loop.until([&] { return pair.at_link.responses.size() == 2 && pair.at_server.responses.size() == 2; });
  CHECK(replied == std::vector{true, true});
}

TEST_CASE("a queue has a limit, and what it refused can be sent when it has emptied") {
  Pair pair(server_config(), [](SmppLinkConfig& config) {
    config.session.window_max = 1;
    config.queue_octets_max = 1'000;
  });
  pair.bind();
  std::size_t taken = 0;
  Status last;
  while ((last = pair.link.send(message("a text of some length"), taken)).ok()) {
    ++taken;
    REQUIRE(taken < 100);
  }
  CHECK(last.error().code == Errc::limit);
  CHECK(taken > 5);
  pair.loop.until([&] { return pair.at_link.responses.size() == taken; });
  CHECK(pair.link.send(message("again"), 99).ok());
}

TEST_CASE("a field over its limit is refused at once, and what follows still goes") {
  Pair pair(server_config(), [](SmppLinkConfig& config) { config.session.window_max = 1; });
  pair.bind();
  smpp::Sm wrong = message("x");
  wrong.destination.digits = "123456789012345678901234567890";
  CHECK_FALSE(pair.link.send(wrong, 1).ok());  // into the batch
  REQUIRE(pair.link.send(message("a"), 2).ok());
  CHECK_FALSE(pair.link.send(wrong, 3).ok());  // into the queue
  REQUIRE(pair.link.send(message("b"), 4).ok());
  pair.loop.until([&] { return pair.at_link.responses.size() == 2; });
  CHECK(pair.at_server.texts == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a delivery can be acknowledged later, with an error as well") {
  Pair pair;
  pair.bind();
  std::vector<AckHandle> handles;
  pair.at_link.delivered = [&](SmppLink& link, const Delivery& delivery) {
    handles.push_back(link.ack_handle(delivery));
    return Ack::later;
  };
  REQUIRE(pair.server.deliver(message("one"), 1).ok());
  REQUIRE(pair.server.deliver(message("two"), 2).ok());
  pair.loop.until([&] { return handles.size() == 2; });
  CHECK(pair.at_server.responses.empty());
  pair.link.acknowledge(handles[1], CommandStatus::temporary_app_error);
  pair.link.acknowledge(handles[0], CommandStatus::ok);
  pair.loop.until([&] { return pair.at_server.responses.size() == 2; });
  CHECK(pair.at_server.responses[0].tag == 2);
  CHECK(pair.at_server.responses[0].status == CommandStatus::temporary_app_error);
  CHECK(pair.at_server.responses[1].tag == 1);
  CHECK(pair.at_server.responses[1].status == CommandStatus::ok);
}

TEST_CASE("deliveries that nobody acknowledges are bounded: more are refused for now") {
  Pair pair(server_config(), [](SmppLinkConfig& config) { config.deliveries_max = 2; });
  pair.bind();
  std::vector<AckHandle> handles;
  pair.at_link.delivered = [&](SmppLink& link, const Delivery& delivery) {
    handles.push_back(link.ack_handle(delivery));
    return Ack::later;
  };
  for (std::uint64_t tag = 1; tag <= 3; ++tag) REQUIRE(pair.server.deliver(message("m"), tag).ok());
  pair.loop.until([&] { return pair.at_server.responses.size() == 1; });
  CHECK(pair.at_server.responses[0].tag == 3);
  CHECK(pair.at_server.responses[0].status == CommandStatus::temporary_app_error);
  CHECK(handles.size() == 2);
  CHECK(pair.link.counters().deferred == 1);
  pair.link.acknowledge(handles[0], CommandStatus::ok);
  REQUIRE(pair.server.deliver(message("m"), 4).ok());
  pair.loop.until([&] { return handles.size() == 3; });
}

TEST_CASE("asked to slow down, a link pauses, tells the sender, and comes back to speed") {
  Pair pair(server_config(), [](SmppLinkConfig& config) { config.session.window_max = 8; });
  pair.bind();
  const auto refusal = GENERATE(CommandStatus::throttled, CommandStatus::message_queue_full);
  pair.at_server.submitted = [&](SmscServer&, EsmeId, const Delivery&, std::string_view) {
    return std::optional{pair.at_server.texts.size() <= 8 ? refusal : CommandStatus::ok};
  };
  const auto texts = numbered(40);
  for (int i = 0; i < 8; ++i) REQUIRE(pair.link.send(message(texts[static_cast<std::size_t>(i)]), 1).ok());
  pair.loop.until([&] { return pair.at_link.responses.size() == 8; });
  CHECK(pair.link.counters().throttled == 8);
  CHECK(pair.at_link.responses.front().status == refusal);
  const auto told = std::chrono::steady_clock::now();
  for (int i = 8; i < 40; ++i) REQUIRE(pair.link.send(message(texts[static_cast<std::size_t>(i)]), 2).ok());
  CHECK(pair.link.in_flight() == 0);
  CHECK(pair.link.queued() == 32);
  pair.loop.until([&] { return pair.at_link.responses.size() == 40; });
  CHECK(std::chrono::steady_clock::now() - told >= 20ms);
  CHECK(pair.at_server.texts == texts);
  CHECK(pair.link.counters().throttled == 8);
}

TEST_CASE("a refused message is told with the status and counted") {
  Pair pair;
  pair.bind();
  pair.at_server.submitted = [](SmscServer&, EsmeId, const Delivery&, std::string_view) {
    return std::optional{static_cast<CommandStatus>(0x0400)};
  };
  REQUIRE(pair.link.send(message("x"), 5).ok());
  pair.loop.until([&] { return !pair.at_link.responses.empty(); });
  CHECK(pair.at_link.responses[0].status == static_cast<CommandStatus>(0x0400));
  CHECK(pair.link.counters().refused == 1);
}

TEST_CASE("stopping waits for resps and acknowledgements, and refuses new deliveries for now") {
  Pair pair;
  pair.bind();
  std::vector<smpp::Header> submits;
  pair.at_server.submitted = [&](SmscServer&, EsmeId, const Delivery& submit,
                                 std::string_view) -> std::optional<CommandStatus> {
    submits.push_back(submit.header);
    return std::nullopt;
  };
  std::vector<AckHandle> handles;
  pair.at_link.delivered = [&](SmppLink& link, const Delivery& delivery) {
    handles.push_back(link.ack_handle(delivery));
    return Ack::later;
  };
  const EsmeId esme = pair.at_server.bound[0];
  REQUIRE(pair.link.send(message("pending"), 1).ok());
  REQUIRE(pair.server.deliver(message("taken"), 11).ok());
  pair.loop.until([&] { return submits.size() == 1 && handles.size() == 1; });

  bool stopped = false;
  boost::asio::co_spawn(pair.loop.io, pair.link.stop(15s), [&](const std::exception_ptr&) { stopped = true; });
  pair.loop.io.poll();
  REQUIRE(pair.server.deliver(message("too late"), 12).ok());
  pair.loop.until([&] { return pair.at_server.responses.size() == 1; });
  CHECK(pair.at_server.responses[0].tag == 12);
  CHECK(pair.at_server.responses[0].status == CommandStatus::temporary_app_error);
  CHECK(handles.size() == 1);
  CHECK(pair.link.counters().deferred == 1);
  CHECK(pair.link.send(message("the answer"), 2).ok());  // dialogues may still end well
  pair.link.acknowledge(handles[0], CommandStatus::ok);
  pair.loop.until([&] { return submits.size() == 2; });
  CHECK_FALSE(stopped);
  for (const auto& submit : submits) pair.server.acknowledge(esme, submit, CommandStatus::ok, "id");
  pair.loop.until([&] { return stopped; });
  CHECK(pair.at_link.responses.size() == 2);
  CHECK(pair.at_link.responses[1].outcome == Outcome::answered);
  pair.loop.until([&] { return !pair.at_server.closed.empty(); });
  CHECK(pair.at_server.closed == std::vector<std::string>{"the peer unbound"});
}

TEST_CASE("stopping does not wait longer than its grace, and what is still in flight is lost") {
  Pair pair;
  pair.bind();
  pair.at_server.submitted = [](SmscServer&, EsmeId, const Delivery&, std::string_view) { return std::nullopt; };
  REQUIRE(pair.link.send(message("never answered"), 1).ok());
  const auto begin = std::chrono::steady_clock::now();
  pair.stop_within(50ms);
  CHECK(std::chrono::steady_clock::now() - begin >= 50ms);
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  REQUIRE(pair.at_link.responses.size() == 1);
  CHECK(pair.at_link.responses[0].outcome == Outcome::lost);
}

TEST_CASE("a link that is down stops at once and does not come back") {
  Pair pair;
  pair.server.stop();
  pair.link.start();
  pair.loop.until([&] { return !pair.at_link.downs.empty(); });
  pair.stop_within(10s);
  CHECK(pair.loop.io.run() < 10);  // nothing is left to wait for
  CHECK(pair.at_link.ups == 0);
}

}  // namespace shubbak::gateways::testing
