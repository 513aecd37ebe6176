// The parts of the API by themselves: the table and its document, JSON, tokens, passwords, limits.
#include <chrono>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "admin/bodies.hpp"
#include "admin/rate_limiter.hpp"
#include "admin/router.hpp"

namespace shubbak::admin {
namespace {

using namespace std::chrono_literals;

TEST_CASE("the document has every route of the table, and its schemas") {
  const boost::json::object document = openapi();
  const auto& paths = document.at("paths").as_object();
  std::size_t operations = 0;
  for (const auto& path : paths) operations += path.value().as_object().size();
  CHECK(operations == routes().size());
  for (const Route& route : routes()) {
    INFO(route.path);
    const auto& operation = paths.at(route.path).at(route.method == Method::get ? "get" : "post").as_object();
    CHECK(operation.contains("requestBody") == (route.body_schema != nullptr));
    CHECK(operation.contains("security") == (route.access != Access::everybody));
    CHECK(operation.at("responses").as_object().contains(std::to_string(route.status)));
    CHECK((route.status == 204) == (route.answer_schema == nullptr));
    CHECK((route.access == Access::permission) == route.permission.has_value());
  }
}

TEST_CASE("every route is found by its own path and method, and no two are one") {
  for (const Route& route : routes()) {
    std::string path(route.path);
    if (const auto at = path.find("{number}"); at != std::string::npos) path.replace(at, 8, "12");
    std::string allowed;
    const auto call = find_route(to_string(route.method), path, allowed);
    REQUIRE(call.ok());
    CHECK(call->route == &route);
    CHECK(call->number == (path == route.path ? 0 : 12));
    CHECK_FALSE(find_route(to_string(route.method), path + "/", allowed).ok());
    CHECK_FALSE(find_route(to_string(route.method), path + "?x=1", allowed).ok());
  }
  std::string allowed;
  for (const char* target : {"", "/", "*", "//", "me", "/flows/proposals/0/approve", "/flows/proposals/01/approve",
                             "/flows/proposals/+1/approve", "/flows/proposals/{number}/approve", "http://x/me"}) {
    INFO(target);
    CHECK(find_route("POST", target, allowed).error().code == Code::unknown_path);
  }
}

TEST_CASE("no path of the table holds a name or a number of a person") {
  for (const Route& route : routes()) {
    for (std::size_t at = route.path.find('{'); at != std::string_view::npos; at = route.path.find('{', at + 1))
      CHECK(route.path.substr(at).starts_with("{number}"));
  }
}

TEST_CASE("a token is 256 bits, another each time, and only its hash is compared") {
  const Token one = new_token();
  const Token other = new_token();
  CHECK(one.text.size() == 64);
  CHECK(one.text != other.text);
  CHECK(hash_of_token(one.text) == one.hash);
  CHECK(hash_of_token(other.text) != one.hash);
  for (const std::string& text : {std::string(), one.text.substr(1), one.text + "0", std::string(64, 'G')})
    CHECK_FALSE(hash_of_token(text).has_value());
  CHECK(token_of("Bearer abc") == "abc");
  CHECK(token_of("bearer abc") == "abc");
  CHECK(token_of("Basic abc").empty());
  CHECK(token_of("Bearer ").empty());
}

TEST_CASE("passwords are hashed with Argon2id and its costs as documented, salted") {
  const PasswordHasher hasher = PasswordHasher::create({}).value();
  const std::string hash = hasher.hash("a long password").value();
  CHECK(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"));
  CHECK(hasher.hash("a long password").value() != hash);
  CHECK(hasher.matches("a long password", &hash).value());
  CHECK_FALSE(hasher.matches("a long passwore", &hash).value());
  CHECK_FALSE(hasher.matches("a long password", nullptr).value());
  const std::string damaged = "$argon2id$v=19$m=65536";
  CHECK_FALSE(hasher.matches("a long password", &damaged).value());
}

// The same work for a name that nobody has: by processor time of this thread, which others cannot disturb much.
TEST_CASE("an unknown account costs what a known one does") {
  const PasswordHasher hasher = PasswordHasher::create({.passes = 2, .memory_octets = 8U << 20U}).value();
  const std::string hash = hasher.hash("a long password").value();
  const auto cost = [&](const std::string* of) {
    std::clock_t least = std::numeric_limits<std::clock_t>::max();
    for (int i = 0; i < 7; ++i) {
      const std::clock_t began = std::clock();
      CHECK_FALSE(hasher.matches("not the password", of).value());
      least = std::min(least, std::clock() - began);
    }
    return static_cast<double>(least);
  };
  const double ratio = cost(nullptr) / cost(&hash);
  CHECK(ratio > 0.5);
  CHECK(ratio < 2.0);
}

TEST_CASE("a limit counts by minute, and bounds how many it knows") {
  RateLimiter limiter(2, 3);
  const Instant now{10h};
  CHECK(limiter.admit("a", now));
  CHECK(limiter.admit("a", now + 1s));
  CHECK_FALSE(limiter.admit("a", now + 59s));
  CHECK(limiter.admit("b", now));
  CHECK(limiter.admit("c", now));
  CHECK_FALSE(limiter.admit("d", now));
  CHECK(limiter.admit("b", now));
  CHECK(limiter.admit("a", now + 60s));
}

TEST_CASE("what goes wrong inside is not told outside") {
  const ApiError error = api_error(Error{Errc::io, "database, committing: disk I/O error at /var/lib/x"});
  CHECK(error.code == Code::internal);
  CHECK(error.message.find("/var") == std::string::npos);
}

}  // namespace
}  // namespace shubbak::admin
