// What a counter does with a code that the phone was sent, and to PINs, as it is decided inside the transaction.
#include <array>
#include <thread>

#include "store/audit_trail.hpp"
#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

using identity::LinkEvent;
using otp::TryVerdict;
using Kind = Actor::Kind;

const std::string brought = "493817";
const NationalId newcomer = syrian("09080706050");
const Actor counter_clerk{Kind::staff, "amal"};

ChangeLink relink_by_code(const std::string& code, const NationalId& to, WallTime when) {
  ChangeLink change{number(), to, LinkEvent::make, counter_clerk, when, "112233"};
  change.phone_code = code;
  return change;
}

struct CounterFixture : StoreFixture {
  CounterFixture() {
    open();
    REQUIRE(change({link(number(), syrian())}).ok());
  }
  void send_code(WallTime when, const std::optional<NationalId>& relink_to = std::nullopt) {
    const auto committed = change({counter_code(brought, number(), syrian(), when, relink_to)});
    REQUIRE(committed.ok());
    REQUIRE(committed->sends == std::vector{otp::SendVerdict::sent});
  }
  // What came of the code.
  TryVerdict tried(std::vector<Change> changes) {
    const auto committed = change(std::move(changes));
    if (!committed) FAIL(committed.error().message);
    REQUIRE(committed->tries.size() == 1);
    return committed->tries[0];
  }
  Errc refused(std::vector<Change> changes) {
    const auto committed = change(std::move(changes));
    REQUIRE_FALSE(committed.ok());
    return committed.error().code;
  }
  LinkState state() { return (*store->find_link(number()))->record.state; }
};

}  // namespace

TEST_CASE_METHOD(CounterFixture, "a number that its phone confirmed is released by the code of the phone only") {
  const auto from = GENERATE(LinkState::active, LinkState::suspended);
  const bool is_held = GENERATE(true, false);
  if (is_held) REQUIRE(change({link_event(number(), LinkEvent::hold, Kind::operator_hook)}).ok());
  if (from == LinkState::suspended) REQUIRE(change({link_event(number(), LinkEvent::suspend, Kind::staff)}).ok());
  for (const Kind kind : {Kind::staff, Kind::agent, Kind::command_line}) {
    CHECK(refused({link_event(number(), LinkEvent::release, kind)}) == Errc::denied);
  }
  CHECK(tried({release_by_code(brought, number(), at(0))}) == TryVerdict::over);  // none was sent
  send_code(at(1));
  CHECK(tried({release_by_code("000000", number(), at(2))}) == TryVerdict::wrong);
  CHECK(state() == from);
  CHECK(store->link_history(number())->back().event != LinkEvent::release);
  reopen();
  CHECK(tried({release_by_code(brought, number(), at(3))}) == TryVerdict::right);
  CHECK(state() == LinkState::released);
  CHECK(store->link_history(number())->back().by == counter_clerk);
  // The same request again, and a code again: there is nothing left to release, and nothing is counted.
  CHECK(refused({release_by_code(brought, number(), at(4))}) == Errc::not_found);
  CHECK(refused({link(number(), newcomer, LinkState::active, at(5))}) == Errc::conflict);  // in quarantine
}

TEST_CASE_METHOD(CounterFixture, "a code is over after its time, after three wrong ones, and once another was sent") {
  send_code(at(0));
  SECTION("time") {
    CHECK(tried({release_by_code(brought, number(), at(180))}) == TryVerdict::over);
  }
  SECTION("tries") {
    for (int i = 0; i < 3; ++i) CHECK(tried({release_by_code("000000", number(), at(1))}) == TryVerdict::wrong);
    reopen();
    CHECK(tried({release_by_code(brought, number(), at(2))}) == TryVerdict::over);
  }
  SECTION("another") {
    REQUIRE(change({counter_code("777777", number(), syrian(), at(30))}).ok());
    CHECK(tried({release_by_code(brought, number(), at(31))}) == TryVerdict::wrong);
    CHECK(tried({release_by_code("777777", number(), at(31))}) == TryVerdict::right);
    return;
  }
  CHECK(state() == LinkState::active);
}

TEST_CASE_METHOD(CounterFixture, "a code for one thing is none for another: release, relink, whom to, a flow's") {
  const auto wanted = GENERATE(0, 1, 2);
  send_code(at(0), wanted == 0 ? std::nullopt : std::optional(wanted == 1 ? newcomer : syrian("01020304051")));
  const std::array<ChangeLink, 2> acts{release_by_code(brought, number(), at(1)),
                                       relink_by_code(brought, newcomer, at(1))};
  for (std::size_t i = 0; i < acts.size(); ++i) {
    if (static_cast<int>(i) != wanted) CHECK(tried({acts[i]}) == TryVerdict::over);
  }
  CHECK(tried({TryCode{number(), syrian(), "pay", brought, otp::Channel::ussd, at(1)}}) == TryVerdict::over);
  CHECK(state() == LinkState::active);
  if (wanted < 2) CHECK(tried({acts[static_cast<std::size_t>(wanted)]}) == TryVerdict::right);
}

TEST_CASE_METHOD(CounterFixture, "what a set does behind a code is done only where it is right") {
  send_code(at(0), newcomer);
  const auto question = message("who are you?");
  const auto wrong = change({relink_by_code("000000", newcomer, at(1)), question});
  REQUIRE(wrong.ok());
  CHECK(wrong->outbox_ids.empty());
  CHECK(store->outbox_page("mtn", 0, 10)->messages.size() == 1);  // the code
  const auto right = change({relink_by_code(brought, newcomer, at(2)), question});
  REQUIRE(right.ok());
  CHECK(right->tries == std::vector{TryVerdict::right});
  const auto waiting = store->outbox_page("mtn", 0, 10)->messages;
  REQUIRE(waiting.size() == 1);  // what was for the one before is gone
  CHECK(waiting[0].text == "who are you?");
}

TEST_CASE_METHOD(CounterFixture,
                 "a relinked number is another person's once the phone confirms, with nothing of before") {
  REQUIRE(change({SetLocale{number(), "en"}, SaveWalk{SavedWalk{number(), WalkChannel::sms, "r1", "4711", at(100)}},
                  TryPin{syrian(), number(), "pay", true, at(0)}})
              .ok());
  send_code(at(0), newcomer);
  CHECK(tried({relink_by_code(brought, newcomer, at(1))}) == TryVerdict::right);
  const auto found = store->find_link(number())->value();
  CHECK(found.national_id == newcomer);
  CHECK(found.record.state == LinkState::pending);
  CHECK(person(number()).locale.empty());
  CHECK_FALSE(person(number()).has_sms_walk);
  CHECK(refused({ConsumeGrant{number(), "pay", at(2)}}) == Errc::denied);
  // What was under way for the one before comes late.
  REQUIRE(change({SaveWalk{SavedWalk{number(), WalkChannel::ussd, "r1", "4711", at(100)}},
                  TryPin{syrian(), number(), "pay", true, at(2)}})
              .ok());
  REQUIRE(change({link_event(number(), LinkEvent::confirm, Kind::citizen, at(3), "112233")}).ok());
  CHECK(person(number()).link->national_id == newcomer);
  CHECK_FALSE(store->find_walk(number(), WalkChannel::ussd, at(3)).value().has_value());
  CHECK(refused({ConsumeGrant{number(), "pay", at(3)}}) == Errc::denied);
  std::vector<LinkEvent> events;
  const auto history = store->link_history(number()).value();
  for (const LinkHistoryEntry& entry : history) events.push_back(entry.event);
  CHECK(events == std::vector{LinkEvent::import, LinkEvent::release, LinkEvent::make, LinkEvent::confirm});
  // The same request again.
  CHECK(refused({relink_by_code(brought, newcomer, at(4))}) == Errc::conflict);
}

TEST_CASE_METHOD(CounterFixture, "no number is relinked that is suspended, held or nobody's, or to the same person") {
  send_code(at(0), newcomer);
  SECTION("suspended") {
    REQUIRE(change({link_event(number(), LinkEvent::suspend, Kind::citizen)}).ok());
  }
  SECTION("held") {
    REQUIRE(change({link_event(number(), LinkEvent::hold, Kind::operator_hook)}).ok());
  }
  SECTION("nobody's") {
    REQUIRE(change({link_event(number(), LinkEvent::recycle, Kind::operator_hook)}).ok());
  }
  SECTION("the same person") {
    CHECK(refused({relink_by_code(brought, syrian(), at(1))}) == Errc::conflict);
    return;
  }
  const auto before = store->link_history(number())->size();
  CHECK(refused({relink_by_code(brought, newcomer, at(1))}) == Errc::conflict);
  CHECK(store->link_history(number())->size() == before);
}

TEST_CASE_METHOD(CounterFixture,
                 "a relink whose question is one message too many changes nothing, and can be had later") {
  for (int i = 0; i < 4; ++i) send_code(at(i * 30));
  send_code(at(120), newcomer);
  CHECK(refused({relink_by_code(brought, newcomer, at(121))}) == Errc::limit);
  CHECK(state() == LinkState::active);
  CHECK((*store->find_link(number()))->national_id == syrian());
  CHECK(store->link_history(number())->size() == 1);
  send_code(at(3600), newcomer);
  CHECK(tried({relink_by_code(brought, newcomer, at(3601))}) == TryVerdict::right);
}

TEST_CASE_METHOD(CounterFixture,
                 "of two counters that bring one code at once one releases, and the other one is told") {
  constexpr int clerks = 2;
  send_code(at(0));
  std::array<int, clerks> right{};
  std::array<int, clerks> late{};
  const auto act = [&](std::size_t i) {
    Loop own_loop;
    auto own = open_sqlite(config, own_loop.post());
    if (!own.ok()) return;
    std::optional<Result<Committed>> outcome;
    (*own)->change({release_by_code(brought, number(), at(1))},
                   [&outcome](Result<Committed> result) { outcome = std::move(result); });
    own_loop.run_until([&outcome] { return outcome.has_value(); });
    right[i] = outcome->ok() ? 1 : 0;
    late[i] = !outcome->ok() && outcome->error().code == Errc::not_found ? 1 : 0;
  };
  std::thread one([&] { act(0); });
  std::thread two([&] { act(1); });
  one.join();
  two.join();
  CHECK(right[0] + right[1] == 1);
  CHECK(late[0] + late[1] == 1);
  CHECK(state() == LinkState::released);
}

TEST_CASE_METHOD(CounterFixture, "wrong codes at a counter lock SMS and not USSD, and are told as the clerk's") {
  for (int i = 0; i < 4; ++i) {
    if (i % 3 == 0) send_code(at(i * 30));
    CHECK(tried({release_by_code("000000", number(), at(i * 30 + 1))}) == TryVerdict::wrong);
  }
  CHECK(tried({release_by_code(brought, number(), at(100))}) == TryVerdict::locked);
  const auto asked_again = change({counter_code(brought, number(), syrian(), at(130))});
  CHECK(asked_again->sends == std::vector{otp::SendVerdict::locked});
  CHECK(tried({TryPin{syrian(), number(), "pay", true, at(100)}}) == TryVerdict::right);
  const auto locks = read_file(config.path + "-wal") + read_file(config.path);
  CHECK(locks.find("otp.locked") != std::string::npos);
  CHECK(locks.find(brought) == std::string::npos);
}

TEST_CASE_METHOD(CounterFixture,
                 "what is told of a code is told if that goes out, and what cannot be told is not sent") {
  const auto told = [&](const std::string& office) {
    SendCode sent = counter_code(brought, number(), syrian(), at(1));
    sent.told.push_back({.at = at(1),
                         .by = counter_clerk,
                         .action = audit::Action::link_code_sent,
                         .person = syrian(),
                         .number = number(),
                         .detail = audit::Detail().add(audit::Key::office, office)});
    return std::vector<Change>{sent};
  };
  const auto records = [&] {
    std::vector<std::string> details;
    const auto trail = AuditTrail::open(config.path).value();
    const auto keep = [&](const audit::Record& record) {
      details.push_back(record.detail);
      return true;
    };
    REQUIRE(trail->each({.action = "link.code_sent"}, keep).ok());
    return details;
  };
  CHECK(refused(told("\"quoted\"")) == Errc::invalid);
  CHECK(store->outbox_page("mtn", 0, 10)->messages.empty());
  CHECK(change(told("post_7"))->sends == std::vector{otp::SendVerdict::sent});
  CHECK(change(told("post_7"))->sends == std::vector{otp::SendVerdict::stands});
  CHECK(records() == std::vector<std::string>{R"({"office":"post_7"})"});
  CHECK(store->outbox_page("mtn", 0, 10)->messages.size() == 1);
}

TEST_CASE_METHOD(CounterFixture, "a PIN that a counter takes away takes along what it had authorised on any number") {
  REQUIRE(
      change({link(number(2), syrian()), link(number(3), newcomer), SetPin{syrian(), "hash", counter_clerk, at(0)}})
          .ok());
  REQUIRE(change({TryPin{syrian(), number(), "pay", true, at(1), at(0)},
                  TryPin{syrian(), number(2), "pay", true, at(1), at(0)},
                  TryPin{newcomer, number(3), "pay", true, at(1)}})
              .ok());
  const auto reset = [&](WallTime when) {
    return std::vector<Change>{RequireLink{number(), syrian()}, DropPin{syrian(), counter_clerk, when},
                               message("told")};
  };
  REQUIRE(change(reset(at(2))).ok());
  CHECK_FALSE(store->service_pin(syrian()).value().has_value());
  CHECK(refused({ConsumeGrant{number(), "pay", at(3)}}) == Errc::denied);
  CHECK(refused({ConsumeGrant{number(2), "pay", at(3)}}) == Errc::denied);
  CHECK(change({ConsumeGrant{number(3), "pay", at(3)}}).ok());
  // The same request again: the person is told once.
  CHECK(refused(reset(at(4))) == Errc::not_found);
  CHECK(store->outbox_page("mtn", 0, 10)->messages.size() == 1);
}

TEST_CASE_METHOD(CounterFixture,
                 "a number that was suspended or released meanwhile is not told of its person's PIN and tries") {
  REQUIRE(change({link(number(2), syrian()), link(number(3), syrian()), link(number(4), newcomer),
                  SetPin{syrian(), "hash", counter_clerk, at(0)}})
              .ok());
  REQUIRE(tried({TryPin{syrian(), number(), "pay", false, at(1), at(0)}}) == TryVerdict::wrong);
  // As they were found by who asks; then this happens.
  std::vector<OutboxMessage> notices;
  for (const Msisdn to : {number(), number(2), number(3), number(4)}) notices.push_back(message("told", to).message);
  REQUIRE(change({link_event(number(2), LinkEvent::suspend, Kind::staff)}).ok());
  REQUIRE(change(released(number(3), syrian(), at(2))).ok());
  const auto check_told = [&](const Result<Committed>& committed, std::size_t texts) {
    REQUIRE(committed.ok());
    REQUIRE(committed->outbox_ids.size() == 4);
    CHECK(committed->outbox_ids[0] != not_queued);
    for (std::size_t i = 1; i < 4; ++i) CHECK(committed->outbox_ids[i] == not_queued);
    CHECK(store->outbox_page("mtn", 0, 10)->messages.size() == texts);
  };
  const RequireLink required{number(), syrian()};
  check_told(change({required, ClearTries{syrian(), counter_clerk, at(3), "post_7", notices}}), 1);
  check_told(change({required, DropPin{syrian(), counter_clerk, at(4), "post_7", notices}}), 2);
}

TEST_CASE_METHOD(CounterFixture, "who had failed nothing is not told that it was forgotten") {
  REQUIRE(change({link(number(2), syrian())}).ok());
  const auto clear = [&](WallTime when) {
    return change({RequireLink{number(), syrian()},
                   ClearTries{syrian(),
                              counter_clerk,
                              when,
                              "post_7",
                              {message("told", number()).message, message("told", number(2)).message}}});
  };
  CHECK(clear(at(1))->outbox_ids.empty());
  CHECK(tried({TryPin{syrian(), number(), "pay", false, at(2)}}) == TryVerdict::wrong);
  CHECK(clear(at(3))->outbox_ids.size() == 2);
  CHECK(clear(at(4))->outbox_ids.empty());
  CHECK(store->outbox_page("mtn", 0, 10)->messages.size() == 2);
  ClearTries long_notice{syrian(), counter_clerk, at(5), {}, {message("told", number()).message}};
  long_notice.notices.front().text.assign(ValueLimits::text_octets_max + 1, 'x');
  CHECK(refused({long_notice}) == Errc::limit);
}

TEST_CASE_METHOD(CounterFixture,
                 "what needs a person's active number does nothing where it is not theirs or in doubt") {
  REQUIRE(change({SetPin{syrian(), "hash", counter_clerk, at(0)}}).ok());
  Errc expected = Errc::conflict;
  SECTION("another person's") {
    REQUIRE(change({SetPin{newcomer, "hash", counter_clerk, at(0)}}).ok());
  }
  SECTION("pending") {
    REQUIRE(change(released(number(), syrian(), at(1))).ok());
    REQUIRE(change({link(number(), syrian(), LinkState::pending, at(2))}).ok());
  }
  SECTION("suspended") {
    REQUIRE(change({link_event(number(), LinkEvent::suspend, Kind::staff)}).ok());
  }
  SECTION("held") {
    REQUIRE(change({link_event(number(), LinkEvent::hold, Kind::operator_hook)}).ok());
  }
  SECTION("released") {
    REQUIRE(change(released(number(), syrian(), at(1))).ok());
    expected = Errc::not_found;
  }
  const bool is_others = store->service_pin(newcomer).value().has_value();
  const NationalId whose = is_others ? newcomer : syrian();
  CHECK(refused({RequireLink{number(), whose}, DropPin{whose, counter_clerk, at(3)}, message("told")}) == expected);
  CHECK(store->service_pin(whose).value().has_value());
  CHECK(store->outbox_page("mtn", 0, 10)->messages.empty());
}

}  // namespace shubbak::store
