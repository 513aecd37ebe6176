// Notices of bills: told once, in the hours, by whose company answers; time is the test's.
#include "daemon/bill_notices.hpp"

#include "daemon/load_flows.hpp"
#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

const Msisdn subscribed = *Msisdn::parse(subscriber);
const NationalId owner_of_all = *NationalId::parse(Country::syria, person_of_three_companies);
constexpr auto evening = 19h + 44min;  // every moment of the day has come
const std::string nobody_answers = "http://127.0.0.1:1";

// 2026-11-25, that time in the deployment's local time, UTC+3.
WallTime local(std::chrono::minutes since_midnight, int days = 0) {
  using namespace std::chrono;
  return WallTime(sys_days(2026y / 11 / 25) + std::chrono::days(days) + since_midnight - 3h);
}

// A store, a company, and what tells of its bills; texts wait in the outbox.
class NoticeOffice {
 public:
  NoticeOffice() {
    std::string name = (std::filesystem::temp_directory_path() / "shubbak-notices-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
    std::ofstream(folder_ / "key") << std::string(64, 'a') << '\n';
    std::filesystem::permissions(folder_ / "key", std::filesystem::perms::owner_read);
    auto read = read_config(SHUBBAK_SOURCE_DIR "/config/syria-kuwwa/shubbak.yaml", [this](const std::string& wanted) {
      return wanted == "SHUBBAK_STATE_DIR"  ? std::optional(folder_.string())
             : wanted == "SHUBBAK_KEY_FILE" ? std::optional((folder_ / "key").string())
                                            : std::nullopt;
    });
    REQUIRE(read.ok());
    config_ = std::move(*read);
    auto flows = load_flows(config_);
    REQUIRE(flows.ok());
    revision_ = *flows;
    start();
    commit({link_of(subscriber, person_of_three_companies), english(subscriber)});
  }
  ~NoticeOffice() {
    end();
    std::filesystem::remove_all(folder_);
  }
  NoticeOffice(const NoticeOffice&) = delete;
  NoticeOffice& operator=(const NoticeOffice&) = delete;

  // The next run of the daemon, which knows nothing of the one before.
  void start(const std::string& url = {}, std::uint32_t per_second = 50) {
    end();
    auto made =
        companies::Directory::create({companies::config_of("aleppo", url.empty() ? sample_.url() : url)}, http_);
    REQUIRE(made.ok());
    directory_ = std::move(*made);
    auto opened =
        store::open_sqlite({.path = config_.database, .key_file = config_.key_file},
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
                                   .count_try = {},
                                   .notices = {.utc_offset = 3h}});
    shared_.emplace(Shared{.executor = loop.io.get_executor(),
                           .revision = revision_,
                           .store = *store,
                           .world = *world_,
                           .metrics = metrics_,
                           .statistics = statistics_,
                           .new_code = {}});
    const Teller teller{[](std::string_view link, Msisdn to, const std::string& text) -> store::Change {
                          return store::AddOutboxMessage{{.id = 0,
                                                          .link = std::string(link),
                                                          .to = to,
                                                          .text = text,
                                                          .created = wall_now(),
                                                          .expires = wall_now() + 24h}};
                        },
                        {},
                        [](std::string_view, std::string text) { return text; },
                        [this](std::string_view link) { return link == link_behind; }};
    notices.emplace(*shared_, teller, per_second, [this] { return clock; });
  }
  void subscribe(const std::string& account, WallTime next_at = local(12h)) {
    subscribe(subscribed, owner_of_all, account, next_at);
  }
  void subscribe(Msisdn number, const NationalId& person, const std::string& account, WallTime next_at) {
    commit({store::SubscriptionChange(store::Subscribe{.msisdn = number,
                                                       .person = person,
                                                       .company = "aleppo",
                                                       .account = account,
                                                       .link = "syriatel",
                                                       .at = local(8h),
                                                       .next_at = next_at})});
  }
  // Until all that is asked then is noted.
  void tick(WallTime now) {
    clock = now;
    steady_ += 10s;  // beyond the next look into the store
    notices->tick(steady_);
    loop.until([&] { return is_idle(); });
  }
  void commit(std::vector<store::Change> changes) {
    std::optional<bool> done;
    store->change(std::move(changes), [&](const Result<store::Committed>& result) { done = result.ok(); });
    loop.until([&] { return done.has_value(); });
    REQUIRE(*done);
  }
  void switch_notices(std::uint32_t share_percent) {
    rollout::Rule rule;
    rule.service = "notices";
    rule.company = "aleppo";
    rule.share_percent = share_percent;
    commit({store::RolloutChange(store::SetSwitch{rule, Actor{Actor::Kind::command_line, "test"}, wall_now()})});
    REQUIRE(world_->switches.refresh(*store).ok());
  }
  // At the company, as it is told by others.
  void pay(const std::string& account, std::int64_t amount, const std::string& key) {
    std::optional<Result<companies::PaymentAnswer>> said;
    auto paying = directory_->companies().front()->pay({account, {amount, Currency::SYP}, key, wall_now() + 60s},
                                                       companies::patience);
    auto keeping = companies::keep(std::move(paying), said);
    boost::asio::co_spawn(loop.io, std::move(keeping), boost::asio::detached);
    loop.until([&] { return said.has_value(); });
    REQUIRE(said->ok());
    REQUIRE((*said)->state == companies::PaymentState::posted);
  }
  std::vector<store::OutboxMessage> outbox() { return store->outbox_page("syriatel", 0, 100).value().messages; }
  std::vector<std::string> texts() {
    std::vector<std::string> all;
    const auto messages = outbox();
    for (const store::OutboxMessage& one : messages) all.push_back(one.text);
    return all;
  }
  // What is kept of whose number it is, past all reading.
  void damage(Msisdn number) {
    SQLite::Database(config_.database, SQLite::OPEN_READWRITE, 5000)
        .exec("UPDATE link SET national_id_sealed = zeroblob(length(national_id_sealed)) WHERE msisdn = " +
              std::to_string(number.value()));
  }
  store::Subscription kept(const std::string& account, Msisdn number = subscribed) {
    const auto all = store->subscriptions().subscriptions_of(number).value();
    const auto found = std::ranges::find(all, account, &store::Subscription::account);
    REQUIRE(found != all.end());
    return *found;
  }

  gateways::testing::Loop loop;
  std::unique_ptr<store::Store> store;
  std::optional<BillNotices> notices;
  WallTime clock = local(0h);
  std::string link_behind{};  // which does not keep up

 private:
  bool is_idle() {
    const auto due = store->subscriptions().subscriptions_due("aleppo", clock, 100).value();
    return notices->under_way() == 0 && (due.empty() || !world_->notices.may_ask(clock));
  }
  void end() {
    notices.reset();
    shared_.reset();
    world_.reset();
    store.reset();
    directory_.reset();
  }

  std::filesystem::path folder_;
  Config config_;
  companies::SampleThread sample_{{"aleppo"}};
  Metrics metrics_;
  companies::HttpClient http_{loop.io.get_executor(), {}};
  std::unique_ptr<companies::Directory> directory_;
  services::OwnedAccounts owned_{10, 5min};
  boost::asio::thread_pool slow_work_{1};
  FlowStatistics statistics_;
  std::optional<services::World> world_;
  std::shared_ptr<const flows::Revision> revision_;
  std::optional<Shared> shared_;
  Instant steady_ = std::chrono::steady_clock::now();
};

const std::string told_of =
    "Due on a subscription that you get notices of (to stop them text: cancel and its number): ";

}  // namespace

TEST_CASE("what becomes due is told once, in the number's language, and again when it changes") {
  NoticeOffice office;
  office.subscribe("2100345");
  office.tick(local(11h + 59min));
  CHECK(office.texts().empty());
  CHECK(office.notices->counts().asked == 0);
  office.tick(local(12h));
  CHECK(office.texts() == std::vector<std::string>{told_of + "aleppo *0345: 48,750 SYP"});
  const auto message = office.outbox().front();
  CHECK(message.to == subscribed);
  CHECK(message.expires == local(20h));  // not at night, whenever the operator takes it
  CHECK(office.kept("2100345").told == 4'875'000);
  CHECK(office.kept("2100345").next_at > local(24h));
  CHECK(office.kept("2100345").next_at < local(48h));

  office.tick(local(13h));  // once a day
  CHECK(office.notices->counts().asked == 1);
  office.tick(local(evening, 1));  // the same amount
  CHECK(office.notices->counts().asked == 2);
  CHECK(office.texts().size() == 1);

  office.pay("2100345", 1'000'000, "P1");
  office.commit({store::SetLocale{subscribed, "ar"}});
  office.tick(local(evening, 2));
  REQUIRE(office.texts().size() == 2);
  CHECK(office.texts()[1].starts_with("ذمة على اشتراك"));
  CHECK(office.texts()[1].ends_with("aleppo *0345: 38,750 SYP"));
  CHECK(office.notices->counts().told == 2);
}

TEST_CASE("what is paid is told to nobody, and what becomes due after it is told anew") {
  NoticeOffice office;
  office.subscribe("2100345");
  office.tick(local(12h));
  office.pay("2100345", 4'875'000, "P1");
  office.tick(local(evening, 1));
  CHECK(office.kept("2100345").told == 0);
  CHECK(office.texts().size() == 1);
  office.tick(local(evening, 2));
  CHECK(office.notices->counts().asked == 3);
  CHECK(office.texts().size() == 1);
}

TEST_CASE("a subscription that there is not, and one that owes nothing, are asked for and told to nobody") {
  NoticeOffice office;
  office.subscribe("7777777");
  office.subscribe("2100777");
  office.tick(local(12h));
  CHECK(office.texts().empty());
  CHECK(office.notices->counts().asked == 2);
  CHECK(office.notices->counts().failed == 0);
  CHECK(office.kept("7777777").next_at >= local(9h, 1));
  CHECK(office.kept("2100777").next_at >= local(9h, 1));
}

TEST_CASE("nobody is asked for or told at night, who was due by then is, in the morning") {
  NoticeOffice office;
  office.subscribe("2100345", local(19h + 30min));
  for (const auto quiet : {19h + 45min, 20h + 0min, 23h + 59min}) office.tick(local(quiet));
  for (const auto quiet : {0h + 0min, 8h + 59min}) office.tick(local(quiet, 1));
  CHECK(office.notices->counts().asked == 0);
  CHECK(office.texts().empty());
  office.tick(local(9h, 1));
  CHECK(office.texts().size() == 1);
  CHECK(office.outbox().front().expires == local(20h, 1));
  CHECK(office.kept("2100345").next_at >= local(9h, 2));
}

TEST_CASE("a restart asks for nobody twice, and tells nobody twice") {
  NoticeOffice office;
  office.subscribe("2100345");
  office.tick(local(12h));
  office.start();
  office.tick(local(12h + 1min));
  CHECK(office.notices->counts().asked == 0);
  office.tick(local(evening, 1));
  CHECK(office.notices->counts().asked == 1);
  CHECK(office.texts().size() == 1);
}

TEST_CASE("a company that does not answer is asked later") {
  NoticeOffice office;
  office.subscribe("2100345");
  office.start(nobody_answers);
  office.tick(local(12h));
  CHECK(office.notices->counts().failed == 1);
  CHECK(office.texts().empty());
  CHECK(office.kept("2100345").next_at == local(12h + 30min));
  office.start();
  office.tick(local(12h + 29min));
  CHECK(office.notices->counts().asked == 0);
  office.tick(local(12h + 30min));
  CHECK(office.texts().size() == 1);
}

TEST_CASE("an account whose answer nobody can use holds up no other, and is told when it can") {
  NoticeOffice office;
  office.subscribe("9000009", local(10h));  // status 500
  office.subscribe("2100345", local(11h));
  office.tick(local(12h));
  CHECK(office.notices->counts().failed == 1);
  CHECK(office.texts().size() == 1);
  CHECK(office.kept("9000009").next_at == local(12h + 30min));
  CHECK(office.kept("9000009").told == 0);
}

TEST_CASE("for whom the operator's link does not keep up is asked and told later") {
  NoticeOffice office;
  office.subscribe("2100345");
  office.link_behind = "syriatel";
  office.tick(local(12h));
  CHECK(office.notices->counts().asked == 0);
  CHECK(office.texts().empty());
  CHECK(office.kept("2100345").next_at == local(12h + 30min));
  office.link_behind = "mtn";
  office.tick(local(12h + 30min));
  CHECK(office.texts().size() == 1);
}

TEST_CASE("a subscriber whose link cannot be read holds up no other") {
  NoticeOffice office;
  const Msisdn damaged = *Msisdn::parse(other_subscriber);
  office.commit({link_of(other_subscriber, person_of_one_account)});
  office.subscribe(damaged, *NationalId::parse(Country::syria, person_of_one_account), "2100888", local(10h));
  office.subscribe("2100345", local(11h));
  office.damage(damaged);
  office.start();  // with nothing in a cache
  office.tick(local(12h));
  CHECK(office.notices->counts().asked == 1);
  CHECK(office.texts().size() == 1);
  CHECK(office.kept("2100888", damaged).next_at == local(12h + 30min));
}

TEST_CASE("a suspended number is neither asked for nor told, and is again once it is resumed") {
  NoticeOffice office;
  office.subscribe("2100345");
  office.commit({link_of(subscriber, person_of_three_companies, store::LinkState::suspended)});
  office.tick(local(12h));
  CHECK(office.notices->counts().asked == 0);
  CHECK(office.texts().empty());
  CHECK(office.kept("2100345").next_at >= local(9h, 1));
  office.commit({link_event(subscriber, identity::LinkEvent::resume, Actor::Kind::command_line)});
  office.tick(local(evening, 1));
  CHECK(office.texts().size() == 1);
}

TEST_CASE("a notice that a suspension has taken from the outbox is told once the number is resumed, and once only") {
  NoticeOffice office;
  office.subscribe("2100345");
  office.tick(local(12h));
  REQUIRE(office.texts().size() == 1);
  const bool went_out = GENERATE(false, true);
  INFO(went_out);
  if (went_out) office.commit({store::RemoveOutboxMessage{office.outbox().front().id}});
  office.commit({link_of(subscriber, person_of_three_companies, store::LinkState::suspended)});
  CHECK(office.texts().empty());
  office.tick(local(evening, 1));
  CHECK(office.texts().empty());
  office.commit({link_event(subscriber, identity::LinkEvent::resume, Actor::Kind::command_line)});
  office.tick(local(evening, 2));
  CHECK(office.texts().size() == (went_out ? 0U : 1U));
  office.tick(local(evening, 3));
  CHECK(office.texts().size() == (went_out ? 0U : 1U));
  CHECK(office.kept("2100345").told == 4'875'000);
}

TEST_CASE("a company for which notices are switched off is not asked, and is again once they are on") {
  NoticeOffice office;
  office.subscribe("2100345");
  office.switch_notices(0);
  office.tick(local(12h));
  CHECK(office.notices->counts().asked == 0);
  CHECK(office.texts().empty());
  CHECK(office.kept("2100345").next_at >= local(9h, 1));
  office.switch_notices(100);
  office.tick(local(evening, 1));
  CHECK(office.texts().size() == 1);
}

TEST_CASE("who cancelled, and whose number is another person's by now, is told nothing") {
  NoticeOffice office;
  office.subscribe("2100345");
  SECTION("cancelled") {
    office.commit({store::SubscriptionChange(store::Unsubscribe{subscribed, owner_of_all, "", "2100345"})});
  }
  SECTION("recycled") {
    office.commit({recycled(subscriber)});
    office.commit({link_of(subscriber, person_of_one_account)});
  }
  office.tick(local(12h));
  CHECK(office.notices->counts().asked == 0);
  CHECK(office.texts().empty());
}

TEST_CASE("no more questions begin in a second than a company is to be asked") {
  NoticeOffice office;
  for (int i = 0; i < 10; ++i) office.subscribe(std::to_string(1'000'000 + i));
  office.start({}, 3);
  office.clock = local(12h);
  const Instant now = std::chrono::steady_clock::now() + 1h;
  const auto asked_at = [&](Instant when) {
    office.notices->tick(when);
    office.loop.until([&] { return office.notices->under_way() == 0; });
    return office.notices->counts().asked;
  };
  CHECK(asked_at(now) == 3);
  CHECK(asked_at(now) == 3);
  CHECK(asked_at(now + 1s) == 6);
  CHECK(asked_at(now + 1s + 500ms) == 7);  // one and a half, of which the half waits
  CHECK(asked_at(now + 2s) == 9);
  CHECK(asked_at(now + 5s) == 10);
  CHECK(office.texts().size() == 10);
}

TEST_CASE("the daemon tells of a bill by the operator's link, and counts it") {
  Town town;
  town.configure = [](Config& config) {
    config.notices = {.from = {0min}, .until = {24h}};
    // It is noon there, whatever the time is here.
    const auto today = std::chrono::floor<std::chrono::days>(wall_now());
    config.utc_offset = 12h - std::chrono::floor<std::chrono::minutes>(wall_now() - today);
  };
  town.write({link_of(subscriber, person_of_three_companies), english(subscriber)});
  town.write({store::SubscriptionChange(store::Subscribe{.msisdn = subscribed,
                                                         .person = owner_of_all,
                                                         .company = "aleppo",
                                                         .account = "2100345",
                                                         .link = "syriatel",
                                                         .at = wall_now() - 1h,
                                                         .next_at = wall_now() - 1s})});
  town.start();
  town.wait_for_replies(1);
  CHECK(town.replies[0] == told_of + "Aleppo *0345: 48,750 SYP");
  CHECK(town.replies_to[0] == subscriber);
  CHECK(town.metric(R"(shubbak_bill_notices{event="told"})") == R"(shubbak_bill_notices{event="told"} 1)");
  CHECK(town.metric(R"(shubbak_bill_notices{event="failed"})") == R"(shubbak_bill_notices{event="failed"} 0)");
  CHECK(town.metric("shubbak_bill_subscriptions") == "shubbak_bill_subscriptions 1");
}

}  // namespace shubbak::daemon::testing
