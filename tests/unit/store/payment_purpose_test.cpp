// What payments are for, as reports tell it: known as they begin, kept with them, the same from the sums and the
// books.
#include <algorithm>

#include <SQLiteCpp/Database.h>

#include "before_migration.hpp"
#include "cash_fixture.hpp"
#include "domain/check_digit.hpp"
#include "request_fixture.hpp"
#include "store/report_book.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate.hpp"

namespace shubbak::store {
namespace {

using PurposeRows = std::vector<PaymentReportRow>;

ReportWanted wanted_by_purpose() {
  ReportWanted asked{.by = {}, .from = at(0), .before = at(2'000)};
  asked.by.add(ReportGroup::purpose);
  return asked;
}
PurposeRows told_by_purpose(const std::string& path) {
  const auto book = ReportBook::open(path);
  if (!book.ok()) FAIL(book.error().message);
  const auto rows = (*book)->payments(wanted_by_purpose());
  if (!rows.ok()) FAIL(rows.error().message);
  return *rows;
}
PurposeRows differing_by_purpose(const std::string& path) {
  const auto book = ReportBook::open(path);
  if (!book.ok()) FAIL(book.error().message);
  const auto rows = (*book)->payments_differing(wanted_by_purpose());
  if (!rows.ok()) FAIL(rows.error().message);
  return *rows;
}
// Each ended ten seconds after it began.
PaymentReportRow for_purpose(const std::string& purpose, PaymentReportRow::Sum settled,
                             PaymentReportRow::Sum released = {}, PaymentReportRow::Sum refunded = {}) {
  return {.key = {.purpose = purpose},
          .currency = Currency::SYP,
          .settled = settled,
          .released = released,
          .refunded = refunded,
          .waited_ms = 10'000 * (settled.payments + released.payments)};
}

class PurposeFixture : public RequestFixture<CashFixture> {
 public:
  PurposeFixture() : RequestFixture(11) {}
  void quote_fee(std::int64_t amount, std::int64_t when = 20) { put(quote_of(amount, request_number, when)); }
  void begin_there(std::int64_t amount, const std::string& under, std::int64_t when) {
    BeginPayment one = begin(amount, under, when);
    one.account = account_of_fee;
    done(one);
  }
};

TEST_CASE_METHOD(PurposeFixture, "reports tell apart what bills, fees of cases and water have brought in") {
  done(begin(300, "bill"));
  done(settle("bill"));
  quote_fee(200);
  done(begin(200));
  done(settle());
  BeginPayment water = begin(10, "water");
  const std::string digits = "40000000001";
  water.fill =
      FillOrder{5, vouchers::FillCode::parse(digits + check_digit(digits)).value(), std::chrono::seconds(1'000)};
  done(water);
  done(settle("water"));
  CHECK(told_by_purpose(config.path) ==
        PurposeRows{for_purpose("bill", {1, 300}), for_purpose("case_fee", {1, 200}), for_purpose("water", {1, 10})});
  const std::int64_t refund =
      done(PaymentChange(ProposeRefund{payment().number, 200, 0, "wrong_amount", by_maker, at(100)})).refund;
  done(PaymentChange(DecideRefund{refund, true, by_checker, at(110)}));
  begin_there(200, "again", 120);  // as much, to the same account, but no fee is due any more
  done(SettlePayment{"again", {"damascus posted D-2", {}, at(130)}});
  CHECK(told_by_purpose(config.path) == PurposeRows{for_purpose("bill", {2, 500}),
                                                    for_purpose("case_fee", {1, 200}, {}, {1, 200}),
                                                    for_purpose("water", {1, 10})});
  check_whole();
}

TEST_CASE_METHOD(PurposeFixture, "what a payment is for stands as it begins, in cash too, and whatever comes of it") {
  begin_there(200, "early", 12);  // before the fee was quoted
  quote_fee(200);
  done(settle("early"));
  begin_there(199, "less", 60);
  done(release("less"));
  done(take(200));
  CHECK(told_by_purpose(config.path).size() == 1);  // what is not over is in no report
  done(release_cash());
  PaymentReportRow bills = for_purpose("bill", {1, 200}, {1, 199});
  bills.waited_ms = 58'000 + 10'000;
  CHECK(told_by_purpose(config.path) == PurposeRows{bills, for_purpose("case_fee", {}, {1, 200})});
  check_whole();
}

TEST_CASE_METHOD(PurposeFixture, "what payments are for is held against the books, and does not change") {
  quote_fee(200);
  done(begin(200));
  done(settle());
  done(take(300, "cash"));
  done(settle_cash("cash"));
  const auto book = ReportBook::open(config.path);
  REQUIRE(book.ok());
  int told = 0;
  for (unsigned bits = 0; bits < 1U << report_group_names.size(); ++bits) {
    ReportWanted asked = wanted_by_purpose();
    asked.by = {};
    for (unsigned group = 0; group < report_group_names.size(); ++group) {
      if ((bits >> group & 1U) != 0) asked.by.add(static_cast<ReportGroup>(group));
    }
    const auto differing_rows = (*book)->payments_differing(asked);
    if (!differing_rows.ok()) continue;  // by what is not kept
    CAPTURE(bits);
    CHECK(differing_rows->empty());
    ++told;
  }
  CHECK(told == 64);
  SQLite::Database file(config.path, SQLite::OPEN_READWRITE);
  CHECK_THROWS_AS(file.exec("UPDATE payment SET purpose = 0 WHERE purpose = 1"), SQLite::Exception);
  file.exec("UPDATE payment_sum SET purpose = 2 WHERE purpose = 1");
  CHECK(differing_by_purpose(config.path) ==
        PurposeRows{for_purpose("water", {1, 200}), for_purpose("case_fee", {1, 200})});
}

// Payments of a version that did not keep what they are for: a bill (1), a fee that was paid and given back (2), one
// that was released (3) and one that is open (6) of a case whose fee is due, one that began before that was quoted
// (5), and water (4).
SQLite::Database filled_before_purposes(const std::string& path) {
  SQLite::Database database = database_before("wider_figures", path);
  database.exec(R"(
    INSERT INTO ledger_account (number, kind, owner, currency, opened) VALUES (1, 0, '1234567890', 'SYP', 1);
    INSERT INTO ledger_transfer (number, key, request, debit, credit, amount, by_kind, by_name, at, state, posted, resolved, evidence) VALUES
      (1, 'a', zeroblob(32), 1, 2, 300, 1, 'ussd', 1790000060000, 1, 300, 1790000070000, 'x'),
      (2, 'b', zeroblob(32), 1, 2, 200, 1, 'ussd', 1790000060000, 1, 200, 1790000070000, 'x'),
      (3, 'c', zeroblob(32), 1, 2, 200, 1, 'ussd', 1790000060000, 2, 0, 1790000070000, 'x'),
      (4, 'd', zeroblob(32), 1, 2, 10, 1, 'ussd', 1790000060000, 1, 10, 1790000070000, 'x'),
      (5, 'e', zeroblob(32), 1, 2, 200, 1, 'ussd', 1790000040000, 2, 0, 1790000070000, 'x'),
      (6, 'f', zeroblob(32), 1, 2, 200, 1, 'ussd', 1790000080000, 0, 0, NULL, '');
    INSERT INTO payment (number, msisdn, link, person, company, account, not_after, open, revision, fee, drawer) VALUES
      (1, 0, 'mtn', zeroblob(16), 'damascus', '14521', 9, 1, '', 0, NULL), (2, 0, 'mtn', zeroblob(16), 'damascus', '14522', 9, 1, '', 0, NULL),
      (3, 0, 'mtn', zeroblob(16), 'damascus', '14523', 9, 1, '', 0, NULL), (4, 0, 'mtn', zeroblob(16), 'damascus', '14524', 9, 1, '', 0, NULL),
      (5, 0, 'mtn', zeroblob(16), 'damascus', '14523', 9, 1, '', 0, NULL), (6, 0, 'mtn', zeroblob(16), 'damascus', '14523', 9, 1, '', 0, NULL);
    INSERT INTO fill (payment, gallons, redeemed, state, code_hash, lives, bought, expires)
      VALUES (4, 5, 0, 1, zeroblob(16), 1000, 1790000070000, 1790000071000);
    INSERT INTO refund (number, payment, amount, fee, reason, maker, proposed, state)
      VALUES (1, 2, 200, 0, 'paid_twice', 'amal', 1790000090000, 0);
    INSERT INTO audit (number, at, actor_kind, actor_name, action, thing, detail, hash) VALUES
      (1, 1790000070000, 0, '', 'case.fee_paid', 'connection', '{"case":123456789,"amount":200,"payment":2}', zeroblob(32));
    INSERT INTO citizen_case (id, number, person, msisdn, link, kind, stage, state, version, company, directorate, area, accused, office,
      bypasses_office, worker, opened, stage_since, due, is_late, reopened, fee, fee_currency, fee_account, fee_state, fee_quoted) VALUES
      (1, 223456789, zeroblob(16), 0, 'mtn', 'connection', 'fee', 0, 3, 'damascus', '', '', '', '', 0, '', 1790000010000, 1790000015000,
       1790009000000, 0, 0, 200, 'SYP', '14523', 0, 1790000050000);
    UPDATE payment SET open = 0 WHERE number <> 6;
    UPDATE refund SET state = 1, checker = 'basel', decided = 1790000120000;)");
  return database;
}

TEST_CASE("payments of before it was kept what they are for are told apart, and their sums stay") {
  const TempFolder folder;
  const std::string path = folder.file("db");
  {
    SQLite::Database database = filled_before_purposes(path);
    REQUIRE(migrate(database, schema_migrations(), at(1)).ok());
    CHECK(database.execAndGet("SELECT group_concat(number || ':' || purpose) FROM payment").getString() ==
          "1:0,2:1,3:1,4:2,5:0,6:1");
  }
  PaymentReportRow bills = for_purpose("bill", {1, 300}, {1, 200});
  bills.waited_ms = 10'000 + 30'000;
  CHECK(told_by_purpose(path) ==
        PurposeRows{bills, for_purpose("case_fee", {1, 200}, {1, 200}, {1, 200}), for_purpose("water", {1, 10})});
  CHECK(differing_by_purpose(path).empty());
}

TEST_CASE("a sum that was wrong before it was told apart is seen to be wrong still") {
  const TempFolder folder;
  const std::string path = folder.file("db");
  {
    SQLite::Database database = filled_before_purposes(path);
    database.exec("UPDATE payment_sum SET amount = amount + 1 WHERE outcome = 0");
    REQUIRE(migrate(database, schema_migrations(), at(1)).ok());
  }
  const PurposeRows wrong = differing_by_purpose(path);
  REQUIRE(wrong.size() == 2);
  CHECK(wrong[0].key.purpose == "bill");
  CHECK(wrong[0].settled == PaymentReportRow::Sum{1, 301});
  CHECK(wrong[1].settled == PaymentReportRow::Sum{1, 300});
}

}  // namespace
}  // namespace shubbak::store
