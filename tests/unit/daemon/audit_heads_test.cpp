// The daily head: at its hour, once, to everybody, whatever fails; time is the test's.
#include "daemon/audit_heads.hpp"

#include "daemon/load_flows.hpp"
#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

const Msisdn amal = *Msisdn::parse("963944000001");
const Msisdn badr = *Msisdn::parse("963944000002");

// 2026-11-25, that time in the deployment's local time, UTC+3.
WallTime at(std::chrono::hours hour, std::chrono::minutes minute = 0min, int days = 0) {
  using namespace std::chrono;
  return WallTime((sys_days(2026y / 11 / 25) + std::chrono::days(days)).time_since_epoch() + hour + minute - 3h);
}

// A store and what publishes its heads; texts are noted instead of sent.
class Office {
 public:
  Office() {
    std::string name = (std::filesystem::temp_directory_path() / "shubbak-heads-XXXXXX").string();
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
    config = std::move(*read);
    config.overseers = {{amal, "syriatel"}, {badr, "syriatel"}};
    auto made = companies::Directory::create({companies::config_of("aleppo", "http://127.0.0.1:1")}, http_);
    REQUIRE(made.ok());
    directory_ = std::move(*made);
    auto flows = load_flows(config);
    REQUIRE(flows.ok());
    revision_ = *flows;
    store = open_store();
    world_.emplace(services::World{.companies = *directory_,
                                   .owned_accounts = owned_,
                                   .store = *store,
                                   .slow_work = slow_work_,
                                   .random = [] { return std::uint64_t{7}; },
                                   .on_queued = {},
                                   .count_code = {},
                                   .count_try = {}});
    shared_.emplace(Shared{.executor = loop.io.get_executor(),
                           .revision = revision_,
                           .store = *store,
                           .world = *world_,
                           .metrics = metrics_,
                           .statistics = statistics_,
                           .new_code = {}});
    start();
  }
  ~Office() {
    heads.reset();
    shared_.reset();
    store.reset();
    std::filesystem::remove_all(folder_);
  }
  Office(const Office&) = delete;
  Office& operator=(const Office&) = delete;

  // The next run of the daemon, which knows nothing of the one before.
  void start() { heads = run(); }
  std::unique_ptr<AuditHeads> run() {
    auto trail = store::AuditTrail::open(config.database);
    REQUIRE(trail.ok());
    return std::make_unique<AuditHeads>(
        *shared_, config, std::move(*trail),
        Teller{[](std::string_view link, Msisdn to, const std::string& text) -> store::Change {
                 return store::AddOutboxMessage{{.id = 0,
                                                 .link = std::string(link),
                                                 .to = to,
                                                 .text = text,
                                                 .created = wall_now(),
                                                 .expires = wall_now() + 24h}};
               },
               [this](std::string_view, std::int64_t, Msisdn to, const std::string& text) {
                 sent.emplace_back(to, text);
               }});
  }
  // Until everything that this tick began is reported.
  void tick(WallTime now) {
    heads->tick(now);
    settle();
  }
  void settle() {
    store->flush();
    bool reported = false;
    boost::asio::post(loop.io, [&] { reported = true; });
    loop.until([&] { return reported; });
  }
  void commit(std::vector<store::Change> changes) {
    std::optional<bool> done;
    store->change(std::move(changes), [&](const Result<store::Committed>& result) { done = result.ok(); });
    loop.until([&] { return done.has_value(); });
    REQUIRE(*done);
  }
  void link(std::uint64_t last_digits) {
    commit({store::ChangeLink{*Msisdn::from_value(963'955'000'000 + last_digits),
                              *NationalId::parse(Country::syria, "01020304050"),
                              identity::LinkEvent::import,
                              {Actor::Kind::command_line, "test"},
                              at(5h)}});
  }
  std::vector<std::string> days() {
    SQLite::Database database(config.database);
    SQLite::Statement rows(database, "SELECT day || ' ' || number || ' ' || sent_to FROM audit_head ORDER BY day");
    std::vector<std::string> all;
    while (rows.executeStep()) all.push_back(rows.getColumn(0).getString());
    return all;
  }
  std::size_t in_outbox() { return store->outbox_page("syriatel", 0, 100).value().messages.size(); }
  void execute(const std::string& sql) const {
    SQLite::Database(config.database, SQLite::OPEN_READWRITE, 5000).exec(sql);
  }
  std::unique_ptr<store::Store> open_store() {
    auto opened =
        store::open_sqlite({.path = config.database, .key_file = config.key_file},
                           [this](std::function<void()> task) { boost::asio::post(loop.io, std::move(task)); });
    REQUIRE(opened.ok());
    return std::move(*opened);
  }

  gateways::testing::Loop loop;
  Config config;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<AuditHeads> heads;
  std::vector<std::pair<Msisdn, std::string>> sent;

 private:
  std::filesystem::path folder_;
  Metrics metrics_;
  companies::HttpClient http_{loop.io.get_executor(), {}};
  std::unique_ptr<companies::Directory> directory_;
  services::OwnedAccounts owned_{10, 5min};
  boost::asio::thread_pool slow_work_{1};
  FlowStatistics statistics_;
  std::optional<services::World> world_;
  std::shared_ptr<const flows::Revision> revision_;
  std::optional<Shared> shared_;
};

}  // namespace

TEST_CASE("the head goes to every overseer at its hour, in their language, once a day") {
  Office office;
  office.commit({store::SetLocale{badr, "en"}});
  office.link(1);
  office.link(2);
  office.tick(at(5h, 59min, 1));  // the hour of the day before has passed, and nothing was published for it
  CHECK(office.days() == std::vector<std::string>{"2026-11-25 2 2"});
  office.tick(at(5h, 59min, 1));
  office.link(3);
  office.sent.clear();
  office.tick(at(6h, 0min, 1));
  REQUIRE(office.sent.size() == 2);
  const auto position = store::AuditTrail::open(office.config.database).value()->last().value();
  const std::string head = "\n2026-11-26\n3:" + audit::to_hex(position.hash).substr(0, 16) + "\nlink 1";
  CHECK(office.sent[0].first == amal);
  CHECK(contains(office.sent[0].second, "سجل التدقيق"));
  CHECK(office.sent[0].second.ends_with(head));
  CHECK(office.sent[1].first == badr);
  CHECK(office.sent[1].second == "Audit trail: keep this message. Day, head, changes:" + head);
  CHECK(office.in_outbox() == 4);
  for (const auto hour : {6h, 7h, 23h, 29h}) office.tick(at(hour, 30min, 1));
  CHECK(office.days() == std::vector<std::string>{"2026-11-25 2 2", "2026-11-26 3 2"});
  CHECK(office.in_outbox() == 4);
}

TEST_CASE("a restart publishes what was missed, and nothing that was published") {
  Office office;
  office.link(1);
  office.tick(at(6h));
  CHECK(office.days().size() == 1);
  office.start();
  office.tick(at(6h, 1min));
  CHECK(office.days().size() == 1);
  office.start();
  office.tick(at(9h, 0min, 3));  // it stood still for two days: one head, not three
  CHECK(office.days() == std::vector<std::string>{"2026-11-25 1 2", "2026-11-28 1 2"});
  office.tick(at(9h, 0min, 1));  // the clock was put back
  office.start();
  office.tick(at(9h, 0min, 1));
  CHECK(office.days().size() == 2);
  CHECK(office.in_outbox() == 4);
}

TEST_CASE("two daemons on one database publish one head") {
  Office office;
  office.link(1);
  const auto other = office.run();
  {
    const CommitsHeld held(office.config.database);
    office.heads->tick(at(6h));
    other->tick(at(6h));  // before it can know of the first one's
  }
  office.settle();
  CHECK(office.days().size() == 1);
  CHECK(office.in_outbox() == 2);
  CHECK(office.sent.size() == 2);
  other->tick(at(7h));
  office.tick(at(7h));
  CHECK(office.in_outbox() == 2);
}

TEST_CASE("a head that could not be written is not sent, and is tried again") {
  Office office;
  office.link(1);
  office.execute("CREATE TRIGGER none BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'no'); END");
  office.tick(at(6h));
  CHECK(office.days().empty());
  CHECK(office.sent.empty());
  office.execute("DROP TRIGGER none");
  office.tick(at(6h));  // not at once: a full disk is not filled with attempts
  CHECK(office.days().empty());
  office.tick(at(6h, 1min));
  CHECK(office.days().size() == 1);
  CHECK(office.sent.size() == 2);
}

TEST_CASE("without a record, or without overseers, there is no head") {
  Office office;
  office.tick(at(6h));
  CHECK(office.days().empty());
  office.link(1);
  office.tick(at(6h));
  CHECK(office.days().size() == 1);
  office.config.overseers.clear();
  office.tick(at(6h, 0min, 1));
  CHECK(office.days().size() == 1);
}

TEST_CASE("a day with much in it is counted in slices, and counted whole") {
  Office office;
  std::vector<store::Change> many;
  for (std::int64_t i = 0; i < AuditHeads::slice_max + 1; ++i) {
    many.emplace_back(store::AddAudit{.at = at(5h), .by = {}, .action = audit::Action::otp_locked, .number = amal});
  }
  office.commit(std::move(many));
  office.tick(at(6h));
  CHECK(office.days().empty());
  office.link(1);  // after the head that is being counted for
  office.tick(at(6h));
  CHECK(office.days() == std::vector<std::string>{"2026-11-25 2001 2"});
  REQUIRE(office.sent.size() == 2);
  CHECK(office.sent[0].second.ends_with("\notp 2001"));
}

TEST_CASE("overseers are told at which record the chain was broken since the head before, once") {
  Office office;
  office.link(1);
  office.tick(at(6h));
  for (std::uint64_t i = 2; i <= 4; ++i) office.link(i);
  office.execute("DROP TRIGGER audit_stays; UPDATE audit SET thing = 'another' WHERE number = 3");
  office.sent.clear();
  office.tick(at(6h, 0min, 1));
  REQUIRE(office.sent.size() == 2);
  const auto end = store::AuditTrail::open(office.config.database).value()->last().value();
  const std::string head = "\n2026-11-26\n4:" + audit::to_hex(end.hash).substr(0, 16);
  CHECK(contains(office.sent[0].second, head + "\n!! 3"));
  office.link(5);
  office.sent.clear();
  office.tick(at(6h, 0min, 2));
  REQUIRE(office.sent.size() == 2);
  CHECK_FALSE(contains(office.sent[0].second, "!!"));

  // The record whose head went out is another one: nothing behind it can be believed.
  office.execute("UPDATE audit SET hash = zeroblob(32) WHERE number = 5");
  office.sent.clear();
  office.tick(at(6h, 0min, 3));
  REQUIRE(office.sent.size() == 2);
  CHECK(contains(office.sent[0].second, "!! 5"));
}

TEST_CASE("where an operator takes short texts only, day and head alone are told") {
  Office office;
  office.link(1);
  office.config.operators.front().sms.parts_max = 1;
  office.commit({store::SetLocale{badr, "en"}});
  office.tick(at(6h));
  REQUIRE(office.sent.size() == 2);
  CHECK(office.sent[0].second.starts_with("2026-11-25\n1:"));  // Arabic: more than 70 letters with the title
  CHECK(contains(office.sent[1].second, "Audit trail"));
}

TEST_CASE("the daemon sends the head to its overseers, and it is the chain's") {
  Town town;
  town.configure = [](Config& config) { config.overseers = {{Msisdn::parse(other_subscriber).value(), "syriatel"}}; };
  town.write({link_of(subscriber, "02345678901"), english(other_subscriber)});
  town.start();
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "Audit trail"));
  const auto lines = [&] {
    std::vector<std::string> all;
    std::istringstream text(town.replies[0]);
    for (std::string line; std::getline(text, line);) all.push_back(line);
    return all;
  }();
  REQUIRE(lines.size() == 4);
  CHECK(lines[3] == "link 1");
  const auto head = audit::parse_head(lines[2]);
  REQUIRE(head.ok());
  CHECK(head->number == 1);
  const auto verdict = store::AuditTrail::open(town.database()).value()->verify({*head}).value();
  CHECK_FALSE(verdict.fault.has_value());
  CHECK(verdict.heads == 2);
}

}  // namespace shubbak::daemon::testing
