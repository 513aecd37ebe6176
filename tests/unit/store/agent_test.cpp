// Agents in the store: the phone and the service PIN of an account, and that an agent acts for a person only after
// that person's phone has told its code.
#include <SQLiteCpp/Database.h>

#include "otp_fixture.hpp"
#include "store/audit_trail.hpp"

namespace shubbak::store {
namespace {

using namespace std::chrono_literals;
using otp::TryVerdict;

const Actor agents_admin{Actor::Kind::command_line, "root"};
const Actor agent_amal{Actor::Kind::agent, "amal"};
const std::string assist = "assist|amal|of this dialogue";

TokenHash phone_session(unsigned char n) {
  TokenHash made{};
  made[0] = n;
  return made;
}

struct AgentFixture : OtpFixture {
  AgentFixture() {
    open();
    add("amal");
    add("badr");
  }
  Result<Committed> staff(StaffChange one) { return change({Change(std::move(one))}); }
  void add(const std::string& name) {
    REQUIRE(staff(AddAccount{name, "Somebody", "", "hash", {{staff::Role::clerk, {}}}, agents_admin, at(0)}).ok());
  }
  Result<Committed> phone(const std::string& name, std::optional<Msisdn> msisdn) {
    return staff(SetPhone{name, msisdn, 0, agents_admin, at(1)});
  }
  void pin(const std::string& name) {
    REQUIRE(staff(SetStaffPin{name, "hash of a PIN", 0, agents_admin, at(2)}).ok());
  }
  std::optional<PhoneAccount> of(Msisdn msisdn) { return store->staff().find_account_of(msisdn).value(); }
  TryVerdict sign_in(bool matches, unsigned char session, WallTime when) {
    const auto found = of(number());
    const std::int64_t generation = found ? found->account.generation : 0;
    return staff(SignIn{"amal", number(), generation, matches, phone_session(session), when})->tries.at(0);
  }
  bool alive(unsigned char session, WallTime when) {
    const auto one = store->staff().find_session(phone_session(session)).value();
    return one && staff::judge(one->session, one->account, when) == staff::SessionState::alive;
  }
  std::vector<audit::Record> told() {
    store->flush();
    std::vector<audit::Record> all;
    auto trail = std::move(*AuditTrail::open(config.path));
    REQUIRE(trail
                ->each({},
                       [&](const audit::Record& record) {
                         all.push_back(record);
                         return true;
                       })
                .ok());
    return all;
  }
};

TEST_CASE_METHOD(AgentFixture, "a number belongs to one open account") {
  REQUIRE(phone("amal", number()).ok());
  CHECK(of(number())->account.name == "amal");
  CHECK(of(number())->account.msisdn == number());
  CHECK_FALSE(of(number())->pin_hash.has_value());
  CHECK(phone("badr", number()).error().code == Errc::conflict);
  CHECK(of(number())->account.name == "amal");

  // A closed account keeps its number, but is found by it no more, and another may have it.
  REQUIRE(staff(SetDisabled{"amal", true, 0, agents_admin, at(3)}).ok());
  CHECK_FALSE(of(number()).has_value());
  REQUIRE(phone("badr", number()).ok());
  CHECK(of(number())->account.name == "badr");
  CHECK(staff(SetDisabled{"amal", false, 0, agents_admin, at(4)}).error().code == Errc::conflict);
  REQUIRE(phone("badr", std::nullopt).ok());
  CHECK_FALSE(of(number()).has_value());
  CHECK(staff(SetDisabled{"amal", false, 0, agents_admin, at(5)}).ok());
  CHECK(of(number())->account.name == "amal");
}

TEST_CASE_METHOD(AgentFixture, "a PIN is kept sealed and outlives a restart") {
  REQUIRE(phone("amal", number()).ok());
  pin("amal");
  reopen();
  CHECK(of(number())->pin_hash == "hash of a PIN");
  store->flush();
  const std::string octets = read_file(config.path) + read_file(config.path + "-wal");
  CHECK(octets.find("hash of a PIN") == std::string::npos);
}

TEST_CASE_METHOD(AgentFixture, "a right PIN begins a session of the phone, and ends the one before") {
  REQUIRE(phone("amal", number()).ok());
  pin("amal");
  CHECK(sign_in(true, 1, at(10)) == TryVerdict::right);
  CHECK(alive(1, at(11)));
  CHECK(sign_in(true, 2, at(20)) == TryVerdict::right);
  CHECK_FALSE(alive(1, at(21)));
  CHECK(alive(2, at(21)));
  // Whatever changes the account ends it.
  REQUIRE(phone("amal", number(7)).ok());
  CHECK_FALSE(alive(2, at(22)));
}

TEST_CASE_METHOD(AgentFixture, "who was found before the account changed is not signed in") {
  REQUIRE(phone("amal", number()).ok());
  pin("amal");
  const std::int64_t seen = of(number())->account.generation;
  REQUIRE(staff(SetDisabled{"amal", true, 0, agents_admin, at(3)}).ok());
  const auto tried = staff(SignIn{"amal", number(), seen, true, phone_session(1), at(4)});
  CHECK(tried->tries.at(0) == TryVerdict::wrong);
  CHECK_FALSE(alive(1, at(5)));
}

TEST_CASE_METHOD(AgentFixture, "wrong PINs lock an agent's phone with a growing delay, over restarts, and are told") {
  REQUIRE(phone("amal", number()).ok());
  pin("amal");
  for (int i = 0; i < 3; ++i) CHECK(sign_in(false, 1, at(10 + i)) == TryVerdict::wrong);
  CHECK(sign_in(false, 1, at(13)) == TryVerdict::wrong);  // the fourth locks, for a minute
  reopen();
  CHECK(sign_in(true, 1, at(14)) == TryVerdict::locked);
  CHECK(sign_in(true, 1, at(72)) == TryVerdict::locked);
  CHECK(sign_in(false, 1, at(74)) == TryVerdict::wrong);  // two minutes now
  CHECK(sign_in(true, 1, at(74 + 119)) == TryVerdict::locked);
  CHECK(sign_in(true, 1, at(74 + 121)) == TryVerdict::right);
  CHECK(sign_in(false, 1, at(200)) == TryVerdict::wrong);  // forgiven: it begins anew
  CHECK(sign_in(true, 1, at(201)) == TryVerdict::right);
  std::size_t locks = 0;
  for (const audit::Record& record : told()) {
    if (record.action != "pin.locked") continue;
    ++locks;
    CHECK(record.thing == "amal");
  }
  CHECK(locks == 2);
}

struct AssistFixture : AgentFixture {
  AssistFixture() { REQUIRE(change({link(number(), syrian())}).ok()); }
  // As the code came by SMS and was read out.
  void person_tells_the_code() {
    REQUIRE(send(send_code(10, sample_code, number(), assist, otp::Channel::sms)) == otp::SendVerdict::sent);
    REQUIRE(tried(try_code(20, sample_code, otp::Channel::sms, assist)) == TryVerdict::right);
  }
  Result<Committed> begin(const std::string& binding, std::int64_t when, const NationalId& person = syrian()) {
    return change({BeginAssist{number(), person, binding, agent_amal, "post_7", at(when)}});
  }
};

TEST_CASE_METHOD(AssistFixture, "an agent acts for a person once that person's phone has told the code, and once") {
  CHECK(begin(assist, 5).error().code == Errc::denied);
  person_tells_the_code();
  CHECK(begin("assist|badr|of another dialogue", 21).error().code == Errc::denied);
  CHECK(begin(assist, 22, syrian("09080706050")).error().code == Errc::denied);
  REQUIRE(begin(assist, 23).ok());
  CHECK(begin(assist, 24).error().code == Errc::denied);
  const audit::Record last = told().back();
  CHECK(last.action == "assist.begun");
  CHECK(last.by == agent_amal);
  CHECK(last.detail == R"({"office":"post_7"})");
  CHECK_FALSE(last.person.empty());
  CHECK_FALSE(last.msisdn.empty());
}

TEST_CASE_METHOD(AssistFixture, "what the person came for may send a code at once, and it counts like any other") {
  const auto pays = [&](std::int64_t when) {
    return send(send_code(when, sample_code, number(), bill, otp::Channel::sms));
  };
  person_tells_the_code();
  CHECK(pays(21) == otp::SendVerdict::too_soon);  // the agent acts for nobody yet
  REQUIRE(begin(assist, 23).ok());
  CHECK(pays(24) == otp::SendVerdict::sent);
  CHECK(send(send_code(25, sample_code, number(), assist, otp::Channel::sms)) == otp::SendVerdict::too_soon);
  for (const std::int64_t when : {60, 100, 140}) CHECK(pays(when) == otp::SendVerdict::sent);
  CHECK(pays(180) == otp::SendVerdict::number_limit);
}

TEST_CASE_METHOD(AssistFixture, "what the phone has told is good for five minutes, and for an active link only") {
  person_tells_the_code();
  CHECK(begin(assist, 20 + 301).error().code == Errc::denied);
  REQUIRE(change({ChangeLink{number(), std::nullopt, identity::LinkEvent::suspend, counter, at(400), {}}}).ok());
  CHECK(begin(assist, 401).error().code == Errc::denied);
  for (const audit::Record& record : told()) CHECK(record.action != "assist.begun");
}

TEST_CASE_METHOD(AssistFixture,
                 "a lock by what an agent typed is told of the agent, and leaves the person's USSD open") {
  REQUIRE(send(send_code(10, sample_code, number(), assist, otp::Channel::sms)) == otp::SendVerdict::sent);
  for (int i = 0; i < 3; ++i) {
    TryCode wrong = try_code(20 + i, "000000", otp::Channel::sms, assist);
    wrong.by = agent_amal;
    CHECK(tried(wrong) == TryVerdict::wrong);
  }
  REQUIRE(send(send_code(60, sample_code, number(), assist, otp::Channel::sms)) == otp::SendVerdict::sent);
  TryCode wrong = try_code(61, "000000", otp::Channel::sms, assist);
  wrong.by = agent_amal;
  CHECK(tried(wrong) == TryVerdict::wrong);
  const audit::Record last = told().back();
  CHECK(last.action == "otp.locked");
  CHECK(last.by == agent_amal);
  CHECK(send(send_code(100, sample_code, number(), bill, otp::Channel::ussd)) == otp::SendVerdict::sent);
}

}  // namespace
}  // namespace shubbak::store
