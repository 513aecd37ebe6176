#include "store/flow_archive.hpp"

#include <filesystem>
#include <fstream>

#include <SQLiteCpp/Database.h>

#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

Publication by(const std::string& author, const std::string& revision, int second) {
  return {.number = 0, .revision = revision, .author = author, .note = "because", .at = at(second)};
}

struct ArchiveFixture : StoreFixture {
  ArchiveFixture() {
    open();
    archive = FlowArchive::open(config.path).value();
  }
  std::unique_ptr<FlowArchive> archive;
};

TEST_CASE_METHOD(ArchiveFixture, "claim: a publication has an author and a note, and the highest is in force") {
  CHECK_FALSE(archive->latest()->has_value());
  CHECK(archive->publish(by("a", "r1", 1), "sources of r1", 0)->number == 1);
  CHECK(archive->publish(by("b", "r2", 2), "sources of r2", 1)->number == 2);
  CHECK(archive->publish(by("c", "r1", 3), "not written again", 2)->number == 3);
  const Publication latest = archive->latest().value().value();
  CHECK(latest.number == 3);
  CHECK(latest.revision == "r1");
  CHECK(latest.author == "c");
  CHECK(latest.note == "because");
  CHECK(latest.at == at(3));
  CHECK(archive->sources("r1").value() == "sources of r1");
  CHECK_FALSE(archive->sources("r9")->has_value());
  CHECK(archive->find(2).value()->author == "b");
  CHECK_FALSE(archive->find(4)->has_value());
  const auto all = archive->list(2).value();
  REQUIRE(all.size() == 2);
  CHECK(all[0].number == 3);
}

TEST_CASE_METHOD(ArchiveFixture, "who publishes over what they have not seen is told, and nothing is written") {
  REQUIRE(archive->publish(by("a", "r1", 1), "one", 0).ok());
  const auto clash = archive->publish(by("b", "r2", 2), "two", 0);
  REQUIRE_FALSE(clash.ok());
  CHECK(clash.error().code == Errc::conflict);
  CHECK(archive->latest().value()->number == 1);
  CHECK_FALSE(archive->sources("r2")->has_value());
  CHECK(archive->publish(by("b", "r2", 2), "two", 1)->number == 2);
}

TEST_CASE_METHOD(ArchiveFixture, "a publication without author or note is refused") {
  CHECK(archive->publish(by("", "r1", 1), "one", 0).error().code == Errc::invalid);
  Publication silent = by("a", "r1", 1);
  silent.note.clear();
  CHECK(archive->publish(silent, "one", 0).error().code == Errc::invalid);
  CHECK(archive->publish(by(std::string(65, 'a'), "r1", 1), "one", 0).error().code == Errc::invalid);
}

TEST_CASE_METHOD(ArchiveFixture, "claim: what was published can neither be changed nor removed") {
  REQUIRE(archive->publish(by("a", "r1", 1), "one", 0).ok());
  SQLite::Database database(config.path, SQLite::OPEN_READWRITE, 5'000);
  for (const char* sql : {"UPDATE publication SET author = 'x'", "DELETE FROM publication",
                          "UPDATE flow_revision SET sources = 'x'", "DELETE FROM flow_revision"}) {
    INFO(sql);
    CHECK_THROWS_AS(database.exec(sql), SQLite::Exception);
  }
}

TEST_CASE_METHOD(ArchiveFixture, "who only looks at publications makes no database and changes none") {
  REQUIRE(archive->publish(by("a", "r1", 1), "one", 0).ok());
  const auto looking = FlowArchive::open_for_reading(config.path).value();
  CHECK(looking->latest().value()->author == "a");
  CHECK(looking->sources("r1").value() == "one");
  CHECK_FALSE(looking->publish(by("b", "r2", 2), "two", 1).ok());
  CHECK(archive->latest().value()->number == 1);
  const std::string nowhere = config.path + ".none";
  CHECK(FlowArchive::open_for_reading(nowhere).value() == nullptr);
  CHECK_FALSE(std::filesystem::exists(nowhere));
  SQLite::Database(nowhere, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE older (a)");
  CHECK(FlowArchive::open_for_reading(nowhere).value() == nullptr);
  std::ofstream(nowhere, std::ios::trunc) << std::string(5'000, 'x');
  CHECK(FlowArchive::open_for_reading(nowhere).error().code == Errc::malformed);
}

TEST_CASE_METHOD(StoreFixture, "saved walks are listed page by page, those that are over left out") {
  open();
  const auto walk = [&](unsigned who, WalkChannel channel, int expires) {
    return SaveWalk{{number(who), channel, "r1", "walk " + std::to_string(who), at(expires)}};
  };
  REQUIRE(change({walk(1, WalkChannel::ussd, 100), walk(1, WalkChannel::sms, 100), walk(2, WalkChannel::ussd, 5),
                  walk(3, WalkChannel::ussd, 100)})
              .ok());
  const auto first = store->saved_walks(at(10), std::nullopt, 2).value();
  REQUIRE(first.size() == 2);
  CHECK(first[0].channel == WalkChannel::ussd);
  CHECK(first[1].channel == WalkChannel::sms);
  const auto rest = store->saved_walks(at(10), first.back(), 2).value();
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].session == "walk 3");
  CHECK(store->saved_walks(at(10), rest.back(), 2)->empty());
}

}  // namespace
}  // namespace shubbak::store
