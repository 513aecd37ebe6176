// Who asks a company: what its connector says of keys, passwords, signatures and tokens, put into each request. A
// token of OAuth 2 is got once and kept until shortly before it ends; one is asked for at a time, and who comes
// meanwhile waits for it, and asks where that one got none. Secrets are told to nobody else. Thread: the event
// loop's; must outlive the calls that are under way.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "companies/http_client.hpp"
#include "connectors/connector.hpp"
#include "domain/clock.hpp"

namespace shubbak::companies {

class Credentials {
 public:
  // `authorization`: the value of the Authorization header where the connector says nothing; empty: none.
  Credentials(connectors::SharedConnector connector, std::string base_url, std::string authorization,
              HttpClient& http);

  // Whatever needs no token; the signature covers the request as it is, so it comes last.
  void add_to(HttpRequest& request, WallTime now) const;
  [[nodiscard]] bool needs_token() const { return connector_->oauth2.has_value(); }
  // The value of the Authorization header. Error: as of a request that was not sent; who only waited has no_time.
  boost::asio::awaitable<Result<std::string, HttpError>> token(std::chrono::milliseconds timeout);
  // The company takes it no more: the next one asks for another, unless somebody has one by now. False: it is so
  // young that another would fare no better, and is kept.
  bool reject(const std::string& token);

 private:
  [[nodiscard]] bool has_token() const;
  [[nodiscard]] HttpRequest token_request(std::chrono::milliseconds timeout) const;
  std::optional<HttpError> take(const HttpResult& answer);
  void sign(HttpRequest& request, WallTime now) const;

  connectors::SharedConnector connector_;
  std::string base_url_;
  std::string authorization_;
  std::shared_ptr<const TlsFiles> tls_;
  HttpClient& http_;
  std::string token_;  // "Bearer ..."
  Instant given_at_{};
  Instant good_until_{};
  bool is_asking_ = false;
  std::vector<std::weak_ptr<boost::asio::steady_timer>> waiting_;  // for the token that is asked for
};

}  // namespace shubbak::companies
