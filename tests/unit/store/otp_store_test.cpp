// One-time codes, grants and PINs in the store: what is kept, what is told, and what goes with what.
#include <set>

#include <SQLiteCpp/Database.h>

#include "otp_fixture.hpp"

namespace shubbak::store {
namespace {

using otp::Channel;
using otp::SendVerdict;
using otp::TryVerdict;

TEST_CASE_METHOD(OtpFixture, "a code goes out once with its verdict, and a refused send writes no message") {
  open();
  const auto sent = change({message("before"), send_code(0), message("behind")});
  REQUIRE(sent.ok());
  CHECK(sent->sends == std::vector{SendVerdict::sent});
  CHECK(sent->outbox_ids.size() == 3);
  const auto refused =
      change({message("before"), send_code(1, sample_code, number(), other_bill), message("behind")});
  REQUIRE(refused.ok());
  CHECK(refused->sends == std::vector{SendVerdict::too_soon});
  CHECK(refused->outbox_ids.size() == 2);
  const auto waiting = store->outbox_page("mtn", 0, 10).value().messages;
  REQUIRE(waiting.size() == 5);
  CHECK(waiting[1].id == sent->outbox_ids[1]);
  CHECK(waiting[1].text == "code " + sample_code);
  CHECK(waiting[1].to == number());
  CHECK(waiting[1].expires == at(180));
}

TEST_CASE_METHOD(OtpFixture, "the right code grants what it was for, once, for five minutes, over a restart") {
  open();
  REQUIRE(send(send_code(0)) == SendVerdict::sent);
  reopen();
  CHECK(tried(try_code(1, sample_code, Channel::ussd, other_bill)) == TryVerdict::over);
  CHECK(tried(try_code(1)) == TryVerdict::right);
  CHECK(tried(try_code(1)) == TryVerdict::over);
  reopen();
  CHECK(change({consume(2, other_bill)}).error().code == Errc::denied);
  CHECK(change({consume(0)}).error().code == Errc::denied);  // the clock stepped back
  SECTION("until its time is over") {
    CHECK(change({consume(301)}).error().code == Errc::denied);
  }
  SECTION("until it is consumed") {
    CHECK(change({consume(300)}).ok());
    CHECK(change({consume(300)}).error().code == Errc::denied);
  }
}

TEST_CASE_METHOD(OtpFixture, "neither a code nor its grant outlives that the SIM may have changed hands") {
  open();
  REQUIRE(change({link(number(), syrian()), send_code(0), try_code(1), send_code(30)}).ok());
  SECTION("a suspended or held number has none of before") {
    const auto event = GENERATE(identity::LinkEvent::hold, identity::LinkEvent::suspend);
    REQUIRE(change({link_event(number(), event, Actor::Kind::operator_hook, at(31))}).ok());
    CHECK(change({consume(32)}).error().code == Errc::denied);
    CHECK(tried(try_code(32)) == TryVerdict::over);
  }
  SECTION("what is granted while payments are held authorises nothing until the hold is lifted") {
    REQUIRE(change({link_event(number(), identity::LinkEvent::hold, Actor::Kind::operator_hook, at(31)),
                    send_code(60), try_code(61)})
                .ok());
    CHECK(change({consume(62)}).error().code == Errc::denied);
    REQUIRE(change({link_event(number(), identity::LinkEvent::clear_hold, Actor::Kind::staff, at(63)),
                    link_event(number(), identity::LinkEvent::confirm, Actor::Kind::citizen, at(64))})
                .ok());
    CHECK(change({consume(65)}).ok());
  }
}

TEST_CASE_METHOD(OtpFixture, "asked again too soon, the code that is on its way stands, for the same thing only") {
  open();
  REQUIRE(send(send_code(0)) == SendVerdict::sent);
  CHECK(send(send_code(29, "222222")) == SendVerdict::stands);
  CHECK(send(send_code(29, "222222", number(), other_bill)) == SendVerdict::too_soon);
  CHECK(tried(try_code(29, "222222")) == TryVerdict::wrong);
  CHECK(tried(try_code(29)) == TryVerdict::right);
  CHECK(send(send_code(29)) == SendVerdict::too_soon);  // it is used
  CHECK(store->outbox_page("mtn", 0, 10)->messages.size() == 1);
}

TEST_CASE_METHOD(OtpFixture,
                 "the walk that waits for a code is in the store with it, and not where none is on its way") {
  open();
  const auto with_walk = [](SendCode send) {
    send.walk = SavedWalk{number(), WalkChannel::ussd, "r1", "waits", at(600)};
    return send;
  };
  CHECK(person(number()).has_ussd_walk == false);
  REQUIRE(send(with_walk(send_code(0))) == SendVerdict::sent);
  CHECK(person(number()).has_ussd_walk);
  CHECK(store->find_walk(number(), WalkChannel::ussd, at(1)).value()->session == "waits");
  REQUIRE(change({DropWalk{number(), WalkChannel::ussd}}).ok());
  REQUIRE(send(with_walk(send_code(1, sample_code, number(), other_bill))) == SendVerdict::too_soon);
  CHECK_FALSE(person(number()).has_ussd_walk);
  REQUIRE(send(with_walk(send_code(1))) == SendVerdict::stands);
  CHECK(person(number()).has_ussd_walk);
}

TEST_CASE_METHOD(OtpFixture,
                 "what a refused grant was to authorise is not done, and a refused set consumes nothing") {
  open();
  REQUIRE(change({send_code(0), try_code(1)}).ok());
  REQUIRE(change({reading("R0", "A-0")}).ok());
  CHECK_FALSE(change({consume(2), reading("R1", "A-0")}).ok());  // one per period
  CHECK(change({consume(2), reading("R2", "A-2")}).ok());
  CHECK(change({reading("R3", "A-3"), message("thanks"), consume(2)}).error().code == Errc::denied);
  std::set<std::string> references;
  const auto readings = store->undelivered_readings("electricity", 0, 10).value();
  for (const Reading& one : readings) references.insert(one.reference);
  CHECK(references == std::set<std::string>{"R0", "R2"});
  CHECK(store->outbox_page("mtn", 0, 10).value().messages.size() == 1);
}

TEST_CASE_METHOD(OtpFixture, "failures count for the person over restart, resend, channel and number") {
  open();
  REQUIRE(send(send_code(0)) == SendVerdict::sent);
  REQUIRE(tried(try_code(1, "000000")) == TryVerdict::wrong);
  REQUIRE(tried(try_pin(1, false)) == TryVerdict::wrong);
  reopen();
  REQUIRE(send(send_code(30)) == SendVerdict::sent);
  REQUIRE(send(send_code(30, sample_code, number(7))) == SendVerdict::sent);
  TryCode from_other_number = try_code(31, "000000");
  from_other_number.msisdn = number(7);
  REQUIRE(tried(from_other_number) == TryVerdict::wrong);
  REQUIRE(tried(try_code(31, "000000", Channel::sms)) == TryVerdict::wrong);
  CHECK(tried(try_code(31, sample_code, Channel::sms)) == TryVerdict::locked);
  REQUIRE(tried(try_pin(31, false)) == TryVerdict::wrong);
  reopen();
  CHECK(tried(try_code(32)) == TryVerdict::locked);
  CHECK(send(send_code(90)) == SendVerdict::locked);
  CHECK(change({consume(32)}).error().code == Errc::denied);
  REQUIRE(change({ClearTries{syrian(), counter, at(32)}}).ok());
  CHECK(tried(try_code(32)) == TryVerdict::right);
}

TEST_CASE_METHOD(OtpFixture, "the right PIN grants as a code does") {
  open();
  REQUIRE(tried(try_pin(0, false)) == TryVerdict::wrong);
  CHECK(change({consume(0)}).error().code == Errc::denied);
  REQUIRE(tried(try_pin(0, true)) == TryVerdict::right);
  CHECK(change({consume(0)}).ok());
}

TEST_CASE_METHOD(OtpFixture, "sends are limited by number, prefix and deployment, over a restart") {
  config.otp.sends_per_number_hour = 2;
  config.otp.sends_per_prefix_hour = 3;
  config.otp.sends_per_deployment_hour = 4;
  open();
  REQUIRE(send(send_code(0)) == SendVerdict::sent);
  REQUIRE(send(send_code(30)) == SendVerdict::sent);
  reopen();
  CHECK(send(send_code(60)) == SendVerdict::number_limit);
  REQUIRE(send(send_code(60, sample_code, number(123'457))) == SendVerdict::sent);
  CHECK(send(send_code(60, sample_code, number(129'999))) == SendVerdict::prefix_limit);
  REQUIRE(send(send_code(60, sample_code, number(130'000))) == SendVerdict::sent);
  CHECK(send(send_code(60, sample_code, number(140'000))) == SendVerdict::deployment_limit);
  CHECK(send(send_code(3'600, sample_code, number(140'000))) == SendVerdict::sent);
}

TEST_CASE_METHOD(OtpFixture,
                 "the next owner of a number meets neither code nor grant of the last, and the counts stay") {
  open();
  REQUIRE(change({link(number(), syrian()), send_code(0), try_code(1), send_code(30)}).ok());
  SECTION("released") {
    REQUIRE(change(released(number(), syrian(), at(60))).ok());
    CHECK(change({consume(61)}).error().code == Errc::denied);
    CHECK(tried(try_code(61)) == TryVerdict::over);
    CHECK(send(send_code(61)) == SendVerdict::too_soon);
  }
  SECTION("released while another code was under way") {
    const NationalId next_owner = syrian("09080706050");
    REQUIRE(change(released(number(), syrian(), at(60))).ok());
    REQUIRE(change({send_code(90), try_code(91)}).ok());
    REQUIRE(change({link_event(number(), identity::LinkEvent::recycle, Actor::Kind::operator_hook, at(92)),
                    send_code(120), link(number(), next_owner, LinkState::active, at(122))})
                .ok());
    CHECK(change({consume(123)}).error().code == Errc::denied);
    CHECK(tried(TryCode{number(), next_owner, bill, sample_code, Channel::ussd, at(123)}) == TryVerdict::over);
  }
}

TEST_CASE_METHOD(OtpFixture, "a code is over for another person on the same number") {
  open();
  REQUIRE(send(send_code(0)) == SendVerdict::sent);
  CHECK(tried(TryCode{number(), syrian("09080706050"), bill, sample_code, Channel::ussd, at(1)}) == TryVerdict::over);
}

TEST_CASE_METHOD(OtpFixture, "what is over leaves the database when told the time, and nothing that still counts") {
  open();
  REQUIRE(change({send_code(0), try_code(1), try_code(1, "0"), send_code(30), try_pin(1, false)}).ok());
  const auto left = [this](std::int64_t when) {
    REQUIRE(change({DropExpiredCodes{at(when)}}).ok());
    SQLite::Database database(config.path);
    std::vector<int> counts;
    for (const char* table : {"otp_challenge", "otp_grant", "otp_window", "otp_sends", "otp_tries"}) {
      counts.push_back(database.execAndGet(std::string("SELECT count(*) FROM ") + table).getInt());
    }
    return counts;
  };
  CHECK(left(209) == std::vector{1, 1, 2, 1, 1});
  CHECK(left(210) == std::vector{0, 1, 2, 1, 1});
  CHECK(left(301) == std::vector{0, 0, 2, 1, 1});
  CHECK(left(3'600) == std::vector{0, 0, 0, 1, 1});
  CHECK(left(25 * 3'600 - 1) == std::vector{0, 0, 0, 1, 1});
  CHECK(left(25 * 3'600) == std::vector{0, 0, 0, 0, 1});
}

TEST_CASE_METHOD(OtpFixture, "neither code nor what it is for stands in the database or its log") {
  open();
  const std::string pin_hash = "$argon2id$v=19$m=65536,t=2,p=1$salt$hash";
  REQUIRE(change({link(number(), syrian()), send_code(0), try_code(1, "777333"),
                  SetPin{syrian(), pin_hash, citizen, at(0)}})
              .ok());
  REQUIRE(change({try_code(1), send_code(30)}).ok());
  const std::string log = read_file(config.path + "-wal");
  CHECK(log.size() > 4'096);
  store.reset();
  const std::string database = read_file(config.path);
  CHECK(database.find("otp_challenge") != std::string::npos);
  for (const std::string& bytes : {log, database}) {
    for (const std::string& secret : {sample_code, std::string("777333"), bill, std::string("4711"), pin_hash,
                                      std::string("argon2id"), syrian().reveal()}) {
      CHECK(bytes.find(secret) == std::string::npos);
    }
  }
}

TEST_CASE_METHOD(OtpFixture, "a PIN's hash is found by the person, replaced, dropped, and does not open elsewhere") {
  open();
  const NationalId other = syrian("09080706050");
  CHECK_FALSE(store->service_pin(syrian()).value().has_value());
  REQUIRE(change({SetPin{syrian(), "first", citizen, at(0)}, SetPin{other, "other", citizen, at(0)}}).ok());
  REQUIRE(change({SetPin{syrian(), "second", citizen, at(1)}}).ok());
  reopen();
  CHECK(store->service_pin(syrian()).value()->hash == "second");
  CHECK(store->service_pin(other).value()->hash == "other");
  REQUIRE(change({DropPin{syrian(), counter, at(1)}}).ok());
  CHECK_FALSE(store->service_pin(syrian()).value().has_value());
  REQUIRE(change({SetPin{syrian(), "third", citizen, at(2)}}).ok());
  {
    SQLite::Database database(config.path, SQLite::OPEN_READWRITE, 5'000);
    database.exec(
        "UPDATE service_pin SET hash_sealed = (SELECT hash_sealed FROM service_pin ORDER BY since LIMIT 1)");
  }
  const auto moved = store->service_pin(syrian());
  REQUIRE_FALSE(moved.ok());
  CHECK(moved.error().code == Errc::io);
}

TEST_CASE_METHOD(OtpFixture,
                 "a PIN that was changed since it was compared grants nothing, and nothing of it is counted") {
  open();
  REQUIRE(change({SetPin{syrian(), "first", citizen, at(0)}}).ok());
  TryPin compared = try_pin(5, true);
  compared.since = store->service_pin(syrian()).value()->since;
  CHECK(compared.since == at(0));
  SECTION("for another one") {
    REQUIRE(change({SetPin{syrian(), "second", citizen, at(1)}}).ok());
  }
  SECTION("taken away") {
    REQUIRE(change({DropPin{syrian(), counter, at(1)}}).ok());
  }
  SECTION("there was none yet") {
    compared.since.reset();
  }
  for (const bool matches : {true, false}) {
    compared.matches = matches;
    CHECK(change({compared}).error().code == Errc::conflict);
    CHECK(change({SetLocale{number(), "en"}, compared}).error().code == Errc::conflict);
  }
  CHECK(change({consume(6)}).error().code == Errc::denied);
  CHECK(person(number()).locale.empty());
  // Repeated, it is judged by the PIN that there is, with as many tries as before.
  const auto now = store->service_pin(syrian()).value();
  compared.since = now ? std::optional(now->since) : std::nullopt;
  for (int i = 0; i < 4; ++i) CHECK(tried(compared) == TryVerdict::wrong);
  CHECK(tried(compared) == TryVerdict::locked);
}

TEST_CASE_METHOD(OtpFixture, "what is too long is refused with its whole set") {
  open();
  const std::string long_binding(ValueLimits::binding_octets_max + 1, 'x');
  const std::string long_code(ValueLimits::code_octets_max + 1, '1');
  CHECK(change({send_code(0, sample_code, number(), long_binding)}).error().code == Errc::limit);
  CHECK(change({send_code(0, long_code)}).error().code == Errc::limit);
  SendCode long_message = send_code(0);
  long_message.message.text.assign(ValueLimits::text_octets_max + 1, 'x');
  CHECK(change({long_message}).error().code == Errc::limit);
  CHECK(change({try_code(0, long_code)}).error().code == Errc::limit);
  CHECK(change({try_code(0, sample_code, Channel::ussd, long_binding)}).error().code == Errc::limit);
  CHECK(change({TryPin{syrian(), number(), long_binding, true, at(0)}}).error().code == Errc::limit);
  CHECK(change({consume(0, long_binding)}).error().code == Errc::limit);
  CHECK(change({SetPin{syrian(), std::string(ValueLimits::pin_hash_octets_max + 1, 'x'), citizen, at(0)}})
            .error()
            .code == Errc::limit);
  CHECK(send(send_code(0, std::string(ValueLimits::code_octets_max, '1'), number(),
                       std::string(ValueLimits::binding_octets_max, 'x'))) == SendVerdict::sent);
}

TEST_CASE_METHOD(OtpFixture, "a policy that is not allowed does not open the store") {
  config.otp.code_lives = std::chrono::seconds(601);
  const auto refused = open_sqlite(config, loop.post());
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::invalid);
  CHECK_THAT(refused.error().message, Catch::Contains("code_lives"));
}

}  // namespace
}  // namespace shubbak::store
