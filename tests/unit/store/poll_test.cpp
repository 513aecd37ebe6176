// Answers to polls: one of each person in a round, whatever numbers, channels, connections and crashes there are; and
// nothing by which an answer could be brought together with its person.
#include "store/poll.hpp"

#include <algorithm>
#include <map>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "before_migration.hpp"
#include "process.hpp"
#include "store/audit_trail.hpp"
#include "store/sqlite/migrate.hpp"
#include "store_fixture.hpp"
#include "tests/unit/polls/sample_polls.hpp"

namespace shubbak::store {
namespace {

using namespace std::chrono_literals;

NationalId inhabitant(std::size_t i) {
  return syrian(std::to_string(20'000'000'000 + i));
}

AnswerPoll answering(const std::string& choice, const NationalId& person = syrian(), Msisdn msisdn = number(),
                     WallTime when = at(1), polls::Channel channel = polls::Channel::ussd) {
  AnswerPoll answer{.poll = "service",
                    .choice = choice,
                    .company = "",
                    .channel = channel,
                    .person = person,
                    .msisdn = msisdn,
                    .fresh_key = {},
                    .at = when};
  answer.fresh_key.fill(static_cast<unsigned char>(when.time_since_epoch().count() % 251));
  return answer;
}

class PollFixture : public StoreFixture {
 public:
  PollFixture() {
    config.polls = {{polls::sample_poll()}, 180min, {"homs", "aleppo"}};
    open();
    REQUIRE(change({link(number(), syrian()), link(number(2), syrian()), link(number(3), inhabitant(3))}).ok());
  }
  Result<Committed> does(PollChange one) {
    std::vector<Change> changes;
    changes.emplace_back(std::move(one));
    return change(std::move(changes));
  }
  Errc refused(PollChange one) {
    const auto committed = does(std::move(one));
    REQUIRE_FALSE(committed.ok());
    return committed.error().code;
  }
  void tend(WallTime when) { REQUIRE(does(TendPolls{when}).ok()); }
  polls::Round round(WallTime when = at(1)) { return polls::round_at(config.polls.polls.at(0), when, 180min); }
  // The last moment of the round that is at at(1).
  WallTime end() { return WallTime((round().last + std::chrono::days(1)).time_since_epoch()) - 180min - 1ms; }
  bool has_answered(const NationalId& person, WallTime when = at(1)) {
    const auto found = store->polls().has_answered("service", round(when).number, person);
    REQUIRE(found.ok());
    return *found;
  }
  std::int64_t answers() {
    const auto counts = store->polls().count_poll_answers();
    REQUIRE(counts.ok());
    return counts->empty() ? 0 : counts->front().second;
  }
  std::int64_t number_of(const std::string& query) {
    SQLite::Database file(config.path, SQLite::OPEN_READONLY);
    return file.execAndGet(query).getInt64();
  }
  std::vector<std::string> told() {
    std::vector<std::string> records;
    auto trail = AuditTrail::open(config.path);
    REQUIRE(trail.ok());
    const Status read = (*trail)->each({.action = "poll."}, [&](const audit::Record& record) {
      CHECK(record.person.empty());
      CHECK(record.msisdn.empty());
      CHECK(record.by == Actor{});
      records.push_back(record.thing + " " + record.action + " " + record.detail);
      return true;
    });
    CHECK(read.ok());
    return records;
  }
};

using PollLines = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(PollFixture, "a person answers once in a round, by whatever number and channel") {
  CHECK_FALSE(has_answered(syrian()));
  REQUIRE(does(answering("good")).ok());
  CHECK(has_answered(syrian()));
  CHECK_FALSE(has_answered(inhabitant(3)));
  for (const char* choice : {"good", "bad"}) {
    CHECK(refused(answering(choice)) == Errc::conflict);
    CHECK(refused(answering(choice, syrian(), number(2), at(2), polls::Channel::sms)) == Errc::conflict);
  }
  REQUIRE(does(answering("bad", inhabitant(3), number(3), at(3), polls::Channel::sms)).ok());
  reopen();
  CHECK(has_answered(syrian()));
  CHECK(refused(answering("fair")) == Errc::conflict);
  CHECK(answers() == 2);

  CHECK(store->polls().poll_sums("service", round().number).error().code == Errc::denied);
  tend(end() + 2min);
  const auto sums = store->polls().poll_sums("service", round().number);
  REQUIRE(sums.ok());
  CHECK(sums->possible.choices == PollLines{"good", "fair", "bad"});
  CHECK(sums->possible.companies == PollLines{"aleppo", "homs"});
  CHECK(sums->counts ==
        std::vector<polls::Count>{{"", polls::Channel::ussd, "good", 1}, {"", polls::Channel::sms, "bad", 1}});
}

TEST_CASE_METHOD(PollFixture, "answers are added up by company, channel and choice") {
  for (std::size_t i = 10; i < 16; ++i) {
    REQUIRE(change({link(number(i), inhabitant(i))}).ok());
    AnswerPoll answer = answering(i % 2 == 0 ? "good" : "fair", inhabitant(i), number(i));
    answer.company = i < 13 ? "aleppo" : "homs";
    REQUIRE(does(answer).ok());
  }
  tend(end() + 2min);
  CHECK(store->polls().poll_sums("service", round().number)->counts ==
        std::vector<polls::Count>{{"aleppo", polls::Channel::ussd, "fair", 1},
                                  {"aleppo", polls::Channel::ussd, "good", 2},
                                  {"homs", polls::Channel::ussd, "fair", 2},
                                  {"homs", polls::Channel::ussd, "good", 1}});
}

TEST_CASE_METHOD(PollFixture, "of two processes that take a person's answer at once, one does") {
  StoreConfig beside = config;
  beside.is_daemons = false;
  auto other = open_sqlite(beside, loop.post());
  REQUIRE(other.ok());
  std::vector<Result<Committed>> outcomes;
  const auto note = [&outcomes](Result<Committed> one) { outcomes.push_back(std::move(one)); };
  for (int i = 0; i < 20; ++i) {
    std::vector<Change> here;
    here.emplace_back(PollChange(answering("good")));
    std::vector<Change> there;
    there.emplace_back(PollChange(answering("bad", syrian(), number(2), at(2), polls::Channel::sms)));
    store->change(std::move(here), note);
    (*other)->change(std::move(there), note);
  }
  REQUIRE(loop.run_until([&outcomes] { return outcomes.size() == 40; }));
  std::size_t taken = 0;
  for (const auto& one : outcomes) {
    if (one.ok()) {
      ++taken;
    } else {
      CHECK(one.error().code == Errc::conflict);
    }
  }
  CHECK(taken == 1);
  CHECK(answers() == 1);
}

TEST_CASE_METHOD(PollFixture,
                 "in the next round a person answers again, of the one that is over nobody knows who did") {
  REQUIRE(does(answering("good")).ok());
  REQUIRE(does(answering("bad", syrian(), number(), end() + 1ms)).ok());
  CHECK(refused(answering("bad", syrian(), number(), end() + 2ms)) == Errc::conflict);
  CHECK(refused(answering("bad", syrian(), number(), end())) == Errc::conflict);
  // Its hash says nothing of the other round's, and nothing of the person.
  CHECK(number_of("SELECT count(DISTINCT who) FROM poll_taken") == 2);
  CHECK(number_of("SELECT count(*) FROM poll_round WHERE key IS NOT NULL") == 2);

  tend(end() + 1ms + TendPolls::grace - 1ms);  // answers of before may come still
  REQUIRE(does(answering("fair", inhabitant(3), number(3), end())).ok());
  CHECK(store->polls().poll_sums("service", round().number).error().code == Errc::denied);
  tend(end() + 1ms + TendPolls::grace);
  CHECK(number_of("SELECT count(*) FROM poll_taken") == 1);
  CHECK(number_of("SELECT count(*) FROM poll_round WHERE key IS NOT NULL") == 1);
  CHECK(store->polls().has_answered("service", round().number, syrian()).error().code == Errc::denied);
  CHECK(has_answered(syrian(), end() + 1ms));
  CHECK(refused(answering("good", syrian(), number(), end())) == Errc::denied);
  CHECK(refused(answering("good", syrian(), number(2), end())) == Errc::denied);
  const auto rounds = store->polls().poll_rounds();
  REQUIRE(rounds.ok());
  REQUIRE(rounds->size() == 2);
  CHECK(rounds->at(0).round == round(end() + 1ms));
  CHECK_FALSE(rounds->at(0).is_over);
  CHECK(rounds->at(1).round == round());
  CHECK(rounds->at(1).is_over);
  CHECK(rounds->at(1).least == 5);
  CHECK(store->polls().poll_sums("service", round().number)->counts.size() == 2);
}

TEST_CASE_METHOD(
    PollFixture,
    "who has answered is forgotten part by part, for others wait behind it, and the key is gone at once") {
  REQUIRE(does(answering("good")).ok());
  {
    SQLite::Database file(config.path, SQLite::OPEN_READWRITE);
    SQLite::Statement more(file,
                           "WITH RECURSIVE all_of (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM all_of WHERE n < ?1) "
                           "INSERT INTO poll_taken SELECT poll, round, randomblob(16) FROM poll_round, all_of");
    more.bind(1, TendPolls::forgotten_at_once);
    more.exec();
  }
  tend(end() + 2min);
  CHECK(number_of("SELECT count(*) FROM poll_round WHERE key IS NOT NULL") == 0);
  CHECK(number_of("SELECT count(*) FROM poll_taken") == 1);
  CHECK(store->polls().poll_sums("service", round().number).ok());
  tend(end() + 3min);
  CHECK(number_of("SELECT count(*) FROM poll_taken") == 0);
}

TEST_CASE_METHOD(PollFixture, "what is kept has no time and no order in which it came") {
  for (std::size_t i = 10; i < 40; ++i) {
    REQUIRE(change({link(number(i), inhabitant(i))}).ok());
    REQUIRE(does(answering("good", inhabitant(i), number(i), at(static_cast<std::int64_t>(i)))).ok());
  }
  SQLite::Database file(config.path, SQLite::OPEN_READONLY);
  for (const auto& [table, columns] : std::map<std::string, std::string>{
           {"poll_taken", "poll round who "}, {"poll_count", "poll round company channel choice answers "}}) {
    SQLite::Statement info(file, "SELECT name FROM pragma_table_info('" + table + "')");
    std::string names;
    while (info.executeStep()) names += info.getColumn(0).getString() + " ";
    CHECK(names == columns);
    // Without a row number: rows stand in the order of their values.
    CHECK_THROWS_AS(SQLite::Statement(file, "SELECT rowid FROM " + table), SQLite::Exception);
  }
  SQLite::Statement rows(file, "SELECT who FROM poll_taken");
  std::vector<std::string> hashes;
  while (rows.executeStep()) hashes.push_back(rows.getColumn(0).getString());
  CHECK(hashes.size() == 30);
  CHECK(std::is_sorted(hashes.begin(), hashes.end()));
  CHECK(number_of("SELECT count(*) FROM poll_count") == 1);
  CHECK(number_of("SELECT count(*) FROM audit WHERE action LIKE 'poll.%'") == 0);
}

TEST_CASE_METHOD(PollFixture, "nobody answers for a number that is not theirs and active, or what there is not") {
  CHECK(refused(answering("good", inhabitant(3), number())) == Errc::denied);
  CHECK(refused(answering("good", syrian(), number(7))) == Errc::denied);  // no link
  REQUIRE(change({link(number(3), inhabitant(3), LinkState::suspended)}).ok());
  CHECK(refused(answering("good", inhabitant(3), number(3))) == Errc::denied);
  CHECK(refused(answering("excellent")) == Errc::invalid);
  AnswerPoll of_another = answering("good");
  of_another.poll = "other";
  CHECK(refused(of_another) == Errc::invalid);
  AnswerPoll too_long = answering("good");
  too_long.company = std::string(65, 'x');
  CHECK(refused(too_long) == Errc::limit);
  CHECK(answers() == 0);
  CHECK(store->polls().poll_rounds()->empty());
}

TEST_CASE_METHOD(PollFixture, "an answer whose set is refused is not there, neither counted nor remembered") {
  config.rollout = {rollout::Rule{.service = "polls", .share_percent = 0}};
  reopen();
  std::vector<Change> changes;
  changes.emplace_back(PollChange(answering("good")));
  changes.emplace_back(RolloutChange(RequireSwitch{"polls.answer", "", number(), at(1)}));
  CHECK(change(std::move(changes)).error().code == Errc::denied);
  CHECK_FALSE(has_answered(syrian()));
  CHECK(answers() == 0);
  REQUIRE(does(answering("bad")).ok());
  CHECK(answers() == 1);
}

TEST_CASE_METHOD(PollFixture, "as many have answered as answers are counted, wherever a process is killed") {
  constexpr std::size_t persons = 300;
  std::vector<Change> links;
  for (std::size_t i = 0; i < persons; ++i) links.emplace_back(link(number(100 + i), inhabitant(100 + i)));
  REQUIRE(change(std::move(links)).ok());
  store.reset();
  for (const std::size_t until : {std::size_t{20}, std::size_t{60}}) {
    Process answering_process([&](int pipe) {
      Loop own;
      auto opened = open_sqlite(config, own.post());
      if (!opened.ok()) ::_exit(1);
      std::size_t done = 0;
      for (std::size_t i = 0; i < persons; ++i) {
        std::vector<Change> changes;
        changes.emplace_back(PollChange(answering("good", inhabitant(100 + i), number(100 + i))));
        (*opened)->change(std::move(changes), [&](const Result<Committed>& outcome) {
          const unsigned char octet = outcome.ok() ? 1 : 0;
          if (::write(pipe, &octet, 1) != 1) ::_exit(2);
          if (++done == until) ::kill(::getpid(), SIGKILL);
        });
      }
      own.run_until([] { return false; });
      ::_exit(3);
    });
    std::size_t told = 0;
    for (const unsigned char octet : answering_process.told()) told += octet;
    open();
    CHECK(answers() == number_of("SELECT count(*) FROM poll_taken"));
    CHECK(answers() >= static_cast<std::int64_t>(told));
    store.reset();
  }
}

TEST_CASE_METHOD(PollFixture, "the audit trail is told of polls as they are configured, and of rounds that end") {
  tend(at(1));
  tend(at(2));
  const PollLines configured{R"(service poll.configured {"choices":3,"days":30,"least":5})"};
  CHECK(told() == configured);
  config.polls.polls[0].least = 7;
  reopen();
  REQUIRE(does(answering("good")).ok());
  tend(at(3));
  tend(end() + 2min);
  const std::string of_round = R"({"days":30,"round":)" + std::to_string(round().number - 30'000'000) + "}";
  CHECK(told() == PollLines{configured[0], R"(service poll.configured {"choices":3,"days":30,"least":7})",
                            "service poll.round_ended " + of_round});
  CHECK(store->polls().poll_rounds()->at(0).least == 7);
}

TEST_CASE_METHOD(PollFixture, "a round ends with its poll, or where the rounds become others") {
  REQUIRE(does(answering("good")).ok());
  tend(at(2));
  polls::Poll other = polls::sample_poll();
  other.every = 24h;
  config.polls.polls = {other};
  const std::int64_t before = polls::round_at(polls::sample_poll(), at(1), 180min).number;
  reopen();
  tend(at(3));
  REQUIRE(store->polls().poll_rounds()->size() == 1);
  CHECK(store->polls().poll_rounds()->at(0).is_over);
  CHECK(store->polls().poll_sums("service", before)->counts.size() == 1);
  REQUIRE(does(answering("bad", syrian(), number(), at(4))).ok());
  config.polls.polls.clear();
  reopen();
  CHECK(refused(answering("bad", inhabitant(3), number(3), at(5))) == Errc::invalid);
  tend(at(6));
  const auto rounds = store->polls().poll_rounds();
  REQUIRE(rounds.ok());
  REQUIRE(rounds->size() == 2);
  for (const StoredPollRound& one : *rounds) CHECK(one.is_over);
  // The newest first, though the last day of the one that was ended before its time is later.
  CHECK(rounds->at(0).round == polls::round_at(other, at(4), 180min));
  CHECK(rounds->at(0).round.last < rounds->at(1).round.last);
  CHECK(told().size() == 5);
  CHECK(told().at(3) == "service poll.removed {}");
  CHECK(answers() == 2);
}

TEST_CASE_METHOD(PollFixture, "answers of rounds of two lengths are never of one, though both have the same place") {
  config.polls.polls[0].every = 366 * 24h;
  reopen();
  REQUIRE(does(answering("good")).ok());
  const polls::Round before = round();
  config.polls.polls[0].every = 365 * 24h;
  const polls::Round after = round();
  REQUIRE(before.first.time_since_epoch().count() / 366 == after.first.time_since_epoch().count() / 365);
  reopen();
  tend(at(2));
  CHECK_FALSE(has_answered(syrian()));
  REQUIRE(does(answering("bad", syrian(), number(), at(3))).ok());
  CHECK(has_answered(syrian()));
  CHECK(refused(answering("bad", syrian(), number(2), at(4))) == Errc::conflict);

  config.polls.polls[0].every = 366 * 24h;  // back again: what has ended stays so
  reopen();
  tend(at(5));
  CHECK(refused(answering("good", inhabitant(3), number(3), at(6))) == Errc::denied);
  using Counts = std::vector<polls::Count>;
  CHECK(store->polls().poll_sums("service", before.number)->counts == Counts{{"", polls::Channel::ussd, "good", 1}});
  CHECK(store->polls().poll_sums("service", after.number)->counts == Counts{{"", polls::Channel::ussd, "bad", 1}});
}

TEST_CASE("rounds of before their numbers had their length stay what they are, with whoever has answered") {
  const TempFolder folder;
  SQLite::Database database = database_before("poll_round_numbers", folder.file("db"));
  database.exec(R"(
    INSERT INTO poll_round VALUES ('service', 689, 20670, 20699, 5, zeroblob(32)), ('service', 690, 20700, 20729, 5, zeroblob(32)),
                                  ('meters', 690, 4830, 4836, 5, zeroblob(32));
    INSERT INTO poll_choice VALUES ('service', 689, 0, 'good'), ('service', 690, 0, 'good'), ('meters', 690, 0, 'bad');
    INSERT INTO poll_company VALUES ('service', 689, 'homs');
    INSERT INTO poll_taken VALUES ('service', 690, zeroblob(16));
    INSERT INTO poll_count VALUES ('service', 689, 'homs', 0, 'good', 7), ('service', 690, '', 1, 'good', 1), ('meters', 690, '', 0, 'bad', 2);
    UPDATE poll_round SET key = NULL WHERE round = 689;)");
  REQUIRE(migrate(database, schema_migrations(), at(1)).ok());
  const auto told = [&](const std::string& sql) { return database.execAndGet(sql).getString(); };
  CHECK(told("SELECT group_concat(poll || ':' || round || ':' || first_day || ':' || (key IS NULL)) FROM "
             "(SELECT * FROM poll_round ORDER BY poll, round)") ==
        "meters:7000690:4830:0,service:30000689:20670:1,service:30000690:20700:0");
  CHECK(told("SELECT group_concat(round || ':' || choice) FROM (SELECT * FROM poll_choice ORDER BY round)") ==
        "7000690:bad,30000689:good,30000690:good");
  CHECK(told("SELECT group_concat(round || ':' || answers) FROM (SELECT * FROM poll_count ORDER BY round)") ==
        "7000690:2,30000689:7,30000690:1");
  CHECK(told("SELECT round || company FROM poll_company") == "30000689homs");
  CHECK(told("SELECT round || hex(who) FROM poll_taken") == "30000690" + std::string(32, '0'));
  CHECK(database.execAndGet("SELECT count(*) FROM pragma_foreign_key_check").getInt() == 0);
  CHECK_THROWS(database.exec("UPDATE poll_round SET round = 1"));
  CHECK_THROWS(database.exec("UPDATE poll_count SET answers = answers + 1"));  // one of them is over

  // A daemon that is older than the numbers and runs on would open the round of today beside that one.
  CHECK_THROWS(database.exec("INSERT INTO poll_round VALUES ('service', 690, 20700, 20729, 5, zeroblob(32))"));
  CHECK_NOTHROW(database.exec("INSERT INTO poll_round VALUES ('service', 30000691, 20730, 20759, 5, zeroblob(32))"));
}

TEST_CASE_METHOD(PollFixture, "a poll that is wrong is not opened with") {
  store.reset();
  config.polls.polls[0].least = 1;
  CHECK(open_sqlite(config, loop.post()).error().message.find("least must be") != std::string::npos);
}

}  // namespace shubbak::store
