// Who has paid: what is told of them, and what the books keep when they are erased.
#include "bank_card_fixture.hpp"
#include "cash_fixture.hpp"
#include "store/privacy.hpp"

namespace shubbak::store {
namespace {

constexpr std::int64_t day_after = 2 * 86'400;

class PayerFixture : public BankCardFixture {
 public:
  PayerFixture() {
    done(begin(100));
    done(settle());
    made(ordered());
    REQUIRE(verdict(redeeming("R1", 900'000)) == vouchers::Verdict::refused);
  }
  PersonFile file(const NationalId& person = syrian()) {
    auto read = store->person_file(person);
    if (!read.ok()) FAIL(read.error().message);
    return *std::move(read);
  }
  ErasePerson erasure() const { return {syrian(), by_staff, at(day_after)}; }
  void end_all() {
    made(CloseOrder{order_key, "the gateway says expired"});
    carried_out(
        std::vector<Change>{LedgerChange(MoveMoney{order("out", card_account, sample_suspense, 900, by_staff)})});
    carried_out(released(number(), syrian(), at(80)));
  }
  std::int64_t count(const std::string& sql) {
    return SQLite::Database(config.path, SQLite::OPEN_READONLY, 5'000).execAndGet(sql).getInt64();
  }
};

}  // namespace

TEST_CASE_METHOD(PayerFixture,
                 "cards, payments, orders and failed vouchers are told of their person, and of nobody else") {
  const PersonFile kept = file();
  REQUIRE(kept.wallets.size() == 1);
  CHECK(kept.wallets[0].wallet.number == card.number);
  CHECK(kept.wallets[0].available == 900);
  REQUIRE(kept.payments.size() == 1);
  CHECK(kept.payments[0].key == payment_key);
  CHECK(kept.payments[0].account == "14521");
  REQUIRE(kept.bank_card_orders.size() == 1);
  CHECK(kept.bank_card_orders[0].key == order_key);
  REQUIRE(kept.voucher_tries.has_value());
  const PersonFile others = file(syrian("09080706050"));
  CHECK(others.wallets.empty());
  CHECK(others.payments.empty());
  CHECK(others.bank_card_orders.empty());
  CHECK_FALSE(others.voucher_tries.has_value());
}

TEST_CASE_METHOD(PayerFixture, "nobody is erased while an order by bank card is not over") {
  carried_out(
      std::vector<Change>{LedgerChange(MoveMoney{order("out", card_account, sample_suspense, 900, by_staff)})});
  carried_out(released(number(), syrian(), at(80)));
  CHECK(refused({ErasePerson{syrian(), by_staff, at(90)}}) == Errc::conflict);
  CHECK(file().payments.size() == 1);
}

TEST_CASE_METHOD(PayerFixture, "the books of an erased person stay whole, and say no more whose they were") {
  const StoredPayment before = payment();
  end_all();
  carried_out({erasure()});
  const PersonFile gone = file();
  CHECK(gone.wallets.empty());
  CHECK(gone.payments.empty());
  CHECK(gone.bank_card_orders.empty());
  CHECK_FALSE(gone.voucher_tries.has_value());
  const StoredPayment after = payment();
  CHECK_FALSE(after.msisdn.has_value());
  CHECK(after.state == State::posted);
  CHECK(after.amount.minor == 100);
  CHECK(after.account == before.account);
  CHECK(after.check_code == before.check_code);  // whoever has the receipt verifies it still
  CHECK(count("SELECT count(*) FROM payment WHERE msisdn <> 0 OR person <> zeroblob(16)") == 0);
  CHECK(count("SELECT count(*) FROM wallet WHERE substr(person, 1, 6) <> zeroblob(6)") == 0);
  CHECK(count("SELECT count(*) FROM bank_card_order WHERE person <> zeroblob(16)") == 0);
  CHECK(order_of().msisdn == number());  // for a charge that the bank takes back
  check_whole();
  CHECK(refused({erasure()}) == Errc::not_found);
}

TEST_CASE_METHOD(PayerFixture,
                 "a card of nobody is given nothing, and its person has another one when they come again") {
  end_all();
  carried_out({erasure()});
  const std::int64_t paid = payment().number;
  CHECK(refused_payment(ProposeRefund{
            .payment = paid, .amount = 50, .fee = 0, .reason = "paid_twice", .by = by_staff, .at = at(day_after)}) ==
        Errc::conflict);
  carried_out({CashChange(opening_drawer())});
  CHECK(refused({CashChange(cash_for_card(50, "top", day_after))}) == Errc::not_found);
  CHECK_FALSE(store->payments().find_wallet(syrian(), Currency::SYP).value().has_value());
  const Wallet fresh{"1234567899", Currency::SYP};
  done(open_card(syrian(), fresh));
  CHECK(store->payments().find_wallet(syrian(), Currency::SYP).value()->number == fresh.number);
  CHECK(file().payments.empty());
  CHECK(refused_payment(begin(10, "again", day_after)) == Errc::denied);  // from the card that was theirs
}

}  // namespace shubbak::store
