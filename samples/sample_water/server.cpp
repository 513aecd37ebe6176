#include "samples/sample_water/server.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <map>
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

#include "samples/sample_company/iso_time.hpp"
#include "samples/sample_water/water_book.hpp"

namespace shubbak::samples {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;
using asio::ip::tcp;

namespace {

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds io_timeout{30};
constexpr std::int64_t never_answers = 700'900;  // whoever pays for it

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;
using Form = std::map<std::string, std::string>;

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned octet = 0;
    const std::string_view hex = text.substr(std::min(at + 1, text.size()), 2);
    if (text[at] == '%' && hex.size() == 2 &&
        std::from_chars(hex.data(), hex.data() + 2, octet, 16).ptr == hex.data() + 2) {
      out += static_cast<char>(octet);
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

Form form_of(std::string_view text) {
  Form form;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    form[unescaped(pair.substr(0, equals))] = unescaped(pair.substr(std::min(equals + 1, pair.size())));
  }
  return form;
}

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc() && end == text.data() + text.size() ? number : 0;
}

Response with(http::status status, const std::string& body) {
  Response response(status, 11);
  response.set(http::field::content_type, "application/json");
  response.body() = body;
  return response;
}

Response coded(http::status status, std::string_view code, json::object more = {}) {
  more["result"] = json::object{{"code", json::string(code.data(), code.size())}};
  return with(status, json::serialize(more));
}

std::string_view header_of(const Request& request, std::string_view name) {
  const auto value = request[beast::string_view(name.data(), name.size())];
  return {value.data(), value.size()};
}

}  // namespace

struct WaterServer::Impl : std::enable_shared_from_this<WaterServer::Impl> {
  Impl(asio::io_context& loop, WaterOptions asked)
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
      std::optional<Response> response = self->answer(request);
      if (!response) continue;  // reads on, so that it learns when the other side gives up
      more = request.keep_alive();
      response->keep_alive(more);
      response->prepare_payload();
      const auto [unsent, written] = co_await http::async_write(stream, *response, awaited);
      if (unsent) co_return;
    }
  }

  // Nothing: it never answers.
  std::optional<Response> answer(const Request& request) {
    const std::string target(request.target());
    const std::string path = target.substr(0, target.find('?'));
    const bool is_post = request.method() == http::verb::post;
    if (path == "/oauth/token" && is_post) return give_token(request);
    if (!is_authorised(request)) return coded(http::status::unauthorized, "E01");
    if (path == "/api/subscribers" && !is_post) return subscribers(header_of(request, "X-National-No"));
    if (path == "/api/payments" && is_post) return pay(form_of(request.body()));
    if (path == "/api/payments") return payment(form_of(std::string_view(target).substr(path.size() + 1)));
    const Subscriber* subscriber = book.find(number_of(header_of(request, "X-Subscriber")));
    if (subscriber == nullptr) return coded(http::status::ok, "E04");
    if (path == "/api/balance" && !is_post) return balance(*subscriber);
    if (path == "/api/invoices" && !is_post) return invoices(*subscriber);
    return coded(http::status::not_found, "E02");
  }

  Response give_token(const Request& request) {
    const Form form = form_of(request.body());
    const auto is = [&](const char* name, std::string_view value) {
      const auto found = form.find(name);
      return found != form.end() && found->second == value;
    };
    if (!is("grant_type", "client_credentials") || !is("client_id", "shubbak") ||
        !is("client_secret", options.client_secret))
      return with(http::status::unauthorized, R"({"error":"invalid_client"})");
    token = "token-" + std::to_string(++given);
    token_requests = 0;
    return with(http::status::ok, json::serialize(json::object{
                                      {"access_token", token}, {"token_type", "Bearer"}, {"expires_in", 3600}}));
  }

  bool is_authorised(const Request& request) {
    if (token.empty() || header_of(request, "Authorization") != "Bearer " + token) return false;
    return ++token_requests <= options.token_requests_max;
  }

  [[nodiscard]] std::string decimal(std::int64_t minor) const {
    std::string text = format_amount({minor, options.currency});
    std::erase(text, ',');
    return text;
  }

  [[nodiscard]] Response subscribers(std::string_view national_id) const {
    json::array list;
    for (const Subscriber* one : book.of_person(national_id))
      list.push_back({{"no", one->number}, {"title", one->title}, {"kind", "RES"}});
    json::object person{{"no", json::string(national_id.data(), national_id.size())}};
    return coded(http::status::ok, "0", {{"person", std::move(person)}, {"subscribers", std::move(list)}});
  }

  // Written by hand: the amounts of this company are JSON numbers with a point.
  [[nodiscard]] Response balance(const Subscriber& subscriber) const {
    std::string body = R"({"result":{"code":0},"data":{"subscriber":{"no":)" + std::to_string(subscriber.number);
    body += R"(},"balance":{"total":)" + decimal(subscriber.due()) + R"(,"currency":")";
    body.append(to_string(options.currency)).append(R"("},"invoices":[)");
    for (std::size_t i = 0; i < subscriber.invoices.size(); ++i) body += i == 0 ? "1" : ",1";
    return with(http::status::ok, body + "]}}");
  }

  [[nodiscard]] Response invoices(const Subscriber& subscriber) const {
    json::array list;
    for (std::size_t i = 0; i < subscriber.invoices.size(); ++i) {
      list.push_back({{"id", "INV-" + std::to_string(i + 1)},
                      {"issued", "0" + std::to_string(i + 1) + "/09/2026"},
                      {"sum", decimal(subscriber.invoices[i])}});
    }
    return coded(http::status::ok, "0", {{"subscriber", subscriber.number}, {"invoices", std::move(list)}});
  }

  std::optional<Response> pay(Form form) {
    const auto amount = parse_amount(form["sum"], options.currency);
    const auto until = parse_iso_time(form["valid_until"]);
    const std::int64_t number = number_of(form["subscriber"]);
    if (!amount || !until || form["ref"].empty()) return coded(http::status::bad_request, "E02");
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const WaterOrder& order = book.pay(form["ref"], number, amount->minor, now > *until);
    if (order.subscriber != number || order.minor != amount->minor) return coded(http::status::conflict, "E21");
    if (number == never_answers) return std::nullopt;
    return told(form["ref"], order, http::status::created, http::status::unprocessable_entity);
  }

  Response payment(Form form) const {
    const WaterOrder* order = book.find_order(form["ref"]);
    if (order == nullptr) return coded(http::status::not_found, "E30", {{"ref", form["ref"]}});
    return told(form["ref"], *order, http::status::ok, http::status::ok);
  }

  [[nodiscard]] Response told(const std::string& reference, const WaterOrder& order, http::status taken,
                              http::status refused) const {
    json::object body{
        {"ref", reference}, {"subscriber", std::to_string(order.subscriber)}, {"sum", decimal(order.minor)}};
    if (!order.receipt.empty()) body["receipt"] = json::object{{"no", order.receipt}};
    return coded(order.receipt.empty() ? refused : taken, order.code, std::move(body));
  }

  WaterOptions options;
  asio::any_io_executor executor;
  tcp::acceptor acceptor;
  WaterBook book;
  std::string token;
  std::uint32_t token_requests = 0;
  std::atomic<std::uint32_t> given = 0;
};

WaterServer::WaterServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
WaterServer::~WaterServer() {
  boost::system::error_code ignored;
  impl_->acceptor.close(ignored);
}

Result<std::unique_ptr<WaterServer>> WaterServer::listen(asio::io_context& loop, WaterOptions options) {
  boost::system::error_code failed;
  const auto address = asio::ip::make_address(options.address, failed);
  if (failed) return Error{Errc::invalid, "not an address: " + options.address};
  const tcp::endpoint endpoint(address, options.port);
  auto impl = std::make_shared<Impl>(loop, std::move(options));
  impl->acceptor.open(endpoint.protocol(), failed);
  if (!failed) impl->acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) impl->acceptor.bind(endpoint, failed);
  if (!failed) impl->acceptor.listen(tcp::acceptor::max_listen_connections, failed);
  if (failed) return Error{Errc::io, "the water company cannot listen: " + failed.message()};
  auto accepting = Impl::accept(impl);
  asio::co_spawn(loop, std::move(accepting), asio::detached);
  return std::unique_ptr<WaterServer>(new WaterServer(std::move(impl)));
}

std::uint16_t WaterServer::port() const {
  boost::system::error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}

std::uint32_t WaterServer::tokens_given() const {
  return impl_->given;
}

}  // namespace shubbak::samples
