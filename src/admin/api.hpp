// A request from its head and body to its answer: route, session, permission, limits, service. Thread: the loop's.
#pragma once

#include "admin/rate_limiter.hpp"
#include "admin/router.hpp"

namespace shubbak::admin {

struct HttpAnswer {
  unsigned status = 200;
  std::string body;          // JSON; "" with 204
  std::string allow{};       // with 405
  std::uint32_t wait_s = 0;  // with 429
  std::string_view route{};  // for the log: the pattern, never what was asked for
  std::string account{};     // for the log
};
HttpAnswer answer_of(const ApiError& error);

class Api {
 public:
  static constexpr std::size_t requests_per_minute_max = 240;   // of one session
  static constexpr std::size_t strangers_per_minute_max = 120;  // of one address without a session
  static constexpr std::size_t callers_max = 10'000;            // in one minute

  explicit Api(World world) : world_(std::move(world)) {}

  boost::asio::awaitable<HttpAnswer> serve(HttpRequest request);

 private:
  Result<Caller, ApiError> admit(const Route& route, const HttpRequest& request);

  World world_;
  RateLimiter sessions_{requests_per_minute_max, callers_max};
  RateLimiter strangers_{strangers_per_minute_max, callers_max};
};

}  // namespace shubbak::admin
