// Polls over the API: what overseers are told of answers, and what nobody is.
#include "tests/unit/admin/fixture.hpp"

namespace shubbak::admin::testing {
namespace {

// So many persons that they are others than those of the rounds before.
void let_answer(Office& office, const std::string& choice, std::size_t first, std::size_t persons,
                const std::string& company = "aleppo") {
  for (std::size_t i = first; i < first + persons; ++i) {
    const NationalId person = store::syrian(std::to_string(20'000'000'000 + i));
    const Msisdn msisdn = store::number(200'000 + i);
    std::vector<store::Change> changes;
    changes.emplace_back(store::link(msisdn, person));
    changes.emplace_back(store::PollChange(store::AnswerPoll{.poll = "service",
                                                             .choice = choice,
                                                             .company = company,
                                                             .channel = polls::Channel::ussd,
                                                             .person = person,
                                                             .msisdn = msisdn,
                                                             .at = store::at(0)}));
    REQUIRE(office.commit(std::move(changes)));
  }
}

void end_round(Office& office) {
  REQUIRE(office.commit({store::PollChange(store::TendPolls{store::at(40 * 24 * 3'600)})}));
}

constexpr std::int64_t round_number = 30'000'690;  // of 30 days: 2026-09-04 to 2026-10-03
const boost::json::object of_service{{"poll", "service"}};

}  // namespace

TEST_CASE("overseers read polls and their results over the API, and nobody else but who administers") {
  Office office;
  for (const char* role : {"overseer", "admin", "clerk", "publisher"}) office.add(role, role);
  for (const char* role : {"overseer", "admin"}) {
    const std::string token = office.login(role);
    const Reply listed = office.ask("GET", "/polls", token);
    REQUIRE(listed.status == 200);
    CHECK(
        boost::json::serialize(listed.body) ==
        R"({"rounds":[{"poll":"service","round":30000690,"first_day":"2026-09-04","last_day":"2026-10-03","over":false}]})");
    const Reply none = office.post("/polls/results", token, of_service);
    REQUIRE(none.status == 200);
    CHECK(boost::json::serialize(none.body) == R"({"poll":"service","state":"none","rows":[]})");
  }
  for (const char* role : {"clerk", "publisher"}) {
    const std::string token = office.login(role);
    CHECK(office.ask("GET", "/polls", token).status == 403);
    CHECK(office.post("/polls/results", token, of_service).status == 403);
  }
}

TEST_CASE("answers are told when their round is over, and what is rare only with what is beside it") {
  Office office;
  office.add("overseer", "overseer");
  const std::string overseer = office.login("overseer");
  let_answer(office, "good", 0, 7);
  let_answer(office, "fair", 10, 8, "");
  let_answer(office, "bad", 20, 3);
  const boost::json::object this_round{{"poll", "service"}, {"round", round_number}};
  const Reply running = office.post("/polls/results", overseer, this_round);
  REQUIRE(running.status == 200);
  CHECK(running.body.at("state") == "running");
  CHECK(running.body.at("rows").as_array().empty());
  CHECK(office.post("/polls/results", overseer, of_service).body.at("state") == "none");

  end_round(office);
  const Reply told = office.post("/polls/results", overseer, of_service);
  REQUIRE(told.status == 200);
  CHECK(
      boost::json::serialize(told.body) ==
      R"({"poll":"service","state":"told","round":30000690,"first_day":"2026-09-04","last_day":"2026-10-03","rows":[)"
      R"({"by":"all","of":"","choices":"good","answers":7},)"
      R"({"by":"all","of":"","choices":"fair+bad","answers":11}]})");
  CHECK(office.post("/polls/results", overseer, this_round).body == told.body);
  CHECK(office.ask("GET", "/polls", overseer).body.at("rounds").at(0).at("over") == true);
}

TEST_CASE("companies of which enough is known are told one by one") {
  Office office;
  office.add("overseer", "overseer");
  std::size_t next = 0;
  for (const char* company : {"aleppo", "", "homs"}) {
    for (const char* choice : {"good", "fair", "bad"}) {
      let_answer(office, choice, next, 5, company);
      next += 5;
    }
  }
  end_round(office);
  const Reply told = office.post("/polls/results", office.login("overseer"), of_service);
  const boost::json::array& rows = told.body.at("rows").as_array();
  REQUIRE(rows.size() == 12);
  CHECK(boost::json::serialize(rows.at(2)) == R"({"by":"all","of":"","choices":"bad","answers":15})");
  CHECK(rows.at(3).at("of") == "(none)");
  CHECK(rows.at(3).at("answers") == 5);
  CHECK(boost::json::serialize(rows.at(11)) == R"({"by":"company","of":"homs","choices":"bad","answers":5})");
}

TEST_CASE("of too few answers nothing is told, and of a poll or round that there is not neither") {
  Office office;
  office.add("overseer", "overseer");
  const std::string overseer = office.login("overseer");
  let_answer(office, "good", 0, 4);
  end_round(office);
  const auto state_of = [&](std::int64_t round) {
    const Reply reply = office.post("/polls/results", overseer, {{"poll", "service"}, {"round", round}});
    CHECK(reply.status == 200);
    CHECK(reply.body.at("rows").as_array().empty());
    return std::string(reply.body.at("state").as_string());
  };
  CHECK(state_of(round_number) == "too_few");
  CHECK(state_of(round_number - 1) == "too_few");
  CHECK(state_of(round_number + 1) == "running");
  CHECK(state_of(365'000'060) == "too_few");  // of rounds of another length none is to come
  for (const std::int64_t none : {690, 367'000'055}) {
    const Reply refused = office.post("/polls/results", overseer, {{"poll", "service"}, {"round", none}});
    CHECK(refused.status == 404);
    CHECK(refused.field() == "round");
  }
  const Reply absent = office.post("/polls/results", overseer, {{"poll", "other"}});
  CHECK(absent.status == 404);
  CHECK(absent.field() == "poll");
  CHECK(office.post("/polls/results", overseer, boost::json::object{}).status == 400);
}

}  // namespace shubbak::admin::testing
