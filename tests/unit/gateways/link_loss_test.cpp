// What happens to messages and to the link when the other side goes away, in every way it can.
#include <memory>

#include "fixture.hpp"

namespace shubbak::gateways::testing {

TEST_CASE("the peer dies with the window full: each message ends as lost, once, and the link comes back") {
  Pair pair(server_config(), [](SmppLinkConfig& config) { config.session.window_max = 10; });
  pair.bind();
  pair.at_server.submitted = [](SmscServer&, EsmeId, const Delivery&, std::string_view) { return std::nullopt; };
  for (std::uint64_t tag = 0; tag < 25; ++tag) REQUIRE(pair.link.send(message("m"), tag).ok());
  pair.loop.until([&] { return pair.at_server.texts.size() == 10; });
  pair.server.drop(pair.at_server.bound[0]);
  pair.loop.until([&] { return pair.at_link.ups == 2; });
  REQUIRE(pair.at_link.responses.size() == 25);
  for (std::uint64_t tag = 0; tag < 25; ++tag) {
    CHECK(pair.at_link.responses[tag].tag == tag);
    CHECK(pair.at_link.responses[tag].outcome == Outcome::lost);
    // Those that were only queued are known not to have left.
    CHECK((pair.at_link.responses[tag].status == CommandStatus::message_queue_full) == (tag >= 10));
  }
  CHECK(pair.at_link.downs == std::vector<std::string>{"the peer closed the connection"});
  pair.at_server.submitted = nullptr;
  REQUIRE(pair.link.send(message("after"), 100).ok());
  pair.loop.until([&] { return pair.at_link.responses.size() == 26; });
  CHECK(pair.at_link.responses.back().outcome == Outcome::answered);
}

TEST_CASE("an acknowledgement for a connection that is gone is ignored") {
  Pair pair;
  pair.bind();
  std::vector<AckHandle> handles;
  pair.at_link.delivered = [&](SmppLink& link, const Delivery& delivery) {
    handles.push_back(link.ack_handle(delivery));
    return Ack::later;
  };
  REQUIRE(pair.server.deliver(message("first"), 1).ok());
  pair.loop.until([&] { return handles.size() == 1; });
  pair.server.drop(pair.at_server.bound[0]);
  pair.loop.until([&] { return pair.at_link.ups == 2; });
  REQUIRE(pair.at_server.responses.size() == 1);
  CHECK(pair.at_server.responses[0].outcome == Outcome::lost);
  REQUIRE(pair.server.deliver(message("first again"), 2).ok());
  pair.loop.until([&] { return handles.size() == 2; });
  CHECK(handles[0].request.sequence_number == handles[1].request.sequence_number);
  pair.link.acknowledge(handles[0], CommandStatus::permanent_app_error);
  pair.link.acknowledge(handles[1], CommandStatus::ok);
  pair.loop.until([&] { return pair.at_server.responses.size() == 2; });
  CHECK(pair.at_server.responses[1].status == CommandStatus::ok);
  CHECK(pair.at_server.errors.empty());
}

TEST_CASE("a pair whose receiver is refused is not up, and its sender does not stay behind") {
  Pair pair(server_config(), [](SmppLinkConfig& config) { config.bind_type = BindType::transmitter_and_receiver; });
  pair.at_server.may_bind = [](smpp::BindMode mode) { return mode != smpp::BindMode::receiver; };
  pair.link.start();
  pair.loop.until([&] { return pair.at_link.downs.size() == 2; });
  CHECK_THAT(pair.at_link.downs[0], Catch::Contains("refused"));
  CHECK(pair.at_link.ups == 0);
  pair.at_server.may_bind = nullptr;
  pair.loop.until([&] { return pair.link.up(); });
  pair.loop.until([&] { return pair.server.connections() == 2; });
}

TEST_CASE("the peer unbinds: it is answered, and the link comes back") {
  Pair pair;
  pair.bind();
  pair.server.unbind(pair.at_server.bound[0]);
  pair.loop.until([&] { return pair.at_link.ups == 2; });
  CHECK(pair.at_link.downs == std::vector<std::string>{"the peer unbound"});
  CHECK(pair.at_server.closed == std::vector<std::string>{"unbound"});
}

TEST_CASE("a message that is not answered in time is told as timed out and frees its place in the window") {
  Pair pair(server_config(), [](SmppLinkConfig& config) {
    config.session.window_max = 1;
    config.session.response_timeout = 300ms;
  });
  pair.bind();
  pair.at_server.submitted = [&](SmscServer&, EsmeId, const Delivery&, std::string_view) {
    return pair.at_server.texts.size() == 1 ? std::nullopt : std::optional{CommandStatus::ok};
  };
  REQUIRE(pair.link.send(message("ignored"), 1).ok());
  REQUIRE(pair.link.send(message("answered"), 2).ok());
  pair.loop.until([&] { return pair.at_link.responses.size() == 2; });
  CHECK(pair.at_link.responses[0].tag == 1);
  CHECK(pair.at_link.responses[0].outcome == Outcome::timed_out);
  CHECK(pair.at_link.responses[1].outcome == Outcome::answered);
  CHECK(pair.link.counters().timed_out == 1);
  CHECK(pair.link.up());
}

TEST_CASE("a quiet link is kept alive by enquire_link") {
  Pair pair(server_config(), [](SmppLinkConfig& config) { config.session.enquire_link_interval = 40ms; });
  pair.bind();
  pair.loop.until([&] { return pair.link.counters().pdus_in >= 4; });
  CHECK(pair.link.up());
  CHECK(pair.at_link.downs.empty());
}

TEST_CASE("a link may be destroyed at any time, in flight or not") {
  Pair pair;
  LinkRecorder recorder;
  auto link = std::make_unique<SmppLink>(pair.loop.io.get_executor(), link_config(pair.server.port()), recorder);
  link->start();
  if (GENERATE(true, false)) {
    pair.loop.until([&] { return link->up(); });
    REQUIRE(link->send(message("m"), 1).ok());
  }
  link.reset();
  pair.bind();  // the loop still turns
  CHECK(recorder.responses.empty());
  CHECK(recorder.downs.empty());
}

TEST_CASE("a server may be destroyed with connections open, and deliveries are spread over several ESMEs") {
  Loop loop;
  ServerRecorder at_server;
  SmscServerConfig config = server_config();
  config.spread = GENERATE(Spread::round_robin, Spread::most_recent);
  auto server = std::make_unique<SmscServer>(loop.io.get_executor(), config, at_server);
  REQUIRE(server->start().ok());
  LinkRecorder first_events;
  LinkRecorder second_events;
  SmppLink first(loop.io.get_executor(), link_config(server->port()), first_events);
  SmppLink second(loop.io.get_executor(), link_config(server->port()), second_events);
  CHECK(server->deliver(message("nobody"), 0).error().code == Errc::unavailable);
  first.start();
  loop.until([&] { return first.up(); });
  second.start();
  loop.until([&] { return second.up(); });
  CHECK(server->receivers() == 2);
  for (std::uint64_t tag = 0; tag < 10; ++tag) REQUIRE(server->deliver(message("m"), tag).ok());
  loop.until([&] { return at_server.responses.size() == 10; });
  CHECK(first_events.texts.size() == (config.spread == Spread::round_robin ? 5U : 0U));
  CHECK(first_events.texts.size() + second_events.texts.size() == 10);
  REQUIRE(server->deliver_to(at_server.bound[0], message("you"), 11).ok());
  loop.until([&] { return !first_events.texts.empty() && first_events.texts.back() == "you"; });
  server.reset();
  loop.until([&] { return !first_events.downs.empty() && !second_events.downs.empty(); });
}

}  // namespace shubbak::gateways::testing
