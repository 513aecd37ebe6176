// Broadcasts: told in the hours, as fast as the rate lets, stopped at once, and counted; time is the test's.
#include "daemon/broadcaster.hpp"

#include <set>

#include "store/audit_trail.hpp"
#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

const Actor writer_of_casts{Actor::Kind::staff, "amal"};
const Actor checker_of_casts{Actor::Kind::staff, "badr"};
const std::vector<broadcasts::Text> cast_texts{{"ar", "انقطاع غداً"}, {"en", "No power tomorrow"}};

// 2026-11-25, that time in the deployment's local time, UTC+3.
WallTime cast_time(std::chrono::minutes since_midnight, int days = 0) {
  using namespace std::chrono;
  return WallTime(sys_days(2026y / 11 / 25) + std::chrono::days(days) + since_midnight - 3h);
}
std::string cast_phone(std::int64_t n) {
  return std::to_string(963'933'000'000 + n);
}
std::vector<store::Change> cast_links(std::int64_t count) {
  std::vector<store::Change> links;
  for (std::int64_t n = 1; n <= count; ++n)
    links.push_back(link_of(cast_phone(n), std::to_string(10'000'000'000 + n)));
  return links;
}
std::vector<store::Change> cast_draft(WallTime at, WallTime expires) {
  std::vector<store::Change> changes;
  changes.emplace_back(store::BroadcastChange(store::DraftBroadcast{.kind = broadcasts::Kind::outage,
                                                                    .segment = {},
                                                                    .default_locale = "ar",
                                                                    .texts = cast_texts,
                                                                    .expires = expires,
                                                                    .by = writer_of_casts,
                                                                    .at = at}));
  return changes;
}
std::vector<store::Change> cast_act(std::int64_t number, broadcasts::Act act, WallTime at) {
  std::vector<std::string> operators;
  if (act == broadcasts::Act::approve) operators = {"syriatel"};
  const Actor& by = act == broadcasts::Act::propose ? writer_of_casts : checker_of_casts;
  std::vector<store::Change> changes;
  changes.emplace_back(store::BroadcastChange(store::ActOnBroadcast{number, act, by, at, std::move(operators)}));
  return changes;
}

// A store, and what tells broadcasts out of it; texts wait in the outbox.
class CastOffice {
 public:
  explicit CastOffice(std::int64_t numbers, std::uint32_t per_second = 10) : per_second_(per_second) {
    std::string name = (std::filesystem::temp_directory_path() / "shubbak-cast-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
    std::ofstream(folder_ / "key") << std::string(64, 'a') << '\n';
    std::filesystem::permissions(folder_ / "key", std::filesystem::perms::owner_read);
    auto made = companies::Directory::create({companies::config_of("aleppo", "http://127.0.0.1:1")}, http_);
    REQUIRE(made.ok());
    directory_ = std::move(*made);
    start();
    commit(cast_links(numbers));
  }
  ~CastOffice() {
    end();
    std::filesystem::remove_all(folder_);
  }
  CastOffice(const CastOffice&) = delete;
  CastOffice& operator=(const CastOffice&) = delete;

  // The next run of the daemon, which knows nothing of the one before.
  void start() {
    end();
    auto opened =
        store::open_sqlite({.path = (folder_ / "shubbak.db").string(), .key_file = (folder_ / "key").string()},
                           [this](std::function<void()> task) { boost::asio::post(loop.io, std::move(task)); });
    REQUIRE(opened.ok());
    store = std::move(*opened);
    world_.emplace(services::World{.companies = *directory_,
                                   .owned_accounts = owned_,
                                   .store = *store,
                                   .slow_work = slow_work_,
                                   .random = [] { return std::uint64_t{7}; },
                                   .on_queued = {},
                                   .count_code = {},
                                   .count_try = {}});
    shared_.emplace(Shared{.executor = loop.io.get_executor(),
                           .revision = nullptr,
                           .store = *store,
                           .world = *world_,
                           .metrics = metrics_,
                           .statistics = statistics_,
                           .new_code = {}});
    const Teller teller{{},
                        {},
                        [](std::string_view, std::string text) { return text + "."; },
                        [this](std::string_view link) { return link == link_behind; }};
    const broadcasts::Hours hours{.from = 9h, .until = 20h, .utc_offset = 3h};
    broadcaster.emplace(*shared_, teller, std::vector<std::string>{"syriatel"}, hours, per_second_,
                        [this] { return clock; });
  }
  void commit(std::vector<store::Change> changes) {
    std::optional<bool> done;
    store->change(std::move(changes), [&](const Result<store::Committed>& result) { done = result.ok(); });
    loop.until([&] { return done.has_value(); });
    REQUIRE(*done);
  }
  void act(std::int64_t number, broadcasts::Act what) { commit(cast_act(number, what, clock)); }
  std::int64_t approve(WallTime expires) {
    commit(cast_draft(clock, expires));
    const std::int64_t number = store->broadcasts().broadcasts(false, 0, 100)->back().number;
    act(number, broadcasts::Act::propose);
    act(number, broadcasts::Act::approve);
    return number;
  }
  // Until all that begins then is done. `later`: so much time has passed since the tick before.
  void tick(std::chrono::milliseconds later = 1s) {
    steady_ += later;
    broadcaster->tick(steady_);
    loop.until([&] { return broadcaster->under_way() == 0; });
  }
  [[nodiscard]] std::string database() const { return (folder_ / "shubbak.db").string(); }
  broadcasts::State state(std::int64_t number) { return store->broadcasts().find_broadcast(number)->value().state; }
  std::vector<store::OutboxMessage> outbox() { return store->outbox_page("syriatel", 0, 1'000).value().messages; }
  // As if the SMSC had taken them.
  void send_all() {
    const auto messages = outbox();
    if (messages.empty()) return;
    std::vector<store::Change> changes;
    for (const store::OutboxMessage& one : messages) {
      sent.insert(one.to.reveal());
      changes.emplace_back(store::RemoveOutboxMessage{
          one.id, store::BroadcastOutcome{store::BroadcastOutcome::What::sent, {}, clock}});
    }
    commit(std::move(changes));
  }

  gateways::testing::Loop loop;
  std::unique_ptr<store::Store> store;
  std::optional<Broadcaster> broadcaster;
  WallTime clock = cast_time(12h);
  std::string link_behind{};
  std::multiset<std::string> sent{};

 private:
  void end() {
    broadcaster.reset();
    shared_.reset();
    world_.reset();
    store.reset();
  }

  std::uint32_t per_second_;
  std::filesystem::path folder_;
  Metrics metrics_;
  companies::HttpClient http_{loop.io.get_executor(), {}};
  std::unique_ptr<companies::Directory> directory_;
  services::OwnedAccounts owned_{10, 5min};
  boost::asio::thread_pool slow_work_{1};
  FlowStatistics statistics_;
  std::optional<services::World> world_;
  std::optional<Shared> shared_;
  Instant steady_ = std::chrono::steady_clock::now();
};

}  // namespace

TEST_CASE("a broadcast is told as fast as the rate lets, and no more wait than a few seconds' worth") {
  CastOffice office(50, 10);
  const std::int64_t number = office.approve(cast_time(12h, 1));
  office.tick();
  CHECK(office.state(number) == broadcasts::State::running);
  CHECK(office.outbox().empty());
  office.tick();
  CHECK(office.outbox().size() == 10);
  office.tick(500ms);
  CHECK(office.outbox().size() == 15);
  office.tick();
  CHECK(office.outbox().size() == 20);
  office.tick();
  CHECK(office.outbox().size() == 20);                              // until some of them are sent
  CHECK(office.outbox().front().text == cast_texts[0].text + ".");  // as the phones of that link are shown it
  CHECK(office.broadcaster->told() == 20);
  office.send_all();
  office.tick();
  CHECK(office.outbox().size() == 10);
}

TEST_CASE("all are told once, over restarts, and then it is done") {
  CastOffice office(25, 10);
  const std::int64_t number = office.approve(cast_time(12h, 1));
  for (int i = 0; i < 10; ++i) {
    office.tick();
    office.send_all();
    office.start();
  }
  CHECK(office.state(number) == broadcasts::State::done);
  CHECK(office.sent.size() == 25);
  CHECK(std::set(office.sent.begin(), office.sent.end()).size() == 25);
  CHECK(office.store->broadcasts().find_broadcast(number)->value().counts().sent == 25);
}

TEST_CASE("nobody is told outside the hours, and what waits then is held") {
  CastOffice office(50, 10);
  office.clock = cast_time(20h);
  const std::int64_t number = office.approve(cast_time(20h, 1));
  office.tick();
  office.tick();
  CHECK(office.state(number) == broadcasts::State::approved);
  CHECK(office.outbox().empty());
  CHECK(office.broadcaster->gate(number) == BroadcastGate::hold);
  office.clock = cast_time(9h, 1);
  office.tick();
  office.tick();
  CHECK(office.outbox().size() == 10);
  CHECK(office.broadcaster->gate(number) == BroadcastGate::send);
  office.clock = cast_time(20h - 1min, 1);
  CHECK(office.broadcaster->gate(number) == BroadcastGate::send);
  office.clock = cast_time(23h, 1);
  CHECK(office.broadcaster->gate(number) == BroadcastGate::hold);
}

TEST_CASE("a pause stops a broadcast at once, a cancel for good, and its end when its time is over") {
  CastOffice office(50, 10);
  const std::int64_t number = office.approve(cast_time(14h));
  office.tick();
  office.tick();
  REQUIRE(office.outbox().size() == 10);
  office.act(number, broadcasts::Act::pause);
  office.tick();
  CHECK(office.outbox().size() == 10);
  CHECK(office.broadcaster->gate(number) == BroadcastGate::hold);
  office.act(number, broadcasts::Act::resume);
  office.tick();
  CHECK(office.outbox().size() == 20);
  CHECK(office.broadcaster->gate(number) == BroadcastGate::send);

  const std::int64_t other = office.approve(cast_time(14h));
  office.act(other, broadcasts::Act::cancel);
  office.tick();
  CHECK(office.broadcaster->gate(other) == BroadcastGate::drop);

  office.clock = cast_time(14h);
  office.tick();
  CHECK(office.state(number) == broadcasts::State::expired);
  CHECK(office.outbox().empty());
  office.tick();
  CHECK(office.broadcaster->gate(number) == BroadcastGate::drop);
  office.start();
  CHECK(office.broadcaster->gate(number) == BroadcastGate::hold);  // nothing is known yet
}

TEST_CASE("a broadcast waits while its operator's link does not keep up") {
  CastOffice office(5, 10);
  office.approve(cast_time(14h));
  office.tick();
  office.link_behind = "syriatel";
  office.tick();
  CHECK(office.outbox().empty());
  office.link_behind.clear();
  office.tick();
  CHECK(office.outbox().size() == 5);
}

TEST_CASE(
    "a broadcast of which an SMSC refuses a hundred texts in a row is paused by the system, until it is resumed") {
  CastOffice office(5, 10);
  const std::int64_t number = office.approve(cast_time(14h));
  office.tick();
  REQUIRE(office.state(number) == broadcasts::State::running);
  const auto refuse = [&](std::uint32_t times, const char* operator_name = "syriatel") {
    for (std::uint32_t i = 0; i < times; ++i) office.broadcaster->on_text(number, operator_name, false);
    office.tick();
  };
  refuse(Broadcaster::refused_max - 1);
  refuse(Broadcaster::refused_max - 1, "mtn");
  office.broadcaster->on_text(number, "syriatel", true);
  refuse(Broadcaster::refused_max - 1);
  CHECK(office.state(number) == broadcasts::State::running);
  CHECK(office.broadcaster->braked() == 0);
  refuse(1);
  CHECK(office.state(number) == broadcasts::State::paused);
  CHECK(office.broadcaster->braked() == 1);
  refuse(1);  // that was on its way
  CHECK(office.broadcaster->gate(number) == BroadcastGate::hold);

  office.act(number, broadcasts::Act::resume);
  office.tick();
  refuse(Broadcaster::refused_max - 1);
  CHECK(office.state(number) == broadcasts::State::running);
  CHECK(office.broadcaster->braked() == 1);
  const auto trail = store::AuditTrail::open(office.database());
  REQUIRE(trail.ok());
  std::vector<std::string> who;
  REQUIRE((*trail)
              ->each({.action = "broadcast.paused"},
                     [&](const audit::Record& record) {
                       who.emplace_back(record.by.name);
                       CHECK(record.by.kind == Actor::Kind::system);
                       return true;
                     })
              .ok());
  CHECK(who.size() == 1);
}

TEST_CASE("two broadcasts share an operator's rate, the older one first") {
  CastOffice office(12, 10);
  const std::int64_t first = office.approve(cast_time(14h));
  const std::int64_t second = office.approve(cast_time(14h));
  office.tick();
  office.tick();
  CHECK(std::ranges::all_of(office.outbox(), [&](const auto& one) { return one.broadcast == first; }));
  CHECK(office.outbox().size() == 10);
  office.tick();
  CHECK(office.broadcaster->told() == 12);
  office.tick();
  const auto all = office.outbox();
  CHECK(std::ranges::count(all, first, &store::OutboxMessage::broadcast) == 12);
  CHECK(std::ranges::count(all, second, &store::OutboxMessage::broadcast) == 10);
}

TEST_CASE(
    "the daemon tells a broadcast by the operator's link, each phone once in its language, and counts receipts") {
  Town town;
  town.configure = [](Config& config) {
    config.broadcasts.from = {0h};
    config.broadcasts.until = {24h};
    config.broadcasts.per_second = 1'000;
  };
  town.write(cast_links(30));
  town.write(
      {english(cast_phone(7)), link_of(cast_phone(8), std::to_string(10'000'000'008), store::LinkState::suspended)});
  const WallTime now = wall_now();
  town.write(cast_draft(now, now + 48h));
  town.write(cast_act(1, broadcasts::Act::propose, now));
  town.write(cast_act(1, broadcasts::Act::approve, now));
  std::vector<std::string> lives;
  town.answer = [&](const smpp::Sm& sm) {
    lives.emplace_back(sm.validity_period);
    return std::optional(CommandStatus::ok);
  };
  town.start();
  town.wait_for_replies(29);
  CHECK(std::set(town.replies_to.begin(), town.replies_to.end()).size() == 29);
  for (std::size_t i = 0; i < town.replies.size(); ++i) {
    CHECK(town.replies_to[i] != cast_phone(8));
    CHECK(town.replies[i] == (town.replies_to[i] == cast_phone(7) ? cast_texts[1].text : cast_texts[0].text));
  }
  REQUIRE(lives.size() == 29);
  CHECK(lives.front().size() == 16);
  CHECK(lives.front().starts_with("000001"));  // a day and some hours
  CHECK(lives.front().ends_with("000R"));
  const auto beside = town.open_store();
  const auto state = [&] { return beside->broadcasts().find_broadcast(1)->value(); };
  town.loop.until([&] { return state().state == broadcasts::State::done; });
  CHECK(state().counts() == store::BroadcastCounts{.prepared = 29, .sent = 29});
  CHECK(town.metric("shubbak_broadcasts_told") == "shubbak_broadcasts_told 29");

  REQUIRE(town.receipts_wanted.size() == 29);
  const auto receipt = [&](std::size_t of, const std::string& state_word) {
    const std::string text = "id:" + town.receipts_wanted[of] +
                             " sub:001 dlvrd:001 submit date:2611250900 done date:2611250900 stat:" + state_word +
                             " err:000 text:";
    const std::string phone = cast_phone(1);
    smpp::Sm sm = Town::message(text, phone);
    sm.esm_class = 0x04;  // a delivery receipt
    town.deliver(sm);
  };
  receipt(0, "DELIVRD");
  receipt(1, "DELIVRD");
  receipt(1, "DELIVRD");
  receipt(2, "UNDELIV");
  receipt(3, "EXPIRED");
  receipt(4, "ACCEPTD");
  const store::BroadcastCounts told{.prepared = 29, .sent = 29, .delivered = 2, .failed = 1, .expired = 1};
  town.loop.until([&] { return state().counts() == told; });
}

}  // namespace shubbak::daemon::testing
