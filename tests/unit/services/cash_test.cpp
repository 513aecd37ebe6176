// Cash at a counter: real company, real store. What the company does wrong is chosen by account (samples/README.md).
#include "services/cash.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "payments/receipt.hpp"
#include "services/commit.hpp"
#include "services/payment_end.hpp"
#include "switching.hpp"
#include "town.hpp"

namespace shubbak::services {
namespace {

using namespace std::chrono_literals;
using ledger::State;

const std::string drawer = "sami.post_7";
const std::string cash_key = "press-1";
const std::string cash_account = "2100345";  // 4,875,000 in one bill
constexpr std::int64_t cash_due = 4'875'000;
const Actor sami{Actor::Kind::agent, "sami"};

struct CountingTown : Town {
  explicit CountingTown(const payments::Rules& rules = {}, payments::Limits limits = {})
      : Town(rules, std::move(limits)) {
    counter.operators = {"syriatel"};
    counter.words = [] { return words(); };
    counter.on_queued = world->on_queued;
    const auto opened = commit({store::CashChange(store::OpenDrawer{
        "sami", "rif", "post_7", Currency::SYP, 10'000'000, {Actor::Kind::staff, "admin"}, wall_now()})});
    if (!opened) FAIL(opened.error().message);
  }
  CashDesk desk() { return {*kept, counter, *directory, wall_now, patience}; }
  CashOrder order(std::int64_t amount, const std::string& account = cash_account,
                  const std::string& under = cash_key) const {
    return {.key = under,
            .drawer = drawer,
            .bill = {"aleppo", account, {amount, Currency::SYP}},
            .fee = shown_fee,
            .msisdn = msisdn,
            .again = again,
            .by = sami};
  }
  Result<store::StoredPayment, Refusal> take(CashOrder one) {
    return companies::run(loop, take_cash(desk(), std::move(one)));
  }
  store::StoredPayment taken(CashOrder one) {
    auto done = take(std::move(one));
    if (!done) FAIL(done.error().error.message);
    return *std::move(done);
  }
  Refusal refusal(CashOrder one) {
    const auto done = take(std::move(one));
    if (done) FAIL("it was not refused");
    return done.error();
  }
  Result<CashQuote, Refusal> quote(std::int64_t amount, const std::string& account = cash_account) {
    CashBill bill{"aleppo", account, {amount, Currency::SYP}};
    return companies::run(loop, quote_cash(desk(), std::move(bill)));
  }
  std::int64_t held(const ledger::AccountId& id) {
    const auto account = kept->ledger().find_ledger_account(id).value();
    return account ? ledger::held(account->account) : 0;
  }
  std::int64_t in_drawer() { return held(store::drawer_account(drawer, Currency::SYP)); }
  std::int64_t waiting() { return held(store::owed_account(drawer, Currency::SYP)); }
  std::int64_t of_company() { return held({ledger::AccountKind::company_payable, "aleppo", Currency::SYP}); }

  Counter counter;
  std::chrono::milliseconds patience = companies::patience;
  std::int64_t shown_fee = 0;
  std::optional<Msisdn> msisdn;
  bool again = false;
};

}  // namespace

TEST_CASE("cash pays a bill: the drawer has it, the company has it, and anybody verifies the receipt") {
  CountingTown town;
  CHECK(town.quote(30'000)->due.minor == cash_due);
  const store::StoredPayment paid = town.taken(town.order(30'000));
  CHECK(paid.state == State::posted);
  CHECK(town.in_drawer() == 30'000);
  CHECK(town.waiting() == 0);
  CHECK(town.of_company() == 30'000);
  CHECK(town.quote(30'000)->due.minor == cash_due - 30'000);
  CHECK(town.sent.empty());  // no number was given
  const Answer verified =
      town.ask("receipts.verify", {{"number", payments::receipt_number(paid.number)}, {"check", paid.check_code}});
  REQUIRE(verified.outcome.outcome == "ok");
  CHECK(verified.outcome.data.at("amount").as_int64() == 30'000);

  SECTION("pressed again, its answer lost: the same payment") {
    const store::StoredPayment same = town.taken(town.order(30'000));
    CHECK(same.number == paid.number);
    CHECK(town.in_drawer() == 30'000);
    CHECK(town.quote(1)->due.minor == cash_due - 30'000);
  }
  SECTION("the key lost too: the same at once is asked about") {
    const Refusal refused = town.refusal(town.order(30'000, cash_account, "press-2"));
    CHECK(refused.error.code == Errc::conflict);
    CHECK(refused.field == "again");
    town.again = true;
    CHECK(town.taken(town.order(30'000, cash_account, "press-2")).number != paid.number);
    CHECK(town.in_drawer() == 60'000);
  }
  SECTION("the same key for another payment") {
    CHECK(town.refusal(town.order(30'001)).field == "key");
    CHECK(town.refusal(town.order(30'000, "2100777")).field == "key");
    CHECK(town.in_drawer() == 30'000);
  }
}

TEST_CASE("who gives a linked number is sent the receipt, once, and another number is sent nothing") {
  CountingTown town;
  town.msisdn = Town::caller;
  SECTION("linked") {
    const auto linked = town.commit({store::ChangeLink{Town::caller, *town.person, identity::LinkEvent::import,
                                                       Actor{Actor::Kind::command_line, "test"}, wall_now()}});
    REQUIRE(linked.ok());
    const store::StoredPayment paid = town.taken(town.order(30'000));
    REQUIRE(town.sent.size() == 1);
    CHECK(town.sent[0].find(payments::receipt_number(paid.number) + " " + paid.check_code) != std::string::npos);
    CHECK(town.sent[0].find("settled") != std::string::npos);
    CHECK(town.kept->outbox_sizes().value().at(0).second == 1);
    CHECK(town.taken(town.order(30'000)).number == paid.number);
    CHECK(town.sent.size() == 1);
    // Who was there is not shown to be the person of that number: it is none of their payments.
    CHECK(town.kept->payments().payments_of(*town.person, 1'000, 10).value().empty());
    CHECK(town.taken(town.order(50, "9000028", "press-2")).state == State::voided);
    REQUIRE(town.sent.size() == 2);
    CHECK(town.sent[1].find("released") != std::string::npos);
  }
  SECTION("not linked") {
    CHECK(town.taken(town.order(30'000)).state == State::posted);
    CHECK(town.sent.empty());
    CHECK(town.kept->outbox_sizes().value().empty());
  }
  SECTION("by whose link, where there are several") {
    town.counter.operators.emplace_back("mtn");
    CHECK(town.refusal(town.order(30'000)).field == "operator");
    CHECK(town.in_drawer() == 0);
  }
}

TEST_CASE("news go by their link, in its phones' digits, for a day, once what they tell of is committed") {
  std::vector<std::string> queued;
  Counter counter;
  counter.in_digits_of = [](std::string_view link, const std::string& text) {
    return std::string(link) + ":" + text;
  };
  counter.on_queued = [&queued](std::string_view link, std::int64_t id, Msisdn, const std::string& text) {
    queued.push_back(std::string(link) + " " + std::to_string(id) + " " + text);
  };
  const WallTime now = wall_now();
  const store::OutboxMessage news = news_message(counter, "mtn", Town::caller, "300 SYP", now);
  CHECK(news.text == "mtn:300 SYP");
  CHECK(news.link == "mtn");
  CHECK(news.to == Town::caller);
  CHECK(news.expires - news.created == std::chrono::hours(24));
  store::Committed committed;
  take_up_news(counter, news, committed);  // as where the set was done before
  take_up_news(counter, std::nullopt, committed);
  CHECK(queued.empty());
  committed.outbox_ids = {7, 9};
  take_up_news(counter, news, committed);
  CHECK(queued == std::vector<std::string>{"mtn 9 mtn:300 SYP"});
  counter.on_queued = {};
  take_up_news(counter, news, committed);
}

TEST_CASE("a company's rules hold for cash: parts, whole bills, no more than is due") {
  const auto refused = [](CountingTown& town, std::int64_t amount, const std::string& account = cash_account) {
    const Refusal why = town.refusal(town.order(amount, account));
    CHECK(why.field == "amount");
    CHECK(town.in_drawer() == 0);
    return why.error.message;
  };
  SECTION("a part of so much at least") {
    CountingTown town({.least = Money{1'000, Currency::SYP}});
    CHECK(refused(town, 999).find("no part below 10 SYP") != std::string::npos);
    CHECK(refused(town, cash_due + 1).find("48,750 SYP") != std::string::npos);
    CHECK(town.taken(town.order(1'000)).state == State::posted);
  }
  SECTION("no part") {
    CountingTown town({.parts = payments::Parts::none});
    CHECK(refused(town, cash_due - 1).find("takes no part") != std::string::npos);
    CHECK(town.taken(town.order(cash_due)).state == State::posted);
  }
  SECTION("whole bills, the oldest first") {
    CountingTown town({.parts = payments::Parts::bills});
    CHECK(refused(town, cash_due - 1).find("whole bills only") != std::string::npos);
    CHECK(town.taken(town.order(cash_due)).state == State::posted);
  }
  SECTION("nothing is due") {
    CountingTown town;
    refused(town, 1, "2100777");
  }
}

TEST_CASE("the company's fee is taken in cash, as it was told, and goes back with its payment") {
  CountingTown town({.fee = {.fixed = Money{500, Currency::SYP}, .basis_points = 100}});
  const ledger::AccountId fees{ledger::AccountKind::fees, "main", Currency::SYP};
  CHECK(town.quote(30'000)->fee.minor == 800);
  for (const std::int64_t told : {0, 799, 801}) {
    town.shown_fee = told;
    const Refusal refused = town.refusal(town.order(30'000));
    CHECK(refused.field == "fee");
    CHECK(refused.error.message.find("8 SYP") != std::string::npos);
  }
  town.shown_fee = 800;
  CHECK(town.taken(town.order(30'000)).fee == 800);
  CHECK(town.in_drawer() == 30'800);
  CHECK(town.of_company() == 30'000);
  CHECK(town.held(fees) == 800);
  town.shown_fee = 530;
  const store::StoredPayment declined = town.taken(town.order(3'000, "9000028", "press-2"));
  CHECK(declined.state == State::voided);
  CHECK(town.in_drawer() == 34'330);
  CHECK(town.waiting() == 3'530);
  CHECK(town.held(fees) == 800);
}

TEST_CASE("what is no payment moves nothing, and says what is wrong") {
  CountingTown town;
  for (const std::int64_t amount : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()})
    CHECK(town.refusal(town.order(amount)).field == "amount");
  CashOrder order = town.order(100);
  order.bill.company = "nowhere";
  CHECK(town.refusal(order).field == "company");
  order = town.order(100);
  order.bill.amount.currency = Currency::EGP;
  CHECK(town.refusal(order).field == "currency");
  CHECK(town.refusal(town.order(100, "1")).error.code == Errc::not_found);
  CHECK(town.refusal(town.order(100, "2100345x")).field == "account");
  CHECK(town.refusal(town.order(100, "9000009")).error.code == Errc::unavailable);  // it does not say what is due
  order = town.order(100);
  order.drawer = "nobody.post_7";
  CHECK(town.refusal(order).error.code == Errc::not_found);
  order = town.order(100);
  order.by.name = "badr";
  CHECK(town.refusal(order).error.code == Errc::denied);
  const auto lowered = town.commit({store::LedgerChange(store::SetCeiling{
      store::drawer_account(drawer, Currency::SYP), 99, {Actor::Kind::staff, "admin"}, wall_now()})});
  REQUIRE(lowered.ok());
  CHECK(town.refusal(town.order(100)).error.message == store::over_ceiling);
  CHECK(town.in_drawer() == 0);
  CHECK(town.quote(1)->due.minor == cash_due);
}

TEST_CASE("a company that does not answer leaves the cash waiting, and the same key asks and never pays again") {
  struct Case {
    const char* account;
    State then;
  };
  const auto one = GENERATE(Case{"9000021", State::posted},   // posts, never answers
                            Case{"9000024", State::posted},   // names another reference
                            Case{"9000026", State::posted},   // status 500
                            Case{"9000022", State::reserved}  // never answers, keeps nothing: absent
  );
  INFO(one.account);
  CountingTown town;
  town.patience = 4 * companies::soon;  // what is due is told within it
  CHECK(town.taken(town.order(3'000, one.account)).state == State::reserved);
  CHECK(town.in_drawer() == 3'000);
  CHECK(town.waiting() == 3'000);
  CHECK(town.of_company() == 0);
  // Whoever has lost the key finds it among the drawer's open ones, and begins no other.
  const auto kept = *town.kept->cash().find_drawer(drawer).value();
  const auto open = town.kept->cash().cash_payments(kept.number, true, 1'000'000, 10).value();
  REQUIRE(open.size() == 1);
  CHECK(open[0].payment.key == store::cash_key_in_ledger(cash_key));
  town.again = true;
  CHECK(town.refusal(town.order(3'000, one.account, "press-2")).field == "account");
  CHECK(town.in_drawer() == 3'000);
  town.patience = companies::patience;
  CHECK(town.taken(town.order(3'000, one.account)).state == one.then);
  CHECK(town.in_drawer() == 3'000);
  CHECK(town.waiting() == (one.then == State::posted ? 0 : 3'000));
  CHECK(town.of_company() == (one.then == State::posted ? 3'000 : 0));
}

TEST_CASE("to a company that is down nothing is begun") {
  CountingTown town;
  auto nowhere =
      companies::Directory::create({companies::config_of("aleppo", "http://127.0.0.1:1", {"21"})}, town.http);
  REQUIRE(nowhere.ok());
  const CashDesk reached{*town.kept, town.counter, **nowhere, wall_now, town.patience};
  const auto done = companies::run(town.loop, take_cash(reached, town.order(3'000)));
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().error.code == Errc::unavailable);  // it does not say what is due
  CHECK(town.in_drawer() == 0);
}

TEST_CASE("two presses of one key at once: paid once, and both are told the same payment") {
  CountingTown town;
  std::optional<Result<store::StoredPayment, Refusal>> first;
  std::optional<Result<store::StoredPayment, Refusal>> second;
  for (auto* one : {&first, &second}) {
    auto taking = take_cash(town.desk(), town.order(3'000, "9000023"));  // answers late
    boost::asio::co_spawn(town.loop, companies::keep(std::move(taking), *one), boost::asio::detached);
  }
  town.loop.restart();
  town.loop.run();
  REQUIRE((first && second && first->ok() && second->ok()));
  CHECK((**first).number == (**second).number);
  CHECK(town.in_drawer() == 3'000);
  CHECK(town.of_company() == 3'000);
}

TEST_CASE(
    "a payment in cash that was held is ended by the follow-up's answer as any other, and owed when it is released") {
  CountingTown town;
  town.patience = 4 * companies::soon;  // what is due is told within it
  const store::StoredPayment held = town.taken(town.order(3'000, "9000022"));
  const Result<companies::PaymentAnswer> absent = companies::PaymentAnswer{companies::PaymentState::absent, {}, {}};
  const PaymentEnd end = end_of(held, absent, held.not_after + payments::late_margin + 1s);
  REQUIRE(end.next == payments::Next::release);
  REQUIRE(town.commit({change_of(held, end, wall_now(), true)}).ok());
  CHECK(town.in_drawer() == 3'000);
  const auto kept = *town.kept->cash().find_drawer(drawer).value();
  CHECK(town.kept->cash().cash_payments(kept.number, true, 1'000'000, 10).value().at(0).owed == 3'000);
  REQUIRE(town.commit({store::CashChange(store::GiveBackCash{
                          "back-1", drawer, held.number, {3'000, Currency::SYP}, sami, wall_now()})})
              .ok());
  CHECK(town.in_drawer() == 0);
  CHECK(town.waiting() == 0);
}

TEST_CASE("who is told that a payment in cash was released is told all that they get back, the fee too") {
  CountingTown town({.fee = {.fixed = Money{500, Currency::SYP}}});
  town.msisdn = Town::caller;
  REQUIRE(town.commit({store::ChangeLink{Town::caller, *town.person, identity::LinkEvent::import,
                                         Actor{Actor::Kind::command_line, "test"}, wall_now()}})
              .ok());
  town.shown_fee = 500;
  REQUIRE(town.taken(town.order(3'000, "9000028")).state == State::voided);
  REQUIRE(town.sent.size() == 1);
  CHECK(town.sent[0].find(" 35 SYP ") != std::string::npos);
  REQUIRE(town.taken(town.order(3'000, cash_account, "press-2")).state == State::posted);
  REQUIRE(town.sent.size() == 2);
  CHECK(town.sent[1].find(" 30 SYP ") != std::string::npos);  // the receipt: what the company has
}

TEST_CASE("a grant that is taken away while the company is asked takes no cash") {
  CountingTown town;
  const Actor console{Actor::Kind::command_line, "test"};
  const store::TokenHash session{7};
  const staff::Scope post_7{"", "rif", "post_7"};
  REQUIRE(town.commit({store::StaffChange(store::AddAccount{"sami",
                                                            "Sami",
                                                            "sami@example.org",
                                                            "hash",
                                                            {{staff::Role::clerk, {"*", "rif", "post_7"}}},
                                                            console,
                                                            wall_now()})})
              .ok());
  REQUIRE(town.commit({store::StaffChange(store::Login{"sami", "10.0.0.7", true, 1, session, wall_now()})}).ok());
  const auto pressed = [&](const std::string& under, std::int64_t amount) {
    CashOrder order = town.order(amount, cash_account, under);
    order.required = store::RequireStaff{session, staff::Permission::cash_take, wall_now(), post_7};
    return order;
  };
  REQUIRE(town.taken(pressed("before", 1'000)).state == State::posted);

  // The press is on its way to the company when the grant goes; its own commit stands behind that.
  std::optional<Result<store::StoredPayment, Refusal>> taking;
  std::optional<Result<store::Committed>> revoking;
  boost::asio::co_spawn(town.loop, companies::keep(take_cash(town.desk(), pressed("after", 2'000)), taking),
                        boost::asio::detached);
  std::vector<store::Change> without{
      store::StaffChange(store::SetGrants{"sami", {{staff::Role::overseer, {}}}, 0, console, wall_now()})};
  boost::asio::co_spawn(town.loop, companies::keep(commit(*town.kept, std::move(without)), revoking),
                        boost::asio::detached);
  town.loop.restart();
  town.loop.run();
  REQUIRE((taking && revoking && revoking->ok()));
  REQUIRE_FALSE(taking->ok());
  CHECK(taking->error().error.code == Errc::denied);
  CHECK(town.in_drawer() == 1'000);
  CHECK(town.of_company() == 1'000);
  CHECK(town.quote(1)->due.minor == cash_due - 1'000);
}

TEST_CASE("cash for a company that is not on for all numbers is not taken, and what was taken goes on") {
  CountingTown town;
  std::vector<std::string> counted;
  town.counter.count_switched_off = [&counted](std::string_view service, std::string_view company) {
    counted.push_back(std::string(service).append(" ").append(company));
  };
  const store::StoredPayment before = town.taken(town.order(1'000, cash_account, "before"));
  const std::uint64_t asked = questions_to(town);
  for (const std::uint32_t share : {0U, 50U}) {
    set_switch(town, "payments", "aleppo", share);
    const Refusal refused = town.refusal(town.order(2'000));
    CHECK(refused.error.code == Errc::conflict);
    CHECK(refused.field == "company");
    CHECK(town.quote(2'000).error().field == "company");
  }
  CHECK(questions_to(town) == asked);
  CHECK(counted == std::vector<std::string>(4, "payments.cash aleppo"));
  CHECK(town.taken(town.order(1'000, cash_account, "before")).number == before.number);
  CHECK(town.in_drawer() == 1'000);
  set_switch(town, "payments.cash", "aleppo", 100);
  CHECK(town.taken(town.order(2'000)).state == State::posted);
  CHECK(town.in_drawer() == 3'000);
}

}  // namespace shubbak::services
