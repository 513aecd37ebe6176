// Who has paid: what is told of them, and what the books keep when they are erased.
#include <algorithm>

#include <SQLiteCpp/Database.h>

#include "bank_card_fixture.hpp"
#include "before_migration.hpp"
#include "cash_fixture.hpp"
#include "store/privacy.hpp"
#include "store/sqlite/migrate.hpp"

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
  CHECK_FALSE(order_of().msisdn.has_value());  // nor does what they paid lead to their number
  CHECK(order_of().is_erased);
  CHECK(order_of().amount.minor == 300);
  CHECK(count("SELECT count(*) FROM bank_card_order WHERE msisdn <> 0") == 0);
  CHECK_THROWS_AS(SQLite::Database(config.path, SQLite::OPEN_READWRITE, 5'000)
                      .exec("UPDATE bank_card_order SET msisdn = 963933000001"),
                  SQLite::Exception);
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

TEST_CASE("the books say no more whose they were, either, of who was erased before they did so") {
  const TempFolder folder;
  SQLite::Database database = database_before("erased_payers", folder.file("db"));
  // 'e...': erased, so no link has their index; 'k...': released and kept.
  database.exec(R"(
    INSERT INTO link (msisdn, national_id_sealed, national_id_index, state, since) VALUES
      (963933000001, zeroblob(40), zeroblob(16), 3, 1), (963933000002, zeroblob(40), CAST('kkkkkkkkkkkkkkkk' AS BLOB), 3, 1);
    INSERT INTO wallet VALUES ('1234567890', CAST('eeeeeeeeeeeeeeee' AS BLOB), 'SYP', 1),
                              ('1234567891', CAST('kkkkkkkkkkkkkkkk' AS BLOB), 'SYP', 1);
    INSERT INTO drawer (name, account, directorate, office, currency, opened) VALUES ('sami.post_7', 'sami', 'rif', 'post_7', 'SYP', 1);
    INSERT INTO payment (number, msisdn, link, person, company, account, not_after, open, revision, fee, drawer) VALUES
      (1, 963933000001, 'mtn', CAST('eeeeeeeeeeeeeeee' AS BLOB), 'damascus', '14521', 9, 0, '', 0, NULL),
      (2, 963933000002, 'mtn', CAST('kkkkkkkkkkkkkkkk' AS BLOB), 'damascus', '14522', 9, 0, '', 0, NULL),
      (3, 963933000003, 'mtn', CAST('of a drawer, 16!' AS BLOB), 'damascus', '14523', 9, 0, '', 0, 1);
    INSERT INTO bank_card_order VALUES
      (1, 'a', 'sample', 963933000001, 'mtn', CAST('eeeeeeeeeeeeeeee' AS BLOB), '1234567890', NULL, NULL, 5, 0, 'SYP', 1, 'ussd', 1, 2, 3, 'x'),
      (2, 'b', 'sample', 963933000002, 'mtn', CAST('kkkkkkkkkkkkkkkk' AS BLOB), '1234567891', NULL, NULL, 5, 0, 'SYP', 1, 'ussd', 1, 2, 3, 'x');)");
  REQUIRE(migrate(database, schema_migrations(), at(1)).ok());
  const auto listed = [&](const std::string& sql) { return database.execAndGet(sql).getString(); };
  CHECK(listed("SELECT group_concat(number || ':' || hex(substr(person, 1, 6)) || ':' "
               "|| (substr(person, 7) = CAST(number AS BLOB))) FROM wallet") ==
        "1234567890:000000000000:1,1234567891:6B6B6B6B6B6B:0");
  CHECK(listed("SELECT group_concat(number || ':' || msisdn || ':' || (person = zeroblob(16))) FROM payment") ==
        "1:0:1,2:963933000002:0,3:963933000003:0");
  CHECK(
      listed("SELECT group_concat(number || ':' || msisdn || ':' || (person = zeroblob(16))) FROM bank_card_order") ==
      "1:0:1,2:963933000002:0");
}

}  // namespace shubbak::store
