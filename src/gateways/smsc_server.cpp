#include "gateways/smsc_server.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "gateways/connection.hpp"

namespace shubbak::gateways {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

using MessageId = std::array<char, 10>;

// Ten hexadecimal digits; a printf of them costs as much as the rest of a submit_sm.
MessageId message_id(std::uint64_t number) {
  MessageId text;
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit) {
    *digit = "0123456789abcdef"[number & 0xFU];
    number >>= 4U;
  }
  return text;
}

}  // namespace

struct SmscServer::Impl : ConnectionEvents, std::enable_shared_from_this<SmscServer::Impl> {
  struct Esme {
    std::shared_ptr<Connection> connection;
    smpp::BindMode mode = smpp::BindMode::transceiver;  // as asked for
    [[nodiscard]] bool receives() const { return connection->bound() && mode != smpp::BindMode::transmitter; }
  };

  Impl(asio::any_io_executor its_executor, SmscServerConfig its_config, SmscServerEvents& its_events,
       SmscServer& its_server)
      : executor(std::move(its_executor)),
        config(std::move(its_config)),
        events(its_events),
        server(its_server),
        acceptor(executor),
        watchdog(executor),
        interval(tick_interval(config.session)) {
    config.session.role = smpp::Role::smsc;
  }

  asio::any_io_executor executor;
  SmscServerConfig config;
  SmscServerEvents& events;
  SmscServer& server;
  tcp::acceptor acceptor;
  asio::steady_timer watchdog;
  std::chrono::milliseconds interval;
  bool running = false;
  bool accepting = false;
  std::uint16_t port = 0;
  std::vector<Esme> esmes;  // oldest first
  EsmeId last_id = 0;
  std::size_t next_receiver = 0;  // of round_robin
  std::uint64_t last_message = 0;
  std::uint64_t refused = 0;
  std::shared_ptr<LinkCounters> counters = std::make_shared<LinkCounters>();

  Status start() {
    error_code error;
    const auto address = asio::ip::make_address(config.host, error);
    if (error) return Error{Errc::invalid, "cannot listen on " + config.host + ": not an address"};
    const tcp::endpoint endpoint(address, config.port);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (!error) port = acceptor.local_endpoint(error).port();
    if (error) {
      error_code ignored;
      acceptor.close(ignored);
      return Error{Errc::unavailable,
                   "cannot listen on " + config.host + ":" + std::to_string(config.port) + ": " + error.message()};
    }
    running = true;
    accept_next();
    arm();
    return {};
  }

  void accept_next() {
    accepting = true;
    acceptor.async_accept([weak = weak_from_this()](const error_code& error, tcp::socket socket) {
      const auto self = weak.lock();
      if (!self || !self->running) return;
      self->accepting = false;
      if (error) return;  // out of descriptors or the like: the watchdog goes on, so that this does not spin
      self->take(std::move(socket));
      self->accept_next();
    });
  }

  void take(tcp::socket socket) {
    if (esmes.size() >= config.connections_max) {
      ++refused;
      return;  // the socket closes
    }
    ConnectionConfig connection_config{config.session, config.queue_octets_max};
    esmes.push_back(
        Esme{std::make_shared<Connection>(executor, std::move(connection_config), ++last_id, *this, counters), {}});
    esmes.back().connection->accept(std::move(socket));
  }

  void arm() {
    watchdog.expires_after(interval);
    watchdog.async_wait([weak = weak_from_this()](const error_code& error) {
      const auto self = weak.lock();
      if (!error && self && self->running) self->tick();
    });
  }

  void tick() {
    const Instant now = std::chrono::steady_clock::now();
    const auto all = esmes;  // a tick may end one
    for (const Esme& esme : all) esme.connection->tick(now);
    if (!running) return;  // an event stopped it
    if (!accepting) accept_next();
    arm();
  }

  Esme* find(EsmeId id) {
    const auto found =
        std::find_if(esmes.begin(), esmes.end(), [id](const Esme& esme) { return esme.connection->id() == id; });
    return found == esmes.end() ? nullptr : &*found;
  }

  Connection* choose() {
    switch (config.spread) {
      case Spread::most_recent: {
        const auto found =
            std::find_if(esmes.rbegin(), esmes.rend(), [](const Esme& esme) { return esme.receives(); });
        return found == esmes.rend() ? nullptr : found->connection.get();
      }
      case Spread::round_robin:
        for (std::size_t tried = 0; tried < esmes.size(); ++tried) {
          const Esme& esme = esmes[next_receiver++ % esmes.size()];
          if (esme.receives()) return esme.connection.get();
        }
        return nullptr;
    }
    SHUBBAK_ASSERT(false);
  }

  void stop() {
    if (!running) return;
    running = false;
    error_code ignored;
    acceptor.close(ignored);
    watchdog.cancel();
    const auto all = esmes;
    for (const Esme& esme : all) esme.connection->close("the server stopped");
  }

  // Events of the connections.

  smpp::CommandStatus on_bind_request(Connection& connection, smpp::BindMode mode, const smpp::Bind& bind) override {
    if (Esme* const esme = find(connection.id())) esme->mode = mode;
    return events.on_bind_request(server, connection.id(), mode, bind);
  }

  void on_bound(Connection& connection, std::string_view peer_system_id) override {
    if (const Esme* const esme = find(connection.id())) {
      events.on_bound(server, connection.id(), esme->mode, peer_system_id);
    }
  }

  smpp::SessionEvents::Ack on_delivery(Connection& connection,
                                       const smpp::SessionEvents::Delivery& delivery) override {
    const MessageId id_text = message_id(++last_message);
    const std::string_view id(id_text.data(), id_text.size());
    const auto status = events.on_submit(server, connection.id(), delivery, id);
    if (status) {
      connection.acknowledge(delivery.header, *status, *status == smpp::CommandStatus::ok ? id : std::string_view{});
    }
    return smpp::SessionEvents::Ack::later;
  }

  void on_response(Connection& connection, std::uint64_t tag, smpp::SessionEvents::Outcome outcome,
                   smpp::CommandStatus status, std::string_view /*message_id*/) override {
    events.on_response(server, connection.id(), tag, outcome, status);
  }

  void on_query(Connection& connection, const smpp::Header& header, const smpp::QuerySm& query) override {
    smpp::QuerySmResp answer;
    answer.message_id = query.message_id;
    const smpp::CommandStatus status = events.on_query(server, connection.id(), query, answer);
    connection.answer_query(header, status, answer);
  }

  void on_protocol_error(Connection& connection, std::uint32_t command_id, std::uint32_t offset,
                         std::string_view reason) override {
    events.on_protocol_error(server, connection.id(), command_id, offset, reason);
  }

  void on_ended(Connection& connection, std::string_view reason) override {
    const EsmeId id = connection.id();
    std::erase_if(esmes, [id](const Esme& esme) { return esme.connection->id() == id; });
    events.on_closed(server, id, reason);
  }
};

SmscServer::SmscServer(asio::any_io_executor executor, SmscServerConfig config, SmscServerEvents& events)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(config), events, *this)) {}

SmscServer::~SmscServer() {
  impl_->running = false;
  error_code ignored;
  impl_->acceptor.close(ignored);
  impl_->watchdog.cancel();
  for (const auto& esme : impl_->esmes) esme.connection->abandon();
}

Status SmscServer::start() {
  return impl_->start();
}

void SmscServer::stop() {
  impl_->stop();
}

Status SmscServer::deliver(const smpp::Sm& sm, std::uint64_t tag) {
  Connection* const connection = impl_->choose();
  if (connection == nullptr) return Error{Errc::unavailable, "no ESME is bound for receiving"};
  return connection->send(sm, tag);
}

Status SmscServer::deliver_to(EsmeId esme, const smpp::Sm& sm, std::uint64_t tag) {
  const auto* const found = impl_->find(esme);
  if (found == nullptr || !found->receives()) return Error{Errc::unavailable, "this ESME is not bound for receiving"};
  return found->connection->send(sm, tag);
}

void SmscServer::acknowledge(EsmeId esme, const smpp::Header& submit, smpp::CommandStatus status,
                             std::string_view message_id) {
  if (const auto* const found = impl_->find(esme)) found->connection->acknowledge(submit, status, message_id);
}

void SmscServer::unbind(EsmeId esme) {
  if (const auto* const found = impl_->find(esme)) found->connection->unbind();
}

void SmscServer::drop(EsmeId esme) {
  if (const auto* const found = impl_->find(esme)) {
    const auto connection = found->connection;  // the entry goes away within
    connection->close("dropped");
  }
}

std::uint16_t SmscServer::port() const {
  return impl_->port;
}

std::size_t SmscServer::connections() const {
  return impl_->esmes.size();
}

std::size_t SmscServer::receivers() const {
  return static_cast<std::size_t>(
      std::count_if(impl_->esmes.begin(), impl_->esmes.end(), [](const auto& esme) { return esme.receives(); }));
}

std::string SmscServer::peer(EsmeId esme) const {
  const auto* const found = impl_->find(esme);
  return found == nullptr ? std::string{} : found->connection->peer();
}

const LinkCounters& SmscServer::counters() const {
  return *impl_->counters;
}

std::uint64_t SmscServer::connections_refused() const {
  return impl_->refused;
}

}  // namespace shubbak::gateways
