// Prepaid cards and payments through the store: whose they are, what stands beside the ledger's reservation, how each
// ends, and what of them is told to whom.
#include <SQLiteCpp/Database.h>

#include "payment_fixture.hpp"
#include "store/flow_archive.hpp"
#include "store/privacy.hpp"

namespace shubbak::store {

TEST_CASE_METHOD(PaymentFixture, "a person has one card in a currency, and it stays theirs") {
  CHECK(store->payments().find_wallet(syrian(), Currency::SYP).value()->number == card.number);
  CHECK_FALSE(store->payments().find_wallet(syrian(), Currency::KWD).value());
  CHECK_FALSE(store->payments().find_wallet(syrian("09080706050"), Currency::SYP).value());
  // Asked again they keep the one that they have; nobody gets a number that another one has.
  done(open_card(syrian(), {"1999999999", Currency::SYP}));
  CHECK(store->payments().find_wallet(syrian(), Currency::SYP).value()->number == card.number);
  CHECK(refused_payment(open_card(syrian("09080706050"))) == Errc::conflict);
  for (const char* number : {"", "123456789", "12345678901", "123456789a"})
    CHECK(refused_payment(open_card(syrian(), {number, Currency::SYP})) == Errc::invalid);
}

TEST_CASE_METHOD(PaymentFixture, "a payment is reserved once, and settled once with evidence") {
  const Committed begun = done(begin(300));
  REQUIRE(begun.transfers.size() == 1);
  CHECK(begun.transfers[0].state == State::reserved);
  CHECK(available(card_account) == 700);
  const StoredPayment open = payment();
  CHECK(open.number == begun.transfers[0].number);
  CHECK(open.key == payment_key);
  CHECK(open.msisdn == number());
  CHECK(open.link == "mtn");
  CHECK(open.company == "damascus");
  CHECK(open.account == "14521");
  CHECK(open.amount == Money{300, Currency::SYP});
  CHECK(open.state == State::reserved);
  CHECK(open.at == at(60));
  CHECK(open.not_after == at(73));
  CHECK(open.revision == "r1");
  CHECK(open.session == "the walk that waits");
  CHECK(refused_payment(SettlePayment{payment_key, {"", {}, at(70)}}) == Errc::invalid);
  done(settle());
  CHECK(held(card_account) == 700);
  CHECK(held(sample_payable) == 300);
  CHECK(payment().state == State::posted);
  CHECK(payment().resolved == at(70));
  CHECK(payment().session.empty());
  // What came twice changes nothing, what comes late and says otherwise is told from it.
  done(settle());
  CHECK(refused_payment(release()) == Errc::conflict);
  CHECK(held(card_account) == 700);
  CHECK(refused_payment(settle("another")) == Errc::not_found);
  check_whole();
}

TEST_CASE_METHOD(PaymentFixture, "what a company declined is on the card again") {
  done(begin(1'000));
  CHECK(available(card_account) == 0);
  CHECK(refused_payment(begin(1, "second")) == Errc::insufficient);
  done(release());
  CHECK(available(card_account) == 1'000);
  CHECK(held(sample_payable) == 0);
  CHECK(payment().state == State::voided);
  CHECK(refused_payment(settle()) == Errc::conflict);
  CHECK(open_ones(1'000).empty());
  check_whole();
}

TEST_CASE_METHOD(PaymentFixture, "the same payment twice reserves once, and what stands behind it is left out") {
  const auto first = change({PaymentChange(begin(300)), message("once")});
  REQUIRE(first.ok());
  CHECK(first->outbox_ids.size() == 1);
  const auto second = change({PaymentChange(begin(300)), message("once")});
  REQUIRE(second.ok());
  CHECK(second->transfers.front().repeated);
  CHECK(second->outbox_ids.empty());
  CHECK(available(card_account) == 700);
  CHECK(refused_payment(begin(301)) == Errc::conflict);
  BeginPayment elsewhere = begin(300);
  elsewhere.account = "14522";
  CHECK(refused_payment(elsewhere) == Errc::conflict);
  elsewhere = begin(300);
  elsewhere.company = "aleppo";
  CHECK(refused_payment(elsewhere) == Errc::conflict);
  check_whole();
}

TEST_CASE_METHOD(PaymentFixture, "nobody pays from another one's card, with more than it holds, or no amount") {
  BeginPayment stolen = begin(300);
  stolen.person = syrian("09080706050");
  CHECK(refused_payment(stolen) == Errc::denied);
  stolen.person = syrian();
  stolen.wallet.number = "1234567891";
  CHECK(refused_payment(stolen) == Errc::denied);
  CHECK(refused_payment(begin(1'001)) == Errc::insufficient);
  for (const std::int64_t amount : {std::int64_t{0}, std::int64_t{-300}})
    CHECK(refused_payment(begin(amount)) == Errc::invalid);
  BeginPayment foreign = begin(300);
  foreign.amount.currency = Currency::KWD;
  CHECK(refused_payment(foreign) == Errc::invalid);
  CHECK(available(card_account) == 1'000);
  CHECK_FALSE(store->payments().find_payment(payment_key).value());
}

TEST_CASE_METHOD(PaymentFixture, "without what authorises it nothing is reserved and no voucher is used") {
  const std::int64_t batch = sell(1);
  RedeemVoucher voucher = redeeming(payment_key + ".v", 1);
  voucher.wallet = card_account;
  const std::vector<Change> straight{VoucherChange(voucher), PaymentChange(begin(20'000)), consume(61)};
  CHECK(refused(straight) == Errc::denied);
  CHECK(available(card_account) == 1'000);
  CHECK(report(batch).kept.unused == 1);
  REQUIRE(change({send_code(30), try_code(31)}).ok());
  const Committed paid = carried_out(straight);
  CHECK(paid.redemptions.front().verdict == vouchers::Verdict::redeemed);
  CHECK(available(card_account) == 1'000 + face - 20'000);
  // A press that came twice.
  CHECK(carried_out(straight).transfers.empty());
  CHECK(available(card_account) == 1'000 + face - 20'000);
  CHECK(report(batch).kept.redeemed == 1);
  check_whole();
}

TEST_CASE_METHOD(PaymentFixture, "a company is asked for what it may not take any more, and for that only") {
  done(begin(100, "first", 60));
  done(begin(100, "second", 90));
  CHECK(open_ones(73).empty());
  const std::int64_t first = payment("first").number;
  CHECK(open_ones(74) == std::vector{first});
  CHECK(open_ones(1'000) == std::vector{first, payment("second").number});
  CHECK(open_ones(1'000, "aleppo").empty());
  const auto behind = store->payments().open_payments("damascus", at(1'000), first, 10).value();
  REQUIRE(behind.size() == 1);
  CHECK(behind[0].key == "second");
  reopen();
  done(settle("first"));
  CHECK(open_ones(1'000) == std::vector{payment("second").number});
}

TEST_CASE_METHOD(PaymentFixture, "a receipt's check code is of what it says, and nobody makes it without the key") {
  done(begin(100, "first"));
  done(begin(100, "second"));
  done(begin(101, "third"));
  const std::string code = payment("first").check_code;
  CHECK(code.size() == 7);
  CHECK(code != payment("second").check_code);
  CHECK(code != payment("third").check_code);
  done(settle("first"));
  reopen();
  CHECK(payment("first").check_code == code);
  CHECK(store->payments().find_receipt(payment("first").number).value()->key == "first");
  CHECK_FALSE(store->payments().find_receipt(4'711).value());
  // Somebody who has the file, not the key, makes the receipt say another account.
  store.reset();
  {
    SQLite::Database file(config.path, SQLite::OPEN_READWRITE, 5'000);
    file.exec("DROP TRIGGER payment_stays; UPDATE payment SET account = '99999'");
  }
  open();
  CHECK(payment("first").check_code != code);
}

TEST_CASE_METHOD(PaymentFixture, "a person's payments are told newest first, and are nobody else's") {
  for (const char* one : {"first", "second", "third"}) done(begin(100, one));
  const auto all = store->payments().payments_of(syrian(), INT64_MAX, 2).value();
  REQUIRE(all.size() == 2);
  CHECK(all[0].key == "third");
  CHECK(all[1].key == "second");
  const auto rest = store->payments().payments_of(syrian(), all[1].number, 2).value();
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].key == "first");
  CHECK(store->payments().payments_of(syrian("09080706050"), INT64_MAX, 2).value().empty());
}

TEST_CASE_METHOD(PaymentFixture, "who has money here, or a payment that is not over, is not erased") {
  done(begin(1'000));
  carried_out({released(number(), syrian(), at(80))});
  const ErasePerson erasure{syrian(), by_staff, at(200)};
  CHECK(refused({erasure}) == Errc::conflict);  // the payment
  done(release());
  CHECK(refused({erasure}) == Errc::conflict);  // the money is on the card again
  carried_out({LedgerChange(MoveMoney{order("out", card_account, sample_suspense, 1'000, by_staff)})});
  CHECK(change({erasure}).ok());
  CHECK(payment().state == State::voided);  // the books are kept, as the law demands
}

TEST_CASE_METHOD(PaymentFixture, "rules of the file keep what a payment was and whose a card is") {
  done(begin(100));
  done(settle());
  store.reset();
  SQLite::Database file(config.path, SQLite::OPEN_READWRITE, 5'000);
  for (const char* change :
       {"UPDATE payment SET account = '1'", "UPDATE payment SET open = 1", "DELETE FROM payment",
        "UPDATE wallet SET number = '1999999999'", "DELETE FROM wallet", "UPDATE wallet SET person = zeroblob(16)",
        "UPDATE payment SET msisdn = 963933000009", "UPDATE payment SET person = (SELECT randomblob(16))"})
    CHECK_THROWS(file.exec(change));
}

TEST_CASE_METHOD(PaymentFixture, "flows of folders are kept while a payment that began on them is not over") {
  done(begin(100));
  const auto archive = FlowArchive::open(config.path).value();
  REQUIRE(archive->keep_folders("r1", "of the payment", {}, at(60)).ok());
  const auto keeps_now = [&](WallTime now) { return archive->keep_folders("r2", "of now", {}, now).ok(); };
  constexpr std::chrono::hours lives = FlowArchive::unnamed_lives;
  REQUIRE(keeps_now(at(60)));
  REQUIRE(keeps_now(at(60) + lives));
  CHECK(archive->sources("r1").value() == "of the payment");
  done(settle());
  REQUIRE(keeps_now(at(70) + lives));
  CHECK(archive->sources("r1")->has_value());
  REQUIRE(keeps_now(at(70) + 2 * lives));
  CHECK_FALSE(archive->sources("r1")->has_value());
}

}  // namespace shubbak::store
