// Links as they are kept: what identity decides, inside the writer's transaction.
#include <atomic>
#include <thread>

#include <SQLiteCpp/Database.h>

#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

using identity::LinkEvent;
using Kind = Actor::Kind;

const NationalId other = syrian("09080706050");
constexpr std::int64_t day = 24 * 3600;

Errc code_of(const Result<Committed>& result) {
  REQUIRE_FALSE(result.ok());
  return result.error().code;
}

}  // namespace

TEST_CASE_METHOD(StoreFixture, "a link that a counter makes is pending until its phone confirms") {
  open();
  REQUIRE(
      change({ChangeLink{number(), syrian(), LinkEvent::make, {Kind::staff, "Homs post office"}, at(1), "123456"}})
          .ok());
  REQUIRE(person(number()).link.has_value());
  CHECK(person(number()).link->state == LinkState::pending);
  CHECK(person(number()).link->since == at(1));
  REQUIRE(change({link_event(number(), LinkEvent::confirm, Kind::citizen, at(2))}).ok());
  reopen();
  CHECK(person(number()).link->state == LinkState::active);
  CHECK(person(number()).link->since == at(2));
  const auto found = store->find_link(number());
  REQUIRE(found.ok());
  REQUIRE(found->has_value());
  CHECK((*found)->national_id == syrian());
  CHECK((*found)->record.made == at(1));
  CHECK((*found)->asked_by.kind == Kind::staff);
  CHECK((*found)->asked_by.name == "Homs post office");
}

TEST_CASE_METHOD(StoreFixture, "what identity refuses is refused and changes nothing") {
  open();
  REQUIRE(change({link(number(), syrian(), LinkState::pending)}).ok());
  CHECK(code_of(change({link_event(number(), LinkEvent::confirm, Kind::staff)})) == Errc::denied);
  CHECK(code_of(change({link(number(), other)})) == Errc::conflict);
  CHECK(code_of(change({link(number(2), syrian(), LinkState::released)})) == Errc::not_found);
  CHECK(code_of(change({ChangeLink{number(2), std::nullopt, LinkEvent::make, {Kind::staff, "x"}, at(0), {}}})) ==
        Errc::invalid);
  CHECK(code_of(change({ChangeLink{
            number(2), other, LinkEvent::make, {Kind::staff, std::string(65, 'x')}, at(0), {}}})) == Errc::limit);
  CHECK(person(number()).link->state == LinkState::pending);
  CHECK(store->link_history(number())->size() == 1);
  CHECK_FALSE(person(number(2)).link.has_value());
}

TEST_CASE_METHOD(StoreFixture, "a number that is linked is refused to another person, and after that in quarantine") {
  open();
  for (const LinkState state : {LinkState::pending, LinkState::active, LinkState::suspended}) {
    REQUIRE(change({link(number(), syrian(), state)}).ok());
    CHECK(code_of(change({link(number(), other)})) == Errc::conflict);
    CHECK(person(number()).link->national_id == syrian());
  }
  REQUIRE(change(released(number(), syrian(), at(0))).ok());
  CHECK_FALSE(person(number()).link.has_value());
  CHECK(code_of(change({link(number(), other, LinkState::active, at(90 * day - 1))})) == Errc::conflict);
  REQUIRE(change({link(number(), other, LinkState::active, at(90 * day))}).ok());
  CHECK(person(number()).link->national_id == other);
}

TEST_CASE_METHOD(StoreFixture,
                 "a person links a released number again at once, and a recycled one is free for others") {
  open();
  REQUIRE(change({link(number(), syrian())}).ok());
  REQUIRE(change(released(number(), syrian(), at(0))).ok());
  REQUIRE(change({link(number(), syrian())}).ok());
  REQUIRE(change({link_event(number(), LinkEvent::recycle, Kind::operator_hook)}).ok());
  CHECK_FALSE(person(number()).link.has_value());
  REQUIRE(change({link(number(), other)}).ok());
  CHECK(person(number()).link->national_id == other);
}

TEST_CASE_METHOD(StoreFixture, "whoever gets a number finds nothing of the one who had it") {
  open();
  const bool by_counter = GENERATE(true, false);
  const SaveWalk ussd{SavedWalk{number(), WalkChannel::ussd, "r1", "account 4711", at(100)}};
  const SaveWalk sms{SavedWalk{number(), WalkChannel::sms, "r1", "account 4711", at(100)}};
  REQUIRE(change({link(number(), syrian()), SetLocale{number(), "en"}, ussd, sms, message("you owe 1,250"),
                  message("another's", number(9))})
              .ok());
  REQUIRE(change(by_counter ? released(number(), syrian(), at(0))
                            : std::vector<Change>{link_event(number(), LinkEvent::recycle, Kind::command_line)})
              .ok());
  const auto waiting = store->outbox_page("mtn", 0, 10);
  REQUIRE(waiting.ok());
  REQUIRE(waiting->messages.size() == 1);
  CHECK(waiting->messages[0].to == number(9));
  const Person nobody = person(number());
  CHECK(nobody.locale.empty());
  CHECK_FALSE(nobody.has_ussd_walk);
  CHECK_FALSE(nobody.has_sms_walk);
  CHECK_FALSE(store->find_walk(number(), WalkChannel::ussd, at(0)).value().has_value());
  CHECK_FALSE(store->find_walk(number(), WalkChannel::sms, at(0)).value().has_value());
}

TEST_CASE_METHOD(StoreFixture, "of two counters that link one number at once exactly one wins") {
  open();
  constexpr int rounds = 40;
  std::array<std::atomic<int>, rounds> won{};
  std::atomic<int> conflicts = 0;
  const auto clerk = [&](const NationalId& person) {
    Loop own_loop;
    auto own = open_sqlite(config, own_loop.post());
    if (!own.ok()) return;
    for (int i = 0; i < rounds; ++i) {
      const auto index = static_cast<std::size_t>(i);
      std::optional<Result<Committed>> outcome;
      (*own)->change({ChangeLink{number(index), person, LinkEvent::make, {Kind::staff, "office"}, at(i), {}}},
                     [&outcome](Result<Committed> result) { outcome = std::move(result); });
      own_loop.run_until([&outcome] { return outcome.has_value(); });
      if (outcome->ok()) ++won[index];
      if (!outcome->ok() && outcome->error().code == Errc::conflict) ++conflicts;
    }
  };
  std::thread one([&] { clerk(syrian()); });
  std::thread two([&] { clerk(other); });
  one.join();
  two.join();
  for (const auto& wins : won) CHECK(wins == 1);
  CHECK(conflicts == rounds);
  for (int i = 0; i < rounds; ++i) {
    CHECK(store->link_history(number(static_cast<std::uint64_t>(i)))->size() == 1);
  }
}

TEST_CASE_METHOD(StoreFixture, "all numbers of a person are found by the national number") {
  open();
  REQUIRE(change({link(number(1), syrian()), link(number(2), other), link(number(3), syrian())}).ok());
  REQUIRE(change({link(number(3), syrian(), LinkState::suspended)}).ok());
  const auto links = store->links_of(syrian());
  REQUIRE(links.ok());
  REQUIRE(links->size() == 2);
  CHECK((*links)[0].msisdn == number(1));
  CHECK((*links)[1].msisdn == number(3));
  CHECK((*links)[1].record.state == LinkState::suspended);
  CHECK(store->links_of(*NationalId::parse(Country::iraq, "010203040501")).value().empty());
}

TEST_CASE_METHOD(StoreFixture, "a money hold is told with the person, and lifted by a counter and the phone") {
  open();
  REQUIRE(change({link(number(), syrian())}).ok());
  CHECK(person(number()).link->hold == MoneyHold::none);
  REQUIRE(change({link_event(number(), LinkEvent::hold, Kind::operator_hook, at(1))}).ok());
  CHECK(person(number()).link->hold == MoneyHold::held);
  CHECK(person(number()).link->since == at(0));  // the link itself goes on
  CHECK(code_of(change({link_event(number(), LinkEvent::confirm, Kind::citizen, at(2))})) == Errc::conflict);
  REQUIRE(change({link_event(number(), LinkEvent::clear_hold, Kind::staff, at(3))}).ok());
  CHECK(person(number()).link->hold == MoneyHold::asked);
  REQUIRE(change({link_event(number(), LinkEvent::confirm, Kind::citizen, at(4))}).ok());
  CHECK(person(number()).link->hold == MoneyHold::none);
}

TEST_CASE_METHOD(StoreFixture, "the code of the SMS confirms once, for three days, and for three tries") {
  open();
  const auto ask = [&](WallTime when) {
    return ChangeLink{number(), syrian(), LinkEvent::make, {Kind::staff, "office"}, when, "123456"};
  };
  const auto confirm = [&](const std::string& code, WallTime when) {
    return change({link_event(number(), LinkEvent::confirm, Kind::citizen, when, code)});
  };
  const auto check = [&](const std::string& code, WallTime when) {
    return store->check_link_code(number(), code, when).value();
  };
  REQUIRE(change({ask(at(0))}).ok());
  CHECK(check("123456", at(1)) == LinkCodeCheck::right);
  CHECK(check("123457", at(1)) == LinkCodeCheck::wrong);
  CHECK(check("123456", at(3 * day)) == LinkCodeCheck::over);
  CHECK(code_of(confirm("123457", at(1))) == Errc::conflict);
  CHECK(code_of(confirm("123456", at(3 * day))) == Errc::conflict);
  SECTION("the right one") {
    REQUIRE(confirm("123456", at(1)).ok());
    CHECK(person(number()).link->state == LinkState::active);
    CHECK(check("123456", at(1)) == LinkCodeCheck::over);
  }
  SECTION("no tries left, also for the right one that was on its way already") {
    for (int i = 0; i < 3; ++i) REQUIRE(change({CountLinkTry{number()}}).ok());
    CHECK(code_of(change({CountLinkTry{number()}})) == Errc::conflict);
    reopen();
    CHECK(check("123456", at(1)) == LinkCodeCheck::over);
    CHECK(code_of(confirm("123456", at(1))) == Errc::conflict);
    CHECK(person(number()).link->state == LinkState::pending);
    // The operator asserts the sender of a USSD dialogue: that way stays open.
    REQUIRE(confirm("", at(1)).ok());
  }
  SECTION("asked once more, the earlier code is worth nothing") {
    ChangeLink again = ask(at(5));
    again.code = "654321";
    REQUIRE(change({CountLinkTry{number()}, again}).ok());
    CHECK(check("123456", at(6)) == LinkCodeCheck::wrong);
    REQUIRE(confirm("654321", at(6)).ok());
  }
  SECTION("no counter can be made to send without end") {
    for (int i = 1; i < 5; ++i) REQUIRE(change({ask(at(i))}).ok());
    CHECK(code_of(change({ask(at(5))})) == Errc::limit);
    CHECK(check("123456", at(6)) == LinkCodeCheck::right);
    CHECK(change({ask(at(3600))}).ok());
  }
  SECTION("the code is nowhere in the file") {
    store->flush();
    const std::string file = read_file(config.path) + read_file(config.path + "-wal");
    CHECK(file.find("123456") == std::string::npos);
  }
}

TEST_CASE_METHOD(StoreFixture, "another IMSI than before sets a money hold, the first one does not") {
  open();
  const auto seen = [&](const std::string& imsi) { return NoteImsi{number(), imsi, at(1)}; };
  REQUIRE(change({seen("417010000000001")}).ok());  // of nobody
  REQUIRE(change({link(number(), syrian())}).ok());
  CHECK(person(number()).link->imsi_mark == 0);
  REQUIRE(change({seen("417010000000001"), seen("417010000000001")}).ok());
  CHECK(person(number()).link->hold == MoneyHold::none);
  CHECK(person(number()).link->imsi_mark == store->imsi_mark("417010000000001"));
  REQUIRE(change({seen("417010000000002")}).ok());
  CHECK(person(number()).link->hold == MoneyHold::held);
  CHECK(person(number()).link->imsi_mark == store->imsi_mark("417010000000002"));
  CHECK(store->link_history(number())->back().event == LinkEvent::hold);
  CHECK(store->link_history(number())->back().by.kind == Kind::system);
  store->flush();
  const std::string file = read_file(config.path) + read_file(config.path + "-wal");
  CHECK(file.find("41701000000000") == std::string::npos);
}

TEST_CASE_METHOD(StoreFixture, "once a counter has cleared a hold, the next SIM is the one that is known") {
  open();
  const auto told = GENERATE(true, false);  // of the other SIM by the operator, before it is seen
  REQUIRE(change({link(number(), syrian()), NoteImsi{number(), "417010000000001", at(1)}}).ok());
  REQUIRE(change({told ? Change(link_event(number(), LinkEvent::hold, Kind::operator_hook, at(2)))
                       : Change(NoteImsi{number(), "417010000000002", at(2)})})
              .ok());
  REQUIRE(change({link_event(number(), LinkEvent::clear_hold, Kind::staff, at(3))}).ok());
  REQUIRE(change({NoteImsi{number(), "417010000000002", at(4)}}).ok());
  CHECK(person(number()).link->hold == MoneyHold::asked);
  REQUIRE(change({link_event(number(), LinkEvent::confirm, Kind::citizen, at(5))}).ok());
  CHECK(person(number()).link->hold == MoneyHold::none);
  REQUIRE(change({NoteImsi{number(), "417010000000003", at(6)}}).ok());
  CHECK(person(number()).link->hold == MoneyHold::held);
}

TEST_CASE_METHOD(StoreFixture, "an answer to another question than the one that stands is a conflict") {
  open();
  REQUIRE(change({link(number(), syrian(), LinkState::pending)}).ok());
  const std::int64_t first = (*store->find_link(number()))->id;
  REQUIRE(change({link(number(), syrian(), LinkState::released), link(number(), other, LinkState::pending)}).ok());
  ChangeLink answer = link_event(number(), GENERATE(LinkEvent::confirm, LinkEvent::refuse), Kind::citizen, at(1));
  answer.question = LinkQuestion{first, false};
  CHECK(code_of(change({answer})) == Errc::conflict);
  const std::int64_t second = (*store->find_link(number()))->id;
  answer.question = LinkQuestion{second, true};  // the lifting of a hold was not asked either
  CHECK(code_of(change({answer})) == Errc::conflict);
  CHECK(person(number()).link->state == LinkState::pending);
  answer.question = LinkQuestion{second, false};
  CHECK(change({answer}).ok());
}

TEST_CASE_METHOD(StoreFixture, "a suspended number's messages are not sent") {
  open();
  REQUIRE(change({link(number(), syrian()), message("you owe 1,250")}).ok());
  REQUIRE(change({link_event(number(), LinkEvent::suspend, Kind::staff)}).ok());
  CHECK(store->outbox_page("mtn", 0, 10)->messages.empty());
}

TEST_CASE_METHOD(StoreFixture, "questions that no phone answered are over when told the time") {
  open();
  REQUIRE(change({link(number(1), syrian(), LinkState::pending, at(0)),
                  link(number(2), syrian(), LinkState::pending, at(1)), link(number(3), syrian())})
              .ok());
  REQUIRE(change({link_event(number(3), LinkEvent::hold, Kind::operator_hook),
                  link_event(number(3), LinkEvent::clear_hold, Kind::staff, at(0))})
              .ok());
  REQUIRE(person(number(1)).link.has_value());  // and cached
  const auto expired = change({ExpireLinks{at(7 * day)}});
  REQUIRE(expired.ok());
  CHECK(expired->expired_links == std::vector{number(1), number(3)});
  CHECK_FALSE(person(number(1)).link.has_value());
  CHECK(person(number(2)).link->state == LinkState::pending);
  CHECK(person(number(3)).link->hold == MoneyHold::held);
  CHECK(store->link_history(number(1))->back().event == LinkEvent::expire);
}

TEST_CASE_METHOD(StoreFixture, "a question that is over gives way to another person, and is written down as over") {
  open();
  REQUIRE(change({link(number(), syrian(), LinkState::pending, at(0))}).ok());
  CHECK(code_of(change({link(number(), other, LinkState::pending, at(7 * day - 1))})) == Errc::conflict);
  REQUIRE(change({link(number(), other, LinkState::pending, at(7 * day))}).ok());
  CHECK(person(number()).link->national_id == other);
  const auto history = store->link_history(number()).value();
  REQUIRE(history.size() == 3);
  CHECK(history[1].event == LinkEvent::expire);
  CHECK(history[1].national_id == syrian());
  CHECK(history[2].event == LinkEvent::make);
  CHECK(history[2].national_id == other);
}

TEST_CASE_METHOD(StoreFixture, "how long questions and quarantines last is the deployment's affair") {
  config.link_rules = {.question_lives = std::chrono::hours(1), .quarantine = std::chrono::hours(2)};
  open();
  REQUIRE(change({link(number(), syrian(), LinkState::pending, at(0))}).ok());
  CHECK(change({ExpireLinks{at(3600)}})->expired_links.size() == 1);
  REQUIRE(change({link(number(), syrian())}).ok());
  REQUIRE(change(released(number(), syrian(), at(4000))).ok());
  CHECK(code_of(change({link(number(), other, LinkState::active, at(4000 + 7199))})) == Errc::conflict);
  CHECK(change({link(number(), other, LinkState::active, at(4000 + 7200))}).ok());
}

}  // namespace shubbak::store
