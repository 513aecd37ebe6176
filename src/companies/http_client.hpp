// HTTP/1.1 requests on the event loop: libcurl's multi interface driven by Asio
// (CURLMOPT_SOCKETFUNCTION/TIMERFUNCTION), with connections kept alive. Every request has a deadline and a limit on
// what it may answer. Thread: that of the executor.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "domain/result.hpp"

namespace shubbak::companies {

struct HttpRequest {
  std::string method = "POST";
  std::string url;              // never holds personal data
  std::string body;             // JSON
  std::string authorization;    // value of the header; empty: none
  std::string idempotency_key;  // header Idempotency-Key; empty: none
  std::chrono::milliseconds timeout{3000};
};
struct HttpResponse {
  long status = 0;
  std::string body;
};
struct HttpLimits {
  std::size_t body_octets_max = 256 * 1024;
  std::size_t connections_per_host_max = 64;
  std::size_t requests_max = 10'000;  // under way and waiting together; over it: Errc::limit at once
};

class HttpClient {
 public:
  HttpClient(boost::asio::any_io_executor executor, HttpLimits limits);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Any status is a response. Errors: timed_out (the outcome at the peer is unknown), unavailable (no connection was
  // made, or it broke: the message says when), limit (too large an answer, too many requests).
  boost::asio::awaitable<Result<HttpResponse>> fetch(HttpRequest request);

  [[nodiscard]] std::size_t requests_under_way() const;
  void cancel_all();  // every fetch ends as unavailable; for shutdown

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace shubbak::companies
