#include "store/flow_archive.hpp"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include <SQLiteCpp/Database.h>

#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

Publication by(const std::string& author, const std::string& revision, int second) {
  return {.number = 0, .revision = revision, .author = author, .note = "because", .at = at(second)};
}

Actor staff_named(const std::string& name) {
  return {Actor::Kind::staff, name};
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
  CHECK(archive->publish(by("a", "r1", 1), "sources of r1", 0, false)->number == 1);
  CHECK(archive->publish(by("b", "r2", 2), "sources of r2", 1, false)->number == 2);
  CHECK(archive->publish(by("c", "r1", 3), "sources of r1", 2, false)->number == 3);
  CHECK(archive->publish(by("d", "r1", 4), "other files", 3, false).error().code == Errc::conflict);
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

// Or the next process to go would take itself for the last, and remove the log beneath the others.
TEST_CASE_METHOD(StoreFixture, "a second connection of a process leaves the locks of the first") {
  open();
  { const auto archive = FlowArchive::open(config.path).value(); }
  const pid_t other_process = ::fork();
  REQUIRE(other_process >= 0);
  if (other_process == 0) {
    const int file = ::open(config.path.c_str(), O_RDWR | O_CLOEXEC);
    struct flock asked {};
    asked.l_type = F_WRLCK;
    asked.l_whence = SEEK_SET;
    ::_exit(file >= 0 && ::fcntl(file, F_GETLK, &asked) == 0 && asked.l_type != F_UNLCK ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(other_process, &status, 0) == other_process);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE_METHOD(ArchiveFixture, "who publishes over what they have not seen is told, and nothing is written") {
  REQUIRE(archive->publish(by("a", "r1", 1), "one", 0, false).ok());
  const auto clash = archive->publish(by("b", "r2", 2), "two", 0, false);
  REQUIRE_FALSE(clash.ok());
  CHECK(clash.error().code == Errc::conflict);
  CHECK(archive->latest().value()->number == 1);
  CHECK_FALSE(archive->sources("r2")->has_value());
  CHECK(archive->publish(by("b", "r2", 2), "two", 1, false)->number == 2);
}

TEST_CASE_METHOD(ArchiveFixture, "a publication without author or note is refused") {
  CHECK(archive->publish(by("", "r1", 1), "one", 0, false).error().code == Errc::invalid);
  Publication silent = by("a", "r1", 1);
  silent.note.clear();
  CHECK(archive->publish(silent, "one", 0, false).error().code == Errc::invalid);
  CHECK(archive->publish(by(std::string(65, 'a'), "r1", 1), "one", 0, false).error().code == Errc::invalid);
}

TEST_CASE_METHOD(ArchiveFixture, "claim: what was published can neither be changed nor removed") {
  REQUIRE(archive->publish(by("a", "r1", 1), "one", 0, false).ok());
  SQLite::Database database(config.path, SQLite::OPEN_READWRITE, 5'000);
  for (const char* sql : {"UPDATE publication SET author = 'x'", "DELETE FROM publication",
                          "UPDATE flow_revision SET sources = 'x'", "DELETE FROM flow_revision"}) {
    INFO(sql);
    CHECK_THROWS_AS(database.exec(sql), SQLite::Exception);
  }
}

TEST_CASE_METHOD(ArchiveFixture,
                 "flows of folders are kept while something that began on them is not over, and a day more") {
  constexpr std::int64_t day = std::chrono::seconds(FlowArchive::unnamed_lives).count();
  const auto is_kept = [&](const std::string& revision) { return archive->sources(revision)->has_value(); };
  const auto keeps = [&](const std::vector<std::string>& spared, std::int64_t second) {
    return archive->keep_folders("f3", "third", spared, at(second)).ok();
  };
  REQUIRE(archive->publish(by("a", "r1", 1), "one", 0, false).ok());
  REQUIRE(archive->keep_folders("f1", "first", {}, at(0)).ok());
  CHECK(archive->sources("f1").value() == "first");
  REQUIRE(change({SaveWalk{{number(), WalkChannel::ussd, "f1", "a walk", at(2 * day)}}}).ok());
  REQUIRE(archive->keep_folders("f2", "second", {}, at(10)).ok());
  REQUIRE(keeps({"f2"}, 20));
  REQUIRE(keeps({"f2"}, day + 20));
  CHECK(is_kept("f1"));
  CHECK(is_kept("f2"));
  // Of two daemons on the database the one that starts later does not know on what the other begins something.
  REQUIRE(keeps({}, day + 30));
  REQUIRE(keeps({"f2"}, day + 40));
  REQUIRE(keeps({}, 2 * day + 35));  // the walk is over
  CHECK(is_kept("f1"));
  CHECK(is_kept("f2"));
  REQUIRE(keeps({}, 3 * day + 34));
  CHECK(is_kept("f1"));
  CHECK(is_kept("f2"));
  REQUIRE(keeps({}, 3 * day + 35));
  CHECK_FALSE(is_kept("f1"));
  CHECK_FALSE(is_kept("f2"));
  CHECK(is_kept("f3"));
  CHECK(is_kept("r1"));
  // Who proposes or publishes what runs from folders keeps it for good.
  REQUIRE(archive->publish(by("a", "f3", 2), "third", 1, false).ok());
  REQUIRE(archive->keep_folders("f4", "fourth", {}, at(4 * day)).ok());
  REQUIRE(archive->keep_folders("f4", "fourth", {}, at(5 * day)).ok());
  CHECK(is_kept("f3"));
  CHECK(archive->keep_folders("f5", std::string(FlowArchive::sources_octets_max + 1, 'x'), {}, at(5 * day))
            .error()
            .code == Errc::limit);
}

TEST_CASE_METHOD(ArchiveFixture, "who only looks at publications makes no database and changes none") {
  REQUIRE(archive->publish(by("a", "r1", 1), "one", 0, false).ok());
  const auto looking = FlowArchive::open_for_reading(config.path).value();
  CHECK(looking->latest().value()->author == "a");
  CHECK(looking->sources("r1").value() == "one");
  CHECK_FALSE(looking->publish(by("b", "r2", 2), "two", 1, false).ok());
  CHECK(archive->latest().value()->number == 1);
  const std::string nowhere = config.path + ".none";
  CHECK(FlowArchive::open_for_reading(nowhere).value() == nullptr);
  CHECK_FALSE(std::filesystem::exists(nowhere));
  SQLite::Database(nowhere, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE older (a)");
  CHECK(FlowArchive::open_for_reading(nowhere).value() == nullptr);
  std::ofstream(nowhere, std::ios::trunc) << std::string(5'000, 'x');
  CHECK(FlowArchive::open_for_reading(nowhere).error().code == Errc::malformed);
  // One that is older than proposals is looked at too.
  SQLite::Database(config.path, SQLite::OPEN_READWRITE, 5'000)
      .exec("DROP TABLE flow_approval; DROP TABLE flow_proposal; DROP TABLE audit");
  CHECK(FlowArchive::open_for_reading(config.path).value()->latest().value()->number == 1);
}

TEST_CASE_METHOD(ArchiveFixture, "a proposal is published when another person approves it") {
  const Proposal wanted{
      .revision = "r1", .base = 0, .author = "amal", .note = "why", .at = at(1), .by = staff_named("amal")};
  CHECK(archive->publish(by("amal", "r1", 1), "one", 0, true).error().code == Errc::denied);
  const Proposal made = archive->propose(wanted, "one", std::nullopt).value();
  CHECK(made.number == 1);
  CHECK(archive->publish(by("amal", "r1", 1), "one", 0, true).error().code == Errc::denied);
  CHECK(archive->approve(1, staff_named("amal"), at(2), std::nullopt).error().code == Errc::denied);
  CHECK(archive->approve(2, staff_named("badr"), at(2), std::nullopt).error().code == Errc::not_found);
  CHECK_FALSE(archive->latest()->has_value());

  const Publication published = archive->approve(1, staff_named("badr"), at(2), std::nullopt).value();
  CHECK(published.number == 1);
  CHECK(published.author == "amal");
  CHECK(archive->sources("r1").value() == "one");
  CHECK(archive->approve(1, staff_named("badr"), at(3), std::nullopt).error().code == Errc::conflict);
  const Proposal approved = archive->find_proposal(1).value().value();
  CHECK(approved.publication == 1);
  CHECK(approved.approver == "badr");
  CHECK(archive->proposals(10)->size() == 1);

  // What two persons agreed on once may be put into force again.
  CHECK(archive->publish(by("c", "r2", 3), "two", 1, false).ok());
  CHECK(archive->publish(by("c", "r1", 4), "one", 2, true).ok());
}

TEST_CASE_METHOD(ArchiveFixture, "a proposal that was overtaken is not published over what came between") {
  const Proposal wanted{
      .revision = "r1", .base = 0, .author = "amal", .note = "why", .at = at(1), .by = staff_named("amal")};
  REQUIRE(archive->propose(wanted, "one", std::nullopt).ok());
  REQUIRE(archive->publish(by("c", "r2", 2), "two", 0, false).ok());
  CHECK(archive->approve(1, staff_named("badr"), at(3), std::nullopt).error().code == Errc::conflict);
  CHECK(archive->propose(wanted, "one", std::nullopt).error().code == Errc::conflict);
  CHECK(archive->latest().value()->number == 1);
}

TEST_CASE_METHOD(ArchiveFixture,
                 "the database itself refuses one person's approval and any change of what was decided") {
  const Proposal wanted{
      .revision = "r1", .base = 0, .author = "amal", .note = "why", .at = at(1), .by = staff_named("amal")};
  REQUIRE(archive->propose(wanted, "one", std::nullopt).ok());
  REQUIRE(archive->propose(wanted, "one", std::nullopt).ok());
  REQUIRE(archive->approve(1, staff_named("badr"), at(2), std::nullopt).ok());
  SQLite::Database database(config.path, SQLite::OPEN_READWRITE, 5'000);
  for (const char* sql : {"UPDATE flow_proposal SET author = 'x'", "DELETE FROM flow_proposal",
                          "UPDATE flow_approval SET approver = 'x'", "DELETE FROM flow_approval",
                          "INSERT INTO flow_approval VALUES (2, 1, 'amal', 0)"}) {
    INFO(sql);
    CHECK_THROWS_AS(database.exec(sql), SQLite::Exception);
  }
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

TEST_CASE_METHOD(StoreFixture, "the revisions of saved walks are told once each, of those that are over not") {
  open();
  const auto walk = [](unsigned who, const std::string& revision, int expires) {
    return SaveWalk{{number(who), WalkChannel::ussd, revision, "walk", at(expires)}};
  };
  REQUIRE(change({walk(1, "r1", 100), walk(2, "r1", 100), walk(3, "r2", 100), walk(4, "r3", 5)}).ok());
  auto told = store->revisions_of_walks(at(10)).value();
  std::ranges::sort(told);
  CHECK(told == std::vector<std::string>{"r1", "r2"});
}

}  // namespace
}  // namespace shubbak::store
