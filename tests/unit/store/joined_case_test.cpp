// Cases of one outage on a real database: which is joined to which, and what is done to all of them at once.
#include <SQLiteCpp/Database.h>

#include "store/audit_trail.hpp"
#include "store/citizen_case.hpp"
#include "store/privacy.hpp"
#include "store_fixture.hpp"
#include "tests/unit/cases/sample_kinds.hpp"

namespace shubbak::store {
namespace {

using cases::Act;

constexpr std::int64_t main_case = 123'456'789;
constexpr std::int64_t one_hour = 3'600;  // seconds
const Actor crew_leader{Actor::Kind::staff, "amal"};

OpenCitizenCase darkness(std::int64_t number_drawn, WallTime when = at(0), const std::string& area = "21") {
  return {.number = number_drawn,
          .person = syrian(),
          .msisdn = number(),
          .link = "mtn",
          .kind = "outage",
          .from = {"aleppo", {}, {}},
          .area = area,
          .text = "no light",
          .by = {Actor::Kind::citizen, "ussd"},
          .at = when};
}
ActOnCitizenCase done_to(std::int64_t number_drawn, const cases::Asked& asked, const std::string& text = {},
                         WallTime when = at(60)) {
  return {.number = number_drawn, .asked = asked, .text = text, .by = crew_leader, .at = when};
}
JoinCitizenCase joining(std::int64_t number_drawn, std::int64_t main) {
  return {.number = number_drawn, .main = main, .by = crew_leader, .at = at(30)};
}

class JoinedCaseFixture : public StoreFixture {
 public:
  JoinedCaseFixture() {
    config.case_kinds = cases::sample_kinds();
    config.case_kinds[0].open_max = 1'000;
    config.case_kinds[0].joins_within = std::chrono::hours(6);
    open();
    REQUIRE(change({link(number(), syrian())}).ok());
  }
  void put(const CitizenCaseChange& one) {
    const auto committed = change({Change(one)});
    if (!committed.ok()) FAIL(committed.error().message);
  }
  Errc refused(const CitizenCaseChange& one) {
    const auto committed = change({Change(one)});
    REQUIRE_FALSE(committed.ok());
    return committed.error().code;
  }
  StoredCitizenCase found(std::int64_t number_drawn) {
    return store->cases().find_citizen_case(number_drawn).value().value();
  }
  std::optional<std::int64_t> main_of(std::int64_t number_drawn) { return found(number_drawn).is.joined; }
  std::vector<CitizenCaseEvent> events(std::int64_t number_drawn) {
    return store->cases().citizen_case_events(found(number_drawn).id).value();
  }
  std::vector<std::int64_t> with_news() {
    std::vector<std::int64_t> numbers;
    const auto page = store->cases().citizen_cases_with_news(0, 1'000).value();
    for (const StoredCitizenCase& one : page) numbers.push_back(one.number);
    return numbers;
  }
};

TEST_CASE_METHOD(JoinedCaseFixture, "a case is joined by itself to one of its area that was opened not long before") {
  put(darkness(main_case));
  put(darkness(main_case + 1, at(60)));
  CHECK(main_of(main_case + 1) == main_case);
  CHECK_FALSE(main_of(main_case));
  CHECK(found(main_case).joined == 1);
  CHECK(found(main_case + 1).joined == 0);
  REQUIRE(events(main_case + 1).size() == 2);
  CHECK(events(main_case + 1)[0].text == "no light");
  CHECK(events(main_case + 1)[1].act == Act::join);
  CHECK(events(main_case + 1)[1].by == Actor{});

  put(darkness(main_case + 2, at(60), "22"));
  put(darkness(main_case + 3, at(60), ""));
  OpenCitizenCase of_homs = darkness(main_case + 4, at(60));
  of_homs.from.company = "homs";
  put(of_homs);
  put(darkness(main_case + 5, at(6 * one_hour)));
  for (const std::int64_t other : {2, 3, 4, 5}) CHECK_FALSE(main_of(main_case + other));
  put(darkness(main_case + 6, at(6 * one_hour)));
  CHECK(main_of(main_case + 6) == main_case + 5);
  put(done_to(main_case + 2, {.act = Act::resolve}));
  put(darkness(main_case + 7, at(70), "22"));
  CHECK_FALSE(main_of(main_case + 7));
}

TEST_CASE_METHOD(JoinedCaseFixture, "a case of a kind that joins none is worked by itself until staff join it") {
  config.case_kinds[0].joins_within.reset();
  reopen();
  put(darkness(main_case));
  put(darkness(main_case + 1));
  CHECK_FALSE(main_of(main_case + 1));
  put(joining(main_case + 1, main_case));
  CHECK(main_of(main_case + 1) == main_case);
}

TEST_CASE_METHOD(JoinedCaseFixture, "what is done to the main case is done to each that is joined, told and sealed") {
  for (const std::int64_t other : {0, 1, 2}) put(darkness(main_case + other));
  put(done_to(main_case, {.act = Act::take, .worker = "amal"}));
  put(done_to(main_case, {.act = Act::reply}, "a crew comes"));
  put(done_to(main_case, {.act = Act::move, .stage = "crew"}));
  CHECK(with_news() == std::vector<std::int64_t>{main_case + 1, main_case + 2});
  for (const std::int64_t number_drawn : {main_case + 1, main_case + 2}) {
    const StoredCitizenCase one = found(number_drawn);
    CHECK(one.is.stage == "crew");
    CHECK(one.is.due == found(main_case).is.due);
    CHECK(one.is.worker.empty());
    CHECK(one.is.version == 4);
    const auto history = events(number_drawn);
    REQUIRE(history.size() == 4);
    CHECK(history[2].act == Act::reply);
    CHECK(history[2].text == "a crew comes");
    CHECK(history[2].by == crew_leader);
    CHECK(history[2].is_untold);
    CHECK(history[3].act == Act::move);
    CHECK(history[3].is_untold);
    CHECK_FALSE(history[1].is_untold);
  }
  for (const CitizenCaseEvent& event : events(main_case)) CHECK_FALSE(event.is_untold);
  put(done_to(main_case, {.act = Act::move, .stage = "check"}));
  put(done_to(main_case, {.act = Act::resolve}, "a new cable", at(90)));
  CHECK(found(main_case + 2).is.state == cases::State::resolved);
  CHECK(found(main_case + 2).is.resolved == at(90));
  CHECK(store->cases().count_open_citizen_cases()->empty());

  std::size_t resolved = 0;
  std::vector<std::string> joined;
  const auto trail = AuditTrail::open(config.path).value();
  REQUIRE(trail
              ->each({.action = "case"},
                     [&](const audit::Record& record) {
                       if (record.action == "case.resolved") ++resolved;
                       if (record.action == "case.joined") joined.push_back(record.detail);
                       return true;
                     })
              .ok());
  CHECK(resolved == 3);
  REQUIRE(joined.size() == 2);
  CHECK(joined[0] == R"({"case":123456790,"company":"aleppo","was":"received","main":123456789})");
  CHECK_FALSE(trail->verify({})->fault);
}

TEST_CASE_METHOD(JoinedCaseFixture,
                 "whose case is joined is told of what was done once, and of what comes meanwhile") {
  put(darkness(main_case));
  put(darkness(main_case + 1));
  put(done_to(main_case, {.act = Act::reply}, "a crew comes"));
  const std::int64_t seen = found(main_case + 1).is.version;
  put(done_to(main_case, {.act = Act::resolve}));
  put(NoteCaseTold{main_case + 1, seen});
  CHECK(with_news() == std::vector<std::int64_t>{main_case + 1});
  CHECK_FALSE(events(main_case + 1)[2].is_untold);
  CHECK(events(main_case + 1)[3].is_untold);
  CHECK(refused(NoteCaseTold{main_case + 1, seen}) == Errc::conflict);
  put(NoteCaseTold{main_case + 1, seen + 1});
  CHECK(with_news().empty());
}

TEST_CASE_METHOD(JoinedCaseFixture, "a case that is joined is neither late nor worked by itself") {
  put(darkness(main_case));
  put(darkness(main_case + 1));
  const auto late = store->cases().overdue_citizen_cases(at(5 * one_hour), {}, 10).value();
  REQUIRE(late.size() == 1);
  CHECK(late[0].number == main_case);
  CHECK(refused(done_to(main_case + 1, {.act = Act::resolve})) == Errc::conflict);
  CHECK(refused(done_to(main_case + 1, {.act = Act::escalate}, {}, at(5 * one_hour))) == Errc::conflict);
  put(done_to(main_case + 1, {.act = Act::reply}, "we know"));
  CHECK(with_news().empty());  // whoever wrote it has told it
  CHECK(events(main_case).size() == 1);
}

TEST_CASE_METHOD(JoinedCaseFixture, "what the person of a joined case answers stays with that case") {
  put(darkness(main_case));
  put(darkness(main_case + 1));
  ActOnCitizenCase answer = done_to(main_case + 1, {.act = Act::answer}, "behind the house");
  answer.person = syrian();
  answer.by = {Actor::Kind::citizen, "sms"};
  put(answer);
  CHECK(found(main_case + 1).is.answers == 1);
  CHECK(found(main_case).is.answers == 0);
  CHECK(events(main_case).size() == 1);
  CHECK(with_news().empty());
  put(done_to(main_case, {.act = Act::reply}, "a crew comes"));
  CHECK(found(main_case + 1).is.answers == 1);
  put(done_to(main_case, {.act = Act::resolve}));
  CHECK(found(main_case + 1).is.answers == 0);
  CHECK(events(main_case + 1)[2].text == "behind the house");
}

TEST_CASE_METHOD(JoinedCaseFixture, "those that are joined go to the office that their main case escalates to") {
  put(darkness(main_case));
  put(darkness(main_case + 1));
  put(darkness(main_case + 2, at(60), "22"));
  put(done_to(main_case, {.act = Act::escalate}, {}, at(5 * one_hour)));
  REQUIRE(found(main_case).is.office == "management");
  CHECK(found(main_case + 1).is.office == "management");
  CHECK(found(main_case + 2).is.office.empty());
  CHECK(found(main_case + 1).is.version == 2);
  CHECK(with_news().empty());
  CHECK_FALSE(AuditTrail::open(config.path).value()->verify({})->fault);
}

TEST_CASE_METHOD(JoinedCaseFixture, "a main case that is opened again alone may be joined to a newer one") {
  put(darkness(main_case));
  put(darkness(main_case + 1));
  put(done_to(main_case, {.act = Act::resolve}));
  CHECK(found(main_case).joined == 1);
  put(darkness(main_case + 2, at(70)));
  put(done_to(main_case, {.act = Act::reopen}, "still dark", at(80)));
  CHECK(found(main_case).joined == 0);
  put(joining(main_case, main_case + 2));
  CHECK(main_of(main_case) == main_case + 2);
}

TEST_CASE_METHOD(JoinedCaseFixture, "staff join what is of one outage, and what is not is left as it was") {
  put(darkness(main_case, at(0), ""));
  put(darkness(main_case + 1, at(0), "22"));
  put(darkness(main_case + 2, at(0), "23"));
  CHECK(refused(joining(main_case + 1, main_case + 2)) == Errc::invalid);
  CHECK(refused(joining(main_case + 1, main_case + 9)) == Errc::not_found);
  CHECK(refused(joining(main_case + 9, main_case + 1)) == Errc::not_found);
  JoinCitizenCase stale = joining(main_case + 1, main_case);
  stale.version = 2;
  CHECK(refused(stale) == Errc::conflict);
  CHECK(found(main_case + 1).is.version == 1);
  put(joining(main_case + 1, main_case));
  CHECK(refused(joining(main_case + 1, main_case)) == Errc::conflict);
  put(darkness(main_case + 3, at(0), "22"));
  CHECK(refused(joining(main_case + 3, main_case + 1)) == Errc::conflict);
  CHECK(refused(joining(main_case, main_case + 2)) == Errc::conflict);
  CHECK(found(main_case).joined == 1);
  CHECK(found(main_case).is.version == 1);
}

TEST_CASE_METHOD(JoinedCaseFixture,
                 "a case that staff take out is worked by itself, untold, and joined no more by itself") {
  for (const std::int64_t other : {0, 1, 2}) put(darkness(main_case + other));
  put(done_to(main_case, {.act = Act::move, .stage = "crew"}));
  put(NoteCaseTold{main_case + 1, found(main_case + 1).is.version});
  put(done_to(main_case + 1, {.act = Act::unjoin, .version = 3}, "another street", at(70)));
  const StoredCitizenCase alone = found(main_case + 1);
  CHECK_FALSE(alone.is.joined);
  CHECK(alone.is.stage == "crew");
  CHECK(alone.is.due == found(main_case).is.due);
  CHECK(alone.is.version == 4);
  CHECK(found(main_case).joined == 1);
  const auto history = events(main_case + 1);
  CHECK(history.back().act == Act::unjoin);
  CHECK(history.back().text == "another street");
  CHECK(history.back().by == crew_leader);
  CHECK_FALSE(history.back().is_untold);
  CHECK(with_news() == std::vector<std::int64_t>{main_case + 2});  // of the move; nobody was told of it here

  CHECK(refused(done_to(main_case + 1, {.act = Act::unjoin})) == Errc::conflict);
  CHECK(refused(done_to(main_case, {.act = Act::unjoin})) == Errc::conflict);
  CHECK(refused(done_to(main_case + 9, {.act = Act::unjoin})) == Errc::not_found);
  put(done_to(main_case, {.act = Act::reply}, "a crew comes"));
  CHECK(found(main_case + 1).is.version == 4);
  const auto late = store->cases().overdue_citizen_cases(at(25 * one_hour), {}, 10).value();
  REQUIRE(late.size() == 2);
  CHECK(late[1].number == main_case + 1);

  // Newer than the main case, but of no outage that a next one is of.
  put(darkness(main_case + 3, at(80)));
  CHECK(main_of(main_case + 3) == main_case);
  put(joining(main_case + 1, main_case));
  CHECK(main_of(main_case + 1) == main_case);

  std::vector<std::string> told;
  const auto trail = AuditTrail::open(config.path).value();
  REQUIRE(trail
              ->each({.action = "case.unjoined"},
                     [&](const audit::Record& record) {
                       told.push_back(record.detail);
                       return true;
                     })
              .ok());
  REQUIRE(told.size() == 1);
  CHECK(told[0] == R"({"case":123456790,"company":"aleppo","was":"crew","main":123456789})");
  CHECK_FALSE(trail->verify({})->fault);
}

TEST_CASE_METHOD(JoinedCaseFixture,
                 "whose case is taken out is not told what was done to the main one and is untold") {
  for (const std::int64_t other : {0, 1, 2}) put(darkness(main_case + other));
  put(done_to(main_case, {.act = Act::reply}, "a crew comes"));
  put(done_to(main_case, {.act = Act::move, .stage = "crew"}));
  REQUIRE(with_news() == std::vector<std::int64_t>{main_case + 1, main_case + 2});
  const std::int64_t seen = found(main_case + 1).is.version;
  put(done_to(main_case + 1, {.act = Act::unjoin, .version = seen}, "another street", at(70)));
  CHECK(with_news() == std::vector<std::int64_t>{main_case + 2});
  for (const CitizenCaseEvent& event : events(main_case + 1)) CHECK_FALSE(event.is_untold);
  CHECK(refused(NoteCaseTold{main_case + 1, seen}) == Errc::conflict);  // who had read it before tells it neither
  for (const CitizenCaseEvent& event : events(main_case + 2))
    CHECK(event.is_untold == (event.act == Act::reply || event.act == Act::move));
}

TEST_CASE_METHOD(JoinedCaseFixture, "of two who act on a joined case at once the second one is told") {
  put(darkness(main_case));
  put(darkness(main_case + 1));
  put(done_to(main_case + 1, {.act = Act::unjoin, .version = 2}, "another street"));
  CHECK(refused(done_to(main_case + 1, {.act = Act::unjoin, .version = 2})) == Errc::conflict);
  put(joining(main_case + 1, main_case));
  put(done_to(main_case, {.act = Act::resolve}));
  CHECK(refused(done_to(main_case + 1, {.act = Act::unjoin, .version = 4})) == Errc::conflict);
  CHECK(found(main_case + 1).is.state == cases::State::resolved);
  CHECK(main_of(main_case + 1) == main_case);
}

TEST_CASE_METHOD(JoinedCaseFixture, "to whom so many are joined takes no more, and the next one begins anew") {
  put(darkness(main_case));
  for (std::int64_t other = 1; other <= cases::Limits::joined_most + 2; ++other) put(darkness(main_case + other));
  const std::int64_t last = main_case + cases::Limits::joined_most;
  CHECK(found(main_case).joined == cases::Limits::joined_most);
  CHECK(main_of(last) == main_case);
  CHECK_FALSE(main_of(last + 1));
  CHECK(main_of(last + 2) == last + 1);
  put(done_to(main_case, {.act = Act::resolve}));
  CHECK(with_news().size() == static_cast<std::size_t>(cases::Limits::joined_most));
  CHECK(found(last).is.state == cases::State::resolved);
  CHECK(found(last + 2).is.state == cases::State::open);
}

TEST_CASE_METHOD(JoinedCaseFixture, "a case that its person reopens is worked by itself again, the others stay") {
  for (const std::int64_t other : {0, 1, 2}) put(darkness(main_case + other));
  put(done_to(main_case, {.act = Act::resolve}));
  put(done_to(main_case + 1, {.act = Act::reopen}, "still dark"));
  const StoredCitizenCase again = found(main_case + 1);
  CHECK_FALSE(again.is.joined);
  CHECK(again.is.stage == "received");
  CHECK(found(main_case).joined == 1);
  CHECK(found(main_case + 2).is.state == cases::State::resolved);
  put(done_to(main_case + 1, {.act = Act::take, .worker = "amal"}));
  put(done_to(main_case, {.act = Act::reopen}));
  put(done_to(main_case, {.act = Act::reply}, "we look again"));
  CHECK(events(main_case + 2).size() == 3);  // it is over
}

TEST_CASE_METHOD(JoinedCaseFixture,
                 "nobody is told of a case whose person was erased, and the database keeps its rules") {
  put(darkness(main_case));
  put(darkness(main_case + 1));
  put(done_to(main_case, {.act = Act::resolve}, "a new cable"));
  REQUIRE(change({released(number(), syrian(), at(100))}).ok());
  REQUIRE(change({ErasePerson{syrian(), {Actor::Kind::command_line, "root"}, at(200)}}).ok());
  CHECK(with_news().empty());
  for (const CitizenCaseEvent& event : events(main_case + 1)) {
    CHECK(event.text.empty());
    CHECK_FALSE(event.is_untold);
  }
  SQLite::Database database(config.path, SQLite::OPEN_READWRITE);
  CHECK_THROWS(database.exec("UPDATE citizen_case SET joined = number"));
  CHECK_THROWS(database.exec("UPDATE citizen_case SET worker = 'amal' WHERE joined IS NOT NULL"));
}

}  // namespace
}  // namespace shubbak::store
