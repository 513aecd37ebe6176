// What a crash and a full disk do to acknowledged changes, with real processes and real limits.
#include <algorithm>
#include <csignal>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>

#include <SQLiteCpp/Database.h>

#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

// The child of the kill test: writes without end, and tells each acknowledged reading through the pipe.
[[noreturn]] void write_and_tell(const StoreConfig& config, int acknowledged) {
  Loop loop;
  auto opened = open_sqlite(config, loop.post());
  if (!opened.ok()) ::_exit(1);
  Store& store = **opened;
  std::size_t waiting = 0;
  for (std::uint32_t next = 0;; ++next) {
    const std::string name = std::to_string(next);
    ++waiting;
    store.change({reading("R" + name, "A" + name), message("thanks " + name)},
                 [&waiting, next, acknowledged](const auto& result) {
                   --waiting;
                   if (!result.ok() || ::write(acknowledged, &next, sizeof(next)) != sizeof(next)) ::_exit(2);
                 });
    if (!loop.run_until([&waiting] { return waiting < 500; })) ::_exit(3);
  }
}

std::vector<std::uint32_t> read_some(int pipe, std::size_t count) {
  std::vector<std::uint32_t> told;
  std::uint32_t next = 0;
  while (told.size() < count && ::read(pipe, &next, sizeof(next)) == sizeof(next)) told.push_back(next);
  return told;
}

TEST_CASE_METHOD(StoreFixture, "nothing acknowledged is lost when the process is killed, round after round") {
  for (std::size_t round = 1; round <= 8; ++round) {
    config.path = folder.file("killed" + std::to_string(round));
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::close(ends[0]);
      write_and_tell(config, ends[1]);
    }
    ::close(ends[1]);
    std::vector<std::uint32_t> told = read_some(ends[0], round * 400);
    REQUIRE(told.size() == round * 400);
    REQUIRE(::kill(child, SIGKILL) == 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    for (const std::uint32_t late : read_some(ends[0], 1'000'000)) told.push_back(late);
    ::close(ends[0]);

    open();
    std::set<std::string> readings;
    std::set<std::string> texts;
    const auto rows = store->undelivered_readings("electricity", 0, 1'000'000).value();
    for (const Reading& found : rows) readings.insert(found.reference);
    const auto waiting = store->outbox_page("mtn", 0, 1'000'000).value().messages;
    for (const OutboxMessage& found : waiting) texts.insert(found.text);
    CHECK(std::ranges::all_of(told, [&](std::uint32_t i) {
      return readings.contains("R" + std::to_string(i)) && texts.contains("thanks " + std::to_string(i));
    }));
    CHECK(readings.size() == texts.size());  // no half of a set either
    CHECK(readings.size() >= told.size());
    store.reset();
  }
}

struct Told {
  std::set<std::string> committed;
  std::size_t failed = 0;
  std::set<Errc> codes;
};

// Writes until `failures` sets failed, keeping several in flight; every outcome is noted.
void write_until_full(StoreFixture& fixture, Told& told, std::size_t failures) {
  std::size_t waiting = 0;
  for (int i = 0; i < 100'000 && told.failed < failures; ++i) {
    const std::string name = std::to_string(i);
    ++waiting;
    fixture.store->change({reading("R" + name, "A" + name), message(std::string(500, 'x'))},
                          [&told, &waiting, name](const Result<Committed>& result) {
                            --waiting;
                            if (result.ok()) {
                              told.committed.insert("R" + name);
                            } else {
                              ++told.failed;
                              told.codes.insert(result.error().code);
                            }
                          });
    REQUIRE(fixture.loop.run_until([&waiting] { return waiting < 50; }));
  }
  REQUIRE(fixture.loop.run_until([&waiting] { return waiting == 0; }));
}

std::set<std::string> references(Store& store) {
  std::set<std::string> found;
  const auto rows = store.undelivered_readings("electricity", 0, 1'000'000).value();
  for (const Reading& one : rows) found.insert(one.reference);
  return found;
}

TEST_CASE_METHOD(StoreFixture, "a full database fails the write, and room made by removals is used again") {
  config.database_pages_max = 300;
  open();
  Told told;
  write_until_full(*this, told, 100);
  CHECK(told.failed >= 100);
  CHECK(told.codes == std::set<Errc>{Errc::io});
  CHECK_FALSE(told.committed.empty());
  CHECK(references(*store) == told.committed);

  // In the same transaction as writes that fail, removals get through.
  int removed = 0;
  int refused = 0;
  const auto waiting = store->outbox_page("mtn", 0, 1'000'000).value().messages;
  store->change({message(std::string(4'000, 'y')), message(std::string(4'000, 'y'))},
                [&refused](const auto& r) { refused += !r.ok(); });
  for (const OutboxMessage& one : waiting) {
    store->change({RemoveOutboxMessage{one.id}}, [&removed](const auto& r) { removed += r.ok(); });
  }
  REQUIRE(loop.run_until([&] { return removed + refused == static_cast<int>(waiting.size()) + 1; }));
  CHECK(refused == 1);
  CHECK(store->outbox_page("mtn", 0, 10).value().messages.empty());
  CHECK(change({reading("after", "after"), message("after")}).ok());
  reopen();
  told.committed.insert("after");
  CHECK(references(*store) == told.committed);
}

TEST_CASE_METHOD(
    StoreFixture,
    "when the disk takes no more, nothing is acknowledged that is not stored, and it goes on afterwards") {
  open();
  REQUIRE(change({SetLocale{number(), "ar"}}).ok());
  Told told;
  struct rlimit before {};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit tight = before;
  tight.rlim_cur = 2'500'000;  // the write-ahead log meets it, which the schema has begun to fill
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  write_until_full(*this, told, 100);
  const auto locale = store->find_person(number());
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handler);

  CHECK(told.failed >= 100);
  CHECK(told.codes == std::set<Errc>{Errc::io});
  CHECK_FALSE(told.committed.empty());
  CHECK(locale->locale == "ar");  // reading goes on
  CHECK(references(*store) == told.committed);
  CHECK(change({reading("after", "after")}).ok());
  reopen();
  told.committed.insert("after");
  CHECK(references(*store) == told.committed);
}

}  // namespace
}  // namespace shubbak::store
