// Agents by USSD: only the phone of an account finds the menu, its PIN opens it, and what is done for a person is
// done as that person, tells only their phone, and ends with the dialogue.
#include "services/pin_hash.hpp"
#include "store/audit_trail.hpp"
#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

using Role = staff::Role;

const std::string agent_code = "*123*77#";
const std::string agent_pin = "39517";
const std::string served_number = "963944000001";  // linked to who owes 125,000 at damascus
const std::string served_typed = "0944000001";
const std::string debtor = "01234567890";
const Actor test_admin{Actor::Kind::command_line, "test"};

// The subscriber's phone is that of an account with this role.
std::vector<store::Change> account_of(Role role) {
  const std::string hash = services::hash_pin(agent_pin).value();
  std::vector<store::Change> changes;
  const auto add = [&](store::StaffChange one) { changes.emplace_back(std::move(one)); };
  add(store::AddAccount{
      "amal", "Amal Haddad", "", "no password", {{role, {"*", "*", "post_7"}}}, test_admin, wall_now()});
  add(store::SetPhone{"amal", *Msisdn::parse(subscriber), 0, test_admin, wall_now()});
  add(store::SetStaffPin{"amal", hash, 0, test_admin, wall_now()});
  changes.push_back(english(subscriber));
  return changes;
}
store::Change account_closed() {
  return store::StaffChange(store::SetDisabled{"amal", true, 0, test_admin, wall_now()});
}

struct AgentTown : Town {
  explicit AgentTown(Role role = Role::clerk, const std::vector<store::Change>& more = {}) {
    auto changes = account_of(role);
    changes.push_back(link_of(served_number, debtor));
    changes.insert(changes.end(), more.begin(), more.end());
    write(std::move(changes));
    start();
  }
  std::string shown(const std::string& keys) {
    press(keys);
    return next_screen().text;
  }
  void sign_in() {
    dial(agent_code);
    REQUIRE(contains(next_screen().text, "PIN of your account"));
    REQUIRE(contains(shown(agent_pin), "Serve a person here"));
  }
  // As far as the screen that asks for the code; the code.
  std::string ask_for(const std::string& number) {
    sign_in();
    shown("2");
    REQUIRE(contains(shown(number), "code on the person's phone"));
    wait_for_replies(1);
    CHECK(replies_to.back() == served_number);
    CHECK(contains(replies.back(), "amal"));
    CHECK(contains(replies.back(), "post_7"));
    return replies.back().substr(replies.back().size() - 6);
  }
  void serve() {
    const std::string code = ask_for(served_typed);
    REQUIRE(contains(shown(code), "One window"));
  }
  [[nodiscard]] std::int64_t number_in(const std::string& sql) const {
    return SQLite::Database(database(), SQLite::OPEN_READONLY, 5000).execAndGet(sql).getInt64();
  }
  std::vector<audit::Record> told() {
    std::vector<audit::Record> all;
    auto trail = std::move(*store::AuditTrail::open(database()));
    const auto keep = [&](const audit::Record& record) {
      all.push_back(record);
      return true;
    };
    REQUIRE(trail->each({}, keep).ok());
    return all;
  }
  std::size_t count_told(const std::string& action) {
    return static_cast<std::size_t>(
        std::ranges::count(told(), action, [](const audit::Record& record) { return record.action; }));
  }
};

TEST_CASE("whoever is no agent is answered as to a code that there is not") {
  const auto role = GENERATE(Role::designer, Role::overseer, Role::cashier);
  AgentTown town(role);
  town.dial(agent_code);
  const Screen hidden = town.next_screen();
  town.hang_up();
  town.dial("*123*78#", 2);
  const Screen unknown = town.next_screen();
  CHECK(hidden.text == unknown.text);
  CHECK(hidden.last == unknown.last);
}

TEST_CASE("a closed account's phone finds no menu") {
  AgentTown town(Role::clerk, {account_closed()});
  town.dial(agent_code);
  CHECK_FALSE(contains(town.next_screen().text, "PIN of your account"));
}

TEST_CASE("the PIN opens the menu, and wrong ones lock it") {
  AgentTown town;
  town.dial(agent_code);
  town.next_screen();
  for (int i = 0; i < 4; ++i) CHECK(contains(town.shown("11223"), "not the PIN"));
  const std::string locked = town.shown(agent_pin);
  CHECK(contains(locked, "Too many wrong tries"));
  CHECK(town.count_told("pin.locked") == 1);
}

TEST_CASE("an agent sees what the person would, and messages go to the person only") {
  AgentTown town;
  town.serve();
  CHECK(contains(town.shown("1"), "4521"));
  CHECK(contains(town.shown("1"), "125,000"));
  town.press("1");
  CHECK(town.next_screen().last);
  town.wait_for_replies(2);
  CHECK(contains(town.replies.back(), "4521007"));
  CHECK(town.replies_to == std::vector<std::string>{served_number, served_number});
  for (const Screen& screen : town.screens) CHECK(screen.to == subscriber);
  const auto all = town.told();
  const auto begun = std::ranges::find(all, "assist.begun", &audit::Record::action);
  REQUIRE(begun != all.end());
  CHECK(begun->by == Actor{Actor::Kind::agent, "amal"});
  CHECK(begun->detail == R"({"office":"post_7"})");
  CHECK(all.back().action == "assist.acted");
  CHECK(all.back().by == Actor{Actor::Kind::agent, "amal"});
  CHECK(all.back().person == begun->person);
  CHECK(all.back().msisdn == begun->msisdn);
}

TEST_CASE("a reading that an agent sends is the person's, and the trail says who sent it") {
  AgentTown town;
  town.serve();
  town.shown("3");
  town.shown("1");
  CHECK(contains(town.shown("18300"), "18300"));
  town.press("1");
  CHECK(town.next_screen().last);
  town.wait_for_replies(2);
  CHECK(town.replies_to.back() == served_number);
  CHECK(town.number_in("SELECT msisdn FROM reading") == 963'944'000'001);
  CHECK(town.number_in("SELECT source FROM reading") == 1);  // staff, not the citizen
  CHECK(town.told().back().detail == R"({"service":"readings.submit","office":"post_7"})");
}

TEST_CASE("what an agent does for somebody ends with the dialogue, for the agent and for the person") {
  AgentTown town;
  town.serve();
  town.shown("3");
  REQUIRE(contains(town.shown("1"), "18250"));  // its own person could take this up again
  town.hang_up();
  town.dial("*123#", 2);
  CHECK(contains(town.next_screen().text, "One window"));
  town.hang_up(2);
  town.dial("*123*1#", 3);
  CHECK(contains(town.next_screen().text, "not linked"));
  const auto walk = town.open_store()->find_walk(*Msisdn::parse(served_number), store::WalkChannel::ussd, wall_now());
  CHECK_FALSE(walk->has_value());
}

TEST_CASE("the person's code is for this dialogue: a new one needs a new code") {
  AgentTown town;
  const std::string code = town.ask_for(served_typed);
  town.dial(agent_code, 2);
  REQUIRE(contains(town.next_screen().text, "PIN of your account"));
  town.press(agent_pin, 2);
  town.next_screen();
  town.press("2", 2);
  town.next_screen();
  town.press(served_typed, 2);  // too soon for another code
  CHECK_FALSE(contains(town.next_screen().text, "code on the person's phone"));
  CHECK(town.count_told("assist.begun") == 0);
}

TEST_CASE("whoever is suspended meanwhile is served no more") {
  AgentTown town;
  town.serve();
  town.write_beside({link_event(served_number, identity::LinkEvent::suspend, Actor::Kind::staff)});
  town.press("1");
  const Screen lost = town.next_screen();
  CHECK(lost.last);
  CHECK_FALSE(contains(lost.text, "4521"));
}

TEST_CASE("an agent whose account is closed meanwhile commits nothing") {
  AgentTown town;
  town.serve();
  town.shown("3");
  town.shown("1");
  CHECK(contains(town.shown("18300"), "18300"));
  town.write({account_closed()});
  town.press("1");
  town.next_screen();
  CHECK(town.number_in("SELECT count(*) FROM reading") == 0);
  CHECK(town.count_told("assist.acted") == 0);
}

TEST_CASE("a text that an agent may have sent no more is not sent, and that is no failure of the store") {
  AgentTown town;
  town.serve();
  town.shown("1");
  REQUIRE(contains(town.shown("1"), "125,000"));
  town.write({account_closed()});
  town.press("1");  // the details by SMS, without a service
  CHECK(town.next_screen().last);
  CHECK(town.replies.size() == 1);
  CHECK(town.number_in("SELECT count(*) FROM outbox") == 0);
  CHECK(town.count_told("assist.acted") == 0);
  CHECK(contains(town.metric("shubbak_store_failures_total"), " 0"));
}

TEST_CASE("a PIN that is dialled opens nothing: it would stay in the phone's list of calls") {
  AgentTown town;
  town.dial("*123*77*" + agent_pin + "*1#");
  CHECK(contains(town.next_screen().text, "PIN of your account"));
  CHECK(contains(town.shown(agent_pin), "Serve a person here"));
}

TEST_CASE("an agent links nobody to the phone in their own hand") {
  AgentTown town;
  town.sign_in();
  town.shown("1");
  town.shown("0" + subscriber.substr(3));
  town.shown("09080706050");
  town.press("1");
  CHECK(town.next_screen().last);
  CHECK_FALSE(town.open_store()->find_link(*Msisdn::parse(subscriber)).value().has_value());
}

TEST_CASE("an agent links a number, and only its own phone makes the link active") {
  AgentTown town;
  town.sign_in();
  town.shown("1");
  town.shown("0944000002");
  CHECK(contains(town.shown("09080706050"), "0944000002"));
  town.press("1");
  CHECK(town.next_screen().last);
  town.wait_for_replies(1);
  CHECK(town.replies_to.back() == "963944000002");
  const auto link = town.open_store()->find_link(*Msisdn::parse("963944000002")).value();
  REQUIRE(link.has_value());
  CHECK(link->record.state == store::LinkState::pending);
  const auto made = town.told().back();
  CHECK(made.action == "link.made");
  CHECK(made.by == Actor{Actor::Kind::agent, "amal"});
  CHECK(made.detail == R"({"office":"post_7"})");
}

TEST_CASE("an agent of several offices, whom nobody can ask, links at the first of them") {
  const staff::Grant post_7{Role::clerk, {"*", "*", "post_7"}};
  const staff::Grant post_3{Role::clerk, {"*", "*", "post_3"}};
  AgentTown town(Role::clerk,
                 {store::StaffChange(store::SetGrants{"amal", {post_7, post_3}, 0, test_admin, wall_now()})});
  town.sign_in();
  town.shown("1");
  town.shown("0944000002");
  town.shown("09080706050");
  town.press("1");
  CHECK(town.next_screen().last);
  town.wait_for_replies(1);
  CHECK(town.told().back().action == "link.made");
  CHECK(town.told().back().detail == R"({"office":"post_3"})");
}

}  // namespace
}  // namespace shubbak::daemon::testing
