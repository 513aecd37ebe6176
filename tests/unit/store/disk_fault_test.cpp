// What a failing disk does, and that a commit is on it before anyone is told: a killed process shows neither, since
// the kernel still holds what was written.
#include <algorithm>
#include <array>
#include <fcntl.h>
#include <unistd.h>

#include <SQLiteCpp/Database.h>

#include "process.hpp"
#include "store/flow_archive.hpp"
#include "store/key_rotation.hpp"
#include "store_fixture.hpp"
#include "watched_log.hpp"

namespace shubbak::store {
namespace {

class FailingDisk : public StoreFixture {
 public:
  std::vector<std::string> texts() {
    std::vector<std::string> texts;
    const auto waiting = store->outbox_page("mtn", 0, 100).value().messages;
    for (const OutboxMessage& one : waiting) texts.push_back(one.text);
    return texts;
  }
};

TEST_CASE_METHOD(StoreFixture, "a commit is synced to the disk before it is reported") {
  const WatchedLog log;
  std::vector<int> unsynced_when_reported;
  auto opened = open_sqlite(config, [this, &unsynced_when_reported](std::function<void()> function) {
    unsynced_when_reported.push_back(WatchedLog::unsynced_writes);  // on the writer's thread, before its next write
    loop.post()(std::move(function));
  });
  REQUIRE(opened.ok());
  store = *std::move(opened);
  for (int i = 1; i <= 20; ++i) {
    const int syncs = WatchedLog::syncs;
    const int writes = WatchedLog::writes;
    REQUIRE(change({message("text " + std::to_string(i))}).ok());
    CHECK(WatchedLog::writes > writes);
    CHECK(WatchedLog::syncs > syncs);
  }
  store.reset();
  CHECK(unsynced_when_reported == std::vector<int>(20, 0));
}

TEST_CASE_METHOD(StoreFixture, "many changes share a sync") {
  const WatchedLog log;
  open();
  const int syncs = WatchedLog::syncs;
  int committed = 0;
  for (int i = 0; i < 5'000; ++i) {
    store->change({message("text")}, [&committed](const Result<Committed>& result) { committed += result.ok(); });
  }
  REQUIRE(loop.run_until([&committed] { return committed == 5'000; }));
  CHECK(WatchedLog::syncs - syncs < 500);
}

TEST_CASE_METHOD(FailingDisk,
                 "a commit that cannot be written is not reported as done, is not there, and the next one is") {
  const WatchedLog log;
  open();
  std::vector<std::string> expected;
  for (const int fault : {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_FULL}) {
    WatchedLog::write_result = fault;
    std::vector<Errc> codes;
    for (int i = 0; i < 10; ++i) {
      store->change({message("lost"), SetLocale{number(), "xx"}}, [&codes](const Result<Committed>& result) {
        if (!result.ok()) codes.push_back(result.error().code);
      });
    }
    store->flush();
    loop.run_all();
    CHECK(codes == std::vector<Errc>(10, Errc::io));
    CHECK(person(number()).locale.empty());
    WatchedLog::write_result = SQLITE_OK;
    const std::string kept = "kept " + std::to_string(expected.size());
    REQUIRE(change({message(kept)}).ok());
    expected.push_back(kept);
  }
  reopen();
  CHECK(texts() == expected);
  CHECK(person(number()).locale.empty());
}

TEST_CASE_METHOD(FailingDisk, "a commit that may be in the file although the disk fails ends the process untold") {
  const WatchedLog log;
  Process process(
      [&](int pipe) {
        open();
        (void)change({message("before")});
        WatchedLog::sync_result = SQLITE_IOERR_FSYNC;
        const auto tell = [pipe](const Result<Committed>&) { (void)!::write(pipe, "t", 1); };
        store->change({message("in doubt"), SetLocale{number(), "xx"}}, tell);
        store->flush();
        loop.run_all();
      },
      doubt_exit_code);
  CHECK(process.told().empty());
  open();
  CHECK(texts() == std::vector<std::string>{"before", "in doubt"});  // the sync failed only after it was written
  CHECK(person(number()).locale == "xx");
}

TEST_CASE_METHOD(FailingDisk, "so it is for publications, and for what is sealed anew") {
  const WatchedLog log;
  open();
  (void)change({message("a text")});
  store.reset();
  Process publishing(
      [&](int pipe) {
        const auto archive = FlowArchive::open(config.path).value();
        Publication wanted{.revision = "r0", .author = "amal", .note = "because", .at = at(1)};
        if (!archive->publish(wanted, "sources of r0", 0, false)) return;
        WatchedLog::sync_result = SQLITE_IOERR_FSYNC;
        wanted.revision = "r1";
        (void)archive->publish(wanted, "sources of r1", 1, false);
        (void)!::write(pipe, "t", 1);
      },
      doubt_exit_code);
  CHECK(publishing.told().empty());
  write_file(config.key_file, std::string("1 ") + sample_key + "\n2 " + std::string(64, '9') + "\n");
  Process rotating(
      [&](int pipe) {
        const auto rotation = KeyRotation::open(config.path, {config.key_file}, true).value();
        WatchedLog::sync_result = SQLITE_IOERR_FSYNC;
        (void)rotation->rotate({Actor::Kind::command_line, "test"}, [](const RotationProgress&) {});
        (void)!::write(pipe, "t", 1);
      },
      doubt_exit_code);
  CHECK(rotating.told().empty());
  Process opening(
      [&](int pipe) {
        WatchedLog::sync_result = SQLITE_IOERR_FSYNC;
        (void)FlowArchive::open(folder.file("new.db"));
        (void)!::write(pipe, "t", 1);
      },
      doubt_exit_code);
  CHECK(opening.told().empty());
  open();
  CHECK(texts() == std::vector<std::string>{"a text"});
  CHECK(FlowArchive::open(config.path).value()->latest().value()->revision == "r1");
}

TEST_CASE_METHOD(StoreFixture, "a publication that the disk has refused plainly ends no process") {
  const WatchedLog log;
  open();
  const auto archive = FlowArchive::open(config.path, [](const Error&) { FAIL("it is not in doubt"); }).value();
  const Publication wanted{.revision = "r1", .author = "amal", .note = "because", .at = at(1)};
  WatchedLog::write_result = SQLITE_FULL;
  CHECK(archive->publish(wanted, "sources of r1", 0, false).error().code == Errc::io);
  WatchedLog::write_result = SQLITE_OK;
  CHECK(archive->publish(wanted, "sources of r1", 0, false)->number == 1);
}

TEST_CASE("a process that ends in doubt ends although nobody reads what it says") {
  Process process(
      [](int) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_NONBLOCK) != 0) return;
        while (::write(ends[1], "x", 1) == 1) {
        }
        ::fcntl(ends[1], F_SETFL, 0);  // from now on a write waits
        ::dup2(ends[1], STDERR_FILENO);
        ::alarm(60);  // if it does hang
        end_in_doubt(Error{Errc::io, "the disk fails"});
      },
      doubt_exit_code);
  CHECK(process.told().empty());
}

TEST_CASE_METHOD(FailingDisk,
                 "a daemon writes the log that it finds anew before it builds upon it, a command does not") {
  const WatchedLog log;
  Process process(
      [&](int) {
        open();
        WatchedLog::sync_result = SQLITE_IOERR_FSYNC;
        (void)change({message("in doubt")});
      },
      doubt_exit_code);
  process.told();
  const std::string found = read_file(config.path + "-wal");
  REQUIRE(found.size() > 4'096);
  config.is_daemons = GENERATE(true, false);
  open();
  CHECK(read_file(config.path + "-wal") == found);
  CHECK(WatchedLog::octets == (config.is_daemons ? found.size() : 0));
  CHECK(WatchedLog::unsynced_writes == 0);
  CHECK(texts() == std::vector<std::string>{"in doubt"});
}

TEST_CASE_METHOD(FailingDisk, "what a copy of the log has not brought to the disk leaves the store in doubt too") {
  const WatchedLog log;
  std::vector<std::string> doubts;
  config.on_doubt = [&doubts](const Error& why) { doubts.push_back(why.message); };  // returns, for the test
  auto opened = open_sqlite(config, [this](std::function<void()> function) {
    WatchedLog::sync_result = SQLITE_IOERR_FSYNC;  // on the writer's thread: committed, and not copied yet
    loop.post()(std::move(function));
  });
  REQUIRE(opened.ok());
  store = *std::move(opened);
  const std::vector<Change> large(10'000, message(std::string(2'000, 'x')));  // more than the log may hold
  CHECK(change(large).ok());
  store->flush();
  REQUIRE(doubts.size() == 1);
  CHECK(doubts.front().find("copying the log") != std::string::npos);
}

}  // namespace
}  // namespace shubbak::store
