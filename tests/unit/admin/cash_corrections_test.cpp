// What two members of staff correct of cash, over the API.
#include <cstdint>
#include <string>

#include "tests/unit/admin/fixture.hpp"

namespace shubbak::admin::testing {

TEST_CASE("what is corrected of cash is proposed and approved at its office, by two, and of whose keeper is gone") {
  Office office;
  office.add("root", "admin");
  office.add("amal", "clerk@*/rif/post_7");
  office.add("badr", "clerk@*/rif/post_7");
  office.add("carl", "clerk@*/rif/post_8");
  office.add("dina", "cashier@*/rif/*");
  office.add("eman", "cashier@*/rif/post_8");
  office.add("widad", "overseer");
  for (const char* keeper : {"amal", "badr"}) {
    REQUIRE(office
                .post("/cash/drawers", office.login("root"),
                      {{"account", keeper},
                       {"directorate", "rif"},
                       {"office", "post_7"},
                       {"ceiling", 10'000},
                       {"currency", "SYP"}})
                .status == 201);
  }
  REQUIRE(office.commit({store::PaymentChange(store::OpenWallet{
      NationalId::parse(Country::syria, "01020304050").value(), {"1234567890", Currency::SYP}, store::at(0)})}));
  REQUIRE(office
              .post("/cash/top-ups", office.login("amal"),
                    {{"key", "press-1"},
                     {"drawer", "amal.post_7"},
                     {"card", "1234567890"},
                     {"amount", 6'000},
                     {"currency", "SYP"}})
              .status == 200);
  const Reply listed = office.post("/cash/top-ups/find", office.login("amal"), {{"drawer", "amal.post_7"}});
  const boost::json::object correction{{"drawer", "amal.post_7"},
                                       {"top_up", listed.body.at("top_ups").at(0).at("number")},
                                       {"amount", 5'400},
                                       {"currency", "SYP"},
                                       {"reason", "mistyped"}};
  const auto proposed_with = [&](const std::string& who, const char* key, const boost::json::value& value) {
    boost::json::object body = correction;
    body[key] = value;
    const Reply reply = office.post("/cash/corrections", office.login(who), body);
    return std::to_string(reply.status) + " " + reply.field();
  };
  CHECK(proposed_with("carl", "amount", 5'400) == "403 drawer");  // another office's
  CHECK(proposed_with("widad", "amount", 5'400) == "403 ");
  CHECK(proposed_with("amal", "amount", 0) == "422 amount");
  CHECK(proposed_with("amal", "amount", 6'001) == "409 ");
  CHECK(proposed_with("amal", "currency", "EGP") == "422 currency");
  CHECK(proposed_with("amal", "slip", "bank.1") == "422 top_up");
  CHECK(proposed_with("amal", "top_up", 999) == "404 ");
  CHECK(proposed_with("amal", "reason", "two words") == "422 ");
  CHECK(proposed_with("amal", "drawer", "nobody.post_7") == "404 drawer");
  const Reply proposed = office.post("/cash/corrections", office.login("amal"), correction);
  REQUIRE(proposed.status == 201);
  CHECK(proposed.body.at("state") == "proposed");
  CHECK(proposed.body.at("maker") == "amal");
  const auto decided = [&](const std::string& who, const char* how, int number = 1) {
    return office.ask("POST", "/cash/proposals/" + std::to_string(number) + "/" + how, office.login(who));
  };
  CHECK(decided("amal", "approve").status == 403);  // a clerk decides nothing
  CHECK(decided("eman", "approve").status == 403);  // another office's
  CHECK(decided("widad", "approve").status == 403);
  CHECK(decided("dina", "approve", 9).status == 404);
  office.grant("amal", {"clerk@*/rif/post_7", "cashier@*/rif/post_7"});
  CHECK(decided("amal", "approve").status == 403);  // her own
  const Reply done = decided("dina", "approve");
  REQUIRE(done.status == 200);
  CHECK(done.body.at("state") == "done");
  CHECK(done.body.at("checker") == "dina");
  CHECK(decided("dina", "approve").status == 409);
  const auto holds = [&](const std::string& name) {
    const Reply drawers = office.ask("GET", "/cash/drawers", office.login("widad"));
    for (const auto& one : drawers.body.at("drawers").as_array()) {
      if (one.at("name").as_string() == name) return one.at("holds").as_int64();
    }
    return std::int64_t{-1};
  };
  CHECK(holds("amal.post_7") == 600);

  // A difference of a count.
  const boost::json::object write_off{{"drawer", "amal.post_7"}, {"reason", "miscounted"}};
  CHECK(office.post("/cash/write-offs", office.login("amal"), write_off).status == 404);  // never counted
  REQUIRE(office
              .post("/cash/counts", office.login("amal"),
                    {{"drawer", "amal.post_7"}, {"counted", 590}, {"currency", "SYP"}})
              .status == 200);
  REQUIRE(office.post("/cash/write-offs", office.login("amal"), write_off).body.at("number") == 2);
  CHECK(decided("dina", "reject", 2).body.at("state") == "refused");
  REQUIRE(office.post("/cash/write-offs", office.login("badr"), write_off).body.at("number") == 3);
  CHECK(decided("dina", "approve", 3).status == 200);
  CHECK(holds("amal.post_7") == 590);

  // A keeper who is there keeps the drawer; one who is gone does not.
  const boost::json::object hand_over{
      {"drawer", "amal.post_7"}, {"to", "badr.post_7"}, {"counted", 590}, {"currency", "SYP"}, {"reason", "left"}};
  const Reply there = office.post("/cash/hand-overs", office.login("badr"), hand_over);
  CHECK(there.status == 409);
  CHECK(there.message().find("close that account") != std::string::npos);
  office.grant("amal", {"clerk@*/rif/post_8"});
  boost::json::object wrong = hand_over;
  wrong["currency"] = "EGP";
  CHECK(office.post("/cash/hand-overs", office.login("badr"), wrong).field() == "currency");
  CHECK(office.post("/cash/hand-overs", office.login("carl"), hand_over).status == 403);
  REQUIRE(office.post("/cash/hand-overs", office.login("badr"), hand_over).body.at("number") == 4);
  office.grant("amal", {"clerk@*/rif/post_7"});  // who has come back meanwhile keeps it
  const Reply back = decided("dina", "approve", 4);
  CHECK(back.status == 409);
  CHECK(back.message().find("close that account") != std::string::npos);
  CHECK(holds("amal.post_7") == 590);
  office.grant("amal", {"clerk@*/rif/post_8"});
  CHECK(decided("dina", "approve", 4).body.at("to") == "badr.post_7");
  CHECK(decided("dina", "approve", 4).status == 409);
  CHECK(holds("amal.post_7") == 0);
  CHECK(holds("badr.post_7") == 590);

  // Each reads of their own offices; pages and what is open.
  const auto found = [&](const std::string& who, const boost::json::object& body) {
    return office.post("/cash/proposals/find", office.login(who), body).body.at("proposals").as_array().size();
  };
  CHECK(found("widad", {}) == 4);
  CHECK(found("widad", {{"after", 3}}) == 1);
  CHECK(found("widad", {{"open", true}}) == 0);
  CHECK(found("carl", {}) == 0);
  CHECK(found("dina", {}) == 4);  // of all offices of a directorate
  office.grant("carl", {"clerk@*/rif/post_8", "clerk@*/rif/post_7", "cashier@*/rif/*", "designer"});  // each once
  CHECK(found("carl", {}) == 4);
  CHECK(found("carl", {{"after", 3}}) == 1);
  const Reply day = office.post("/cash/statement", office.login("widad"),
                                {{"drawer", "amal.post_7"}, {"from", "2026-09-21"}, {"to", "2026-09-21"}});
  CHECK(day.body.at("top_ups_minor") == 6'000);
  CHECK(day.body.at("top_ups_corrected_minor") == 5'400);
  CHECK(day.body.at("missing_minor") == 10);
  CHECK(day.body.at("handed_over_minor") == 590);
  CHECK(day.body.at("adds_up") == true);
}

}  // namespace shubbak::admin::testing
