#include "store/privacy.hpp"

#include <set>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/audit_trail.hpp"
#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

using identity::LinkEvent;

const Actor who_administers{Actor::Kind::command_line, "root"};
constexpr std::int64_t day_seconds = 24 * 3600;

AddReading reading_of(const std::string& reference, Msisdn msisdn, WallTime when) {
  return AddReading{
      Reading{reference, msisdn, "electricity", "acc " + reference, 4711, "2026-11", when, ReadingState::recorded}};
}
SaveWalk walk_of(Msisdn msisdn, WalkChannel channel) {
  return SaveWalk{{msisdn, channel, "r1", "what was answered", at(9'000'000)}};
}
ErasePerson erasure(const NationalId& person, WallTime when = at(300)) {
  return ErasePerson{person, who_administers, when};
}

// The person has number 1, had number 2 (released) and number 3, which is another person's by now.
class PrivacyFixture : public StoreFixture {
 public:
  PrivacyFixture() {
    open();
    REQUIRE(change({link(number(1), syrian()), link(number(2), syrian()), link(number(3), syrian())}).ok());
    REQUIRE(change({reading_of("one", number(1), at(5)), reading_of("three", number(3), at(6))}).ok());
    REQUIRE(change(released(number(2), syrian(), at(50))).ok());
    REQUIRE(change({link_event(number(3), LinkEvent::recycle, Actor::Kind::operator_hook, at(100)),
                    link(number(3), other, LinkState::active, at(200))})
                .ok());
    REQUIRE(change({SetLocale{number(1), "ar"}, SetLocale{number(3), "en"}, walk_of(number(1), WalkChannel::ussd),
                    walk_of(number(3), WalkChannel::sms), message("a text for one", number(1)),
                    message("a text for three", number(3)), reading_of("later", number(3), at(5'000)),
                    SetPin{syrian(), "the hash of a PIN", who_administers, at(7)},
                    SetPin{other, "the hash of another PIN", who_administers, at(7)},
                    TryPin{syrian(), number(1), "pay", false, at(8), at(7)}})
                .ok());
  }
  PersonFile file(const NationalId& person) {
    auto read = store->person_file(person);
    if (!read.ok()) FAIL(read.error().message);
    return *std::move(read);
  }
  void release_all() { REQUIRE(change(released(number(1), syrian(), at(250))).ok()); }
  std::vector<audit::Record> records(const std::string& action) {
    std::vector<audit::Record> found;
    const auto trail = AuditTrail::open(config.path).value();
    REQUIRE(trail
                ->each({.action = action},
                       [&](const audit::Record& record) {
                         found.push_back(record);
                         return true;
                       })
                .ok());
    CHECK_FALSE(trail->verify({})->fault);
    return found;
  }
  // Of the statement's rows, in its first column.
  std::vector<std::string> column(const std::string& sql) {
    const SQLite::Database database(config.path, SQLite::OPEN_READONLY);
    SQLite::Statement statement(database, sql);
    std::vector<std::string> values;
    while (statement.executeStep()) values.push_back(statement.getColumn(0).getString());
    return values;
  }

  const NationalId other = syrian("09080706050");
};

TEST_CASE_METHOD(PrivacyFixture, "all that is kept of a person is told, and nothing of anybody else's") {
  const PersonFile kept = file(syrian());
  REQUIRE(kept.links.size() == 3);
  const KeptLink& one = kept.links[0];
  CHECK(one.link.msisdn == number(1));
  CHECK(one.link.national_id == syrian());
  REQUIRE(one.history.size() == 1);
  CHECK(one.history[0].event == LinkEvent::import);
  CHECK(one.history[0].by.name == "root");
  CHECK(one.locale == "ar");
  REQUIRE(one.walks.size() == 1);
  CHECK(one.walks[0].channel == WalkChannel::ussd);
  REQUIRE(one.texts.size() == 1);
  CHECK(one.texts[0].text == "a text for one");
  REQUIRE(one.readings.size() == 1);
  CHECK(one.readings[0].reference == "one");
  CHECK_FALSE(one.has_code);
  const KeptLink& two = kept.links[1];
  CHECK(two.link.record.state == LinkState::released);
  CHECK(two.history.size() == 2);
  const KeptLink& three = kept.links[2];
  CHECK(three.link.msisdn == number(3));
  REQUIRE(three.readings.size() == 1);
  CHECK(three.readings[0].reference == "three");
  CHECK(three.locale.empty());
  CHECK(three.walks.empty());
  CHECK(three.texts.empty());
  CHECK(kept.pin_since == at(7));
  REQUIRE(kept.tries.has_value());
  CHECK(kept.tries->ussd.failures == 1);

  const PersonFile others = file(other);
  REQUIRE(others.links.size() == 1);
  CHECK(others.links[0].locale == "en");
  REQUIRE(others.links[0].readings.size() == 1);
  CHECK(others.links[0].readings[0].reference == "later");
  CHECK_FALSE(others.tries.has_value());
  const PersonFile nobody = file(syrian("05050505050"));
  CHECK(nobody.links.empty());
  CHECK_FALSE(nobody.pin_since.has_value());
}

TEST_CASE_METHOD(PrivacyFixture, "what came to a number before its phone has confirmed is nobody's to be told") {
  REQUIRE(change({link(number(4), syrian(), LinkState::pending, at(260))}).ok());
  REQUIRE(
      change({SetLocale{number(4), "en"}, walk_of(number(4), WalkChannel::ussd), message("a text", number(4))}).ok());
  const PersonFile kept = file(syrian());
  REQUIRE(kept.links.size() == 4);
  CHECK(kept.links[3].link.record.state == LinkState::pending);
  CHECK(kept.links[3].locale.empty());
  CHECK(kept.links[3].walks.empty());
  CHECK(kept.links[3].texts.empty());
}

TEST_CASE_METHOD(PrivacyFixture, "an owner before keeps their readings, also where a link does not say since when") {
  {
    SQLite::Database database(config.path, SQLite::OPEN_READWRITE);
    database.exec("UPDATE link SET made = 0");  // of before this was kept
  }
  const PersonFile others = file(other);
  REQUIRE(others.links.at(0).readings.size() == 1);
  CHECK(others.links[0].readings[0].reference == "later");
}

TEST_CASE_METHOD(PrivacyFixture, "a SIM and an operator that were noted are told, and go with the rest") {
  CHECK_FALSE(file(syrian()).links[0].has_sim);
  REQUIRE(change({NoteImsi{number(1), "417010000000001", at(10)}}).ok());
  CHECK(file(syrian()).links[0].has_sim);
  REQUIRE(change({BroadcastChange(ChooseBroadcasts{number(1), syrian(), false, at(10), "mtn"})}).ok());
  CHECK(file(syrian()).links[0].carrier == "mtn");
  release_all();
  REQUIRE(change({erasure(syrian())}).ok());
  CHECK(column("SELECT count(*) FROM link WHERE imsi_index IS NOT NULL") == std::vector<std::string>{"0"});
  CHECK(column("SELECT count(*) FROM link WHERE carrier <> ''") == std::vector<std::string>{"0"});
}

TEST_CASE_METHOD(PrivacyFixture, "a code that was sent is told of, not told") {
  const OutboxMessage text{0, "mtn", number(1), "your code is 123456", at(9), at(600)};
  REQUIRE(change({SendCode{number(1), syrian(), "pay", "123456", otp::Channel::ussd, text, at(9)}})->sends.front() ==
          otp::SendVerdict::sent);
  CHECK(file(syrian()).links[0].has_code);
}

TEST_CASE_METHOD(PrivacyFixture, "nobody is erased while a link is active, suspended or pending") {
  const auto refusal = [&] {
    const auto refused = change({erasure(syrian())});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Errc::conflict);
    CHECK(file(syrian()).links.size() >= 3);
    CHECK(store->service_pin(syrian())->has_value());
    CHECK(records("privacy.").empty());
    return refused.error().message;
  };
  CHECK_THAT(refusal(), Catch::Contains("active: release it first"));
  REQUIRE(change({link(number(1), syrian(), LinkState::suspended, at(240))}).ok());
  CHECK_THAT(refusal(), Catch::Contains("suspended: release it first"));
  release_all();
  REQUIRE(change({link(number(4), syrian(), LinkState::pending, at(260))}).ok());
  CHECK_THAT(refusal(), Catch::Contains("pending: release it first"));
}

TEST_CASE_METHOD(PrivacyFixture, "what is erased is gone, and the number is in quarantine all the same") {
  release_all();
  // Something may come to a number that is nobody's.
  REQUIRE(
      change({SetLocale{number(1), "en"}, walk_of(number(1), WalkChannel::sms), message("late", number(1))}).ok());
  CHECK(person(number(1)).locale == "en");
  const auto erased = change({erasure(syrian())});
  REQUIRE(erased.ok());
  CHECK(erased->erased_links == std::vector<Msisdn>{number(1), number(2), number(3)});

  CHECK(store->links_of(syrian())->empty());
  CHECK(file(syrian()).links.empty());
  CHECK_FALSE(store->service_pin(syrian())->has_value());
  CHECK_FALSE(file(syrian()).tries.has_value());
  CHECK(person(number(1)).locale.empty());
  CHECK_FALSE(person(number(1)).has_sms_walk);
  const auto found = store->find_link(number(1)).value();
  REQUIRE(found.has_value());
  CHECK_FALSE(found->national_id.has_value());
  CHECK(found->record.state == LinkState::released);
  const auto history = store->link_history(number(1)).value();
  REQUIRE(history.size() == 2);
  CHECK_FALSE(history[1].national_id.has_value());
  CHECK(history[1].event == LinkEvent::release);
  const auto mixed = store->link_history(number(3)).value();
  REQUIRE(mixed.size() == 3);
  CHECK_FALSE(mixed[0].national_id.has_value());
  CHECK(mixed[2].national_id == other);

  // The other person keeps what is theirs.
  CHECK(person(number(3)).link->national_id == other);
  CHECK(person(number(3)).locale == "en");
  CHECK(file(other).links[0].texts.size() == 1);
  CHECK(file(other).links[0].walks.size() == 1);
  CHECK(store->service_pin(other)->has_value());

  for (const NationalId& next : {other, syrian()}) {
    const auto refused = change({link(number(1), next, LinkState::active, at(89 * day_seconds))});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Errc::conflict);
  }
  CHECK(change({link(number(1), other, LinkState::active, at(91 * day_seconds))}).ok());
  CHECK(person(number(1)).link->national_id == other);
  reopen();
  CHECK(store->find_link(number(2)).value()->record.state == LinkState::released);
}

TEST_CASE_METHOD(PrivacyFixture, "an erasure is told by pseudonym, and a second one finds nothing") {
  release_all();
  REQUIRE(change({erasure(syrian())}).ok());
  const auto told = records("privacy.erased");
  REQUIRE(told.size() == 1);
  CHECK(told[0].person == store->pseudonym(syrian()));
  CHECK(told[0].by.name == "root");
  const auto again = change({erasure(syrian())});
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().code == Errc::not_found);
  CHECK(again.error().message == "nothing is kept of this person");
  CHECK(change({erasure(syrian("05050505050"))}).error().code == Errc::not_found);
  CHECK(records("privacy.").size() == 1);
  // What happens to an erased link afterwards is nobody's.
  REQUIRE(change({link_event(number(1), LinkEvent::recycle, Actor::Kind::operator_hook, at(400))}).ok());
  CHECK(records("link.recycled").back().person.empty());
  CHECK(change({link(number(1), other, LinkState::active, at(401))}).ok());
}

TEST_CASE_METHOD(PrivacyFixture,
                 "a question that no phone answered in time does not stand in the way of an erasure") {
  const NationalId asked = syrian("07070707070");
  REQUIRE(
      change({ChangeLink{number(9), asked, LinkEvent::make, {Actor::Kind::staff, "amal"}, at(0), "123456"}}).ok());
  CHECK(change({erasure(asked, at(10))}).error().code == Errc::conflict);
  CHECK(change({erasure(asked, at(8 * 86'400))}).ok());
  CHECK(store->links_of(asked)->empty());
}

TEST_CASE_METHOD(PrivacyFixture, "nothing that was erased is in the database's files") {
  const std::string of_person = " WHERE national_id_index = (SELECT national_id_index FROM link WHERE id = 1)";
  std::vector<std::string> gone = column("SELECT national_id_sealed FROM link" + of_person);
  REQUIRE(gone.size() == 3);
  const std::string on_one = " WHERE msisdn = " + number(1).reveal();
  for (const std::string& sql :
       {"SELECT session_sealed FROM walk" + on_one, "SELECT text_sealed FROM outbox" + on_one,
        "SELECT hash_sealed FROM service_pin" + std::string(" WHERE person = ") +
            "(SELECT national_id_index FROM link WHERE id = 1)"}) {
    const auto values = column(sql);
    REQUIRE(values.size() == 1);
    gone.push_back(values.front());
  }
  release_all();
  REQUIRE(change({erasure(syrian())}).ok());
  CHECK(column("SELECT count(*) FROM link" + of_person) == std::vector<std::string>{"3"});  // all of them zeros now
  CHECK(column("SELECT DISTINCT hex(national_id_index) FROM link WHERE id <= 3") ==
        std::vector<std::string>{std::string(32, '0')});
  store.reset();
  loop.run_all();
  REQUIRE(empty_log(config.path).ok());
  std::string files = read_file(config.path);
  if (std::filesystem::exists(config.path + "-wal")) files += read_file(config.path + "-wal");
  for (const std::string& value : gone) CHECK(files.find(value) == std::string::npos);
  for (const std::string& clear :
       {syrian().reveal(), std::string("a text for one"), std::string("what was answered")}) {
    CHECK(files.find(clear) == std::string::npos);
  }
}

TEST_CASE_METHOD(PrivacyFixture, "the log is emptied beside an open store") {
  REQUIRE(std::filesystem::file_size(config.path + "-wal") > 0);
  REQUIRE(empty_log(config.path).ok());
  CHECK(std::filesystem::file_size(config.path + "-wal") == 0);
  CHECK(change({SetLocale{number(1), "en"}}).ok());
  CHECK(person(number(1)).locale == "en");
}

}  // namespace
}  // namespace shubbak::store
