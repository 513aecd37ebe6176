// Citizens' cases on a real database: what is written of them, who finds which, and what stays of whom was erased.
#include "store/citizen_case.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>

#include "store/audit_trail.hpp"
#include "store/privacy.hpp"
#include "store_fixture.hpp"
#include "tests/unit/cases/sample_kinds.hpp"

namespace shubbak::store {
namespace {

using cases::Act;

const Actor on_the_phone{Actor::Kind::citizen, "ussd"};
const Actor worker_amal{Actor::Kind::staff, "amal"};
constexpr std::int64_t outage_number = 123'456'789;
constexpr std::int64_t hour_seconds = 3'600;

OpenCitizenCase outage(std::int64_t number_drawn = outage_number, const NationalId& person = syrian(),
                       WallTime when = at(0)) {
  return {.number = number_drawn,
          .person = person,
          .msisdn = number(),
          .link = "mtn",
          .kind = "outage",
          .from = {"aleppo", {}, {}},
          .area = "21",
          .text = "لا كهرباء منذ الصباح",
          .address = "قرب الطاحونة",
          .by = on_the_phone,
          .at = when};
}
ActOnCitizenCase staff_act(const cases::Asked& asked, const std::string& text = {}, WallTime when = at(60)) {
  return {.number = outage_number, .asked = asked, .text = text, .by = worker_amal, .at = when};
}

class CitizenCaseFixture : public StoreFixture {
 public:
  CitizenCaseFixture() {
    config.case_kinds = cases::sample_kinds();
    open();
    REQUIRE(change({link(number(), syrian())}).ok());
  }
  Result<Committed> put(const CitizenCaseChange& one) { return change({Change(one)}); }
  void done(const CitizenCaseChange& one) {
    const auto committed = put(one);
    if (!committed.ok()) FAIL(committed.error().message);
  }
  StoredCitizenCase found(std::int64_t number_drawn = outage_number) {
    const auto one = store->cases().find_citizen_case(number_drawn);
    REQUIRE(one.ok());
    REQUIRE(one->has_value());
    return **one;
  }
  std::vector<CitizenCaseEvent> events() { return store->cases().citizen_case_events(found().id).value(); }
  std::vector<std::string> audited() {
    std::vector<std::string> told;
    const auto trail = AuditTrail::open(config.path).value();
    REQUIRE(trail
                ->each({.action = "case"},
                       [&](const audit::Record& record) {
                         told.push_back(record.action + " " + record.by.name + " " + record.thing + " " +
                                        record.detail);
                         return true;
                       })
                .ok());
    CHECK_FALSE(trail->verify({})->fault);
    return told;
  }

  ActOnCitizenCase answered(const std::string& text, const NationalId& person = syrian()) {
    ActOnCitizenCase answer = staff_act({.act = Act::answer}, text, at(70));
    answer.person = person;
    answer.by = on_the_phone;
    return answer;
  }

  const NationalId other = syrian("09080706050");
};

TEST_CASE_METHOD(CitizenCaseFixture, "a case is kept as it was opened, and its texts are sealed in the file") {
  done(outage());
  reopen();
  const StoredCitizenCase one = found();
  CHECK(one.is.kind == "outage");
  CHECK(one.is.stage == "received");
  CHECK(one.is.from.company == "aleppo");
  CHECK(one.is.due == at(4 * hour_seconds));
  CHECK(one.msisdn == number());
  CHECK(one.link == "mtn");
  CHECK(one.area == "21");
  CHECK(one.address == "قرب الطاحونة");
  REQUIRE(events().size() == 1);
  CHECK(events()[0].act == Act::open);
  CHECK(events()[0].by == on_the_phone);
  CHECK(events()[0].text == "لا كهرباء منذ الصباح");
  store.reset();
  for (const char* file : {"shubbak.db", "shubbak.db-wal"}) {
    const std::string content = read_file(folder.file(file));
    CHECK(content.find("كهرباء") == std::string::npos);
    CHECK(content.find("الطاحونة") == std::string::npos);
  }
}

TEST_CASE_METHOD(CitizenCaseFixture, "whose case it is finds it, and nobody else") {
  done(outage());
  CHECK(store->cases().find_citizen_case_of(syrian(), outage_number).value()->number == outage_number);
  CHECK_FALSE(store->cases().find_citizen_case_of(other, outage_number).value());
  CHECK_FALSE(store->cases().find_citizen_case_of(syrian(), outage_number + 1).value());
  CHECK(store->cases().citizen_cases_of(other, 10)->empty());
  done(outage(outage_number + 1));
  const auto own = store->cases().citizen_cases_of(syrian(), 10).value();
  REQUIRE(own.size() == 2);
  CHECK(own[0].number == outage_number + 1);  // the newest first
}

TEST_CASE_METHOD(CitizenCaseFixture, "what cannot be opened changes nothing") {
  OpenCitizenCase unknown = outage();
  unknown.kind = "estimate";
  CHECK(put(unknown).error().code == Errc::invalid);
  OpenCitizenCase long_text = outage();
  long_text.text = std::string(case_text_octets_max + 1, 'a');
  CHECK(put(long_text).error().code == Errc::limit);
  done(outage());
  CHECK(put(outage(outage_number, other)).error().code == Errc::conflict);  // the number is taken
  for (std::int64_t i = 1; i < 5; ++i) done(outage(outage_number + i));
  CHECK(put(outage(outage_number + 5)).error().code == Errc::conflict);  // five of theirs are open
  done(outage(outage_number + 5, other));
  CHECK(store->cases().citizen_cases(false, 0, 100)->size() == 6);
}

TEST_CASE_METHOD(CitizenCaseFixture, "a case goes its way, each step an event and a record, the texts in neither") {
  done(outage());
  done(staff_act({.act = Act::take, .worker = "amal", .version = 1}));
  done(staff_act({.act = Act::reply, .version = 2}, "a crew is on its way"));
  done(staff_act({.act = Act::move, .stage = "crew", .version = 3}));
  done(staff_act({.act = Act::move, .stage = "check", .version = 4}));
  done(staff_act({.act = Act::resolve, .version = 5}, "the cable is new"));
  ActOnCitizenCase rated = staff_act({.act = Act::rate, .stars = 4});
  rated.person = syrian();
  rated.by = on_the_phone;
  done(rated);
  const StoredCitizenCase one = found();
  CHECK(one.is.state == cases::State::resolved);
  CHECK(one.is.worker == "amal");
  CHECK(one.is.version == 7);
  CHECK(one.is.stars == 4);
  CHECK(one.is.resolved == at(60));
  const auto history = events();
  REQUIRE(history.size() == 7);
  CHECK(history[2].text == "a crew is on its way");
  CHECK(history[3].stage == "crew");
  CHECK(history[5].act == Act::resolve);
  CHECK(history[5].text == "the cable is new");
  CHECK_FALSE(history[5].stars);
  CHECK(history[6].stars == 4);
  CHECK(audited() ==
        std::vector<std::string>{R"(case.opened ussd outage {"case":123456789,"company":"aleppo"})",
                                 R"(case.taken amal outage {"case":123456789,"company":"aleppo","was":"received"})",
                                 R"(case.replied amal outage {"case":123456789,"company":"aleppo","was":"received"})",
                                 R"(case.moved amal outage {"case":123456789,"company":"aleppo","was":"received"})",
                                 R"(case.moved amal outage {"case":123456789,"company":"aleppo","was":"crew"})",
                                 R"(case.resolved amal outage {"case":123456789,"company":"aleppo","was":"check"})",
                                 R"(case.rated ussd outage {"case":123456789,"company":"aleppo","was":"check"})"});
}

TEST_CASE_METHOD(CitizenCaseFixture, "what a case does not take, and whose it is not, leaves it as it was") {
  done(outage());
  CHECK(put(staff_act({.act = Act::move, .stage = "check"})).error().code == Errc::invalid);
  CHECK(put(staff_act({.act = Act::reply, .version = 2}, "too late")).error().code == Errc::conflict);
  ActOnCitizenCase strange = staff_act({.act = Act::resolve});
  strange.person = other;
  CHECK(put(strange).error().code == Errc::not_found);
  ActOnCitizenCase absent = staff_act({.act = Act::resolve});
  absent.number = outage_number + 1;
  CHECK(put(absent).error().code == Errc::not_found);
  CHECK(put(strange).error().message == put(absent).error().message);
  CHECK(found().is.version == 1);
  CHECK(events().size() == 1);
  CHECK(audited().size() == 1);
}

TEST_CASE_METHOD(CitizenCaseFixture,
                 "what its person answers is counted until staff reply, sealed, and told without a word") {
  done(outage());
  done(staff_act({.act = Act::reply}, "which door?"));
  done(answered("الباب الأزرق"));
  done(answered("خلف البيت"));
  reopen();
  CHECK(found().is.answers == 2);
  CHECK(store->cases().citizen_cases_of(syrian(), 10)->front().is.answers == 2);
  const auto history = events();
  REQUIRE(history.size() == 4);
  CHECK(history[2].act == Act::answer);
  CHECK(history[2].by == on_the_phone);
  CHECK(history[2].text == "الباب الأزرق");
  CHECK(put(answered("not mine", other)).error().code == Errc::not_found);
  ActOnCitizenCase long_answer = answered(std::string(case_text_octets_max + 1, 'a'));
  CHECK(put(long_answer).error().code == Errc::limit);
  CHECK(found().is.version == 4);
  CHECK(audited().back() == R"(case.answered ussd outage {"case":123456789,"company":"aleppo","was":"received"})");

  done(staff_act({.act = Act::take, .worker = "amal", .version = 4}));
  CHECK(found().is.answers == 2);
  done(staff_act({.act = Act::reply}, "we come"));
  CHECK(found().is.answers == 0);
  done(answered("شكرا"));
  done(staff_act({.act = Act::resolve}));
  CHECK(found().is.answers == 0);
  CHECK(put(answered("more")).error().code == Errc::conflict);
  store.reset();
  for (const char* file : {"shubbak.db", "shubbak.db-wal"})
    CHECK(read_file(folder.file(file)).find("الأزرق") == std::string::npos);
}

TEST_CASE_METHOD(CitizenCaseFixture, "so many answers wait, and no more is written") {
  done(outage());
  for (std::int64_t i = 0; i < cases::Limits::answers_most; ++i) done(answered("again"));
  CHECK(put(answered("once more")).error().code == Errc::conflict);
  CHECK(events().size() == 1 + static_cast<std::size_t>(cases::Limits::answers_most));
}

TEST_CASE_METHOD(CitizenCaseFixture, "what comes with a refused act is not done either") {
  done(outage());
  const auto refused =
      change({Change(message("news")), Change(CitizenCaseChange(staff_act({.act = Act::reply, .version = 9})))});
  CHECK(refused.error().code == Errc::conflict);
  CHECK(store->outbox_page("mtn", 0, 10)->messages.empty());
}

TEST_CASE_METHOD(CitizenCaseFixture, "late ones are found once, page by page, and counted") {
  done(outage());
  done(outage(outage_number + 1, syrian(), at(hour_seconds)));
  done(outage(outage_number + 2, syrian(), at(100 * hour_seconds)));
  CitizenCaseReads& reads = store->cases();
  CHECK(reads.overdue_citizen_cases(at(4 * hour_seconds - 1), {}, 10)->empty());
  const auto late = reads.overdue_citizen_cases(at(50 * hour_seconds), {}, 1).value();
  REQUIRE(late.size() == 1);
  CHECK(late[0].number == outage_number);
  const auto next = reads.overdue_citizen_cases(at(50 * hour_seconds), {*late[0].is.due, late[0].id}, 10).value();
  REQUIRE(next.size() == 1);
  CHECK(next[0].number == outage_number + 1);
  done(staff_act({.act = Act::escalate}, {}, at(50 * hour_seconds)));
  CHECK(found().is.office == "management");
  CHECK(reads.overdue_citizen_cases(at(50 * hour_seconds), {}, 10)->size() == 1);
  const auto counts = reads.count_open_citizen_cases().value();
  REQUIRE(counts.size() == 1);
  CHECK(counts[0].kind == "outage");
  CHECK(counts[0].stage == "received");
  CHECK(counts[0].company == "aleppo");
  CHECK(counts[0].open == 3);
  CHECK(counts[0].late == 1);
  done(staff_act({.act = Act::resolve}, {}, at(51 * hour_seconds)));
  CHECK(reads.citizen_cases(true, 0, 10)->size() == 2);
  CHECK(reads.citizen_cases(false, 0, 10)->size() == 3);
  CHECK(reads.citizen_cases(false, found().id, 1)->front().number == outage_number + 1);
}

TEST_CASE_METHOD(CitizenCaseFixture,
                 "late ones come as they were due, each once, also where several are due at once") {
  done(outage(outage_number, syrian(), at(hour_seconds)));
  for (std::int64_t i = 1; i < 4; ++i) done(outage(outage_number + i));
  std::vector<std::int64_t> numbers;
  DueCitizenCase after;
  for (;;) {
    const auto page = store->cases().overdue_citizen_cases(at(50 * hour_seconds), after, 1).value();
    if (page.empty()) break;
    numbers.push_back(page[0].number - outage_number);
    after = {page[0].is.due.value(), page[0].id};
    REQUIRE(numbers.size() < 10);
  }
  CHECK(numbers == std::vector<std::int64_t>{1, 2, 3, 0});
}

TEST_CASE_METHOD(CitizenCaseFixture,
                 "an export has a person's cases, and an erasure leaves what was done without a word") {
  done(outage());
  done(outage(outage_number + 1, other));
  done(answered("الباب الأزرق"));
  const auto file = store->person_file(syrian());
  REQUIRE(file.ok());
  REQUIRE(file->cases.size() == 1);
  CHECK(file->cases[0].is.number == outage_number);
  REQUIRE(file->cases[0].events.size() == 2);
  CHECK(file->cases[0].events[1].text == "الباب الأزرق");
  CHECK(file->cases[0].events[0].text == "لا كهرباء منذ الصباح");
  REQUIRE(change(released(number(), syrian(), at(100))).ok());
  const ErasePerson erasing{syrian(), {Actor::Kind::command_line, "root"}, at(200)};
  const auto refused = change({erasing});
  REQUIRE_FALSE(refused.ok());
  CHECK_THAT(refused.error().message, Catch::Contains("a case of theirs is not resolved"));
  CHECK(events()[0].text == "لا كهرباء منذ الصباح");
  done(staff_act({.act = Act::quote, .amount = {500, Currency::SYP}, .account = "2100345"}, {}, at(140)));
  CHECK(store->person_file(syrian())->cases[0].is.is.fee->account == "2100345");
  done(staff_act({.act = Act::resolve, .waives_fee = true}, "done", at(150)));
  REQUIRE(change({erasing}).ok());
  CHECK(store->person_file(syrian())->cases.empty());
  CHECK_FALSE(store->cases().find_citizen_case_of(syrian(), outage_number).value());
  const StoredCitizenCase kept = found();
  CHECK(kept.is.state == cases::State::resolved);
  CHECK_FALSE(kept.msisdn);
  CHECK(kept.address.empty());
  CHECK(kept.is.fee->account.empty());
  CHECK(kept.is.fee->amount.minor == 500);
  REQUIRE(events().size() == 4);
  for (const CitizenCaseEvent& event : events()) CHECK(event.text.empty());
  CHECK(found(outage_number + 1).address == "قرب الطاحونة");
}

TEST_CASE_METHOD(CitizenCaseFixture, "a case does not change behind the writer's back, and nothing of it goes") {
  done(outage());
  SQLite::Database database(config.path, SQLite::OPEN_READWRITE);
  for (const char* sql :
       {"DELETE FROM citizen_case", "DELETE FROM citizen_case_event", "UPDATE citizen_case SET kind = 'bill'",
        "UPDATE citizen_case SET version = 3", "UPDATE citizen_case_event SET stage = 'crew'"})
    CHECK_THROWS(database.exec(sql));
}

TEST_CASE("a store with kinds that cannot be worked does not open") {
  StoreFixture fixture;
  fixture.config.case_kinds = cases::sample_kinds();
  fixture.config.case_kinds[0].stages.clear();
  const auto refused = open_sqlite(fixture.config, fixture.loop.post());
  REQUIRE_FALSE(refused.ok());
  CHECK_THAT(refused.error().message, Catch::Contains("outage: it has 1 to 12 stages"));
}

}  // namespace
}  // namespace shubbak::store
