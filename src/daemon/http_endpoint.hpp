// GET /metrics (Prometheus) and GET /health, for the people who run Shubbak, and POST for what operators and gateways
// tell. Plain HTTP on an address of theirs. Bounded: connections, sizes, time. Thread: the event loop's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "domain/result.hpp"

namespace shubbak::daemon {

struct Health {
  bool ok = false;
  std::string body;  // JSON
};

struct HttpPost {
  std::string target;
  std::string timestamp;  // X-Shubbak-Timestamp
  std::string signature;  // X-Shubbak-Signature
  std::string body;
};
struct HttpReply {
  unsigned status = 200;
  std::string body;  // JSON
};
HttpReply json_reply(unsigned status, std::string_view member, std::string_view text);
struct HttpEndpointLimits {
  std::uint32_t body_octets_max = 4 * 1024;      // larger: 413, and the connection closes
  std::chrono::milliseconds io_timeout{10'000};  // for a whole request, and for its answer to be taken
};

class HttpEndpoint {
 public:
  HttpEndpoint(boost::asio::any_io_executor executor, std::function<std::string()> metrics,
               std::function<Health()> health, HttpEndpointLimits limits = {});
  // Before listen(); without it a POST is not allowed. Runs as part of its connection.
  void on_post(std::function<boost::asio::awaitable<HttpReply>(HttpPost)> take);
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
