#include "samples/sample_gateway/server.hpp"

#include <array>
#include <cstdlib>
#include <optional>

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
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "samples/sample_company/iso_time.hpp"
#include "samples/sample_gateway/gateway_book.hpp"

namespace shubbak::samples {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;
using asio::ip::tcp;

namespace {

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds io_timeout{10};
constexpr std::chrono::milliseconds pause_of_callbacks{500};
constexpr int callbacks_max = 20;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

std::string hex_of(const unsigned char* octets, std::size_t count) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text.append(1, digits[octets[i] >> 4U]).append(1, digits[octets[i] & 0xFU]);
  return text;
}

std::string sign(const std::string& secret, const std::string& text) {
  std::array<unsigned char, 32> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return hex_of(digest.data(), size);
}

std::string new_token() {
  std::array<unsigned char, 8> octets{};
  if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) std::abort();
  return hex_of(octets.data(), octets.size());
}

std::chrono::sys_seconds now_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string text_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr || !value->is_string() ? std::string() : std::string(value->get_string());
}

std::string html(const std::string& title, const std::string& body) {
  return "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>" + title + "</title></head><body><h1>" + title +
         "</h1>" + body + "</body></html>\n";
}

// Only what this server itself has made, or plain names.
std::string page_of(const GatewaySession& session) {
  std::string body = "<p>" + session.description + "</p><p>" + std::to_string(session.amount_minor) + " " +
                     session.currency + " (minor units)</p>";
  for (const auto& [how, label] :
       std::array<std::pair<const char*, const char*>, 9>{{{"", "Pay"},
                                                           {"twice", "Pay, call back twice"},
                                                           {"late", "Pay, call back late"},
                                                           {"never", "Pay, never call back"},
                                                           {"forged", "Pay, with a forged callback"},
                                                           {"other_amount", "Pay, and call back with another amount"},
                                                           {"overcharged", "Pay twice the amount"},
                                                           {"failed", "Fail for good"},
                                                           {"cancel", "Cancel"}}}) {
    body.append("<form method=\"post\" action=\"/pay/").append(session.token);
    body.append(*how == '\0' ? "" : "?how=").append(how);
    body.append("\"><button>").append(label).append("</button></form>");
  }
  return html("Sample gateway", body);
}

// Of "http://127.0.0.1:9464/gateway/x/callback".
struct Target {
  std::string host;
  std::string port;
  std::string path;
};
std::optional<Target> target_of(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) return std::nullopt;
  const std::size_t path = url.find('/', scheme.size());
  const std::size_t colon = url.find(':', scheme.size());
  if (path == std::string::npos || colon == std::string::npos || colon > path) return std::nullopt;
  return Target{url.substr(scheme.size(), colon - scheme.size()), url.substr(colon + 1, path - colon - 1),
                url.substr(path)};
}

json::object notice_of(const GatewaySession& session) {
  const bool is_charged = session.state == GatewaySession::State::charged;
  json::object notice{{"reference", session.reference},
                      {"state", json::string(to_string(session.state))},
                      {"amount_minor", is_charged ? session.charged_minor : session.amount_minor},
                      {"currency", session.currency}};
  if (is_charged) notice["transaction"] = session.transaction;
  return notice;
}

// What its end is when the payer chose that; nothing: it is charged.
std::optional<GatewaySession::State> end_without_charge(std::string_view how) {
  if (how == "cancel") return GatewaySession::State::cancelled;
  if (how == "failed") return GatewaySession::State::failed;
  return std::nullopt;
}

}  // namespace

struct GatewayServer::Impl : std::enable_shared_from_this<GatewayServer::Impl> {
  Impl(asio::io_context& loop, GatewayOptions asked)
      : options(std::move(asked)), executor(loop.get_executor()), acceptor(loop) {}

  static asio::awaitable<void> accept(std::shared_ptr<Impl> self) {
    while (self->acceptor.is_open()) {
      auto [failed, socket] = co_await self->acceptor.async_accept(awaited);
      if (failed) continue;
      auto serving = serve(self, std::move(socket));
      asio::co_spawn(self->executor, std::move(serving), asio::detached);
    }
  }

  static asio::awaitable<void> serve(std::shared_ptr<Impl> self, tcp::socket socket) {
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    for (bool more = true; more && self->acceptor.is_open();) {
      Request request;
      stream.expires_after(io_timeout);
      const auto [unread, octets] = co_await http::async_read(stream, buffer, request, awaited);
      if (unread) co_return;
      Response response = self->answer(request);
      more = request.keep_alive();
      response.keep_alive(more);
      response.prepare_payload();
      const auto [unsent, written] = co_await http::async_write(stream, response, awaited);
      if (unsent) co_return;
    }
  }

  Response answer(const Request& request) {
    const std::string target(request.target());
    if (target.starts_with("/pay/")) return at_page(request, target.substr(5));
    if (target == "/v1/charges" && request.method() == http::verb::get) return charges();
    if (request.method() != http::verb::post) return plain(http::status::not_found);
    if (!is_signed(request)) return plain(http::status::unauthorized);
    boost::system::error_code failed;
    const json::value body = json::parse(request.body(), failed);
    if (failed || !body.is_object()) return plain(http::status::bad_request);
    if (target == "/v1/sessions") return open(body.get_object());
    if (target == "/v1/sessions/status") return status(body.get_object());
    return plain(http::status::not_found);
  }

  [[nodiscard]] bool is_signed(const Request& request) const {
    const std::string stamp(request["X-Shubbak-Timestamp"]);
    const std::string text = stamp + "." + std::string(request.target()) + "." + request.body();
    const long long at = std::strtoll(stamp.c_str(), nullptr, 10);
    const auto off = std::chrono::abs(now_seconds().time_since_epoch() - std::chrono::seconds(at));
    return request["X-Shubbak-Signature"] == sign(options.secret, text) && off <= std::chrono::minutes(5) &&
           (options.authorization.empty() || request[http::field::authorization] == options.authorization);
  }

  Response open(const json::object& asked) {
    if (options.refuse_first > 0) {
      --options.refuse_first;
      return plain(http::status::service_unavailable);
    }
    const auto* amount = asked.if_contains("amount_minor");
    const auto expires = parse_iso_time(text_in(asked, "expires_at"));
    if (amount == nullptr || !amount->is_int64() || !expires) return plain(http::status::bad_request);
    GatewaySession* session = book.open({.reference = text_in(asked, "reference"),
                                         .amount_minor = amount->get_int64(),
                                         .currency = text_in(asked, "currency"),
                                         .description = text_in(asked, "description"),
                                         .callback_url = text_in(asked, "callback_url"),
                                         .expires = *expires,
                                         .token = new_token()},
                                        now_seconds());
    if (session == nullptr) return plain(http::status::conflict);
    json::object told = notice_of(*session);
    const auto port = acceptor.local_endpoint().port();
    told["url"] = "http://" + options.address + ":" + std::to_string(port) + "/pay/" + session->token;
    return with(http::status::ok, json::serialize(told), "application/json");
  }

  Response status(const json::object& asked) {
    const std::string reference = text_in(asked, "reference");
    const GatewaySession* session = book.find(reference, now_seconds());
    const json::object absent{{"reference", reference}, {"state", "absent"}};
    return with(http::status::ok, json::serialize(session == nullptr ? absent : notice_of(*session)),
                "application/json");
  }

  // For who compares the books: all that was taken, and whether a callback about it was.
  [[nodiscard]] Response charges() const {
    std::string table = "transaction,reference,amount_minor,currency,acknowledged\n";
    for (const auto& [reference, session] : book.sessions()) {
      if (session.state != GatewaySession::State::charged) continue;
      table.append(session.transaction).append(",").append(reference).append(",");
      table.append(std::to_string(session.charged_minor)).append(",").append(session.currency);
      table.append(session.is_acknowledged ? ",1\n" : ",0\n");
    }
    return with(http::status::ok, std::move(table), "text/csv");
  }

  Response at_page(const Request& request, const std::string& token_and_how) {
    const std::size_t mark = token_and_how.find("?how=");
    const std::string how = mark == std::string::npos ? std::string() : token_and_how.substr(mark + 5);
    GatewaySession* session = book.find_by_token(token_and_how.substr(0, mark), now_seconds());
    if (session == nullptr) return plain(http::status::not_found);
    if (request.method() == http::verb::get) return with(http::status::ok, page_of(*session), "text/html");
    const auto end = end_without_charge(how);
    const std::int64_t minor = how == "overcharged" ? 2 * session->amount_minor : session->amount_minor;
    const bool done = end ? GatewayBook::end(*session, *end) : book.charge(*session, minor);
    if (!done) {
      return with(http::status::conflict,
                  html("Nothing was done", "This order is " + std::string(to_string(session->state))), "text/html");
    }
    call_back(*session, how);
    return with(http::status::ok, html(end ? std::string(to_string(*end)) : "Paid", session->description),
                "text/html");
  }

  void call_back(const GatewaySession& session, const std::string& how) {
    if (how == "never") return;
    json::object notice = notice_of(session);
    if (how == "other_amount") notice["amount_minor"] = 2 * session.amount_minor;
    const std::string body = json::serialize(notice);
    const std::string secret = how == "forged" ? "another secret" : options.secret;
    const auto delay = how == "late" ? options.late : std::chrono::milliseconds(0);
    for (int time = 0; time < (how == "twice" ? 2 : 1); ++time) {
      auto calling = keep_calling(shared_from_this(), {session.reference, session.callback_url, body, secret}, delay);
      asio::co_spawn(executor, std::move(calling), asio::detached);
    }
  }

  struct Callback {
    std::string reference;
    std::string url;
    std::string body;
    std::string secret;
  };
  // Until it is taken, or refused for what it is.
  static asio::awaitable<void> keep_calling(std::shared_ptr<Impl> self, Callback callback,
                                            std::chrono::milliseconds delay) {
    asio::steady_timer timer(self->executor);
    for (int time = 0; time < callbacks_max && self->acceptor.is_open(); ++time) {
      timer.expires_after(time == 0 ? delay : pause_of_callbacks);
      co_await timer.async_wait(awaited);
      auto calling = call(callback.url, callback.body, callback.secret);
      const unsigned status = co_await std::move(calling);
      GatewaySession* const session = self->book.find(callback.reference, now_seconds());
      if (status == 200 && session != nullptr) session->is_acknowledged = true;
      if (status != 0 && status < 500) co_return;
    }
  }

  // The status of the answer; 0: there was none.
  static asio::awaitable<unsigned> call(std::string url, std::string body, std::string secret) {
    const auto target = target_of(url);
    if (!target) co_return 0;
    boost::system::error_code no_address;
    const auto address = asio::ip::make_address(target->host, no_address);
    if (no_address) co_return 0;
    beast::tcp_stream stream(co_await asio::this_coro::executor);
    stream.expires_after(io_timeout);
    const tcp::endpoint peer(address, static_cast<std::uint16_t>(std::strtoul(target->port.c_str(), nullptr, 10)));
    const auto [refused] = co_await stream.async_connect(peer, awaited);
    if (refused) co_return 0;
    Request request(http::verb::post, target->path, 11);
    const std::string stamp = std::to_string(now_seconds().time_since_epoch().count());
    request.set(http::field::host, target->host);
    request.set(http::field::connection, "close");
    request.set(http::field::content_type, "application/json");
    request.set("X-Shubbak-Timestamp", stamp);
    request.set("X-Shubbak-Signature", sign(secret, stamp + "." + target->path + "." + body));
    request.body() = body;
    request.prepare_payload();
    const auto [unsent, written] = co_await http::async_write(stream, request, awaited);
    if (unsent) co_return 0;
    beast::flat_buffer buffer;
    Response response;
    const auto [unread, octets] = co_await http::async_read(stream, buffer, response, awaited);
    co_return unread ? 0 : response.result_int();
  }

  static Response with(http::status status, std::string body, std::string_view type) {
    Response response(status, 11);
    response.set(http::field::content_type, beast::string_view(type.data(), type.size()));
    response.body() = std::move(body);
    return response;
  }
  static Response plain(http::status status) { return with(status, "{}\n", "application/json"); }

  GatewayOptions options;
  asio::any_io_executor executor;
  tcp::acceptor acceptor;
  GatewayBook book;
};

GatewayServer::GatewayServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

GatewayServer::~GatewayServer() {
  boost::system::error_code ignored;
  impl_->acceptor.close(ignored);
}

Result<std::unique_ptr<GatewayServer>> GatewayServer::listen(asio::io_context& loop, GatewayOptions options) {
  if (options.secret.empty()) return Error{Errc::invalid, "a secret is needed"};
  boost::system::error_code failed;
  const auto address = asio::ip::make_address(options.address, failed);
  if (failed) return Error{Errc::invalid, "not an address: " + options.address};
  const tcp::endpoint endpoint(address, options.port);
  auto impl = std::make_shared<Impl>(loop, std::move(options));
  impl->acceptor.open(endpoint.protocol(), failed);
  if (!failed) impl->acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) impl->acceptor.bind(endpoint, failed);
  if (!failed) impl->acceptor.listen(tcp::acceptor::max_listen_connections, failed);
  if (failed) return Error{Errc::io, impl->options.address + ": " + failed.message()};
  auto accepting = Impl::accept(impl);
  asio::co_spawn(loop, std::move(accepting), asio::detached);
  return std::unique_ptr<GatewayServer>(new GatewayServer(std::move(impl)));
}

std::uint16_t GatewayServer::port() const {
  boost::system::error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}

}  // namespace shubbak::samples
