// Whoever means harm, or only has a bad line.
#include "tests/unit/admin/fixture.hpp"

namespace shubbak::admin::testing {
namespace {

const std::string get_me = "GET /me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

}  // namespace

TEST_CASE("what is wrong with a request is said in one form") {
  Office office;
  office.add("amal", "clerk");
  const std::string clerk = office.login("amal");
  Client client = office.client();
  const auto post = [&](const std::string& body, const std::string& type = "application/json") {
    return client.ask("POST", "/links/find", clerk, body, type);
  };
  CHECK(post("{}", "text/plain").code() == "wrong_type");
  CHECK(post(R"({"msisdn":"+963933123456"})", "Application/JSON; charset=utf-8").status == 200);
  const Reply bad_json = post("{\n  \"msisdn\": nonsense}");
  CHECK(bad_json.code() == "bad_request");
  CHECK(bad_json.message().find("line 2, octet 13") != std::string::npos);
  CHECK(post("").code() == "bad_request");
  CHECK(post("[]").code() == "bad_request");
  CHECK(post("{} {}").code() == "bad_request");
  CHECK(post("{}  \n").status == 422);
  CHECK(post(std::string(200, '[')).code() == "bad_request");
  CHECK(post("{\"msisdn\": \"\xff\"}").code() == "bad_request");
  CHECK(post(R"({"msisdn": 963933123456})").field() == "msisdn");
  CHECK(post(R"({"msisdn": ""})").field() == "msisdn");
  CHECK(post(R"({"msisdn": ")" + std::string(33, '1') + R"("})").field() == "msisdn");
  CHECK(post(R"({"number": "+963933123456"})").message().find("known are msisdn, national_id") != std::string::npos);

  CHECK(client.ask("GET", "/nothing").code() == "unknown_path");
  CHECK(client.ask("GET", "/flows/proposals/x/approve", clerk).code() == "unknown_path");
  CHECK(client.ask("GET", "/flows/proposals/99999999999999999999/approve", clerk).code() == "unknown_path");
  const Reply method = client.ask("DELETE", "/staff", clerk);
  CHECK(method.code() == "wrong_method");
  CHECK(method.headers.at("Allow") == "GET, POST");
  CHECK(client.ask("POST", "/logout", clerk, "{}").code() == "bad_request");  // takes no body
  const Reply me = client.ask("GET", "/me", clerk);
  CHECK(me.status == 200);
  CHECK(me.headers.at("Cache-Control") == "no-store");
  CHECK(client.ask("GET", "/me").headers.at("WWW-Authenticate") == "Bearer");
}

TEST_CASE("what is too large, or no HTTP, ends the connection with an answer") {
  Office office;
  CHECK(office.client().send_raw("GET /me HTTP/1.1\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n").code() ==
        "too_large");
  CHECK(office.client()
            .send_raw("POST /login HTTP/1.1\r\nContent-Length: 70000\r\n\r\n" + std::string(70'000, ' '))
            .code() == "too_large");
  CHECK(office.client()
            .send_raw("POST /login HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n11171\r\n" +
                      std::string(70'001, ' ') + "\r\n0\r\n\r\n")
            .code() == "too_large");
  for (const std::string octets : {"nonsense\r\n\r\n", "GET /me HTTP/9.9\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
                                   "POST /login HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                                   "POST /login HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"}) {
    INFO(octets);
    CHECK(office.client().send_raw(octets).code() == "bad_request");
  }
  CHECK(office.ask("GET", "/openapi.json").status == 200);
}

TEST_CASE("whoever dawdles is hung up on: in the handshake, in the header, in the body, between requests") {
  Office office(EndpointLimits{.request_timeout = 300ms});
  Client silent(office.port());
  CHECK(silent.is_socket_closed());
  for (const std::string octets : {"", "GET /me HT", "POST /login HTTP/1.1\r\nContent-Length: 10\r\n\r\n{"}) {
    Client client = office.client();
    if (!octets.empty()) client.write(octets);
    CHECK(client.is_closed());
  }
  Client kept = office.client();
  CHECK(kept.ask("GET", "/openapi.json").status == 200);
  CHECK(kept.is_closed());
  CHECK(office.ask("GET", "/openapi.json").status == 200);
}

TEST_CASE("garbage in place of a handshake, and TLS below 1.2, get nothing") {
  Office office;
  for (const std::string& octets :
       {get_me, std::string(5'000, '\x16'), std::string("\x16\x03\x01\xff\xff\x01", 6) + std::string(70'000, 'x')}) {
    asio::io_context io;
    tcp::socket socket(io);
    socket.connect({asio::ip::make_address("127.0.0.1"), office.port()});
    boost::system::error_code error;
    asio::write(socket, asio::buffer(octets), error);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), error);
    CHECK(answer.find("HTTP") == std::string::npos);
  }
  Client old(office.port(), ssl::context::no_tlsv1_2 | ssl::context::no_tlsv1_3);
  CHECK_THROWS(old.shake_hands());
  Client good(office.port(), ssl::context::no_tlsv1_3);
  good.shake_hands();
  CHECK(good.ask("GET", "/openapi.json").status == 200);
}

TEST_CASE("connections are bounded, by address too, and are taken again when others go") {
  Office office(EndpointLimits{.connections_max = 8, .connections_per_address_max = 4});
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<Client>(office.port()));
    clients.back()->shake_hands();
  }
  Client refused(office.port());
  CHECK(refused.is_socket_closed());
  CHECK(office.connections() == 4);
  for (const auto& client : clients) CHECK(client->ask("GET", "/openapi.json").status == 200);
  clients.clear();
  while (office.connections() > 0) std::this_thread::yield();
  CHECK(office.ask("GET", "/openapi.json").status == 200);
}

TEST_CASE("a client that vanishes while its password is judged takes nothing with it") {
  Office office;
  office.add("amal", "clerk");
  for (int i = 0; i < 8; ++i) {
    Client client = office.client();
    const std::string body = R"({"name":"amal","password":"a long password"})";
    client.write("POST /login HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " +
                 std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  CHECK(office.try_login("amal").status == 200);
  while (office.connections() > 0) std::this_thread::yield();
}

TEST_CASE("plain HTTP is for loopback only, and files that are none are told") {
  store::TempFolder folder;
  CHECK(server_context(folder.file("none"), folder.file("none")).error().message.find("admin.certificate") !=
        std::string::npos);
  write_certificate(folder.file("c"), folder.file("k"));
  write_certificate(folder.file("c2"), folder.file("k2"));
  CHECK(server_context(folder.file("c"), folder.file("k")).ok());
  CHECK(server_context(folder.file("c"), folder.file("k2")).error().message.find("admin.private_key") !=
        std::string::npos);
  Office office;
  asio::io_context loop;
  Endpoint plain(loop.get_executor(), office.world(), std::nullopt, {}, [](const Logged&) {});
  CHECK_FALSE(plain.listen("0.0.0.0", 0).ok());
  CHECK(plain.listen("127.0.0.1", 0).ok());
}

}  // namespace shubbak::admin::testing
