// Reports of cases and of cash over the API: who reads of what.
#include "cases/case.hpp"
#include "tests/unit/admin/fixture.hpp"

namespace shubbak::admin::testing {
namespace {

const Msisdn citizen_of_reports = *Msisdn::parse("+963933123456");

store::Change case_for_reports(std::int64_t number, const std::string& kind, const cases::Origin& from) {
  return store::CitizenCaseChange(
      store::OpenCitizenCase{.number = number,
                             .person = NationalId::parse(Country::syria, "01020304050").value(),
                             .msisdn = citizen_of_reports,
                             .link = "syriatel",
                             .kind = kind,
                             .from = from,
                             .by = {Actor::Kind::citizen, "ussd"},
                             .at = store::at(10)});
}
store::Change resolved_by(const std::string& worker, std::int64_t number, std::int64_t when) {
  return store::CitizenCaseChange(store::ActOnCitizenCase{.number = number,
                                                          .asked = {.act = cases::Act::resolve},
                                                          .by = {Actor::Kind::staff, worker},
                                                          .at = store::at(when)});
}

// An outage of aleppo and one of homs, both resolved; one of aleppo that is open; a complaint about the staff of
// post_7.
struct ReportOffice : Office {
  ReportOffice() {
    REQUIRE(commit({store::ChangeLink{citizen_of_reports,
                                      NationalId::parse(Country::syria, "01020304050").value(),
                                      identity::LinkEvent::import,
                                      {Actor::Kind::command_line, "root"},
                                      store::at(0)}}));
    REQUIRE(commit({case_for_reports(123'456'789, "outage", {"aleppo", {}, {}})}));
    REQUIRE(commit({case_for_reports(123'456'790, "outage", {"homs", {}, {}})}));
    REQUIRE(commit({case_for_reports(123'456'791, "outage", {"aleppo", {}, {}})}));
    REQUIRE(commit({case_for_reports(223'456'789, "staff_complaint", {"aleppo", {}, "post_7"})}));
    REQUIRE(commit({resolved_by("amal", 123'456'789, 70)}));
    REQUIRE(commit({resolved_by("hani", 123'456'790, 130)}));
  }
  std::string login_as(const std::string& name, const std::string& role) {
    add(name, role);
    return login(name);
  }
  Reply report(const std::string& route, const std::string& token, boost::json::object body,
               const boost::json::array& by) {
    if (route != "cases/open") {
      body["from"] = "2026-09-21";
      body["to"] = "2026-09-21";
    }
    body["by"] = by;
    return post("/reports/" + route, token, body);
  }
  // "outage 2", by what it is grouped by and a count.
  std::vector<std::string> counts(const std::string& route, const std::string& token, const boost::json::object& body,
                                  const char* by, const char* count) {
    const Reply reply = report(route, token, body, {by});
    REQUIRE(reply.status == 200);
    std::vector<std::string> told;
    for (const auto& row : reply.body.at("rows").as_array())
      told.push_back(std::string(row.at(by).as_string()) + " " + boost::json::serialize(row.at(count)));
    return told;
  }
};
using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("figures of cases are of what one's roles cover as a whole, and who reads of a part names it") {
  ReportOffice office;
  const std::string of_aleppo = office.login_as("amal", "case_worker@aleppo");
  const std::string of_homs = office.login_as("hani", "case_worker@homs");
  const std::string of_office = office.login_as("issa", "case_worker@*/*/inspection");
  const std::string overseer = office.login_as("ola", "overseer");
  const std::string clerk = office.login_as("badr", "clerk");
  for (const char* route : {"cases", "cases/stages", "cases/open"}) {
    INFO(route);
    const auto status = [&](const std::string& token, const boost::json::object& body) {
      return office.report(route, token, body, {}).status;
    };
    CHECK(status(overseer, {}) == 200);
    CHECK(status(clerk, {}) == 403);
    CHECK(status(of_aleppo, {}) == 403);
    CHECK(office.report(route, of_aleppo, {}, {}).field() == "office");
    CHECK(status(of_aleppo, {{"company", "aleppo"}}) == 200);
    CHECK(status(of_homs, {{"company", "aleppo"}}) == 403);
    CHECK(status(of_office, {{"company", "aleppo"}}) == 403);
    CHECK(status(of_office, {{"office", "inspection"}}) == 200);
  }
  CHECK(office.counts("cases", overseer, {}, "worker", "resolved") == Told{" 0", "amal 1", "hani 1"});
  CHECK(office.counts("cases", of_homs, {{"company", "homs"}}, "worker", "resolved") == Told{" 0", "hani 1"});
  CHECK(office.counts("cases/stages", of_aleppo, {{"company", "aleppo"}}, "worker", "mean_s") == Told{"amal 60"});
}

TEST_CASE("a verification goes through everything, so it is for whose roles cover everything") {
  ReportOffice office;
  const std::string of_all = office.login_as("ola", "overseer");
  const std::string worker_of_all = office.login_as("basel", "case_worker");
  const std::string of_part = office.login_as("omar", "overseer@aleppo");
  const std::string of_aleppo = office.login_as("amal", "case_worker@aleppo");
  const std::string of_office = office.login_as("issa", "case_worker@*/*/inspection");
  const auto refused = [&](const char* route, const std::string& token, const boost::json::object& body) {
    INFO(route);
    const Reply reply = office.report(route, token, body, {});
    CHECK(reply.status == 403);
    CHECK_THAT(reply.message(), Catch::Contains("of all offices and companies"));
    CHECK(reply.field().empty());
  };
  const boost::json::object aleppo{{"company", "aleppo"}};
  for (const char* route : {"cases/verify", "cases/stages/verify"}) {
    INFO(route);
    CHECK(office.report(route, of_all, {}, {}).status == 200);
    CHECK(office.report(route, of_all, aleppo, {}).status == 200);
    CHECK(office.report(route, worker_of_all, {}, {}).status == 200);
    refused(route, of_part, aleppo);
    refused(route, of_aleppo, aleppo);
    refused(route, of_aleppo, {});
    refused(route, of_office, {{"office", "inspection"}});
  }
  CHECK(office.report("collectors/verify", of_all, {}, {}).status == 200);
  CHECK(office.report("collectors/verify", office.login_as("root", "admin"), aleppo, {}).status == 200);
  refused("collectors/verify", of_part, aleppo);
  refused("collectors/verify", office.login_as("sami", "clerk@*/rif/post_7"),
          {{"directorate", "rif"}, {"office", "post_7"}});
  CHECK(office.report("payments/verify", of_part, aleppo, {}).status == 403);
}

TEST_CASE("complaints about staff are counted for overseers of all only") {
  ReportOffice office;
  const std::string overseer = office.login_as("ola", "overseer");
  const std::string of_part = office.login_as("omar", "overseer@aleppo");
  const std::string worker = office.login_as("amal", "case_worker");
  CHECK(office.counts("cases", overseer, {}, "kind", "opened") == Told{"outage 3", "staff_complaint 1"});
  CHECK(office.counts("cases", worker, {}, "kind", "opened") == Told{"outage 3"});
  CHECK(office.counts("cases", of_part, {{"company", "aleppo"}}, "kind", "opened") == Told{"outage 2"});
  CHECK(office.counts("cases/open", overseer, {}, "kind", "open") == Told{"outage 1", "staff_complaint 1"});
  CHECK(office.counts("cases/open", worker, {}, "age", "open") == Told{"under_1_day 1"});
}

TEST_CASE("a report that is by what is not kept is refused, and what is kept agrees with the histories") {
  ReportOffice office;
  const std::string overseer = office.login_as("ola", "overseer");
  CHECK(office.report("cases", overseer, {}, {"stage"}).status == 422);
  CHECK(office.report("cases/open", overseer, {}, {"day"}).status == 422);
  CHECK(office.report("collectors", overseer, {}, {"kind"}).status == 422);
  CHECK(office.report("payments", overseer, {}, {"kind"}).status == 422);
  CHECK(office.report("payments", overseer, {}, {"purpose", "company"}).status == 200);
  CHECK(office.report("readings", overseer, {}, {"directorate"}).status == 422);
  CHECK(office.report("readings", overseer, {{"office", "post_7"}}, {"office", "channel"}).status == 200);
  CHECK(office.report("use", overseer, {}, {"office"}).status == 422);
  CHECK(office.report("use", overseer, {{"company", "aleppo"}}, {"company", "channel"}).status == 200);
  for (const char* route : {"cases/verify", "cases/stages/verify", "collectors/verify"}) {
    const Reply reply = office.report(route, overseer, {}, {"company"});
    REQUIRE(reply.status == 200);
    CHECK(reply.body.at("rows").as_array().empty());
  }
}

TEST_CASE("cash is reported for the offices that one's roles cover, with what is in their drawers") {
  ReportOffice office;
  const std::string admin = office.login_as("root", "admin");
  const std::string clerk = office.login_as("sami", "clerk@*/rif/post_7");
  const std::string elsewhere = office.login_as("badr", "cashier@*/rif/post_3");
  REQUIRE(office
              .post("/cash/drawers", admin,
                    {{"account", "sami"},
                     {"directorate", "rif"},
                     {"office", "post_7"},
                     {"ceiling", 1'000},
                     {"currency", "SYP"}})
              .status == 201);
  const store::Wallet card{"1234567890", Currency::SYP};
  REQUIRE(office.commit({store::PaymentChange(
      store::OpenWallet{NationalId::parse(Country::syria, "01020304050").value(), card, store::at(0)})}));
  REQUIRE(office
              .post("/cash/top-ups", clerk,
                    {{"key", "press-1"},
                     {"drawer", "sami.post_7"},
                     {"card", "1234567890"},
                     {"amount", 300},
                     {"currency", "SYP"}})
              .status == 200);
  const boost::json::object there{{"directorate", "rif"}, {"office", "post_7"}};
  CHECK(office.report("collectors", clerk, {}, {}).status == 403);
  CHECK(office.report("collectors", elsewhere, there, {}).status == 403);
  const Reply told = office.report("collectors", clerk, there, {"drawer"});
  REQUIRE(told.status == 200);
  REQUIRE(told.body.at("rows").as_array().size() == 1);
  const boost::json::object& row = told.body.at("rows").at(0).as_object();
  CHECK(row.at("drawer") == "sami.post_7");
  CHECK(row.at("opening_minor") == 0);
  CHECK(row.at("top_ups_minor") == 300);
  CHECK(row.at("balance_minor") == 300);
  const Reply by_day = office.report("collectors", admin, {}, {"day"});
  REQUIRE(by_day.status == 200);
  CHECK_FALSE(by_day.body.at("rows").at(0).as_object().contains("balance_minor"));
  const Reply verified = office.report("collectors/verify", admin, there, {"drawer"});
  REQUIRE(verified.status == 200);
  CHECK(verified.body.at("rows").as_array().empty());
}

}  // namespace shubbak::admin::testing
