// The daemon as a whole: start, reload, restart, a store that takes nothing more, what systemd is told.
#include "daemon/daemon.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/load_flows.hpp"
#include "tests/unit/daemon/published.hpp"

namespace shubbak::daemon::testing {
namespace {

// systemd's end of sd_notify: a datagram socket whose name is in the environment.
class Notified {
 public:
  Notified() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    path_ = (std::filesystem::temp_directory_path() / ("shubbak-notify-" + std::to_string(::getpid()))).string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::setenv("NOTIFY_SOCKET", path_.c_str(), 1);
  }
  ~Notified() {
    ::unsetenv("NOTIFY_SOCKET");
    ::close(socket_);
    std::filesystem::remove(path_);
  }
  Notified(const Notified&) = delete;
  Notified& operator=(const Notified&) = delete;

  // All that was told until now, and since the last call.
  std::string told() {
    std::string all;
    std::array<char, 256> octets{};
    for (ssize_t got = 0; (got = ::recv(socket_, octets.data(), octets.size(), 0)) > 0;) {
      all.append(octets.data(), static_cast<std::size_t>(got)).append("\n");
    }
    return all;
  }

 private:
  int socket_;
  std::string path_;
};

}  // namespace

TEST_CASE("a dialogue is taken up again by the next run of the daemon") {
  Town town;
  town.write({link_of(subscriber, person_of_one_account), english(subscriber)});
  town.start();
  town.dial("*123*3*1*5100#");
  CHECK(contains(town.next_screen().text, "Is it right?"));
  town.stop();
  town.start();
  town.dial("*123#", 2);
  CHECK(contains(town.next_screen().text, "Is it right?"));
  town.press("1", 2);
  CHECK(contains(town.next_screen().text, "5100 is recorded"));
}

namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  REQUIRE(in);
  return text;
}

}  // namespace

TEST_CASE("a reload with a fault keeps the flows that run") {
  Town town;
  town.write({english(subscriber)});
  const std::filesystem::path copy = copied_deployment(town);
  const std::filesystem::path shipped = SHUBBAK_SOURCE_DIR "/config/syria-kuwwa";
  town.configure = [&](Config& config) { config.folders.back() = copy.string(); };
  town.start();
  auto menu = [&town, session = std::uint8_t{0}]() mutable {
    town.dial("*123#", ++session);
    return town.next_screen().text;
  };
  CHECK(contains(menu(), "One window"));
  std::ofstream(copy / "flows/home.yaml", std::ios::app) << "  broken: [\n";
  town.daemon().reload();
  town.loop.until([&] { return contains(town.metric("shubbak_flows_refused"), " 1"); });
  CHECK(contains(menu(), "One window"));
  std::filesystem::remove_all(copy);
  copied_deployment(town);
  std::string text = text_of(shipped / "strings/en.yaml");
  text.replace(text.find("One window"), 10, "Two windows");
  std::ofstream(copy / "strings/en.yaml") << text;
  town.daemon().reload();
  town.loop.until([&] { return contains(town.metric("shubbak_flows_taken_over"), " 1"); });
  CHECK(contains(menu(), "Two windows"));
}

TEST_CASE("claim: a publication is taken over without a restart, and a live dialogue stays on its revision") {
  Town town;
  town.write({english(subscriber), english(other_subscriber)});
  town.start();
  town.dial("*123#");
  CHECK(contains(town.next_screen().text, "One window"));
  publish(town, "Two windows", 1);
  town.loop.until([&] { return contains(town.metric("shubbak_publication"), " 1"); });
  town.press("5");  // languages
  town.next_screen();
  town.press("0");
  CHECK(contains(town.next_screen().text, "One window"));
  town.dial("*123#", 2);
  CHECK(contains(town.next_screen().text, "Two windows"));
  SECTION("and still runs after a restart, whatever stands in the folders") {
    town.stop();
    town.start();
    town.dial("*123#", 3);
    CHECK(contains(town.next_screen().text, "Two windows"));
  }
  SECTION("one that cannot be loaded leaves it running") {
    put_in_force(town, {}, "broken", 2);
    town.loop.until([&] { return contains(town.metric("shubbak_flows_refused"), " 1"); });
    town.dial("*123#", 3);
    CHECK(contains(town.next_screen().text, "Two windows"));
  }
}

TEST_CASE("a publication that does not load keeps a daemon from starting, is named, and another one lets it start") {
  Town town;
  town.write({english(subscriber)});
  put_in_force(town, {}, "of.before", 1);
  const Status refused = town.try_start();
  REQUIRE_FALSE(refused.ok());
  CHECK(contains(refused.error().message, "publication 1, revision of.before, does not load"));
  CHECK(contains(refused.error().message, "shubbak publish, approve or rollback"));
  CHECK(contains(refused.error().message, "home"));  // and why
  publish(town, "Two windows", 2);
  town.start();
  town.dial("*123#");
  CHECK(contains(town.next_screen().text, "Two windows"));
}

TEST_CASE("a publication that does not load is told before the database is brought up to date") {
  Town town;
  town.write({english(subscriber)});
  put_in_force(town, {}, "of.before", 1);
  town.execute("PRAGMA user_version = 1");  // as the version of before has left it, which is started again
  const Status refused = town.try_start();
  REQUIRE_FALSE(refused.ok());
  CHECK(contains(refused.error().message, "publication 1, revision of.before, does not load"));
  SQLite::Database kept(town.database(), SQLite::OPEN_READONLY);
  CHECK(kept.execAndGet("PRAGMA user_version").getInt() == 1);
}

TEST_CASE("flows without a fee finish what they began, though a company's payments cost one by now") {
  Town town;
  std::optional<Config> config;
  town.configure = [&config](Config& read) { config = read; };
  town.start();
  config->companies.front().payments.fee.fixed = Money{100, Currency::SYP};
  const auto without_fee = files_of();
  const auto begun_by_nobody = load_sources_of(*config, without_fee);
  REQUIRE_FALSE(begun_by_nobody.ok());
  CHECK(contains(begun_by_nobody.error().front().message, "needs the argument 'fee'"));
  CHECK(load_to_finish(*config, without_fee).ok());
}

TEST_CASE("when the store takes nothing more, changes are refused politely and counted, and the rest goes on") {
  Town town;
  town.write({link_of(subscriber, person_of_one_account), english(subscriber)});
  for (const std::string table : {"walk", "outbox"}) {
    town.execute("CREATE TRIGGER no_" + table + " BEFORE INSERT ON " + table +
                 " BEGIN SELECT RAISE(ABORT, 'full'); END");
  }
  town.start();
  const auto asked = town.text("meter");  // its question must be kept for the answer
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "not available now"));
  town.loop.until([&] { return town.resp_to(asked).has_value(); });
  CHECK(contains(town.metric("shubbak_store_failures_total"), " 1"));
  town.text("11 4521007");
  town.wait_for_replies(2);
  CHECK(contains(town.replies[1], "125,000"));
  town.dial("*123*3*1*5100#");
  CHECK(contains(town.next_screen().text, "Is it right?"));
  town.press("1");
  const Screen shown = town.next_screen();
  INFO(shown.text);
  CHECK(shown.last);
  CHECK(contains(shown.text, "not available now"));
}

TEST_CASE("systemd is told of the start, of life until the links are down, and of the stop") {
  Notified systemd;
  Town town(1500ms);
  town.write({link_of(subscriber, "00029000004"), english(subscriber)});
  town.start();
  CHECK(contains(systemd.told(), "READY=1"));
  town.loop.until([&] { return contains(systemd.told(), "WATCHDOG=1"); });
  town.dial("*123*1*1#");  // whose company answers late
  town.loop.until([&] { return town.resp_to(1).has_value(); });
  town.begin_stop();
  town.loop.until([&] { return contains(systemd.told(), "STOPPING=1"); });
  town.loop.until([&] { return contains(systemd.told(), "WATCHDOG=1"); });
  town.wait_until_stopped();
}

}  // namespace shubbak::daemon::testing
