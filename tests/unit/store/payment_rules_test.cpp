// Fees of payments and limits on paying, through the store.
#include <SQLiteCpp/Database.h>

#include "payment_fixture.hpp"

namespace shubbak::store {
namespace {

using payments::Scope;

BeginPayment with_fee(std::int64_t amount, std::int64_t fee, const std::string& under = payment_key) {
  BeginPayment made = begin(amount, under);
  made.fee = fee;
  return made;
}

// Payments of the same day, each under its own key.
class LimitedFixture : public PaymentFixture {
 public:
  void limit(std::vector<payments::Limit> all) {
    config.payment_limits.all = std::move(all);
    reopen();
  }
  std::string refusal(const BeginPayment& one) {
    const auto committed = change({PaymentChange(one)});
    if (committed.ok()) return {};
    CHECK(committed.error().code == Errc::limit);
    return committed.error().message;
  }
};

}  // namespace

TEST_CASE_METHOD(PaymentFixture, "a fee is reserved, posted and released with its payment") {
  SECTION("posted") {
    CHECK(done(with_fee(300, 25)).transfers.size() == 2);
    CHECK(payment().amount.minor == 300);
    CHECK(payment().fee == 25);
    CHECK(available(card_account) == 675);
    CHECK(held(fees) == 0);
    done(settle());
    CHECK(held(card_account) == 675);
    CHECK(held(sample_payable) == 300);
    CHECK(held(fees) == 25);
    done(settle());  // told twice
    CHECK(held(fees) == 25);
  }
  SECTION("released") {
    done(with_fee(300, 25));
    done(release());
    CHECK(available(card_account) == 1'000);
    CHECK(held(fees) == 0);
  }
  SECTION("the card must hold both, or nothing is reserved") {
    CHECK(refused_payment(with_fee(990, 11)) == Errc::insufficient);
    CHECK(available(card_account) == 1'000);
    CHECK_FALSE(store->payments().find_payment(payment_key).value());
    done(with_fee(990, 10));
    CHECK(available(card_account) == 0);
  }
  SECTION("the same key with another fee is another payment") {
    done(with_fee(300, 25));
    CHECK(done(with_fee(300, 25)).transfers.front().repeated);
    CHECK(refused_payment(with_fee(300, 26)) == Errc::conflict);
    CHECK(refused_payment(with_fee(300, 0)) == Errc::conflict);
    CHECK(available(card_account) == 675);
  }
  CHECK(refused_payment(with_fee(1, -1, "below 0")) == Errc::invalid);
  check_whole();
}

TEST_CASE_METHOD(LimitedFixture, "a limit of payments, for whom it is and for nobody else") {
  limit({{.per = Scope::person, .payments = 1}});
  done(begin(100, "first"));
  CHECK(refusal(begin(100, "second")) == over_limit(Scope::person));
  CHECK(done(begin(100, "first")).transfers.front().repeated);  // the same press again
  CHECK(available(card_account) == 900);
  CHECK_FALSE(store->payments().find_payment("second").value());
  carried_out({link(number(2), syrian("09080706050")),
               PaymentChange(open_card(syrian("09080706050"), {"1999999999", Currency::SYP})),
               LedgerChange(top_up("T2", 500, {ledger::AccountKind::wallet, "1999999999", Currency::SYP}))});
  BeginPayment other = begin(100, "third");
  other.person = syrian("09080706050");
  other.msisdn = number(2);
  other.wallet.number = "1999999999";
  CHECK(refusal(other).empty());
  // It is kept by the file, not by the process.
  reopen();
  CHECK(refusal(begin(100, "fourth")) == over_limit(Scope::person));
  check_whole();
}

TEST_CASE_METHOD(LimitedFixture, "a limit of an amount counts what is paid, without fees, and what is declined not") {
  limit({{.per = Scope::card, .amount = Money{500, Currency::SYP}}});
  done(with_fee(300, 100, "first"));
  CHECK(refusal(begin(201, "second")) == over_limit(Scope::card));
  done(begin(200, "third"));
  CHECK(refusal(begin(1, "fourth")) == over_limit(Scope::card));
  done(release("first"));
  done(release("first"));  // told twice, given back once
  CHECK(refusal(begin(301, "fifth")) == over_limit(Scope::card));
  done(begin(300, "sixth"));
  done(settle("sixth"));
  CHECK(refusal(begin(1, "seventh")) == over_limit(Scope::card));
  check_whole();
}

TEST_CASE_METHOD(LimitedFixture, "what is refused by one limit counts for none") {
  limit({{.per = Scope::number, .payments = 2}, {.per = Scope::payee, .payments = 1}});
  done(begin(100));
  done(settle());
  BeginPayment again = begin(100, "second");
  again.account = payment().account;
  CHECK(refusal(again) == over_limit(Scope::payee));
  CHECK(refusal(again) == over_limit(Scope::payee));
  CHECK(refusal(begin(100, "third")).empty());
  CHECK(refusal(begin(100, "fourth")) == over_limit(Scope::number));
}

TEST_CASE_METHOD(LimitedFixture, "a limit of an agent counts what they pay for others, and what people pay not") {
  limit({{.per = Scope::agent, .payments = 1}});
  done(begin(100, "first"));
  done(begin(100, "second"));
  const auto by_agent = [](const std::string& agent, const std::string& under) {
    BeginPayment made = begin(100, under);
    made.by = {Actor::Kind::agent, agent};
    return made;
  };
  done(by_agent("amal", "third"));
  CHECK(refusal(by_agent("amal", "fourth")) == over_limit(Scope::agent));
  done(by_agent("basel", "fifth"));
  done(release("third"));
  done(by_agent("amal", "sixth"));
}

TEST_CASE_METHOD(LimitedFixture,
                 "a limit begins anew with its window, and holds nothing of whom it counts in clear") {
  limit({{.per = Scope::number, .within = std::chrono::seconds(10), .payments = 1}});
  done(begin(100, "first", 60));
  CHECK(refusal(begin(100, "second", 69)) == over_limit(Scope::number));
  done(begin(100, "third", 70));
  store.reset();
  SQLite::Database file(config.path, SQLite::OPEN_READONLY, 5'000);
  SQLite::Statement rows(file, "SELECT count(*), min(length(who)), min(instr(who, '963')) FROM payment_use");
  REQUIRE(rows.executeStep());
  CHECK(rows.getColumn(0).getInt64() == 1);
  CHECK(rows.getColumn(1).getInt64() == 16);
  CHECK(rows.getColumn(2).getInt64() == 0);
}

TEST_CASE_METHOD(LimitedFixture,
                 "what a limit refuses is counted by whom it counts, and nothing else that is refused is") {
  limit({{.per = Scope::person, .payments = 1}, {.per = Scope::payee, .amount = Money{500, Currency::SYP}}});
  CHECK(store->payments().limit_refusals().value() == PaymentReads::LimitRefusals{});
  CHECK(refusal(begin(501, "first")) == over_limit(Scope::payee));
  done(begin(100, "first"));
  CHECK(refusal(begin(100, "second")) == over_limit(Scope::person));
  CHECK(refusal(begin(100, "third")) == over_limit(Scope::person));
  CHECK(refused_payment(begin(1'001, "fourth")) == Errc::insufficient);
  CHECK(refused({LedgerChange(SetCeiling{card_account, 900, {Actor::Kind::staff, "amal"}, at(61)}),
                 LedgerChange(top_up("T2", 1, card_account))}) == Errc::limit);
  const PaymentReads::LimitRefusals counted{0, 2, 0, 0, 1};  // number, person, card, agent, payee
  CHECK(store->payments().limit_refusals().value() == counted);
  reopen();
  CHECK(store->payments().limit_refusals().value() == counted);
  CHECK(available(card_account) == 900);
}

TEST_CASE("only a limit's own words are one's, not whatever else is too much") {
  CHECK(scope_over_limit({Errc::limit, over_limit(Scope::agent)}) == Scope::agent);
  CHECK_FALSE(scope_over_limit({Errc::limit, "the wallet would hold more than it may"}));
  CHECK_FALSE(scope_over_limit({Errc::unavailable, "too many changes wait for the disk"}));
}

TEST_CASE_METHOD(LimitedFixture, "of two processes that pay at once one is over the limit") {
  limit({{.per = Scope::person, .payments = 1}});
  Loop other_loop;
  auto other = open_sqlite(config, other_loop.post());
  REQUIRE(other.ok());
  std::vector<bool> paid;
  const auto note = [&paid](const Result<Committed>& committed) { paid.push_back(committed.ok()); };
  store->change({PaymentChange(begin(100, "here"))}, note);
  (*other)->change({PaymentChange(begin(100, "there"))}, note);
  store->flush();
  (*other)->flush();
  loop.run_all();
  other_loop.run_all();
  REQUIRE(paid.size() == 2);
  CHECK(std::ranges::count(paid, true) == 1);
  CHECK(available(card_account) == 900);
}

TEST_CASE_METHOD(PaymentFixture,
                 "while a payment to an account is not over, the same person begins no other one to it") {
  done(begin(100));
  BeginPayment again = begin(100, "second");
  again.account = payment().account;
  CHECK(refused_payment(again) == Errc::conflict);
  CHECK(done(begin(100)).transfers.front().repeated);
  done(begin(100, "elsewhere"));
  done(release());
  done(again);
  CHECK(available(card_account) == 800);
}

TEST_CASE_METHOD(PaymentFixture, "news of an end that was told before do not go out again") {
  done(begin(100));
  SettlePayment once = settle();
  once.tells_once = true;
  CHECK(carried_out({PaymentChange(once), message("settled")}).outbox_ids.size() == 1);
  CHECK(carried_out({PaymentChange(once), message("settled")}).outbox_ids.empty());
  CHECK(carried_out({PaymentChange(settle()), message("shown again")}).outbox_ids.size() == 1);
}

TEST_CASE_METHOD(PaymentFixture, "payments that are not over are counted by company") {
  BeginPayment elsewhere = begin(100, "third");
  elsewhere.company = "aleppo";
  for (const BeginPayment& one : {begin(100, "first"), begin(100, "second"), elsewhere}) done(one);
  done(settle("second"));
  const auto companies = store->payments().companies_with_open_payments().value();
  REQUIRE(companies.size() == 2);
  CHECK(companies[0].company == "aleppo");
  CHECK(companies[0].payments == 1);
  CHECK(companies[1].company == "damascus");
  CHECK(companies[1].payments == 1);
  const auto names = [this] { return store->payments().companies_of_open_payments().value(); };
  CHECK(names() == std::vector<std::string>{"aleppo", "damascus"});
  done(settle("third"));
  CHECK(names() == std::vector<std::string>{"damascus"});
  done(settle("first"));
  CHECK(names().empty());
}

}  // namespace shubbak::store
