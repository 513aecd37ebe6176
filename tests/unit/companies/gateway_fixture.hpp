// The sample gateway's real server in a thread of its own, and orders for it.
#pragma once

#include <catch2/catch.hpp>

#include "companies/card_gateway.hpp"
#include "samples/sample_gateway/server.hpp"
#include "tests/unit/companies/fixture.hpp"

namespace shubbak::companies {

inline const std::string gateway_secret = "a secret of the tests, of 32 octets";

class GatewayThread {
 public:
  explicit GatewayThread(samples::GatewayOptions options = {}) {
    options.secret = gateway_secret;
    auto server = samples::GatewayServer::listen(loop_, std::move(options));
    SHUBBAK_ASSERT(server.ok());
    server_ = std::move(*server);
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~GatewayThread() {
    loop_.stop();
    thread_.join();
  }
  GatewayThread(const GatewayThread&) = delete;
  GatewayThread& operator=(const GatewayThread&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

 private:
  boost::asio::io_context loop_{1};
  std::unique_ptr<samples::GatewayServer> server_;
  std::thread thread_;
};

inline CardGatewayConfig gateway_config(std::string url, std::string callback_base = "http://127.0.0.1:1") {
  return {.name = "sample",
          .base_url = std::move(url),
          .authorization = {},
          .secret = gateway_secret,
          .callback_base = std::move(callback_base)};
}

inline CardOrder card_order(const std::string& reference = "order.1", std::int64_t amount = 30'000) {
  return {.reference = reference,
          .amount = {amount, Currency::SYP},
          .description = "damascus *4521",
          .expires = wall_now() + std::chrono::minutes(15)};
}

}  // namespace shubbak::companies
