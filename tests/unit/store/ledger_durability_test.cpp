// Money under crashes, failing disks and other processes: what was told is kept, nothing is posted twice, nothing is
// spent twice, and the ledger is whole.
#include <algorithm>
#include <array>
#include <csignal>
#include <set>

#include "ledger_fixture.hpp"
#include "process.hpp"
#include "watched_log.hpp"

namespace shubbak::store {
namespace {

using ledger::State;

enum class PayStep : unsigned char { reserved, posted, refused };

// The child's part: pays without end, one octet through the pipe for each step that was acknowledged, until it is
// killed at that write to the log.
void pay_and_tell(const StoreConfig& config, int first, int writes_until_killed, int pipe) {
  const WatchedLog log;
  Loop loop;
  auto opened = open_sqlite(config, loop.post());
  if (!opened.ok()) ::_exit(1);
  WatchedLog::kill_at_write = WatchedLog::writes + writes_until_killed;
  const auto tell = [pipe](PayStep told) {
    const auto octet = static_cast<unsigned char>(told);
    if (::write(pipe, &octet, 1) != 1) ::_exit(2);
  };
  for (int i = first;; ++i) {
    const std::string key = "P" + std::to_string(i);
    int answers = 0;
    (*opened)->change({reserve(key, 10, true), message(key)}, [&](const Result<Committed>& result) {
      if (!result.ok()) ::_exit(3);
      tell(PayStep::reserved);
      ++answers;
    });
    (*opened)->change({post(key)}, [&](const Result<Committed>& result) {
      if (!result.ok()) ::_exit(4);
      tell(PayStep::posted);
      ++answers;
    });
    if (!loop.run_until([&answers] { return answers == 2; })) ::_exit(5);
  }
}

TEST_CASE_METHOD(LedgerFixture,
                 "killed at any write: what was told is there, a retry posts once, and the ledger is whole") {
  open();
  done(top_up("T1", 1'000'000));
  store.reset();
  int paid = 0;
  std::int64_t posted_before = 0;
  for (int writes = 1; writes <= 60; ++writes) {
    const auto told = Process([&](int pipe) { pay_and_tell(config, paid, writes, pipe); }).told();
    const auto count = [&told](PayStep what) {
      return static_cast<int>(std::ranges::count(told, static_cast<unsigned char>(what)));
    };
    CHECK(ledger_faults(config.path).empty());
    open();
    const auto state_of = [this](int i) -> std::optional<State> {
      const auto found = store->ledger().find_transfer("P" + std::to_string(i)).value();
      return found ? std::optional(found->transfer.state) : std::nullopt;
    };
    for (int i = paid; i < paid + count(PayStep::reserved); ++i) CHECK(state_of(i).has_value());
    for (int i = paid; i < paid + count(PayStep::posted); ++i) CHECK(state_of(i) == State::posted);
    const int last = paid + count(PayStep::posted);
    // Whoever was not told does the same again.
    const std::string key = "P" + std::to_string(last);
    done(reserve(key, 10, true));
    done(post(key));
    CHECK(done(post(key)).repeated);
    CHECK(state_of(last) == State::posted);
    paid = last + 1;
    // One that the writer had begun behind it may be there too.
    const std::int64_t posted = held(sample_payable);
    CHECK(posted >= posted_before + 10);
    CHECK(posted == std::int64_t{10} * paid);
    posted_before = posted;
    store.reset();
  }
  CHECK(paid > 60);  // some were told before the process was killed
}

TEST_CASE_METHOD(LedgerFixture,
                 "two processes that spend one wallet and use the same keys: nothing twice, nothing below zero") {
  open();
  done(top_up("T1", 1'000));
  store.reset();
  constexpr int payments = 150;  // of 10 each: more than there is
  const auto payer = [this](int direction) {
    return [this, direction](int pipe) {
      Loop loop_of_child;
      auto opened = open_sqlite(config, loop_of_child.post());
      if (!opened.ok()) ::_exit(1);
      int reported = 0;
      for (int i = 0; i < payments; ++i) {
        // Each goes through the same keys from its own end.
        const std::string key = "P" + std::to_string(direction > 0 ? i : payments - 1 - i);
        const auto tell = [&reported, pipe](const Result<Committed>& result) {
          const PayStep told = !result.ok() ? PayStep::refused
                               : result->transfers.at(0).state == State::posted && !result->transfers.at(0).repeated
                                   ? PayStep::posted
                                   : PayStep::reserved;
          const auto octet = static_cast<unsigned char>(told);
          if (::write(pipe, &octet, 1) != 1) ::_exit(2);
          ++reported;
        };
        (*opened)->change({reserve(key, 10)}, tell);
        (*opened)->change({post(key)}, tell);
        if (!loop_of_child.run_until([&reported, i] { return reported == 2 * (i + 1); })) ::_exit(3);
      }
      opened = Error{Errc::unavailable, ""};  // closes it
    };
  };
  Process upward(payer(1));
  Process downward(payer(-1));
  const auto one = upward.told();
  const auto other = downward.told();
  CHECK(one.size() == 2 * payments);
  CHECK(other.size() == 2 * payments);
  const auto posted = [](const std::vector<unsigned char>& told) {
    return std::ranges::count(told, static_cast<unsigned char>(PayStep::posted));
  };
  CHECK(posted(one) + posted(other) == 100);
  open();
  CHECK(available(sample_wallet) == 0);
  CHECK(held(sample_payable) == 1'000);
  CHECK(ledger_faults(config.path).empty());
}

TEST_CASE_METHOD(LedgerFixture,
                 "a disk that takes no more changes nothing of the ledger, and it goes on afterwards") {
  const WatchedLog log;
  open();
  done(top_up("T1", 1'000));
  done(reserve("P1", 100));
  struct Fault {
    std::atomic<int>& where;
    int result;
  };
  for (const Fault& fault :
       {Fault{WatchedLog::write_result, SQLITE_FULL}, Fault{WatchedLog::write_result, SQLITE_IOERR_WRITE}}) {
    fault.where = fault.result;
    for (const LedgerChange& one :
         {LedgerChange(post("P1")), LedgerChange(reserve("P2", 5)), LedgerChange(top_up("T2", 9)),
          LedgerChange(SetCeiling{sample_wallet, 1, by_staff, at(0)})}) {
      CHECK(refused({one}) == Errc::io);
    }
    fault.where = SQLITE_OK;
    CHECK(available(sample_wallet) == 900);
    CHECK(ledger_faults(config.path).empty());
  }
  CHECK(done(reserve("P2", 900)).number == 3);
  CHECK(done(post("P1")).state == State::posted);
  CHECK(held(sample_wallet) == 900);
  CHECK(ledger_faults(config.path).empty());
  store.reset();
}

}  // namespace
}  // namespace shubbak::store
