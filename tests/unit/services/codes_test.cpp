// One-time codes and service PINs on the real store: what is granted, to whom, and how often.
#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "services/pin_hash.hpp"
#include "town.hpp"

namespace shubbak::services {
namespace {

const std::string purpose = "pin.prove";
const boost::json::object nothing_bound;

boost::json::object proof(std::string_view name, std::string_view value) {
  return {{name, value}, {"purpose", purpose}, {"binds", nothing_bound}};
}
boost::json::object sending(bool or_pin = false) {
  boost::json::object args = proof("code", "123456");
  args.emplace("message", "123456 sets your PIN");
  if (or_pin) args.emplace("pin", true);
  return args;
}
std::string outcome(const Answer& answer) {
  return answer.outcome.outcome;
}
const std::string granted = flows::authorisation_text(purpose, nothing_bound);

}  // namespace

TEST_CASE("a code goes out as an SMS, opens once, and what it grants is used up once") {
  Town town;
  REQUIRE(outcome(town.ask("otp.send", sending())) == "ok");
  CHECK(town.sent == std::vector<std::string>{"123456 sets your PIN"});
  CHECK(outcome(town.ask("otp.verify", proof("code", "654321"))) == "wrong");
  CHECK(outcome(town.ask("otp.verify", proof("code", "123456"))) == "ok");
  CHECK(outcome(town.ask("otp.verify", proof("code", "123456"))) == "error");  // over
  Answer set = town.ask("pin.set", {{"pin", "39517"}}, granted);
  REQUIRE(outcome(set) == "ok");
  CHECK(town.commit(std::move(set.changes)).ok());
  Answer again = town.ask("pin.set", {{"pin", "70214"}}, granted);
  const auto refused = town.commit(std::move(again.changes));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::denied);
  // What was refused has changed nothing: the first PIN still opens.
  CHECK(outcome(town.ask("otp.verify", proof("pin", "39517"))) == "ok");
}

TEST_CASE("a service that needs a code does nothing without what it was given for, or for something else") {
  Town town;
  CHECK(outcome(town.ask("pin.set", {{"pin", "39517"}})) == "error");
  REQUIRE(outcome(town.ask("otp.send", sending())) == "ok");
  REQUIRE(outcome(town.ask("otp.verify", proof("code", "123456"))) == "ok");
  Answer other = town.ask("pin.set", {{"pin", "39517"}}, flows::authorisation_text("bill_pay.otp", {}));
  CHECK_FALSE(town.commit(std::move(other.changes)).ok());
}

TEST_CASE("the third wrong code ends it, the right one comes too late, and the failures are remembered") {
  Town town;
  REQUIRE(outcome(town.ask("otp.send", sending())) == "ok");
  for (int i = 0; i < 3; ++i) CHECK(outcome(town.ask("otp.verify", proof("code", "000000"))) == "wrong");
  CHECK(outcome(town.ask("otp.verify", proof("code", "123456"))) == "error");
}

TEST_CASE("a code for one purpose opens no other") {
  Town town;
  REQUIRE(outcome(town.ask("otp.send", sending())) == "ok");
  boost::json::object other = proof("code", "123456");
  other["purpose"] = "bill_pay.otp";
  CHECK(outcome(town.ask("otp.verify", other)) == "error");
  boost::json::object amount = proof("code", "123456");
  amount["binds"] = boost::json::object{{"due", "150000 SYP"}};
  CHECK(outcome(town.ask("otp.verify", amount)) == "error");
  CHECK(outcome(town.ask("otp.verify", proof("code", "123456"))) == "ok");
}

TEST_CASE("who has a service PIN may prove themselves with it, by USSD only") {
  Town town;
  CHECK(outcome(town.ask("otp.send", sending(true))) == "ok");  // there is none yet: a code goes out
  REQUIRE(outcome(town.ask("otp.verify", proof("code", "123456"))) == "ok");
  Answer set = town.ask("pin.set", {{"pin", "39517"}}, granted);
  REQUIRE(town.commit(std::move(set.changes)).ok());
  CHECK(outcome(town.ask("otp.send", sending(true))) == "pin");
  CHECK(town.sent.size() == 1);
  CHECK(outcome(town.ask("otp.verify", proof("pin", "11111"))) == "wrong");
  town.channel = flows::Channel::sms;
  CHECK(outcome(town.ask("otp.verify", proof("pin", "39517"))) == "error");
  town.channel = flows::Channel::ussd;
  CHECK(outcome(town.ask("otp.verify", proof("pin", "39517"))) == "ok");
}

TEST_CASE("a PIN that is changed while it is compared opens nothing, and may be typed again") {
  namespace asio = boost::asio;
  Town town;
  const Actor by{Actor::Kind::citizen, "ussd"};
  REQUIRE(town.commit({store::SetPin{*town.person, hash_pin("39517").value(), by, wall_now()}}).ok());
  store::Change meddles = store::DropPin{*town.person, {Actor::Kind::staff, "amal"}, wall_now()};
  std::string then = "wrong";
  SECTION("taken away") {}
  SECTION("for one that is the same, a moment later") {
    meddles = store::SetPin{*town.person, hash_pin("39517").value(), by, wall_now() + std::chrono::seconds(1)};
    then = "ok";
  }
  std::promise<void> may_compare;
  asio::post(town.slow_work, [&] { may_compare.get_future().wait(); });  // it has one thread
  std::vector<otp::TryVerdict> counted;
  town.world->count_try = [&](otp::TryVerdict verdict) { counted.push_back(verdict); };
  const auto meddle = [&]() -> asio::awaitable<void> {
    while (town.world->slow_work_waiting == 0) co_await asio::post(town.loop, asio::use_awaitable);
    std::vector<store::Change> changes{meddles};
    auto committing = commit(*town.kept, std::move(changes));
    const auto committed = co_await std::move(committing);
    CHECK(committed.ok());
    may_compare.set_value();
  };
  asio::co_spawn(town.loop, meddle, asio::detached);
  CHECK(outcome(town.ask("otp.verify", proof("pin", "39517"))) == "again");
  CHECK(counted.empty());
  CHECK(town.commit(town.ask("pin.set", {{"pin", "70214"}}, granted).changes).error().code == Errc::denied);
  CHECK(outcome(town.ask("otp.verify", proof("pin", "39517"))) == then);
  CHECK(counted.size() == 1);
}

TEST_CASE("PINs that are tried first are refused") {
  Town town;
  for (const char* weak : {"11111", "12345", "54321", "97531", "1234", "123456", "1234a", ""}) {
    INFO(weak);
    CHECK(outcome(town.ask("pin.set", {{"pin", weak}}, granted)) == "weak");
  }
}

TEST_CASE("without an active link there is neither code nor PIN") {
  Town town;
  town.person.reset();
  CHECK(outcome(town.ask("otp.send", sending())) == "error");
  CHECK(outcome(town.ask("otp.verify", proof("code", "123456"))) == "error");
  CHECK(town.sent.empty());
}

}  // namespace shubbak::services
