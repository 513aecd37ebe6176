#include "store/key_rotation.hpp"

#include <csignal>
#include <map>
#include <sys/wait.h>

#include <SQLiteCpp/Database.h>

#include "ledger_fixture.hpp"
#include "store/audit_trail.hpp"
#include "tests/unit/cases/sample_kinds.hpp"

namespace shubbak::store {
namespace {

const Actor root{Actor::Kind::command_line, "root"};
constexpr std::uint64_t links_count = 1'201;  // three transactions
const vouchers::FillCode fill_code = vouchers::FillCode::draw([] { return std::uint64_t{7}; });

void untold(const RotationProgress&) {}

class RotationFixture : public StoreFixture {
 public:
  RotationFixture() { config.case_kinds = cases::sample_kinds(); }
  // Keys by their numbers; the first is the fixture's own.
  void write_keys(const std::vector<int>& ids) {
    std::string text;
    for (const int id : ids) {
      text += std::to_string(id) + " " +
              (id == 1 ? std::string(sample_key) : std::string(64, static_cast<char>('a' + id % 6))) + "\n";
    }
    write_file(config.key_file, text);
  }
  // One of everything that is sealed, and many links; a walk by SMS and one by USSD of the same number.
  void fill() {
    std::vector<Change> changes;
    for (std::uint64_t i = 0; i < links_count; ++i) changes.push_back(link(number(i), syrian()));
    for (const WalkChannel channel : {WalkChannel::ussd, WalkChannel::sms}) {
      changes.push_back(SaveWalk{{number(), channel, "r1", "a walk", at(9'000'000)}});
    }
    changes.push_back(message("a text"));
    changes.push_back(message("another text", number(7)));
    const Wallet card{"1234567890", Currency::SYP};
    changes.push_back(PaymentChange(OpenWallet{syrian(), card, at(0)}));
    changes.push_back(LedgerChange(top_up("T1", 1'000, account_of(card))));
    changes.push_back(PaymentChange(BeginPayment{.key = "P1",
                                                 .person = syrian(),
                                                 .msisdn = number(),
                                                 .link = "mtn",
                                                 .wallet = card,
                                                 .company = "damascus",
                                                 .account = "4521",
                                                 .amount = {300, Currency::SYP},
                                                 .by = by_citizen,
                                                 .at = at(0),
                                                 .not_after = at(10),
                                                 .revision = "r1",
                                                 .session = "a walk that waits",
                                                 .fill = FillOrder{1'000, fill_code, std::chrono::hours(1)}}));
    changes.push_back(SetPin{syrian(), "the hash of a PIN", root, at(0)});
    changes.push_back(StaffChange(
        AddAccount{"amal", "Amal Haddad", "amal@example.org", "hash", {{staff::Role::clerk, {}}}, root, at(0)}));
    changes.push_back(StaffChange(SetStaffPin{"amal", "the hash of amal's PIN", 0, root, at(0)}));
    changes.push_back(CitizenCaseChange(OpenCitizenCase{.number = 123'456'789,
                                                        .person = syrian(),
                                                        .msisdn = number(),
                                                        .link = "mtn",
                                                        .kind = "outage",
                                                        .from = {"damascus", {}, {}},
                                                        .text = "no light",
                                                        .address = "by the mill",
                                                        .by = by_citizen,
                                                        .at = at(0)}));
    const cases::Slots slots{{"crew_1", at(3'600), at(7'200)}, {"crew_1", at(7'200), at(9'000)}};
    for (const cases::Act act : {cases::Act::offer, cases::Act::book}) {
      const bool books = act == cases::Act::book;
      changes.push_back(CitizenCaseChange(
          ActOnCitizenCase{.number = 123'456'789,
                           .asked = {.act = act, .slots = books ? cases::Slots{slots.front()} : slots},
                           .by = by_staff,
                           .at = at(0),
                           .visit_code = books ? "4711" : ""}));
    }
    changes.push_back(CitizenCaseChange(ActOnCitizenCase{.number = 123'456'789,
                                                         .asked = {.act = cases::Act::answer},
                                                         .text = "behind the house",
                                                         .person = syrian(),
                                                         .by = by_citizen,
                                                         .at = at(0)}));
    changes.push_back(
        MailChange(SetMailAddress{number(1), syrian(), *MailAddress::parse("amal@example.org"), by_staff, at(0)}));
    changes.push_back(MailChange(AddMail{number(1), "a mail", at(0)}));
    const auto written = change(std::move(changes));
    INFO((written.ok() ? "" : written.error().message));
    REQUIRE(written.ok());
    resolve_a_case();
  }
  // Of the payment: released by hand, and then the company has it.
  void resolve_a_case() {
    REQUIRE(change({PaymentChange(BeginPayment{.key = "P2",
                                               .person = syrian(),
                                               .msisdn = number(),
                                               .link = "mtn",
                                               .wallet = {"1234567890", Currency::SYP},
                                               .company = "damascus",
                                               .account = "4522",
                                               .amount = {300, Currency::SYP},
                                               .by = by_citizen,
                                               .at = at(0),
                                               .not_after = at(10),
                                               .revision = {},
                                               .session = {}}),
                    PaymentChange(ReleasePayment{"P2", {"declined", {}, at(20)}})})
                .ok());
    REQUIRE_FALSE(change({PaymentChange(SettlePayment{"P2", {"posted", {}, at(30)}})}).ok());
    const ResolveCase resolving{1, reconcile::Resolution::explained, "a note", by_staff, at(40)};
    REQUIRE(change({ReconcileChange(resolving)}).ok());
  }
  void check_all_opens() {
    CHECK(person(number(3)).link->national_id.reveal() == syrian().reveal());
    CHECK(store->links_of(syrian())->size() == links_count);
    CHECK(store->find_walk(number(), WalkChannel::ussd, at(0)).value()->session == "a walk");
    CHECK(store->find_walk(number(), WalkChannel::sms, at(0)).value()->session == "a walk");
    const auto page = store->outbox_page("mtn", 0, 10).value();
    CHECK(page.damaged == 0);
    CHECK(page.messages.front().text == "a text");
    const auto paid = store->payments().find_payment("P1").value();
    CHECK(paid->session == "a walk that waits");
    CHECK(store->fills().find_fill(paid->number).value()->code == fill_code.reveal());
    CHECK(store->reconciliation().find_case(1).value()->note == "a note");
    const auto outage = store->cases().find_citizen_case(123'456'789).value();
    CHECK(outage->address == "by the mill");
    CHECK(outage->visit_code == "4711");
    CHECK(store->cases().citizen_case_events(outage->id)->front().text == "no light");
    CHECK(store->cases().citizen_case_events(outage->id)->back().text == "behind the house");
    const auto mail = store->mail().next_mail(0).value();
    CHECK(mail->to->reveal() == "amal@example.org");
    CHECK(mail->text == "a mail");
    CHECK(store->service_pin(syrian()).value()->hash == "the hash of a PIN");
    CHECK(store->staff().find_account("amal").value()->account.full_name == "Amal Haddad");
  }
  std::unique_ptr<KeyRotation> rotation(bool takes_new_keys = false) {
    auto opened = KeyRotation::open(config.path, {config.key_file}, takes_new_keys);
    if (!opened.ok()) FAIL(opened.error().message);
    return *std::move(opened);
  }
  // By key: how many fields it seals.
  std::map<int, std::int64_t> sealed() {
    std::map<int, std::int64_t> all;
    const auto uses = KeyRotation::status(config.path).value();
    for (const KeyUse& use : uses) {
      std::int64_t& sum = all[use.id];
      for (const auto& [what, count] : use.fields) sum += count;
    }
    return all;
  }
  std::vector<audit::Record> rotations() {
    std::vector<audit::Record> found;
    const auto trail = AuditTrail::open(config.path).value();
    REQUIRE(trail
                ->each({.action = "key.rotated"},
                       [&](const audit::Record& record) {
                         found.push_back(record);
                         return true;
                       })
                .ok());
    CHECK_FALSE(trail->verify({})->fault);
    return found;
  }
  std::string refusal() {
    store.reset();
    loop.run_all();
    auto refused = open_sqlite(config, loop.post());
    REQUIRE_FALSE(refused.ok());
    return refused.error().message;
  }

  static constexpr std::int64_t fields_count = links_count + 2 + 2 + 1 + 1 + 1 + 1 + 2 + 4 + 1 + 2;
};

TEST_CASE_METHOD(RotationFixture, "everything is sealed anew with the newest key beside a store that writes") {
  open();
  fill();
  write_keys({1, 2});
  reopen();
  check_all_opens();
  CHECK(sealed() == std::map<int, std::int64_t>{{1, fields_count}, {2, 0}});
  const std::uint64_t foreign_changes = store->foreign_changes();
  std::uint64_t written = 0;
  const auto done = rotation()->rotate(root, [&](const RotationProgress& progress) {
    if (progress.what == "keys") return;
    // Over a walk that waits to be sealed anew, and over one that is new.
    CHECK(change({SaveWalk{{number(), WalkChannel::sms, "r1", "a later walk", at(9'000'000)}},
                  SaveWalk{{number(++written), WalkChannel::ussd, "r1", "a new walk", at(9'000'000)}}})
              .ok());
  });
  REQUIRE(done.ok());
  CHECK(done->newest == 2);
  CHECK(done->damaged == 0);
  CHECK(done->remaining == 0);
  CHECK(done->sealed_anew == fields_count - 1);  // but the walk that was saved anew meanwhile
  CHECK(sealed() == std::map<int, std::int64_t>{{1, 0}, {2, fields_count + static_cast<std::int64_t>(written)}});
  CHECK(store->find_walk(number(), WalkChannel::sms, at(0)).value()->session == "a later walk");
  CHECK(store->foreign_changes() == foreign_changes);  // persons may stay in the cache
  REQUIRE(change({SaveWalk{{number(), WalkChannel::sms, "r1", "a walk", at(9'000'000)}}}).ok());
  check_all_opens();
  reopen();
  check_all_opens();
  const auto told = rotations();
  REQUIRE(told.size() == 1);
  CHECK(told[0].thing == "key 2");
  CHECK(told[0].by.name == "root");
  CHECK(told[0].detail == "{\"fields\":" + std::to_string(fields_count - 1) + "}");
}

TEST_CASE_METHOD(RotationFixture, "a rotation that is killed at any transaction goes on with the next run") {
  open();
  fill();
  write_keys({1, 2});
  store.reset();
  loop.run_all();
  for (int round = 0; round < 3; ++round) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      auto killed = KeyRotation::open(config.path, {config.key_file}, true);
      if (killed.ok()) {
        static_cast<void>((*killed)->rotate(root, [](const RotationProgress&) { return ::raise(SIGKILL) == 0; }));
      }
      ::_exit(1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    const auto now = sealed();
    CHECK(now.at(1) + now.at(2) == fields_count);
    CHECK(now.at(2) > 0);
    open();
    check_all_opens();
    store.reset();
    loop.run_all();
  }
  CHECK(rotations().empty());
  const auto done = rotation()->rotate(root, untold);
  REQUIRE(done.ok());
  CHECK(done->remaining == 0);
  CHECK(sealed() == std::map<int, std::int64_t>{{1, 0}, {2, fields_count}});
  CHECK(rotations().size() == 1);
  CHECK(rotation()->rotate(root, untold)->sealed_anew == 0);
  CHECK(rotations().size() == 1);  // where nothing is done nothing is told
  open();
  check_all_opens();
}

TEST_CASE_METHOD(RotationFixture, "a key may leave the file when it seals nothing any more, the first never") {
  open();
  fill();
  write_keys({1, 2});
  reopen();
  REQUIRE(change({message("by the second key", number(8))}).ok());
  write_keys({1, 2, 3});
  reopen();
  write_keys({1, 3});
  CHECK_THAT(refusal(), Catch::Contains("lacks key 2") && Catch::Contains(config.key_file));
  CHECK(KeyRotation::open(config.path, {config.key_file}, true).error().code == Errc::not_found);
  CHECK(sealed() == std::map<int, std::int64_t>{{1, fields_count}, {2, 1}, {3, 0}});
  write_keys({1, 2, 3});
  REQUIRE(rotation()->rotate(root, untold)->remaining == 0);
  write_keys({1, 3});
  open();
  check_all_opens();
  write_keys({2, 3});
  CHECK_THAT(refusal(), Catch::Contains("lacks key 1"));
  write_keys({1, 2});
  CHECK_THAT(refusal(), Catch::Contains("lacks key 3"));
}

TEST_CASE_METHOD(RotationFixture, "a key is needed again where a store seals with it that knows no newer one") {
  write_keys({1, 2});
  open();
  fill();
  write_keys({1, 2, 3});
  const auto is_retired = [&](std::size_t key) {
    return KeyRotation::status(config.path).value().at(key).is_retired;
  };
  REQUIRE(rotation(true)->rotate(root, untold)->remaining == 0);
  CHECK(is_retired(1));
  REQUIRE(change({message("by the second key", number(8))}).ok());
  CHECK_FALSE(is_retired(1));
  CHECK(sealed() == std::map<int, std::int64_t>{{1, 0}, {2, 1}, {3, fields_count}});
  write_keys({1, 3});
  CHECK_THAT(refusal(), Catch::Contains("lacks key 2") && Catch::Contains("keys rotate"));
  write_keys({1, 2, 3});
  REQUIRE(rotation()->rotate(root, untold)->sealed_anew == 1);
  CHECK(is_retired(1));
  CHECK_FALSE(is_retired(2));
  write_keys({1, 3});
  open();
  check_all_opens();
}

TEST_CASE_METHOD(RotationFixture, "a key is not retired when a store has sealed with it while it was counted") {
  write_keys({1, 2});
  open();
  fill();
  write_keys({1, 2, 3});
  const auto done = rotation(true)->rotate(root, [&](const RotationProgress& progress) {
    // By a store that knows no newer key than the second.
    if (progress.what == "keys") CHECK(change({message("too late to be counted", number(8))}).ok());
  });
  REQUIRE(done.ok());
  CHECK(done->remaining == 1);
  const auto uses = KeyRotation::status(config.path).value();
  CHECK_FALSE(uses.at(1).is_retired);
  write_keys({1, 3});
  CHECK_THAT(refusal(), Catch::Contains("lacks key 2"));
  write_keys({1, 2, 3});
  CHECK(rotation()->rotate(root, untold)->sealed_anew == 1);
  write_keys({1, 3});
  open();
  check_all_opens();
}

TEST_CASE_METHOD(RotationFixture, "what a daemon would not start with is told beforehand, and nothing is written") {
  open();
  fill();
  store.reset();
  loop.run_all();
  const auto check = [&] { return KeyRotation::check(config.path, {config.key_file}); };
  CHECK(check().ok());
  write_keys({1, 3});
  CHECK(check().ok());
  CHECK(sealed() == std::map<int, std::int64_t>{{1, fields_count}});
  write_file(config.key_file, "1 " + std::string(64, 'e') + "\n");
  CHECK(check().error().code == Errc::denied);
  write_keys({3});
  CHECK(check().error().code == Errc::not_found);
}

TEST_CASE_METHOD(RotationFixture, "the mark of a rotation that was killed while it counted frees no key") {
  write_keys({1, 2});
  open();
  fill();
  write_keys({1, 2, 3});
  reopen();
  {
    SQLite::Database database(config.path, SQLite::OPEN_READWRITE);
    database.exec("UPDATE seal_key SET retired = -1 WHERE key_id < 3");
  }
  write_keys({1, 3});
  CHECK_THAT(refusal(), Catch::Contains("lacks key 2"));
  write_keys({1, 2, 3});
  REQUIRE(rotation()->rotate(root, untold)->remaining == 0);
  write_keys({1, 3});
  open();
  check_all_opens();
}

TEST_CASE_METHOD(RotationFixture, "a rotation that was begun with an older key leaves what a newer one has sealed") {
  open();
  fill();
  write_keys({1, 2});
  const auto begun = rotation(true);
  write_keys({1, 2, 3});
  reopen();
  REQUIRE(change({message("by the third key", number(8))}).ok());
  const auto done = begun->rotate(root, untold);
  REQUIRE(done.ok());
  CHECK(done->damaged == 0);
  CHECK(sealed() == std::map<int, std::int64_t>{{1, 0}, {2, fields_count}, {3, 1}});
  CHECK(rotation()->rotate(root, untold)->sealed_anew == fields_count);
  check_all_opens();
}

TEST_CASE_METHOD(RotationFixture,
                 "a key that is another one than before, or new with a low number, changes nothing") {
  open();
  fill();
  write_keys({1, 3});
  reopen();
  write_file(config.key_file, std::string("1 ") + sample_key + "\n3 " + std::string(64, '9') + "\n");
  CHECK_THAT(refusal(), Catch::Contains("another key 3"));
  CHECK(KeyRotation::open(config.path, {config.key_file}, true).error().code == Errc::denied);
  write_keys({1, 2, 3});
  CHECK_THAT(refusal(), Catch::Contains("key 2 is new") && Catch::Contains("a higher number"));
  write_keys({1, 3});
  open();
  check_all_opens();
  CHECK(sealed() == std::map<int, std::int64_t>{{1, fields_count}, {3, 0}});
}

TEST_CASE_METHOD(RotationFixture, "a new key comes into use by the daemon, not by a command beside it") {
  open();
  fill();
  write_keys({1, 2});
  StoreConfig beside = config;
  beside.is_daemons = false;
  Loop its_loop;
  {
    const auto command = open_sqlite(beside, its_loop.post()).value();
    command->change({message("by a command", number(9))}, [](const Result<Committed>& done) { CHECK(done.ok()); });
    command->flush();
    its_loop.run_all();
  }
  CHECK(store->outbox_page("mtn", 0, 10)->damaged == 0);  // the daemon of before opens it
  CHECK(sealed() == std::map<int, std::int64_t>{{1, fields_count + 1}});
  const auto refused = KeyRotation::open(config.path, {config.key_file}, false);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::unavailable);
  CHECK_THAT(refused.error().message, Catch::Contains("key 2 is not in use yet"));
  reopen();
  CHECK(rotation()->rotate(root, untold)->remaining == 0);
}

TEST_CASE_METHOD(RotationFixture, "a damaged field holds up no other, and its key stays needed") {
  open();
  fill();
  store.reset();
  loop.run_all();
  {
    SQLite::Database database(config.path, SQLite::OPEN_READWRITE);
    database.exec("UPDATE outbox SET text_sealed = X'01" + std::string(80, '0') + "' WHERE id = 1");
  }
  write_keys({1, 2});
  const auto done = rotation(true)->rotate(root, untold);
  REQUIRE(done.ok());
  CHECK(done->damaged == 1);
  CHECK(done->remaining == 1);
  CHECK(sealed() == std::map<int, std::int64_t>{{1, 1}, {2, fields_count - 1}});
}

TEST_CASE_METHOD(RotationFixture, "where there is no database none is made") {
  CHECK(KeyRotation::open(config.path, {config.key_file}, true).error().code == Errc::not_found);
  CHECK(KeyRotation::status(config.path).error().code == Errc::not_found);
  CHECK_FALSE(std::filesystem::exists(config.path));
}

TEST_CASE_METHOD(RotationFixture, "pseudonyms and indexes stay those of the first key") {
  open();
  fill();
  const std::string before = store->pseudonym(syrian());
  write_keys({1, 2});
  reopen();
  REQUIRE(rotation()->rotate(root, untold).ok());
  CHECK(store->pseudonym(syrian()) == before);
  const auto trail = AuditTrail::open(config.path).value();
  CHECK(trail->pseudonym({config.key_file}, syrian()).value() == before);
  CHECK(trail->pseudonym({config.key_file}, number()).value() == store->pseudonym(number()));
  write_file(config.key_file, std::string("2 ") + std::string(64, 'c') + "\n");
  CHECK(trail->pseudonym({config.key_file}, syrian()).error().code == Errc::not_found);
}

}  // namespace
}  // namespace shubbak::store
