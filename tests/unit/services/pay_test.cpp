// payments.pay, receipts.verify and wallet.*: real company, real store. What the company does wrong is chosen by
// account (samples/README.md).
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "payments/receipt.hpp"
#include "services/payment_end.hpp"
#include "services/reading_rules.hpp"
#include "services/service_functions.hpp"
#include "tests/unit/services/paying_town.hpp"

namespace shubbak::services {
namespace {

using namespace std::chrono_literals;
using ledger::State;

const std::string key = PayingTown::payment_key;
const std::string due_account = "2100345";

}  // namespace

TEST_CASE("a bill is paid from the card: one debit, one receipt, and the company has it") {
  PayingTown town;
  const std::int64_t before = town.amount_due(due_account);
  REQUIRE(town.paid(due_account, 30'000, town.grant()) == "ok");
  CHECK(town.on_card() == 70'000);
  CHECK(town.owed_to_company() == 30'000);
  CHECK(town.amount_due(due_account) == before - 30'000);
  const auto payment = town.kept->payments().find_payment(key).value();
  CHECK(town.told.at("receipt").as_string() == payments::receipt_number(payment->number));
  CHECK(town.told.at("check").as_string() == payment->check_code);

  SECTION("pressed twice, or taken up again: the first answer, and nothing else happens") {
    const boost::json::object first = town.told;
    CHECK(town.paid(due_account, 30'000, flows::authorisation_text("pay", {})) == "ok");
    CHECK(town.told == first);
    CHECK(town.on_card() == 70'000);
    CHECK(town.amount_due(due_account) == before - 30'000);
  }
  SECTION("the same key for another payment pays nothing, and nobody is told that nothing was taken") {
    const std::string used = flows::authorisation_text("pay", {});
    for (const std::int64_t amount : {30'001, 29'999, 0, -1}) {
      INFO(amount);
      CHECK(town.paid(due_account, amount, used) == "unknown");
    }
    CHECK(town.paid("2100346", 30'000, used) == "unknown");
    CHECK(town.paid("", 30'000, used) == "unknown");
    for (const std::int64_t shown : {1, -1}) {
      town.shown_fee = shown;
      CHECK(town.paid(due_account, 30'000, used) == "unknown");
    }
    CHECK(town.told.empty());
    CHECK(town.on_card() == 70'000);
    CHECK(town.amount_due(due_account) == before - 30'000);
  }
  SECTION("the authorisation is used up") {
    CHECK(town.paid(due_account, 30'000, flows::authorisation_text("pay", {}), "another") == "declined");
    CHECK(town.on_card() == 70'000);
  }
  SECTION("anybody who has the receipt verifies it, and learns what it shows") {
    const auto verify = [&](const std::string& number, const std::string& check) {
      return town.ask("receipts.verify", {{"number", number}, {"check", check}});
    };
    const std::string number(town.told.at("receipt").as_string());
    const std::string check(town.told.at("check").as_string());
    const Answer verified = verify(number, check);
    REQUIRE(verified.outcome.outcome == "ok");
    CHECK(verified.outcome.data.at("account").as_string() == "*0345");
    CHECK(verified.outcome.data.at("amount").as_int64() == 30'000);
    CHECK(verified.outcome.data.at("company_label").as_string() == "aleppo");
    CHECK(verified.outcome.data.at("date").as_string() == local_date(payment->at, {}));
    CHECK(verify(number, check == "0000000" ? "0000001" : "0000000").outcome.outcome == "not_found");
    CHECK(verify("00047118", check).outcome.outcome == "not_found");
    CHECK(verify("4711", check).outcome.outcome == "not_found");
    CHECK(verify(number, "").outcome.outcome == "not_found");
  }
  SECTION("who tells too many wrong ones is told nothing more that day") {
    const std::string number(town.told.at("receipt").as_string());
    const std::string check(town.told.at("check").as_string());
    const auto verify = [&](const std::string& with) {
      return town.ask("receipts.verify", {{"number", number}, {"check", with}}).outcome.outcome;
    };
    for (std::uint32_t i = 0; i < InquiryPolicy{}.wrong_receipts_per_number; ++i) {
      CHECK(verify(check) == "ok");  // the right ones cost nothing
      CHECK(verify("000000") == "not_found");
    }
    CHECK(verify("000000") == "limited");
    CHECK(verify(check) == "limited");
  }
}

TEST_CASE("nothing moves without the authorisation, with too little money, or for what is no payment") {
  PayingTown town;
  const std::int64_t before = town.amount_due(due_account);
  CHECK(town.paid(due_account, 30'000, "") == "declined");
  CHECK(town.paid(due_account, 30'000, flows::authorisation_text("pay", {})) == "declined");  // no code was given
  const std::string granted = town.grant();
  CHECK(town.paid(due_account, 100'001, granted) == "insufficient");
  using Minor = std::numeric_limits<std::int64_t>;
  for (const std::int64_t amount : {std::int64_t{0}, std::int64_t{-1}, Minor::min(), Minor::max()})
    CHECK(town.paid(due_account, amount, granted) == "declined");
  town.shown_fee = Minor::max();
  CHECK(town.paid(due_account, Minor::max(), granted) == "declined");
  town.shown_fee = 0;
  CHECK(town.paid("", 100, granted) == "declined");
  CHECK(town.paid(due_account, 100, granted, "") == "declined");
  // An account that could not be one never leaves the house, and what was reserved for it is on the card again.
  CHECK(town.paid("2100345x", 100, granted) == "declined");
  CHECK(town.on_card() == 100'000);
  CHECK(town.amount_due(due_account) == before);
}

TEST_CASE("a number that is held pays nothing") {
  PayingTown town;
  const std::string granted = town.grant();
  town.done({store::ChangeLink{Town::caller, town.person, identity::LinkEvent::hold,
                               Actor{Actor::Kind::operator_hook, "syriatel"}, wall_now()}});
  CHECK(town.paid(due_account, 30'000, granted) == "declined");
  CHECK(town.on_card() == 100'000);
}

TEST_CASE("what the company declines is on the card again") {
  PayingTown town;
  CHECK(town.paid("9000028", 30'000, town.grant()) == "declined");  // account_closed
  CHECK(town.state() == State::voided);
  CHECK(town.on_card() == 100'000);
  CHECK(town.owed_to_company() == 0);
  const std::string used = flows::authorisation_text("pay", {});
  CHECK(town.paid("9000028", 30'000, used) == "declined");
  CHECK(town.paid("9000028", 30'001, used) == "declined");  // of whatever was asked under its key nothing was taken
  CHECK(town.on_card() == 100'000);
}

TEST_CASE("what a payment came to is told under its key, though its company is renamed or configured no more") {
  struct Case {
    const char* account;
    const char* came;
    State state;
  };
  const auto one = GENERATE(Case{"2100345", "ok", State::posted}, Case{"9000021", "unknown", State::reserved},
                            Case{"9000028", "declined", State::voided});
  const bool names_company = GENERATE(true, false);
  INFO(one.account);
  PayingTown town;
  const std::string granted = town.grant();
  if (one.state == State::reserved) town.patience = companies::soon;
  REQUIRE(town.paid(one.account, 3'000, granted) == one.came);
  const boost::json::object first = town.told;
  town.reach({companies::config_of("halab", town.sample.url(), {"21"})});
  town.patience = companies::patience;
  Request again = town.request(one.account, 3'000, granted, key, {});
  if (!names_company) again.args.erase("company");
  const Answer told = companies::run(town.loop, run(*town.world, "payments.pay", std::move(again)));
  CHECK(told.outcome.outcome == one.came);
  CHECK(told.outcome.data == first);
  CHECK(told.changes.empty());
  CHECK(town.state() == one.state);
}

TEST_CASE("another request under the key of a payment that is held is told that it is held") {
  PayingTown town;
  const std::string granted = town.grant();
  town.patience = companies::soon;
  REQUIRE(town.paid("9000021", 3'000, granted) == "unknown");
  CHECK(town.paid("9000021", 3'001, granted) == "unknown");
  CHECK(town.paid("9000021", 0, granted) == "unknown");
  CHECK(town.paid(due_account, 3'000, granted) == "unknown");
  CHECK(town.state() == State::reserved);
  CHECK(town.on_card() == 97'000);
}

TEST_CASE(
    "beside a payment to the account that is not over nothing is begun, and that is told, not that it is held") {
  PayingTown town;
  town.patience = companies::soon;
  REQUIRE(town.paid("9000021", 3'000, town.grant()) == "unknown");
  town.sell(1);
  const std::string granted = flows::authorisation_text("pay", {});
  for (const std::string& voucher : {std::string(), std::string(pin(1).reveal())}) {
    CHECK(town.paid("9000021", 2'000, granted, "another", voucher) == "not_over");
    CHECK(town.told.empty());
    CHECK_FALSE(town.kept->payments().find_payment("another").value());
    CHECK(town.on_card() == 97'000);
  }
  CHECK(town.state() == State::reserved);
}

TEST_CASE("an answer that is not plain frees nothing, and asked by reference the company tells the end") {
  struct Case {
    const char* account;
    const char* first;
    State then;
  };
  const auto one = GENERATE(Case{"9000021", "unknown", State::posted},   // posts, never answers
                            Case{"9000024", "unknown", State::posted},   // names another reference
                            Case{"9000025", "unknown", State::posted},   // garbage
                            Case{"9000026", "unknown", State::posted},   // status 500
                            Case{"9000007", "unknown", State::posted},   // wrong types
                            Case{"9000002", "unknown", State::posted},   // resets
                            Case{"9000011", "unknown", State::posted},   // half an answer
                            Case{"9000022", "unknown", State::reserved}  // never answers, keeps nothing: absent
  );
  INFO(one.account);
  PayingTown town;
  const std::string granted = town.grant();
  town.patience = companies::soon;
  CHECK(town.paid(one.account, 3'000, granted) == one.first);
  CHECK(town.state() == State::reserved);
  CHECK(town.on_card() == 97'000);
  CHECK(town.owed_to_company() == 0);
  // The person dials again: the same payment is told of, never made again.
  town.patience = companies::patience;
  CHECK(town.paid(one.account, 3'000, granted) == (one.then == State::posted ? "ok" : "unknown"));
  CHECK(town.state() == one.then);
  CHECK(town.on_card() == 97'000);
  CHECK(town.owed_to_company() == (one.then == State::posted ? 3'000 : 0));
}

TEST_CASE("a company that is not there leaves the payment unknown, and absent later on frees it") {
  PayingTown town;
  const std::string granted = town.grant();
  town.patience = companies::soon;
  REQUIRE(town.paid("9000022", 3'000, granted) == "unknown");
  const auto payment = town.kept->payments().find_payment(key).value();
  const Result<companies::PaymentAnswer> absent = companies::PaymentAnswer{companies::PaymentState::absent, {}, {}};
  CHECK(end_of(*payment, absent, payment->not_after).next == payments::Next::wait);
  const PaymentEnd end = end_of(*payment, absent, payment->not_after + payments::late_margin + 1s);
  REQUIRE(end.next == payments::Next::release);
  town.done({change_of(*payment, end, wall_now())});
  CHECK(town.state() == State::voided);
  CHECK(town.on_card() == 100'000);
}

TEST_CASE("to a company that is down nothing is sent, so nothing is held") {
  PayingTown town;
  const std::string granted = town.grant();
  town.reach({companies::config_of("aleppo", "http://127.0.0.1:1", {"21"})});
  Answer answer = companies::run(
      town.loop, run(*town.world, "payments.pay", town.request(due_account, 30'000, granted, key, {})));
  CHECK(answer.outcome.outcome == "declined");
  town.done(std::move(answer.changes));
  CHECK(town.state() == State::voided);
  CHECK(town.on_card() == 100'000);
}

TEST_CASE("what a company posts after the release moves nothing, and is a case of the reconciliation, once") {
  PayingTown town;
  const Answer late = companies::run(
      town.loop, run(*town.world, "payments.pay", town.request(due_account, 30'000, town.grant(), key, {})));
  REQUIRE(late.outcome.outcome == "ok");
  // Before that is written somebody has released it.
  town.done({store::PaymentChange(store::ReleasePayment{key, {"released by hand", by_maker, wall_now()}})});
  for (const int time : {1, 2}) {
    INFO(time);
    const auto committed = town.commit(late.changes);
    REQUIRE_FALSE(committed.ok());
    CHECK(committed.error().code == Errc::conflict);
  }
  CHECK(late.outcome_on_conflict == "unknown");
  CHECK(town.state() == State::voided);
  CHECK(town.on_card() == 100'000);
  CHECK(town.owed_to_company() == 0);
  const auto cases = town.kept->reconciliation().reconciliation_cases({}, 0, 10).value();
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].outcome == reconcile::Outcome::missing_here);
  CHECK(cases[0].reference == key);
  CHECK(cases[0].theirs->amount == Money{30'000, Currency::SYP});
  CHECK(company_reference_in(cases[0].evidence, "aleppo").starts_with("P"));
  CHECK(company_reference_in(cases[0].evidence, "homs").empty());
}

TEST_CASE("two presses of one payment at once: one is told to wait for the other's end, and it is paid once") {
  PayingTown town;
  const std::string granted = town.grant();
  std::optional<Answer> first;
  std::optional<Answer> second;
  for (std::optional<Answer>* one : {&first, &second}) {
    auto paying =
        run(*town.world, "payments.pay", town.request("9000023", 30'000, granted, key, {}));  // answers late
    boost::asio::co_spawn(town.loop, companies::keep(std::move(paying), *one), boost::asio::detached);
  }
  town.loop.restart();
  town.loop.run();
  REQUIRE((first && second));
  for (Answer* one : {&*first, &*second}) {
    INFO(one->outcome.outcome);
    CHECK((one->outcome.outcome == "ok" || one->outcome.outcome == "unknown"));
    if (!one->changes.empty()) town.done(std::move(one->changes));
  }
  CHECK(town.state() == State::posted);
  CHECK(town.on_card() == 70'000);
  CHECK(town.owed_to_company() == 30'000);
}

TEST_CASE("what another press reserves while a card is looked at is its payment, and no lack of money") {
  // Between the look at the key before and the one at the card, the other press is committed.
  class LedgerThatIsOvertaken final : public store::LedgerReads {
   public:
    LedgerThatIsOvertaken(store::LedgerReads& real, std::function<void()> meanwhile)
        : real_(real), meanwhile_(std::move(meanwhile)) {}
    Result<std::optional<store::StoredAccount>> find_ledger_account(const ledger::AccountId& id) override {
      meanwhile_();
      return real_.find_ledger_account(id);
    }
    Result<std::optional<store::StoredTransfer>> find_transfer(const std::string& key) override {
      return real_.find_transfer(key);
    }
    Result<std::vector<store::StatementLine>> ledger_statement(std::int64_t account, std::int64_t entry,
                                                               std::size_t rows_max) override {
      return real_.ledger_statement(account, entry, rows_max);
    }
    Result<std::vector<std::string>> due_reservations(WallTime now, std::size_t rows_max) override {
      return real_.due_reservations(now, rows_max);
    }
    Result<std::vector<store::StoredAccount>> ledger_accounts(std::int64_t after, std::size_t rows_max) override {
      return real_.ledger_accounts(after, rows_max);
    }

   private:
    store::LedgerReads& real_;
    std::function<void()> meanwhile_;
  };
  PayingTown town;  // with 100,000 on the card
  const auto now = wall_now();
  const store::Change other_press =
      store::PaymentChange(store::BeginPayment{.key = PayingTown::payment_key,
                                               .person = *town.person,
                                               .msisdn = PayingTown::caller,
                                               .link = "syriatel",
                                               .wallet = town.card,
                                               .company = "aleppo",
                                               .account = "2100345",
                                               .amount = {100'000, Currency::SYP},
                                               .by = {Actor::Kind::citizen, "ussd"},
                                               .at = now,
                                               .not_after = now + std::chrono::seconds(10),
                                               .revision = {},
                                               .session = {}});
  LedgerThatIsOvertaken overtaken(town.kept->ledger(), [&] { town.done({other_press}); });
  const auto funds = funds_for(PayingTown::payment_key, town.card, overtaken, town.kept->payments());
  REQUIRE(funds.ok());
  CHECK(funds->available == 0);
  REQUIRE(funds->begun.has_value());
  CHECK(funds->begun->amount.minor == 100'000);
  const auto other = funds_for("another", town.card, town.kept->ledger(), town.kept->payments());
  REQUIRE(other.ok());
  CHECK_FALSE(other->begun.has_value());
}

TEST_CASE("a payment that was begun is kept as its walk waits, and the other channel waits for its code no more") {
  PayingTown town;
  const std::string granted = town.grant();
  const auto walk = [&](store::WalkChannel channel) {
    return store::SavedWalk{Town::caller, channel, "r1", "it waits", wall_now() + 1h};
  };
  town.done({store::SaveWalk{walk(store::WalkChannel::sms)}});
  Request request = town.request("9000021", 30'000, granted, key, {});
  request.waits = walk(store::WalkChannel::ussd);
  request.deadline = std::chrono::steady_clock::now() + companies::soon;
  CHECK(companies::run(town.loop, run(*town.world, "payments.pay", std::move(request))).outcome.outcome == "unknown");
  CHECK(town.kept->find_walk(Town::caller, store::WalkChannel::ussd, wall_now()).value()->session == "it waits");
  CHECK_FALSE(town.kept->find_walk(Town::caller, store::WalkChannel::sms, wall_now()).value());
  const auto payment = town.kept->payments().find_payment(key).value();
  CHECK(payment->session == "it waits");
  CHECK(payment->revision == "r1");
}

TEST_CASE("straight with a voucher: the rest stays on the card") {
  PayingTown town;
  town.sell(3);
  const auto typed = [](std::int64_t number) { return std::string(pin(number).reveal()); };
  const std::string granted = town.grant();
  SECTION("more than the bill") {
    CHECK(town.paid(due_account, 30'000, granted, key, typed(1)) == "ok");
    CHECK(town.on_card() == 120'000);
  }
  SECTION("together with what is on the card") {
    CHECK(town.paid(due_account, 140'000, granted, key, typed(1)) == "ok");
    CHECK(town.on_card() == 10'000);
  }
  SECTION("too little: the voucher stays unused") {
    CHECK(town.paid(due_account, 150'001, granted, key, typed(1)) == "insufficient");
    CHECK(town.on_card() == 100'000);
    CHECK(town.paid(due_account, 150'000, granted, "again", typed(1)) == "ok");
  }
  SECTION("unknown, mistyped and used ones are refused alike, and nothing is paid") {
    CHECK(town.paid(due_account, 30'000, granted, "first", typed(9)) == "voucher_refused");
    CHECK(town.paid(due_account, 30'000, granted, "second", "1234") == "voucher_refused");
    CHECK(town.on_card() == 100'000);
    REQUIRE(town.paid(due_account, 30'000, granted, "third", typed(1)) == "ok");
    CHECK(town.on_card() == 120'000);
  }
  SECTION("declined by the company: its money stays on the card") {
    CHECK(town.paid("9000028", 30'000, granted, key, typed(2)) == "declined");
    CHECK(town.on_card() == 150'000);
  }
}

TEST_CASE("the card: balance, top-up with a voucher, last movements") {
  PayingTown town;
  town.sell(2);
  CHECK(town.ask("wallet.balance").outcome.data ==
        boost::json::object{{"number", "1234567890"}, {"balance", 100'000}});
  CHECK(town.ask("wallet.open").outcome.data == boost::json::object{{"number", "1234567890"}, {"balance", 100'000}});
  const std::string granted = town.grant("top_up");
  const auto top_up = [&](std::int64_t number) {
    return town.ask("wallet.top_up", {{"voucher", std::string(pin(number).reveal())}}, granted);
  };
  CHECK(town.ask("wallet.top_up", {{"voucher", std::string(pin(1).reveal())}}).outcome.outcome == "error");
  CHECK(top_up(9).outcome.outcome == "refused");
  const Answer topped_up = top_up(1);
  REQUIRE(topped_up.outcome.outcome == "ok");
  CHECK(topped_up.changes.empty());
  CHECK(topped_up.outcome.data == boost::json::object{{"amount", 50'000}, {"balance", 150'000}});
  CHECK(top_up(1).outcome.data == topped_up.outcome.data);  // the same again: the same answer, and nothing else
  // But a while later it is a used voucher, also for who used it.
  const auto later = [&](std::chrono::seconds since, const std::string& authorisation) {
    Request request = town.request({}, 0, authorisation, {}, {});
    request.args = {{"voucher", std::string(pin(1).reveal())}};
    request.now += since;
    return companies::run(town.loop, run(*town.world, "wallet.top_up", std::move(request)));
  };
  for (const std::string& authorisation : {granted, flows::authorisation_text("another", {})}) {
    INFO(authorisation);
    CHECK(later(vouchers::answered_again_for - 1min, authorisation).outcome.data == topped_up.outcome.data);
    const Answer refused = later(vouchers::answered_again_for + 1min, authorisation);
    CHECK(refused.outcome.outcome == "refused");
    CHECK(refused.outcome.data.empty());
  }
  CHECK(top_up(2).outcome.outcome == "error");  // the code was for one
  CHECK(town.on_card() == 150'000);
  const std::string paying = flows::authorisation_text("pay", {});
  CHECK(town.paid(due_account, 1'000, paying) == "declined");
  const Answer moved = town.ask("wallet.movements");
  REQUIRE(moved.outcome.outcome == "ok");
  const auto& rows = moved.outcome.data.at("movements").as_array();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].at("amount").as_int64() == 50'000);
  CHECK(rows[0].at("way").as_string() == "in");
  CHECK(rows[1].at("amount").as_int64() == 100'000);
}

TEST_CASE("a fee is paid beside the amount, as it was shown") {
  const Money fixed{500, Currency::SYP};
  PayingTown town({.fee = {.fixed = fixed, .basis_points = 100}});
  const ledger::AccountId fees{ledger::AccountKind::fees, "main", Currency::SYP};
  const std::string granted = town.grant();
  const auto quoted = town.ask("payments.quote", {{"account", due_account}, {"amount", 30'000}, {"due", 40'000}});
  REQUIRE(quoted.outcome.outcome == "ok");
  CHECK(quoted.outcome.data == boost::json::object{{"fee", 800}, {"total", 30'800}, {"least", 0}});
  // No fee was shown, another one, or none that could be.
  for (const std::int64_t shown : {0, 799, 801, -800}) {
    town.shown_fee = shown;
    CHECK(town.paid(due_account, 30'000, granted) == "declined");
  }
  CHECK(town.on_card() == 100'000);
  town.shown_fee = 800;
  CHECK(town.paid(due_account, 30'000, granted) == "ok");
  CHECK(town.on_card() == 69'200);
  CHECK(town.owed_to_company() == 30'000);
  CHECK(town.available(fees) == 800);
  CHECK(town.paid(due_account, 30'000, "taken up again") == "ok");  // the same payment
  CHECK(town.on_card() == 69'200);
}

TEST_CASE("what a card holds must do for the fee too") {
  PayingTown town({.fee = {.fixed = Money{500, Currency::SYP}}});
  const std::string granted = town.grant();
  town.shown_fee = 500;
  CHECK(town.paid(due_account, 99'501, granted) == "insufficient");
  CHECK(town.paid("9000028", 99'500, granted) == "declined");  // by the company: both come back
  CHECK(town.on_card() == 100'000);
}

TEST_CASE("a limit on paying is told, and takes nothing") {
  const payments::Limit one_a_day{.per = payments::Scope::person, .payments = 1};
  PayingTown town({}, {.all = {one_a_day}});
  town.sell(1);
  REQUIRE(town.paid(due_account, 30'000, town.grant()) == "ok");
  const std::string again = flows::authorisation_text("pay", {});
  CHECK(town.paid(due_account, 30'000, again, "second") == "over_limit");
  CHECK(town.paid(due_account, 30'000, again, "third", std::string(pin(1).reveal())) == "over_limit");
  CHECK(town.on_card() == 70'000);
  CHECK(town.paid(due_account, 30'000, again) == "ok");  // the first one, pressed again
}

TEST_CASE("what a company takes at once is told before anything is confirmed") {
  const auto verdict = [](PayingTown& town, std::int64_t amount, std::int64_t due, const std::string& account) {
    return town.ask("payments.quote", {{"account", account}, {"amount", amount}, {"due", due}}).outcome.outcome;
  };
  const std::int64_t due = 4'875'000;
  SECTION("a part of so much at least") {
    PayingTown town({.least = Money{1'000, Currency::SYP}});
    CHECK(verdict(town, 1'000, due, due_account) == "ok");
    CHECK(verdict(town, 999, due, due_account) == "too_little");
    CHECK(verdict(town, due + 1, due, due_account) == "too_much");
    CHECK(verdict(town, 0, due, due_account) == "too_little");
    CHECK(verdict(town, -1, due, due_account) == "error");
  }
  SECTION("whole bills, the oldest first, of one's own account; of another one's all of it") {
    PayingTown town({.parts = payments::Parts::bills});
    town.owned.remember(Town::caller, *town.person, {{"aleppo", "9000026"}}, wall_now());
    const Answer listed = town.ask("bills.list", {{"company", "aleppo"}, {"account", "9000026"}});
    REQUIRE(listed.outcome.outcome == "ok");
    const auto& bills = listed.outcome.data.at("bills").as_array();
    REQUIRE(bills.size() >= 2);
    CHECK(bills[0].at("date").as_string() < bills[1].at("date").as_string());
    const std::int64_t oldest = bills[0].at("through").as_int64();
    const std::int64_t all = bills.back().at("through").as_int64();
    CHECK(all == town.amount_due("9000026"));
    CHECK(verdict(town, oldest, all, "9000026") == "ok");
    CHECK(verdict(town, oldest + 1, all, "9000026") == "not_whole");
    CHECK(verdict(town, bills[1].at("amount").as_int64() + 1, all, "9000026") == "not_whole");
    CHECK(verdict(town, all, all, "9000026") == "ok");
    CHECK(verdict(town, oldest, all, "9000025") == "not_whole");  // not theirs: nothing is told of its bills
    CHECK(town.ask("bills.list", {{"company", "aleppo"}, {"account", "9000025"}}).outcome.outcome == "not_found");
  }
}

TEST_CASE("a person sees what they have paid by this window, and gets each receipt again") {
  PayingTown town;
  REQUIRE(town.paid(due_account, 30'000, town.grant()) == "ok");
  const boost::json::object receipt = town.told;
  const Answer listed = town.ask("payments.receipts");
  REQUIRE(listed.outcome.outcome == "ok");
  const auto& rows = listed.outcome.data.at("receipts").as_array();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].at("receipt") == receipt.at("receipt"));
  CHECK(rows[0].at("check") == receipt.at("check"));
  CHECK(rows[0].at("account").as_string() == due_account);
  CHECK(rows[0].at("amount").as_int64() == 30'000);
  CHECK(rows[0].at("state").as_string() == "paid");
  CHECK(rows[0].at("company_label").as_string() == "aleppo");
  town.person = *NationalId::parse(Country::syria, "03456789012");
  CHECK(town.ask("payments.receipts").outcome.data.at("count").as_int64() == 0);
}

TEST_CASE("movements tell a payment once, and that it came back") {
  PayingTown town;
  REQUIRE(town.paid("9000028", 3'000, town.grant()) == "declined");
  const Answer moved = town.ask("wallet.movements");
  const auto& rows = moved.outcome.data.at("movements").as_array();
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].at("way").as_string() == "in");
  CHECK(rows[1].at("way").as_string() == "out");
  CHECK(rows[1].at("amount").as_int64() == 3'000);
  CHECK(rows[1].at("what").as_string() == "aleppo");
}

TEST_CASE("who has no card yet has none to show, and opens one") {
  Town town;
  town.person = *NationalId::parse(Country::syria, "03456789012");
  CHECK(town.ask("wallet.balance").outcome.outcome == "none");
  CHECK(town.ask("wallet.movements").outcome.outcome == "none");
  const Answer opened = town.ask("wallet.open");
  REQUIRE(opened.outcome.outcome == "ok");
  CHECK(store::is_wallet_number(std::string(opened.outcome.data.at("number").as_string())));
  CHECK(opened.outcome.data.at("balance").as_int64() == 0);
  CHECK(town.ask("wallet.balance").outcome.data == opened.outcome.data);
}

}  // namespace shubbak::services
