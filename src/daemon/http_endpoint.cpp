#include "daemon/http_endpoint.hpp"

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
#include <boost/json.hpp>

namespace shubbak::daemon {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

namespace {

constexpr std::size_t connections_max = 64;
constexpr std::uint32_t header_octets_max = 8 * 1024;
constexpr std::chrono::milliseconds accept_pause{100};
constexpr auto awaited = asio::as_tuple(asio::use_awaitable);

}  // namespace

struct HttpEndpoint::Impl : std::enable_shared_from_this<HttpEndpoint::Impl> {
  Impl(asio::any_io_executor on, std::function<std::string()> metrics_text, std::function<Health()> health_now,
       HttpEndpointLimits bounds)
      : limits(bounds),
        executor(std::move(on)),
        acceptor(executor),
        metrics(std::move(metrics_text)),
        health(std::move(health_now)) {}

  using Request = http::request<http::string_body>;
  using Response = http::response<http::string_body>;

  static Response response_to(const Request& request) {
    Response response;
    response.version(request.version());
    response.keep_alive(request.keep_alive());
    response.set(http::field::cache_control, "no-store");
    return response;
  }

  Response respond(const Request& request) const {
    Response response = response_to(request);
    if (request.method() != http::verb::get) {
      response.result(http::status::method_not_allowed);
    } else if (request.target() == "/metrics") {
      response.set(http::field::content_type, "text/plain; version=0.0.4");
      response.body() = metrics();
    } else if (request.target() == "/health") {
      const Health now = health();
      response.result(now.ok ? http::status::ok : http::status::service_unavailable);
      response.set(http::field::content_type, "application/json");
      response.body() = now.body;
    } else {
      response.result(http::status::not_found);
    }
    response.prepare_payload();
    return response;
  }

  asio::awaitable<Response> respond_to_post(const Request& request) const {
    Response response = response_to(request);
    auto taking = take({.target = std::string(request.target()),
                        .timestamp = std::string(request["X-Shubbak-Timestamp"]),
                        .signature = std::string(request["X-Shubbak-Signature"]),
                        .body = request.body()});
    HttpReply reply = co_await std::move(taking);
    response.result(reply.status);
    response.set(http::field::content_type, "application/json");
    response.body() = std::move(reply.body);
    response.prepare_payload();
    co_return response;
  }

  // The answer to a request that was not read to its end.
  static Response too_large() {
    Response response(http::status::payload_too_large, 11);
    response.keep_alive(false);
    response.prepare_payload();
    return response;
  }

  static asio::awaitable<void> serve(std::shared_ptr<Impl> self, tcp::socket socket) {
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer(header_octets_max);
    for (bool more = true; more && self->acceptor.is_open();) {
      http::request_parser<http::string_body> parser;
      parser.header_limit(header_octets_max);
      parser.body_limit(self->limits.body_octets_max);
      stream.expires_after(self->limits.io_timeout);
      const auto [read_error, octets] = co_await http::async_read(stream, buffer, parser, awaited);
      Response response;
      if (read_error == http::error::body_limit) {
        response = too_large();
      } else if (read_error) {
        break;
      } else if (self->take && parser.get().method() == http::verb::post) {
        auto responding = self->respond_to_post(parser.get());
        response = co_await std::move(responding);
      } else {
        response = self->respond(parser.get());
      }
      more = response.keep_alive();
      stream.expires_after(self->limits.io_timeout);
      const auto [write_error, written] = co_await http::async_write(stream, response, awaited);
      if (write_error) break;
    }
    --self->connections;
  }

  static asio::awaitable<void> accept(std::shared_ptr<Impl> self) {
    asio::steady_timer pause(self->executor);
    while (self->acceptor.is_open()) {
      auto [error, socket] = co_await self->acceptor.async_accept(awaited);
      if (error == asio::error::operation_aborted) co_return;
      if (error) {  // out of descriptors: trying again at once would spin
        pause.expires_after(accept_pause);
        co_await pause.async_wait(awaited);
        continue;
      }
      if (self->connections >= connections_max) continue;  // the socket closes
      ++self->connections;
      auto serving = serve(self, std::move(socket));
      asio::co_spawn(self->executor, std::move(serving), asio::detached);
    }
  }

  HttpEndpointLimits limits;
  asio::any_io_executor executor;
  tcp::acceptor acceptor;
  std::function<std::string()> metrics;
  std::function<Health()> health;
  std::function<asio::awaitable<HttpReply>(HttpPost)> take;
  std::size_t connections = 0;
};

HttpReply json_reply(unsigned status, std::string_view member, std::string_view text) {
  const boost::json::object body{{member, std::string(text)}};
  return {status, boost::json::serialize(body) + "\n"};
}

HttpEndpoint::HttpEndpoint(asio::any_io_executor executor, std::function<std::string()> metrics,
                           std::function<Health()> health, HttpEndpointLimits limits)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(metrics), std::move(health), limits)) {}

void HttpEndpoint::on_post(std::function<asio::awaitable<HttpReply>(HttpPost)> take) {
  impl_->take = std::move(take);
}

HttpEndpoint::~HttpEndpoint() {
  stop();
}

Status HttpEndpoint::listen(const std::string& address, std::uint16_t port) {
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error) return Error{Errc::invalid, "http.address '" + address + "' is no IP address"};
  const tcp::endpoint endpoint(ip, port);
  auto& acceptor = impl_->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return Error{Errc::unavailable,
                 "cannot listen for HTTP on " + address + ":" + std::to_string(port) + ": " + error.message()};
  }
  auto accepting = Impl::accept(impl_);
  asio::co_spawn(impl_->executor, std::move(accepting), asio::detached);
  return {};
}

std::uint16_t HttpEndpoint::port() const {
  boost::system::error_code error;
  return impl_->acceptor.local_endpoint(error).port();
}

void HttpEndpoint::stop() {
  boost::system::error_code ignored;
  impl_->acceptor.close(ignored);
}

}  // namespace shubbak::daemon
