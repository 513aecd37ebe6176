// A sample water company, whose system speaks otherwise than the company API: tokens, subscribers in a header, forms,
// nested JSON and decimal amounts (samples/README.md). Thread: the one that runs the io_context.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "domain/money.hpp"
#include "domain/result.hpp"

namespace shubbak::samples {

struct WaterOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;       // 0: any free one
  std::string client_secret{};  // of client "shubbak"
  Currency currency = Currency::SYP;
  std::uint32_t token_requests_max = 1'000'000;  // requests that one token is good for, whatever its end says
};

class WaterServer {
 public:
  // Errors: io (the address cannot be listened on), invalid.
  static Result<std::unique_ptr<WaterServer>> listen(boost::asio::io_context& loop, WaterOptions options);
  ~WaterServer();
  WaterServer(const WaterServer&) = delete;
  WaterServer& operator=(const WaterServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::uint32_t tokens_given() const;  // from any thread

 private:
  struct Impl;
  explicit WaterServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace shubbak::samples
