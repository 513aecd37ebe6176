// Where the API listens: TLS, or plain HTTP on loopback. Bounded: connections, handshakes a second, header, body,
// time for a request. Thread: the event loop's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ssl/context.hpp>

#include "admin/api.hpp"

namespace shubbak::admin {

// One request, for the log: nothing personal, nothing that was asked for.
struct Logged {
  std::string request_id;
  std::string_view method;
  std::string_view route;  // its pattern; "" if there is none
  unsigned status = 0;
  std::string account;
  std::chrono::microseconds took{};
  std::string source{};  // of a login that was refused: staff::masked_source(); else ""
};

struct EndpointLimits {
  std::size_t connections_max = 256;
  std::size_t connections_per_address_max = 64;
  std::size_t accepts_per_second_max = 50;            // a handshake takes about a millisecond of the loop
  std::chrono::milliseconds request_timeout{15'000};  // also of a handshake, and of a connection that says nothing
};

class Endpoint {
 public:
  static constexpr std::uint32_t header_octets_max = 8 * 1024;
  static constexpr std::uint64_t body_octets_max = std::uint64_t{64} * 1024;

  // Without a context: plain HTTP.
  Endpoint(boost::asio::any_io_executor executor, World world, std::optional<boost::asio::ssl::context> tls,
           EndpointLimits limits, std::function<void(const Logged&)> log);
  ~Endpoint();
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  Status listen(const std::string& address, std::uint16_t port);  // port 0: any free one
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t connections() const;
  // Takes nothing new, closes what is open, and waits until what was under way has ended.
  boost::asio::awaitable<void> stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace shubbak::admin
