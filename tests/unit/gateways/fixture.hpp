// A link and an SMSC on loopback, on one io_context that the test turns until what it waits for has happened.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include "gateways/smpp_link.hpp"
#include "gateways/smsc_server.hpp"

namespace shubbak::gateways::testing {

using namespace std::chrono_literals;
using smpp::CommandStatus;
using Ack = smpp::SessionEvents::Ack;
using Outcome = smpp::SessionEvents::Outcome;
using Delivery = smpp::SessionEvents::Delivery;

struct Loop {
  boost::asio::io_context io{1};
  // Turns until it is true; a test that waits in vain fails here.
  void until(const std::function<bool()>& happened, std::chrono::seconds patience = 20s) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    io.restart();
    while (!happened()) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      io.run_one_for(100ms);
      if (io.stopped()) io.restart();
    }
  }
};

struct Response {
  std::uint64_t tag;
  Outcome outcome;
  CommandStatus status;
  std::string message_id;
};

struct LinkRecorder : LinkEvents {
  int ups = 0;
  std::vector<std::string> downs;
  std::vector<Response> responses;
  std::vector<std::string> texts;  // of what was delivered
  std::vector<std::string> errors;
  std::function<Ack(SmppLink&, const Delivery&)> delivered;
  std::function<void(SmppLink&, const Response&)> responded;
  std::function<void(SmppLink&)> came_up;

  Ack on_delivery(SmppLink& link, const Delivery& delivery) override {
    const auto octets = delivery.sm.text_octets();
    texts.emplace_back(octets.begin(), octets.end());
    return delivered ? delivered(link, delivery) : Ack::now;
  }
  void on_response(SmppLink& link, std::uint64_t tag, Outcome outcome, CommandStatus status,
                   std::string_view message_id) override {
    responses.push_back(Response{tag, outcome, status, std::string(message_id)});
    if (responded) responded(link, responses.back());
  }
  void on_up(SmppLink& link) override {
    ++ups;
    if (came_up) came_up(link);
  }
  void on_down(SmppLink& /*link*/, std::string_view reason) override { downs.emplace_back(reason); }
  void on_protocol_error(SmppLink& link, std::uint32_t command_id, std::uint32_t offset,
                         std::string_view reason) override {
    errors.push_back(std::string(link.peer()) + " " + std::to_string(command_id) + " " + std::to_string(offset) +
                     " " + std::string(reason));
  }
};

struct ServerRecorder : SmscServerEvents {
  std::string password = "secret";
  std::vector<EsmeId> bound;
  std::vector<smpp::BindMode> modes;
  std::vector<std::string> texts;  // of what was submitted
  std::vector<std::string> closed;
  std::vector<std::string> errors;
  std::vector<Response> responses;
  std::function<std::optional<CommandStatus>(SmscServer&, EsmeId, const Delivery&, std::string_view)> submitted;
  std::function<bool(smpp::BindMode)> may_bind;

  CommandStatus on_bind_request(SmscServer& /*server*/, EsmeId /*esme*/, smpp::BindMode mode,
                                const smpp::Bind& bind) override {
    if (may_bind && !may_bind(mode)) return CommandStatus::bind_failed;
    return bind.password == password ? CommandStatus::ok : CommandStatus::invalid_password;
  }
  void on_bound(SmscServer& /*server*/, EsmeId esme, smpp::BindMode mode, std::string_view /*system_id*/) override {
    bound.push_back(esme);
    modes.push_back(mode);
  }
  std::optional<CommandStatus> on_submit(SmscServer& server, EsmeId esme, const Delivery& submit,
                                         std::string_view message_id) override {
    const auto octets = submit.sm.text_octets();
    texts.emplace_back(octets.begin(), octets.end());
    return submitted ? submitted(server, esme, submit, message_id) : CommandStatus::ok;
  }
  void on_response(SmscServer& /*server*/, EsmeId /*esme*/, std::uint64_t tag, Outcome outcome,
                   CommandStatus status) override {
    responses.push_back(Response{tag, outcome, status, {}});
  }
  void on_protocol_error(SmscServer& server, EsmeId esme, std::uint32_t /*command_id*/, std::uint32_t offset,
                         std::string_view reason) override {
    errors.push_back(server.peer(esme) + " " + std::to_string(offset) + " " + std::string(reason));
  }
  void on_closed(SmscServer& /*server*/, EsmeId /*esme*/, std::string_view reason) override {
    closed.emplace_back(reason);
  }
};

inline SmppLinkConfig link_config(std::uint16_t port) {
  SmppLinkConfig config;
  config.name = "test";
  config.host = "127.0.0.1";
  config.port = port;
  config.session.system_id = "shubbak";
  config.session.password = "secret";
  config.connect_timeout = 2s;
  config.backoff_min = 2ms;
  config.backoff_max = 20ms;
  return config;
}

inline SmscServerConfig server_config() {
  SmscServerConfig config;
  config.session.system_id = "smsc";
  return config;
}

// A message whose views stay valid as long as `text` does.
inline smpp::Sm message(std::string_view text) {
  smpp::Sm sm;
  sm.source = {1, 1, "963933000001"};
  sm.destination = {0, 0, "123"};
  sm.short_message = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  return sm;
}

// A link beside a server that listens already.
struct Pair {
  Loop loop;
  ServerRecorder at_server;
  SmscServer server;
  LinkRecorder at_link;
  SmppLink link;

  explicit Pair(const SmscServerConfig& its_server_config = server_config(),
                const std::function<void(SmppLinkConfig&)>& change = {})
      : server(loop.io.get_executor(), its_server_config, at_server),
        link(loop.io.get_executor(), listening(change), at_link) {}

  void bind() {
    link.start();
    loop.until([&] { return link.up(); });
  }

  bool stop_within(std::chrono::milliseconds grace) {
    bool stopped = false;
    boost::asio::co_spawn(loop.io, link.stop(grace), [&](const std::exception_ptr&) { stopped = true; });
    loop.until([&] { return stopped; });
    return stopped;
  }

 private:
  SmppLinkConfig listening(const std::function<void(SmppLinkConfig&)>& change) {
    REQUIRE(server.start().ok());
    SmppLinkConfig config = link_config(server.port());
    if (change) change(config);
    return config;
  }
};

}  // namespace shubbak::gateways::testing
