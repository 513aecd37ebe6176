// The audit trail in the database: told with the change, kept, verified, found again; and what it never holds.
#include <csignal>
#include <map>
#include <set>
#include <sys/wait.h>

#include <SQLiteCpp/Database.h>

#include "store/audit_trail.hpp"
#include "store/flow_archive.hpp"
#include "store/sha256.hpp"
#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

using identity::LinkEvent;
using Kind = Actor::Kind;

const Actor clerk{Kind::staff, "amal"};
constexpr std::int64_t seven_days = 7 * 24 * 3600;

struct AuditFixture : StoreFixture {
  AuditFixture() { open(); }

  [[nodiscard]] std::unique_ptr<AuditTrail> trail() const {
    auto opened = AuditTrail::open(config.path);
    if (!opened.ok()) FAIL(opened.error().message);
    return *std::move(opened);
  }
  [[nodiscard]] std::vector<audit::Record> records(const audit::Filter& filter = {}) const {
    std::vector<audit::Record> all;
    const auto keep = [&all](const audit::Record& record) {
      all.push_back(record);
      return true;
    };
    REQUIRE(trail()->each(filter, keep).ok());
    return all;
  }
  [[nodiscard]] std::vector<std::string> actions(const audit::Filter& filter = {}) const {
    std::vector<std::string> words;
    for (const audit::Record& record : records(filter)) words.push_back(record.action);
    return words;
  }
  // The kind of fault and its number, or "whole".
  [[nodiscard]] std::string verdict(const std::vector<audit::Head>& given = {}) const {
    const auto verdict = trail()->verify(given);
    REQUIRE(verdict.ok());
    if (!verdict->fault) return "whole";
    constexpr std::array<const char*, 5> kinds{"gap", "edited", "reordered", "truncated", "head mismatch"};
    return std::string(kinds[static_cast<std::size_t>(verdict->fault->kind)]) + " " +
           std::to_string(verdict->fault->number);
  }
  // What somebody with the file and without Shubbak does.
  void tamper(const std::string& sql) const {
    SQLite::Database database(config.path, SQLite::OPEN_READWRITE, 5'000);
    database.exec(
        "DROP TRIGGER IF EXISTS audit_stays; DROP TRIGGER IF EXISTS audit_is_kept; DROP TRIGGER IF EXISTS "
        "audit_grows_at_its_end; DROP TRIGGER IF EXISTS audit_head_stays; DROP TRIGGER IF EXISTS audit_head_is_kept; "
        "DROP TRIGGER IF EXISTS audit_head_is_of_a_later_day;");
    database.exec(sql);
  }
  void link_people(int from, int to) {
    for (int i = from; i < to; ++i) {
      const Msisdn msisdn = number(static_cast<std::uint64_t>(i));
      REQUIRE(change({ChangeLink{msisdn, syrian(), LinkEvent::make, clerk, at(i), {}}}).ok());
    }
  }
  AuditHead publish_head(const std::string& day) {
    const AuditHead head{day, trail()->last().value(), R"({"link.made":1})", 2, at(0)};
    REQUIRE(change({PutAuditHead{head}}).ok());
    return head;
  }
  // Numbers, chains and writes the records from this one to the end anew, as who knows how Shubbak does it can.
  void rewrite_from(std::int64_t first) const {
    auto all = records();
    audit::Chain chain(sha256().value());
    SQLite::Database database(config.path, SQLite::OPEN_READWRITE, 5'000);
    for (std::size_t i = static_cast<std::size_t>(first) - 1; i < all.size(); ++i) {
      all[i].hash = *chain.hash_of(i == 0 ? audit::Hash{} : all[i - 1].hash, all[i]);
      SQLite::Statement update(database, "UPDATE audit SET hash = ?1 WHERE number = ?2");
      update.bind(1, all[i].hash.data(), static_cast<int>(all[i].hash.size()));
      update.bind(2, all[i].number);
      update.exec();
    }
  }
};

audit::Head as_sms(const AuditHead& head) {
  return audit::parse_head(std::to_string(head.position.number) + ":" +
                           audit::to_hex(head.position.hash).substr(0, 16))
      .value();
}

}  // namespace

TEST_CASE_METHOD(AuditFixture, "each change of a link is told with who did it, to whom and what was before") {
  ChangeLink made{number(), syrian(), LinkEvent::make, clerk, at(1), {}};
  made.office = "Homs post office 11";
  REQUIRE(change({made}).ok());
  REQUIRE(change({link_event(number(), LinkEvent::confirm, Kind::citizen, at(2))}).ok());
  REQUIRE(change({link(number(), syrian(), LinkState::active, at(3))}).ok());  // changes nothing: nothing to tell
  REQUIRE(
      change({ChangeLink{number(), std::nullopt, LinkEvent::suspend, {Kind::operator_hook, "syriatel"}, at(4), {}}})
          .ok());
  REQUIRE(change(released(number(), syrian(), at(5), clerk)).ok());
  const auto all = records();
  REQUIRE(all.size() == 4);
  CHECK(actions() == std::vector<std::string>{"link.made", "link.confirmed", "link.suspended", "link.released"});
  CHECK(all[0].number == 1);
  CHECK(all[0].at == at(1));
  CHECK(all[0].by == clerk);
  CHECK(all[0].detail == R"({"office":"Homs post office 11"})");
  CHECK(all[1].by == Actor{Kind::citizen, "ussd"});
  CHECK(all[1].detail == R"({"was":"pending"})");
  CHECK(all[2].by == Actor{Kind::operator_hook, "syriatel"});
  CHECK(all[2].detail == R"({"was":"active"})");
  CHECK(all[3].detail == R"({"was":"suspended"})");
  for (const audit::Record& record : all) {
    CHECK(record.person == trail()->pseudonym({config.key_file}, syrian()).value());
    CHECK(record.msisdn == trail()->pseudonym({config.key_file}, number()).value());
  }
  CHECK(verdict() == "whole");
  const auto history = store->link_history(number()).value();
  CHECK(history[0].by.name == "Homs post office 11");  // the phone is asked in its name
  CHECK(history[3].by.name == "amal");
}

TEST_CASE_METHOD(AuditFixture, "whatever happens to a link is one record, of who did it") {
  const NationalId other = syrian("09080706050");
  const auto happens = [&](std::uint64_t last_digits, LinkEvent event, Kind kind, WallTime when,
                           const NationalId& person = syrian()) {
    REQUIRE(change({ChangeLink{number(last_digits), person, event, some(kind), when, {}}}).ok());
  };
  happens(1, LinkEvent::make_unverified, Kind::staff, at(1));
  happens(1, LinkEvent::verify, Kind::system, at(2));
  happens(1, LinkEvent::confirm, Kind::citizen, at(3));
  happens(1, LinkEvent::suspend, Kind::operator_hook, at(4));
  happens(1, LinkEvent::resume, Kind::agent, at(5));
  happens(1, LinkEvent::hold, Kind::operator_hook, at(6));
  happens(1, LinkEvent::clear_hold, Kind::staff, at(7));
  happens(1, LinkEvent::confirm, Kind::citizen, at(8));
  REQUIRE(change(released(number(1), syrian(), at(9), some(Kind::command_line))).ok());
  happens(2, LinkEvent::make, Kind::agent, at(10));
  happens(2, LinkEvent::refuse, Kind::citizen, at(11));
  happens(3, LinkEvent::import, Kind::command_line, at(12));
  happens(3, LinkEvent::recycle, Kind::operator_hook, at(13));
  // What the daemon finds by itself.
  happens(4, LinkEvent::import, Kind::command_line, at(14));
  REQUIRE(change({NoteImsi{number(4), "417010000000001", at(15)}, NoteImsi{number(4), "417010000000001", at(16)},
                  NoteImsi{number(4), "417010000000002", at(17)}})
              .ok());
  happens(5, LinkEvent::make, Kind::staff, at(18));
  REQUIRE(change({ExpireLinks{at(18 + seven_days)}}).ok());
  happens(6, LinkEvent::make, Kind::staff, at(19));
  happens(6, LinkEvent::make, Kind::staff, at(19 + seven_days), other);

  using Told = std::pair<std::string, Kind>;
  const std::map<std::uint64_t, std::vector<Told>> expected{
      {1,
       {{"link.made_unverified", Kind::staff},
        {"link.verified", Kind::system},
        {"link.confirmed", Kind::citizen},
        {"link.suspended", Kind::operator_hook},
        {"link.resumed", Kind::agent},
        {"link.held", Kind::operator_hook},
        {"link.hold_asked", Kind::staff},
        {"link.confirmed", Kind::citizen},
        {"link.released", Kind::command_line}}},
      {2, {{"link.made", Kind::agent}, {"link.refused", Kind::citizen}}},
      {3, {{"link.imported", Kind::command_line}, {"link.recycled", Kind::operator_hook}}},
      {4, {{"link.imported", Kind::command_line}, {"link.held", Kind::system}}},
      {5, {{"link.made", Kind::staff}, {"link.expired", Kind::system}}},
      {6, {{"link.made", Kind::staff}, {"link.expired", Kind::system}, {"link.made", Kind::staff}}}};
  std::set<std::string> told_of;
  for (const auto& [last_digits, of_number] : expected) {
    INFO(last_digits);
    std::vector<Told> told;
    for (const audit::Record& record :
         records({.msisdn = trail()->pseudonym({config.key_file}, number(last_digits)).value()})) {
      told.emplace_back(record.action, record.by.kind);
      told_of.insert(record.action);
    }
    CHECK(told == of_number);
    // The link's own history says the same.
    const auto history = store->link_history(number(last_digits)).value();
    REQUIRE(history.size() == of_number.size());
    for (std::size_t i = 0; i < history.size(); ++i) CHECK(history[i].by.kind == of_number[i].second);
  }
  for (const std::string_view action : audit::action_words) {
    const bool is_event = audit::area(action) == "link" && !action.starts_with("link.email_") &&
                          action != word(audit::Action::link_code_sent);
    if (is_event) CHECK(told_of.count(std::string(action)) == 1);
  }
  CHECK(records({.person = trail()->pseudonym({config.key_file}, other).value()}).size() == 1);
  CHECK(records().size() == 20);
  CHECK(verdict() == "whole");
}

TEST_CASE_METHOD(AuditFixture, "what is refused of a link is not told") {
  link_people(0, 1);
  CHECK(change({link(number(0), syrian("09080706050"))}).error().code == Errc::conflict);
  CHECK(change({ChangeLink{number(0), syrian(), LinkEvent::import, clerk, at(1), {}}}).error().code == Errc::denied);
  CHECK(
      change({SetLocale{number(0), "en"}, link(number(1), syrian()), link(number(2), syrian(), LinkState::released)})
          .error()
          .code == Errc::not_found);
  CHECK(records().size() == 1);
  CHECK(verdict() == "whole");
}

TEST_CASE_METHOD(AuditFixture, "what becomes of PINs, and failures that lock, is told of the person") {
  const Actor citizen{Kind::citizen, "ussd"};
  const auto fail = [&](std::int64_t when) {
    return change({TryPin{syrian(), number(), "change_pin", false, at(when), at(0)}})->tries.at(0);
  };
  REQUIRE(change({SetPin{syrian(), "hash", citizen, at(0)}}).ok());
  for (int i = 1; i <= 4; ++i) CHECK(fail(i) == otp::TryVerdict::wrong);
  CHECK(fail(5) == otp::TryVerdict::locked);
  REQUIRE(change({ClearTries{syrian(), clerk, at(6), "post_7"}}).ok());
  REQUIRE(change({ClearTries{syrian(), clerk, at(7)}}).ok());  // nothing left to clear
  CHECK(change({DropPin{syrian(), clerk, at(8), "0933123456"}}).error().code == Errc::invalid);
  REQUIRE(change({DropPin{syrian(), clerk, at(8), "post_3"}}).ok());
  CHECK(change({DropPin{syrian(), clerk, at(9)}}).error().code == Errc::not_found);
  const auto all = records({.person = trail()->pseudonym({config.key_file}, syrian()).value()});
  CHECK(actions() == std::vector<std::string>{"pin.set", "pin.locked", "pin.locked", "otp.cleared", "pin.dropped"});
  REQUIRE(all.size() == 5);
  CHECK(all[0].by == citizen);
  CHECK(all[1].by == citizen);
  CHECK(all[1].detail == R"({"channel":"ussd","tries":4,"seconds":60})");
  CHECK(all[2].detail == R"({"channel":"sms","tries":4,"seconds":60})");  // failing by USSD counts for both
  CHECK(all[3].by == clerk);
  CHECK(all[3].detail == R"({"office":"post_7"})");
  CHECK(all[4].by == clerk);
  CHECK(all[4].detail == R"({"office":"post_3"})");
  CHECK(all[4].at == at(8));
  CHECK(change({SetPin{syrian(), "hash", {Kind::citizen, "Amal"}, at(10)}}).error().code == Errc::invalid);
  CHECK_FALSE(store->service_pin(syrian()).value().has_value());
  CHECK(verdict() == "whole");
}

TEST_CASE_METHOD(AuditFixture, "what other rooms tell is written with the changes that it is of, or not at all") {
  const AddAudit locked{.at = at(1),
                        .by = {},
                        .action = audit::Action::otp_locked,
                        .person = syrian(),
                        .number = number(),
                        .detail = audit::Detail().add(audit::Key::tries, 3).add(audit::Key::channel, "ussd")};
  REQUIRE(change({locked, SetLocale{number(), "ar"}}).ok());
  REQUIRE(change({reading("R1", "A-1")}).ok());
  CHECK(change({locked, reading("R2", "A-1")}).error().code == Errc::conflict);
  CHECK(change({reading("R3", "A-3"), locked, reading("R4", "A-1"), locked}).error().code == Errc::conflict);
  REQUIRE(change({AddAudit{.at = at(2),
                           .by = clerk,
                           .action = audit::Action::role_granted,
                           .thing = "badr",
                           .detail = audit::Detail().add(audit::Key::role, "cashier")}})
              .ok());
  const auto all = records();
  REQUIRE(all.size() == 2);
  CHECK(all[0].action == "otp.locked");
  CHECK(all[0].detail == R"({"tries":3,"channel":"ussd"})");
  CHECK(all[1].thing == "badr");
  CHECK(all[1].person.empty());
  CHECK(verdict() == "whole");
}

TEST_CASE_METHOD(AuditFixture, "what the trail does not take is refused with its set before anything is written") {
  const auto refused = [&](AddAudit told) { return change({SetLocale{number(), "ar"}, std::move(told)}); };
  const AddAudit good{.at = at(1), .by = clerk, .action = audit::Action::pin_set, .person = syrian()};
  AddAudit bad = good;
  bad.by.name = "963933123456";
  CHECK(refused(bad).error().code == Errc::invalid);
  bad = good;
  bad.thing = "01020304050";
  CHECK(refused(bad).error().code == Errc::invalid);
  bad = good;
  bad.person.reset();
  CHECK(refused(bad).error().code == Errc::invalid);
  bad = good;
  bad.detail.add(audit::Key::reason, "Amal said so");
  const auto outcome = refused(bad);
  CHECK(outcome.error().code == Errc::invalid);
  CHECK_THAT(outcome.error().message, Catch::Contains("'reason'") && !Catch::Contains("Amal"));
  ChangeLink made = link(number(), syrian());
  made.by = {Kind::command_line, ""};
  CHECK(change({made}).error().code == Errc::invalid);
  made = link(number(), syrian());
  made.office = "0933123456";
  CHECK(change({made}).error().code == Errc::invalid);
  CHECK(person(number()).locale.empty());
  CHECK_FALSE(person(number()).link.has_value());
  CHECK(records().empty());
  CHECK(refused(good).ok());
}

TEST_CASE_METHOD(AuditFixture, "a publication is told with its number, author and the length of its note") {
  const auto archive = FlowArchive::open(config.path).value();
  Publication what{.revision = "0123456789abcdef", .author = "Amal", .note = "because of 963933123456", .at = at(5)};
  what.by = {Actor::Kind::command_line, "root"};
  REQUIRE(archive->publish(what, "sources", 0, false).ok());
  CHECK(archive->publish(what, "sources", 0, false).error().code == Errc::conflict);
  what.author = "0933123456";
  CHECK(archive->publish(what, "sources", 1, false).error().code == Errc::invalid);
  const auto all = records();
  REQUIRE(all.size() == 1);
  CHECK(all[0].action == "flow.published");
  CHECK(all[0].by == Actor{Actor::Kind::command_line, "root"});
  CHECK(all[0].thing == "0123456789abcdef");
  CHECK(all[0].detail == R"({"publication":1,"author":"Amal","note_octets":23})");
  CHECK(verdict() == "whole");
}

TEST_CASE_METHOD(AuditFixture,
                 "a proposal and its approval are told, the approval with the publication that it makes") {
  const auto archive = FlowArchive::open(config.path).value();
  const Proposal wanted{.revision = "0123456789abcdef", .author = "amal", .note = "why", .at = at(1), .by = clerk};
  REQUIRE(archive->propose(wanted, "sources", std::nullopt).ok());
  CHECK(archive->approve(1, clerk, at(2), std::nullopt).error().code == Errc::denied);
  CHECK(archive->approve(1, {Kind::staff, ""}, at(2), std::nullopt).error().code == Errc::invalid);
  const Actor badr{Kind::staff, "badr"};
  REQUIRE(archive->approve(1, badr, at(3), std::nullopt).ok());
  const auto all = records();
  CHECK(actions() == std::vector<std::string>{"flow.proposed", "flow.published", "flow.approved"});
  REQUIRE(all.size() == 3);
  CHECK(all[0].by == clerk);
  CHECK(all[0].detail == R"({"proposal":1,"author":"amal","note_octets":3})");
  CHECK(all[1].by == badr);
  CHECK(all[1].detail == R"({"publication":1,"author":"amal","note_octets":3})");
  CHECK(all[2].by == badr);
  CHECK(all[2].thing == "0123456789abcdef");
  CHECK(all[2].detail == R"({"proposal":1,"author":"amal"})");
  CHECK(verdict() == "whole");
}

TEST_CASE_METHOD(AuditFixture,
                 "what becomes of an account of staff is told, role by role, and of names that nobody has nothing") {
  using staff::Grant;
  using staff::Role;
  const Grant at_the_post{Role::clerk, {"homs", "*", "post_7"}};
  const Actor root{Kind::command_line, "root"};
  const auto done = [&](StaffChange one) { return change({Change(std::move(one))}).ok(); };
  REQUIRE(done(AddAccount{"badr", "Badr", "", "hash", {at_the_post, {Role::cashier, {}}}, root, at(1)}));
  CHECK_FALSE(done(AddAccount{"badr", "Badr", "", "hash", {at_the_post}, root, at(2)}));
  REQUIRE(done(SetGrants{"badr", {at_the_post, {Role::designer, {}}}, 0, clerk, at(3)}));
  REQUIRE(done(SetPassword{"badr", "other", 0, clerk, at(4)}));
  for (int i = 0; i < 6; ++i) {
    for (const std::string name : {"badr", "nobody"}) {
      REQUIRE(done(Login{name, "10.0.0.7", false, 3, TokenHash{}, at(5)}));
    }
  }
  REQUIRE(done(SetDisabled{"badr", true, 0, clerk, at(6)}));
  REQUIRE(done(SetDisabled{"badr", true, 0, clerk, at(7)}));  // as it was: nothing to tell
  REQUIRE(done(SetDisabled{"badr", false, 0, clerk, at(8)}));
  const auto all = records();
  CHECK(actions() == std::vector<std::string>{"account.added", "role.granted", "role.granted", "role.revoked",
                                              "role.granted", "account.password_set", "account.locked",
                                              "account.closed", "account.opened"});
  REQUIRE(all.size() == 9);
  for (const audit::Record& record : all) CHECK(record.thing == "badr");
  CHECK(all[0].by == root);
  CHECK(all[1].detail == R"({"role":"clerk","company":"homs","office":"post_7"})");
  CHECK(all[2].detail == R"({"role":"cashier"})");
  CHECK(all[3].detail == R"({"role":"cashier"})");
  CHECK(all[3].by == clerk);
  CHECK(all[4].detail == R"({"role":"designer"})");
  CHECK(all[6].by == Actor{});
  CHECK(all[6].detail == R"({"tries":5,"seconds":30})");
  CHECK_FALSE(done(SetPassword{"badr", "other", 0, {Kind::staff, ""}, at(9)}));
  CHECK(verdict() == "whole");
}

TEST_CASE_METHOD(AuditFixture, "neither records nor heads can be changed, removed or replaced") {
  link_people(0, 2);
  publish_head("2026-11-25");
  SQLite::Database database(config.path, SQLite::OPEN_READWRITE, 5'000);
  for (const char* sql :
       {"UPDATE audit SET actor_name = 'x'", "DELETE FROM audit", "DELETE FROM audit WHERE number = 2",
        "REPLACE INTO audit SELECT number, at, 0, '', action, person, msisdn, thing, detail, hash FROM audit",
        "INSERT INTO audit SELECT 7, at, 0, '', action, person, msisdn, thing, detail, hash FROM audit WHERE number "
        "= 1",
        "UPDATE audit_head SET number = 1", "DELETE FROM audit_head",
        "REPLACE INTO audit_head SELECT day, 1, hash, totals, sent_to, at FROM audit_head"}) {
    INFO(sql);
    CHECK_THROWS_AS(database.exec(sql), SQLite::Exception);
  }
  CHECK(verdict() == "whole");
}

TEST_CASE_METHOD(AuditFixture, "a head is published once a day, and never of an earlier day") {
  link_people(0, 1);
  const AuditHead head = publish_head("2026-11-25");
  AuditHead other = head;
  CHECK(change({PutAuditHead{other}, message("again")}).error().code == Errc::conflict);
  other.day = "2026-11-24";
  CHECK(change({message("again"), PutAuditHead{other}}).error().code == Errc::conflict);
  other.day = "today";
  CHECK(change({PutAuditHead{other}}).error().code == Errc::conflict);
  CHECK(store->outbox_sizes().value().empty());
  const auto last = trail()->last_head().value();
  REQUIRE(last.has_value());
  CHECK(last->day == "2026-11-25");
  CHECK(last->position == head.position);
  CHECK(last->sent_to == 2);
  other.day = "2026-11-26";
  CHECK(change({PutAuditHead{other}, message("next")}).ok());
}

TEST_CASE_METHOD(AuditFixture, "every kind of tampering with the file is found, with the number of the record") {
  link_people(0, 20);
  const AuditHead head = publish_head("2026-11-25");
  SECTION("deleted") {
    tamper("DELETE FROM audit WHERE number = 7");
    CHECK(verdict() == "gap 7");
  }
  SECTION("deleted, the rest renumbered") {
    tamper(
        "PRAGMA ignore_check_constraints = 1; DELETE FROM audit WHERE number = 7; UPDATE audit SET number = -(number "
        "- 1) WHERE number > 7; UPDATE audit SET number = -number WHERE number < 0");
    CHECK(verdict() == "edited 7");
  }
  SECTION("edited") {
    tamper("UPDATE audit SET actor_name = 'badr' WHERE number = 9");
    CHECK(verdict() == "edited 9");
  }
  SECTION("edited in its hash") {
    tamper("UPDATE audit SET hash = randomblob(32) WHERE number = 9");
    CHECK(verdict() == "edited 9");
  }
  SECTION("an actor that there is not") {
    tamper("PRAGMA ignore_check_constraints = 1; UPDATE audit SET actor_kind = 77 WHERE number = 9");
    CHECK(verdict() == "edited 9");
  }
  SECTION("two changed places") {
    tamper(
        "PRAGMA ignore_check_constraints = 1; UPDATE audit SET number = -4 WHERE number = 4; UPDATE audit SET number "
        "= 4 WHERE number = 12; UPDATE audit SET number = 12 WHERE number = -4");
    CHECK(verdict() == "reordered 4");
  }
  SECTION("moved before the first") {
    tamper("PRAGMA ignore_check_constraints = 1; UPDATE audit SET number = -1 WHERE number = 20");
    CHECK(verdict() == "reordered -1");
  }
  SECTION("cut off, also from the published head on") {
    tamper("DELETE FROM audit WHERE number > 15");
    CHECK(verdict() == "truncated 16");
    CHECK(verdict({as_sms(head)}) == "truncated 16");
  }
  SECTION("the head in the database edited") {
    tamper("UPDATE audit_head SET hash = randomblob(32)");
    CHECK(verdict() == "head mismatch 20");
  }
}

// The one attack that only somebody outside can find: whoever may write the file can write the whole chain anew.
TEST_CASE_METHOD(AuditFixture, "a tail that was written and hashed anew is caught by the head that went out by SMS") {
  link_people(0, 20);
  const audit::Head sms = as_sms(publish_head("2026-11-25"));
  link_people(20, 25);
  CHECK(verdict({sms}) == "whole");
  tamper("UPDATE audit SET actor_name = 'badr' WHERE number = 12");
  rewrite_from(12);
  CHECK(verdict() == "head mismatch 20");  // the database's own head tells, as long as it is left alone
  tamper("UPDATE audit_head SET hash = (SELECT hash FROM audit WHERE audit.number = audit_head.number)");
  CHECK(verdict() == "whole");  // nothing inside tells any more
  CHECK(verdict({sms}) == "head mismatch 20");
  // The same with the head deleted, and the end cut off.
  tamper("DELETE FROM audit_head; DELETE FROM audit WHERE number > 18");
  CHECK(verdict() == "whole");
  CHECK(verdict({sms}) == "truncated 19");
}

TEST_CASE_METHOD(AuditFixture, "records are found by person, number, action, actor and time") {
  link_people(0, 3);
  REQUIRE(change({link(number(7), syrian("09080706050"), LinkState::pending, at(100))}).ok());
  REQUIRE(change(released(number(0), syrian(), at(101), {Kind::command_line, "root"})).ok());
  const auto reading_trail = trail();
  const std::string person = reading_trail->pseudonym({config.key_file}, syrian()).value();
  const std::string other = reading_trail->pseudonym({config.key_file}, syrian("09080706050")).value();
  const std::string first = reading_trail->pseudonym({config.key_file}, number(0)).value();
  CHECK(records({.person = person}).size() == 4);
  CHECK(actions({.person = other}) == std::vector<std::string>{"link.made"});
  CHECK(actions({.msisdn = first}) == std::vector<std::string>{"link.made", "link.released"});
  CHECK(actions({.person = person, .msisdn = first, .action = "link.rel"}).size() == 1);
  CHECK(records({.person = other, .msisdn = first}).empty());
  CHECK(records({.by = "amal"}).size() == 3);
  CHECK(records({.by = "ama"}).empty());
  CHECK(records({.action = "flow."}).empty());
  CHECK(records({.from = at(2), .before = at(101)}).size() == 2);
  const auto all = records();
  const auto followed = reading_trail->follow({1, all[0].hash}, 5).value();
  CHECK(followed.totals == std::map<std::string, std::int64_t>{{"link.made", 3}, {"link.released", 1}});
  CHECK(followed.to == audit::Position{5, all[4].hash});
  CHECK_FALSE(followed.fault.has_value());
  // From a record that is not, or is another one by now.
  CHECK(reading_trail->follow({1, all[1].hash}, 5).value().fault->kind == audit::FaultKind::head_mismatch);
  CHECK(reading_trail->follow({99, all[1].hash}, 100).value().fault->number == 99);
  // What people do on their phones stands in no index of who did it.
  REQUIRE(change({link_event(number(1), LinkEvent::confirm, Kind::citizen, at(102))}).ok());
  CHECK(actions({.by = "ussd"}) == std::vector<std::string>{"link.confirmed"});
  CHECK(actions({.action = "link.", .by = "ussd"}) == std::vector<std::string>{"link.confirmed"});
  CHECK(records({.by = "sms"}).empty());
  write_file(config.key_file, std::string(64, 'a'));
  CHECK(reading_trail->pseudonym({config.key_file}, number(0)).error().code == Errc::denied);
}

TEST_CASE_METHOD(AuditFixture, "more records than a page are read and verified, each once") {
  std::vector<Change> many;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    many.emplace_back(AddAudit{.at = at(0), .by = clerk, .action = audit::Action::account_locked, .thing = "badr"});
  }
  REQUIRE(change(std::move(many)).ok());
  const auto verdict = trail()->verify({}).value();
  CHECK_FALSE(verdict.fault.has_value());
  CHECK(verdict.last.number == 20'000);
  CHECK(records().size() == 20'000);
}

TEST_CASE_METHOD(AuditFixture,
                 "of several actions, more than a page of each, every record is found once and in order") {
  constexpr std::array all{audit::Action::account_added, audit::Action::role_granted, audit::Action::account_locked};
  std::vector<Change> many;
  for (std::size_t i = 0; i < 6'000; ++i)
    many.emplace_back(AddAudit{.at = at(0), .by = clerk, .action = all.at(i % all.size()), .thing = "badr"});
  REQUIRE(change(std::move(many)).ok());
  const auto of_accounts = records({.action = "account."});
  REQUIRE(of_accounts.size() == 4'000);
  const auto is_behind = [](const audit::Record& one, const audit::Record& next) {
    return one.number >= next.number;
  };
  CHECK(std::ranges::adjacent_find(of_accounts, is_behind) == of_accounts.end());
  CHECK(records({.action = "account.locked"}).size() == 2'000);
  CHECK(records({.action = "acc"}).size() == 4'000);
  CHECK(records({.action = "account.locked.not"}).empty());
  CHECK(records({.action = "account.", .by = clerk.name}).size() == 4'000);
  CHECK(records({.action = "role.", .from = at(1)}).empty());
  std::size_t found = 0;
  std::int64_t first = 0;
  const auto count = [&](const audit::Record& record) {
    if (found == 0) first = record.number;
    return ++found < 10;
  };
  REQUIRE(trail()->each({.action = "account."}, count, 4'500).ok());
  CHECK(first == 4'501);
  CHECK(found == 10);
}

TEST_CASE_METHOD(
    AuditFixture,
    "of actions of which one is rare, every record is found once and in order, and none that is new by then") {
  std::vector<Change> many;
  for (std::size_t i = 0; i < 3'000; ++i) {
    const audit::Action action = i % 700 == 699  ? audit::Action::account_added
                                 : i % 100 == 50 ? audit::Action::role_granted
                                                 : audit::Action::account_locked;
    many.emplace_back(AddAudit{.at = at(0), .by = clerk, .action = action, .thing = "badr"});
  }
  REQUIRE(change(std::move(many)).ok());
  std::vector<std::int64_t> expected;
  for (const audit::Record& record : records()) {
    if (record.action.starts_with("account.")) expected.push_back(record.number);
  }
  REQUIRE(expected.size() == 2'970);
  std::vector<std::int64_t> found;
  const auto append_meanwhile = [&](const audit::Record& record) {
    if (found.empty()) {
      for (const audit::Action action : {audit::Action::account_added, audit::Action::account_locked})
        REQUIRE(change({AddAudit{.at = at(1), .by = clerk, .action = action, .thing = "badr"}}).ok());
    }
    found.push_back(record.number);
    return true;
  };
  REQUIRE(trail()->each({.action = "account."}, append_meanwhile).ok());
  CHECK(found == expected);
  CHECK(records({.action = "account."}).size() == expected.size() + 2);
}

TEST_CASE_METHOD(AuditFixture, "two processes that append at once keep one chain") {
  constexpr int each = 300;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {  // without Catch's exceptions: a second process only tells by its exit code
    Loop own;
    auto opened = open_sqlite(config, own.post());
    if (!opened.ok()) ::_exit(1);
    int told = 0;
    for (std::uint64_t i = 0; i < each; ++i) {
      (*opened)->change({link(number(1'000 + i), syrian())}, [&told](const auto& r) { told += r.ok(); });
      if (!own.run_until([&] { return told == static_cast<int>(i) + 1; })) ::_exit(2);
    }
    ::_exit(told == each ? 0 : 3);
  }
  link_people(0, each);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(verdict() == "whole");
  CHECK(records().size() == 2 * each);
  CHECK(records({.by = "amal"}).size() == each);
}

TEST_CASE_METHOD(StoreFixture, "no acknowledged record is lost when the process is killed, and the chain is whole") {
  for (std::uint32_t round = 1; round <= 5; ++round) {
    config.path = folder.file("killed" + std::to_string(round));
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::close(ends[0]);
      Loop own;
      auto opened = open_sqlite(config, own.post());
      if (!opened.ok()) ::_exit(1);
      std::size_t waiting = 0;
      for (std::uint64_t next = 0;; ++next) {
        ++waiting;
        (*opened)->change(
            {link(number(next % 100'000), syrian(), next % 2 == 0 ? LinkState::active : LinkState::pending)},
            [&waiting, next, acknowledged = ends[1]](const auto& result) {
              --waiting;
              if (!result.ok() || ::write(acknowledged, &next, sizeof(next)) != sizeof(next)) ::_exit(2);
            });
        if (!own.run_until([&waiting] { return waiting < 200; })) ::_exit(3);
      }
    }
    ::close(ends[1]);
    std::uint64_t told = 0;
    std::uint64_t next = 0;
    for (; told < round * std::uint64_t{200} && ::read(ends[0], &next, sizeof(next)) == sizeof(next); ++told) {
    }
    REQUIRE(::kill(child, SIGKILL) == 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    while (::read(ends[0], &next, sizeof(next)) == sizeof(next)) ++told;
    ::close(ends[0]);

    open();  // what a next run appends goes on with the same chain
    REQUIRE(change({link(number(200'000), syrian())}).ok());
    store.reset();
    const auto verdict = AuditTrail::open(config.path).value()->verify({}).value();
    CHECK_FALSE(verdict.fault.has_value());
    CHECK(static_cast<std::uint64_t>(verdict.last.number) >= told + 1);
    SQLite::Database database(config.path);
    CHECK(database.execAndGet("SELECT count(*) FROM link").getInt64() ==
          verdict.last.number);  // none without the other
  }
}

TEST_CASE_METHOD(AuditFixture, "the trail holds no national number and no full number, in no form that can be read") {
  link_people(123'456, 123'457);
  REQUIRE(change({AddAudit{.at = at(1),
                           .by = clerk,
                           .action = audit::Action::pin_set,
                           .person = syrian(),
                           .number = number(123'456)}})
              .ok());
  publish_head("2026-11-25");
  SQLite::Database database(config.path);
  SQLite::Statement rows(
      database,
      "SELECT actor_name || action || quote(person) || quote(msisdn) || thing || detail || hex(hash) FROM audit "
      "UNION ALL SELECT day || number || hex(hash) || totals FROM audit_head");
  int looked_at = 0;
  for (; rows.executeStep(); ++looked_at) {
    const std::string row = rows.getColumn(0).getString();
    INFO(row);
    CHECK(row.find("01020304050") == std::string::npos);
    CHECK(row.find("963933123456") == std::string::npos);
    CHECK(row.find("933123456") == std::string::npos);
  }
  CHECK(looked_at == 3);
  // Who has no key cannot try numbers one after the other: under another key each has another pseudonym.
  const std::string here = trail()->pseudonym({config.key_file}, number(123'456)).value();
  StoreFixture elsewhere;
  write_file(elsewhere.config.key_file, std::string(64, 'b'));
  elsewhere.open();
  CHECK(AuditTrail::open(elsewhere.config.path)
            .value()
            ->pseudonym({elsewhere.config.key_file}, number(123'456))
            .value() != here);
}

TEST_CASE_METHOD(AuditFixture, "when the trail takes nothing, nothing is changed") {
  link_people(0, 1);
  tamper("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no more'); END");
  const auto refused = change({link(number(1), syrian())});
  CHECK(refused.error().code == Errc::io);
  CHECK_THAT(refused.error().message, Catch::Contains("nothing is changed"));
  CHECK_FALSE(person(number(1)).link.has_value());
  const auto archive = FlowArchive::open(config.path).value();
  CHECK(archive->publish({.revision = "r1", .author = "a", .note = "n", .at = at(1), .by = clerk}, "one", 0, false)
            .error()
            .code == Errc::io);
  CHECK_FALSE(archive->latest().value().has_value());
  tamper("DROP TRIGGER full");
  CHECK(change({link(number(1), syrian())}).ok());
  CHECK(verdict() == "whole");
}

TEST_CASE_METHOD(StoreFixture, "a database without a trail, or none at all, is told as such and not made") {
  CHECK(AuditTrail::open(config.path).error().code == Errc::io);
  CHECK_FALSE(std::filesystem::exists(config.path));
  {
    SQLite::Database database(config.path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec(read_file(std::string(STORE_FIXTURES) + "/version_1.sql"));
  }
  const auto old = AuditTrail::open(config.path);
  CHECK(old.error().code == Errc::not_found);
  open();
  CHECK(AuditTrail::open(config.path).ok());
}

}  // namespace shubbak::store
