// What a failing disk does, and that a commit is on it before anyone is told: a killed process shows neither, since
// the kernel still holds what was written.
#include <algorithm>

#include <SQLiteCpp/Database.h>

#include "store_fixture.hpp"
#include "watched_log.hpp"

namespace shubbak::store {
namespace {

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

TEST_CASE_METHOD(StoreFixture,
                 "a commit that the disk refuses is not reported as done, is not there, and the next one is") {
  const WatchedLog log;
  struct Fault {
    std::atomic<int>& where;
    int result;
  };
  const std::array faults{Fault{WatchedLog::sync_result, SQLITE_IOERR_FSYNC},
                          Fault{WatchedLog::write_result, SQLITE_FULL},
                          Fault{WatchedLog::write_result, SQLITE_IOERR_WRITE}};
  open();
  std::vector<std::string> expected;
  for (const Fault& fault : faults) {
    const std::string name = std::to_string(fault.result);
    fault.where = fault.result;
    std::vector<Errc> codes;
    for (int i = 0; i < 10; ++i) {
      store->change({message("lost " + name), SetLocale{number(), "xx"}}, [&codes](const Result<Committed>& result) {
        if (!result.ok()) codes.push_back(result.error().code);
      });
    }
    store->flush();
    loop.run_all();
    CHECK(codes == std::vector<Errc>(10, Errc::io));
    CHECK(person(number()).locale.empty());
    fault.where = SQLITE_OK;
    REQUIRE(change({message("kept " + name)}).ok());
    expected.push_back("kept " + name);
  }
  reopen();
  std::vector<std::string> texts;
  const auto waiting = store->outbox_page("mtn", 0, 100).value().messages;
  for (const OutboxMessage& one : waiting) texts.push_back(one.text);
  CHECK(texts == expected);
  CHECK(person(number()).locale.empty());
}

}  // namespace
}  // namespace shubbak::store
