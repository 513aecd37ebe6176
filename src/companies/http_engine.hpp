// The inside of HttpClient. Curl's sockets are watched by an epoll set of our own, and Asio watches that set: one
// wait per batch of events, and a kept-alive connection stays registered from one request to the next, although curl
// takes back and renews its interest around each. Thread: the executor's; nothing here calls user code directly,
// completions are posted.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <curl/curl.h>

#include "companies/http_client.hpp"
#include "domain/clock.hpp"

namespace shubbak::companies {

struct CurlMultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct CurlEasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct CurlUrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct CurlListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// The epoll set that stands between curl and Asio.
class SocketSet {
 public:
  explicit SocketSet(const boost::asio::any_io_executor& executor);

  curl_socket_t open(const curl_sockaddr& address);  // a socket of ours, whose end we will be told
  void close(curl_socket_t socket);
  void watch(curl_socket_t socket, int what);  // CURL_POLL_*

  struct Ready {
    curl_socket_t socket;
    int bits;  // CURL_CSELECT_*
  };
  // What is ready now, at most a batch; connections that nobody uses and that speak or close are shut down.
  const std::vector<Ready>& take_ready();

  boost::asio::posix::stream_descriptor& descriptor() { return epoll_; }
  [[nodiscard]] std::uint64_t opened() const { return opened_; }

 private:
  struct Watch {
    std::uint32_t registered = 0;  // what the epoll set has
    std::uint32_t wanted = 0;      // what curl wants now
    bool ours = false;             // opened by open(), so close() will be called
  };
  Watch& at(curl_socket_t socket);
  void set_events(curl_socket_t socket, Watch& entry, std::uint32_t events);
  void unwanted(curl_socket_t socket, Watch& entry, std::uint32_t events);
  void drop(curl_socket_t socket, Watch& entry);

  boost::asio::posix::stream_descriptor epoll_;
  std::vector<Watch> watches_;  // by file descriptor
  std::vector<Ready> ready_;
  std::uint64_t opened_ = 0;
};

inline HttpError not_begun() {
  return {Errc::timed_out, HttpFailure::no_time, false, "no connection became free in time"};
}

struct HttpClient::Impl : std::enable_shared_from_this<HttpClient::Impl> {
  using Handler = boost::asio::any_completion_handler<void(HttpResult)>;

  Impl(boost::asio::any_io_executor executor, HttpLimits limits);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void begin(HttpRequest request, Handler handler, boost::asio::any_io_executor handler_executor);
  void cancel_all();

  struct Easy;
  struct Host;
  struct Target {  // a URL, parsed
    std::unique_ptr<CURLU, CurlUrlDeleter> url;
    Host* host = nullptr;
  };
  struct Transfer {
    HttpRequest request;
    std::shared_ptr<const Target> target;
    HttpResponse response;
    Handler handler;
    boost::asio::any_io_executor handler_executor;
    Instant deadline;
    Instant queued;
    Host* host = nullptr;
    Easy* easy = nullptr;  // null: waits for a connection
    std::shared_ptr<curl_slist> headers;
    std::vector<curl_slist> own_headers;  // of request.headers, in front of `headers`
    std::size_t header_octets = 0;
    std::uint64_t serial = 0;  // of the request, so that a late cancellation does not meet the next one
    bool too_large = false;
    unsigned starts = 0;  // how often curl was about to send it
  };
  struct Easy {  // a pooled curl handle and what it was last set to
    std::unique_ptr<CURL, CurlEasyDeleter> handle;
    Impl* owner = nullptr;
    Transfer* transfer = nullptr;
    std::shared_ptr<const Target> target;
    std::shared_ptr<const TlsFiles> tls;  // never another one: curl has no way back to its own authorities
    std::string method;
  };
  struct Host {
    std::size_t running = 0;
    std::deque<Transfer*> waiting;
  };

  // curl's callbacks
  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* entry);
  static int on_timeout(CURLM* multi, long timeout_ms, void* self);
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_close(void* self, curl_socket_t socket);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* easy);
  static int on_send(void* easy, char* peer, char* here, int peer_port, int port);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* easy);

  [[nodiscard]] std::optional<HttpError> objection(const HttpRequest& request) const;
  std::shared_ptr<const Target> target_of(const std::string& url);
  Transfer* new_transfer();
  Easy* new_easy(const std::shared_ptr<const TlsFiles>& tls);
  std::shared_ptr<curl_slist> header_list(std::string_view content_type, const std::string& authorization);
  void on_cancel(Transfer* transfer, std::uint64_t serial);
  void start(Transfer& transfer, Instant now);
  void set_options(Easy& easy, Transfer& transfer, std::chrono::milliseconds remaining);
  [[nodiscard]] bool may_start(const Host& host, const Transfer& transfer, Instant now) const;
  void start_waiting(Host& host, Instant now);
  void detach(Transfer& transfer);  // from curl and its host's count
  void finish(Transfer& transfer, HttpResult result);
  [[nodiscard]] HttpResult outcome(Transfer& transfer, CURLcode code) const;

  void request_kick();
  void run_kick();
  void drain();
  void settle();  // after any work: kick, arm the wait and the timer, or stand down when idle
  void on_ready();
  void on_timer();
  void look_after_waiting(Instant now);
  void schedule_timer();
  void stand_down();

  boost::asio::any_io_executor executor_;
  HttpLimits limits_;
  SocketSet sockets_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<CURLM, CurlMultiDeleter> multi_;

  std::unordered_map<std::string, Host> hosts_;  // by scheme, name and port, which come from the configuration
  std::unordered_map<std::string, std::shared_ptr<const Target>> targets_;     // by URL
  std::unordered_map<std::string, std::shared_ptr<curl_slist>> header_lists_;  // by both
  std::vector<std::unique_ptr<Transfer>> transfers_;                           // all, in use or not
  std::vector<Transfer*> free_transfers_;
  std::vector<std::unique_ptr<Easy>> easies_;
  std::vector<Easy*> free_easies_;

  std::uint64_t next_serial_ = 1;
  std::size_t running_ = 0;  // with curl
  std::size_t waiting_ = 0;  // for a connection
  Instant curl_due_ = Instant::max();
  Instant waiting_due_ = Instant::max();  // when look_after_waiting() next has something to do, or before
  Instant armed_for_ = Instant::max();    // max: the timer is not armed
  bool wait_armed_ = false;
  bool kick_needed_ = false;
  bool kick_posted_ = false;
};

}  // namespace shubbak::companies
