// Who may do what, and for how long.
#include <set>

#include "tests/unit/admin/fixture.hpp"

namespace shubbak::admin::testing {
namespace {

std::string path_of(const Route& route) {
  std::string path(route.path);
  if (const auto at = path.find("{number}"); at != std::string::npos) path.replace(at, 8, "1");
  return path;
}

Reply ask(Office& office, const Route& route, const std::string& token) {
  const auto body = route.body_schema == nullptr ? std::nullopt : std::optional<std::string>("{}");
  return office.ask(std::string(to_string(route.method)), path_of(route), token, body);
}

}  // namespace

TEST_CASE("every route lets in exactly the roles that its permission names") {
  Office office;
  std::map<staff::Role, std::string> tokens;
  for (const staff::RoleName& role : staff::roles) {
    office.add(std::string(role.name), std::string(role.name));
    tokens[role.role] = office.login(std::string(role.name));
  }
  for (const Route& route : routes()) {
    INFO(to_string(route.method) << " " << route.path);
    if (route.access == Access::everybody) continue;
    const Reply stranger = ask(office, route, "");
    CHECK(stranger.status == 401);
    CHECK(stranger.code() == "unauthenticated");
    CHECK(ask(office, route, std::string(64, 'a')).status == 401);
    if (route.access != Access::permission) continue;
    for (const auto& [role, token] : tokens) {
      INFO(staff::to_string(role));
      const Reply reply = ask(office, route, token);
      const bool let_in = reply.status != 403 && reply.status != 401;
      CHECK(let_in == staff::permits(role, *route.permission));
      if (!let_in) CHECK(reply.code() == "forbidden");
    }
  }
}

TEST_CASE("an overseer writes nothing: every route that is not theirs alone, and not a look-up, refuses them") {
  // What an overseer may POST: what is about their own session and password, and look-ups whose keys must not be in a
  // URL.
  const std::set<std::string_view> own{"/login", "/logout", "/password", "/links/find", "/audit/search"};
  Office office;
  office.add("hind", "overseer");
  const std::string token = office.login("hind");
  std::size_t refused = 0;
  for (const Route& route : routes()) {
    INFO(route.path);
    if (route.method == Method::get || own.contains(route.path)) {
      if (route.permission) CHECK(staff::only_reads(*route.permission));
      continue;
    }
    REQUIRE(route.permission.has_value());
    CHECK_FALSE(staff::permits(staff::Role::overseer, *route.permission));
    CHECK(ask(office, route, token).code() == "forbidden");
    ++refused;
  }
  CHECK(refused == 19);
}

TEST_CASE("a wrong password and an unknown name are answered alike, and lock alike") {
  Office office;
  office.add("amal", "clerk");
  std::vector<std::string> told;
  for (const std::string name : {"amal", "nobody"}) {
    for (int i = 0; i < 5; ++i) {
      const Reply wrong = office.try_login(name, "not the password");
      CHECK(wrong.status == 401);
      told.push_back(boost::json::serialize(wrong.body));
    }
    const Reply locked = office.try_login(name);
    CHECK(locked.status == 429);
    CHECK(locked.code() == "locked");
    CHECK(locked.headers.at("Retry-After") == "30");
    told.push_back(boost::json::serialize(locked.body));
  }
  for (std::size_t i = 0; i < 6; ++i) CHECK(told[i] == told[i + 6]);
  office.advance(30s);
  CHECK(office.try_login("amal").status == 200);
  CHECK(office.try_login("nobody").status == 401);
}

TEST_CASE("an address that guesses for many accounts is locked for all of them") {
  Office office;
  office.add("amal", "clerk");
  for (int i = 0; i < 21; ++i) CHECK(office.try_login("name" + std::to_string(i)).status == 401);
  CHECK(office.try_login("amal").code() == "locked");
  office.advance(30s);
  CHECK(office.try_login("amal").status == 200);
}

TEST_CASE("passwords tried all at once are counted one by one") {
  Office office;
  office.add("amal", "clerk");
  std::vector<std::future<Reply>> tries;
  for (int i = 0; i < 16; ++i)
    tries.push_back(std::async(std::launch::async, [&] { return office.try_login("amal", "not the password"); }));
  int judged = 0;
  for (auto& one : tries) judged += one.get().status == 401 ? 1 : 0;
  CHECK(judged == 5);
}

TEST_CASE("a token is dead after a log-out, and the others of the account live on") {
  Office office;
  office.add("amal", "clerk");
  const std::string token = office.login("amal");
  const std::string other = office.login("amal");
  CHECK(token != other);
  CHECK(office.ask("GET", "/me", token).status == 200);
  CHECK(office.ask("POST", "/logout", token).status == 204);
  CHECK(office.ask("GET", "/me", token).status == 401);
  CHECK(office.ask("GET", "/me", other).status == 200);
}

TEST_CASE("a stolen token is worth nothing once the account is disabled, has other roles or another password") {
  Office office;
  office.add("root", "admin");
  const std::string admin = office.login("root");
  const std::vector<std::pair<std::string, boost::json::object>> changes{
      {"/staff/disable", {{"name", "clerk0"}}},
      {"/staff/roles", {{"name", "clerk1"}, {"roles", {"cashier"}}}},
      {"/staff/password", {{"name", "clerk2"}, {"password", "another password"}}}};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    INFO(changes[i].first);
    office.add("clerk" + std::to_string(i), "clerk");
    const std::string token = office.login("clerk" + std::to_string(i));
    CHECK(office.ask("GET", "/me", token).status == 200);
    CHECK(office.post(changes[i].first, admin, changes[i].second).status < 300);
    CHECK(office.ask("GET", "/me", token).status == 401);
    CHECK(office.post("/links/find", token, {{"msisdn", "+963933123456"}}).status == 401);
  }
  CHECK(office.try_login("clerk0").status == 401);
  CHECK(office.post("/staff/enable", admin, {{"name", "clerk0"}}).status == 200);
  CHECK(office.try_login("clerk0").status == 200);
  CHECK(office.try_login("clerk2").status == 401);
  CHECK(office.try_login("clerk2", "another password").status == 200);
}

TEST_CASE("a session ends after 30 minutes without use, and after 12 hours whatever its use") {
  Office office;
  office.add("amal", "clerk");
  // That a session was used is written behind.
  const auto pass = [&](std::chrono::milliseconds time) {
    office.on_loop([&] { office.store().flush(); });
    office.advance(time);
  };
  const std::string idle = office.login("amal");
  pass(30min - 1s);
  CHECK(office.ask("GET", "/me", idle).status == 200);
  pass(30min - 1s);
  CHECK(office.ask("GET", "/me", idle).status == 200);
  pass(30min);
  CHECK(office.ask("GET", "/me", idle).status == 401);
  const std::string busy = office.login("amal");
  for (int minutes = 0; minutes < 12 * 60; minutes += 20) {
    CHECK(office.ask("GET", "/me", busy).status == 200);
    pass(20min);
  }
  CHECK(office.ask("GET", "/me", busy).status == 401);
}

TEST_CASE("one's own password is changed with the old one, and every session ends") {
  Office office;
  office.add("amal", "clerk");
  const std::string token = office.login("amal");
  const auto change = [&](const std::string& old_one, const std::string& new_one) {
    return office.post("/password", token, {{"old_password", old_one}, {"new_password", new_one}});
  };
  const Reply wrong = change("not the password", "another password");
  CHECK(wrong.status == 403);
  CHECK(wrong.field() == "old_password");
  const Reply weak = change(password, "short");
  CHECK(weak.status == 422);
  CHECK(weak.field() == "new_password");
  CHECK(change(password, "another password").status == 204);
  CHECK(office.ask("GET", "/me", token).status == 401);
  CHECK(office.try_login("amal").status == 401);
  CHECK(office.try_login("amal", "another password").status == 200);
}

TEST_CASE("whoever has only the token cannot guess the password with it") {
  Office office;
  office.add("amal", "clerk");
  const std::string token = office.login("amal");
  for (int i = 0; i < 5; ++i)
    CHECK(
        office.post("/password", token, {{"old_password", "a guess"}, {"new_password", "another password"}}).status ==
        403);
  CHECK(office.post("/password", token, {{"old_password", password}, {"new_password", "another password"}}).code() ==
        "locked");
}

TEST_CASE("requests of one session are limited by the minute, others are served on") {
  Office office;
  office.add("amal", "clerk");
  const std::string token = office.login("amal");
  const std::string other = office.login("amal");
  Client client = office.client();
  std::size_t served = 0;
  Reply last;
  for (std::size_t i = 0; i <= Api::requests_per_minute_max; ++i) {
    last = client.ask("GET", "/me", token);
    served += last.status == 200 ? 1 : 0;
  }
  CHECK(served == Api::requests_per_minute_max);
  CHECK(last.code() == "too_many_requests");
  CHECK(last.headers.at("Retry-After") == "60");
  CHECK(client.ask("GET", "/me", other).status == 200);
}

}  // namespace shubbak::admin::testing
