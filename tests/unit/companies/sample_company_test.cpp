// The sample's promises, on which demo and bench build.
#include <set>

#include <catch2/catch.hpp>

#include "companies/http_client.hpp"
#include "samples/sample_company/billing.hpp"
#include "samples/sample_company/misbehaviour.hpp"
#include "tests/unit/companies/fixture.hpp"
#include "tests/unit/companies/raw_peer.hpp"

namespace shubbak::companies {

TEST_CASE("sample: neighbours never owe the same, so that a mixed-up answer shows") {
  std::set<std::int64_t> dues;
  for (std::uint64_t i = 0; i < 100'000; ++i) dues.insert(samples::generated_due_minor(1'000'000 + i, 2));
  CHECK(dues.size() == 100'000);
}

TEST_CASE("sample: a generated person owns one account, in one company") {
  const samples::Billing first("a", 0, 3, 1000);
  const samples::Billing second("b", 1, 3, 1000);
  CHECK(first.accounts_of("10000000999").body.find("1000999") != std::string::npos);
  CHECK(second.accounts_of("10000000999").body.find("1000999") == std::string::npos);
  CHECK(second.accounts_of("10000000001").body.find("1000001") != std::string::npos);
  CHECK(second.accounts_of("10000001000").body.find("account\":") == std::string::npos);
  CHECK(first.due("1000999").status == 200);
  CHECK(first.due("1001000").status == 404);
  CHECK(first.due("01000999").status == 404);
}

TEST_CASE("sample: a person is asked for by any text") {
  const samples::Billing billing("damascus", 0, 1, 0);
  for (const char* person : {"", "0", "000", "0000", "0001", "0002", "1", "00009000001", "nobody"}) {
    CAPTURE(person);
    CHECK(billing.accounts_of(person).status == 200);
    samples::misbehaviour_of_person(person, 0);
  }
}

TEST_CASE("sample: persons whose questions go wrong have national numbers of each country's form") {
  struct Odd {
    const char* national_id;
    char where;
    const char* account;
  };
  for (const Odd& expected : {Odd{"00019000009", '1', "9000009"}, Odd{"200010100095", '0', "9000009"},
                              Odd{"20001010100900", '0', "9000009"}, Odd{"20001010122100", '2', "9000021"}}) {
    CAPTURE(expected.national_id);
    const auto odd = samples::odd_person(expected.national_id);
    REQUIRE(odd);
    CHECK(odd->where == expected.where);
    CHECK(odd->account == expected.account);
  }
  for (const char* plain : {"01234567890", "288020122596", "29010280165195", "20001010192100"}) {
    CAPTURE(plain);
    CHECK_FALSE(samples::odd_person(plain));
  }
}

TEST_CASE("sample: a reference keeps its first answer and refuses another request") {
  samples::Billing billing("damascus", 0, 1, 0);
  const samples::Reply first = billing.submit_reading("4521007", 20'000, "r");
  CHECK(billing.submit_reading("4521007", 20'000, "r").body == first.body);
  CHECK(billing.submit_reading("4521007", 20'001, "r").status == 409);
  CHECK(billing.references() == 1);
  CHECK(billing.readings() == 1);
}

TEST_CASE("sample: requests in one piece, in single octets and several at once are answered in order") {
  SampleThread sample({"damascus"});
  boost::asio::io_context loop;
  boost::asio::ip::tcp::socket socket(loop);
  const std::string url = sample.url();
  const auto port = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
  socket.connect({boost::asio::ip::make_address("127.0.0.1"), port});
  const auto request = [](const std::string& account) {
    const std::string body = R"({"account":")" + account + "\"}";
    return "POST /v1/accounts/due HTTP/1.1\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  for (const char c : request("4521007")) RawPeer::write(socket, std::string(1, c));
  RawPeer::write(socket, request("4522330") + request("9000004") + request("1000000") + "nonsense\r\n\r\n");
  std::string answers;
  boost::system::error_code ended;
  boost::asio::read(socket, boost::asio::dynamic_buffer(answers), ended);  // nonsense ends the connection
  std::size_t at = 0;
  for (const char* account : {"4521007", "4522330", "9000004", "1000000", "bad_request"}) {
    CAPTURE(account);
    at = answers.find(account, at);
    REQUIRE(at != std::string::npos);
  }
}

TEST_CASE("sample: the statistics count what was asked") {
  SampleThread sample({"damascus"});
  boost::asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {});
  Company company(config_of("damascus", sample.url()), http);
  REQUIRE(run(loop, company.due("4521007", patience)));
  REQUIRE(run(loop, company.submit_reading("4521007", 20'000, "r-1", patience)));
  REQUIRE(run(loop, company.submit_reading("4521007", 20'000, "r-1", patience)));
  HttpRequest request;
  request.method = "GET";
  request.url = sample.url() + "/v1/stats";
  const HttpResult stats = run(loop, http.fetch(std::move(request)));
  REQUIRE(stats);
  CHECK(stats->body.find(R"("connections":1,)") != std::string::npos);
  CHECK(stats->body.find(R"("accounts_due":1,)") != std::string::npos);
  CHECK(stats->body.find(R"("readings":2,)") != std::string::npos);
  CHECK(stats->body.find(R"("readings_accepted":1,)") != std::string::npos);
  CHECK(stats->body.find(R"("references":1,)") != std::string::npos);
}

}  // namespace shubbak::companies
