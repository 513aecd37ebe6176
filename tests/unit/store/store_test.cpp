#include <algorithm>

#include <SQLiteCpp/Database.h>

#include "store/flow_archive.hpp"
#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

TEST_CASE_METHOD(StoreFixture, "an unknown number has neither link nor language") {
  open();
  const Person nobody = person(number());
  CHECK_FALSE(nobody.link.has_value());
  CHECK(nobody.locale.empty());
}

TEST_CASE_METHOD(StoreFixture, "a link and a language are found again after the store was closed") {
  open();
  REQUIRE(change({link(number(), syrian(), LinkState::pending, at(5)), SetLocale{number(), "ar"}}).ok());
  reopen();
  const Person found = person(number());
  REQUIRE(found.link.has_value());
  CHECK(found.link->msisdn == number());
  CHECK(found.link->national_id == syrian());
  CHECK(found.link->state == LinkState::pending);
  CHECK(found.link->since == at(5));
  CHECK(found.locale == "ar");
}

TEST_CASE_METHOD(StoreFixture, "the schema itself refuses a second current link of a number") {
  open();
  REQUIRE(change({link(number(), syrian())}).ok());
  SQLite::Database database(config.path, SQLite::OPEN_READWRITE, 5'000);
  CHECK_THROWS_AS(database.exec("INSERT INTO link (msisdn, national_id_sealed, national_id_index, state, since) "
                                "SELECT msisdn, national_id_sealed, zeroblob(16), 0, since FROM link"),
                  SQLite::Exception);
}

TEST_CASE_METHOD(StoreFixture, "a walk is kept per channel, replaced, dropped, and not found once it is expired") {
  open();
  const SavedWalk ussd{number(), WalkChannel::ussd, "r1", std::string("menu\0bills", 10), at(10)};
  const SavedWalk sms{number(), WalkChannel::sms, "r1", "", at(20)};
  REQUIRE(change({SaveWalk{ussd}, SaveWalk{sms}}).ok());
  auto found = store->find_walk(number(), WalkChannel::ussd, at(9)).value();
  REQUIRE(found.has_value());
  CHECK(found->session == ussd.session);
  CHECK(found->revision == "r1");
  CHECK(found->expires == at(10));
  CHECK_FALSE(store->find_walk(number(), WalkChannel::ussd, at(10)).value().has_value());
  CHECK(store->find_walk(number(), WalkChannel::sms, at(10)).value().has_value());

  REQUIRE(change({SaveWalk{SavedWalk{number(), WalkChannel::ussd, "r2", "later", at(30)}}}).ok());
  found = store->find_walk(number(), WalkChannel::ussd, at(10)).value();
  REQUIRE(found.has_value());
  CHECK(found->session == "later");
  CHECK(found->revision == "r2");
  REQUIRE(change({DropWalk{number(), WalkChannel::ussd}}).ok());
  CHECK_FALSE(store->find_walk(number(), WalkChannel::ussd, at(10)).value().has_value());
  CHECK(store->find_walk(number(), WalkChannel::sms, at(10)).value().has_value());
}

TEST_CASE_METHOD(StoreFixture, "expired walks leave the database when told the time") {
  open();
  REQUIRE(change({SaveWalk{SavedWalk{number(1), WalkChannel::ussd, "r", "a", at(10)}},
                  SaveWalk{SavedWalk{number(2), WalkChannel::ussd, "r", "b", at(11)}}})
              .ok());
  REQUIRE(change({DropExpiredWalks{at(10)}}).ok());
  SQLite::Database database(config.path);
  CHECK(database.execAndGet("SELECT count(*) FROM walk").getInt() == 1);
  CHECK(store->find_walk(number(2), WalkChannel::ussd, at(10)).value().has_value());
}

TEST_CASE_METHOD(StoreFixture, "recordings are listed oldest first, and the oldest make room or leave by their day") {
  open();
  const auto day = [](int number) { return std::chrono::sys_days(std::chrono::days(20'000 + number)); };
  for (int i = 1; i <= 4; ++i) {
    const std::string name = std::to_string(i);
    REQUIRE(change({AddRecording{{day(i), "r" + name, "walk " + name}, 3}}).ok());
  }
  const auto listed = [&](std::int64_t after, std::size_t rows_max) {
    std::string all;
    const auto recordings = store->recordings(after, rows_max);
    REQUIRE(recordings.ok());
    for (const StoredRecording& one : *recordings)
      all += one.revision + ": " + one.content + " on " + std::to_string((one.day - day(0)).count()) + "; ";
    return all;
  };
  CHECK(listed(0, 10) == "r2: walk 2 on 2; r3: walk 3 on 3; r4: walk 4 on 4; ");
  CHECK(listed(0, 1) == "r2: walk 2 on 2; ");
  CHECK(listed(store->recordings(0, 1).value().front().id, 1) == "r3: walk 3 on 3; ");
  REQUIRE(change({DropOldRecordings{day(4)}}).ok());
  CHECK(listed(0, 10) == "r4: walk 4 on 4; ");
  REQUIRE(change({AddRecording{{day(5), "r5", "walk 5"}, 3}}).ok());
  CHECK(listed(0, 10) == "r4: walk 4 on 4; r5: walk 5 on 5; ");
}

TEST_CASE_METHOD(StoreFixture, "an account has one reading per period, unless the company refused it") {
  open();
  REQUIRE(change({reading("R1", "A-1")}).ok());
  const auto again = change({reading("R2", "A-1")});
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().code == Errc::conflict);
  const auto taken = change({reading("R1", "A-2")});
  REQUIRE_FALSE(taken.ok());
  CHECK(taken.error().code == Errc::conflict);

  REQUIRE(change({SetReadingState{"R1", ReadingState::refused}}).ok());
  REQUIRE(change({reading("R3", "A-1")}).ok());
  CHECK(change({SetReadingState{"R1", ReadingState::delivered}}).error().code == Errc::conflict);
  CHECK(change({SetReadingState{"R9", ReadingState::delivered}}).error().code == Errc::not_found);
}

TEST_CASE_METHOD(StoreFixture, "readings that no company has are listed, oldest first, whole") {
  open();
  REQUIRE(change({reading("R1", "A-1", 1), reading("R2", "A-2", -2), reading("R3", "A-3", 3)}).ok());
  REQUIRE(change({SetReadingState{"R1", ReadingState::delivered}}).ok());
  reopen();
  const auto listed = store->undelivered_readings("electricity", 0, 10).value();
  REQUIRE(listed.size() == 2);
  CHECK(listed[0].reference == "R2");
  CHECK(listed[0].msisdn == number());
  CHECK(listed[0].company == "electricity");
  CHECK(listed[0].account == "A-2");
  CHECK(listed[0].value == -2);
  CHECK(listed[0].period == "2026-11");
  CHECK(listed[0].at == at(0));
  CHECK(listed[0].state == ReadingState::recorded);
  CHECK(listed[1].reference == "R3");
  CHECK(store->undelivered_readings("electricity", 0, 1).value().size() == 1);
  CHECK(store->undelivered_readings("water", 0, 10).value().empty());
}

TEST_CASE_METHOD(StoreFixture,
                 "an account's readings are found, newest first, with who sent them and what was said") {
  open();
  AddReading by_staff = reading("R2", "A-1", 2);
  by_staff.reading.period = "2026-12";
  by_staff.reading.source = ReadingSource::staff;
  by_staff.reading.remark = ReadingRemark::turned_over;
  by_staff.reading.channel = WalkChannel::sms;
  by_staff.reading.office = "post_7";
  AddReading confirmed = reading("R3", "A-2", 3);
  confirmed.reading.remark = ReadingRemark::confirmed;
  REQUIRE(change({reading("R1", "A-1", 1), by_staff, confirmed}).ok());
  REQUIRE(change({SetReadingState{"R1", ReadingState::delivered}}).ok());
  reopen();
  const auto found = store->readings_of_account("electricity", "A-1", 10).value();
  REQUIRE(found.size() == 2);
  CHECK(found[0].reference == "R2");
  CHECK(found[0].source == ReadingSource::staff);
  CHECK(found[0].remark == ReadingRemark::turned_over);
  CHECK(found[0].channel == WalkChannel::sms);
  CHECK(found[0].office == "post_7");
  CHECK_FALSE(found[1].channel.has_value());
  CHECK(found[1].reference == "R1");
  CHECK(found[1].state == ReadingState::delivered);
  CHECK(found[1].source == ReadingSource::citizen);
  CHECK(found[1].remark == ReadingRemark::none);
  CHECK(store->readings_of_account("electricity", "A-1", 1).value().size() == 1);
  CHECK(store->readings_of_account("water", "A-1", 10).value().empty());
  const auto waiting = store->undelivered_readings("electricity", 0, 10).value();
  REQUIRE(waiting.size() == 2);
  CHECK(waiting[0].source == ReadingSource::staff);
  CHECK(waiting[1].remark == ReadingRemark::confirmed);

  const auto one = store->find_reading("R3").value();
  REQUIRE(one.has_value());
  CHECK(one->account == "A-2");
  CHECK(one->value == 3);
  CHECK_FALSE(store->find_reading("R9").value().has_value());
}

TEST_CASE_METHOD(StoreFixture, "outbox messages wait in order, and an id is never given twice") {
  open();
  const auto first = change({message("one"), message("two", number(7))});
  REQUIRE(first.ok());
  REQUIRE(first->outbox_ids.size() == 2);
  const auto second = change({message("three")});
  REQUIRE(second->outbox_ids.size() == 1);
  const std::vector<std::int64_t> ids{first->outbox_ids[0], first->outbox_ids[1], second->outbox_ids[0]};
  CHECK(std::ranges::is_sorted(ids));
  reopen();
  auto waiting = store->outbox_page("mtn", 0, 10).value().messages;
  REQUIRE(waiting.size() == 3);
  CHECK(waiting[0].text == "one");
  CHECK(waiting[1].text == "two");
  CHECK(waiting[1].id == ids[1]);
  CHECK(waiting[1].to == number(7));
  CHECK(waiting[1].link == "mtn");
  CHECK(waiting[1].created == at(0));
  CHECK(waiting[1].expires == at(3600));
  CHECK(store->outbox_page("mtn", 0, 2).value().messages.size() == 2);

  REQUIRE(change({RemoveOutboxMessage{ids[1]}, RemoveOutboxMessage{ids[2]}, RemoveOutboxMessage{ids[2]}}).ok());
  waiting = store->outbox_page("mtn", 0, 10).value().messages;
  REQUIRE(waiting.size() == 1);
  CHECK(waiting[0].text == "one");
  reopen();
  CHECK(change({message("four")})->outbox_ids.front() > ids[2]);
}

TEST_CASE_METHOD(StoreFixture, "a set of changes that fails leaves nothing behind") {
  open();
  REQUIRE(change({reading("R1", "A-1")}).ok());
  const auto refused = change({message("thanks"), SetLocale{number(), "ar"}, reading("R2", "A-1")});
  CHECK(refused.error().code == Errc::conflict);
  CHECK(store->outbox_page("mtn", 0, 10).value().messages.empty());
  CHECK(person(number()).locale.empty());
}

TEST_CASE_METHOD(StoreFixture,
                 "wherever in a set the refused change stands, the sets beside it in the transaction are kept") {
  open();
  REQUIRE(change({reading("R0", "A-0")}).ok());
  const AddReading refused = reading("R1", "A-0");
  const std::vector<std::vector<Change>> failing{
      {refused},
      {refused, message("no")},
      {message("no"), refused},
      {message("no"), refused, message("no")},
      {reading("R2", "A-2"), refused},
      {SetLocale{number(), "no"}, link(number(), syrian(), LinkState::released)},
      {message("no"), SetReadingState{"R9", ReadingState::refused}}};
  SQLite::Database other(config.path, SQLite::OPEN_READWRITE, 5'000);
  other.exec("BEGIN IMMEDIATE");  // makes them wait for one another
  int kept = 0;
  int failed = 0;
  store->change({SetLocale{number(9), "ar"}}, [](const Result<Committed>&) {});
  for (const std::vector<Change>& set : failing) {
    store->change({message("yes"), message("yes")}, [&kept](const Result<Committed>& r) { kept += r.ok(); });
    store->change(set, [&failed](const Result<Committed>& r) { failed += !r.ok() && r.error().code != Errc::io; });
  }
  other.exec("COMMIT");
  store->flush();
  loop.run_all();
  CHECK(kept == static_cast<int>(failing.size()));
  CHECK(failed == static_cast<int>(failing.size()));
  const auto waiting = store->outbox_page("mtn", 0, 100).value().messages;
  CHECK(waiting.size() == failing.size() * 2);
  CHECK(std::ranges::all_of(waiting, [](const OutboxMessage& one) { return one.text == "yes"; }));
  CHECK(store->undelivered_readings("electricity", 0, 10).value().size() == 1);
  CHECK(person(number()).locale.empty());
}

TEST_CASE_METHOD(StoreFixture, "in one transaction the conflict fails alone, and callbacks come in order") {
  open();
  std::vector<std::pair<int, bool>> outcomes;
  constexpr int sets = 5'000;  // several transactions
  for (int i = 0; i < sets; ++i) {
    const std::string account = "A-" + std::to_string(i % 10 == 9 ? i - 1 : i);  // every tenth clashes
    store->change({reading("R" + std::to_string(i), account), message("thanks " + std::to_string(i))},
                  [&outcomes, i](const Result<Committed>& result) { outcomes.emplace_back(i, result.ok()); });
  }
  REQUIRE(loop.run_until([&outcomes] { return outcomes.size() == sets; }));
  for (int i = 0; i < sets; ++i) {
    const auto& [index, ok] = outcomes[static_cast<std::size_t>(i)];
    if (index != i || ok != (i % 10 != 9)) FAIL("set " << i);
  }
  CHECK(store->undelivered_readings("electricity", 0, 10'000).value().size() == sets * 9 / 10);
  CHECK(store->outbox_page("mtn", 0, 10'000).value().messages.size() == sets * 9 / 10);
}

TEST_CASE_METHOD(StoreFixture, "callbacks run where they are posted, and never inside change()") {
  config.queue_max = 1;
  open();
  const auto here = std::this_thread::get_id();
  int called = 0;
  const auto count = [&called, here](const Result<Committed>&) {
    CHECK(std::this_thread::get_id() == here);
    ++called;
  };
  store->change({SetLocale{number(), "ar"}}, count);
  store->change({message("one"), message("two")}, count);  // over the limit: refused at once, but told later
  CHECK(called == 0);
  REQUIRE(loop.run_until([&called] { return called == 2; }));
}

TEST_CASE_METHOD(StoreFixture, "more changes than may wait are refused, and what was queued is done") {
  config.queue_max = 3;
  open();
  // Another process holds the database, so that the writer cannot empty the queue meanwhile.
  SQLite::Database other(config.path, SQLite::OPEN_READWRITE, 5'000);
  other.exec("BEGIN IMMEDIATE");
  std::vector<Errc> refused;
  int committed = 0;
  for (std::uint64_t i = 0; i < 20; ++i) {
    store->change({SetLocale{number(i), "ar"}}, [&](const Result<Committed>& result) {
      if (result.ok()) {
        ++committed;
      } else {
        refused.push_back(result.error().code);
      }
    });
  }
  other.exec("COMMIT");
  REQUIRE(loop.run_until([&] { return committed + static_cast<int>(refused.size()) == 20; }));
  CHECK(committed >= 3);
  CHECK(committed <= 6);  // the queue, and what the writer had taken before it met the lock
  CHECK(std::ranges::all_of(refused, [](Errc code) { return code == Errc::unavailable; }));  // never Errc::limit
}

TEST_CASE_METHOD(StoreFixture, "a value that is too long is refused with its whole set") {
  open();
  const std::string long_name(ValueLimits::name_octets_max + 1, 'x');
  const std::string long_text(ValueLimits::text_octets_max + 1, 'x');
  const std::string long_session(ValueLimits::session_octets_max + 1, 'x');
  CHECK(change({SetLocale{number(), "ar"}, SetLocale{number(), long_name}}).error().code == Errc::limit);
  CHECK(change({message(long_text)}).error().code == Errc::limit);
  CHECK(change({SaveWalk{SavedWalk{number(), WalkChannel::sms, "r", long_session, at(1)}}}).error().code ==
        Errc::limit);
  CHECK(change({reading(long_name, "A")}).error().code == Errc::limit);
  const std::string long_recording(ValueLimits::recording_octets_max + 1, 'x');
  CHECK(change({AddRecording{{{}, "r", long_recording}, 3}}).error().code == Errc::limit);
  CHECK(person(number()).locale.empty());
  const std::string longest(ValueLimits::session_octets_max, 'x');
  CHECK(change({SaveWalk{SavedWalk{number(), WalkChannel::sms, "r", longest, at(1)}}}).ok());
  CHECK(store->find_walk(number(), WalkChannel::sms, at(0)).value()->session == longest);
}

TEST_CASE_METHOD(StoreFixture, "an empty set is reported after what was queued before it") {
  open();
  bool first = false;
  store->change({SetLocale{number(), "ar"}}, [&first](const Result<Committed>&) { first = true; });
  CHECK(change({}).ok());
  CHECK(first);
}

TEST_CASE_METHOD(StoreFixture, "flush returns when everything queued is on disk and reported") {
  open();
  int reported = 0;
  for (std::uint64_t i = 0; i < 2'500; ++i) {
    store->change({SetLocale{number(i), "ar"}}, [&reported](const Result<Committed>&) { ++reported; });
  }
  store->flush();
  SQLite::Database database(config.path);
  CHECK(database.execAndGet("SELECT count(*) FROM chosen_locale").getInt() == 2'500);
  loop.run_all();  // all callbacks are posted already: nothing is waited for
  CHECK(reported == 2'500);
}

TEST_CASE_METHOD(StoreFixture,
                 "closing the store commits what waits, and callbacks posted before still run after it") {
  open();
  int committed = 0;
  for (std::uint64_t i = 0; i < 2'500; ++i) {
    store->change({SetLocale{number(i), "ar"}},
                  [&committed](const Result<Committed>& result) { committed += result.ok(); });
  }
  store.reset();
  loop.run_all();
  CHECK(committed == 2'500);
  open();
  CHECK(person(number(2'499)).locale == "ar");
}

TEST_CASE_METHOD(StoreFixture, "a callback may close the store") {
  open();
  store->change({SetLocale{number(), "ar"}}, [this](const Result<Committed>&) { store.reset(); });
  CHECK(loop.run_until([this] { return store == nullptr; }));
}

TEST_CASE_METHOD(StoreFixture,
                 "a read from the callback sees the change, whatever was cached while it was under way") {
  open();
  for (std::uint64_t round = 0; round < 300; ++round) {
    const std::string locale = round % 2 == 0 ? "ar" : "en";
    bool done = false;
    store->change({SetLocale{number(), locale}}, [&](const Result<Committed>& result) {
      CHECK(result.ok());
      CHECK(person(number()).locale == locale);
      done = true;
    });
    // Reads race with the commit and fill the cache with either value; after the callback only the new one counts.
    while (!done) {
      const std::string seen = person(number()).locale;
      if (seen != "ar" && seen != "en" && !(round == 0 && seen.empty())) FAIL("never written: " << seen);
      loop.run_all();
    }
    CHECK(person(number()).locale == locale);
  }
}

TEST_CASE_METHOD(StoreFixture, "what another process changes is seen, also of cached persons") {
  open();
  REQUIRE(change({SetLocale{number(), "ar"}}).ok());
  CHECK(person(number()).locale == "ar");
  StoreFixture other;  // stands for the command line: a store of its own on the same file
  other.config = config;
  other.open();
  REQUIRE(other.change({SetLocale{number(), "en"}, link(number(), syrian())}).ok());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (person(number()).locale != "en" && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  CHECK(person(number()).locale == "en");
  CHECK(person(number()).link.has_value());
}

TEST_CASE_METHOD(StoreFixture,
                 "another process's publication leaves the cached persons alone, its change of one not") {
  open();
  // A commit of its own makes the store look.
  const auto look = [&] { REQUIRE(change({SetLocale{number(), "ar"}}).ok()); };
  look();
  const std::uint64_t before = store->links_version();
  const auto archive = FlowArchive::open(config.path);
  REQUIRE(archive.ok());
  REQUIRE((*archive)
              ->publish({.number = 0, .revision = "r1", .author = "a", .note = "n", .at = at(1)}, "[]", 0, false)
              .ok());
  look();
  CHECK(store->links_version() == before);
  StoreFixture other;
  other.config = config;
  other.open();
  REQUIRE(other.change({link(number(), syrian())}).ok());
  look();
  CHECK(store->links_version() == before + 1);
  // By hand as well.
  SQLite::Database database(config.path, SQLite::OPEN_READWRITE, 5'000);
  for (const char* sql : {"UPDATE link SET state = 2", "UPDATE chosen_locale SET locale = 'en'",
                          "INSERT INTO walk VALUES (963933000001, 0, 'r', zeroblob(40), 1)", "DELETE FROM walk",
                          "DELETE FROM link", "DELETE FROM chosen_locale"}) {
    CAPTURE(sql);
    const std::uint64_t seen = store->links_version();
    REQUIRE(database.exec(sql) > 0);
    look();
    CHECK(store->links_version() == seen + 1);
  }
  CHECK_FALSE(person(number()).link.has_value());
}

TEST_CASE_METHOD(StoreFixture, "two processes that send give their messages different ids") {
  open();
  StoreFixture other;
  other.config = config;
  other.open();
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 20; ++i) {
    ids.push_back(change({message("daemon")})->outbox_ids.front());
    ids.push_back(other.change({message("command line")})->outbox_ids.front());
  }
  CHECK(std::ranges::is_sorted(ids));
  CHECK(std::ranges::adjacent_find(ids) == ids.end());
  CHECK(store->outbox_page("mtn", 0, 100).value().messages.size() == 40);
}

TEST_CASE_METHOD(StoreFixture, "personal fields are nowhere in the files in clear") {
  open();
  const std::string national_id = "01020304050";
  const std::string session = "walk with account 778899";
  const std::string text = "your code is in this text";
  REQUIRE(change({link(number(), syrian(national_id)), message(text),
                  SaveWalk{SavedWalk{number(), WalkChannel::ussd, "revision-1", session, at(10)}}})
              .ok());
  const std::string log = read_file(config.path + "-wal");
  CHECK(log.find("revision-1") != std::string::npos);  // the log is what holds the rows now
  store.reset();                                       // closing copies the log into the database file
  const std::string database = read_file(config.path);
  CHECK(database.find("revision-1") != std::string::npos);
  for (const std::string& bytes : {log, database}) {
    CHECK(bytes.find(national_id) == std::string::npos);
    CHECK(bytes.find(session) == std::string::npos);
    CHECK(bytes.find(text) == std::string::npos);
  }
}

TEST_CASE_METHOD(StoreFixture, "a sealed field that was damaged or moved is an error, not somebody else's data") {
  open();
  REQUIRE(change({link(number(1), syrian()), link(number(2), syrian("09080706050")), message("one"), message("two")})
              .ok());
  {
    SQLite::Database database(config.path, SQLite::OPEN_READWRITE, 5'000);
    database.exec(
        "UPDATE link SET national_id_sealed = (SELECT national_id_sealed FROM link WHERE id = 2) WHERE id = 1");
    database.exec("UPDATE outbox SET text_sealed = zeroblob(40) WHERE id = 1");
  }
  const auto moved = store->find_person(number(1));
  REQUIRE_FALSE(moved.ok());
  CHECK(moved.error().code == Errc::io);
  CHECK_THAT(moved.error().message, Catch::Contains("link 1"));
  CHECK(person(number(2)).link.has_value());
  const auto page = store->outbox_page("mtn", 0, 10).value();
  CHECK(page.damaged == 1);
  REQUIRE(page.messages.size() == 1);
  CHECK(page.messages.front().text == "two");
}

TEST_CASE_METHOD(StoreFixture, "another key than the database's is refused with what to do") {
  open();
  store.reset();
  write_file(config.key_file, std::string(64, 'a'));
  const auto refused = open_sqlite(config, loop.post());
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::denied);
  CHECK_THAT(refused.error().message, Catch::Contains("another key") && Catch::Contains(config.key_file));
}

TEST_CASE_METHOD(StoreFixture, "a database that would not survive, or cannot be opened, is refused") {
  for (const char* path : {"", ":memory:", "file::memory:", "file:x?mode=memory"}) {
    config.path = path;
    CHECK(open_sqlite(config, loop.post()).error().code == Errc::invalid);
  }
  config.path = folder.file("no/such/folder/shubbak.db");
  CHECK(open_sqlite(config, loop.post()).error().code == Errc::io);
  config.path = folder.file("text");
  write_file(config.path, std::string(8'192, 'x'));
  CHECK(open_sqlite(config, loop.post()).error().code == Errc::malformed);
}

TEST_CASE_METHOD(StoreFixture, "the database files are readable by their owner only") {
  open();
  REQUIRE(change({SetLocale{number(), "ar"}}).ok());
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat status {};
    REQUIRE(::stat((config.path + suffix).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
}

}  // namespace
}  // namespace shubbak::store
