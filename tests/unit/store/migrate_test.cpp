#include "store/sqlite/migrate.hpp"

#include <array>

#include <SQLiteCpp/Database.h>

#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

constexpr Migration migration_one{1, "001_one", "aa", "CREATE TABLE kept (x INTEGER); INSERT INTO kept VALUES (41);"};
constexpr Migration migration_two{2, "002_two", "bb", "UPDATE kept SET x = x + 1; CREATE TABLE later (y INTEGER);"};
constexpr Migration broken{3, "003_broken", "cc",
                           "UPDATE kept SET x = 0; CREATE TABLE half (z INTEGER); SELECT nonsense;"};

SQLite::Database create(const std::string& path) {
  return {path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 5'000};
}

TEST_CASE("missing migrations are applied in order, each once") {
  const TempFolder folder;
  SQLite::Database database = create(folder.file("db"));
  REQUIRE(migrate(database, std::array{migration_one}, at(1)).ok());
  CHECK(database.execAndGet("PRAGMA user_version").getInt() == 1);
  REQUIRE(migrate(database, std::array{migration_one, migration_two}, at(2)).ok());
  REQUIRE(migrate(database, std::array{migration_one, migration_two}, at(3)).ok());
  CHECK(database.execAndGet("PRAGMA user_version").getInt() == 2);
  CHECK(database.execAndGet("SELECT x FROM kept").getInt() == 42);
  CHECK(database.execAndGet("SELECT group_concat(name || ' ' || sha256, ', ') FROM migration").getString() ==
        "001_one aa, 002_two bb");
}

TEST_CASE("a migration that fails leaves the database as the one before left it") {
  const TempFolder folder;
  SQLite::Database database = create(folder.file("db"));
  const Status failed = migrate(database, std::array{migration_one, migration_two, broken}, at(1));
  REQUIRE_FALSE(failed.ok());
  CHECK_THAT(failed.error().message, Catch::Contains("003_broken"));
  CHECK(database.execAndGet("PRAGMA user_version").getInt() == 2);
  CHECK(database.execAndGet("SELECT x FROM kept").getInt() == 42);
  CHECK_FALSE(database.tableExists("half"));
  CHECK(migrate(database, std::array{migration_one, migration_two}, at(1)).ok());
}

TEST_CASE("a database of a newer version is refused and left alone") {
  const TempFolder folder;
  SQLite::Database database = create(folder.file("db"));
  REQUIRE(migrate(database, std::array{migration_one, migration_two}, at(1)).ok());
  const Status refused = migrate(database, std::array{migration_one}, at(1));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::invalid);
  CHECK_THAT(refused.error().message, Catch::Contains("version 2") && Catch::Contains("up to 1"));
}

TEST_CASE("a migration that was edited after it was applied is refused") {
  const TempFolder folder;
  SQLite::Database database = create(folder.file("db"));
  REQUIRE(migrate(database, std::array{migration_one}, at(1)).ok());
  Migration edited = migration_one;
  edited.sha256 = "ab";
  const Status refused = migrate(database, std::array{edited, migration_two}, at(1));
  REQUIRE_FALSE(refused.ok());
  CHECK_THAT(refused.error().message, Catch::Contains("001_one"));
  CHECK_FALSE(database.tableExists("later"));
}

TEST_CASE("a database of another program is refused and left alone") {
  const TempFolder folder;
  SQLite::Database database = create(folder.file("db"));
  database.exec("CREATE TABLE theirs (x)");
  const Status refused = migrate(database, std::array{migration_one}, at(1));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::invalid);
  CHECK_FALSE(database.tableExists("kept"));
  database.exec("DROP TABLE theirs; PRAGMA application_id = 7");
  CHECK_FALSE(migrate(database, std::array{migration_one}, at(1)).ok());
}

TEST_CASE("the shipped migrations are numbered without a gap and carry their checksums") {
  int expected = 0;
  for (const Migration& migration : schema_migrations()) {
    CHECK(migration.number == ++expected);
    CHECK(migration.sha256.size() == 64);
    CHECK_FALSE(migration.sql.empty());
  }
  CHECK(expected >= 1);
}

// fixtures/version_1.sql is what `sqlite3 shubbak.db .dump` said of a database of version 1, made with sample_key:
// whatever the schema becomes, such a database must open and tell the same.
TEST_CASE_METHOD(StoreFixture, "a database of version 1 opens and tells what it holds") {
  {
    SQLite::Database database = create(config.path);
    database.exec(read_file(std::string(STORE_FIXTURES) + "/version_1.sql"));
  }
  open();
  const Person found = person(number(1));
  REQUIRE(found.link.has_value());
  CHECK(found.link->national_id == syrian());
  CHECK(found.link->state == LinkState::active);
  CHECK(found.link->since == at(1));
  CHECK(found.locale == "en");
  CHECK(store->links_of(syrian()).value().size() == 1);
  CHECK_FALSE(person(number(2)).link.has_value());
  const auto walk = store->find_walk(number(1), WalkChannel::sms, at(0)).value();
  REQUIRE(walk.has_value());
  CHECK(walk->session == "a walk of version 1");
  const auto readings = store->undelivered_readings("electricity", 0, 10).value();
  REQUIRE(readings.size() == 1);
  CHECK(readings[0].reference == "R1");
  const auto waiting = store->outbox_page("mtn", 0, 10).value().messages;
  REQUIRE(waiting.size() == 1);
  CHECK(waiting[0].id == 1);
  CHECK(waiting[0].text == "a text of version 1");
  CHECK(change({message("next")})->outbox_ids.front() == 2);
}

}  // namespace
}  // namespace shubbak::store
