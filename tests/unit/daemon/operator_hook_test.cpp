// What an operator tells over HTTP, over real sockets into the real daemon.
#include "daemon/operator_hook.hpp"

#include <array>
#include <ctime>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "companies/signature.hpp"
#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

namespace asio = boost::asio;

const std::string secret(32, 's');
const std::string hook_path = "/operator/syriatel/sim-change";
constexpr auto awaited = asio::as_tuple(asio::use_awaitable);

std::string stamp(std::chrono::seconds off = {}) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>((wall_now() + off).time_since_epoch()).count());
}

// As an operator three hours ahead writes it.
std::string written(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time + 3h);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S+03:00", &parts);
  return text.data();
}
std::string told(const std::string& event, const std::string& id, const std::string& msisdn = "+" + subscriber,
                 const std::string& at = written(wall_now())) {
  return R"({"msisdn":")" + msisdn + R"(","event":")" + event + R"(","at":")" + at + R"(","id":")" + id + R"("})";
}

std::string post(const std::string& body, const std::string& timestamp, const std::string& signature,
                 const std::string& path = hook_path) {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Shubbak-Timestamp: " + timestamp +
         "\r\nX-Shubbak-Signature: " + signature + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}
std::string signed_post(const std::string& body, const std::string& timestamp = stamp(),
                        const std::string& path = hook_path) {
  return post(body, timestamp, companies::request_signature(secret, timestamp, path, body), path);
}

asio::awaitable<void> converse(std::uint16_t port, std::string request, std::optional<std::string>& heard) {
  asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
  const asio::ip::tcp::endpoint peer(asio::ip::make_address("127.0.0.1"), port);
  const auto [refused] = co_await socket.async_connect(peer, awaited);
  REQUIRE_FALSE(refused);
  const auto [broken, written] = co_await asio::async_write(socket, asio::buffer(request), awaited);
  REQUIRE_FALSE(broken);
  REQUIRE(written == request.size());
  std::string all;
  auto into = asio::dynamic_buffer(all);
  const auto [end, octets] = co_await asio::async_read(socket, into, awaited);
  REQUIRE(end == asio::error::eof);
  REQUIRE(octets == all.size());
  heard = all;
}

struct HookTown : Town {
  HookTown() {
    configure = [](Config& config) { config.operators.front().hook_secret = secret; };
    write({link_of(subscriber, person_of_three_companies), english(subscriber)});
    start();
  }
  std::string ask(const std::string& request) {
    std::optional<std::string> heard;
    auto conversing = converse(daemon().http_port(), request, heard);
    asio::co_spawn(loop.io, std::move(conversing), asio::detached);
    loop.until([&] { return heard.has_value(); });
    return *heard;
  }
  store::StoredLink link() { return **open_store()->find_link(*Msisdn::parse(subscriber)); }
  std::size_t history() { return open_store()->link_history(*Msisdn::parse(subscriber))->size(); }
};

bool is(const std::string& answer, unsigned status) {
  INFO(answer);
  return answer.starts_with("HTTP/1.1 " + std::to_string(status));
}

}  // namespace

TEST_CASE("the signature is HMAC-SHA-256 over timestamp, path and body with full stops between") {
  // printf '1790000000./operator/syriatel/sim-change.{}' | openssl dgst -sha256 -hmac key
  CHECK(companies::request_signature("key", "1790000000", hook_path, "{}") ==
        "7f31320909e6a4a68425417fe4c8b340f45d75f95dec748058337d3a72bcb85d");
}

TEST_CASE("what an operator tells is in the store when it is answered") {
  HookTown town;
  for (const std::string event : {"sim_change", "port", "imsi_change"}) {
    CHECK(is(town.ask(signed_post(told(event, "e-" + event))), 200));
  }
  CHECK(town.link().record.hold == store::MoneyHold::held);
  CHECK(town.link().record.state == store::LinkState::active);
  CHECK(is(town.ask(signed_post(told("suspend", "e4"))), 200));
  CHECK(town.link().record.state == store::LinkState::suspended);
  CHECK(is(town.ask(signed_post(told("recycled", "e5"))), 200));
  CHECK(town.link().record.state == store::LinkState::released);
  CHECK(contains(town.ask(signed_post(told("sim_change", "e6"))), "nothing to do"));
  CHECK(town.open_store()->link_history(*Msisdn::parse(subscriber))->back().by.name == "syriatel");
}

TEST_CASE("a request that comes again does nothing again, and its id serves no other") {
  HookTown town;
  const std::string request = signed_post(told("sim_change", "e1"));
  CHECK(is(town.ask(request), 200));
  const std::size_t before = town.history();
  CHECK(contains(town.ask(request), "done before"));
  CHECK(contains(town.ask(signed_post(told("sim_change", "e1"), stamp(1s))), "done before"));
  CHECK(is(town.ask(signed_post(told("recycled", "e1"))), 409));
  CHECK(town.history() == before);
  // Also of one that found nothing to do when it came first.
  const std::string unlinked = signed_post(told("sim_change", "e2", "+" + other_subscriber));
  CHECK(contains(town.ask(unlinked), "nothing to do"));
  town.write({link_of(other_subscriber, "09080706050")});
  CHECK(contains(town.ask(unlinked), "done before"));
  CHECK(town.open_store()->find_person(*Msisdn::parse(other_subscriber))->link->hold == store::MoneyHold::none);
}

TEST_CASE("what the operator did not sign, or signed long ago, changes nothing") {
  HookTown town;
  const std::string body = told("recycled", "e1");
  const std::string now = stamp();
  const std::string right = companies::request_signature(secret, now, hook_path, body);
  const std::vector<std::string> forged{
      post(body, now, companies::request_signature("another secret", now, hook_path, body)),
      post(told("suspend", "e1"), now, right),  // another body
      post(body, stamp(1s), right),             // another time
      post(body, now, ""),
      post(body, now, right.substr(1)),
      post(body, "", companies::request_signature(secret, "", hook_path, body)),
      post(body, "soon", companies::request_signature(secret, "soon", hook_path, body)),
      post(body, "99999999999999999999",
           companies::request_signature(secret, "99999999999999999999", hook_path, body)),
      signed_post(body, stamp(-301s)),
      signed_post(body, stamp(302s)),
      signed_post(body, now, "/operator/mtn/sim-change"),  // no such operator
      post(body, now, companies::request_signature(secret, now, "/operator/mtn/sim-change", body)),
  };
  for (const std::string& request : forged) CHECK(is(town.ask(request), 401));
  CHECK(is(town.ask(signed_post(body, now, "/operator/syriatel")), 404));
  CHECK(is(town.ask("PUT" + signed_post(body).substr(4)), 405));
  CHECK(town.link().record.state == store::LinkState::active);
  CHECK(town.history() == 1);
}

TEST_CASE(
    "what an operator tells late of a number that has another owner by now does nothing to them, a hold apart") {
  HookTown town;
  const std::string last_week = written(wall_now() - 7 * 24h);
  for (const std::string event : {"recycled", "suspend"}) {
    CHECK(
        contains(town.ask(signed_post(told(event, "late-" + event, "+" + subscriber, last_week))), "nothing to do"));
  }
  CHECK(town.link().record.state == store::LinkState::active);
  CHECK(is(town.ask(signed_post(told("sim_change", "late", "+" + subscriber, last_week))), 200));
  CHECK(town.link().record.hold == store::MoneyHold::held);
}

TEST_CASE("a signed request that is not what it must be is said so") {
  HookTown town;
  const std::string good = told("sim_change", "e1", "+" + subscriber, "2026-11-25T22:00:00+03:00");
  const auto with = [&](const std::string& what, const std::string& instead) {
    std::string body = good;
    return body.replace(body.find(what), what.size(), instead);
  };
  const std::vector<std::string> bad{"",
                                     "[]",
                                     "{",
                                     "{}",
                                     "null",
                                     with("+963933123456", "963933123456"),
                                     with("+963933123456", "+0933123456"),
                                     with("sim_change", "explode"),
                                     with("2026-11-25", "2026-13-25"),
                                     with("2026-11-25", "2026-02-30"),
                                     with("+03:00", ""),
                                     with("22:00:00", "25:00:00"),
                                     with("\"e1\"", "\"\""),
                                     with("\"e1\"", "\"" + std::string(65, 'x') + "\""),
                                     with("\"e1\"", "7")};
  for (const std::string& body : bad) {
    CAPTURE(body);
    CHECK(is(town.ask(signed_post(body)), 400));
  }
  CHECK(town.history() == 1);
}

TEST_CASE("an operator without a secret tells nothing") {
  HookTown town;
  town.stop();
  town.configure = nullptr;
  town.start();
  const std::string body = told("recycled", "e1");
  const std::string now = stamp();
  CHECK(is(town.ask(post(body, now, companies::request_signature("", now, hook_path, body))), 401));
}

TEST_CASE("an operator is not answered before what it told is on disk") {
  HookTown town;
  std::optional<std::string> answer;
  {
    const CommitsHeld held = town.hold_commits();
    auto conversing = converse(town.daemon().http_port(), signed_post(told("sim_change", "e1")), answer);
    asio::co_spawn(town.loop.io, std::move(conversing), asio::detached);
    // Asked after it, on a connection of its own, and answered at once.
    CHECK(is(town.ask("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), 200));
    CHECK_FALSE(answer.has_value());
  }
  town.loop.until([&] { return answer.has_value(); });
  CHECK(contains(*answer, "\"done\""));
  CHECK(town.link().record.hold == store::MoneyHold::held);
}

}  // namespace shubbak::daemon::testing
