// The outbox on a real link and a real store: however much waits, little of it is in memory and in the link's queue.
#include "daemon/sms_sender.hpp"

#include <set>

#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

const Msisdn phone = *Msisdn::parse(subscriber);

class Sending final : public gateways::LinkEvents {
 public:
  explicit Sending(std::size_t messages_max) : messages_max_(messages_max) {
    std::string name = (std::filesystem::temp_directory_path() / "shubbak-sender-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
    std::ofstream(folder_ / "key") << std::string(64, 'a') << '\n';
    std::filesystem::permissions(folder_ / "key", std::filesystem::perms::owner_read);
    auto opened =
        store::open_sqlite({.path = (folder_ / "shubbak.db").string(), .key_file = (folder_ / "key").string()},
                           [this](std::function<void()> task) { boost::asio::post(loop.io, std::move(task)); });
    REQUIRE(opened.ok());
    store = std::move(*opened);
    config_.name = "syriatel";
    at_server.submitted = [this](gateways::SmscServer&, gateways::EsmeId esme, const Delivery& submit,
                                 std::string_view) -> std::optional<CommandStatus> {
      most_queued = std::max(most_queued, link->queued());
      lives.emplace_back(submit.sm.validity_period);
      if (!withhold) return says;
      withheld_.emplace_back(esme, submit.header);
      return std::nullopt;
    };
    REQUIRE(server_.start().ok());
    auto made = companies::Directory::create({companies::config_of("aleppo", "http://127.0.0.1:1")}, http_);
    REQUIRE(made.ok());
    directory_ = std::move(*made);
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
  }
  ~Sending() override {
    sender.reset();
    link.reset();
    store.reset();
    std::filesystem::remove_all(folder_);
  }
  Sending(const Sending&) = delete;
  Sending& operator=(const Sending&) = delete;

  void start() {
    make();
    bind();
  }
  void make() {
    auto smpp = gateways::testing::link_config(server_.port());
    smpp.session.window_max = 10;
    link.emplace(loop.io.get_executor(), std::move(smpp), *this);
    sender.emplace(*shared_, config_, *operator_metrics_, *link, messages_max_);
  }
  void bind() {
    link->start();
    loop.until([&] { return link->up(); });
  }
  // Commits texts and gives them to the sender, as desks do.
  void commit_and_take_up(int from, int to, Msisdn whose = phone) {
    std::vector<store::Change> changes;
    for (int i = from; i < to; ++i) changes.push_back(message(i, whose));
    bool done = false;
    store->change(std::move(changes), [&](const Result<store::Committed>& result) {
      REQUIRE(result.ok());
      for (std::size_t i = 0; i < result->outbox_ids.size(); ++i) {
        if (sender) sender->take_up(result->outbox_ids[i], whose, text(from + static_cast<int>(i)));
      }
      done = true;
    });
    loop.until([&] { return done; });
  }
  void commit(store::Change change) {
    std::vector<store::Change> changes;
    changes.push_back(std::move(change));
    commit(std::move(changes));
  }
  void commit(std::vector<store::Change> changes) {
    bool done = false;
    store->change(std::move(changes), [&](const Result<store::Committed>& result) {
      REQUIRE(result.ok());
      done = true;
    });
    loop.until([&] { return done; });
  }
  void answer_withheld() {
    withhold = false;
    for (const auto& [esme, header] : withheld_) server_.acknowledge(esme, header, CommandStatus::ok, "1");
  }
  void hear(std::function<void(std::int64_t, std::string_view, bool)> heard) {
    shared_->on_broadcast_text = std::move(heard);
  }
  void let(std::function<BroadcastGate(std::int64_t)> gate) { shared_->broadcast_gate = std::move(gate); }
  std::size_t in_store() { return store->outbox_page("syriatel", 0, 10'000).value().messages.size(); }
  static std::string text(int i) { return "text " + std::to_string(i); }
  static store::Change message(int i, Msisdn to) {
    const WallTime now = wall_now();
    return store::AddOutboxMessage{
        {.id = 0, .link = "syriatel", .to = to, .text = text(i), .created = now, .expires = now + 24h}};
  }

  smpp::SessionEvents::Ack on_delivery(gateways::SmppLink&, const Delivery&) override {
    return smpp::SessionEvents::Ack::now;
  }
  void on_response(gateways::SmppLink&, std::uint64_t tag, smpp::SessionEvents::Outcome outcome, CommandStatus status,
                   std::string_view) override {
    if (sender) sender->on_response(tag, outcome, status);
  }
  void on_up(gateways::SmppLink&) override { sender->on_up(); }
  void on_down(gateways::SmppLink&, std::string_view) override {}
  void on_protocol_error(gateways::SmppLink&, std::uint32_t, std::uint32_t, std::string_view) override {}

  gateways::testing::Loop loop;
  gateways::testing::ServerRecorder at_server;
  std::unique_ptr<store::Store> store;
  std::optional<gateways::SmppLink> link;
  std::optional<SmsSender> sender;
  std::size_t most_queued = 0;
  std::vector<std::string> lives{};  // of what was submitted, as it says
  bool withhold = false;
  CommandStatus says = CommandStatus::ok;  // the SMSC, to each text

 private:
  std::size_t messages_max_;
  std::filesystem::path folder_;
  OperatorConfig config_;
  Metrics metrics_;
  FlowStatistics statistics_;
  std::optional<OperatorMetrics> operator_metrics_{metrics_.for_operator("syriatel")};
  companies::HttpClient http_{loop.io.get_executor(), {}};
  std::unique_ptr<companies::Directory> directory_;
  services::OwnedAccounts owned_{10, 5min};
  boost::asio::thread_pool slow_work_{1};
  std::optional<services::World> world_;
  std::optional<Shared> shared_;
  gateways::SmscServer server_{loop.io.get_executor(), gateways::testing::server_config(), at_server};
  std::vector<std::pair<gateways::EsmeId, smpp::Header>> withheld_;
};

}  // namespace

TEST_CASE("a backlog is sent whole, each text once, in slices, and leaves the store") {
  Sending sending(50);
  constexpr int count = 2'500;  // more than two pages of the store
  sending.commit_and_take_up(0, count);
  sending.start();
  sending.loop.until([&] {
    sending.sender->tick(std::chrono::steady_clock::now());
    return sending.at_server.texts.size() >= count && sending.in_store() == 0;
  });
  CHECK(sending.at_server.texts.size() == count);
  CHECK(std::set(sending.at_server.texts.begin(), sending.at_server.texts.end()).size() == count);
  CHECK(sending.most_queued <= 200);
}

TEST_CASE("what finds no room in memory waits in the store, and is sent once when there is room") {
  Sending sending(5);
  sending.start();
  sending.withhold = true;
  sending.commit_and_take_up(0, 4);
  CHECK_FALSE(sending.sender->full());
  sending.commit_and_take_up(4, 12);
  CHECK(sending.sender->full());
  sending.loop.until([&] { return sending.at_server.texts.size() == 5; });
  sending.answer_withheld();
  sending.loop.until([&] {
    sending.sender->tick(std::chrono::steady_clock::now());
    return sending.at_server.texts.size() >= 12 && sending.in_store() == 0;
  });
  CHECK(sending.at_server.texts.size() == 12);
  CHECK(std::set(sending.at_server.texts.begin(), sending.at_server.texts.end()).size() == 12);
  CHECK_FALSE(sending.sender->full());
}

TEST_CASE("a sender is behind while its link has been down for a minute, and while much waits") {
  Sending sending(50);
  sending.make();
  const Instant began = std::chrono::steady_clock::now();
  CHECK_FALSE(sending.sender->is_behind(began));
  sending.sender->tick(began);
  CHECK_FALSE(sending.sender->is_behind(began + 59s));
  CHECK(sending.sender->is_behind(began + 60s));
  sending.commit_and_take_up(0, 50);
  CHECK(sending.sender->is_behind(began));  // there is no room for more
  sending.bind();
  sending.loop.until([&] {
    sending.sender->tick(began + 60s);
    return sending.in_store() == 0 && sending.sender->waiting() == 0;
  });
  CHECK_FALSE(sending.sender->is_behind(began + 120s));
}

TEST_CASE("what waits for a number is not sent any more once it is released or suspended") {
  const auto event = GENERATE(identity::LinkEvent::suspend, identity::LinkEvent::recycle);
  Sending sending(50);
  const auto person = NationalId::parse(Country::syria, "12345678901");
  REQUIRE(person.ok());
  sending.commit(store::ChangeLink{
      phone, *person, identity::LinkEvent::import, {Actor::Kind::command_line, "root"}, wall_now(), {}});
  sending.make();
  sending.commit_and_take_up(0, 3);  // the link is down: they wait in memory
  REQUIRE(sending.sender->waiting() == 3);
  sending.commit(
      store::ChangeLink{phone, std::nullopt, event, {Actor::Kind::operator_hook, "syriatel"}, wall_now(), {}});
  const Msisdn other = *Msisdn::parse("963933999999");
  sending.commit_and_take_up(3, 4, other);
  sending.bind();
  sending.loop.until([&] {
    sending.sender->tick(std::chrono::steady_clock::now());
    return sending.in_store() == 0 && sending.sender->waiting() == 0;
  });
  CHECK(sending.at_server.texts == std::vector<std::string>{Sending::text(3)});
}

TEST_CASE(
    "a broadcast's texts are held while it does not go on, others pass them, and cancelled ones are never sent") {
  Sending sending(50);
  auto gate = BroadcastGate::hold;
  sending.let([&](std::int64_t broadcast) { return broadcast == 7 ? gate : BroadcastGate::send; });
  for (int i = 0; i < 4; ++i) {
    store::Change text = Sending::message(i, phone);
    if (i < 3) std::get<store::AddOutboxMessage>(text).message.broadcast = 7;
    sending.commit(std::move(text));
  }
  sending.start();
  const auto tick_until = [&](const std::function<bool()>& done) {
    sending.loop.until([&] {
      sending.sender->tick(std::chrono::steady_clock::now());
      return done();
    });
  };
  tick_until([&] { return sending.in_store() == 3; });
  CHECK(sending.at_server.texts == std::vector<std::string>{Sending::text(3)});
  CHECK(sending.sender->waiting() == 0);  // nobody is told that the link does not keep up
  for (int i = 0; i < 3; ++i) sending.sender->tick(std::chrono::steady_clock::now());
  CHECK(sending.at_server.texts.size() == 1);

  gate = BroadcastGate::send;
  tick_until([&] { return sending.in_store() == 0; });
  CHECK(sending.at_server.texts.size() == 4);

  store::Change refused = Sending::message(6, phone);
  std::get<store::AddOutboxMessage>(refused).message.broadcast = 7;
  sending.commit(std::move(refused));
  gate = BroadcastGate::hold;
  for (int i = 0; i < 2; ++i) sending.sender->tick(std::chrono::steady_clock::now());
  const std::int64_t its_id = sending.store->outbox_page("syriatel", 0, 1)->messages.front().id;
  sending.commit(store::RemoveOutboxMessage{its_id});  // whose number wants no broadcasts any more
  gate = BroadcastGate::send;
  for (int i = 0; i < 2; ++i) sending.sender->tick(std::chrono::steady_clock::now());
  CHECK(sending.at_server.texts.size() == 4);

  gate = BroadcastGate::drop;
  store::Change cancelled = Sending::message(4, phone);
  std::get<store::AddOutboxMessage>(cancelled).message.broadcast = 7;
  sending.commit(std::move(cancelled));
  sending.commit(Sending::message(5, phone));
  tick_until([&] { return sending.at_server.texts.size() == 5; });
  CHECK(sending.at_server.texts.back() == Sending::text(5));
}

TEST_CASE("a notice that the SMSC refuses for good, or that is over before it is sent, has told nothing") {
  struct Case {
    CommandStatus says;
    std::chrono::minutes left;  // of its time
    std::int64_t told;
  };
  const auto [says, left, told] =
      GENERATE(Case{CommandStatus::ok, 60min, 100}, Case{CommandStatus::permanent_app_error, 60min, 0},
               Case{CommandStatus::ok, -1min, 0});
  Sending sending(50);
  sending.says = says;
  const auto person = NationalId::parse(Country::syria, "12345678901");
  REQUIRE(person.ok());
  const WallTime now = wall_now();
  std::vector<store::Change> changes{
      store::ChangeLink{phone, *person, identity::LinkEvent::import, {Actor::Kind::command_line, "root"}, now, {}}};
  changes.emplace_back(store::SubscriptionChange(store::Subscribe{.msisdn = phone,
                                                                  .person = *person,
                                                                  .company = "aleppo",
                                                                  .account = "2100345",
                                                                  .link = "syriatel",
                                                                  .at = now,
                                                                  .next_at = now}));
  changes.emplace_back(store::SubscriptionChange(store::NoteNotice{.msisdn = phone,
                                                                   .company = "aleppo",
                                                                   .account = "2100345",
                                                                   .was_next_at = now,
                                                                   .next_at = now + 24h,
                                                                   .told = 100,
                                                                   .tells = true}));
  changes.push_back(Sending::message(0, phone));
  std::get<store::AddOutboxMessage>(changes.back()).message.expires = now + left;
  sending.commit(std::move(changes));
  sending.start();
  sending.loop.until([&] {
    sending.sender->tick(std::chrono::steady_clock::now());
    return sending.in_store() == 0;
  });
  CHECK(sending.store->subscriptions().subscriptions_of(phone)->front().told == told);
}

TEST_CASE("of each text of a broadcast is told whether the SMSC took it or refused it for good, of no other text") {
  Sending sending(50);
  std::vector<std::string> heard;
  sending.hear([&](std::int64_t broadcast, std::string_view by, bool is_taken) {
    heard.push_back(std::to_string(broadcast) + " " + std::string(by) + (is_taken ? " taken" : " refused"));
  });
  const auto send = [&](std::int64_t broadcast, std::chrono::minutes left, CommandStatus says) {
    sending.says = says;
    store::Change text = Sending::message(0, phone);
    auto& message = std::get<store::AddOutboxMessage>(text).message;
    message.broadcast = broadcast;
    message.expires = wall_now() + left;
    sending.commit(std::move(text));
    sending.loop.until([&] {
      sending.sender->tick(std::chrono::steady_clock::now());
      return sending.in_store() == 0;
    });
  };
  sending.start();
  send(7, 60min, CommandStatus::ok);
  send(7, 60min, CommandStatus::permanent_app_error);
  send(7, -1min, CommandStatus::ok);  // over before it is sent
  send(0, 60min, CommandStatus::permanent_app_error);
  CHECK(heard == std::vector<std::string>{"7 syriatel taken", "7 syriatel refused"});
}

TEST_CASE("an SMSC is told how long a broadcast's text lives, two days at most, and of others nothing") {
  Sending sending(50);
  const auto add = [&](int i, std::int64_t broadcast, std::chrono::seconds left) {
    store::Change text = Sending::message(i, phone);
    auto& message = std::get<store::AddOutboxMessage>(text).message;
    message.broadcast = broadcast;
    message.expires = wall_now() + left;
    sending.commit(std::move(text));
  };
  add(0, 7, 20 * 24h);
  add(1, 7, 25h + 29min + 30s);
  add(2, 0, 20 * 24h);
  sending.start();
  sending.loop.until([&] {
    sending.sender->tick(std::chrono::steady_clock::now());
    return sending.in_store() == 0;
  });
  REQUIRE(sending.lives.size() == 3);
  CHECK(std::ranges::count(sending.lives, "") == 1);
  CHECK(std::ranges::count(sending.lives, "000002000000000R") == 1);
  const auto some_hours = [](const std::string& one) {
    return one.starts_with("0000010129") && one.ends_with("000R");
  };
  CHECK(std::ranges::count_if(sending.lives, some_hours) == 1);
}

TEST_CASE("a daemon that ends before the SMSC's answers sends again what was in the link's window, and no more") {
  constexpr int count = 30;
  constexpr std::size_t window = 10;
  Sending sending(50);
  std::vector<store::Change> texts;
  for (int i = 0; i < count; ++i) {
    texts.push_back(Sending::message(i, phone));
    std::get<store::AddOutboxMessage>(texts.back()).message.broadcast = 7;
  }
  sending.commit(std::move(texts));
  sending.withhold = true;
  sending.start();
  sending.loop.until([&] { return sending.at_server.texts.size() == window; });
  REQUIRE(sending.link->queued() > 0);  // which the SMSC has not seen
  sending.sender.reset();
  sending.link.reset();
  sending.withhold = false;
  sending.start();
  sending.loop.until([&] {
    sending.sender->tick(std::chrono::steady_clock::now());
    return sending.in_store() == 0;
  });
  const std::vector<std::string>& sent = sending.at_server.texts;
  CHECK(sent.size() == count + window);
  for (int i = 0; i < count; ++i)
    CHECK(std::ranges::count(sent, Sending::text(i)) == (i < static_cast<int>(window) ? 2 : 1));
}

TEST_CASE(
    "what is no broadcast's passes the texts of broadcasts that wait for the link, few of which are queued there") {
  constexpr int to_many = 400;
  Sending sending(1'000);
  std::vector<store::Change> texts;
  for (int i = 0; i < to_many; ++i) {
    texts.push_back(Sending::message(i, phone));
    std::get<store::AddOutboxMessage>(texts.back()).message.broadcast = 7;
  }
  sending.commit(std::move(texts));
  sending.withhold = true;
  sending.start();
  sending.loop.until([&] { return sending.at_server.texts.size() == 10; });  // the link's window
  CHECK(sending.link->queued() == 10);
  sending.commit(Sending::message(to_many, phone));  // by another process, as the code of a counter
  sending.sender->tick(std::chrono::steady_clock::now());
  sending.answer_withheld();
  sending.loop.until([&] {
    sending.sender->tick(std::chrono::steady_clock::now());
    return sending.in_store() == 0;
  });
  const std::vector<std::string>& sent = sending.at_server.texts;
  REQUIRE(sent.size() == to_many + 1);
  CHECK(std::ranges::find(sent, Sending::text(to_many)) - sent.begin() < 40);
  CHECK(sending.most_queued <= 11);
}

}  // namespace shubbak::daemon::testing
