#include "gateways/smpp_link.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateways/connection.hpp"

namespace shubbak::gateways {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

Instant now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

struct SmppLink::Impl : ConnectionEvents, std::enable_shared_from_this<SmppLink::Impl> {
  Impl(asio::any_io_executor its_executor, SmppLinkConfig its_config, LinkEvents& its_events, SmppLink& its_link)
      : executor(std::move(its_executor)),
        config(std::move(its_config)),
        events(its_events),
        link(&its_link),
        watchdog(executor),
        progress(executor),
        interval(tick_interval(config.session)),
        random(std::random_device{}()) {}

  asio::any_io_executor executor;
  SmppLinkConfig config;
  LinkEvents& events;
  SmppLink* link;               // null once it is destroyed: then nothing is told any more
  asio::steady_timer watchdog;  // the only timer of a running link
  asio::steady_timer progress;  // wakes stop()
  milliseconds interval;
  std::minstd_rand random;

  std::shared_ptr<LinkCounters> counters = std::make_shared<LinkCounters>();
  std::shared_ptr<Connection> sender;    // a transceiver is both
  std::shared_ptr<Connection> receiver;  // of a pair: begun when the sender is bound, so that replies can be sent
  std::uint64_t last_connection = 0;
  std::uint64_t delivering = 0;  // the connection whose delivery is being told
  std::string peer;
  std::optional<Instant> retry_at;
  std::optional<Instant> up_since;  // both are bound
  milliseconds backoff{0};          // the longest the next wait may be
  std::size_t works = 0;            // Work objects that live
  bool started = false;
  bool draining = false;
  bool stopped = false;

  std::shared_ptr<Connection> open_connection(smpp::BindMode mode) {
    ConnectionConfig connection_config{config.session, config.queue_octets_max};
    connection_config.session.role = smpp::Role::esme;
    connection_config.session.bind_mode = mode;
    auto connection =
        std::make_shared<Connection>(executor, std::move(connection_config), ++last_connection, *this, counters);
    connection->connect(config.host, config.port, config.connect_timeout);
    return connection;
  }

  void connect() {
    retry_at.reset();
    switch (config.bind_type) {
      case BindType::transceiver:
        sender = receiver = open_connection(smpp::BindMode::transceiver);
        return;
      case BindType::transmitter_and_receiver:
        sender = open_connection(smpp::BindMode::transmitter);
        return;
    }
  }

  // The watchdog: time-outs of the session, of connecting, of the wait before the next try, of a hold.
  void arm() {
    if (stopped) return;
    Instant wake = now() + interval;
    if (retry_at) wake = std::min(wake, *retry_at);
    if (sender) wake = std::min(wake, sender->wake_at().value_or(wake));
    watchdog.expires_at(wake);
    watchdog.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (!error && self) self->tick();
    });
  }

  void tick() {
    if (stopped) return;
    const Instant time = now();
    // Copies: a tick may end them.
    const auto first = sender;
    const auto second = receiver;
    if (first) first->tick(time);
    if (second && second != first) second->tick(time);
    if (retry_at && time >= *retry_at) connect();
    arm();
  }

  // Exponential backoff with full jitter, so that links that fell together do not come back together. Only a link
  // that stayed up for as long as the longest wait starts again from the shortest.
  void schedule_retry() {
    const Instant time = now();
    const bool was_stable = up_since && time - *up_since >= config.backoff_max;
    if (backoff.count() <= 0 || was_stable) {
      backoff = config.backoff_min;
    } else {
      backoff = std::min(backoff * 2, config.backoff_max);
    }
    std::uniform_int_distribution<milliseconds::rep> wait(0, std::max<milliseconds::rep>(0, backoff.count()));
    retry_at = time + milliseconds{wait(random)};
  }

  [[nodiscard]] bool idle() const {
    return works == 0 && (!sender || sender->idle()) && (!receiver || receiver->idle());
  }

  void close(std::string_view reason) {
    if (const auto connection = sender) connection->close(reason);
    if (const auto connection = receiver) connection->close(reason);
  }

  static asio::awaitable<void> drain(std::shared_ptr<Impl> self, milliseconds grace) {
    const auto deadline = now() + grace;
    self->draining = true;
    self->retry_at.reset();
    const auto waiting = asio::as_tuple(asio::use_awaitable);
    while (self->up_since && !self->idle() && now() < deadline) {
      self->progress.expires_at(deadline);
      co_await self->progress.async_wait(waiting);
    }
    if (self->up_since) {
      if (const auto connection = self->sender) connection->unbind();
      if (const auto connection = self->receiver; connection && connection != self->sender) connection->unbind();
    }
    while (self->up_since && (self->sender || self->receiver) && now() < deadline) {
      self->progress.expires_at(deadline);
      co_await self->progress.async_wait(waiting);
    }
    self->close("stopped");
    self->up_since.reset();
    self->stopped = true;
    self->watchdog.cancel();
  }

  // Events of the connections.

  smpp::CommandStatus on_bind_request(Connection& /*connection*/, smpp::BindMode /*mode*/,
                                      const smpp::Bind& /*bind*/) override {
    return smpp::CommandStatus::invalid_command_id;  // an ESME is never asked
  }

  void on_bound(Connection& /*connection*/, std::string_view /*peer_system_id*/) override {
    if (draining) return;
    if (!receiver) {
      receiver = open_connection(smpp::BindMode::receiver);
      return;
    }
    up_since = now();
    peer = sender->peer();
    if (link != nullptr) events.on_up(*link);
  }

  smpp::SessionEvents::Ack on_delivery(Connection& connection,
                                       const smpp::SessionEvents::Delivery& delivery) override {
    if (draining || connection.unacknowledged() > config.deliveries_max) {
      ++counters->deferred;
      connection.acknowledge(delivery.header, smpp::CommandStatus::temporary_app_error, {});
      return smpp::SessionEvents::Ack::later;  // done already
    }
    delivering = connection.id();
    return events.on_delivery(*link, delivery);
  }

  void on_response(Connection& connection, std::uint64_t tag, smpp::SessionEvents::Outcome outcome,
                   smpp::CommandStatus status, std::string_view message_id) override {
    events.on_response(*link, tag, outcome, status, message_id);
    const bool slowed = status == smpp::CommandStatus::throttled || status == smpp::CommandStatus::message_queue_full;
    if (slowed && !connection.ended() && connection.wake_at().value_or(watchdog.expiry()) < watchdog.expiry()) arm();
    if (draining) progress.cancel();
  }

  void on_query(Connection& /*connection*/, const smpp::Header& /*header*/, const smpp::QuerySm& /*query*/) override {
  }  // an ESME is never asked

  void on_protocol_error(Connection& connection, std::uint32_t command_id, std::uint32_t offset,
                         std::string_view reason) override {
    peer = connection.peer();
    events.on_protocol_error(*link, command_id, offset, reason);
  }

  void on_ended(Connection& connection, std::string_view reason) override {
    if (&connection != sender.get() && &connection != receiver.get()) return;  // the other one of a pair ended first
    if (!connection.peer().empty()) peer = connection.peer();
    if (draining) return on_drained(connection);
    const auto first = std::exchange(sender, nullptr);
    const auto second = std::exchange(receiver, nullptr);
    if (first && first.get() != &connection) first->close(reason);
    if (second && second.get() != &connection) second->close(reason);
    schedule_retry();
    up_since.reset();
    events.on_down(*link, reason);
    arm();
  }

  // Each of a pair unbinds by itself.
  void on_drained(const Connection& connection) {
    if (receiver.get() == &connection) receiver.reset();
    if (sender.get() == &connection) sender.reset();
    progress.cancel();
    if (!sender && !receiver) events.on_down(*link, "stopped");
  }
};

SmppLink::SmppLink(asio::any_io_executor executor, SmppLinkConfig config, LinkEvents& events)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(config), events, *this)) {}

SmppLink::~SmppLink() {
  impl_->link = nullptr;
  impl_->stopped = true;
  impl_->watchdog.cancel();
  impl_->progress.cancel();
  if (impl_->sender) impl_->sender->abandon();
  if (impl_->receiver) impl_->receiver->abandon();
  impl_->sender.reset();
  impl_->receiver.reset();
  impl_->up_since.reset();
}

SmppLink::Work::Work(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {
  ++impl_->works;
}

SmppLink::Work::~Work() {
  if (impl_ == nullptr) return;  // moved from
  --impl_->works;
  if (impl_->draining) impl_->progress.cancel();
}

SmppLink::Work SmppLink::begin_work() {
  return Work(impl_);
}

void SmppLink::start() {
  SHUBBAK_ASSERT(!impl_->started);
  impl_->started = true;
  impl_->connect();
  impl_->arm();
}

asio::awaitable<void> SmppLink::stop(milliseconds grace) {
  return Impl::drain(impl_, grace);
}

Status SmppLink::send(const smpp::Sm& sm, std::uint64_t tag) {
  if (!impl_->up_since || !impl_->sender) return Error{Errc::unavailable, "the link " + config().name + " is down"};
  return impl_->sender->send(sm, tag);
}

AckHandle SmppLink::ack_handle(const smpp::SessionEvents::Delivery& delivery) const {
  return AckHandle{delivery.header, impl_->delivering};
}

void SmppLink::acknowledge(const AckHandle& handle, smpp::CommandStatus status) {
  for (const auto* connection : {&impl_->receiver, &impl_->sender}) {
    if (*connection == nullptr || (*connection)->id() != handle.connection) continue;
    (*connection)->acknowledge(handle.request, status, {});
    if (impl_->draining) impl_->progress.cancel();
    return;
  }
}

bool SmppLink::up() const {
  return impl_->up_since && impl_->sender && impl_->receiver && impl_->sender->bound() && impl_->receiver->bound();
}

const SmppLinkConfig& SmppLink::config() const {
  return impl_->config;
}

const LinkCounters& SmppLink::counters() const {
  return *impl_->counters;
}

std::size_t SmppLink::queued() const {
  return impl_->sender ? impl_->sender->queued() : 0;
}

bool SmppLink::sends_at_once() const {
  return impl_->sender && impl_->sender->sends_at_once();
}

std::uint32_t SmppLink::in_flight() const {
  return impl_->sender ? impl_->sender->in_flight() : 0;
}

std::string_view SmppLink::peer() const {
  return impl_->peer;
}

}  // namespace shubbak::gateways
