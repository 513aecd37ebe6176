#include "companies/credentials.hpp"

#include <algorithm>
#include <charconv>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "companies/signature.hpp"
#include "connectors/json_document.hpp"
#include "connectors/text_template.hpp"

namespace shubbak::companies {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t token_octets_max = 8192;
constexpr std::chrono::seconds unsaid_life{300};  // of a token that comes without its end
constexpr std::chrono::seconds longest_life{24 * 3600};

HttpError no_token(Errc code, HttpFailure failure, std::string_view why) {
  return {code, failure, false, "no token: " + std::string(why)};
}

std::string escaped(std::string_view text) {
  std::string out;
  connectors::append_escaped(out, text, connectors::Escape::url);
  return out;
}

struct GivenToken {
  std::string value;
  std::chrono::seconds lives = unsaid_life;
};

// RFC 6749 section 5.1.
std::optional<GivenToken> read_token(std::string_view json) {
  using connectors::JsonPointer;
  using connectors::JsonValue;
  const connectors::JsonDocument document(json);
  if (document.root() == nullptr) return std::nullopt;
  const auto at = [&](const char* pointer) { return value_at(*document.root(), JsonPointer::parse(pointer)); };
  const JsonValue* token = at("/access_token");
  const JsonValue* type = at("/token_type");
  const bool is_bearer = type != nullptr && (type->text == "Bearer" || type->text == "bearer");
  if (!is_bearer || token == nullptr || token->kind != JsonValue::Kind::text) return std::nullopt;
  const bool is_plain = std::ranges::all_of(token->text, [](char c) { return c > ' ' && c < '\x7F'; });
  if (token->text.empty() || token->text.size() > token_octets_max || !is_plain) return std::nullopt;
  GivenToken given{"Bearer " + std::string(token->text)};
  if (const JsonValue* lives = at("/expires_in"); lives != nullptr) {
    std::int64_t seconds = 0;
    const char* last = lives->text.data() + lives->text.size();
    const auto [end, error] = std::from_chars(lives->text.data(), last, seconds);
    if (error != std::errc() || end != last || seconds < 1) return std::nullopt;
    given.lives = std::chrono::seconds(std::min<std::int64_t>(seconds, longest_life.count()));
  }
  return given;
}

std::shared_ptr<const TlsFiles> files_of(const std::optional<connectors::Tls>& tls) {
  if (!tls) return nullptr;
  return std::make_shared<const TlsFiles>(TlsFiles{tls->ca_file, tls->certificate, tls->private_key});
}

}  // namespace

Credentials::Credentials(connectors::SharedConnector connector, std::string base_url, std::string authorization,
                         HttpClient& http)
    : connector_(std::move(connector)),
      base_url_(std::move(base_url)),
      authorization_(std::move(authorization)),
      tls_(files_of(connector_->tls)),
      http_(http) {
  if (const auto& basic = connector_->basic)
    authorization_ = "Basic " + base64_of(basic->user + ":" + basic->password);
}

void Credentials::add_to(HttpRequest& request, WallTime now) const {
  request.tls = tls_;
  request.authorization = authorization_;
  if (const auto& key = connector_->api_key) request.headers.push_back(key->header + ": " + key->value);
  if (connector_->hmac) sign(request, now);
}

void Credentials::sign(HttpRequest& request, WallTime now) const {
  using Part = connectors::Hmac::Part;
  const connectors::Hmac& hmac = *connector_->hmac;
  const std::string timestamp = timestamp_of(now);
  const auto part_of = [&](Part part) -> std::string_view {
    switch (part) {
      case Part::timestamp:
        return timestamp;
      case Part::method:
        return request.method;
      case Part::target:
        return target_of(request.url);
      case Part::body:
        return request.body;
    }
    return {};
  };
  std::string text;
  for (std::size_t i = 0; i < hmac.over.size(); ++i)
    text.append(i == 0 ? std::string_view() : hmac.separator).append(part_of(hmac.over[i]));
  const std::string digest = hmac_sha256(hmac.secret, text);
  if (!hmac.timestamp_header.empty()) request.headers.push_back(hmac.timestamp_header + ": " + timestamp);
  if (!hmac.key_header.empty()) request.headers.push_back(hmac.key_header + ": " + hmac.key_id);
  request.headers.push_back(hmac.signature_header + ": " + (hmac.is_base64 ? base64_of(digest) : hex_of(digest)));
}

bool Credentials::has_token() const {
  return !token_.empty() && std::chrono::steady_clock::now() < good_until_;
}

HttpRequest Credentials::token_request(milliseconds timeout) const {
  const connectors::OAuth2& auth = *connector_->oauth2;
  HttpRequest request;
  request.url = auth.token_url.empty() ? base_url_ + auth.token_path : auth.token_url;
  request.content_type = "application/x-www-form-urlencoded";
  request.timeout = timeout;
  request.tls = tls_;
  request.body = "grant_type=client_credentials";
  if (!auth.scope.empty()) request.body.append("&scope=").append(escaped(auth.scope));
  if (auth.in_body) {
    request.body.append("&client_id=").append(escaped(auth.client_id));
    request.body.append("&client_secret=").append(escaped(auth.client_secret));
  } else {
    request.authorization = "Basic " + base64_of(escaped(auth.client_id) + ":" + escaped(auth.client_secret));
  }
  return request;
}

std::optional<HttpError> Credentials::take(const HttpResult& answer) {
  if (!answer) return no_token(answer.error().code, answer.error().failure, answer.error().message);
  if (answer->status != 200) {
    const std::string status = "status " + std::to_string(answer->status);
    return no_token(Errc::unavailable, HttpFailure::broken, status);
  }
  const auto given = read_token(answer->body);
  if (!given) return no_token(Errc::unavailable, HttpFailure::not_http, "the answer is none that can be read");
  token_ = given->value;
  // A token that lives no longer than the margin is used for half its life.
  const milliseconds lives = given->lives;
  const milliseconds margin = std::min(connector_->oauth2->margin, lives / 2);
  given_at_ = std::chrono::steady_clock::now();
  good_until_ = given_at_ + lives - margin;
  return std::nullopt;
}

asio::awaitable<Result<std::string, HttpError>> Credentials::token(milliseconds timeout) {
  const Instant deadline = std::chrono::steady_clock::now() + timeout;
  while (!has_token() && is_asking_) {
    const auto executor = co_await asio::this_coro::executor;
    const auto timer = std::make_shared<asio::steady_timer>(executor, deadline);
    waiting_.push_back(timer);
    co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
      co_return no_token(Errc::unavailable, HttpFailure::cancelled, "the request was cancelled");
    if (!has_token() && std::chrono::steady_clock::now() >= deadline)
      co_return no_token(Errc::timed_out, HttpFailure::no_time, "none came in time");
  }
  if (has_token()) co_return token_;
  is_asking_ = true;
  HttpRequest request = token_request(std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now()));
  auto fetching = http_.fetch(std::move(request));
  const HttpResult answer = co_await std::move(fetching);
  is_asking_ = false;
  std::optional<HttpError> failed = take(answer);
  for (const auto& waiting : std::exchange(waiting_, {})) {
    if (const auto timer = waiting.lock()) timer->cancel();
  }
  if (failed) co_return std::move(*failed);
  co_return token_;
}

bool Credentials::reject(const std::string& token) {
  if (token_ != token) return true;
  if (std::chrono::steady_clock::now() < given_at_ + connector_->oauth2->refused_after) return false;
  token_.clear();
  return true;
}

}  // namespace shubbak::companies
