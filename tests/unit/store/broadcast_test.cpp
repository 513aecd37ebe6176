// Broadcasts in the store: approved by a second person, told once to each number that may be told, whatever ends,
// fails or writes beside it, and counted.
#include "store/broadcast.hpp"

#include <map>
#include <set>

#include <SQLiteCpp/Database.h>

#include "before_migration.hpp"
#include "store/privacy.hpp"
#include "store_fixture.hpp"
#include "tests/unit/cases/sample_kinds.hpp"

namespace shubbak::store {
namespace {

using identity::LinkEvent;

constexpr std::int64_t linked_numbers = 20;  // numbers that are linked
const Actor cast_author{Actor::Kind::staff, "amal"};
const Actor cast_checker{Actor::Kind::staff, "badr"};
const std::vector<broadcasts::Text> cast_texts{{"ar", "انقطاع غداً"}, {"en", "No power tomorrow"}};

NationalId cast_person(std::int64_t n) {
  return syrian(std::to_string(10'000'000'000 + n));
}
Msisdn cast_phone(std::int64_t n) {
  return number(static_cast<std::uint64_t>(n));
}

class BroadcastFixture : public StoreFixture {
 public:
  BroadcastFixture() {
    open();
    std::vector<Change> links;
    for (std::int64_t n = 1; n <= linked_numbers; ++n) links.emplace_back(link(cast_phone(n), cast_person(n)));
    REQUIRE(change(std::move(links)).ok());
  }
  Result<Committed> does(BroadcastChange one) {
    std::vector<Change> changes;
    changes.emplace_back(std::move(one));
    return change(std::move(changes));
  }
  Errc refused(BroadcastChange one) {
    const auto committed = does(std::move(one));
    REQUIRE_FALSE(committed.ok());
    return committed.error().code;
  }
  static DraftBroadcast wanted(const broadcasts::Segment& segment) {
    return {.kind = broadcasts::Kind::outage,
            .segment = segment,
            .default_locale = "ar",
            .texts = cast_texts,
            .expires = at(3'600),
            .by = cast_author,
            .at = at(5)};
  }
  std::int64_t draft(const broadcasts::Segment& segment = {}) {
    const auto drafted = does(wanted(segment));
    REQUIRE(drafted.ok());
    return drafted->broadcast;
  }
  Result<Committed> act(std::int64_t number, broadcasts::Act what, const Actor& by = cast_checker,
                        WallTime when = at(10)) {
    std::vector<std::string> operators;
    if (what == broadcasts::Act::approve) operators = {"mtn", "syriatel"};
    return does(ActOnBroadcast{number, what, by, when, std::move(operators)});
  }
  // Approved by a second person, and begun.
  std::int64_t run(const broadcasts::Segment& segment = {}) {
    const std::int64_t number = draft(segment);
    REQUIRE(act(number, broadcasts::Act::propose, cast_author).ok());
    REQUIRE(act(number, broadcasts::Act::approve).ok());
    REQUIRE(does(TendBroadcast{number, at(11)}).ok());
    REQUIRE(shown(number).state == broadcasts::State::running);
    return number;
  }
  PrepareBroadcast preparing(std::int64_t number, std::int64_t recipients = 100, const std::string& by = "mtn",
                             std::int64_t waiting_max = 1'000) {
    return {.number = number,
            .operator_name = by,
            .texts = cast_texts,
            .recipients_max = recipients,
            .waiting_max = waiting_max,
            .at = at(20)};
  }
  BroadcastPrepared prepare(std::int64_t number, std::int64_t recipients = 100, const std::string& by = "mtn",
                            std::int64_t waiting_max = 1'000) {
    const auto committed = does(preparing(number, recipients, by, waiting_max));
    REQUIRE(committed.ok());
    return committed->prepared;
  }
  StoredBroadcast shown(std::int64_t number) {
    const auto found = store->broadcasts().find_broadcast(number);
    REQUIRE(found.ok());
    REQUIRE(found->has_value());
    return **found;
  }
  std::vector<OutboxMessage> outbox(const std::string& by = "mtn") {
    return store->outbox_page(by, 0, 1'000).value().messages;
  }
  // How often each of these numbers is in the outbox.
  std::map<Msisdn, int> told_by(const std::string& by = "mtn") {
    std::map<Msisdn, int> times;
    const auto messages = outbox(by);
    for (const OutboxMessage& one : messages) ++times[one.to];
    return times;
  }
  static std::map<Msisdn, int> once(const std::set<std::int64_t>& numbers) {
    std::map<Msisdn, int> times;
    for (const std::int64_t n : numbers) times[cast_phone(n)] = 1;
    return times;
  }
  static std::set<std::int64_t> all_but(const std::set<std::int64_t>& left_out) {
    std::set<std::int64_t> rest;
    for (std::int64_t n = 1; n <= linked_numbers; ++n) {
      if (!left_out.contains(n)) rest.insert(n);
    }
    return rest;
  }
  Result<Committed> choose(std::int64_t n, bool refuses, const std::string& carrier = {}, WallTime when = at(2)) {
    return does(ChooseBroadcasts{cast_phone(n), cast_person(n), refuses, when, carrier});
  }
  void gone(const OutboxMessage& message, BroadcastOutcome::What what, const std::string& message_id = {}) {
    std::vector<Change> changes;
    changes.emplace_back(RemoveOutboxMessage{message.id, BroadcastOutcome{what, message_id, at(30)}});
    REQUIRE(change(std::move(changes)).ok());
  }
};

using CastFate = BroadcastOutcome::What;
using CastGroups = std::vector<broadcasts::Group>;

// Numbers that get notices of accounts in governorates, and that have told of outages.
class SegmentFixture : public BroadcastFixture {
 public:
  SegmentFixture() {
    cases::Kind of_area = cases::sample_outage();
    of_area.name = "area_outage";
    of_area.joins_within = std::chrono::hours(3);
    config.case_kinds = {cases::sample_outage(), of_area, cases::sample_bribe()};
    reopen();
  }
  void subscribe(std::int64_t n, const std::string& company, const std::optional<std::string>& governorate) {
    std::vector<Change> changes;
    changes.emplace_back(SubscriptionChange(Subscribe{.msisdn = cast_phone(n),
                                                      .person = cast_person(n),
                                                      .company = company,
                                                      .account = "4521" + governorate.value_or(""),
                                                      .link = "mtn",
                                                      .at = at(1),
                                                      .next_at = at(100'000),
                                                      .governorate = governorate}));
    REQUIRE(change(std::move(changes)).ok());
  }
  // Told by that number; the kind tells what it is about.
  void tell_of(std::int64_t n, const std::string& kind, const std::string& company, const std::string& area = {},
               const std::string& directorate = {}, const std::string& accused = {}) {
    std::vector<Change> changes;
    changes.emplace_back(CitizenCaseChange(OpenCitizenCase{.number = 200'000'000 + n,
                                                           .person = cast_person(n),
                                                           .msisdn = cast_phone(n),
                                                           .link = "mtn",
                                                           .kind = kind,
                                                           .from = {company, directorate, accused},
                                                           .area = area,
                                                           .text = "no power",
                                                           .by = {Actor::Kind::citizen, "ussd"},
                                                           .at = at(2)}));
    REQUIRE(change(std::move(changes)).ok());
  }
  void done_to(std::int64_t n, cases::Asked asked, WallTime when = at(4)) {
    std::vector<Change> changes;
    changes.emplace_back(CitizenCaseChange(ActOnCitizenCase{
        .number = 200'000'000 + n, .asked = std::move(asked), .text = "it is back", .by = cast_author, .at = when}));
    REQUIRE(change(std::move(changes)).ok());
  }
  std::int64_t counted(const broadcasts::Segment& segment) {
    const auto book = BroadcastBook::open(config.path);
    REQUIRE(book.ok());
    std::int64_t all = 0;
    const CastGroups groups = (*book)->count(segment, "ar").value();
    for (const broadcasts::Group& one : groups) all += one.recipients;
    return all;
  }
  // Whom a broadcast of it tells, by mtn's link; the count says the same.
  std::map<Msisdn, int> told(const broadcasts::Segment& segment) {
    const std::int64_t count = counted(segment);
    const std::int64_t number = run(segment);
    CHECK(shown(number).segment == segment);
    CHECK(prepare(number).is_over);
    CHECK(shown(number).waiting == count);
    const auto all = told_by();
    REQUIRE(act(number, broadcasts::Act::cancel).ok());  // so that nothing of it is in the outbox
    return all;
  }
  static broadcasts::Segment of_cases(broadcasts::OpenCases cases, const std::string& company = {}) {
    return {.company = company, .cases = std::move(cases)};
  }
};

}  // namespace

TEST_CASE_METHOD(BroadcastFixture, "a broadcast is approved by a second person only, whatever it is asked by") {
  const std::int64_t number = draft();
  CHECK(number == 1);
  CHECK(act(number, broadcasts::Act::approve).error().code == Errc::conflict);  // nobody has proposed it
  REQUIRE(act(number, broadcasts::Act::propose, cast_author).ok());
  CHECK(act(number, broadcasts::Act::approve, cast_author).error().code == Errc::denied);
  CHECK(shown(number).state == broadcasts::State::proposed);
  CHECK(shown(number).lanes.empty());
  REQUIRE(act(number, broadcasts::Act::approve).ok());
  const StoredBroadcast approved = shown(number);
  CHECK(approved.state == broadcasts::State::approved);
  CHECK(approved.author == "amal");
  CHECK(approved.proposer == "amal");
  CHECK(approved.checker == "badr");
  CHECK(approved.decided == at(10));
  CHECK(approved.texts == cast_texts);
  REQUIRE(approved.lanes.size() == 2);
  CHECK(approved.lanes[0].operator_name == "mtn");
  CHECK(approved.lanes[0].takes_others);
  CHECK_FALSE(approved.lanes[1].takes_others);

  // Who proposes another's does not approve it either.
  const std::int64_t other = draft();
  REQUIRE(act(other, broadcasts::Act::propose, cast_checker).ok());
  CHECK(act(other, broadcasts::Act::approve, cast_checker).error().code == Errc::denied);
  REQUIRE(act(other, broadcasts::Act::reject, cast_checker).ok());
  CHECK(shown(other).state == broadcasts::State::rejected);
  CHECK(act(other, broadcasts::Act::propose, cast_author).error().code == Errc::conflict);

  CHECK(act(7, broadcasts::Act::cancel).error().code == Errc::not_found);
  CHECK(act(number, broadcasts::Act::pause, {Actor::Kind::command_line, "root"}).error().code == Errc::invalid);
  CHECK(act(number, broadcasts::Act::expire).error().code == Errc::invalid);  // by itself only
  CHECK(refused(ActOnBroadcast{number, broadcasts::Act::approve, cast_checker, at(10)}) ==
        Errc::invalid);  // by no operator
}

TEST_CASE_METHOD(BroadcastFixture, "what a broadcast says is refused before it is written") {
  const DraftBroadcast good{.kind = broadcasts::Kind::awareness,
                            .segment = {},
                            .default_locale = "ar",
                            .texts = cast_texts,
                            .expires = at(3'600),
                            .by = cast_author,
                            .at = at(5)};
  DraftBroadcast late = good;
  late.expires = at(5);
  CHECK(refused(late) == Errc::invalid);
  DraftBroadcast english = good;
  english.texts.erase(english.texts.begin());
  CHECK(refused(english) == Errc::invalid);
  DraftBroadcast console = good;
  console.by = {Actor::Kind::command_line, "root"};
  CHECK(refused(console) == Errc::invalid);
  DraftBroadcast nowhere = good;
  nowhere.segment.company = "no such name";
  CHECK(refused(nowhere) == Errc::invalid);
  CHECK(store->broadcasts().broadcasts(false, 0, 10)->empty());
}

TEST_CASE_METHOD(BroadcastFixture, "every number is told once, in its language, by two writers and after a restart") {
  REQUIRE(change({SetLocale{cast_phone(3), "en"}, SetLocale{cast_phone(4), "ku"}}).ok());
  const std::int64_t number = run();
  CHECK(prepare(number, 7).told == 7);
  reopen();
  CHECK(prepare(number, 5).told == 5);
  {
    StoreConfig beside = config;
    beside.is_daemons = false;
    auto other = open_sqlite(beside, loop.post());
    REQUIRE(other.ok());
    bool done = false;
    std::vector<Change> changes;
    changes.emplace_back(BroadcastChange(preparing(number, 5)));
    (*other)->change(std::move(changes), [&](const Result<Committed>& result) {
      REQUIRE(result.ok());
      CHECK(result->prepared.told == 5);
      done = true;
    });
    REQUIRE(loop.run_until([&] { return done; }));
  }
  const BroadcastPrepared last = prepare(number);
  CHECK(last.told == 3);
  CHECK(last.is_over);
  CHECK(prepare(number).told == 0);
  CHECK(prepare(number).is_over);
  CHECK(told_by() == once(all_but({})));
  const auto messages = outbox();
  for (const OutboxMessage& one : messages) {
    CHECK(one.text == (one.to == cast_phone(3) ? cast_texts[1].text : cast_texts[0].text));
    CHECK(one.broadcast == number);
    CHECK(one.expires == at(3'600));
  }
  CHECK(shown(number).counts().prepared == linked_numbers);
  CHECK(shown(number).waiting == linked_numbers);
}

TEST_CASE_METHOD(BroadcastFixture, "texts that cannot be written leave no number behind the cursor") {
  const std::int64_t number = run();
  const std::string full =
      "CREATE TRIGGER full BEFORE INSERT ON outbox WHEN (SELECT count(*) FROM outbox) >= 3 "
      "BEGIN SELECT RAISE(ABORT, 'no room'); END";
  SQLite::Database(config.path, SQLite::OPEN_READWRITE, 5'000).exec(full);
  CHECK_FALSE(does(preparing(number)).ok());
  CHECK(outbox().empty());
  CHECK(shown(number).counts().prepared == 0);
  SQLite::Database(config.path, SQLite::OPEN_READWRITE, 5'000).exec("DROP TRIGGER full");
  CHECK(prepare(number).told == linked_numbers);
  CHECK(told_by() == once(all_but({})));
}

TEST_CASE_METHOD(BroadcastFixture,
                 "suspended, released, held and new numbers, and those that want none, are told nothing") {
  REQUIRE(choose(6, true).ok());
  REQUIRE(change({link(cast_phone(2), cast_person(2), LinkState::suspended)}).ok());
  const std::int64_t number = run();
  // What happens after the approval counts as well.
  REQUIRE(change({link(cast_phone(1), cast_person(1), LinkState::suspended)}).ok());
  REQUIRE(change({link_event(cast_phone(3), LinkEvent::recycle, Actor::Kind::operator_hook, at(12))}).ok());
  REQUIRE(change({link_event(cast_phone(4), LinkEvent::hold, Actor::Kind::operator_hook, at(12))}).ok());
  REQUIRE(choose(5, true).ok());
  REQUIRE(change({link(cast_phone(linked_numbers + 1), cast_person(linked_numbers + 1))}).ok());
  CHECK(prepare(number, 10).told == 10);
  // In the outbox already: these texts go with the number.
  REQUIRE(change({link(cast_phone(7), cast_person(7), LinkState::suspended)}).ok());
  REQUIRE(change({link_event(cast_phone(8), LinkEvent::recycle, Actor::Kind::operator_hook, at(12))}).ok());
  REQUIRE(change({link_event(cast_phone(9), LinkEvent::hold, Actor::Kind::operator_hook, at(21))}).ok());
  REQUIRE(choose(10, true, {}, at(21)).ok());
  CHECK(prepare(number).is_over);
  CHECK(told_by() == once(all_but({1, 2, 3, 4, 5, 6, 7, 8, 9, 10})));
  CHECK(store->outbox_page("syriatel", 0, 10)->messages.empty());
}

TEST_CASE_METHOD(BroadcastFixture, "each number is told by one operator, whatever becomes known of it meanwhile") {
  REQUIRE(choose(1, false, "syriatel").ok());
  REQUIRE(choose(2, false, "syriatel").ok());
  REQUIRE(choose(3, false, "gone").ok());  // which tells nobody any more
  const std::int64_t number = run();
  CHECK(prepare(number, 4).told == 4);  // by mtn: 3, 4, 5 and 6
  // These have answered by another operator's link since: one that was told, and one that was not.
  REQUIRE(choose(4, false, "syriatel", at(15)).ok());
  REQUIRE(choose(20, false, "syriatel", at(3)).ok());  // by a clock that is behind
  CHECK(prepare(number, 100, "syriatel").told == 2);
  CHECK(prepare(number, 100, "syriatel").is_over);
  CHECK(prepare(number).is_over);
  CHECK(told_by("mtn") == once(all_but({1, 2, 20})));
  CHECK(told_by("syriatel") == once({1, 2}));
  CHECK(refused(preparing(number, 1, "zain")) == Errc::not_found);
}

TEST_CASE_METHOD(BroadcastFixture, "a segment names operator, language or the company that bills are asked of") {
  REQUIRE(choose(1, false, "syriatel").ok());
  REQUIRE(change({SetLocale{cast_phone(2), "en"}, SetLocale{cast_phone(3), "en"}}).ok());
  for (const std::int64_t n : {3, 4}) {
    std::vector<Change> changes;
    changes.emplace_back(SubscriptionChange(Subscribe{.msisdn = cast_phone(n),
                                                      .person = cast_person(n),
                                                      .company = "aleppo",
                                                      .account = "2100345",
                                                      .link = "mtn",
                                                      .at = at(1),
                                                      .next_at = at(100'000)}));
    REQUIRE(change(std::move(changes)).ok());
  }
  const auto counted = [&](const broadcasts::Segment& segment) {
    const auto book = BroadcastBook::open(config.path);
    REQUIRE(book.ok());
    return (*book)->count(segment, "ar").value();
  };
  using Groups = CastGroups;
  CHECK(counted({}) == Groups{{"", "ar", linked_numbers - 3}, {"", "en", 2}, {"syriatel", "ar", 1}});

  const broadcasts::Segment english{.locale = "en"};
  CHECK(counted(english) == Groups{{"", "en", 2}});
  prepare(run(english));
  CHECK(told_by() == once({2, 3}));

  const broadcasts::Segment area{.company = "aleppo"};
  CHECK(counted(area) == Groups{{"", "ar", 1}, {"", "en", 1}});
  const std::int64_t in_area = run(area);
  CHECK(prepare(in_area).told == 2);

  const broadcasts::Segment of_syriatel{.operator_name = "syriatel"};
  CHECK(counted(of_syriatel) == Groups{{"syriatel", "ar", 1}});
  const std::int64_t by_syriatel = run(of_syriatel);
  REQUIRE(shown(by_syriatel).lanes.size() == 1);
  CHECK(prepare(by_syriatel, 100, "syriatel").told == 1);
  CHECK(told_by("syriatel") == once({1}));

  const broadcasts::Segment both{.locale = "ar", .company = "aleppo"};
  CHECK(counted(both) == Groups{{"", "ar", 1}});
  CHECK(prepare(run(both)).told == 1);
}

TEST_CASE_METHOD(SegmentFixture, "a governorate is those who get notices of an account there") {
  subscribe(1, "homs", "31");
  subscribe(2, "homs", "33");
  subscribe(3, "homs", std::nullopt);  // it is not known where
  subscribe(4, "homs", "33");
  subscribe(4, "homs", "31");  // an account in each
  subscribe(5, "aleppo", "21");
  subscribe(6, "aleppo", std::nullopt);
  REQUIRE(change({SetLocale{cast_phone(4), "en"}}).ok());

  broadcasts::Segment homs{.company = "homs", .governorate = "31"};
  CHECK(told(homs) == once({1, 4}));
  CHECK(told({.company = "homs", .governorate = "33"}) == once({2, 4}));
  CHECK(told({.company = "homs"}) == once({1, 2, 3, 4}));
  // What is the whole of its company is also theirs of whom nothing else is known.
  CHECK(told({.company = "aleppo", .governorate = "21", .is_whole_company = true}) == once({5, 6}));
  CHECK(told({.company = "homs", .governorate = "21"}).empty());
  homs.locale = "en";
  CHECK(told(homs) == once({4}));
  homs.locale = "ar";
  homs.operator_name = "mtn";
  CHECK(told(homs).empty());  // of nobody is it known whose they are
  REQUIRE(choose(1, false, "mtn").ok());
  CHECK(told(homs) == once({1}));
}

TEST_CASE_METHOD(SegmentFixture, "who has an open case of a kind, an area or an office is told, and nobody else") {
  tell_of(1, "area_outage", "damascus", "douma");
  tell_of(2, "area_outage", "damascus", "douma");  // joined to the first
  tell_of(3, "area_outage", "damascus", "zabadani");
  tell_of(4, "outage", "damascus", "", "rif");
  tell_of(5, "area_outage", "aleppo", "douma");
  tell_of(6, "staff_complaint", "damascus");
  tell_of(8, "area_outage", "damascus", "douma", "rif", "post_7");  // accuses an office, which may not see it
  subscribe(7, "damascus", "11");

  CHECK(told(of_cases({.area = "douma"})) == once({1, 2, 5}));
  CHECK(told(of_cases({.area = "douma"}, "damascus")) == once({1, 2}));
  CHECK(told(of_cases({.kind = "area_outage"})) == once({1, 2, 3, 5}));
  CHECK(told(of_cases({.kind = "outage"}, "damascus")) == once({4}));
  CHECK(told(of_cases({.directorate = "rif"})) == once({4}));
  CHECK(told(of_cases({.kind = "outage", .area = "douma"})).empty());
  // A complaint about staff, or about an office, is nobody's to be told of.
  CHECK(told(of_cases({.kind = "staff_complaint"})).empty());
  CHECK(told(of_cases({.office = "inspection"})).empty());
  CHECK(told(of_cases({.office = "management"})).empty());

  // The office where it is worked by now.
  done_to(4, {.act = cases::Act::escalate}, at(2) + std::chrono::hours(5));
  CHECK(told(of_cases({.office = "management"})) == once({4}));
  // With the governorate: who has both.
  subscribe(1, "damascus", "11");
  broadcasts::Segment both = of_cases({.area = "douma"}, "damascus");
  both.governorate = "11";
  CHECK(told(both) == once({1}));

  // All of one outage are resolved with it, and told of it no more.
  done_to(1, {.act = cases::Act::resolve});
  CHECK(told(of_cases({.area = "douma"})) == once({5}));
}

TEST_CASE_METHOD(SegmentFixture, "an area tells no number that may not be told, nor the next owner of one") {
  for (std::int64_t n = 1; n <= 6; ++n) {
    tell_of(n, "area_outage", "damascus", "douma");
    subscribe(n, "damascus", "11");
  }
  REQUIRE(choose(1, true).ok());
  REQUIRE(change({link(cast_phone(2), cast_person(2), LinkState::suspended)}).ok());
  REQUIRE(change({link_event(cast_phone(3), LinkEvent::hold, Actor::Kind::operator_hook, at(3))}).ok());
  REQUIRE(change({link_event(cast_phone(4), LinkEvent::recycle, Actor::Kind::operator_hook, at(3))}).ok());
  REQUIRE(change({link_event(cast_phone(5), LinkEvent::recycle, Actor::Kind::operator_hook, at(3))}).ok());
  REQUIRE(change({link(cast_phone(5), cast_person(50), LinkState::active, at(4))}).ok());
  CHECK(told(of_cases({.area = "douma"})) == once({6}));
  CHECK(told({.company = "damascus", .governorate = "11"}) == once({6}));
}

TEST_CASE_METHOD(SegmentFixture, "what no segment can be is refused, and what one is does not change") {
  const auto refused_of = [&](const broadcasts::Segment& segment) { return refused(wanted(segment)); };
  CHECK(refused_of({.governorate = "31"}) == Errc::invalid);
  CHECK(refused_of({.company = "homs", .is_whole_company = true}) == Errc::invalid);
  CHECK(refused_of(of_cases({.area = std::string(65, 'a')})) == Errc::limit);
  draft(of_cases({.area = "douma"}, "damascus"));
  SQLite::Database database(config.path, SQLite::OPEN_READWRITE, 5'000);
  for (const char* column : {"governorate", "case_kind", "case_area", "case_directorate", "case_office"}) {
    INFO(column);
    CHECK_THROWS(database.exec(std::string("UPDATE broadcast SET ") + column + " = 'x'"));
  }
}

TEST_CASE_METHOD(StoreFixture, "what was drafted and subscribed to before there were segments of areas is there") {
  {
    SQLite::Database database = database_before("segments", config.path);
    database.exec(
        "INSERT INTO subscription (msisdn, company, account, link, since, next_at, told) "
        "VALUES (963933000001, 'homs', '4521', 'mtn', 1000, 2000, 300);"
        "INSERT INTO broadcast (number, kind, state, operator, locale, company, default_locale, author, drafted, "
        "expires, proposer, checker) VALUES (1, 0, 0, 'mtn', 'en', 'homs', 'ar', 'amal', 1000, 9000, '', '');"
        "INSERT INTO broadcast_text VALUES (1, 'ar', 'x')");
  }
  open();
  const auto kept = store->subscriptions().subscriptions_of(cast_phone(1));
  REQUIRE(kept.ok());
  REQUIRE(kept->size() == 1);
  CHECK_FALSE(kept->front().governorate);
  CHECK(kept->front().told == 300);
  const auto drafted = store->broadcasts().find_broadcast(1);
  REQUIRE(drafted.ok());
  REQUIRE(drafted->has_value());
  CHECK((*drafted)->segment == broadcasts::Segment{.operator_name = "mtn", .locale = "en", .company = "homs"});
  CHECK((*drafted)->author == "amal");
  CHECK((*drafted)->state == broadcasts::State::draft);
}

TEST_CASE_METHOD(BroadcastFixture,
                 "no more wait in the outbox than may, and each is counted once when it leaves it") {
  const std::int64_t number = run();
  CHECK(prepare(number, 100, "mtn", 4).told == 4);
  CHECK(prepare(number, 100, "mtn", 4).looked_at == 0);
  const auto messages = outbox();
  gone(messages[0], CastFate::sent, "00A1");
  gone(messages[0], CastFate::sent, "00A1");  // is gone already
  gone(messages[1], CastFate::sent, "162");
  gone(messages[2], CastFate::failed);
  gone(messages[3], CastFate::expired);
  CHECK(shown(number).counts() == BroadcastCounts{.prepared = 4, .sent = 2, .failed = 1, .expired = 1});
  CHECK(prepare(number, 100, "mtn", 4).told == 4);

  const auto receipt = [&](const std::string& id, BroadcastFate fate, const std::string& by = "mtn") {
    REQUIRE(does(NoteBroadcastReceipt{by, id, fate}).ok());
  };
  receipt("a1", BroadcastFate::delivered, "syriatel");  // another operator's
  receipt("77", BroadcastFate::delivered);              // another text's
  CHECK(shown(number).counts().delivered == 0);
  receipt("a1", BroadcastFate::delivered);
  receipt("a1", BroadcastFate::delivered);  // once more
  CHECK(shown(number).counts().delivered == 1);
  receipt("162", BroadcastFate::failed);
  CHECK(shown(number).counts() ==
        BroadcastCounts{.prepared = 8, .sent = 2, .delivered = 1, .failed = 2, .expired = 1});

  // A text that is no broadcast's is counted nowhere.
  REQUIRE(change({message("hello")}).ok());
  gone(outbox().back(), CastFate::sent, "5");
  CHECK(shown(number).counts().sent == 2);

  // Receipts that never come are awaited for some days.
  gone(outbox().front(), CastFate::sent, "9");
  CHECK_FALSE(*store->broadcasts().has_stale_receipts(at(30 + 3 * 86'400)));
  CHECK(*store->broadcasts().has_stale_receipts(at(31 + 3 * 86'400)));
  REQUIRE(does(DropBroadcastReceipts{at(31 + 3 * 86'400)}).ok());
  CHECK_FALSE(*store->broadcasts().has_stale_receipts(at(31 + 3 * 86'400)));
  receipt("9", BroadcastFate::delivered);
  CHECK(shown(number).counts().delivered == 1);
}

TEST_CASE_METHOD(BroadcastFixture, "a paused broadcast prepares nothing, a cancelled one leaves nothing to be sent") {
  const std::int64_t number = run();
  CHECK(prepare(number, 3).told == 3);
  REQUIRE(act(number, broadcasts::Act::pause).ok());
  CHECK(refused(preparing(number)) == Errc::conflict);
  CHECK(outbox().size() == 3);
  REQUIRE(act(number, broadcasts::Act::resume).ok());
  CHECK(prepare(number, 2).told == 2);
  REQUIRE(change({message("a receipt")}).ok());
  REQUIRE(act(number, broadcasts::Act::cancel).ok());
  CHECK(shown(number).state == broadcasts::State::cancelled);
  CHECK(shown(number).ended == at(10));
  REQUIRE(outbox().size() == 1);
  CHECK(outbox().front().text == "a receipt");
  CHECK(refused(preparing(number)) == Errc::conflict);
  CHECK(act(number, broadcasts::Act::resume).error().code == Errc::conflict);
}

TEST_CASE_METHOD(BroadcastFixture,
                 "a broadcast is done when the last one is told, or expired when its time is over") {
  const std::int64_t number = run();
  CHECK(prepare(number).told == linked_numbers);
  REQUIRE(does(TendBroadcast{number, at(21)}).ok());
  CHECK(shown(number).state == broadcasts::State::running);  // the other operator's are not looked at
  CHECK(prepare(number, 100, "syriatel").is_over);
  REQUIRE(does(TendBroadcast{number, at(21)}).ok());
  CHECK(shown(number).state == broadcasts::State::running);  // they wait in the outbox
  const auto messages = outbox();
  for (const OutboxMessage& one : messages) gone(one, CastFate::sent);
  REQUIRE(does(TendBroadcast{number, at(22)}).ok());
  CHECK(shown(number).state == broadcasts::State::done);
  CHECK(shown(number).ended == at(22));
  REQUIRE(does(TendBroadcast{number, at(9'999)}).ok());
  CHECK(shown(number).state == broadcasts::State::done);

  const std::int64_t late = run();
  CHECK(prepare(late, 4).told == 4);
  REQUIRE(does(TendBroadcast{late, at(3'600)}).ok());
  CHECK(shown(late).state == broadcasts::State::expired);
  CHECK(shown(late).counts() == BroadcastCounts{.prepared = 4, .expired = 4});
  CHECK(outbox().empty());
  PrepareBroadcast after = preparing(late);
  after.at = at(3'600);
  CHECK(refused(after) == Errc::conflict);

  CHECK(store->broadcasts().broadcasts(true, 0, 10)->empty());
  CHECK(store->broadcasts().broadcasts(false, 0, 10)->size() == 2);
  CHECK(store->broadcasts().broadcasts(false, number, 10)->front().number == late);
}

TEST_CASE_METHOD(BroadcastFixture, "so many broadcasts go on at once, and no more") {
  for (std::size_t i = 0; i < broadcasts::Limits::started_max; ++i) run();
  const std::int64_t one_more = draft();
  REQUIRE(act(one_more, broadcasts::Act::propose, cast_author).ok());
  CHECK(act(one_more, broadcasts::Act::approve).error().code == Errc::conflict);
  CHECK(shown(one_more).state == broadcasts::State::proposed);
  CHECK(shown(one_more).lanes.empty());
  REQUIRE(act(1, broadcasts::Act::cancel).ok());
  CHECK(act(one_more, broadcasts::Act::approve).ok());
}

TEST_CASE_METHOD(BroadcastFixture, "so many broadcasts are not over at once, and no more are drafted") {
  for (std::size_t i = 0; i < broadcasts::Limits::open_max; ++i) draft();
  const DraftBroadcast one_more{.kind = broadcasts::Kind::outage,
                                .segment = {},
                                .default_locale = "ar",
                                .texts = cast_texts,
                                .expires = at(3'600),
                                .by = cast_author,
                                .at = at(5)};
  CHECK(refused(one_more) == Errc::conflict);
  REQUIRE(act(1, broadcasts::Act::cancel).ok());
  CHECK(does(one_more).ok());
  CHECK(refused(one_more) == Errc::conflict);
}

TEST_CASE_METHOD(BroadcastFixture,
                 "who wants no broadcasts says so once or twice, and their number's next owner has not") {
  CHECK_FALSE(*store->broadcasts().refuses_broadcasts(cast_phone(1)));
  REQUIRE(choose(1, true, "mtn").ok());
  REQUIRE(choose(1, true).ok());
  CHECK(*store->broadcasts().refuses_broadcasts(cast_phone(1)));
  const auto file = store->person_file(cast_person(1));
  REQUIRE(file.ok());
  CHECK(file->links.at(0).refuses_broadcasts);
  CHECK(file->links.at(0).carrier == "mtn");
  REQUIRE(choose(1, false).ok());
  REQUIRE(choose(1, false).ok());
  CHECK_FALSE(*store->broadcasts().refuses_broadcasts(cast_phone(1)));

  CHECK(refused(ChooseBroadcasts{cast_phone(1), cast_person(2), true, at(2)}) == Errc::denied);
  REQUIRE(change({link(cast_phone(2), cast_person(2), LinkState::suspended)}).ok());
  CHECK(choose(2, true).error().code == Errc::denied);
  REQUIRE(choose(3, true).ok());
  REQUIRE(change({link_event(cast_phone(3), LinkEvent::recycle, Actor::Kind::operator_hook, at(12))}).ok());
  CHECK_FALSE(*store->broadcasts().refuses_broadcasts(cast_phone(3)));
}

TEST_CASE_METHOD(BroadcastFixture, "the link that a cast_phone confirms its link by is kept with it") {
  const Msisdn newcomer = cast_phone(50);
  const NationalId person = cast_person(50);
  ChangeLink asked{newcomer, person, LinkEvent::make, {Actor::Kind::staff, "amal"}, at(1)};
  asked.code = "123456";
  REQUIRE(change({asked}).ok());
  ChangeLink confirmed = link_event(newcomer, LinkEvent::confirm, Actor::Kind::citizen, at(2));
  confirmed.carrier = "syriatel";
  REQUIRE(change({confirmed}).ok());
  CHECK(store->person_file(person)->links.at(0).carrier == "syriatel");
}

}  // namespace shubbak::store
