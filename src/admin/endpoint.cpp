#include "admin/endpoint.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <sodium.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "admin/routes.hpp"
#include "staff/login.hpp"

namespace shubbak::admin {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::size_t lingering_octets_max = 1U << 20U;
constexpr std::chrono::seconds lingering_timeout{2};
constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

std::string new_request_id() {
  std::array<unsigned char, 8> random{};
  randombytes_buf(random.data(), random.size());
  std::array<char, 2 * random.size() + 1> text{};
  sodium_bin2hex(text.data(), text.size(), random.data(), random.size());
  return text.data();
}

std::string text_of(beast::string_view view) {
  return {view.data(), view.size()};
}

// An IPv4 address is the same one whichever socket it came through.
std::string address_of(const tcp::socket& socket) {
  boost::system::error_code error;
  const auto address = socket.remote_endpoint(error).address();
  if (error) return "unknown";
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

HttpRequest plain(Request request, const std::string& source) {
  HttpRequest made;
  made.method = text_of(request.method_string());
  made.target = text_of(request.target());
  made.content_type = text_of(request[http::field::content_type]);
  made.authorization = text_of(request[http::field::authorization]);
  made.body = std::move(request.body());
  made.source = source;
  return made;
}

Response response_of(HttpAnswer answer, unsigned version, bool keep_alive, const std::string& request_id) {
  Response response;
  response.version(version);
  response.result(answer.status);
  response.keep_alive(keep_alive);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Request-Id", request_id);
  if (!answer.body.empty()) response.set(http::field::content_type, "application/json");
  if (!answer.allow.empty()) response.set(http::field::allow, answer.allow);
  if (answer.wait_s != 0) response.set(http::field::retry_after, std::to_string(answer.wait_s));
  if (answer.status == row_of(Code::unauthenticated).status) response.set(http::field::www_authenticate, "Bearer");
  response.body() = std::move(answer.body);
  response.prepare_payload();
  return response;
}

// What came was no request that can be answered by a route; nothing if not even an answer makes sense.
std::optional<ApiError> judge(const boost::system::error_code& error) {
  if (error == http::error::body_limit) return ApiError{Code::too_large, "the body is longer than 64 KiB", {}};
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return ApiError{Code::too_large, "the header is longer than 8 KiB", {}};
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  if (error.category() == make_error_code(http::error::bad_method).category())
    return ApiError{Code::bad_request, "this is no HTTP request: " + error.message(), {}};
  return std::nullopt;
}

}  // namespace

struct Endpoint::Impl : std::enable_shared_from_this<Endpoint::Impl> {
  using Plain = beast::tcp_stream;
  using Tls = beast::ssl_stream<beast::tcp_stream>;

  Impl(asio::any_io_executor on, World world, std::optional<asio::ssl::context> context, EndpointLimits with,
       std::function<void(const Logged&)> log_request)
      : executor(std::move(on)),
        acceptor(executor),
        all_closed(executor),
        api(std::move(world)),
        tls(std::move(context)),
        limits(with),
        log(std::move(log_request)) {}

  // Counts a connection while it lives, and can close it.
  struct Open {
    Open(Impl& of, std::string address, beast::tcp_stream& stream) : impl(of), source(std::move(address)) {
      ++impl.by_address[source];
      place = impl.open.insert(impl.open.end(), &stream);
    }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    ~Open() {
      impl.open.erase(place);
      if (const auto counted = impl.by_address.find(source); --counted->second == 0) impl.by_address.erase(counted);
      if (impl.open.empty()) impl.all_closed.cancel();
    }
    Impl& impl;
    std::string source;
    std::list<beast::tcp_stream*>::iterator place;
  };

  void close() {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    for (beast::tcp_stream* stream : open) stream->close();
  }

  asio::awaitable<HttpAnswer> answer(Request request, std::string source, std::string request_id) {
    const Instant began = std::chrono::steady_clock::now();
    const std::string method = text_of(request.method_string());
    HttpRequest asked = plain(std::move(request), source);
    auto serving = api.serve(std::move(asked));
    HttpAnswer done = co_await std::move(serving);
    // Only methods that the table knows: the log is no place for what strangers write.
    const std::string_view known = method == "GET" || method == "POST" ? std::string_view(method) : "other";
    const bool is_refused_login = done.route == login_route && done.status >= 400;
    log({std::move(request_id), known, done.route, done.status, done.account,
         std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began),
         is_refused_login ? staff::masked_source(source) : std::string()});
    co_return done;
  }

  template <class Stream>
  asio::awaitable<void> converse(Stream& stream, const std::string& source) {
    beast::flat_buffer buffer(header_octets_max + body_octets_max);
    for (bool more = true; more && acceptor.is_open();) {
      http::request_parser<http::string_body> parser;
      parser.header_limit(header_octets_max);
      parser.body_limit(body_octets_max);
      beast::get_lowest_layer(stream).expires_after(limits.request_timeout);
      const auto [read_error, octets] = co_await http::async_read(stream, buffer, parser, awaited);
      std::string request_id = new_request_id();
      HttpAnswer answered;
      unsigned version = 11;
      more = false;
      if (read_error) {
        const auto fault = judge(read_error);
        if (!fault) co_return;
        answered = answer_of(*fault);
      } else {
        Request request = parser.release();
        version = request.version();
        more = request.keep_alive();
        beast::get_lowest_layer(stream).expires_never();  // until it is answered: the services have their own bounds
        auto answering = answer(std::move(request), source, request_id);
        answered = co_await std::move(answering);
      }
      const Response response = response_of(std::move(answered), version, more, request_id);
      beast::get_lowest_layer(stream).expires_after(limits.request_timeout);
      const auto [write_error, written] = co_await http::async_write(stream, response, awaited);
      if (write_error) co_return;
      if (read_error) {
        auto lingering = linger(stream);
        co_await std::move(lingering);
      }
    }
  }

  // A socket that is closed with octets unread resets the connection, and the peer may lose the answer.
  template <class Stream>
  static asio::awaitable<void> linger(Stream& stream) {
    std::array<char, 4096> ignored{};
    beast::get_lowest_layer(stream).expires_after(lingering_timeout);
    for (std::size_t all = 0; all < lingering_octets_max;) {
      const auto [error, octets] = co_await stream.async_read_some(asio::buffer(ignored), awaited);
      if (error) co_return;
      all += octets;
    }
  }

  static asio::awaitable<void> serve_tls(std::shared_ptr<Impl> self, tcp::socket socket, std::string source) {
    Tls stream(std::move(socket), *self->tls);
    const Open counted(*self, source, stream.next_layer());
    stream.next_layer().expires_after(self->limits.request_timeout);
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, awaited);
    if (error) co_return;
    auto conversing = self->converse(stream, source);
    co_await std::move(conversing);
    stream.next_layer().expires_after(self->limits.request_timeout);
    co_await stream.async_shutdown(awaited);
  }

  static asio::awaitable<void> serve_plain(std::shared_ptr<Impl> self, tcp::socket socket, std::string source) {
    Plain stream(std::move(socket));
    const Open counted(*self, source, stream);
    auto conversing = self->converse(stream, source);
    co_await std::move(conversing);
    boost::system::error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  // Whether one more connection is begun now; else the peer waits in the kernel's queue.
  bool may_accept(Instant now) {
    if (now - second_began >= std::chrono::seconds(1)) {
      second_began = now;
      accepted = 0;
    }
    return accepted < limits.accepts_per_second_max;
  }

  static asio::awaitable<void> accept(std::shared_ptr<Impl> self) {
    asio::steady_timer pause(self->executor);
    while (self->acceptor.is_open()) {
      if (!self->may_accept(std::chrono::steady_clock::now())) {
        pause.expires_after(accept_pause);
        co_await pause.async_wait(awaited);
        continue;
      }
      auto [error, socket] = co_await self->acceptor.async_accept(awaited);
      if (error == asio::error::operation_aborted) co_return;
      if (error) {  // out of descriptors: trying again at once would spin
        pause.expires_after(accept_pause);
        co_await pause.async_wait(awaited);
        continue;
      }
      std::string source = address_of(socket);
      const auto counted = self->by_address.find(source);
      const std::size_t of_address = counted == self->by_address.end() ? 0 : counted->second;
      if (self->open.size() >= self->limits.connections_max || of_address >= self->limits.connections_per_address_max)
        continue;  // the socket closes
      ++self->accepted;
      auto serving = self->tls ? serve_tls(self, std::move(socket), std::move(source))
                               : serve_plain(self, std::move(socket), std::move(source));
      asio::co_spawn(self->executor, std::move(serving), asio::detached);
    }
  }

  asio::any_io_executor executor;
  tcp::acceptor acceptor;
  asio::steady_timer all_closed;
  Api api;
  std::optional<asio::ssl::context> tls;
  EndpointLimits limits;
  std::function<void(const Logged&)> log;
  std::list<beast::tcp_stream*> open;
  std::map<std::string, std::size_t> by_address;
  Instant second_began{};
  std::size_t accepted = 0;
};

Endpoint::Endpoint(asio::any_io_executor executor, World world, std::optional<asio::ssl::context> tls,
                   EndpointLimits limits, std::function<void(const Logged&)> log)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(world), std::move(tls), limits, std::move(log))) {}

Endpoint::~Endpoint() {
  impl_->close();
}

Status Endpoint::listen(const std::string& address, std::uint16_t port) {
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error) return Error{Errc::invalid, "admin.address '" + address + "' is no IP address"};
  if (!impl_->tls && !ip.is_loopback())
    return Error{Errc::invalid, "plain HTTP is for loopback only: give admin.certificate and admin.private_key"};
  const tcp::endpoint endpoint(ip, port);
  auto& acceptor = impl_->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return Error{Errc::unavailable,
                 "cannot listen for staff on " + address + ":" + std::to_string(port) + ": " + error.message()};
  }
  auto accepting = Impl::accept(impl_);
  asio::co_spawn(impl_->executor, std::move(accepting), asio::detached);
  return {};
}

std::uint16_t Endpoint::port() const {
  boost::system::error_code error;
  return impl_->acceptor.local_endpoint(error).port();
}

std::size_t Endpoint::connections() const {
  return impl_->open.size();
}

asio::awaitable<void> Endpoint::stop() {
  impl_->close();
  if (impl_->open.empty()) co_return;
  impl_->all_closed.expires_at(asio::steady_timer::time_point::max());
  co_await impl_->all_closed.async_wait(awaited);
}

}  // namespace shubbak::admin
