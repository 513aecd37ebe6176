// Companies that connectors of their own describe, over real sockets: the sample water company, and peers that show
// who asks, how often, and how little once they have failed.
#include <array>
#include <atomic>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include "companies/company.hpp"
#include "companies/signature.hpp"
#include "connectors/connector_reader.hpp"
#include "samples/sample_water/server.hpp"
#include "tests/unit/companies/fixture.hpp"
#include "tests/unit/companies/raw_peer.hpp"

namespace shubbak::companies {

namespace {

using connectors::Breaker;
using std::chrono::milliseconds;

const std::string water_secret = "a secret & more";

connectors::SharedConnector connector_of(const std::string& text) {
  const std::map<std::string, std::string> environment{
      {"CLIENT_SECRET", water_secret}, {"KEY", "s3cret"}, {"PASSWORD", "open sesame"}};
  auto read = connectors::read_connector("x.yaml", text, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional(found->second);
  });
  if (!read) FAIL(flows::to_string(read.error().front()));
  return *read;
}

std::string text_of(const std::string& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

// The water company's real server in a thread of its own, and a company on the shipped description of it.
struct WaterTown {
  explicit WaterTown(std::uint32_t token_requests_max = 1'000'000,
                     milliseconds refused_after = connectors::token_age_min)
      : http(loop.get_executor(), {}) {
    auto listening = samples::WaterServer::listen(
        server_loop, {.client_secret = water_secret, .token_requests_max = token_requests_max});
    REQUIRE(listening);
    server = std::move(*listening);
    thread = std::thread([this] { server_loop.run(); });
    CompanyConfig config = config_of("water", "http://127.0.0.1:" + std::to_string(server->port()));
    config.authorization.clear();
    auto described = std::make_shared<connectors::Connector>(
        *connector_of(text_of(SHUBBAK_SOURCE_FOLDER "/tests/connected/connectors/sample_water.yaml")));
    described->oauth2->refused_after = refused_after;
    config.connector = described;
    company.emplace(std::move(config), http);
  }
  ~WaterTown() {
    server_loop.stop();
    thread.join();
  }
  WaterTown(const WaterTown&) = delete;
  WaterTown& operator=(const WaterTown&) = delete;

  Result<Due> due(const std::string& account) { return run(loop, company->due(account, patience)); }
  Result<PaymentAnswer> pay(const std::string& account, std::int64_t minor, const std::string& reference,
                            milliseconds timeout = patience, milliseconds left = std::chrono::minutes(5)) {
    return run(loop, company->pay({account, {minor, Currency::SYP}, reference, wall_now() + left}, timeout));
  }
  Result<PaymentAnswer> status(const std::string& account, std::int64_t minor, const std::string& reference) {
    return run(loop, company->payment_status(account, {minor, Currency::SYP}, reference, patience));
  }

  boost::asio::io_context server_loop{1};
  std::unique_ptr<samples::WaterServer> server;
  std::thread thread;
  boost::asio::io_context loop{1};
  HttpClient http;
  std::optional<Company> company;
};

// A company that keeps what it is asked, and answers with what due of 4521007 is, or with a bare status.
struct Witness {
  explicit Witness(const std::string& head, std::string status = "200 OK")
      : peer([this, status](RawPeer::Socket& socket, int) {
          for (std::string request = RawPeer::read_request(socket); !request.empty();
               request = RawPeer::read_request(socket)) {
            ++asked;
            seen.push_back(request);
            RawPeer::write(socket, RawPeer::response(R"({"account":"4521007","amount":7,"n":1})",
                                                     is_well ? std::string("200 OK") : status));
          }
        }),
        http(loop.get_executor(), {}) {
    CompanyConfig config = config_of("witness", peer.url());
    config.authorization.clear();
    config.connector = connector_of(head + R"(
operations:
  due:
    request: {path: /due, json: {a: "{account}"}}
    answer: {echo: {account: /account}, amount: {minor: /amount}, bills: /n}
    outcomes: [{is: ok, status: 200}, {is: garbage, status: 502}, {is: wait, status: 503, where: {/account: 4521007}}]
  pay:
    request: {path: /pay, json: {a: "{account}", m: "{amount_minor}", r: "{reference}"}}
    answer: {echo: {reference: /r}}
    outcomes: [{is: posted, status: 200, where: {/state: posted}, company_reference: /no}]
  payment_status:
    request: {path: /status, json: {r: "{reference}"}}
    answer: {echo: {reference: /r}}
    outcomes: [{is: posted, status: 200, where: {/state: posted}, company_reference: /no}]
)");
    company.emplace(std::move(config), http);
  }
  Result<Due> due() { return run(loop, company->due("4521007", patience)); }
  Result<PaymentAnswer> pay() {
    return run(loop, company->pay({"4521007", {100, Currency::SYP}, "pay-1", wall_now()}, patience));
  }
  // The value of a header of the last request.
  std::string header(const std::string& name) const {
    const std::string& request = seen.back();
    const std::size_t at = request.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + name.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
  }

  std::atomic<bool> is_well = false;
  std::atomic<int> asked = 0;
  std::vector<std::string> seen;  // read once the peer has answered
  RawPeer peer;
  boost::asio::io_context loop{1};
  HttpClient http;
  std::optional<Company> company;
};

// A company whose first request for a token is never answered.
struct TokenDesk {
  TokenDesk()
      : peer([this](RawPeer::Socket& socket, int) {
          for (std::string request = RawPeer::read_request(socket); !request.empty();
               request = RawPeer::read_request(socket)) {
            if (!request.starts_with("POST /x/token")) {
              RawPeer::write(socket, RawPeer::response(R"({"account":"4521007","amount":7,"n":1})"));
            } else if (++token_requests > 1) {
              RawPeer::write(socket, RawPeer::response(R"({"access_token":"t","token_type":"Bearer"})"));
            }
          }
        }),
        http(loop.get_executor(), {}) {
    CompanyConfig config = config_of("desk", peer.url());
    config.authorization.clear();
    config.connector = connector_of(R"(
auth: {oauth2: {token_path: /token, client_id: shubbak, client_secret: "${CLIENT_SECRET}"}}
breaker: {failures: 2, open_for: 1h}
operations:
  due:
    request: {path: /due, json: {a: "{account}"}}
    answer: {echo: {account: /account}, amount: {minor: /amount}, bills: /n}
    outcomes: [{is: ok, status: 200}]
)");
    company.emplace(std::move(config), http);
  }

  std::atomic<int> token_requests = 0;
  RawPeer peer;
  boost::asio::io_context loop{1};
  HttpClient http;
  std::optional<Company> company;
};

}  // namespace

TEST_CASE("a water company that speaks otherwise is asked and understood by its description alone") {
  WaterTown town;
  const auto accounts = run(town.loop, town.company->accounts(person("01234567890"), patience));
  REQUIRE(accounts);
  REQUIRE(accounts->size() == 2);
  CHECK(accounts->at(0).id == "700123");
  CHECK(accounts->at(0).label == "ماء المزة");
  CHECK(accounts->at(0).category == "private");
  const auto due = town.due("700123");
  REQUIRE(due);
  CHECK(due->amount == Money{3'025'050, Currency::SYP});
  CHECK(due->bills == 2);
  const auto bills = run(town.loop, town.company->bills("700123", patience));
  REQUIRE(bills);
  REQUIRE(bills->size() == 2);
  CHECK(bills->at(0).name == "INV-1");
  CHECK(bills->at(0).date == "2026-09-01");
  CHECK(bills->at(1).amount.minor == 1'775'050);
  const auto absent = town.due("700999");
  REQUIRE_FALSE(absent);
  CHECK(absent.error().code == Errc::not_found);
}

TEST_CASE("what a company's system does not have is no account of its persons, and no payment") {
  WaterTown town;
  const auto reading = run(town.loop, town.company->last_reading("700123", patience));
  REQUIRE_FALSE(reading);
  CHECK(reading.error().code == Errc::unavailable);
  const auto found =
      run(town.loop, town.company->find({person("01234567890"), "private", "700123", "any"}, patience));
  REQUIRE_FALSE(found);
  CHECK(found.error().code == Errc::not_found);
}

TEST_CASE("a payment at the water company is posted once, declined with its reason, and healed by its status") {
  WaterTown town;
  for (int i = 0; i < 2; ++i) {
    const auto posted = town.pay("700123", 10'050, "pay-1");
    REQUIRE(posted);
    CHECK(posted->state == PaymentState::posted);
    CHECK(posted->company_reference == "W-1");
  }
  const auto due = town.due("700123");
  REQUIRE(due);
  CHECK(due->amount.minor == 3'015'000);
  const auto declined = town.pay("700123", 999'999'999, "pay-2");
  REQUIRE(declined);
  CHECK(declined->state == PaymentState::declined);
  CHECK(declined->reason == "amount_too_high");
  const auto late = town.pay("700123", 100, "pay-3", patience, -std::chrono::minutes(1));
  REQUIRE(late);
  CHECK(late->reason == "too_late");
  const auto other = town.pay("700123", 200, "pay-1");  // 409
  REQUIRE_FALSE(other);
  CHECK(other.error().code == Errc::unavailable);
  const auto hung = town.pay("700900", 5'000, "pay-4", std::chrono::seconds(1));
  REQUIRE_FALSE(hung);
  CHECK(hung.error().code == Errc::timed_out);
  const auto healed = town.status("700900", 5'000, "pay-4");
  REQUIRE(healed);
  CHECK(healed->state == PaymentState::posted);
  const auto absent = town.status("700900", 5'000, "pay-5");
  REQUIRE(absent);
  CHECK(absent->state == PaymentState::absent);
  CHECK_FALSE(town.status("700900", 5'001, "pay-4"));
}

TEST_CASE("one token is got for all who ask at once, and kept") {
  WaterTown town;
  std::array<std::optional<Result<std::vector<Account>>>, 5> answers;
  for (auto& answer : answers) {
    boost::asio::co_spawn(town.loop, keep(town.company->accounts(person("01234567890"), patience), answer),
                          boost::asio::detached);
  }
  town.loop.run();
  for (const auto& answer : answers) CHECK(answer->ok());
  CHECK(town.due("700123"));
  CHECK(town.server->tokens_given() == 1);
}

TEST_CASE("a token that ends before its time is got anew, once, and the question asked again") {
  WaterTown town(2, milliseconds(0));
  for (int i = 0; i < 5; ++i) CHECK(run(town.loop, town.company->accounts(person("01234567890"), patience)));
  CHECK(town.server->tokens_given() == 3);
}

TEST_CASE("what moves money is not sent again with another token, and its status is asked with that") {
  WaterTown town(1, milliseconds(0));
  REQUIRE(town.pay("700123", 100, "pay-1"));
  const auto again = town.pay("700123", 100, "pay-1");
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Errc::unavailable);  // and so unknown
  CHECK(town.server->tokens_given() == 1);
  const auto status = town.status("700123", 100, "pay-1");
  REQUIRE(status);
  CHECK(status->company_reference == "W-1");
  CHECK(town.server->tokens_given() == 2);
}

TEST_CASE("a token that is refused as soon as it is given is not got again and again, and the company left alone") {
  SECTION("it is young") {
    WaterTown town(1);
    REQUIRE(town.due("700123"));  // with the only right of that token
    for (int i = 0; i < 5; ++i) {
      CHECK(town.company->takes_questions(std::chrono::steady_clock::now()));
      CHECK_FALSE(town.due("700900"));
    }
    CHECK_FALSE(town.company->takes_questions(std::chrono::steady_clock::now()));
    CHECK(town.server->tokens_given() == 1);
  }
  SECTION("it is the second one") {
    WaterTown town(0, milliseconds(0));
    for (int i = 0; i < 5; ++i) {
      CHECK(town.company->takes_questions(std::chrono::steady_clock::now()));
      CHECK_FALSE(town.due("700900"));
    }
    CHECK_FALSE(town.company->takes_questions(std::chrono::steady_clock::now()));
    CHECK(town.server->tokens_given() == 10);
  }
}

TEST_CASE("a second try that is refused here is no promise that nothing was sent") {
  std::atomic<int> asked = 0;
  RawPeer peer([&asked](RawPeer::Socket& socket, int) {
    for (std::string request = RawPeer::read_request(socket); !request.empty();
         request = RawPeer::read_request(socket)) {
      if (request.starts_with("POST /x/hang")) continue;
      if (request.starts_with("POST /x/token")) {
        RawPeer::write(socket, RawPeer::response(R"({"access_token":"t","token_type":"Bearer"})"));
      } else {
        RawPeer::write(socket, RawPeer::response("{}", ++asked == 1 ? "200 OK" : "401 Unauthorized"));
      }
    }
  });
  boost::asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {.requests_max = 1});
  CompanyConfig config = config_of("witness", peer.url());
  config.authorization.clear();
  config.connector = connector_of(R"(
auth: {oauth2: {token_path: /token, client_id: shubbak, client_secret: "${CLIENT_SECRET}"}}
operations:
  due:
    request: {path: /due, json: {a: "{account}"}}
    answer: {echo: {account: /account}, amount: {minor: /amount}, bills: /n}
    outcomes: [{is: ok, status: 200}]
  payment_status:
    request: {path: /status, json: {r: "{reference}"}}
    answer: {echo: {reference: /r}}
    outcomes: [{is: posted, status: 200, where: {/state: posted}, company_reference: /no}]
)");
  auto described = std::make_shared<connectors::Connector>(*config.connector);
  described->oauth2->refused_after = milliseconds(0);
  config.connector = described;
  Company company(std::move(config), http);
  const auto ask = [&] { return company.payment_status("4521007", {100, Currency::SYP}, "pay-1", patience); };
  CHECK_FALSE(run(loop, ask()));  // with a token, that is kept
  // Takes the only place as soon as it is free: between the 401 and the second try.
  const auto crowd = [](HttpClient& client, std::string url) -> boost::asio::awaitable<void> {
    for (bool is_refused = true; is_refused;) {
      HttpRequest request;
      request.url = url;
      request.timeout = soon;
      auto fetching = client.fetch(std::move(request));
      const HttpResult result = co_await std::move(fetching);
      is_refused = !result && result.error().failure == HttpFailure::refused;
    }
  };
  std::optional<Result<PaymentAnswer>> answer;
  boost::asio::co_spawn(loop, keep(ask(), answer), boost::asio::detached);
  boost::asio::co_spawn(loop, crowd(http, peer.url() + "/hang"), boost::asio::detached);
  loop.restart();
  loop.run();
  CHECK(asked == 2);
  REQUIRE(answer);
  REQUIRE_FALSE(*answer);
  CHECK(answer->error().code == Errc::unavailable);
  CHECK(company.counters().of(Outcome::overload) == 1);
}

TEST_CASE("who waits for another's token asks for one where that got none, and tells nothing of it") {
  TokenDesk desk;
  const auto ask = [&](milliseconds timeout) { return desk.company->due("4521007", timeout); };
  std::optional<Result<Due>> asker;
  std::optional<Result<Due>> waiter;
  SECTION("it has time left") {
    boost::asio::co_spawn(desk.loop, keep(ask(soon), asker), boost::asio::detached);
    boost::asio::co_spawn(desk.loop, keep(ask(patience), waiter), boost::asio::detached);
    desk.loop.run();
    CHECK(waiter->ok());
    CHECK(desk.token_requests == 2);
  }
  SECTION("it has none") {
    boost::asio::co_spawn(desk.loop, keep(ask(soon), asker), boost::asio::detached);
    boost::asio::co_spawn(desk.loop, keep(ask(soon / 5), waiter), boost::asio::detached);
    desk.loop.run();
    REQUIRE_FALSE(*waiter);
    CHECK(waiter->error().code == Errc::timed_out);
    CHECK(desk.token_requests == 1);
    CHECK(desk.company->takes_questions(std::chrono::steady_clock::now()));  // one failure, of two that are too many
  }
  REQUIRE_FALSE(*asker);
  CHECK(asker->error().code == Errc::timed_out);
}

TEST_CASE("where no token is to be had nothing was sent") {
  WaterTown town;
  CompanyConfig config = town.company->config();
  auto wrong = std::make_shared<connectors::Connector>(*config.connector);
  wrong->oauth2->client_secret = "another one";
  config.connector = wrong;
  Company company(std::move(config), town.http);
  const auto paid = run(town.loop, company.pay({"700123", {100, Currency::SYP}, "pay-1", wall_now()}, patience));
  REQUIRE_FALSE(paid);
  CHECK(paid.error().code == Errc::limit);
  CHECK(paid.error().message.find("another one") == std::string::npos);
  CHECK(town.server->tokens_given() == 0);
}

TEST_CASE("an API key, a password and a signature go out as described") {
  SECTION("key") {
    Witness witness("auth: {api_key: {header: X-Api-Key, value: \"${KEY}\"}}");
    REQUIRE(witness.due());
    CHECK(witness.header("X-Api-Key") == "s3cret");
  }
  SECTION("password") {
    Witness witness("auth: {basic: {user: Aladdin, password: \"${PASSWORD}\"}}");
    REQUIRE(witness.due());
    CHECK(witness.header("Authorization") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  }
  SECTION("signature") {
    Witness witness(
        "auth: {hmac: {secret: \"${KEY}\", over: [method, target, timestamp, body], separator: \"\\n\", "
        "signature_header: X-Sign, timestamp_header: X-Time, key_header: X-Id, key_id: shubbak, encoding: base64}}");
    REQUIRE(witness.due());
    CHECK(witness.header("X-Id") == "shubbak");
    const std::string text = "POST\n/x/due\n" + witness.header("X-Time") + "\n{\"a\":\"4521007\"}";
    CHECK(witness.header("X-Sign") == base64_of(hmac_sha256("s3cret", text)));
  }
  SECTION("none") {
    Witness witness("auth: none");
    REQUIRE(witness.due());
    CHECK(witness.header("Authorization").empty());
  }
}

TEST_CASE("HMAC-SHA-256 and base 64 are those of RFC 4231 and RFC 4648") {
  CHECK(hex_of(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(base64_of("") == "");
  CHECK(base64_of("f") == "Zg==");
  CHECK(base64_of("fo") == "Zm8=");
  CHECK(base64_of("foobar") == "Zm9vYmFy");
}

TEST_CASE("a company that fails in a row is left alone, then tried by one question that moves no money") {
  Witness witness("breaker: {failures: 3, open_for: 100ms}", "500 Internal Server Error");
  for (int i = 0; i < 3; ++i) CHECK_FALSE(witness.due());
  CHECK(witness.asked == 3);
  CHECK_FALSE(witness.company->takes_questions(std::chrono::steady_clock::now()));
  const auto refused = witness.due();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unavailable);
  const auto unpaid = witness.pay();
  REQUIRE_FALSE(unpaid);
  CHECK(unpaid.error().code == Errc::limit);  // nothing was sent
  CHECK(witness.asked == 3);
  CHECK(witness.company->counters().of(Outcome::cut_off) == 2);
  witness.is_well = true;
  boost::asio::steady_timer timer(witness.loop, milliseconds(100));
  run(witness.loop, [](boost::asio::steady_timer& waited) -> boost::asio::awaitable<int> {
    co_await waited.async_wait(boost::asio::use_awaitable);
    co_return 0;
  }(timer));
  CHECK(witness.company->breaker_state(std::chrono::steady_clock::now()) == Breaker::State::half_open);
  CHECK_FALSE(witness.pay());
  CHECK(witness.asked == 3);
  CHECK(witness.due());
  CHECK(witness.company->breaker_state(std::chrono::steady_clock::now()) == Breaker::State::closed);
}

TEST_CASE("an answer that is wrong about one account does not close a company's door") {
  Witness witness("breaker: {failures: 1, open_for: 1h}", "404 Not Found");
  for (int i = 0; i < 3; ++i) CHECK_FALSE(witness.due());
  CHECK(witness.asked == 3);
}

TEST_CASE("a question for which we had no time says nothing against a company") {
  Witness witness("breaker: {failures: 1, open_for: 1h}");
  witness.is_well = true;
  const auto late = run(witness.loop, witness.company->due("4521007", milliseconds(0)));
  REQUIRE_FALSE(late);
  CHECK(late.error().code == Errc::timed_out);
  CHECK(witness.asked == 0);
  CHECK(witness.due());
}

TEST_CASE("a status of 5xx that the description names is an answer, but for garbage") {
  Witness busy("breaker: {failures: 1, open_for: 1h}", "503 Service Unavailable");
  for (int i = 0; i < 3; ++i) CHECK_FALSE(busy.due());
  CHECK(busy.asked == 3);
  Witness broken("breaker: {failures: 1, open_for: 1h}", "502 Bad Gateway");
  for (int i = 0; i < 3; ++i) CHECK_FALSE(broken.due());
  CHECK(broken.asked == 1);
}

TEST_CASE("no more is asked at once than the description says") {
  Witness witness("concurrent_max: 1");
  witness.is_well = true;
  std::array<std::optional<Result<Due>>, 3> answers;
  for (auto& answer : answers) {
    boost::asio::co_spawn(witness.loop, keep(witness.company->due("4521007", patience), answer),
                          boost::asio::detached);
  }
  witness.loop.run();
  CHECK(answers[0]->ok());
  for (const std::size_t refused : {1U, 2U}) {
    REQUIRE_FALSE(*answers[refused]);
    CHECK(answers[refused]->error().code == Errc::limit);
  }
  CHECK(witness.due());
}

TEST_CASE("a company may end before the loop that still holds a question to it") {
  RawPeer peer([](RawPeer::Socket& socket, int) {
    while (!RawPeer::read_request(socket).empty()) continue;  // never answers
  });
  auto loop = std::make_unique<boost::asio::io_context>(1);
  auto http = std::make_unique<HttpClient>(loop->get_executor(), HttpLimits{});
  auto company = std::make_unique<Company>(config_of("silent", peer.url()), *http);
  std::optional<Result<Due>> answer;
  boost::asio::co_spawn(*loop, keep(company->due("4521007", patience), answer), boost::asio::detached);
  loop->poll();
  REQUIRE(http->requests_under_way() == 1);
  company.reset();
  http.reset();
  loop.reset();
  CHECK_FALSE(answer);
}

TEST_CASE("what is due is kept for a while, for its account alone, and not over a payment") {
  WaterTown town;
  REQUIRE(town.due("700123"));
  REQUIRE(town.due("700123"));
  REQUIRE(town.due("700900"));
  CHECK(town.company->counters().cache_hits() == 1);
  REQUIRE(town.pay("700123", 100, "pay-1"));
  const auto due = town.due("700123");
  REQUIRE(due);
  CHECK(due->amount.minor == 3'024'950);
  CHECK(town.company->counters().cache_hits() == 1);
  REQUIRE(town.due("700900"));
  CHECK(town.company->counters().cache_hits() == 2);
}

}  // namespace shubbak::companies
