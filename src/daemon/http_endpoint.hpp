// GET /metrics (Prometheus) and GET /health, for the people who run Shubbak. Plain HTTP on an address of theirs,
// read-only, no personal data. Bounded: connections, header size, time. Thread: the event loop's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "domain/result.hpp"

namespace shubbak::daemon {

struct Health {
  bool ok = false;
  std::string body;  // JSON
};

class HttpEndpoint {
 public:
  HttpEndpoint(boost::asio::any_io_executor executor, std::function<std::string()> metrics,
               std::function<Health()> health);
  ~HttpEndpoint();
  HttpEndpoint(const HttpEndpoint&) = delete;
  HttpEndpoint& operator=(const HttpEndpoint&) = delete;

  Status listen(const std::string& address, std::uint16_t port);  // port 0: any free one
  [[nodiscard]] std::uint16_t port() const;
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace shubbak::daemon
