// Figures of cases: what is kept as cases are worked is what their histories say, however it is grouped.
#include <algorithm>
#include <array>
#include <random>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "before_migration.hpp"
#include "store/report_book.hpp"
#include "store/sqlite/migrate.hpp"
#include "store_fixture.hpp"
#include "tests/unit/cases/sample_kinds.hpp"

namespace shubbak::store {
namespace {

using namespace std::chrono_literals;
using cases::Act;
using cases::Outcomes;

constexpr std::chrono::sys_days day_of_cases = 2026y / 9 / 21;  // of at(0), which is 14:13:20 UTC
constexpr std::int64_t first_case = 123'456'789;
constexpr std::int64_t second_case = first_case + 1;
constexpr std::int64_t about_staff_case = first_case + 2;
const Actor phone_of_person{Actor::Kind::citizen, "ussd"};
const Actor nobody_but_the_daemon{};

Actor member(const std::string& name) {
  return {Actor::Kind::staff, name};
}
ReportGroups grouped(std::initializer_list<ReportGroup> all) {
  ReportGroups groups;
  for (const ReportGroup one : all) groups.add(one);
  return groups;
}
ReportWanted cases_wanted(std::initializer_list<ReportGroup> groups = {}) {
  return {.by = grouped(groups), .from = at(0), .before = at(100'000)};
}
std::array<std::int64_t, cases::stars_most> once(std::size_t stars) {
  std::array<std::int64_t, cases::stars_most> rated{};
  rated[stars - 1] = 1;
  return rated;
}

class CaseReportFixture : public StoreFixture {
 public:
  CaseReportFixture() {
    config.case_kinds = cases::sample_kinds();
    open();
    REQUIRE(change({link(number(), syrian())}).ok());
  }
  void opened(std::int64_t drawn, const std::string& kind, const cases::Origin& from, std::int64_t when) {
    const auto done = change({CitizenCaseChange(OpenCitizenCase{.number = drawn,
                                                                .person = syrian(),
                                                                .msisdn = number(),
                                                                .link = "mtn",
                                                                .kind = kind,
                                                                .from = from,
                                                                .by = phone_of_person,
                                                                .at = at(when)})});
    if (!done.ok()) FAIL(done.error().message);
  }
  bool try_act(std::int64_t drawn, const cases::Asked& asked, const Actor& by, std::int64_t when) {
    return change({CitizenCaseChange(ActOnCitizenCase{.number = drawn, .asked = asked, .by = by, .at = at(when)})})
        .ok();
  }
  void acted(std::int64_t drawn, const cases::Asked& asked, const Actor& by, std::int64_t when) {
    REQUIRE(try_act(drawn, asked, by, when));
  }
  std::unique_ptr<ReportBook> book() {
    auto opened_book = ReportBook::open(config.path);
    if (!opened_book.ok()) FAIL(opened_book.error().message);
    return *std::move(opened_book);
  }
  std::vector<CaseReportRow> outcomes(const ReportWanted& wanted) {
    const auto rows = book()->case_outcomes(wanted);
    if (!rows.ok()) FAIL(rows.error().message);
    return *rows;
  }
  std::vector<StageReportRow> stages(const ReportWanted& wanted) {
    const auto rows = book()->case_stages(wanted);
    if (!rows.ok()) FAIL(rows.error().message);
    return *rows;
  }
  void check_histories() {
    const auto told = book();
    for (unsigned bits = 0; bits < 1U << report_group_names.size(); ++bits) {
      ReportWanted wanted = cases_wanted();
      wanted.about_staff = true;
      for (unsigned group = 0; group < report_group_names.size(); ++group) {
        if ((bits >> group & 1U) != 0) wanted.by.add(static_cast<ReportGroup>(group));
      }
      const auto differing_stages = told->case_stages_differing(wanted);
      if (!differing_stages.ok()) continue;  // by what is not kept
      CAPTURE(bits);
      CHECK(differing_stages->empty());
      if (!wanted.by.has(ReportGroup::stage)) CHECK(told->case_outcomes_differing(wanted).value().empty());
    }
  }
  // What the gauges are of is what is open.
  void check_counts() {
    SQLite::Database file(config.path, SQLite::OPEN_READONLY);
    SQLite::Statement counted(file,
                              "SELECT kind, stage, company, count(*), sum(is_late) FROM citizen_case "
                              "WHERE state = 0 GROUP BY 1, 2, 3");
    const auto counts = store->cases().count_open_citizen_cases().value();
    for (const OpenCitizenCases& one : counts) {
      REQUIRE(counted.executeStep());
      CHECK(counted.getColumn(0).getString() == one.kind);
      CHECK(counted.getColumn(1).getString() == one.stage);
      CHECK(counted.getColumn(2).getString() == one.company);
      CHECK(counted.getColumn(3).getInt64() == one.open);
      CHECK(counted.getColumn(4).getInt64() == one.late);
    }
    CHECK_FALSE(counted.executeStep());
  }
};

// An outage of aleppo that went through its stages, was rated, reopened, late and resolved again at another office;
// one of damascus that is open; and a complaint about staff that was resolved at once.
class WorkedCases : public CaseReportFixture {
 public:
  WorkedCases() {
    opened(first_case, "outage", {"aleppo", {}, {}}, 0);
    acted(first_case, {.act = Act::take, .worker = "amal"}, member("amal"), 60);
    acted(first_case, {.act = Act::move, .stage = "crew"}, member("badr"), 3'600);
    acted(first_case, {.act = Act::reply}, member("amal"), 4'000);
    acted(first_case, {.act = Act::move, .stage = "check"}, member("badr"), 5'400);
    acted(first_case, {.act = Act::resolve}, member("amal"), 7'200);
    acted(first_case, {.act = Act::rate, .stars = 4}, phone_of_person, 7'300);
    acted(first_case, {.act = Act::reopen}, phone_of_person, 8'000);
    acted(first_case, {.act = Act::escalate}, nobody_but_the_daemon, 30'000);
    acted(first_case, {.act = Act::resolve}, member("carl"), 40'000);
    acted(first_case, {.act = Act::rate, .stars = 2}, phone_of_person, 40'100);
    opened(second_case, "outage", {"damascus", {}, {}}, 100);
    opened(about_staff_case, "staff_complaint", {"aleppo", {}, "post_7"}, 200);
    acted(about_staff_case, {.act = Act::resolve}, member("issa"), 500);
  }
};

}  // namespace

TEST_CASE_METHOD(WorkedCases, "a report of cases counts what was opened, resolved, late, reopened and rated") {
  const auto all = outcomes(cases_wanted());
  REQUIRE(all.size() == 1);
  CHECK(all[0].key == ReportKey{});
  CHECK(all[0].outcomes == Outcomes{.opened = 2, .resolved = 2, .late = 1, .reopened = 1, .rated = {0, 1, 0, 1, 0}});
  ReportWanted for_overseers = cases_wanted({ReportGroup::kind});
  for_overseers.about_staff = true;
  const auto by_kind = outcomes(for_overseers);
  REQUIRE(by_kind.size() == 2);
  CHECK(by_kind[0] == CaseReportRow{{.kind = "outage"}, all[0].outcomes});
  CHECK(by_kind[1] == CaseReportRow{{.kind = "staff_complaint"}, {.opened = 1, .resolved = 1}});
}

TEST_CASE_METHOD(WorkedCases, "what came of a worker's cases later is theirs who had resolved them") {
  CHECK(outcomes(cases_wanted({ReportGroup::worker})) ==
        std::vector<CaseReportRow>{{{}, {.opened = 2, .late = 1}},
                                   {{.worker = "amal"}, {.resolved = 1, .reopened = 1, .rated = once(4)}},
                                   {{.worker = "carl"}, {.resolved = 1, .rated = once(2)}}});
}

TEST_CASE_METHOD(WorkedCases, "what was done counts for the office that had the case then, on the deployment's day") {
  CHECK(outcomes(cases_wanted({ReportGroup::office})) ==
        std::vector<CaseReportRow>{{{}, {.opened = 2, .resolved = 1, .late = 1, .reopened = 1, .rated = once(4)}},
                                   {{.office = "management"}, {.resolved = 1, .rated = once(2)}}});
  ReportWanted by_day = cases_wanted({ReportGroup::day});
  CHECK(outcomes(by_day) ==
        std::vector<CaseReportRow>{
            {{.day = day_of_cases}, {.opened = 2, .resolved = 1, .late = 1, .reopened = 1, .rated = once(4)}},
            {{.day = day_of_cases + std::chrono::days(1)}, {.resolved = 1, .rated = once(2)}}});
  by_day.utc_offset = 9h;
  CHECK(outcomes(by_day).size() == 2);
  by_day.utc_offset = -9h;
  CHECK(outcomes(by_day).size() == 1);
}

TEST_CASE_METHOD(WorkedCases, "a report of cases is of a company, an office or some hours only") {
  ReportWanted of_damascus = cases_wanted();
  of_damascus.of.company = "damascus";
  CHECK(outcomes(of_damascus) == std::vector<CaseReportRow>{{{}, {.opened = 1}}});
  ReportWanted of_management = cases_wanted({ReportGroup::company});
  of_management.of.office = "management";
  CHECK(outcomes(of_management) ==
        std::vector<CaseReportRow>{{{.company = "aleppo"}, {.resolved = 1, .rated = once(2)}}});
  ReportWanted of_rif = cases_wanted();
  of_rif.of.directorate = "rif";
  CHECK(outcomes(of_rif).empty());
  ReportWanted some_hours = cases_wanted();
  some_hours.from = at(8'000);
  some_hours.before = at(40'000);
  CHECK(outcomes(some_hours) == std::vector<CaseReportRow>{{{}, {.late = 1, .reopened = 1}}});
}

TEST_CASE_METHOD(WorkedCases,
                 "how long cases were in a stage is told of those that have left it, by who moved them on") {
  CHECK(stages(cases_wanted({ReportGroup::stage})) ==
        std::vector<StageReportRow>{{{.stage = "check"}, 1, 0, {1'800'000, 1'800'000, 1'800'000}},
                                    {{.stage = "crew"}, 1, 0, {1'800'000, 1'800'000, 1'800'000}},
                                    {{.stage = "received"}, 2, 1, {17'800'000, 3'600'000, 32'000'000}}});
  CHECK(stages(cases_wanted({ReportGroup::stage, ReportGroup::worker})) ==
        std::vector<StageReportRow>{
            {{.stage = "check", .worker = "amal"}, 1, 0, {1'800'000, 1'800'000, 1'800'000}},
            {{.stage = "crew", .worker = "badr"}, 1, 0, {1'800'000, 1'800'000, 1'800'000}},
            {{.stage = "received", .worker = "badr"}, 1, 0, {3'600'000, 3'600'000, 3'600'000}},
            {{.stage = "received", .worker = "carl"}, 1, 1, {32'000'000, 32'000'000, 32'000'000}}});
}

TEST_CASE_METHOD(WorkedCases, "what is kept of cases is what their histories say, and what is not is seen") {
  check_histories();
  check_counts();
  const ReportWanted by_worker = cases_wanted({ReportGroup::worker});
  SQLite::Database file(config.path, SQLite::OPEN_READWRITE);
  file.exec("UPDATE case_deed_kept SET stars = 5 WHERE worker = 'carl' AND did = 5");
  const auto wrong = book()->case_outcomes_differing(by_worker).value();
  REQUIRE(wrong.size() == 2);
  CHECK(wrong[0] == CaseReportRow{{.worker = "carl"}, {.resolved = 1, .rated = once(5)}});
  CHECK(wrong[1] == CaseReportRow{{.worker = "carl"}, {.resolved = 1, .rated = once(2)}});
  file.exec("UPDATE case_deed_kept SET stayed_ms = stayed_ms + 1 WHERE worker = 'badr'");
  CHECK(book()->case_stages_differing(by_worker).value().size() == 2);
  file.exec("DELETE FROM case_deed_kept WHERE worker = 'carl'");
  CHECK(book()->case_outcomes_differing(by_worker).value().size() == 1);
  CHECK_THROWS(file.exec("UPDATE citizen_case_event SET office = 'elsewhere'"));
  file.exec("DELETE FROM case_deed_kept; DELETE FROM case_place");
  CHECK_FALSE(book()->case_outcomes_differing(by_worker).ok());
}

TEST_CASE_METHOD(WorkedCases, "who rewrites a history, and what is kept of it, is found by the audit trail") {
  SQLite::Database file(config.path, SQLite::OPEN_READWRITE);
  file.exec(
      "DROP TRIGGER citizen_case_event_stays;"
      "UPDATE citizen_case_event SET by_name = 'dora' WHERE by_name = 'carl';"
      "UPDATE case_deed_kept SET worker = 'dora' WHERE worker = 'carl'");
  const auto rewritten = book()->case_outcomes_differing(cases_wanted());
  REQUIRE_FALSE(rewritten.ok());
  CHECK(rewritten.error().code == Errc::conflict);
  CHECK_THAT(rewritten.error().message, Catch::Contains(": 2 acts"));  // carl's in the one, dora's in the other
  ReportWanted sooner = cases_wanted();
  sooner.before = at(40'000);
  CHECK(book()->case_outcomes_differing(sooner).value().empty());
}

TEST_CASE_METHOD(WorkedCases, "the audit trail tells of every act, also of those that no figures are of, each time") {
  acted(second_case, {.act = Act::quote, .amount = {200, Currency::SYP}, .account = "14521"}, member("amal"), 50'000);
  REQUIRE(book()->case_outcomes_differing(cases_wanted()).value().empty());
  SQLite::Database file(config.path, SQLite::OPEN_READWRITE);
  file.exec(
      "DROP TRIGGER citizen_case_event_stays;"
      "UPDATE citizen_case_event SET by_name = 'dora' WHERE act = 8");
  CHECK_THAT(book()->case_outcomes_differing(cases_wanted()).error().message, Catch::Contains(": 2 acts"));
  file.exec("UPDATE citizen_case_event SET by_name = 'amal' WHERE act = 8");
  REQUIRE(book()->case_outcomes_differing(cases_wanted()).value().empty());
  // Rated twice at one moment, in the history alone.
  file.exec(
      "INSERT INTO citizen_case_event (id, of_case, version, act, at, by_kind, by_name, stage, stars) "
      "SELECT 1000, of_case, 1000, act, at, by_kind, by_name, stage, stars FROM citizen_case_event WHERE stars = 2");
  CHECK_THAT(book()->case_outcomes_differing(cases_wanted()).error().message, Catch::Contains(": 2 acts"));
}

TEST_CASE_METHOD(CaseReportFixture, "whatever is done to cases, what is kept of them is what their histories say") {
  std::mt19937 random(4711);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  const auto one_of = [&](std::size_t count) { return static_cast<std::size_t>(random() % count); };
  constexpr std::array stages_of_outage{"received", "crew", "check"};
  constexpr std::array acts{Act::take, Act::reply,  Act::move,     Act::move,  Act::resolve,
                            Act::rate, Act::reopen, Act::escalate, Act::answer};
  for (std::int64_t i = 0; i < 4; ++i) opened(first_case + i, "outage", {i % 2 == 0 ? "aleppo" : "homs", {}, {}}, i);
  std::size_t done = 0;
  for (std::int64_t i = 0; i < 300; ++i) {
    const Act act = acts[one_of(acts.size())];
    const bool is_of_person = act == Act::rate || act == Act::reopen || act == Act::answer;
    const cases::Asked asked{.act = act,
                             .stage = stages_of_outage[one_of(stages_of_outage.size())],
                             .stars = static_cast<std::int64_t>(1 + one_of(5)),
                             .worker = "amal"};
    const Actor by = is_of_person ? phone_of_person : member(one_of(2) == 0 ? "amal" : "badr");
    if (try_act(first_case + static_cast<std::int64_t>(one_of(4)), asked, by, 300 * i)) ++done;
    if (i % 50 == 0) check_counts();
  }
  CHECK(done > 10);
  check_histories();
  check_counts();
}

TEST_CASE_METHOD(CaseReportFixture, "open cases are told by how old they are at that moment") {
  opened(first_case, "outage", {"aleppo", {}, {}}, 0);
  opened(second_case, "outage", {"aleppo", {}, {}}, 1);
  opened(about_staff_case, "staff_complaint", {"aleppo", {}, "post_7"}, 0);
  acted(second_case, {.act = Act::escalate}, nobody_but_the_daemon, 20'000);
  acted(first_case, {.act = Act::take, .worker = "amal"}, member("amal"), 20'000);
  const auto told = [&](std::initializer_list<ReportGroup> groups, bool about_staff = false) {
    ReportWanted wanted = cases_wanted(groups);
    wanted.about_staff = about_staff;
    const auto rows = book()->open_cases(wanted, at(86'400));
    if (!rows.ok()) FAIL(rows.error().message);
    return *rows;
  };
  CHECK(told({}) == std::vector<OpenCaseReportRow>{{{}, 2, 1}});
  CHECK(told({}, true) == std::vector<OpenCaseReportRow>{{{}, 3, 1}});
  CHECK(told({ReportGroup::age, ReportGroup::office}) ==
        std::vector<OpenCaseReportRow>{{{.age = "1_to_3_days"}, 1, 0},
                                       {{.office = "management", .age = "under_1_day"}, 1, 1}});
  CHECK(told({ReportGroup::kind, ReportGroup::stage, ReportGroup::company, ReportGroup::worker}) ==
        std::vector<OpenCaseReportRow>{
            {{.company = "aleppo", .kind = "outage", .stage = "received"}, 1, 1},
            {{.company = "aleppo", .kind = "outage", .stage = "received", .worker = "amal"}, 1, 0}});
  ReportWanted of_homs = cases_wanted();
  of_homs.of.company = "homs";
  CHECK(book()->open_cases(of_homs, at(86'400)).value().empty());
}

TEST_CASE_METHOD(CaseReportFixture, "reports of cases are by what is kept of them only") {
  const auto told = book();
  CHECK(told->case_outcomes(cases_wanted({ReportGroup::stage})).error().code == Errc::invalid);
  CHECK(told->case_stages(cases_wanted({ReportGroup::channel})).error().code == Errc::invalid);
  CHECK(told->open_cases(cases_wanted({ReportGroup::day}), at(0)).error().code == Errc::invalid);
  CHECK(told->payments(cases_wanted({ReportGroup::kind})).error().code == Errc::invalid);
  CHECK(told->case_outcomes(cases_wanted()).value().empty());
}

TEST_CASE("cases of before there were figures are in them") {
  const TempFolder folder;
  const std::string path = folder.file("db");
  {
    SQLite::Database database = database_before("038_statistics", path);
    database.exec(
        "INSERT INTO citizen_case (id, number, person, msisdn, link, kind, stage, state, version, company, "
        "directorate, "
        "area, accused, office, bypasses_office, worker, opened, stage_since, is_late, resolved, stars, reopened) "
        "VALUES (1, 123456789, zeroblob(16), 0, 'mtn', 'outage', 'crew', 1, 4, 'aleppo', '', '', '', 'post_7', 0, "
        "'amal', 1790000000000, 1790000060000, 0, 1790000090000, 3, 0)");
    database.exec(
        "INSERT INTO citizen_case_event (id, of_case, version, act, at, by_kind, by_name, stage, stars) VALUES "
        "(1, 1, 1, 0, 1790000000000, 1, 'ussd', 'received', NULL), (2, 1, 2, 3, 1790000060000, 2, 'amal', 'crew', "
        "NULL),"
        "(3, 1, 3, 4, 1790000090000, 2, 'amal', 'crew', NULL), (4, 1, 4, 5, 1790000095000, 1, 'ussd', 'crew', 3)");
    REQUIRE(migrate(database, schema_migrations(), at(1)).ok());
  }
  const auto book = ReportBook::open(path).value();
  CHECK(book->case_outcomes(cases_wanted({ReportGroup::office})).value() ==
        std::vector<CaseReportRow>{{{.office = "post_7"}, {.opened = 1, .resolved = 1, .rated = once(3)}}});
  CHECK(book->case_stages(cases_wanted({ReportGroup::stage, ReportGroup::worker})).value() ==
        std::vector<StageReportRow>{{{.stage = "crew", .worker = "amal"}, 1, 0, {30'000, 30'000, 30'000}},
                                    {{.stage = "received", .worker = "amal"}, 1, 0, {60'000, 60'000, 60'000}}});
  CHECK(book->case_stages_differing(cases_wanted()).value().empty());
}

}  // namespace shubbak::store
