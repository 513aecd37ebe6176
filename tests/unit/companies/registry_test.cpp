// The register of persons, as the sample answers it and as it fails.
#include "companies/registry.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/companies/fixture.hpp"
#include "tests/unit/companies/raw_peer.hpp"

namespace shubbak::companies {
namespace {

using namespace std::chrono_literals;

struct Counter {
  explicit Counter(std::string url = {}, std::chrono::milliseconds timeout = patience)
      : registry(RegistryConfig{.url = url.empty() ? sample.url() + "/v1/persons/verify" : url,
                                .authorization = {},
                                .timeout = timeout,
                                .on_down = RegistryConfig::OnDown::refuse},
                 http) {}
  Result<RegistryAnswer> ask(const std::string& national_id) { return run(loop, registry.ask(person(national_id))); }

  SampleThread sample{{"register"}};
  boost::asio::io_context loop{1};
  HttpClient http{loop.get_executor(), {}};
  Registry registry;
};

}  // namespace

TEST_CASE("the register tells who exists, who does not, and who has died") {
  Counter counter;
  const auto known = counter.ask("01234567890");
  REQUIRE(known.ok());
  CHECK(known->standing == PersonStanding::exists);
  CHECK(known->initials == "A. H.");
  CHECK(counter.ask("06789012345")->standing == PersonStanding::unknown);
  CHECK(counter.ask("05678901234")->standing == PersonStanding::deceased);
}

TEST_CASE("a register that fails has said nothing, and says so in time") {
  struct Row {
    const char* national_id;
    Errc code;
  };
  // "0000" and a misbehaving account: samples/README.md.
  const std::vector<Row> rows{
      {"00009000001", Errc::timed_out},    // hangs
      {"00009000002", Errc::unavailable},  // resets
      {"00009000005", Errc::unavailable},  // huge
      {"00009000006", Errc::unavailable},  // garbage
      {"00009000007", Errc::unavailable},  // wrong types
      {"00009000008", Errc::unavailable},  // somebody else's
      {"00009000009", Errc::unavailable},  // 500
      {"00009000010", Errc::unavailable},  // an HTML page
      {"00009000011", Errc::unavailable},  // half an answer
      {"00009000012", Errc::unavailable},  // not HTTP
      {"00009000013", Errc::unavailable},  // endless headers
      {"00009000017", Errc::unavailable},  // deep
      {"00009000019", Errc::unavailable},  // redirects
      {"00009000020", Errc::unavailable},  // closes
  };
  for (const Row& row : rows) {
    CAPTURE(row.national_id);
    Counter counter({}, row.code == Errc::timed_out ? 200ms : patience);
    const auto answer = counter.ask(row.national_id);
    REQUIRE_FALSE(answer.ok());
    CHECK(answer.error().code == row.code);
    CHECK(answer.error().message.find(row.national_id) == std::string::npos);
  }
}

TEST_CASE("a register that is down is unavailable") {
  Counter counter("http://127.0.0.1:1/v1/persons/verify");
  const auto answer = counter.ask("01234567890");
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().code == Errc::unavailable);
}

TEST_CASE("the national number is in the body, and nowhere else") {
  std::string request;
  RawPeer peer([&](RawPeer::Socket& socket, int) {
    request = RawPeer::read_request(socket);
    RawPeer::write(socket, RawPeer::response(R"({"national_id":"01234567890","standing":"exists"})"));
  });
  Counter counter(peer.url());
  CHECK(counter.ask("01234567890")->standing == PersonStanding::exists);
  const std::size_t body = request.find("\r\n\r\n");
  CHECK(request.starts_with("POST /x HTTP/1.1\r\n"));
  CHECK(request.substr(0, body).find("01234567890") == std::string::npos);
  CHECK(request.substr(body + 4) == R"({"national_id":"01234567890","country":"SY"})");
}

}  // namespace shubbak::companies
