// What we ask of a gateway of bank cards and what it may answer, against the sample gateway, which signs and verifies
// by code of its own, and against peers that answer wrongly.
#include "companies/card_gateway.hpp"

#include "companies/signature.hpp"
#include "tests/unit/companies/gateway_fixture.hpp"
#include "tests/unit/companies/raw_peer.hpp"

namespace shubbak::companies {
namespace {

using State = GatewayNotice::State;

struct GatewayDesk {
  explicit GatewayDesk(std::string url)
      : http(loop.get_executor(), {}), gateway(gateway_config(std::move(url)), http) {}
  Result<std::string> open(const CardOrder& order = card_order()) { return run(loop, gateway.open(order, patience)); }
  Result<GatewayNotice> status(const std::string& reference = "order.1") {
    return run(loop, gateway.status(reference, patience));
  }
  // A press on the page.
  long press(const std::string& url) {
    HttpRequest request;
    request.url = url;
    return run(loop, http.fetch(std::move(request)))->status;
  }
  boost::asio::io_context loop{1};
  HttpClient http;
  CardGateway gateway;
};

std::string answer_of(const std::string& body, const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string session(const std::string& url, const std::string& reference = "order.1",
                    const std::string& amount = "30000", const std::string& currency = "SYP") {
  return R"({"reference":")" + reference + R"(","amount_minor":)" + amount + R"(,"currency":")" + currency +
         R"(","url":")" + url + R"("})";
}

}  // namespace

TEST_CASE("a link goes to a page that a phone may open: https, or this machine, and no longer than an SMS bears") {
  for (const char* good : {"https://pay.example/abc", "https://pay.example:8443/a?b=c#d",
                           "http://127.0.0.1:8090/pay/1", "http://localhost/pay", "http://[::1]:8090/pay"}) {
    INFO(good);
    CHECK(is_payment_url(good));
  }
  for (const char* bad : {"",
                          "https://",
                          "https:///x",
                          "http://pay.example/abc",
                          "http://127.evil.example@pay.example/",
                          "ftp://127.0.0.1/",
                          "javascript:alert(1)",
                          "https://pay.example/a b",
                          "https://pay.example/\"",
                          "https://pay.example/\xD8\xA7",
                          "https://user@pay.example/",
                          "https://pay.example/\n",
                          "HTTPS://pay.example/",
                          "http://1270.0.0.1/",
                          "http://127.evil.example/",
                          "http://127.0.0.1.evil.example/",
                          "http://127.0.0/",
                          "http://127.0.0.256/",
                          "http://127.0.0.1.1/",
                          "http://127.0..1/",
                          "http://127.0.0.-1/",
                          "http://127.0.0.+1/"}) {
    INFO(bad);
    CHECK_FALSE(is_payment_url(bad));
  }
  CHECK(is_payment_url("https://pay.example/" + std::string(payment_url_octets_max - 20, 'x')));
  CHECK_FALSE(is_payment_url("https://pay.example/" + std::string(payment_url_octets_max - 19, 'x')));
}

TEST_CASE("what a gateway tells is read strictly") {
  const std::string good =
      R"({"reference":"order.1","state":"charged","transaction":"G-1","amount_minor":30000,"currency":"SYP"})";
  const auto notice = read_notice(good);
  REQUIRE(notice.ok());
  CHECK(notice->reference == "order.1");
  CHECK(notice->state == State::charged);
  CHECK(notice->transaction == "G-1");
  CHECK(notice->amount == Money{30'000, Currency::SYP});
  CHECK(read_notice(R"({"reference":"order.1","state":"failed"})")->state == State::failed);
  CHECK(read_notice(R"({"reference":"order.1","state":"cancelled","more":[1]})")->state == State::cancelled);
  const auto with = [&](const std::string& what, const std::string& instead) {
    std::string body = good;
    return body.replace(body.find(what), what.size(), instead);
  };
  for (const std::string& bad : {std::string(),
                                 std::string("[]"),
                                 std::string("{"),
                                 std::string("{}"),
                                 std::string(100, '['),
                                 with("\"order.1\"", "\"\""),
                                 with("\"order.1\"", "7"),
                                 with("order.1", "order 1"),
                                 with("order.1", "a:b"),
                                 with("order.1", std::string(65, 'x')),
                                 with("charged", "paid"),
                                 with("\"G-1\"", "null"),
                                 with("G-1", "G 1"),
                                 with("G-1", std::string(41, 'x')),
                                 with("30000", "0"),
                                 with("30000", "-1"),
                                 with("30000", "300.00"),
                                 with("30000", "\"30000\""),
                                 with("30000", "1000000000000001"),
                                 with("SYP", "USD"),
                                 with("SYP", "syp"),
                                 with(",\"transaction\":\"G-1\"", ""),
                                 with("\"amount_minor\":30000,", "")}) {
    INFO(bad);
    const auto read = read_notice(bad);
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().code == Errc::malformed);
  }
}

TEST_CASE("the path of a callback names its gateway") {
  CHECK(callback_path("sample") == "/gateway/sample/callback");
  CHECK(gateway_named_in("/gateway/sample/callback") == "sample");
  for (const char* other :
       {"/gateway//callback", "/gateway/callback", "/operator/x/sim-change", "/gateway/x/callback/", ""})
    CHECK(gateway_named_in(other).empty());
}

TEST_CASE("a signature is the signer's over this request, at this time") {
  const WallTime now{std::chrono::seconds(1'790'000'000)};
  const std::string stamp = timestamp_of(now);
  const std::string right = request_signature("key", stamp, "/x", "{}");
  CHECK(is_signed({stamp, right, "/x", "{}"}, "key", now));
  CHECK(is_signed({stamp, right, "/x", "{}"}, "key", now + peer_clock_window));
  CHECK_FALSE(is_signed({stamp, right, "/x", "{}"}, "key", now + peer_clock_window + std::chrono::seconds(1)));
  CHECK_FALSE(is_signed({stamp, right, "/y", "{}"}, "key", now));
  CHECK_FALSE(is_signed({stamp, right, "/x", "{ }"}, "key", now));
  CHECK_FALSE(is_signed({stamp, right, "/x", "{}"}, "other", now));
  CHECK_FALSE(is_signed({stamp, request_signature("", stamp, "/x", "{}"), "/x", "{}"}, "", now));
}

TEST_CASE("an order gets a link, the same however often it is asked for, and tells what became of it") {
  const GatewayThread sample;
  GatewayDesk desk(sample.url());
  const auto url = desk.open();
  REQUIRE(url.ok());
  CHECK(url->starts_with(sample.url() + "/pay/"));
  CHECK(desk.open().value() == *url);
  CHECK(desk.open(card_order("order.2")).value() != *url);
  CHECK(desk.open(card_order("order.1", 30'001)).error().code == Errc::unavailable);  // it has another of that name
  CHECK(desk.status()->state == State::open);
  CHECK(desk.status("nobody")->state == State::absent);
  CHECK(desk.press(*url + "?how=never") == 200);
  const auto charged = desk.status();
  CHECK(charged->state == State::charged);
  CHECK(charged->amount == Money{30'000, Currency::SYP});
  CHECK(charged->transaction == "G-1");
  CHECK(desk.press(*url + "?how=never") == 409);
  CHECK(desk.press(desk.open(card_order("order.2")).value() + "?how=cancel") == 200);
  CHECK(desk.status("order.2")->state == State::cancelled);
}

TEST_CASE("what we did not sign the gateway refuses plainly, one that fails may have the order") {
  const GatewayThread sample({.refuse_first = 1});
  GatewayDesk desk(sample.url());
  CHECK(desk.open().error().code == Errc::unavailable);
  CHECK(desk.open().ok());
  CardGatewayConfig stranger = gateway_config(sample.url());
  stranger.secret = "another secret that is long enough";
  CardGateway other(stranger, desk.http);
  CHECK(run(desk.loop, other.open(card_order(), patience)).error().code == Errc::denied);
  GatewayDesk nowhere("http://127.0.0.1:1");
  CHECK(nowhere.open().error().code == Errc::limit);
  CHECK(nowhere.status().error().code == Errc::limit);
}

TEST_CASE("a gateway that is busy, or in a race with itself, has refused nothing") {
  for (const auto& [status, code] : std::vector<std::pair<std::string, Errc>>{{"400 Bad Request", Errc::denied},
                                                                              {"403 Forbidden", Errc::denied},
                                                                              {"422 Unprocessable", Errc::denied},
                                                                              {"408 Timeout", Errc::unavailable},
                                                                              {"409 Conflict", Errc::unavailable},
                                                                              {"425 Too Early", Errc::unavailable},
                                                                              {"429 Too Many", Errc::unavailable},
                                                                              {"500 Error", Errc::unavailable}}) {
    INFO(status);
    const RawPeer peer([&status = status](RawPeer::Socket& socket, int) {
      while (!RawPeer::read_request(socket).empty()) RawPeer::write(socket, RawPeer::response("{}", status));
    });
    GatewayDesk desk(peer.url());
    CHECK(desk.open().error().code == code);
  }
}

TEST_CASE("an answer that is not of this order, or brings no link that is one, is none") {
  const std::string good = "https://pay.example/abc";
  std::vector<std::string> bad{answer_of("{}"),
                               answer_of("not JSON"),
                               answer_of(session(good, "order.2")),
                               answer_of(session(good, "order.1", "30001")),
                               answer_of(session(good, "order.1", "30000", "EGP")),
                               answer_of(session("http://pay.example/abc")),
                               answer_of(session("https://pay.example/" + std::string(100, 'x'))),
                               answer_of(session(good), "500 Oops"),
                               answer_of(session(good), "302 Found")};
  for (const std::string& answer : bad) {
    INFO(answer);
    const RawPeer peer([&](RawPeer::Socket& socket, int) {
      while (!RawPeer::read_request(socket).empty()) {
        if (!RawPeer::write(socket, answer)) return;
      }
    });
    GatewayDesk desk(peer.url());
    CHECK(desk.open().error().code == Errc::unavailable);
    CHECK(desk.status().error().code == Errc::unavailable);
  }
}

TEST_CASE("what is asked is signed over path and body, and carries the order's key") {
  std::string request;
  const RawPeer peer([&](RawPeer::Socket& socket, int) {
    request = RawPeer::read_request(socket);
    RawPeer::write(socket, answer_of(session("https://pay.example/abc")));
  });
  GatewayDesk desk(peer.url());
  CHECK(desk.open().value() == "https://pay.example/abc");
  const auto header = [&](const std::string& name) {
    const std::size_t at = request.find(name + ": ");
    REQUIRE(at != std::string::npos);
    const std::size_t from = at + name.size() + 2;
    return request.substr(from, request.find("\r\n", from) - from);
  };
  const std::string body = request.substr(request.find("\r\n\r\n") + 4);
  CHECK(request.starts_with("POST /x/v1/sessions HTTP/1.1"));
  CHECK(header("Idempotency-Key") == "order.1");
  CHECK(header("X-Shubbak-Signature") ==
        request_signature(gateway_secret, header("X-Shubbak-Timestamp"), "/x/v1/sessions", body));
  CHECK(body.find(R"("callback_url":"http://127.0.0.1:1/gateway/sample/callback")") != std::string::npos);
  CHECK(body.find(R"("amount_minor":30000)") != std::string::npos);
}

}  // namespace shubbak::companies
