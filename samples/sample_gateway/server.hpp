// A sample gateway of bank cards: the API that Shubbak asks (docs/operating.md), a page on which a click pays, and
// callbacks that are signed, and sent again until they are taken. What it does wrong the payer chooses on the page
// (samples/README.md). It verifies and signs by its own code, not by the product's. Thread: the one that runs the
// io_context.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "domain/result.hpp"

namespace shubbak::samples {

struct GatewayOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                 // 0: any free one
  std::string secret{};                   // by which both sides sign
  std::string authorization{};            // that requests must carry; empty: any
  std::chrono::milliseconds late{3'000};  // how late a late callback is
  std::uint32_t refuse_first = 0;         // so many requests for a page are answered with 503
};

class GatewayServer {
 public:
  // Errors: io (the address cannot be listened on), invalid.
  static Result<std::unique_ptr<GatewayServer>> listen(boost::asio::io_context& loop, GatewayOptions options);
  ~GatewayServer();
  GatewayServer(const GatewayServer&) = delete;
  GatewayServer& operator=(const GatewayServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Impl;
  explicit GatewayServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace shubbak::samples
