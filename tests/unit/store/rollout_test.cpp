// Roll-out switches through the store: what is set stands in the place of what is configured, what needs a switch is
// judged inside its transaction, and the audit trail has each change with what held before.
#include <catch2/catch.hpp>

#include "rollout/rule.hpp"
#include "store/audit_trail.hpp"
#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

const Actor publisher{Actor::Kind::staff, "nada"};

rollout::Rule rule_of(std::string service, std::string company, std::uint32_t share_percent) {
  rollout::Rule rule;
  rule.service = std::move(service);
  rule.company = std::move(company);
  rule.share_percent = share_percent;
  return rule;
}

class RolloutFixture : public StoreFixture {
 public:
  Result<Committed> apply(RolloutChange one) {
    std::vector<Change> changes;
    changes.emplace_back(std::move(one));
    return change(std::move(changes));
  }
  void set(const rollout::Rule& rule, WallTime when = at(10)) {
    REQUIRE(apply(SetSwitch{rule, publisher, when}).ok());
  }
  bool is_taken(std::string_view service, std::string_view company, std::optional<Msisdn> who = number(),
                WallTime when = at(20)) {
    const auto done = apply(RequireSwitch{std::string(service), std::string(company), who, when});
    if (done) return true;
    CHECK(done.error().code == Errc::denied);
    CHECK(done.error().message == switched_off);
    return false;
  }
  std::vector<std::string> told() {
    std::vector<std::string> records;
    auto trail = AuditTrail::open(config.path);
    REQUIRE(trail.ok());
    const Status read = (*trail)->each({.action = "rollout."}, [&](const audit::Record& record) {
      records.push_back(record.by.name + " " + record.action + " " + record.detail);
      return true;
    });
    CHECK(read.ok());
    return records;
  }
};

}  // namespace

TEST_CASE_METHOD(RolloutFixture, "a switch that the audit trail could not tell of is refused, and nothing else is") {
  open();
  rollout::Rule year_0 = rule_of("*", "homs", 100);
  year_0.from = std::chrono::sys_days(std::chrono::year(0) / 6 / 1);
  for (const rollout::Rule& wrong : {rule_of("*", "homs_1234567", 0), year_0}) {
    INFO(wrong.company);
    CHECK(apply(SetSwitch{wrong, publisher, at(10)}).error().code == Errc::invalid);
  }
  CHECK(store->rollout().switches()->empty());
  set(rule_of("*", "homs_123456", 0));
}

TEST_CASE_METHOD(RolloutFixture, "what is set at run time holds at once, over a restart, until it is cleared") {
  config.rollout = {rule_of("*", "homs", 0)};
  open();
  CHECK_FALSE(is_taken("payments.pay", "homs"));
  CHECK(is_taken("payments.pay", "aleppo"));
  set(rule_of("*", "homs", 100));
  set(rule_of("payments", "aleppo", 0));
  CHECK(is_taken("payments.pay", "homs"));
  CHECK_FALSE(is_taken("payments.pay", "aleppo"));
  CHECK(is_taken("readings.submit", "aleppo"));
  reopen();
  CHECK(is_taken("payments.pay", "homs"));
  CHECK_FALSE(is_taken("payments.pay", "aleppo"));
  const auto kept = store->rollout().switches();
  REQUIRE(kept.ok());
  REQUIRE(kept->size() == 2);
  CHECK(kept->front().rule == rule_of("*", "homs", 100));
  CHECK(kept->front().by == publisher);
  CHECK(kept->front().at == at(10));
  const auto in_force = store->rollout().rollout_rules();
  REQUIRE(in_force.ok());
  CHECK(*in_force == std::vector{rule_of("*", "homs", 100), rule_of("payments", "aleppo", 0)});
  CHECK(store->rollout().configured_switches() == config.rollout);
  CHECK(apply(ClearSwitch{"*", "homs", publisher, at(30)}).ok());
  CHECK(apply(ClearSwitch{"payments", "aleppo", publisher, at(31)}).ok());
  CHECK_FALSE(is_taken("payments.pay", "homs"));
  CHECK(is_taken("payments.pay", "aleppo"));
  CHECK(apply(ClearSwitch{"payments", "aleppo", publisher, at(32)}).error().code == Errc::not_found);
}

TEST_CASE_METHOD(RolloutFixture, "a switch counts by the time of what is asked, also where the clock has gone back") {
  open();
  rollout::Rule timed = rule_of("*", "homs", 100);
  timed.from = at(100);
  timed.until = at(200);
  set(timed);
  CHECK(store->rollout().switches().value().front().rule == timed);
  for (const auto& [when, is_on] : {std::pair(99, false), std::pair(100, true), std::pair(199, true),
                                    std::pair(200, false), std::pair(99, false), std::pair(150, true)}) {
    INFO(when);
    CHECK(is_taken("payments.pay", "homs", number(), at(when)) == is_on);
  }
}

TEST_CASE_METHOD(RolloutFixture, "a share is of numbers, by what the store alone can work out, and only grows") {
  open();
  std::vector<bool> was_on(100, false);
  for (const std::uint32_t share : {0U, 20U, 60U, 100U}) {
    set(rule_of("*", "homs", share));
    std::uint32_t on = 0;
    for (std::size_t i = 0; i < was_on.size(); ++i) {
      const Msisdn who = number(i);
      const bool is_now = is_taken("payments.pay", "homs", who);
      CHECK(is_now == (rollout::place_of(store->pseudonym(who)) < share));
      CHECK((is_now || !was_on[i]));
      was_on[i] = is_now;
      on += is_now ? 1 : 0;
    }
    // By the hash and not by the number, so neighbours fare differently.
    CHECK(on >= share / 2);
    CHECK(on <= share + 25);
    CHECK(is_taken("payments.pay", "homs", std::nullopt) == (share == 100));
  }
}

TEST_CASE_METHOD(RolloutFixture, "what stands behind a switch that is off is not written") {
  open();
  set(rule_of("readings", "electricity", 0));
  std::vector<Change> changes;
  changes.emplace_back(RolloutChange(RequireSwitch{"readings.submit", "electricity", number(), at(20)}));
  changes.emplace_back(reading("REF1", "4711"));
  CHECK(change(changes).error().message == switched_off);
  // Also where it stands behind.
  std::swap(changes.front(), changes.back());
  CHECK(change(changes).error().message == switched_off);
  CHECK(store->undelivered_readings("electricity", 0, 10).value().empty());
  set(rule_of("readings", "electricity", 100));
  CHECK(change(changes).ok());
  CHECK(store->undelivered_readings("electricity", 0, 10).value().size() == 1);
}

TEST_CASE_METHOD(RolloutFixture, "the audit trail tells each change with what held before") {
  config.rollout = {rule_of("*", "homs", 0)};
  open();
  rollout::Rule timed = rule_of("*", "homs", 10);
  timed.from = at(0);
  set(timed);
  timed.share_percent = 100;
  timed.until = at(86'400);
  set(timed);
  set(rule_of("payments.pay", "*", 0));
  REQUIRE(apply(ClearSwitch{"*", "homs", publisher, at(30)}).ok());
  REQUIRE(apply(ClearSwitch{"payments.pay", "*", publisher, at(30)}).ok());
  CHECK(
      told() ==
      std::vector<std::string>{
          R"(nada rollout.set {"service":"all","company":"homs","was_share":0,"share":10,"from":"2026-09-21T14:13:20Z"})",
          R"(nada rollout.set {"service":"all","company":"homs","was_share":10,"was_from":"2026-09-21T14:13:20Z",)"
          R"("share":100,"from":"2026-09-21T14:13:20Z","until":"2026-09-22T14:13:20Z"})",
          R"(nada rollout.set {"service":"payments.pay","company":"all","share":0})",
          R"(nada rollout.cleared {"service":"all","company":"homs","was_share":100,"was_from":"2026-09-21T14:13:20Z",)"
          R"("was_until":"2026-09-22T14:13:20Z","share":0})",
          R"(nada rollout.cleared {"service":"payments.pay","company":"all","was_share":0})"});
}

TEST_CASE_METHOD(RolloutFixture, "a rule that says nothing sensible is refused, and changes nothing") {
  open();
  CHECK(apply(SetSwitch{rule_of("*", "homs", 101), publisher, at(0)}).error().code == Errc::invalid);
  CHECK(apply(SetSwitch{rule_of("Pay", "homs", 1), publisher, at(0)}).error().code == Errc::invalid);
  rollout::Rule backwards = rule_of("*", "homs", 100);
  backwards.from = at(2);
  backwards.until = at(1);
  CHECK(apply(SetSwitch{backwards, publisher, at(0)}).error().code == Errc::invalid);
  CHECK(apply(SetSwitch{rule_of("*", "homs", 0), {Actor::Kind::staff, "0933 123 456"}, at(0)}).error().code ==
        Errc::invalid);
  CHECK(store->rollout().switches().value().empty());
  CHECK(told().empty());
  store.reset();
  config.rollout = {backwards};
  CHECK(open_sqlite(config, loop.post()).error().code == Errc::invalid);
}

}  // namespace shubbak::store
