#include "companies/card_gateway.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <boost/json.hpp>

#include "companies/company.hpp"
#include "companies/iso_time.hpp"
#include "companies/signature.hpp"

namespace shubbak::companies {

namespace json = boost::json;

namespace {

constexpr std::string_view before_name = "/gateway/";
constexpr std::string_view behind_name = "/callback";
constexpr std::size_t transaction_octets_max = 40;
constexpr std::size_t json_depth_max = 8;

Error malformed(std::string_view what) {
  return {Errc::malformed, std::string(what)};
}

std::string_view member_text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

Result<json::object> object_in(std::string_view text) {
  boost::system::error_code failed;
  json::parse_options options;
  options.max_depth = json_depth_max;
  json::value parsed = json::parse(text, failed, {}, options);
  if (failed || !parsed.is_object()) return malformed("the body is no JSON object");
  return std::move(parsed.get_object());
}

std::optional<GatewayNotice::State> state_named(std::string_view name) {
  using State = GatewayNotice::State;
  for (const State state :
       {State::charged, State::failed, State::cancelled, State::expired, State::open, State::absent}) {
    if (to_string(state) == name) return state;
  }
  return std::nullopt;
}

// What our keys and the store's names consist of.
bool is_plain_name(std::string_view text, std::size_t octets_max) {
  return text.size() <= octets_max && is_reference(text) && text.find(':') == std::string_view::npos;
}

Result<Money> amount_in(const json::object& object) {
  const json::value* minor = object.if_contains("amount_minor");
  const auto currency = parse_currency(member_text(object, "currency"));
  if (minor == nullptr || !minor->is_int64() || minor->get_int64() < 1 || minor->get_int64() > amount_minor_max)
    return malformed("amount_minor must be a whole number from 1 to 10^15");
  if (!currency) return malformed("currency must be EGP, IQD, KWD or SYP");
  return Money{minor->get_int64(), *currency};
}

bool is_octet(std::string_view part) {
  unsigned value = 0;
  const auto read = std::from_chars(part.data(), part.data() + part.size(), value);
  return part.size() <= 3 && read.ec == std::errc() && read.ptr == part.data() + part.size() && value <= 255;
}

// 127.0.0.0/8: a name that begins like it may be anybody's.
bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  if (!host.starts_with("127.")) return false;
  for (int parts = 1;; ++parts) {
    const std::size_t dot = host.find('.');
    if (!is_octet(host.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return parts == 4;
    host.remove_prefix(dot + 1);
  }
}

}  // namespace

std::string_view to_string(GatewayNotice::State state) {
  switch (state) {
    case GatewayNotice::State::charged:
      return "charged";
    case GatewayNotice::State::failed:
      return "failed";
    case GatewayNotice::State::cancelled:
      return "cancelled";
    case GatewayNotice::State::expired:
      return "expired";
    case GatewayNotice::State::open:
      return "open";
    case GatewayNotice::State::absent:
      return "absent";
  }
  return "";
}

std::string callback_path(std::string_view gateway) {
  return std::string(before_name).append(gateway).append(behind_name);
}

std::string_view gateway_named_in(std::string_view target) {
  if (!target.starts_with(before_name) || !target.ends_with(behind_name) ||
      target.size() <= before_name.size() + behind_name.size())
    return {};
  return target.substr(before_name.size(), target.size() - before_name.size() - behind_name.size());
}

bool is_payment_url(std::string_view url) {
  if (url.size() > payment_url_octets_max) return false;
  const bool is_secure = url.starts_with("https://");
  if (!is_secure && !url.starts_with("http://")) return false;
  constexpr std::string_view odd = "\"'<>\\^`{|}@";
  const bool is_plain = std::ranges::all_of(
      url, [&](char c) { return c > ' ' && c < '\x7F' && odd.find(c) == std::string_view::npos; });
  if (!is_plain) return false;
  std::string_view authority = url.substr(url.find("://") + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const bool is_literal = authority.starts_with('[');
  const std::string_view host =
      is_literal ? authority.substr(0, authority.find(']') + 1) : authority.substr(0, authority.find(':'));
  return !host.empty() && (is_secure || is_loopback(host));
}

Result<GatewayNotice> read_notice(std::string_view json) {
  const auto object = object_in(json);
  if (!object) return object.error();
  const std::string_view reference = member_text(*object, "reference");
  if (!is_plain_name(reference, 64)) return malformed("reference must be 1 to 64 letters, digits, '-', '_' and '.'");
  const auto state = state_named(member_text(*object, "state"));
  if (!state) return malformed("state must be one of charged, failed, cancelled, expired, open, absent");
  GatewayNotice notice{.reference = std::string(reference), .state = *state, .transaction = {}, .amount = {}};
  if (*state != GatewayNotice::State::charged) return notice;
  const std::string_view transaction = member_text(*object, "transaction");
  if (!is_plain_name(transaction, transaction_octets_max))
    return malformed("transaction must be 1 to 40 letters, digits, '-', '_' and '.'");
  const auto amount = amount_in(*object);
  if (!amount) return amount.error();
  notice.transaction = transaction;
  notice.amount = *amount;
  return notice;
}

boost::asio::awaitable<Result<std::string>> CardGateway::ask(std::string_view path, std::string body,
                                                             std::string idempotency_key,
                                                             std::chrono::milliseconds timeout) {
  HttpRequest request;
  request.url.append(config_.base_url).append(path);
  request.body = std::move(body);
  request.authorization = config_.authorization;
  request.idempotency_key = std::move(idempotency_key);
  request.timestamp = timestamp_of(wall_now());
  request.signature = request_signature(config_.secret, request.timestamp, target_of(request.url), request.body);
  request.timeout = timeout;
  request.is_sent_once = !request.idempotency_key.empty();
  auto fetching = http_.fetch(std::move(request));
  HttpResult answer = co_await std::move(fetching);
  const auto named = [this](std::string_view what) { return config_.name + ": " + std::string(what); };
  if (!answer) {
    const Errc code = !answer.error().sent                     ? Errc::limit
                      : answer.error().code == Errc::timed_out ? Errc::timed_out
                                                               : Errc::unavailable;
    co_return Error{code, named(answer.error().message)};
  }
  if (answer->status == 200) co_return std::move(answer->body);
  // Busy, or in a race with itself: what it has of it by now nobody knows.
  constexpr std::array undecided{408U, 409U, 425U, 429U};
  const bool refuses = answer->status >= 400 && answer->status < 500 &&
                       std::ranges::find(undecided, static_cast<unsigned>(answer->status)) == undecided.end();
  co_return Error{refuses ? Errc::denied : Errc::unavailable, named("status " + std::to_string(answer->status))};
}

boost::asio::awaitable<Result<std::string>> CardGateway::open(CardOrder order, std::chrono::milliseconds timeout) {
  const json::object body{{"reference", order.reference},
                          {"amount_minor", order.amount.minor},
                          {"currency", std::string(to_string(order.amount.currency))},
                          {"description", order.description},
                          {"callback_url", config_.callback_base + callback_path(config_.name)},
                          {"expires_at", iso_time(order.expires)}};
  auto asking = ask("/v1/sessions", json::serialize(body), order.reference, timeout);
  const Result<std::string> answer = co_await std::move(asking);
  if (!answer) co_return answer.error();
  const Error unreadable{Errc::unavailable, config_.name + ": no link of this order that a phone could take"};
  const auto object = object_in(*answer);
  if (!object || member_text(*object, "reference") != order.reference) co_return unreadable;
  const auto amount = amount_in(*object);
  const std::string_view url = member_text(*object, "url");
  if (!amount || *amount != order.amount || !is_payment_url(url)) co_return unreadable;
  co_return std::string(url);
}

boost::asio::awaitable<Result<GatewayNotice>> CardGateway::status(std::string reference,
                                                                  std::chrono::milliseconds timeout) {
  auto asking = ask("/v1/sessions/status", json::serialize(json::object{{"reference", reference}}), {}, timeout);
  const Result<std::string> answer = co_await std::move(asking);
  if (!answer) co_return answer.error();
  auto notice = read_notice(*answer);
  if (!notice || notice->reference != reference)
    co_return Error{Errc::unavailable, config_.name + ": no answer about this order that can be read"};
  co_return *std::move(notice);
}

}  // namespace shubbak::companies
