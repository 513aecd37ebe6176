// What the tests of the store share: a folder of their own on disk, an event loop to post to, and sample values.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "store/store.hpp"

namespace shubbak::store {

inline constexpr const char* sample_key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

// Models play a third of their sequences where an operation takes six times as long.
#ifdef __SANITIZE_ADDRESS__
inline constexpr int sequences_divisor = 3;
#else
inline constexpr int sequences_divisor = 1;
#endif
// Where the environment does not say how many.
inline void play_sequences(int count, int size_max) {
  const std::string params =
      "max_success=" + std::to_string(count / sequences_divisor) + " max_size=" + std::to_string(size_max);
  ::setenv("RC_PARAMS", params.c_str(), 0);
}

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "shubbak_store_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) FAIL("no temporary folder");
    path_ = name;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline void write_file(const std::string& path, const std::string& text, mode_t mode = S_IRUSR | S_IWUSR) {
  std::ofstream(path, std::ios::binary) << text;
  if (::chmod(path.c_str(), mode) != 0) FAIL("chmod");
}

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Stands for the event loop of the daemon: functions posted from any thread run where run_until() is called.
class Loop {
 public:
  Post post() {
    return [this](std::function<void()> function) {
      {
        const std::lock_guard lock(mutex_);
        functions_.push_back(std::move(function));
      }
      posted_.notify_one();
    };
  }
  // False: the condition did not come true in time.
  bool run_until(const std::function<bool()>& condition,
                 std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      std::unique_lock lock(mutex_);
      if (!posted_.wait_until(lock, deadline, [this] { return !functions_.empty(); })) return false;
      const std::function<void()> function = std::move(functions_.front());
      functions_.pop_front();
      lock.unlock();
      function();
    }
    return true;
  }
  void run_all() {
    run_until([this] {
      const std::lock_guard lock(mutex_);
      return functions_.empty();
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> functions_;
};

// A store in a folder of its own.
class StoreFixture {
 public:
  StoreFixture() {
    config.path = folder.file("shubbak.db");
    config.key_file = folder.file("key");
    write_file(config.key_file, std::string(sample_key) + "\n");
  }

  void open() {
    auto opened = open_sqlite(config, loop.post());
    if (!opened.ok()) FAIL(opened.error().message);
    store = *std::move(opened);
  }
  void reopen() {
    store.reset();
    loop.run_all();
    open();
  }
  // Waits for the outcome of one set of changes.
  Result<Committed> change(std::vector<Change> changes) {
    std::optional<Result<Committed>> outcome;
    store->change(std::move(changes), [&outcome](Result<Committed> result) { outcome = std::move(result); });
    if (!loop.run_until([&outcome] { return outcome.has_value(); })) FAIL("no callback came");
    return *outcome;
  }
  Person person(Msisdn msisdn) {
    const auto found = store->find_person(msisdn);
    if (!found.ok()) FAIL(found.error().message);
    return *found;
  }

  TempFolder folder;
  Loop loop;
  StoreConfig config;
  std::unique_ptr<Store> store;
};

inline Msisdn number(std::uint64_t last_digits = 123456) {
  return *Msisdn::from_value(963'933'000'000 + last_digits);
}
inline NationalId syrian(const std::string& digits = "01020304050") {
  return *NationalId::parse(Country::syria, digits);
}
inline WallTime at(std::int64_t seconds) {
  return WallTime(std::chrono::seconds(1'790'000'000 + seconds));
}

// What makes the number's link be in that state, by who administers.
inline ChangeLink link(Msisdn msisdn, const NationalId& person, LinkState state = LinkState::active,
                       WallTime when = at(0)) {
  using identity::LinkEvent;
  constexpr std::array events{LinkEvent::make, LinkEvent::import, LinkEvent::suspend, LinkEvent::release};
  return ChangeLink{msisdn, person, events[static_cast<std::size_t>(state)], {Actor::Kind::command_line, "root"},
                    when,   {}};
}
// What a counter asks the phone for, to release the number or to link it to another person.
inline SendCode counter_code(const std::string& code, Msisdn msisdn, const NationalId& person, WallTime when,
                             const std::optional<NationalId>& relink_to = std::nullopt) {
  return SendCode{msisdn,
                  person,
                  counter_code_binding(relink_to),
                  code,
                  otp::Channel::sms,
                  OutboxMessage{0, "mtn", msisdn, "code " + code, when, when + std::chrono::minutes(3)},
                  when};
}
// A counter releases a number whose phone confirmed its link: with the code that the phone was sent.
inline ChangeLink release_by_code(const std::string& code, Msisdn msisdn, WallTime when,
                                  const Actor& by = {Actor::Kind::staff, "amal"}) {
  ChangeLink change{msisdn, std::nullopt, identity::LinkEvent::release, by, when};
  change.phone_code = code;
  return change;
}
// Both at once.
inline std::vector<Change> released(Msisdn msisdn, const NationalId& person, WallTime when,
                                    const Actor& by = {Actor::Kind::staff, "amal"}) {
  return {counter_code("493817", msisdn, person, when), release_by_code("493817", msisdn, when, by)};
}
// A name as somebody of that kind has it.
inline Actor some(Actor::Kind kind) {
  if (kind == Actor::Kind::system) return {};
  return {kind, kind == Actor::Kind::citizen ? "ussd" : "somebody"};
}
// What anybody else does to it.
inline ChangeLink link_event(Msisdn msisdn, identity::LinkEvent event, Actor::Kind by, WallTime when = at(0),
                             const std::string& code = {}) {
  return ChangeLink{msisdn, std::nullopt, event, some(by), when, code};
}
inline AddReading reading(const std::string& reference, const std::string& account, std::int64_t value = 4711) {
  return AddReading{
      Reading{reference, number(), "electricity", account, value, "2026-11", at(0), ReadingState::recorded}};
}
inline AddOutboxMessage message(const std::string& text, Msisdn to = number()) {
  return AddOutboxMessage{OutboxMessage{0, "mtn", to, text, at(0), at(3600)}};
}

}  // namespace shubbak::store
