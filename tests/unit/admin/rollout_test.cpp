// Roll-out switches over the API.
#include "tests/unit/admin/fixture.hpp"

namespace shubbak::admin::testing {

TEST_CASE("who publishes switches services over the API, an overseer reads it, and nobody else does either") {
  Office office;
  for (const char* role : {"clerk", "publisher", "admin", "overseer"}) office.add(role, role);
  const std::string publisher = office.login("publisher");
  const std::string overseer = office.login("overseer");
  const Reply nothing = office.ask("GET", "/rollout", overseer);
  REQUIRE(nothing.status == 200);
  CHECK(nothing.body.at("switches").as_array().empty());
  CHECK(boost::json::serialize(nothing.body.at("services")).find(R"("payments","payments.cash")") !=
        std::string::npos);

  const boost::json::object wanted{{"service", "payments"},
                                   {"company", "*"},
                                   {"from", "2026-12-01"},
                                   {"until", "2026-12-31T18:30"},
                                   {"share", 10}};
  CHECK(office.post("/rollout", overseer, wanted).status == 403);
  CHECK(office.post("/rollout", office.login("clerk"), wanted).status == 403);
  CHECK(office.ask("GET", "/rollout", office.login("clerk")).status == 403);
  const Reply set = office.post("/rollout", publisher, wanted);
  REQUIRE(set.status == 200);
  CHECK(boost::json::serialize(set.body) ==
        R"({"service":"payments","company":"*","from":"2026-12-01T00:00:00Z","until":"2026-12-31T18:30:00Z",)"
        R"("share":10,"source":"here","by":"publisher","changed":"2026-09-21T14:13:20Z"})");
  const Reply listed = office.ask("GET", "/rollout", overseer);
  REQUIRE(listed.body.at("switches").as_array().size() == 1);
  CHECK(listed.body.at("switches").as_array().front() == set.body);

  const boost::json::object same{{"service", "payments"}, {"company", "*"}};
  CHECK(office.post("/rollout/clear", overseer, same).status == 403);
  CHECK(office.post("/rollout/clear", office.login("admin"), same).status == 204);
  CHECK(office.post("/rollout/clear", publisher, same).status == 404);
  CHECK(office.ask("GET", "/rollout", overseer).body.at("switches").as_array().empty());
}

TEST_CASE("a switch that is wrong is refused with its field, and changes nothing") {
  Office office;
  office.add("root", "admin");
  const std::string admin = office.login("root");
  const auto field_with = [&](const char* key, const boost::json::value& value) {
    boost::json::object body{{"service", "payments"}, {"company", "*"}, {"from", "2026-12-01"}, {"share", 10}};
    body[key] = value;
    const Reply reply = office.post("/rollout", admin, body);
    CHECK(reply.status == 422);
    return reply.field();
  };
  CHECK(field_with("service", "paymnts") == "service");
  CHECK(field_with("company", "nobody") == "company");
  CHECK(field_with("from", "soon") == "from");
  CHECK(field_with("until", "2026-11-30") == "until");
  CHECK(field_with("share", 101) == "share");
  CHECK(field_with("share", std::int64_t{4'294'967'306}) == "share");  // 10 if it were cut to 32 bits
  CHECK(office.post("/rollout", admin, {{"service", "payments"}, {"company", "*"}, {"share", -1}}).status == 400);
  CHECK(office.post("/rollout", admin, {{"service", "payments"}, {"company", "*"}}).status == 400);
  CHECK(office.post("/rollout/clear", admin, {{"service", "x"}, {"company", "*"}}).field() == "service");
  CHECK(office.ask("GET", "/rollout", admin).body.at("switches").as_array().empty());
}

}  // namespace shubbak::admin::testing
