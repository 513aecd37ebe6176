// A gateway of bank cards as Shubbak asks it: a hosted page for an order, whose link goes to the person, and what
// became of an order. Its answers, and what it calls back with, are checked before anyone sees them. Requests are
// signed (companies/signature.hpp). The API stands in docs/operating.md. Thread: the event loop's; a CardGateway and
// its HttpClient must outlive the calls that are under way.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "companies/http_client.hpp"
#include "domain/clock.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"

namespace shubbak::companies {

struct CardGatewayConfig {
  std::string name;           // in logs, the store and the path of its callback
  std::string base_url;       // "https://gateway.example"
  std::string authorization;  // secret; value of the Authorization header
  std::string secret;         // by which both sides sign; empty: there is no such gateway
  std::string callback_base;  // "https://shubbak.example", where the gateway reaches us
  std::chrono::milliseconds link_lives{std::chrono::minutes(15)};
  Currency currency = Currency::SYP;  // the deployment's
};
std::string callback_path(std::string_view gateway);  // "/gateway/NAME/callback"
// NAME of such a path; "" where it is another one.
std::string_view gateway_named_in(std::string_view target);

struct CardOrder {
  std::string reference;  // the idempotency key: under it there is one page
  Money amount;
  std::string description;  // what the page shows: plain letters, one line
  WallTime expires;
};

// What a gateway has to tell of an order.
struct GatewayNotice {
  enum class State : std::uint8_t { charged, failed, cancelled, expired, open, absent };
  std::string reference;
  State state = State::absent;
  // Of one that is charged.
  std::string transaction;
  Money amount;
};
std::string_view to_string(GatewayNotice::State state);

constexpr std::size_t payment_url_octets_max = 100;  // it must fit an SMS beside some words
// https (http on a loopback address), a name of a host, and no octet that a phone would not take as part of it.
bool is_payment_url(std::string_view url);

// A callback or the answer to a question for one order, strictly: charged needs a transaction and an amount above 0
// of a currency that we know. Error malformed: which member, never what stood there.
Result<GatewayNotice> read_notice(std::string_view json);

class CardGateway {
 public:
  CardGateway(CardGatewayConfig config, HttpClient& http) : config_(std::move(config)), http_(http) {}
  [[nodiscard]] const CardGatewayConfig& config() const { return config_; }

  // The link of the order's page. Errors: denied (the gateway refuses it plainly, by a status 400 to 499), limit and
  // invalid (nothing was sent), timed_out and unavailable (it may have the order: ask again under the same
  // reference).
  boost::asio::awaitable<Result<std::string>> open(CardOrder order, std::chrono::milliseconds timeout);
  // Errors: as above; an answer about another order is none.
  boost::asio::awaitable<Result<GatewayNotice>> status(std::string reference, std::chrono::milliseconds timeout);

 private:
  boost::asio::awaitable<Result<std::string>> ask(std::string_view path, std::string body,
                                                  std::string idempotency_key, std::chrono::milliseconds timeout);
  CardGatewayConfig config_;
  HttpClient& http_;
};

}  // namespace shubbak::companies
