// HTTP/1.1 requests on the event loop: libcurl's multi interface driven by Asio
// (CURLMOPT_SOCKETFUNCTION/TIMERFUNCTION), with connections kept alive. Every request has a deadline and a limit on
// what it may answer; redirects are not followed, proxies of the environment are not used, TLS peers are verified.
//
// A connection that was kept alive may be closed by the peer just as a request goes out on it; libcurl then sends
// that request again on another connection, if not one octet of an answer had come. So whatever changes something at
// the peer carries an idempotency key.
//
// Thread: that of the executor. The executor's context must outlive the client; the client may be destroyed with
// requests under way (they end as cancelled).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "domain/result.hpp"

namespace shubbak::companies {

// PEM files by which a peer knows us, and we it; empty: none, and the system's authorities.
struct TlsFiles {
  std::string ca_file;
  std::string certificate;
  std::string private_key;
};

struct HttpRequest {
  std::string method = "POST";
  std::string url;                                     // http or https; never holds a national number
  std::string body;                                    // not sent with GET
  std::string_view content_type = "application/json";  // a constant; of the body
  std::string authorization;                           // value of the header; empty: none
  std::string idempotency_key;                         // header Idempotency-Key; empty: none
  std::string timestamp;                               // headers of companies/signature.hpp; empty: none
  std::string signature;
  std::vector<std::string> headers;     // others, whole lines: "X-Key: 1"
  std::shared_ptr<const TlsFiles> tls;  // one object for all requests of a peer: connections are kept by it
  std::chrono::milliseconds timeout{3000};
  // Not sent anew by itself where a connection that was kept breaks before an answer, as curl does: whoever asked
  // must find out first what became of it.
  bool is_sent_once = false;
};
struct HttpResponse {
  long status = 0;
  std::string body;
};

enum class HttpFailure : std::uint8_t {
  refused,        // by ourselves, before anything was done: too many requests, or one that cannot be sent
  no_time,        // the deadline was over before anything was done: by the caller, or for want of a free connection
  deadline,       // no whole answer in time
  no_connection,  // no name, no route, refused, TLS not trusted
  broken,         // the connection broke before the answer was whole
  not_http,       // the answer is not HTTP
  too_large,      // the answer is over its limit
  cancelled,      // by the caller or at shutdown
  cut_off,        // by ourselves: the peer has failed too often and is left alone for a while
};
struct HttpError : Error {
  HttpError(Errc error_code, HttpFailure why, bool may_have_been_sent, std::string text)
      : Error{error_code, std::move(text)}, failure(why), sent(may_have_been_sent) {}
  HttpFailure failure;
  bool sent;  // some octet of the request may have reached the peer; false: it certainly did nothing
};
using HttpResult = Result<HttpResponse, HttpError>;

struct HttpLimits {
  std::size_t body_octets_max = std::size_t{256} * 1024;
  std::size_t header_octets_max = std::size_t{32} * 1024;  // status line, headers and trailers of one answer
  // So many are used at a time, and more only for requests that waited `patience` for one: a quick peer is served at
  // twice the speed over few connections, a slow one needs many.
  std::size_t connections_per_host_usual = 8;
  std::size_t connections_per_host_max = 64;
  std::chrono::milliseconds patience{20};
  // Under way and waiting together; over it: Errc::limit at once. Of one host fewer than of all, so that one that
  // hangs leaves room for the others.
  std::size_t requests_per_host_max = 2'500;
  std::size_t requests_max = 10'000;
};

class HttpClient {
 public:
  HttpClient(boost::asio::any_io_executor executor, HttpLimits limits);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Any status is a response. The deadline counts from the call, the wait for a free connection included. Errors by
  // code: timed_out (the outcome at the peer is unknown unless !sent), unavailable (no connection was made, it broke,
  // or what came is not HTTP), limit (too large an answer, too many requests), invalid (a request that cannot be
  // sent: a URL of another scheme, control characters in a header). Asio cancellation ends it as cancelled.
  boost::asio::awaitable<HttpResult> fetch(HttpRequest request);

  [[nodiscard]] std::size_t requests_under_way() const;    // waiting for a connection included
  [[nodiscard]] std::uint64_t connections_opened() const;  // ever; far below the requests when reuse works
  void cancel_all();                                       // every fetch ends as cancelled; for shutdown

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace shubbak::companies
