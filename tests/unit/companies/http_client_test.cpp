#include "companies/http_client.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <future>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <catch2/catch.hpp>

#include "tests/unit/companies/fixture.hpp"
#include "tests/unit/companies/raw_peer.hpp"

namespace shubbak::companies {

namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

HttpRequest post_to(std::string url, std::string body, milliseconds timeout = patience) {
  HttpRequest request;
  request.url = std::move(url);
  request.body = std::move(body);
  request.timeout = timeout;
  return request;
}
HttpRequest ask_due(const SampleThread& sample, const std::string& account, milliseconds timeout = patience) {
  return post_to(sample.url() + "/v1/accounts/due", R"({"account":")" + account + "\"}", timeout);
}

asio::awaitable<void> collect(HttpClient& http, HttpRequest request, std::vector<HttpResult>& results) {
  HttpResult result = co_await http.fetch(std::move(request));
  results.push_back(std::move(result));
}

struct Bench {  // a sample company, a loop and a client with limits
  explicit Bench(HttpLimits limits = {}) : http(std::in_place, loop.get_executor(), limits) {}
  void begin(HttpRequest request) {
    asio::co_spawn(loop, collect(*http, std::move(request), results), asio::detached);
  }
  HttpResult one(HttpRequest request) { return run(loop, http->fetch(std::move(request))); }

  SampleThread sample{{"damascus"}};
  asio::io_context loop{1};
  std::optional<HttpClient> http;
  std::vector<HttpResult> results;
};

}  // namespace

TEST_CASE("a request goes out as it must, and any status is a response") {
  std::string seen;
  RawPeer peer([&](RawPeer::Socket& socket, int) {
    seen = RawPeer::read_request(socket);
    RawPeer::write(socket, "HTTP/1.1 418 I'm a teapot\r\nContent-Length: 2\r\n\r\nhi");
  });
  asio::io_context loop(1);
  {
    HttpClient http(loop.get_executor(), {});
    HttpRequest request = post_to(peer.url(), R"({"a":1})");
    request.authorization = "Bearer token";
    request.idempotency_key = "key-1";
    const HttpResult result = run(loop, http.fetch(std::move(request)));
    REQUIRE(result);
    CHECK(result->status == 418);
    CHECK(result->body == "hi");
  }
  CHECK(seen.starts_with("POST /x HTTP/1.1\r\n"));
  CHECK(seen.find("\r\nAuthorization: Bearer token\r\n") != std::string::npos);
  CHECK(seen.find("\r\nIdempotency-Key: key-1\r\n") != std::string::npos);
  CHECK(seen.find("\r\nContent-Type: application/json\r\n") != std::string::npos);
  CHECK(seen.find("Expect") == std::string::npos);
  CHECK(seen.ends_with("\r\n\r\n{\"a\":1}"));
}

TEST_CASE("one request's key, method and body do not cling to the next") {
  std::vector<std::string> seen;
  std::promise<void> over;
  RawPeer peer([&](RawPeer::Socket& socket, int) {
    for (int i = 0; i < 3; ++i) {
      seen.push_back(RawPeer::read_request(socket));
      RawPeer::write(socket, RawPeer::response("{}"));
    }
    over.set_value();
  });
  asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {});
  HttpRequest first = post_to(peer.url(), "first");
  first.idempotency_key = "k";
  first.authorization = "Bearer t";
  HttpRequest second = post_to(peer.url() + "/2", "");
  second.method = "GET";
  HttpRequest third = post_to(peer.url() + "/3", "third");
  third.method = "PUT";
  for (HttpRequest* request : {&first, &second, &third}) {
    REQUIRE(run(loop, http.fetch(std::move(*request))));
  }
  over.get_future().wait();
  CHECK(http.connections_opened() == 1);
  CHECK(seen[1].starts_with("GET /x/2 HTTP/1.1\r\n"));
  CHECK(seen[1].find("first") == std::string::npos);
  CHECK(seen[1].find("Idempotency-Key") == std::string::npos);
  CHECK(seen[1].find("Authorization") == std::string::npos);
  CHECK(seen[2].starts_with("PUT /x/3 HTTP/1.1\r\n"));
  CHECK(seen[2].ends_with("\r\n\r\nthird"));
}

TEST_CASE("connections are used again and never more than allowed") {
  Bench bench({.connections_per_host_max = 4});
  for (int i = 0; i < 300; ++i) bench.begin(ask_due(bench.sample, std::to_string(1'000'000 + i)));
  bench.loop.run();
  REQUIRE(bench.results.size() == 300);
  for (const HttpResult& result : bench.results) {
    REQUIRE(result);
    CHECK(result->status == 200);
  }
  CHECK(bench.http->connections_opened() <= 4);
  CHECK(bench.http->requests_under_way() == 0);
}

TEST_CASE("a quick peer is asked over the usual number of connections, however many ask") {
  Bench bench({.connections_per_host_usual = 2, .patience = std::chrono::seconds(30)});
  for (int i = 0; i < 300; ++i) bench.begin(ask_due(bench.sample, std::to_string(1'000'000 + i)));
  bench.loop.run();
  REQUIRE(bench.results.size() == 300);
  CHECK(std::ranges::all_of(bench.results, [](const HttpResult& result) { return result.ok(); }));
  CHECK(bench.http->connections_opened() <= 2);
}

TEST_CASE("requests that hang hold up the others no longer than the patience") {
  Bench bench({.connections_per_host_usual = 2, .connections_per_host_max = 3, .patience = milliseconds(30)});
  for (int i = 0; i < 2; ++i) bench.begin(ask_due(bench.sample, "9000001", milliseconds(1500)));
  for (int i = 0; i < 20; ++i) bench.begin(ask_due(bench.sample, "4521007", milliseconds(1000)));
  bench.loop.run();
  REQUIRE(bench.results.size() == 22);
  CHECK(std::ranges::count_if(bench.results, [](const HttpResult& result) { return result.ok(); }) == 20);
  CHECK(bench.http->connections_opened() == 3);
}

TEST_CASE("the deadline counts while waiting for a connection too") {
  Bench bench({.connections_per_host_max = 1});
  const Stopwatch watch;
  milliseconds second_ended{};
  bench.begin(ask_due(bench.sample, "9000001", milliseconds(1500)));
  asio::co_spawn(bench.loop, collect(*bench.http, ask_due(bench.sample, "4521007", milliseconds(300)), bench.results),
                 [&](const std::exception_ptr&) { second_ended = watch.elapsed(); });
  bench.loop.run();
  REQUIRE(bench.results.size() == 2);
  REQUIRE_FALSE(bench.results[0]);
  CHECK(bench.results[0].error().code == Errc::timed_out);
  CHECK(bench.results[0].error().failure == HttpFailure::no_time);
  CHECK_FALSE(bench.results[0].error().sent);
  CHECK(second_ended >= milliseconds(295));
  CHECK(second_ended < milliseconds(1400));
  CHECK(bench.results[1].error().code == Errc::timed_out);
  CHECK(bench.results[1].error().failure == HttpFailure::deadline);
  CHECK(bench.results[1].error().sent);
  CHECK(watch.elapsed() < milliseconds(3500));
}

TEST_CASE("a request that waits goes out when one before it is over, with what is left of its time") {
  Bench bench({.connections_per_host_max = 1});
  bench.begin(ask_due(bench.sample, "9000001", milliseconds(300)));
  bench.begin(ask_due(bench.sample, "4521007"));
  bench.begin(ask_due(bench.sample, "9000001", milliseconds(800)));
  const Stopwatch watch;
  bench.loop.run();
  REQUIRE(bench.results.size() == 3);
  CHECK_FALSE(bench.results[0]);
  CHECK(bench.results[1]);
  CHECK_FALSE(bench.results[2]);
  CHECK(watch.elapsed() >= milliseconds(795));
  CHECK(watch.elapsed() < milliseconds(3000));
}

TEST_CASE("over the limit of requests the answer is no, at once") {
  Bench bench({.connections_per_host_max = 1, .requests_max = 3});
  for (int i = 0; i < 5; ++i) bench.begin(ask_due(bench.sample, "9000001", milliseconds(300)));
  bench.loop.run();
  REQUIRE(bench.results.size() == 5);
  for (std::size_t i : {0U, 1U}) {
    REQUIRE_FALSE(bench.results[i]);
    CHECK(bench.results[i].error().code == Errc::limit);
    CHECK(bench.results[i].error().failure == HttpFailure::refused);
    CHECK_FALSE(bench.results[i].error().sent);
  }
  CHECK(bench.results[4].error().code == Errc::timed_out);
}

TEST_CASE("a host that hangs leaves room for the others") {
  Bench bench({.connections_per_host_max = 1, .requests_per_host_max = 2, .requests_max = 3});
  const SampleThread other({"aleppo"});
  for (int i = 0; i < 3; ++i) bench.begin(ask_due(bench.sample, "9000001", milliseconds(300)));
  bench.begin(ask_due(other, "1000000"));
  bench.loop.run();
  REQUIRE(bench.results.size() == 4);
  REQUIRE_FALSE(bench.results[0]);
  CHECK(bench.results[0].error().code == Errc::limit);
  REQUIRE(bench.results[1]);
  CHECK(bench.results[1]->status == 200);
}

TEST_CASE("a body without end is stopped at the limit") {
  std::atomic<std::size_t> taken = 0;
  std::promise<void> over;
  RawPeer peer([&](RawPeer::Socket& socket, int) {
    RawPeer::read_request(socket);
    RawPeer::write(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    while (RawPeer::write(socket, chunk)) taken += chunk.size();  // until the client closes
    over.set_value();
  });
  asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {.body_octets_max = 100'000});
  const HttpResult result = run(loop, http.fetch(post_to(peer.url(), "{}")));
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Errc::limit);
  CHECK(result.error().failure == HttpFailure::too_large);
  REQUIRE(over.get_future().wait_for(patience) == std::future_status::ready);
}

TEST_CASE("a body of exactly the limit is fine, one octet more is not") {
  RawPeer peer([&](RawPeer::Socket& socket, int) {
    for (int i = 0; i < 2; ++i) {
      RawPeer::read_request(socket);
      RawPeer::write(socket, RawPeer::response(std::string(static_cast<std::size_t>(1000 + i), 'x')));
    }
  });
  asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {.body_octets_max = 1000});
  const HttpResult fits = run(loop, http.fetch(post_to(peer.url(), "{}")));
  REQUIRE(fits);
  CHECK(fits->body.size() == 1000);
  const HttpResult over = run(loop, http.fetch(post_to(peer.url(), "{}")));
  REQUIRE_FALSE(over);
  CHECK(over.error().failure == HttpFailure::too_large);
}

TEST_CASE("an answer that nobody asked for is not taken for the next one") {
  std::promise<void> spoken;
  RawPeer peer([&](RawPeer::Socket& socket, int connection) {
    RawPeer::read_request(socket);
    RawPeer::write(socket, RawPeer::response("right " + std::to_string(connection)));
    if (connection == 0) {
      // Let the client finish with the first answer before the second comes.
      spoken.get_future().wait();
      RawPeer::write(socket, RawPeer::response("somebody else's"));
    }
    RawPeer::read_request(socket);
  });
  asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {});
  const HttpResult first = run(loop, http.fetch(post_to(peer.url(), "{}")));
  REQUIRE(first);
  CHECK(first->body == "right 0");
  spoken.set_value();
  asio::steady_timer pause(loop, milliseconds(100));  // the stray answer arrives while nobody waits
  pause.async_wait([](const boost::system::error_code&) {});
  loop.restart();
  loop.run();
  const HttpResult second = run(loop, http.fetch(post_to(peer.url(), "{}")));
  REQUIRE(second);
  CHECK(second->body == "right 1");
}

TEST_CASE("what may be sent once only is not sent anew where a kept connection breaks before an answer") {
  std::atomic<int> requests = 0;
  RawPeer peer([&](RawPeer::Socket& socket, int /*connection*/) {
    if (RawPeer::read_request(socket).empty()) return;
    RawPeer::write(socket, RawPeer::response(std::to_string(++requests)));
    if (!RawPeer::read_request(socket).empty()) ++requests;  // and says nothing to the second
    socket.close();
  });
  asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {});
  REQUIRE(run(loop, http.fetch(post_to(peer.url(), "{}"))));
  HttpRequest once = post_to(peer.url(), "{}");
  once.is_sent_once = true;
  const HttpResult broken = run(loop, http.fetch(std::move(once)));
  REQUIRE_FALSE(broken);
  CHECK(broken.error().failure == HttpFailure::broken);
  CHECK(broken.error().sent);
  const HttpResult next = run(loop, http.fetch(post_to(peer.url(), "{}")));
  REQUIRE(next);
  CHECK(next->body == "3");
  const HttpResult anew = run(loop, http.fetch(post_to(peer.url(), "{}")));  // which may be: it was, over another one
  REQUIRE(anew);
  CHECK(anew->body == "5");
}

TEST_CASE("a connection that the peer closed while idle costs nothing") {
  RawPeer peer([&](RawPeer::Socket& socket, int connection) {
    RawPeer::read_request(socket);
    RawPeer::write(socket, RawPeer::response(std::to_string(connection)));
    socket.close();
  });
  asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {});
  for (int i = 0; i < 5; ++i) {
    const HttpResult result = run(loop, http.fetch(post_to(peer.url(), "{}")));
    REQUIRE(result);
    CHECK(result->body == std::to_string(i));
  }
}

TEST_CASE("cancelling ends a request on the wire and one that waits, and frees their places") {
  Bench bench({.connections_per_host_max = 1});
  asio::cancellation_signal stop_first;
  asio::cancellation_signal stop_second;
  for (asio::cancellation_signal* stop : {&stop_first, &stop_second}) {
    asio::co_spawn(bench.loop, collect(*bench.http, ask_due(bench.sample, "9000001", patience), bench.results),
                   asio::bind_cancellation_slot(stop->slot(), [](const std::exception_ptr&) {}));
  }
  bench.begin(ask_due(bench.sample, "4521007"));
  asio::steady_timer later(bench.loop, milliseconds(100));
  later.async_wait([&](const boost::system::error_code&) {
    CHECK(bench.http->requests_under_way() == 3);
    stop_second.emit(asio::cancellation_type::terminal);
    stop_first.emit(asio::cancellation_type::terminal);
  });
  const Stopwatch watch;
  bench.loop.run();
  CHECK(watch.elapsed() < patience / 2);
  REQUIRE(bench.results.size() == 3);
  CHECK(bench.results[0].error().failure == HttpFailure::cancelled);
  CHECK_FALSE(bench.results[0].error().sent);
  CHECK(bench.results[1].error().failure == HttpFailure::cancelled);
  CHECK(bench.results[1].error().sent);
  CHECK(bench.results[2]);
}

TEST_CASE("the client may go with requests under way: they end as cancelled") {
  Bench bench({.connections_per_host_max = 2});
  for (int i = 0; i < 6; ++i) bench.begin(ask_due(bench.sample, "9000001", patience));
  asio::steady_timer later(bench.loop, milliseconds(100));
  later.async_wait([&](const boost::system::error_code&) { bench.http.reset(); });
  bench.loop.run();
  REQUIRE(bench.results.size() == 6);
  for (const HttpResult& result : bench.results) {
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::unavailable);
    CHECK(result.error().failure == HttpFailure::cancelled);
  }
}

TEST_CASE("client and loop may go with requests under way, without a leak") {
  SampleThread sample({"damascus"});
  std::vector<HttpResult> results;
  {
    asio::io_context loop(1);
    HttpClient http(loop.get_executor(), {.connections_per_host_max = 2});
    for (int i = 0; i < 6; ++i) {
      asio::co_spawn(loop, collect(http, ask_due(sample, "9000001", patience), results), asio::detached);
    }
    loop.run_for(milliseconds(100));
  }
  CHECK(results.empty());
}

TEST_CASE("cancel_all ends everything and the client goes on serving") {
  Bench bench({.connections_per_host_max = 2});
  for (int i = 0; i < 6; ++i) bench.begin(ask_due(bench.sample, "9000001", patience));
  asio::steady_timer later(bench.loop, milliseconds(100));
  later.async_wait([&](const boost::system::error_code&) { bench.http->cancel_all(); });
  bench.loop.run();
  CHECK(bench.results.size() == 6);
  CHECK(bench.http->requests_under_way() == 0);
  CHECK(bench.one(ask_due(bench.sample, "4521007")));
}

TEST_CASE("redirects are shown, not followed") {
  Bench bench;
  const HttpResult result = bench.one(ask_due(bench.sample, "9000019"));
  REQUIRE(result);
  CHECK(result->status == 302);
}

TEST_CASE("the environment's proxies are not used") {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("all_proxy", "http://127.0.0.1:1", 1);
  Bench bench;
  CHECK(bench.one(ask_due(bench.sample, "4521007")));
  ::unsetenv("http_proxy");
  ::unsetenv("all_proxy");
}

TEST_CASE("what cannot be sent is refused") {
  Bench bench;
  const auto refused = [&](HttpRequest request) {
    const HttpResult result = bench.one(std::move(request));
    REQUIRE_FALSE(result);
    CHECK(result.error().failure == HttpFailure::refused);
    CHECK(result.error().code == Errc::invalid);
  };
  refused(post_to("file:///etc/hostname", ""));
  refused(post_to("ftp://127.0.0.1/x", ""));
  refused(post_to("127.0.0.1:80", ""));
  refused(post_to("http://", ""));
  refused(post_to("http://127.0.0.1:99999/", ""));
  refused(post_to("http://127.0.0.1/\r\nX-Evil: 1", ""));
  HttpRequest evil = ask_due(bench.sample, "4521007");
  evil.idempotency_key = "a\r\nX-Evil: 1";
  refused(evil);
  evil.idempotency_key = "";
  evil.authorization = "Bearer\na";
  refused(evil);
  CHECK(bench.http->connections_opened() == 0);
}

TEST_CASE("no time left means timed out, and nothing was sent") {
  Bench bench;
  const HttpResult result = bench.one(ask_due(bench.sample, "4521007", milliseconds(0)));
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Errc::timed_out);
  CHECK_FALSE(result.error().sent);
}

TEST_CASE("a refused connection sent nothing, a broken one may have") {
  Bench bench;
  const HttpResult refused = bench.one(post_to("http://127.0.0.1:1/", "{}"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().failure == HttpFailure::no_connection);
  CHECK_FALSE(refused.error().sent);
  const HttpResult broken = bench.one(ask_due(bench.sample, "9000011"));
  REQUIRE_FALSE(broken);
  CHECK(broken.error().failure == HttpFailure::broken);
  CHECK(broken.error().sent);
}

TEST_CASE("a name is looked up without stopping the loop, and one that does not exist is no connection") {
  Bench bench;
  HttpRequest by_name = ask_due(bench.sample, "4521007");
  by_name.url.replace(by_name.url.find("127.0.0.1"), 9, "localhost");
  for (int i = 0; i < 3; ++i) {
    const HttpResult named = bench.one(by_name);
    REQUIRE(named);
    CHECK(named->status == 200);
  }
  const HttpResult nowhere = bench.one(post_to("http://nowhere.invalid/", "{}"));
  REQUIRE_FALSE(nowhere);
  CHECK_FALSE(nowhere.error().sent);
  CHECK(nowhere.error().failure == HttpFailure::no_connection);
}

}  // namespace shubbak::companies
