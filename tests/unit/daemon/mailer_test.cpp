// Copies by e-mail on a small mail server of the test's own: each once, in order, put off, refused, hung and down.
#include "daemon/mailer.hpp"

#include <deque>
#include <mutex>
#include <thread>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include "tests/unit/store/store_fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

// Speaks as much of RFC 5321 as a client needs, on a thread of its own, one connection after the other. What it
// answers to RCPT is given, in order, and then 250; "hang": nothing.
class MailServer {
 public:
  explicit MailServer(std::deque<std::string> to_recipients = {}, std::uint16_t port = 0)
      : to_recipients_(std::move(to_recipients)),
        acceptor_(io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), port)),
        port_(acceptor_.local_endpoint().port()),
        thread_([this] { serve(); }) {}
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;
  ~MailServer() {
    stopping_ = true;
    boost::system::error_code ignored;
    tcp::socket waker(io_);
    waker.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), port_), ignored);
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] bool hangs() const { return hangs_; }
  // As they came, with the line that ends each.
  std::vector<std::string> taken() {
    const std::lock_guard lock(mutex_);
    return taken_;
  }
  std::vector<std::string> recipients() {
    const std::lock_guard lock(mutex_);
    return recipients_;
  }

 private:
  void serve() {
    for (;;) {
      tcp::socket socket(io_);
      acceptor_.accept(socket);
      if (stopping_) return;
      try {
        talk(socket);
      } catch (const boost::system::system_error&) {
        // The client has gone.
      }
    }
  }
  static std::string line_of(tcp::socket& socket, std::string& read, const std::string& end) {
    const std::size_t size = boost::asio::read_until(socket, boost::asio::dynamic_buffer(read), end);
    std::string line = read.substr(0, size);
    read.erase(0, size);
    return line;
  }
  static void say(tcp::socket& socket, const std::string& what) {
    boost::asio::write(socket, boost::asio::buffer(what + "\r\n"));
  }
  std::string answer_to_recipient(const std::string& line) {
    const std::lock_guard lock(mutex_);
    recipients_.push_back(line.substr(0, line.find('\r')));
    if (to_recipients_.empty()) return "250 ok";
    std::string answer = to_recipients_.front();
    to_recipients_.pop_front();
    return answer;
  }
  void talk(tcp::socket& socket) {
    std::string read;
    say(socket, "220 test");
    for (;;) {
      const std::string line = line_of(socket, read, "\r\n");
      if (line.starts_with("EHLO")) {
        say(socket, "250-test\r\n250 8BITMIME");
      } else if (line.starts_with("MAIL")) {
        say(socket, "250 ok");
      } else if (line.starts_with("RCPT")) {
        const std::string answer = answer_to_recipient(line);
        hangs_ = answer == "hang";
        if (!hangs_) say(socket, answer);
      } else if (line.starts_with("DATA")) {
        say(socket, "354 go on");
        const std::string content = line_of(socket, read, "\r\n.\r\n");
        const std::lock_guard lock(mutex_);
        taken_.push_back(content);
        say(socket, "250 taken");
      } else {
        say(socket, "221 bye");
        if (line.starts_with("QUIT")) return;
      }
    }
  }

  std::mutex mutex_;
  std::deque<std::string> to_recipients_;
  std::vector<std::string> taken_;
  std::vector<std::string> recipients_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> hangs_ = false;
  boost::asio::io_context io_;
  tcp::acceptor acceptor_;
  std::uint16_t port_;
  std::thread thread_;  // last: it uses the others
};

// A store with a number whose person has an address, and a mailer that is in no hurry to give up.
struct MailTown {
  MailTown() {
    store::StoreConfig config;
    config.path = folder.file("shubbak.db");
    config.key_file = folder.file("key");
    store::write_file(config.key_file, std::string(store::sample_key) + "\n");
    auto opened =
        open_sqlite(config, [this](std::function<void()> task) { boost::asio::post(loop, std::move(task)); });
    REQUIRE(opened.ok());
    store = *std::move(opened);
    write({store::link(store::number(), store::syrian()),
           store::MailChange(store::SetMailAddress{.msisdn = store::number(),
                                                   .person = store::syrian(),
                                                   .address = *MailAddress::parse("amal@example.org"),
                                                   .by = {Actor::Kind::command_line, "root"},
                                                   .at = store::at(0)})});
  }
  void write(std::vector<store::Change> changes) {
    std::optional<Result<store::Committed>> outcome;
    store->change(std::move(changes), [&](Result<store::Committed> done) { outcome = std::move(done); });
    turn_until([&] { return outcome.has_value(); });
    REQUIRE(outcome->ok());
  }
  void copy(const std::string& text, WallTime created = wall_now()) {
    write({store::MailChange(store::AddMail{store::number(), text, created})});
  }
  void start(std::uint16_t port) {
    mailer.emplace(loop.get_executor(), *store,
                   MailerConfig{.server = {.url = "smtp://127.0.0.1:" + std::to_string(port),
                                           .user = {},
                                           .password = {},
                                           .needs_tls = needs_tls,
                                           .ca_file = {}},
                                .from = *MailAddress::parse("bills@shubbak.example"),
                                .subject = "شبّاك",
                                .gap = 0ms,
                                .expires = std::chrono::hours(72),
                                .look_every = 1ms,
                                .server_retry = 1ms,
                                .server_retry_longest = 20ms,
                                .retry = 1ms,
                                .retry_longest = 20ms},
                   [this] { ++store_failures; });
  }
  template <class Condition>
  void turn_until(const Condition& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!condition()) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      if (mailer) mailer->tick(std::chrono::steady_clock::now());
      loop.restart();
      loop.run_one_for(5ms);
    }
  }
  void stop() {
    bool stopped = false;
    auto stopping = [this, &stopped]() -> boost::asio::awaitable<void> {
      auto ending = mailer->stop();
      co_await std::move(ending);
      stopped = true;
    };
    boost::asio::co_spawn(loop, stopping, boost::asio::detached);
    turn_until([&] { return stopped; });
    mailer.reset();
  }
  [[nodiscard]] bool has_none() const { return !store->mail().next_mail(0).value(); }

  store::TempFolder folder;
  boost::asio::io_context loop{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> waits = boost::asio::make_work_guard(loop);
  std::unique_ptr<store::Store> store;
  std::optional<Mailer> mailer;
  bool needs_tls = false;
  std::uint64_t store_failures = 0;
};

}  // namespace

TEST_CASE("a copy is brought to the mail server once, with what mail servers and readers need") {
  MailServer server;
  MailTown town;
  town.copy("وصل الدفع\n123-456");
  town.start(server.port());
  town.turn_until([&] { return town.has_none(); });
  town.stop();
  town.start(server.port());  // as after a restart
  town.copy("another");
  town.turn_until([&] { return town.has_none(); });
  town.stop();
  const auto taken = server.taken();
  REQUIRE(taken.size() == 2);
  CHECK(server.recipients() == std::vector<std::string>(2, "RCPT TO:<amal@example.org>"));
  for (const char* line : {"From: <bills@shubbak.example>\r\n", "To: <amal@example.org>\r\n",
                           "Subject: =?UTF-8?B?2LTYqNmR2KfZgw==?=\r\n", "Auto-Submitted: auto-generated\r\n",
                           "@shubbak.example>\r\n", "\r\n\r\n2YjYtdmEINin2YTYr9mB2LkNCjEyMy00NTYNCg==\r\n"}) {
    INFO(line);
    CHECK(taken[0].find(line) != std::string::npos);
  }
  CHECK(taken[1].find("\r\n\r\nYW5vdGhlcg0K\r\n") != std::string::npos);
  CHECK(town.store_failures == 0);
}

TEST_CASE("what the mail server puts off is sent later, and so is what stands behind it") {
  MailServer server({"451 later", "250 ok", "451 later", "250 ok"});
  MailTown town;
  town.copy("put off twice");
  town.copy("behind it");
  town.start(server.port());
  town.turn_until([&] { return town.has_none(); });
  CHECK(town.mailer->counts().sent == 2);
  CHECK(town.mailer->counts().deferred == 2);
  CHECK(town.mailer->counts().failed == 0);
  const auto taken = server.taken();
  REQUIRE(taken.size() == 2);
  CHECK(server.recipients().size() == 4);
  town.stop();
}

TEST_CASE("what the mail server refuses for good is given up, and noted with the address") {
  MailServer server({"550 nobody of that name"});
  MailTown town;
  town.copy("to nobody");
  town.copy("behind it");
  town.start(server.port());
  town.turn_until([&] { return town.has_none(); });
  CHECK(town.mailer->counts().refused == 1);
  CHECK(town.mailer->counts().sent == 1);
  CHECK(server.taken().size() == 1);
  CHECK(town.store->mail().mail_address(store::number()).value()->refused.has_value());
  town.stop();
}

TEST_CASE("while the mail server is down nothing is lost, and what is too old is given up") {
  std::optional<MailServer> server(std::in_place);
  const std::uint16_t port = server->port();
  server.reset();
  MailTown town;
  town.copy("too old", wall_now() - std::chrono::hours(73));
  town.copy("waits");
  town.start(port);
  town.turn_until([&] { return town.mailer->counts().failed >= 3; });
  CHECK(town.mailer->counts().expired == 1);
  CHECK_FALSE(town.has_none());
  server.emplace(std::deque<std::string>{}, port);
  town.turn_until([&] { return town.has_none(); });
  CHECK(town.mailer->counts().sent == 1);
  REQUIRE(server->taken().size() == 1);
  CHECK(server->taken()[0].find("\r\n\r\nd2FpdHMNCg==\r\n") != std::string::npos);
  town.stop();
}

TEST_CASE("a mail server that hangs holds up no stop, and what it was told of waits") {
  MailServer server({"hang"});
  MailTown town;
  town.copy("waits");
  town.start(server.port());
  town.turn_until([&] { return server.hangs(); });
  town.stop();
  CHECK_FALSE(town.has_none());
  CHECK(server.taken().empty());
}

TEST_CASE("nothing goes to a mail server without TLS where it must speak TLS") {
  MailServer server;
  MailTown town;
  town.needs_tls = true;
  town.copy("a receipt");
  town.start(server.port());
  town.turn_until([&] { return town.mailer->counts().failed >= 1; });
  CHECK(server.recipients().empty());
  CHECK_FALSE(town.has_none());
  town.stop();
}

}  // namespace shubbak::daemon::testing
