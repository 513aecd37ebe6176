// One-time codes under crashes, failing disks and other processes: nothing is granted that should not be, and no
// failure is lost that was told.
#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <set>
#include <unistd.h>

#include <SQLiteCpp/Database.h>

#include "otp_fixture.hpp"
#include "process.hpp"
#include "watched_log.hpp"

namespace shubbak::store {
namespace {

using otp::Channel;
using otp::SendVerdict;
using otp::TryVerdict;

constexpr unsigned char nothing_told = 0xff;

// The child's part: one change on a store of its own, its verdict through the pipe. The disk takes only so many
// writes to the log before the process is killed.
void try_and_tell(const StoreConfig& config, const Change& change, int writes_until_killed, int pipe) {
  const WatchedLog log;
  Loop loop;
  auto opened = open_sqlite(config, loop.post());
  if (!opened.ok()) ::_exit(1);
  WatchedLog::kill_at_write = WatchedLog::writes + writes_until_killed;
  bool reported = false;
  (*opened)->change({change}, [&](const Result<Committed>& result) {
    const auto told = static_cast<unsigned char>(result.ok() ? static_cast<int>(result->tries.at(0)) : nothing_told);
    if (::write(pipe, &told, 1) != 1) ::_exit(2);
    reported = true;
  });
  if (!loop.run_until([&reported] { return reported; })) ::_exit(3);
  WatchedLog::kill_at_write = 0;
  opened = Error{Errc::unavailable, ""};  // closes it
}

TEST_CASE_METHOD(OtpFixture,
                 "killed at any write between count and commit: one grant or none, and the code as often") {
  open();
  REQUIRE(send(send_code(0)) == SendVerdict::sent);
  store.reset();
  const std::string sent = config.path;
  int killed = 0;
  bool told = false;
  for (int writes = 1; !told; ++writes) {
    REQUIRE(writes < 100);
    config.path = sent + std::to_string(writes);
    std::filesystem::copy_file(sent, config.path);
    const auto verdicts = Process([&](int pipe) { try_and_tell(config, try_code(1), writes, pipe); }).told();
    told = !verdicts.empty();
    killed += !told;
    if (told) CHECK(verdicts == std::vector{static_cast<unsigned char>(TryVerdict::right)});
    open();
    const bool granted = change({consume(2)}).ok();
    CHECK((granted || !told));
    CHECK(tried(try_code(2)) == (granted ? TryVerdict::over : TryVerdict::right));
    CHECK(change({consume(2)}).ok() != granted);
    store.reset();
  }
  CHECK(killed >= 3);
}

TEST_CASE_METHOD(OtpFixture,
                 "killed at any write of a release: the number is released and its code used, or neither") {
  open();
  REQUIRE(change({link(number(), syrian()), counter_code(sample_code, number(), syrian(), at(0))}).ok());
  store.reset();
  const std::string sent = config.path;
  int killed = 0;
  bool told = false;
  for (int writes = 1; !told; ++writes) {
    REQUIRE(writes < 100);
    config.path = sent + std::to_string(writes);
    std::filesystem::copy_file(sent, config.path);
    const Change release = release_by_code(sample_code, number(), at(1));
    const auto verdicts = Process([&](int pipe) { try_and_tell(config, release, writes, pipe); }).told();
    told = !verdicts.empty();
    killed += !told;
    if (told) CHECK(verdicts == std::vector{static_cast<unsigned char>(TryVerdict::right)});
    open();
    const bool is_released = !person(number()).link.has_value();
    CHECK((is_released || !told));
    const auto again = change({release});
    CHECK(again.ok() != is_released);
    if (again) CHECK(again->tries == std::vector{TryVerdict::right});
    CHECK_FALSE(person(number()).link.has_value());
    store.reset();
  }
  CHECK(killed >= 3);
}

TEST_CASE_METHOD(OtpFixture,
                 "a guesser who has the process killed at every try gets no more tries than the waits leave") {
  open();
  REQUIRE(send(send_code(0)) == SendVerdict::sent);
  REQUIRE(send(send_code(30)) == SendVerdict::sent);
  store.reset();
  int wrong = 0;
  for (int i = 0; i < 60; ++i) {
    const auto verdicts =
        Process([&](int pipe) { try_and_tell(config, try_pin(31, false), 1 + i % 12, pipe); }).told();
    for (const unsigned char verdict : verdicts) wrong += verdict == static_cast<unsigned char>(TryVerdict::wrong);
  }
  CHECK(wrong >= 1);
  CHECK(wrong <= 4);
  open();
  CHECK(tried(try_pin(31, true)) == TryVerdict::locked);
}

TEST_CASE_METHOD(OtpFixture,
                 "tries over both channels in two processes at once take turns: one is right, six are wrong") {
  config.otp.free_failures = 10;
  open();
  const auto guesser = [this](Channel channel) {
    return [this, channel](int pipe) {
      Loop loop_of_child;
      auto opened = open_sqlite(config, loop_of_child.post());
      if (!opened.ok()) ::_exit(1);
      std::size_t reported = 0;
      constexpr std::size_t guesses = 40;
      for (std::size_t i = 0; i < guesses; ++i) {
        const std::string code = i < 10 ? "00000" + std::to_string(i) : sample_code;
        (*opened)->change({try_code(1, code, channel)}, [&, pipe](const Result<Committed>& result) {
          const auto told = static_cast<unsigned char>(result->tries.at(0));
          if (::write(pipe, &told, 1) != 1) ::_exit(2);
          ++reported;
        });
      }
      if (!loop_of_child.run_until([&reported] { return reported == guesses; })) ::_exit(3);
      opened = Error{Errc::unavailable, ""};
    };
  };
  const auto count = [](const std::vector<unsigned char>& told, TryVerdict verdict) {
    return std::ranges::count(told, static_cast<unsigned char>(verdict));
  };
  // Guesses come before the right code: either channel is out of tries when that comes.
  REQUIRE(send(send_code(0)) == SendVerdict::sent);
  store.reset();
  Process sms(guesser(Channel::sms));
  Process ussd(guesser(Channel::ussd));
  const auto by_sms = sms.told();
  const auto by_ussd = ussd.told();
  CHECK(by_sms.size() == 40);
  CHECK(by_ussd.size() == 40);
  CHECK(count(by_sms, TryVerdict::wrong) == 3);
  CHECK(count(by_ussd, TryVerdict::wrong) == 3);
  CHECK(count(by_sms, TryVerdict::right) + count(by_ussd, TryVerdict::right) == 0);
  open();
  CHECK(change({consume(2)}).error().code == Errc::denied);
}

TEST_CASE_METHOD(OtpFixture, "the right code in two processes and both channels at once grants once") {
  for (int round = 0; round < 10; ++round) {
    config.path = folder.file("round" + std::to_string(round));
    open();
    REQUIRE(send(send_code(0)) == SendVerdict::sent);
    store.reset();
    constexpr int never = 1'000'000;
    Process sms([&](int pipe) { try_and_tell(config, try_code(1, sample_code, Channel::sms), never, pipe); });
    Process ussd([&](int pipe) { try_and_tell(config, try_code(1), never, pipe); });
    const auto by_sms = sms.told();
    const auto by_ussd = ussd.told();
    const std::set<unsigned char> both{by_sms.at(0), by_ussd.at(0)};
    CHECK(both ==
          std::set{static_cast<unsigned char>(TryVerdict::right), static_cast<unsigned char>(TryVerdict::over)});
  }
}

TEST_CASE_METHOD(OtpFixture, "a disk that takes no more tells no verdict, counts nothing and grants nothing") {
  const WatchedLog log;
  open();
  REQUIRE(send(send_code(0)) == SendVerdict::sent);
  struct Fault {
    std::atomic<int>& where;
    int result;
  };
  for (const Fault& fault :
       {Fault{WatchedLog::write_result, SQLITE_FULL}, Fault{WatchedLog::write_result, SQLITE_IOERR_WRITE}}) {
    fault.where = fault.result;
    for (int i = 0; i < 10; ++i) {
      CHECK(change({try_code(1, "000000")}).error().code == Errc::io);
      CHECK(change({try_code(1)}).error().code == Errc::io);
      CHECK(change({try_pin(1, true)}).error().code == Errc::io);
      CHECK(change({send_code(31)}).error().code == Errc::io);
    }
    fault.where = SQLITE_OK;
    CHECK(change({consume(1)}).error().code == Errc::denied);
  }
  CHECK(store->outbox_page("mtn", 0, 10).value().messages.size() == 1);
  for (int i = 0; i < 3; ++i) REQUIRE(tried(try_code(1, "000000", Channel::sms)) == TryVerdict::wrong);
  CHECK(tried(try_code(1)) == TryVerdict::right);
  WatchedLog::write_result = SQLITE_FULL;
  CHECK(change({consume(2), message("paid")}).error().code == Errc::io);
  WatchedLog::write_result = SQLITE_OK;
  CHECK(change({consume(2), message("paid")}).ok());
  CHECK(change({consume(2), message("paid")}).error().code == Errc::denied);
  store.reset();
}

}  // namespace
}  // namespace shubbak::store
