// Who may do what, and for how long.
#include <set>

#include "cases/case.hpp"
#include "domain/check_digit.hpp"
#include "payments/receipt.hpp"
#include "reconcile/match.hpp"
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
  const std::size_t half = GENERATE(0U, 1U);  // of all routes: strangers may ask so often a minute
  Office office;
  std::map<staff::Role, std::string> tokens;
  for (const staff::RoleName& role : staff::roles) {
    office.add(std::string(role.name), std::string(role.name));
    tokens[role.role] = office.login(std::string(role.name));
  }
  std::size_t place = 0;
  for (const Route& route : routes()) {
    INFO(to_string(route.method) << " " << route.path);
    if (route.access == Access::everybody || place++ % 2 != half) continue;
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

TEST_CASE("an overseer writes nothing: whatever route they ask, with a body that others may use, no row changes") {
  // What an overseer may POST: what is about their own session and password, and look-ups whose keys must not be in a
  // URL.
  const std::set<std::string_view> own{"/login", "/logout", "/password"};
  const std::set<std::string_view> look_ups{"/links/find",
                                            "/staff/find",
                                            "/audit/search",
                                            "/cash/payments/find",
                                            "/cash/top-ups/find",
                                            "/cash/statement",
                                            "/cash/report",
                                            "/cash/proposals/find",
                                            "/refunds/find",
                                            "/reconcile/report",
                                            "/reconcile/cases/find",
                                            "/reconcile/export",
                                            "/payments/open/find",
                                            "/payments/endings/find",
                                            "/cases/find",
                                            "/cases/show",
                                            "/broadcasts/find",
                                            "/fills/find",
                                            "/reports/payments",
                                            "/reports/payments/verify",
                                            "/reports/readings",
                                            "/reports/use",
                                            "/reports/cases",
                                            "/reports/cases/verify",
                                            "/reports/cases/stages",
                                            "/reports/cases/stages/verify",
                                            "/reports/cases/open",
                                            "/reports/collectors",
                                            "/reports/collectors/verify",
                                            "/polls/results"};
  const boost::json::object number{{"msisdn", "+963933123456"}};
  const std::string tracked = cases::tracking_number(123'456'789);
  const boost::json::object amal{{"name", "amal"}};
  const boost::json::object bill{{"key", "press-1"},    {"drawer", "clerk.post_7"},
                                 {"company", "aleppo"}, {"account", "2100345"},
                                 {"amount", 100},       {"currency", "SYP"}};
  const auto of_bill = [&](std::initializer_list<const char*> keys) {
    boost::json::object some;
    for (const char* key : keys) some[key] = bill.at(key);
    return some;
  };
  const boost::json::object report{{"from", "2026-09-01"}, {"to", "2026-09-30"}, {"by", boost::json::array{"day"}}};
  const std::map<std::string_view, boost::json::object> bodies{
      {"/staff",
       {{"name", "new"}, {"full_name", "New"}, {"password", password}, {"roles", boost::json::array{"admin"}}}},
      {"/staff/find", {}},
      {"/staff/roles", {{"name", "amal"}, {"roles", boost::json::array{"admin"}}}},
      {"/staff/disable", amal},
      {"/staff/enable", amal},
      {"/staff/password", {{"name", "amal"}, {"password", "another long one"}}},
      {"/links", {{"msisdn", "+963933123457"}, {"national_id", "01020304050"}}},
      {"/links/find", number},
      {"/links/verify", number},
      {"/links/clear-hold", number},
      {"/links/hold", number},
      {"/links/suspend", number},
      {"/links/resume", number},
      {"/links/release", number},
      {"/links/release-code", number},
      {"/links/relink-code", {{"msisdn", "+963933123456"}, {"national_id", "02030405060"}}},
      {"/links/relink", {{"msisdn", "+963933123456"}, {"national_id", "02030405060"}, {"code", "123456"}}},
      {"/links/reset-pin", number},
      {"/links/clear-tries", number},
      {"/links/email", {{"msisdn", "+963933123456"}, {"address", "amal@example.org"}}},
      {"/staff/phone", {{"name", "amal"}, {"msisdn", "+963933123458"}}},
      {"/staff/pin", {{"name", "amal"}, {"pin", "48261"}}},
      {"/flows/proposals",
       {{"note", "why"},
        {"files", {{{"name", "flows/pay.yaml"}, {"text", "text"}}}},
        {"removed", boost::json::array()}}},
      {"/audit/search", {}},
      {"/cash/drawers",
       {{"account", "clerk"}, {"directorate", "rif"}, {"office", "post_7"}, {"ceiling", 1'000}, {"currency", "SYP"}}},
      {"/cash/drawers/ceiling", {{"drawer", "clerk.post_7"}, {"ceiling", 2'000}}},
      {"/cash/quote", of_bill({"drawer", "company", "account", "amount", "currency"})},
      {"/cash/payments", bill},
      {"/cash/payments/find", of_bill({"drawer"})},
      {"/cash/payments/give-back",
       {{"key", "back-1"},
        {"drawer", "clerk.post_7"},
        {"receipt", payments::receipt_number(1)},
        {"amount", 100},
        {"currency", "SYP"}}},
      {"/cash/top-ups/find", of_bill({"drawer"})},
      {"/cash/top-ups",
       {{"key", "press-2"}, {"drawer", "clerk.post_7"}, {"card", "1234567890"}, {"amount", 5}, {"currency", "SYP"}}},
      {"/cash/deposits",
       {{"key", "slip-1"}, {"drawer", "clerk.post_7"}, {"amount", 5}, {"currency", "SYP"}, {"reference", "bank.1"}}},
      {"/cash/counts", {{"drawer", "clerk.post_7"}, {"counted", 0}, {"currency", "SYP"}}},
      {"/cash/statement", {{"drawer", "clerk.post_7"}, {"from", "2026-09-01"}, {"to", "2026-09-30"}}},
      {"/cash/report", {{"by", "account"}, {"from", "2026-09-01"}, {"to", "2026-09-30"}}},
      {"/cash/corrections",
       {{"drawer", "clerk.post_7"}, {"top_up", 1}, {"amount", 5}, {"currency", "SYP"}, {"reason", "mistyped"}}},
      {"/cash/write-offs", {{"drawer", "clerk.post_7"}, {"reason", "miscounted"}}},
      {"/cash/hand-overs", {{"drawer", "clerk.post_7"}, {"counted", 0}, {"currency", "SYP"}, {"reason", "retired"}}},
      {"/cash/proposals/find", {}},
      {"/refunds", {{"receipt", payments::receipt_number(1)}, {"reason", "paid_twice"}}},
      {"/refunds/find", {}},
      {"/payments/open/find", {}},
      {"/payments/endings", {{"payment", 1}, {"act", "settle"}, {"evidence", "letter of 12 Nov, D-7781"}}},
      {"/payments/endings/find", {}},
      {"/cases/find", {}},
      {"/cases/show", {{"tracking", tracked}}},
      {"/cases/take", {{"tracking", tracked}, {"version", 1}}},
      {"/cases/reply", {{"tracking", tracked}, {"version", 1}, {"text", "a crew is on its way"}}},
      {"/cases/move", {{"tracking", tracked}, {"version", 1}, {"stage", "crew"}}},
      {"/cases/resolve", {{"tracking", tracked}, {"version", 1}}},
      {"/cases/quote",
       {{"tracking", tracked}, {"version", 1}, {"amount", 5}, {"currency", "SYP"}, {"account", "2100345"}}},
      {"/cases/offer",
       {{"tracking", tracked},
        {"version", 1},
        {"team", "crew_1"},
        {"slots", boost::json::array{"2026-09-25 09:00-12:00", "2026-09-26 09:00-12:00"}}}},
      {"/cases/cancel-visit", {{"tracking", tracked}, {"version", 1}}},
      {"/cases/join", {{"tracking", tracked}, {"version", 1}, {"to", cases::tracking_number(223'456'789)}}},
      {"/cases/unjoin", {{"tracking", tracked}, {"version", 1}, {"reason", "another street"}}},
      {"/cases/visited", {{"tracking", tracked}, {"version", 1}, {"outcome", "absent"}}},
      {"/broadcasts/find", {}},
      {"/broadcasts",
       {{"kind", "outage"},
        {"texts", {{{"language", "ar"}, {"text", "انقطاع غداً"}}}},
        {"expires", "2026-09-25T12:00"}}},
      {"/reconcile/report", {{"company", "aleppo"}, {"day", "2026-09-01"}}},
      {"/bank/payments",
       {{"reference", "K-1"},
        {"company", "aleppo"},
        {"account", "2100345"},
        {"amount", 100},
        {"currency", "SYP"},
        {"paid_at", "2026-09-21T14:00:00Z"}}},
      {"/bank/payments/find", {{"reference", "K-1"}}},
      {"/fills/find", {}},
      {"/fills/redeem", {{"code", std::string("00000000007") + check_digit("00000000007")}, {"key", "press-1"}}},
      {"/reconcile/cases/find", {}},
      {"/reconcile/cases/resolve",
       {{"case", reconcile::case_number(1)}, {"how", "explained"}, {"note", "their ticket"}}},
      {"/reconcile/export", {{"company", "aleppo"}, {"day", "2026-09-01"}}},
      {"/reports/payments", report},
      {"/reports/payments/verify", report},
      {"/reports/readings", report},
      {"/reports/use", report},
      {"/reports/cases", report},
      {"/reports/cases/verify", report},
      {"/reports/cases/stages", report},
      {"/reports/cases/stages/verify", report},
      {"/reports/cases/open", {{"by", boost::json::array{"age"}}}},
      {"/reports/collectors", report},
      {"/reports/collectors/verify", report},
      {"/polls/results", {{"poll", "service"}}},
      {"/rollout", {{"service", "*"}, {"company", "*"}, {"share", 100}}},
      {"/rollout/clear", {{"service", "*"}, {"company", "*"}}}};
  Office office;
  for (const char* name :
       {"clerk", "cashier", "case_worker", "designer", "publisher", "overseer", "admin", "station", "bank"})
    office.add(name, name);
  office.add("amal", "clerk");
  const std::string clerk = office.login("clerk");
  REQUIRE(office.post("/links", clerk, {{"msisdn", "+963933123456"}, {"national_id", "01020304050"}}).status == 201);
  REQUIRE(office.post("/flows/proposals", office.login("designer"), bodies.at("/flows/proposals")).status == 201);
  REQUIRE(office.post("/cash/drawers", office.login("admin"), bodies.at("/cash/drawers")).status == 201);
  const std::string overseer = office.login("overseer");
  const std::string others[] = {clerk,
                                office.login("publisher"),
                                office.login("admin"),
                                office.login("cashier"),
                                office.login("case_worker"),
                                office.login("station"),
                                office.login("bank")};
  const auto asked = [&](const Route& route, const std::string& token) {
    const auto body = bodies.find(route.path);
    const auto text =
        route.body_schema == nullptr
            ? std::nullopt
            : std::optional(boost::json::serialize(body == bodies.end() ? boost::json::object() : body->second));
    return office.ask(std::string(to_string(route.method)), path_of(route), token, text);
  };

  const std::string before = office.database();
  REQUIRE(before.find("publisher") != std::string::npos);
  for (const Route& route : routes()) {
    INFO(route.path);
    if (own.contains(route.path)) continue;
    const Reply reply = asked(route, overseer);
    if (route.method == Method::get || look_ups.contains(route.path)) {
      if (route.permission) CHECK(staff::only_reads(*route.permission));
    } else {
      REQUIRE(route.permission.has_value());
      CHECK_FALSE(staff::permits(staff::Role::overseer, *route.permission));
      CHECK(reply.code() == "forbidden");
      REQUIRE((route.body_schema == nullptr || bodies.contains(route.path)));
    }
    CHECK(office.database() == before);
  }

  // The bodies are such as others may use: nobody is refused for what they wrote.
  for (const Route& route : routes()) {
    if (own.contains(route.path) || !route.permission) continue;
    INFO(route.path);
    const auto let_in = std::ranges::find_if(
        others, [&](const std::string& token) { return asked(route, token).code() != "forbidden"; });
    REQUIRE(let_in != std::end(others));
    const Reply reply = asked(route, *let_in);
    CHECK(reply.status != 400);
    CHECK(reply.status != 422);
  }
}

TEST_CASE("whatever a clerk changes of a number is done at an office of their own, by every route") {
  Office office;
  office.add("amal", "clerk@*/*/post_7");
  office.add("badr", "clerk@*/*/post_7");
  office.grant("badr", {"clerk@*/*/post_7", "clerk@homs/*/post_3", "cashier"});
  office.add("carl", "clerk");
  const std::string at_one = office.login("amal");
  const std::string at_two = office.login("badr");
  const std::string anywhere = office.login("carl");
  REQUIRE(office.post("/links", anywhere, {{"msisdn", "+963933123456"}, {"national_id", "01020304050"}}).status ==
          201);
  const std::string before = office.database();
  std::size_t routes_seen = 0;
  for (const Route& route : routes()) {
    if (!route.path.starts_with("/links") || !route.permission || staff::only_reads(*route.permission)) continue;
    INFO(route.path);
    ++routes_seen;
    boost::json::object body{{"msisdn", "+963933123457"}};
    const boost::json::object schema = route.body_schema();
    for (const auto& one : schema.at("required").as_array()) {
      if (one == "national_id") body["national_id"] = "01020304051";
      if (one == "code") body["code"] = "123456";
    }
    const std::string path(route.path);
    const auto asked_at = [&](const std::string& token, const char* where) {
      boost::json::object with = body;
      if (where != nullptr) with["office"] = where;
      return office.post(path, token, with);
    };
    for (const std::string& token : {at_one, at_two}) {
      const Reply elsewhere = asked_at(token, "post_8");
      CHECK(elsewhere.code() == "forbidden");
      CHECK(elsewhere.field() == "office");
      CHECK(elsewhere.message().find(token == at_one ? "serves at post_7" : "serves at post_3, post_7") !=
            std::string::npos);
    }
    const Reply which = asked_at(at_two, nullptr);
    CHECK(which.code() == "invalid");
    CHECK(which.field() == "office");
    CHECK(which.message().find("post_3, post_7") != std::string::npos);
    CHECK(asked_at(anywhere, "*").field() == "office");
    CHECK(office.database() == before);
  }
  CHECK(routes_seen == 13);
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
      {"/staff/password", {{"name", "clerk2"}, {"password", "another password"}}},
      {"/staff/phone", {{"name", "clerk3"}, {"msisdn", "+963933123457"}}},
      {"/staff/pin", {{"name", "clerk4"}, {"pin", "39517"}}}};
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

TEST_CASE("cash is handled at the drawer's office, by who keeps it, and brought in by another") {
  Office office;
  office.add("root", "admin");
  office.add("amal", "clerk@*/rif/post_7");
  office.add("badr", "clerk@*/rif/post_7");
  office.add("carl", "clerk@*/rif/post_8");
  office.add("dina", "cashier@*/rif/*");
  office.add("widad", "overseer");
  const std::string admin = office.login("root");
  const boost::json::object wanted{
      {"account", "amal"}, {"directorate", "rif"}, {"office", "post_7"}, {"ceiling", 1'000}, {"currency", "SYP"}};
  const auto opened_with = [&](const char* key, const boost::json::value& value) {
    boost::json::object body = wanted;
    body[key] = value;
    const Reply reply = office.post("/cash/drawers", admin, body);
    return std::to_string(reply.status) + " " + reply.field();
  };
  CHECK(opened_with("account", "nobody") == "404 account");
  CHECK(opened_with("account", "widad") == "422 account");  // may not take cash
  CHECK(opened_with("office", "post_8") == "422 account");  // not there
  CHECK(opened_with("office", "*") == "422 office");
  CHECK(opened_with("directorate", "*") == "422 directorate");
  CHECK(opened_with("currency", "EGP") == "422 currency");
  CHECK(opened_with("ceiling", -1) == "400 ceiling");
  CHECK(office.post("/cash/drawers", office.login("amal"), wanted).status == 403);
  const Reply made = office.post("/cash/drawers", admin, wanted);
  REQUIRE(made.status == 201);
  CHECK(made.body.at("name") == "amal.post_7");
  CHECK(made.body.at("ceiling") == 1'000);
  CHECK(office.post("/cash/drawers", admin, wanted).status == 409);

  REQUIRE(office.commit({store::PaymentChange(store::OpenWallet{
      NationalId::parse(Country::syria, "01020304050").value(), {"1234567890", Currency::SYP}, store::at(0)})}));
  boost::json::object top_up{
      {"key", "press-1"}, {"drawer", "amal.post_7"}, {"card", "1234567890"}, {"amount", 600}, {"currency", "SYP"}};
  const auto topped_up = [&](const std::string& who, const char* key, const boost::json::value& value) {
    boost::json::object body = top_up;
    body[key] = value;
    const Reply reply = office.post("/cash/top-ups", office.login(who), body);
    return std::to_string(reply.status) + " " + reply.field();
  };
  CHECK(topped_up("badr", "key", "press-1") == "403 drawer");  // another's drawer
  CHECK(topped_up("carl", "key", "press-1") == "403 drawer");  // another office's
  CHECK(topped_up("widad", "key", "press-1") == "403 ");
  CHECK(topped_up("amal", "drawer", "nobody.post_7") == "404 drawer");
  CHECK(topped_up("amal", "amount", 0) == "422 amount");
  CHECK(topped_up("amal", "amount", -5) == "400 amount");
  CHECK(topped_up("amal", "amount", 1'001) == "409 ");  // more than the drawer may hold
  CHECK(topped_up("amal", "currency", "KWD") == "422 currency");
  CHECK(topped_up("amal", "card", "1234567891") == "404 ");
  CHECK(topped_up("amal", "key", "no key") == "422 ");
  CHECK(topped_up("amal", "msisdn", "12") == "422 msisdn");
  CHECK(topped_up("amal", "amount", 600) == "200 ");
  CHECK(topped_up("amal", "amount", 600) == "200 ");  // pressed twice
  CHECK(topped_up("amal", "amount", 601) == "409 ");
  CHECK(topped_up("amal", "key", "press-2") == "409 ");  // the same, just now
  CHECK(topped_up("amal", "key", "refund.1") == "422 ");
  CHECK(topped_up("amal", "key", "b7-4711") == "422 key");  // a bank's
  // Who has lost the answer, and the key, finds both.
  const Reply listed = office.post("/cash/top-ups/find", office.login("amal"), {{"drawer", "amal.post_7"}});
  REQUIRE(listed.status == 200);
  REQUIRE(listed.body.at("top_ups").as_array().size() == 1);
  CHECK(listed.body.at("top_ups").at(0).at("key") == "press-1");
  CHECK(listed.body.at("top_ups").at(0).at("amount") == 600);
  CHECK(boost::json::serialize(listed.body).find("1234567890") == std::string::npos);
  CHECK(office.post("/cash/top-ups/find", office.login("carl"), {{"drawer", "amal.post_7"}}).status == 403);

  boost::json::object deposit{
      {"key", "slip-1"}, {"drawer", "amal.post_7"}, {"amount", 400}, {"currency", "SYP"}, {"reference", "bank.1"}};
  CHECK(office.post("/cash/deposits", office.login("amal"), deposit).status == 403);  // a clerk brings nothing in
  office.grant("amal", {"clerk@*/rif/post_7", "cashier@*/rif/post_7"});
  CHECK(office.post("/cash/deposits", office.login("amal"), deposit).status == 403);  // of her own
  const Reply brought = office.post("/cash/deposits", office.login("dina"), deposit);
  CHECK(brought.status == 200);
  CHECK(brought.body.at("holds") == 200);
  CHECK(office.post("/cash/deposits", office.login("dina"), deposit).body.at("holds") == 200);
  deposit["key"] = "b7-4711";
  CHECK(office.post("/cash/deposits", office.login("dina"), deposit).field() == "key");
  deposit["key"] = "slip-2";
  CHECK(office.post("/cash/deposits", office.login("dina"), deposit).status == 409);  // the slip is noted
  const boost::json::object count{{"drawer", "amal.post_7"}, {"counted", 190}, {"currency", "SYP"}};
  CHECK(office.post("/cash/counts", office.login("badr"), count).status == 403);
  const Reply counted = office.post("/cash/counts", office.login("amal"), count);
  CHECK(counted.body.at("missing") == 10);
  CHECK(counted.body.at("surplus") == 0);

  const boost::json::object days{{"drawer", "amal.post_7"}, {"from", "2026-09-21"}, {"to", "2026-09-21"}};
  CHECK(office.post("/cash/statement", office.login("carl"), days).status == 403);
  const Reply day = office.post("/cash/statement", office.login("widad"), days);
  REQUIRE(day.status == 200);
  CHECK(day.body.at("opening") == 0);
  CHECK(day.body.at("top_ups_minor") == 600);
  CHECK(day.body.at("deposits_minor") == 400);
  CHECK(day.body.at("closing") == 200);
  CHECK(day.body.at("adds_up") == true);
  CHECK(day.body.at("counts").as_array().size() == 1);
  const auto report = [&](const std::string& who, boost::json::object body) {
    body["from"] = "2026-09-21";
    body["to"] = "2026-09-21";
    return office.post("/cash/report", office.login(who), body);
  };
  CHECK(report("widad", {{"by", "nobody"}}).field() == "by");
  CHECK(report("widad", {{"by", "account"}}).body.at("rows").as_array().size() == 1);
  CHECK(report("amal", {{"by", "account"}}).status == 403);  // of all offices
  CHECK(report("amal", {{"by", "account"}, {"directorate", "rif"}, {"office", "post_7"}}).status == 200);
  CHECK(report("dina", {{"by", "office"}, {"directorate", "rif"}}).body.at("rows").as_array().size() == 1);
  CHECK(office
            .post("/cash/statement", office.login("widad"),
                  {{"drawer", "amal.post_7"}, {"from", "2026-09-22"}, {"to", "2026-09-21"}})
            .field() == "to");
  for (const auto& [to, status] : {std::pair{"2027-09-20", 200U}, std::pair{"2027-09-21", 422U}}) {
    const boost::json::object year{{"drawer", "amal.post_7"}, {"from", "2026-09-20"}, {"to", to}};
    CHECK(office.post("/cash/statement", office.login("widad"), year).status == status);
    const boost::json::object all{{"by", "office"}, {"from", "2026-09-20"}, {"to", to}};
    CHECK(office.post("/cash/report", office.login("widad"), all).status == status);
  }
  CHECK(office.ask("GET", "/cash/drawers", office.login("carl")).body.at("drawers").as_array().empty());
  CHECK(office.ask("GET", "/cash/drawers", office.login("badr")).body.at("drawers").as_array().size() == 1);
  CHECK(office.post("/cash/drawers/ceiling", admin, {{"drawer", "amal.post_7"}, {"ceiling", 5}}).body.at("ceiling") ==
        5);

  // Who takes for one company only.
  office.add("eman", "clerk@damascus/rif/post_7");
  boost::json::object of_eman = wanted;
  of_eman["account"] = "eman";
  REQUIRE(office.post("/cash/drawers", admin, of_eman).status == 201);
  boost::json::object bill{{"key", "press-9"},     {"drawer", "eman.post_7"}, {"company", "aleppo"},
                           {"account", "2100345"}, {"amount", 100},           {"currency", "SYP"}};
  boost::json::object asking = bill;
  asking.erase("key");
  CHECK(office.post("/cash/quote", office.login("eman"), asking).message().find("that company") != std::string::npos);
  asking["company"] = "damascus";
  CHECK(office.post("/cash/quote", office.login("eman"), asking).field() == "company");  // there is none here
  CHECK(office.post("/cash/quote", office.login("badr"), asking).field() == "drawer");   // another's
  const Reply of_another = office.post("/cash/payments", office.login("eman"), bill);
  CHECK(of_another.status == 403);
  CHECK(of_another.message().find("that company") != std::string::npos);
  bill["company"] = "damascus";
  CHECK(office.post("/cash/payments", office.login("eman"), bill).field() == "company");  // there is none here

  // Who may no more, may not, whatever session they have.
  const std::string amal = office.login("amal");
  office.grant("amal", {"case_worker"});
  CHECK(office.post("/cash/counts", amal, count).status == 401);
  CHECK(office.post("/cash/counts", office.login("amal"), count).status == 403);
}

}  // namespace shubbak::admin::testing
