// Subscriptions to notices of bills: whose they are, how many, and that what is noted of them is noted once.
#include "store/subscription.hpp"

#include "store/privacy.hpp"
#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

using identity::LinkEvent;

const NationalId neighbour = syrian("09080706050");

Subscribe subscribing(const std::string& account, WallTime when = at(1), const std::string& company = "aleppo",
                      Msisdn msisdn = number(), const NationalId& person = syrian()) {
  return {.msisdn = msisdn,
          .person = person,
          .company = company,
          .account = account,
          .link = "mtn",
          .at = when,
          .next_at = when + std::chrono::hours(1)};
}
NoteNotice noting(const std::string& account, WallTime was, std::int64_t told, bool tells) {
  return {.msisdn = number(),
          .company = "aleppo",
          .account = account,
          .was_next_at = was,
          .next_at = was + std::chrono::days(1),
          .told = told,
          .tells = tells};
}

class SubscriptionFixture : public StoreFixture {
 public:
  SubscriptionFixture() {
    open();
    REQUIRE(change({link(number(), syrian()), link(number(2), neighbour)}).ok());
  }
  Result<Committed> does(SubscriptionChange one) {
    std::vector<Change> changes;
    changes.emplace_back(std::move(one));
    return change(std::move(changes));
  }
  Errc refused(SubscriptionChange one) {
    const auto committed = does(std::move(one));
    REQUIRE_FALSE(committed.ok());
    return committed.error().code;
  }
  // "aleppo/2100345", in order.
  std::vector<std::string> kept(Msisdn msisdn = number()) {
    std::vector<std::string> names;
    const auto found = store->subscriptions().subscriptions_of(msisdn);
    REQUIRE(found.ok());
    for (const Subscription& one : *found) names.push_back(one.company + "/" + one.account);
    return names;
  }
  std::vector<std::string> due(WallTime now, std::size_t rows_max = 100) {
    std::vector<std::string> accounts;
    const auto found = store->subscriptions().subscriptions_due("aleppo", now, rows_max);
    REQUIRE(found.ok());
    for (const Subscription& one : *found) accounts.push_back(one.account);
    return accounts;
  }
  // The text that does so.
  std::int64_t told(const std::string& account) {
    REQUIRE(does(subscribing(account, at(0))).ok());
    const auto noted = change({SubscriptionChange(noting(account, at(3'600), 100, true)), message("a bill")});
    REQUIRE(noted.ok());
    return noted->outbox_ids.front();
  }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(SubscriptionFixture, "a number's subscriptions are kept, each once, until they are cancelled") {
  REQUIRE(does(subscribing("2100777", at(5))).ok());
  REQUIRE(does(subscribing("2100345", at(6))).ok());
  REQUIRE(does(subscribing("2100345", at(7), "homs")).ok());
  REQUIRE(does(subscribing("2100777", at(8))).ok());  // once more
  REQUIRE(does(subscribing("2100345", at(9), "aleppo", number(2), neighbour)).ok());
  reopen();
  CHECK(kept() == Names{"aleppo/2100777", "aleppo/2100345", "homs/2100345"});
  const auto first = store->subscriptions().subscriptions_of(number())->front();
  CHECK(first.msisdn == number());
  CHECK(first.link == "mtn");
  CHECK(first.since == at(5));
  CHECK(first.next_at == at(5 + 3'600));
  CHECK(first.told == 0);
  CHECK(*store->subscriptions().count_subscriptions() == 4);

  REQUIRE(does(Unsubscribe{number(), syrian(), "", "7777777"}).ok());  // which it has not
  CHECK(kept().size() == 3);
  REQUIRE(does(Unsubscribe{number(), syrian(), "homs", "2100345"}).ok());
  CHECK(kept() == Names{"aleppo/2100777", "aleppo/2100345"});
  REQUIRE(does(subscribing("2100345", at(9), "homs")).ok());
  REQUIRE(does(Unsubscribe{number(), syrian(), "", "2100345"}).ok());  // whosever they are
  CHECK(kept() == Names{"aleppo/2100777"});
  REQUIRE(does(Unsubscribe{number(), syrian(), "", ""}).ok());
  CHECK(kept().empty());
  CHECK(kept(number(2)) == Names{"aleppo/2100345"});
  CHECK(*store->subscriptions().count_subscriptions() == 1);
}

TEST_CASE_METHOD(SubscriptionFixture, "nobody subscribes, or cancels, for a number that is not theirs and active") {
  REQUIRE(does(subscribing("2100345")).ok());
  CHECK(refused(subscribing("2100777", at(1), "aleppo", number(), neighbour)) == Errc::denied);
  CHECK(refused(Unsubscribe{number(), neighbour, "", ""}) == Errc::denied);
  CHECK(refused(subscribing("2100777", at(1), "aleppo", number(3))) == Errc::denied);  // no link
  REQUIRE(change({link(number(4), syrian(), LinkState::pending)}).ok());
  CHECK(refused(subscribing("2100777", at(1), "aleppo", number(4))) == Errc::denied);
  REQUIRE(change({link(number(), syrian(), LinkState::suspended)}).ok());
  CHECK(refused(subscribing("2100777")) == Errc::denied);
  CHECK(refused(Unsubscribe{number(), syrian(), "", ""}) == Errc::denied);
  CHECK(kept() == Names{"aleppo/2100345"});
}

TEST_CASE_METHOD(SubscriptionFixture, "a number has so many subscriptions, and no more") {
  for (std::size_t i = 0; i < subscriptions_per_number_max; ++i)
    REQUIRE(does(subscribing(std::to_string(2'100'000 + i))).ok());
  CHECK(refused(subscribing("2200000")) == Errc::conflict);
  CHECK(refused(subscribing("2100000", at(1), "homs")) == Errc::conflict);  // another one, at another company
  CHECK(does(subscribing("2100000")).ok());                                 // which it has
  CHECK(kept().size() == subscriptions_per_number_max);
  CHECK(does(subscribing("2200000", at(1), "aleppo", number(2), neighbour)).ok());
  REQUIRE(does(Unsubscribe{number(), syrian(), "", "2100000"}).ok());
  CHECK(does(subscribing("2200000")).ok());
}

TEST_CASE_METHOD(SubscriptionFixture, "those whose time has come are listed by company, who waits longest first") {
  REQUIRE(does(subscribing("2100003", at(30))).ok());
  REQUIRE(does(subscribing("2100001", at(10))).ok());
  REQUIRE(does(subscribing("2100002", at(20))).ok());
  REQUIRE(does(subscribing("3100912", at(1), "homs")).ok());
  CHECK(due(at(3'609)).empty());
  CHECK(due(at(3'610)) == Names{"2100001"});
  CHECK(due(at(9'000)) == Names{"2100001", "2100002", "2100003"});
  CHECK(due(at(9'000), 2) == Names{"2100001", "2100002"});
}

TEST_CASE_METHOD(SubscriptionFixture, "what a company said is noted once, with the text that tells it") {
  REQUIRE(does(subscribing("2100345", at(0))).ok());
  const auto notes = [&](std::int64_t told) {
    return change({SubscriptionChange(noting("2100345", at(3'600), told, true)), message("a bill")});
  };
  const auto in_outbox = [&] { return store->outbox_page("mtn", 0, 100)->messages.size(); };
  REQUIRE(notes(4'875'000).ok());
  CHECK(in_outbox() == 1);
  const auto after = store->subscriptions().subscriptions_of(number())->front();
  CHECK(after.told == 4'875'000);
  CHECK(after.next_at == at(3'600) + std::chrono::days(1));
  CHECK(after.since == at(0));
  CHECK(due(at(9'000)).empty());

  const auto twice = notes(9'000);
  REQUIRE_FALSE(twice.ok());
  CHECK(twice.error().code == Errc::conflict);
  REQUIRE(does(Unsubscribe{number(), syrian(), "", ""}).ok());
  CHECK(refused(noting("2100345", after.next_at, 0, false)) == Errc::conflict);  // cancelled meanwhile
  CHECK(in_outbox() == 1);
  CHECK(kept().empty());
}

TEST_CASE_METHOD(SubscriptionFixture,
                 "a number that was suspended meanwhile is told nothing, and keeps what it has") {
  REQUIRE(does(subscribing("2100345", at(0))).ok());
  REQUIRE(change({link(number(), syrian(), LinkState::suspended)}).ok());
  const auto told = change({SubscriptionChange(noting("2100345", at(3'600), 100, true)), message("a bill")});
  REQUIRE_FALSE(told.ok());
  CHECK(told.error().code == Errc::conflict);
  CHECK(store->outbox_page("mtn", 0, 100)->messages.empty());
  CHECK(due(at(3'600)) == Names{"2100345"});
  CHECK(does(noting("2100345", at(3'600), 0, false)).ok());  // that it is asked for another time
  CHECK(due(at(3'600)).empty());
}

TEST_CASE_METHOD(SubscriptionFixture,
                 "a notice that goes untold with a suspension is due again, one that was sent is not") {
  REQUIRE(change({RemoveOutboxMessage{told("2100001")}}).ok());
  told("2100002");
  REQUIRE(change({message("of something else")}).ok());
  REQUIRE(change({link(number(), syrian(), LinkState::suspended, at(5'000))}).ok());
  CHECK(store->outbox_page("mtn", 0, 100)->messages.empty());
  CHECK(due(at(5'000)) == Names{"2100002"});
  const auto all = store->subscriptions().subscriptions_of(number()).value();
  REQUIRE(all.size() == 2);
  CHECK(all[0].told == 100);
  CHECK(all[0].next_at == at(3'600) + std::chrono::days(1));
  CHECK(all[1].told == 0);
}

TEST_CASE_METHOD(SubscriptionFixture,
                 "a notice that goes from the outbox unsent has told nothing, one that was sent has") {
  const auto known = [&] {
    std::vector<std::int64_t> all;
    const auto found = store->subscriptions().subscriptions_of(number()).value();
    for (const Subscription& one : found) {
      CHECK(one.next_at == at(3'600) + std::chrono::days(1));
      all.push_back(one.told);
    }
    return all;
  };
  using Told = std::vector<std::int64_t>;
  REQUIRE(change({RemoveOutboxMessage{told("2100001")}}).ok());
  const std::int64_t refused_one = told("2100002");
  told("2100003");
  REQUIRE(change({DropExpiredOutbox{at(3'600)}}).ok());  // it may still be sent
  CHECK(known() == Told{100, 100, 100});
  REQUIRE(change({RemoveOutboxMessage{.id = refused_one, .is_untold = true}}).ok());
  CHECK(known() == Told{100, 0, 100});
  REQUIRE(change({DropExpiredOutbox{at(3'601)}}).ok());
  CHECK(known() == Told{100, 0, 0});
}

TEST_CASE_METHOD(SubscriptionFixture, "what was told since stays told, whatever comes of the notice before") {
  const std::int64_t first = told("2100001");
  const WallTime next = at(3'600) + std::chrono::days(1);
  REQUIRE(change({SubscriptionChange(noting("2100001", next, 200, true)), message("another bill")}).ok());
  REQUIRE(change({RemoveOutboxMessage{.id = first, .is_untold = true}}).ok());
  CHECK(store->subscriptions().subscriptions_of(number())->front().told == 200);
}

TEST_CASE_METHOD(SubscriptionFixture, "subscriptions go with the link under which they were asked for") {
  REQUIRE(does(subscribing("2100345")).ok());
  REQUIRE(does(subscribing("2100345", at(1), "aleppo", number(2), neighbour)).ok());
  SECTION("released") {
    REQUIRE(change(released(number(), syrian(), at(50))).ok());
  }
  SECTION("given to somebody else by the operator") {
    REQUIRE(change({link_event(number(), LinkEvent::recycle, Actor::Kind::operator_hook, at(50))}).ok());
  }
  SECTION("linked to another person") {
    ChangeLink relink{number(), neighbour, LinkEvent::make, {Actor::Kind::staff, "amal"}, at(50), "112233"};
    relink.phone_code = "493817";
    const auto done = change({counter_code("493817", number(), syrian(), at(49), neighbour), relink});
    REQUIRE(done.ok());
    REQUIRE(done->tries == std::vector{otp::TryVerdict::right});
  }
  CHECK(kept().empty());
  CHECK(kept(number(2)) == Names{"aleppo/2100345"});
}

TEST_CASE_METHOD(SubscriptionFixture,
                 "subscriptions are told of their person, and of nobody else, until they are erased") {
  REQUIRE(does(subscribing("2100345", at(7))).ok());
  REQUIRE(does(subscribing("2100777", at(8), "aleppo", number(2), neighbour)).ok());
  const auto file = store->person_file(syrian());
  REQUIRE(file.ok());
  REQUIRE(file->links.size() == 1);
  REQUIRE(file->links[0].subscriptions.size() == 1);
  CHECK(file->links[0].subscriptions[0].account == "2100345");
  CHECK(file->links[0].subscriptions[0].since == at(7));
  REQUIRE(change(released(number(), syrian(), at(50))).ok());
  CHECK(store->person_file(syrian())->links.at(0).subscriptions.empty());
  REQUIRE(change({ErasePerson{syrian(), {Actor::Kind::command_line, "root"}, at(300)}}).ok());
  CHECK(*store->subscriptions().count_subscriptions() == 1);
}

TEST_CASE_METHOD(SubscriptionFixture, "a governorate is kept as it was typed first, whoever subscribes again") {
  const auto governorate = [&] { return store->subscriptions().subscriptions_of(number())->at(0).governorate; };
  Subscribe again = subscribing("2100345");
  REQUIRE(does(again).ok());
  CHECK_FALSE(governorate());
  again.governorate = "21";
  again.next_at = at(99'999);
  REQUIRE(does(again).ok());
  CHECK(governorate() == "21");
  CHECK(due(at(99'998)) == std::vector<std::string>{"2100345"});  // when the company is asked has not changed
  again.governorate = "22";
  REQUIRE(does(again).ok());
  CHECK(governorate() == "21");
}

TEST_CASE_METHOD(SubscriptionFixture, "what is no subscription is refused before it is queued") {
  CHECK(refused(subscribing("")) == Errc::invalid);
  CHECK(refused(subscribing("2100345", at(1), "")) == Errc::invalid);
  CHECK(refused(subscribing(std::string(65, '1'))) == Errc::limit);
  CHECK(refused(subscribing("2100345", at(1), std::string(65, 'a'))) == Errc::limit);
  Subscribe of_long_link = subscribing("2100345");
  of_long_link.link = std::string(65, 'a');
  CHECK(refused(of_long_link) == Errc::limit);
  Subscribe of_no_governorate = subscribing("2100345");
  of_no_governorate.governorate = "";
  CHECK(refused(of_no_governorate) == Errc::invalid);
  of_no_governorate.governorate = std::string(65, '1');
  CHECK(refused(of_no_governorate) == Errc::limit);
  CHECK(refused(noting("2100345", at(0), -1, false)) == Errc::invalid);
  CHECK(kept().empty());
}

}  // namespace shubbak::store
