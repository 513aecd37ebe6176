#include "daemon/http_endpoint.hpp"

#include <future>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

namespace asio = boost::asio;
using shubbak::daemon::Health;
using shubbak::daemon::HttpEndpoint;
using shubbak::daemon::HttpEndpointLimits;
using shubbak::daemon::HttpPost;
using shubbak::daemon::HttpReply;

namespace {

// The endpoint on a loop of its own, asked over real sockets.
class Served {
 public:
  explicit Served(HttpEndpointLimits limits = {})
      : endpoint_(
            loop_.get_executor(), [] { return std::string("metric 1\n"); }, [this] { return health_; }, limits) {
    REQUIRE(endpoint_.listen("127.0.0.1", 0).ok());
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Served() {
    asio::post(loop_, [this] { endpoint_.stop(); });
    loop_.stop();
    thread_.join();
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  // Before anything is asked: posts are answered with what they are.
  void take_posts() {
    endpoint_.on_post([](HttpPost post) -> asio::awaitable<HttpReply> {
      co_return HttpReply{202, post.target + " " + post.timestamp + " " + post.signature + " " + post.body};
    });
  }
  void set_health(Health health) {
    std::promise<void> done;
    asio::post(loop_, [&] {
      health_ = std::move(health);
      done.set_value();
    });
    done.get_future().get();
  }
  std::string ask(const std::string& request) {
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::make_address("127.0.0.1"), endpoint_.port()});
    asio::write(socket, asio::buffer(request));
    std::string answer;
    boost::system::error_code end;
    asio::read(socket, asio::dynamic_buffer(answer), end);
    return answer;
  }

 private:
  asio::io_context loop_{1};
  Health health_{true, "{}"};
  HttpEndpoint endpoint_;
  std::thread thread_;
};

std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
}

}  // namespace

TEST_CASE("metrics and health are told over HTTP, anything else is refused") {
  Served served;
  CHECK(served.ask(get("/metrics")).ends_with("\r\n\r\nmetric 1\n"));
  CHECK(served.ask(get("/health")).starts_with("HTTP/1.1 200"));
  served.set_health({false, "{\"ok\":false}"});
  const std::string down = served.ask(get("/health"));
  CHECK(down.starts_with("HTTP/1.1 503"));
  CHECK(down.ends_with("{\"ok\":false}"));
  CHECK(served.ask(get("/")).starts_with("HTTP/1.1 404"));
  CHECK(served.ask("POST /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            .starts_with("HTTP/1.1 405"));
}

TEST_CASE("a post is given on with its body and its two headers, and answered with what comes of it") {
  Served served;
  served.take_posts();
  const std::string answer = served.ask(
      "POST /operator/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Shubbak-Timestamp: 7\r\n"
      "X-Shubbak-Signature: ab\r\nContent-Length: 2\r\n\r\n{}");
  CHECK(answer.starts_with("HTTP/1.1 202"));
  CHECK(answer.ends_with("\r\n\r\n/operator/x 7 ab {}"));
  CHECK(served.ask("PUT /operator/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            .starts_with("HTTP/1.1 405"));
}

TEST_CASE("a body that is too large is said so, one that does not come ends its connection and nobody else's") {
  using namespace std::chrono_literals;
  Served served({.body_octets_max = 100, .io_timeout = 300ms});
  served.take_posts();
  const std::string head = "POST /operator/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  CHECK(served.ask(head + "Content-Length: 100\r\n\r\n" + std::string(100, 'x')).starts_with("HTTP/1.1 202"));
  CHECK(served.ask(head + "Content-Length: 101\r\n\r\n" + std::string(101, 'x')).starts_with("HTTP/1.1 413"));
  CHECK(served.ask(head + "Content-Length: 99999999999999\r\n\r\nx").starts_with("HTTP/1.1 413"));
  CHECK(served.ask(head + "Transfer-Encoding: chunked\r\n\r\n65\r\n" + std::string(101, 'x') + "\r\n0\r\n\r\n")
            .starts_with("HTTP/1.1 413"));
  CHECK(served.ask(head + "Content-Length: 100\r\n\r\n{").empty());  // closed when its time was over
  CHECK(served.ask(get("/metrics")).starts_with("HTTP/1.1 200"));
}

TEST_CASE("what is no HTTP, or too much of it, closes the connection") {
  Served served;
  CHECK(served.ask("\x16\x03\x01 hello\r\n\r\n").empty());
  CHECK(served.ask("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n").empty());
  CHECK(served.ask(get("/metrics")).starts_with("HTTP/1.1 200"));  // and others are served on
}

TEST_CASE("an address that cannot be used is said so") {
  asio::io_context loop;
  HttpEndpoint endpoint(
      loop.get_executor(), [] { return std::string(); }, [] { return Health{}; });
  CHECK_FALSE(endpoint.listen("localhost", 0).ok());
  CHECK_FALSE(endpoint.listen("203.0.113.1", 1).ok());
}
