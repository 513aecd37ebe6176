// Citizens' cases over the API: who sees which, who does what to one, and what its person is told.
#include "cases/case.hpp"
#include "tests/unit/admin/fixture.hpp"

namespace shubbak::admin::testing {
namespace {

const Msisdn case_citizen = *Msisdn::parse("+963933123456");
const std::string outage = cases::tracking_number(123'456'789);
const std::string bribe = cases::tracking_number(223'456'789);

store::Change case_opened(std::int64_t number, const std::string& kind, const cases::Origin& from,
                          const std::string& person = "01020304050") {
  return store::CitizenCaseChange(store::OpenCitizenCase{.number = number,
                                                         .person = NationalId::parse(Country::syria, person).value(),
                                                         .msisdn = case_citizen,
                                                         .link = "syriatel",
                                                         .kind = kind,
                                                         .from = from,
                                                         .text = "no light",
                                                         .address = kind == "outage" ? "by the mill" : "",
                                                         .by = {Actor::Kind::citizen, "ussd"},
                                                         .at = store::at(10)});
}

// A linked person's outage at aleppo, and their complaint about the staff of post_7.
struct CaseOffice : Office {
  CaseOffice() {
    REQUIRE(commit({store::ChangeLink{case_citizen,
                                      NationalId::parse(Country::syria, "01020304050").value(),
                                      identity::LinkEvent::import,
                                      {Actor::Kind::command_line, "root"},
                                      store::at(0)}}));
    REQUIRE(commit({case_opened(123'456'789, "outage", {"aleppo", {}, {}})}));
    REQUIRE(commit({case_opened(223'456'789, "staff_complaint", {"aleppo", {}, "post_7"})}));
    advance(std::chrono::minutes(1));
  }
  std::string login_as(const std::string& name, const std::string& role) {
    add(name, role);
    return login(name);
  }
  std::vector<std::string> seen_by(const std::string& token, const boost::json::object& wanted = {}) {
    const Reply reply = post("/cases/find", token, wanted);
    REQUIRE(reply.status == 200);
    std::vector<std::string> numbers;
    for (const auto& one : reply.body.at("cases").as_array())
      numbers.emplace_back(one.as_object().at("tracking").as_string());
    return numbers;
  }
};

boost::json::object act_on(const std::string& tracking, std::int64_t version, boost::json::object more = {}) {
  more["tracking"] = tracking;
  more["version"] = version;
  return more;
}

}  // namespace

TEST_CASE("a case is worked stage by stage, and its person is told each step in an SMS") {
  CaseOffice office;
  const std::string worker = office.login_as("amal", "case_worker@aleppo");
  const std::string clerk = office.login_as("badr", "clerk@aleppo/*/post_7");
  const Reply shown = office.post("/cases/show", worker, {{"tracking", outage}});
  REQUIRE(shown.status == 200);
  CHECK(shown.body.at("address") == "by the mill");
  CHECK(shown.body.at("history").as_array().at(0).as_object().at("text") == "no light");
  CHECK(shown.body.at("next") == boost::json::array({"crew", "resolved"}));
  CHECK(shown.body.at("version") == 1);
  CHECK(office.post("/cases/show", clerk, {{"tracking", outage}}).status == 404);

  const Reply taken = office.post("/cases/take", worker, act_on(outage, 1));
  CHECK(taken.status == 200);
  CHECK(taken.body.at("worker") == "amal");
  CHECK(office.questions().empty());
  CHECK(office.post("/cases/reply", worker, act_on(outage, 2, {{"text", "a crew comes"}})).status == 200);
  const Reply moved = office.post("/cases/move", worker, act_on(outage, 3, {{"stage", "crew"}}));
  CHECK(moved.status == 200);
  CHECK(moved.body.at("stage") == "crew");
  CHECK(office.post("/cases/reply", worker, act_on(outage, 4, {{"text", "x"}})).status == 403);  // a clerk's stage
  CHECK(office.post("/cases/move", clerk, act_on(outage, 4, {{"stage", "check"}, {"text", "done soon"}})).status ==
        200);
  CHECK(office.post("/cases/resolve", clerk, act_on(outage, 5)).status == 404);  // it is no clerk's any more
  const Reply resolved = office.post("/cases/resolve", worker, act_on(outage, 5, {{"text", "a new cable"}}));
  CHECK(resolved.status == 200);
  CHECK(resolved.body.at("state") == "resolved");
  const std::string head = "syriatel 963933123456 news " + outage + ": ";
  const std::string how = "\nanswer " + outage;
  CHECK(office.questions() == std::vector<std::string>{head + "a crew comes" + how, head + "Crew on its way",
                                                       head + "Being checked. done soon",
                                                       head + "resolved a new cable"});
}

TEST_CASE("a fee is quoted, told with its account, and waived where it is not asked for any more") {
  CaseOffice office;
  const std::string worker = office.login_as("amal", "case_worker@aleppo");
  const auto quote = [&](boost::json::object with) {
    boost::json::object body = act_on(outage, 1, {{"amount", 500'000}, {"currency", "SYP"}, {"account", "2100345"}});
    for (const auto& [key, value] : with) body[key] = value;
    return office.post("/cases/quote", worker, body);
  };
  const auto refused = [&](boost::json::object with) {
    const Reply reply = quote(std::move(with));
    return std::to_string(reply.status) + " " + reply.field();
  };
  CHECK(refused({{"currency", "EGP"}}) == "422 currency");
  CHECK(refused({{"amount", 0}}) == "422 amount");
  CHECK(refused({{"account", "21a"}}) == "422 amount");
  CHECK(office.questions().empty());
  const Reply quoted = quote({{"text", "for the meter"}});
  REQUIRE(quoted.status == 200);
  CHECK(quoted.body.at("fee") == 500'000);
  CHECK(quoted.body.at("fee_account") == "2100345");
  CHECK(quoted.body.at("fee_state") == "due");
  CHECK(quoted.body.at("history").as_array().at(1).as_object().at("what") == "quoted");
  CHECK(office.post("/cases/resolve", worker, act_on(outage, 2)).status == 409);
  const Reply waived = office.post("/cases/resolve", worker, act_on(outage, 2, {{"waive_fee", true}}));
  CHECK(waived.status == 200);
  CHECK(waived.body.at("fee_state") == "waived");
  const std::string head = "syriatel 963933123456 news " + outage + ": ";
  CHECK(office.questions() ==
        std::vector<std::string>{head + "fee 5,000 SYP *0345. for the meter", head + "resolved"});
}

TEST_CASE("slots are offered on the deployment's clock, and the code is shown to who has taken the case only") {
  CaseOffice office;
  const std::string worker = office.login_as("amal", "case_worker@aleppo");
  const std::string other = office.login_as("basma", "case_worker@aleppo");
  const boost::json::object offer{{"team", "crew_1"},
                                  {"slots", boost::json::array{"2026-09-25 09:00-12:00", "2026-09-26 09:00-12:00"}}};
  const auto refused = [&](const char* route, std::int64_t version, const boost::json::object& more) {
    const Reply reply = office.post(route, worker, act_on(outage, version, more));
    return std::to_string(reply.status) + " " + reply.field();
  };
  const auto refused_slots = [&](boost::json::array slots) {
    return refused("/cases/offer", 1, {{"team", "crew_1"}, {"slots", std::move(slots)}});
  };
  CHECK(refused_slots({"2026-09-25 09:00"}) == "422 slots");
  CHECK(refused_slots({"2026-09-25 09:00-12:00"}) == "422 slots");
  CHECK(refused_slots({"2020-09-25 09:00-12:00", "2020-09-26 09:00-12:00"}) == "422 slots");
  REQUIRE(office.post("/cases/take", worker, act_on(outage, 1)).status == 200);
  const Reply offered = office.post("/cases/offer", worker, act_on(outage, 2, offer));
  REQUIRE(offered.status == 200);
  CHECK(offered.body.at("offers") == offer.at("slots"));
  CHECK_FALSE(offered.body.contains("visit"));
  const cases::Slot slot = cases::parse_slot("2026-09-26 09:00-12:00", "crew_1", office.world().utc_offset).value();
  const auto booked = [&] {
    return office.commit(
        {store::CitizenCaseChange(store::ActOnCitizenCase{.number = 123'456'789,
                                                          .asked = {.act = cases::Act::book, .slots = {slot}},
                                                          .by = {Actor::Kind::citizen, "ussd"},
                                                          .at = office.world().now(),
                                                          .visit_code = "4711"})});
  };
  REQUIRE(booked());
  const Reply shown = office.post("/cases/show", worker, {{"tracking", outage}});
  CHECK(shown.body.at("visit") == "2026-09-26 09:00-12:00");
  CHECK(shown.body.at("visit_team") == "crew_1");
  CHECK(shown.body.at("visit_code") == "4711");
  const Reply to_other = office.post("/cases/show", other, {{"tracking", outage}});
  CHECK(to_other.body.at("visit") == "2026-09-26 09:00-12:00");
  CHECK_FALSE(to_other.body.contains("visit_code"));
  CHECK(office.post("/cases/resolve", worker, act_on(outage, 4)).status == 409);
  CHECK(office.post("/cases/cancel-visit", worker, act_on(outage, 4, {{"text", "it rains"}})).status == 200);
  CHECK(office.post("/cases/visited", worker, act_on(outage, 5, {{"outcome", "absent"}})).status == 409);
  REQUIRE(office.post("/cases/offer", worker, act_on(outage, 5, offer)).status == 200);
  REQUIRE(booked());
  CHECK(refused("/cases/visited", 7, {{"outcome", "fine"}}) == "400 outcome");
  const Reply visited = office.post("/cases/visited", worker,
                                    act_on(outage, 7, {{"outcome", "documents_seen"}, {"text", "all there"}}));
  CHECK(visited.status == 200);
  CHECK_FALSE(visited.body.contains("visit"));
  CHECK(visited.body.at("history").as_array().back().as_object().at("text") == "documents_seen: all there");
  const std::string head = "syriatel 963933123456 news " + outage + ": ";
  CHECK(office.questions() ==
        std::vector<std::string>{head + "offered", head + "cancelled it rains", head + "offered"});
}

TEST_CASE("cases of one outage are joined and worked as one, which staff see") {
  CaseOffice office;
  const std::string person = "02030405060";
  REQUIRE(office.commit({case_opened(323'456'789, "outage", {"aleppo", {}, {}}, person)}));
  REQUIRE(office.commit({case_opened(423'456'789, "outage", {"homs", {}, {}}, person)}));
  const std::string again = cases::tracking_number(323'456'789);
  const std::string of_homs = cases::tracking_number(423'456'789);
  const std::string worker = office.login_as("amal", "case_worker@aleppo");
  const std::string of_all = office.login_as("basel", "case_worker");
  const auto refused = [&](const std::string& token, const std::string& to) {
    const Reply reply = office.post("/cases/join", token, act_on(again, 1, {{"to", to}}));
    return std::to_string(reply.status) + " " + reply.field();
  };
  CHECK(refused(worker, "1234567891") == "422 to");
  CHECK(refused(worker, again) == "422 to");
  CHECK(refused(worker, of_homs) == "404 to");
  CHECK(refused(of_all, of_homs) == "422 to");
  const Reply joined = office.post("/cases/join", worker, act_on(again, 1, {{"to", outage}}));
  REQUIRE(joined.status == 200);
  CHECK(joined.body.at("joined_to").as_string() == outage.c_str());
  CHECK(joined.body.at("joined") == 0);
  CHECK(joined.body.at("version") == 2);
  const Reply shown = office.post("/cases/show", worker, {{"tracking", outage}});
  CHECK(shown.body.at("joined") == 1);
  CHECK_FALSE(shown.body.contains("joined_to"));
  CHECK(office.post("/cases/join", worker, act_on(again, 2, {{"to", outage}})).status == 409);
  const Reply moved = office.post("/cases/move", worker, act_on(again, 2, {{"stage", "crew"}}));
  CHECK(moved.status == 409);
  CHECK_THAT(moved.message(), Catch::Contains("work case " + outage));
  // Taken out, it is as any other, and its person hears nothing of it.
  const auto not_taken_out = [&](const std::string& token, const std::string& tracking, std::int64_t version,
                                 const std::string& why) {
    const Reply reply = office.post("/cases/unjoin", token, act_on(tracking, version, {{"reason", why}}));
    return std::to_string(reply.status) + " " + reply.field();
  };
  CHECK(not_taken_out(worker, again, 2, "") == "422 reason");
  CHECK(not_taken_out(worker, again, 1, "another street").starts_with("409"));
  CHECK(not_taken_out(worker, outage, 1, "another street").starts_with("409"));
  CHECK(not_taken_out(worker, "1234567891", 1, "another street") == "422 tracking");
  CHECK(not_taken_out(office.login_as("hani", "case_worker@homs"), again, 2, "another street") == "404 tracking");
  CHECK(not_taken_out(office.login_as("ola", "overseer"), again, 2, "another street").starts_with("403"));
  const Reply alone = office.post("/cases/unjoin", worker, act_on(again, 2, {{"reason", "another street"}}));
  REQUIRE(alone.status == 200);
  CHECK_FALSE(alone.body.contains("joined_to"));
  CHECK(alone.body.at("history").as_array().back().as_object().at("what") == "unjoined");
  CHECK(alone.body.at("history").as_array().back().as_object().at("text") == "another street");
  CHECK(not_taken_out(worker, again, 3, "another street").starts_with("409"));
  REQUIRE(office.post("/cases/join", worker, act_on(again, 3, {{"to", outage}})).status == 200);

  REQUIRE(office.post("/cases/resolve", worker, act_on(outage, 1, {{"text", "a new cable"}})).status == 200);
  CHECK(not_taken_out(worker, again, 5, "another street").starts_with("409"));
  const Reply resolved = office.post("/cases/show", worker, {{"tracking", again}});
  CHECK(resolved.body.at("state") == "resolved");
  CHECK(resolved.body.at("history").as_array().back().as_object().at("text") == "a new cable");
  // Whose case is joined is told afterwards, page by page.
  CHECK(office.questions() ==
        std::vector<std::string>{"syriatel 963933123456 news " + outage + ": resolved a new cable"});
}

TEST_CASE("what a case does not take is told, with the field, and nobody hears of it") {
  CaseOffice office;
  const std::string worker = office.login_as("amal", "case_worker");
  const auto refused = [&](const char* route, const boost::json::object& body) {
    const Reply reply = office.post(route, worker, body);
    return std::to_string(reply.status) + " " + reply.field();
  };
  CHECK(refused("/cases/show", {{"tracking", "1234567891"}}) == "422 tracking");
  CHECK(refused("/cases/show", {{"tracking", cases::tracking_number(999'999'999)}}) == "404 tracking");
  CHECK(refused("/cases/move", act_on(outage, 1, {{"stage", "check"}})) == "422 stage");
  CHECK(refused("/cases/reply", act_on(outage, 1, {{"text", ""}})) == "422 text");
  CHECK(refused("/cases/reply", act_on(outage, 1, {{"text", std::string(151, 'a')}})) == "422 text");
  CHECK(office.post("/cases/take", worker, act_on(outage, 1)).status == 200);
  const Reply second = office.post("/cases/take", worker, act_on(outage, 1));
  CHECK(second.status == 409);
  CHECK_THAT(second.message(), Catch::Contains("it is at version 2 now"));
  CHECK(office.questions().empty());
}

TEST_CASE("staff see what a case's person answers, and find the cases that wait for them") {
  CaseOffice office;
  const std::string worker = office.login_as("amal", "case_worker@aleppo");
  const std::string inspector = office.login_as("issa", "case_worker@*/*/inspection");
  const std::string accused = office.login_as("badr", "case_worker@*/*/post_7");
  CHECK(office.seen_by(worker, {{"answered", true}}).empty());
  for (const std::int64_t number : {123'456'789, 223'456'789}) {
    REQUIRE(office.commit({store::CitizenCaseChange(
        store::ActOnCitizenCase{.number = number,
                                .asked = {.act = cases::Act::answer},
                                .text = "the blue door",
                                .person = NationalId::parse(Country::syria, "01020304050").value(),
                                .by = {Actor::Kind::citizen, "sms"},
                                .at = store::at(20)})}));
  }
  CHECK(office.seen_by(worker, {{"answered", true}}) == std::vector<std::string>{outage});
  CHECK(office.seen_by(inspector, {{"answered", true}}) == std::vector<std::string>{outage, bribe});
  CHECK(office.seen_by(accused, {{"answered", true}}) == std::vector<std::string>{outage});
  CHECK(office.post("/cases/show", accused, {{"tracking", bribe}}).status == 404);

  // Who has not seen the answer is told so.
  CHECK(office.post("/cases/reply", worker, act_on(outage, 1, {{"text", "which door?"}})).status == 409);
  const Reply shown = office.post("/cases/show", worker, {{"tracking", outage}});
  CHECK(shown.body.at("answers") == 1);
  const boost::json::object& answer = shown.body.at("history").as_array().back().as_object();
  CHECK(answer.at("what") == "answered");
  CHECK(answer.at("by") == "citizen");
  CHECK(answer.at("name") == "sms");
  CHECK(answer.at("text") == "the blue door");
  const Reply replied = office.post("/cases/reply", worker, act_on(outage, 2, {{"text", "we come"}}));
  REQUIRE(replied.status == 200);
  CHECK(replied.body.at("answers") == 0);
  CHECK(office.seen_by(worker, {{"answered", true}}).empty());
}

TEST_CASE("what staff write reaches a phone on one line, without what turns or hides the text beside it") {
  CaseOffice office;
  const std::string worker = office.login_as("amal", "case_worker");
  const auto reply = [&](std::int64_t version, const std::string& text) {
    return office.post("/cases/reply", worker, act_on(outage, version, {{"text", text}})).status;
  };
  CHECK(reply(1, "a crew\ncomes \xE2\x80\xAE\x1b[2Jat 5") == 200);
  CHECK(reply(2, "\xE2\x80\x8F\x07") == 422);  // nothing is left of it
  std::string lamps;                           // each takes the room of two letters
  for (int i = 0; i < 75; ++i) lamps += "💡";
  CHECK(reply(2, lamps + "a") == 422);
  CHECK(reply(2, lamps) == 200);
  const std::string head = "syriatel 963933123456 news " + outage + ": ";
  const std::string how = "\nanswer " + outage;
  CHECK(office.questions() == std::vector<std::string>{head + "a crew comes [2Jat 5" + how, head + lamps + how});
  const Reply shown = office.post("/cases/show", worker, {{"tracking", outage}});
  CHECK(shown.body.at("history").as_array().at(1).as_object().at("text") == "a crew comes [2Jat 5");
}

TEST_CASE("everybody finds the cases that they may see, and a complaint about staff is not its office's") {
  CaseOffice office;
  const std::string overseer = office.login_as("ola", "overseer");
  const std::string inspector = office.login_as("issa", "case_worker@*/*/inspection");
  const std::string of_aleppo = office.login_as("amal", "case_worker@aleppo");
  const std::string of_homs = office.login_as("hani", "case_worker@homs");
  const std::string accused = office.login_as("badr", "case_worker@*/*/post_7");
  CHECK(office.seen_by(overseer) == std::vector<std::string>{outage, bribe});
  CHECK(office.seen_by(overseer, {{"company", "homs"}}).empty());
  CHECK(office.seen_by(overseer, {{"late", true}}).empty());
  CHECK(office.seen_by(overseer, {{"after", 1}}) == std::vector<std::string>{bribe});
  CHECK(office.seen_by(overseer, {{"after", 2}}).empty());
  CHECK(office.seen_by(of_aleppo) == std::vector<std::string>{outage});
  CHECK(office.seen_by(of_homs).empty());
  CHECK(office.seen_by(accused) == std::vector<std::string>{outage});
  for (const std::string& token : {of_aleppo, of_homs, accused}) {
    CHECK(office.post("/cases/show", token, {{"tracking", bribe}}).status == 404);
    CHECK(office.post("/cases/resolve", token, act_on(bribe, 1)).status == 404);
  }
  CHECK(office.post("/cases/show", overseer, {{"tracking", bribe}}).body.at("accused_office") == "post_7");
  CHECK(office.post("/cases/resolve", overseer, act_on(bribe, 1)).status == 403);
  CHECK(office.post("/cases/resolve", inspector, act_on(bribe, 1)).status == 200);
  CHECK(office.seen_by(overseer, {{"open", true}}) == std::vector<std::string>{outage});
}

TEST_CASE("who may see few of many cases finds them page by page, none of which takes long") {
  CaseOffice office;
  constexpr int others = 5'000;
  constexpr int at_once = 500;
  for (int i = 0; i < others; i += at_once) {
    std::vector<store::Change> opened;
    for (int j = i; j < i + at_once; ++j)
      opened.push_back(case_opened(300'000'000 + j, "outage", {"homs", {}, {}}, std::to_string(11'000'000'000 + j)));
    REQUIRE(office.commit(std::move(opened)));
  }
  REQUIRE(office.commit({case_opened(400'000'000, "outage", {"aleppo", {}, {}})}));
  const std::string of_aleppo = office.login_as("amal", "case_worker@aleppo");
  const auto numbers_on = [](const Reply& page) {
    std::vector<std::string> numbers;
    for (const auto& one : page.body.at("cases").as_array())
      numbers.emplace_back(one.as_object().at("tracking").as_string());
    return numbers;
  };
  const Reply first = office.post("/cases/find", of_aleppo, {});
  CHECK(numbers_on(first) == std::vector<std::string>{outage});
  REQUIRE(first.body.contains("more"));
  const Reply second = office.post("/cases/find", of_aleppo, {{"after", first.body.at("more")}});
  CHECK(numbers_on(second) == std::vector<std::string>{cases::tracking_number(400'000'000)});
  CHECK_FALSE(second.body.contains("more"));
}

TEST_CASE("who is of the accused office by the time of the commit does nothing to a complaint about it") {
  CaseOffice office;
  office.add("issa", "case_worker@*/*/inspection");
  office.grant("issa", {"case_worker@*/*/inspection", "clerk@aleppo/*/post_7"});
  const std::string token = office.login("issa");
  CHECK(office.post("/cases/show", token, {{"tracking", bribe}}).status == 404);
  const auto session = hash_of_token(token);
  REQUIRE(session);
  const auto put = [&](const std::string& accused) {
    return office.commit(
        {store::StaffChange(store::RequireStaff{.session = *session,
                                                .permission = staff::Permission::case_work,
                                                .now = office.world().now(),
                                                .wanted = {"*", "*", "inspection"},
                                                .role = staff::Role::case_worker,
                                                .not_of_office = accused}),
         store::CitizenCaseChange(store::ActOnCitizenCase{.number = 223'456'789,
                                                          .asked = {.act = cases::Act::take, .worker = "issa"},
                                                          .by = {Actor::Kind::staff, "issa"},
                                                          .at = store::at(90)})});
  };
  CHECK_FALSE(put("post_7"));
  CHECK(put("post_8"));
}

}  // namespace shubbak::admin::testing
