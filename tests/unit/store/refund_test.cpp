// Refunds of payments through the store: two persons, never more than was paid, and the trail has it.
#include <SQLiteCpp/Database.h>

#include "payment_fixture.hpp"
#include "store/audit_trail.hpp"

namespace shubbak::store {
namespace {

class RefundFixture : public PaymentFixture {
 public:
  RefundFixture() {
    BeginPayment paid = begin(300);
    paid.fee = 25;
    done(paid);
  }
  ProposeRefund propose(std::int64_t amount, std::int64_t fee = 0) {
    return {payment().number, amount, fee, "paid_twice", by_maker, at(100)};
  }
  std::vector<std::string> told() {
    std::vector<std::string> actions;
    auto trail = AuditTrail::open(config.path);
    REQUIRE(trail.ok());
    const Status read = (*trail)->each({.action = "refund."}, [&](const audit::Record& record) {
      actions.push_back(record.action);
      return true;
    });
    CHECK(read.ok());
    return actions;
  }
};

}  // namespace

TEST_CASE_METHOD(RefundFixture,
                 "a refund that one proposes and another pays goes back to the card, and the books tell") {
  done(settle());
  const std::int64_t refund = done(propose(120)).refund;
  CHECK(refund == 1);
  CHECK(held(card_account) == 675);  // nothing has moved yet
  CHECK(refused_payment(DecideRefund{refund, true, by_maker, at(110)}) == Errc::denied);
  const Committed paid = done(DecideRefund{refund, true, by_checker, at(120)});
  CHECK(paid.refund == refund);
  CHECK(held(card_account) == 795);
  CHECK(held(sample_payable) == 180);
  CHECK(held(fees) == 25);
  const StoredRefund kept = **store->payments().find_refund(refund);
  CHECK(kept.state == RefundState::paid);
  CHECK(kept.payment == payment().number);
  CHECK(kept.amount == 120);
  CHECK(kept.reason == "paid_twice");
  CHECK(kept.maker == "amal");
  CHECK(kept.checker == "basel");
  CHECK(kept.proposed == at(100));
  CHECK(kept.decided == at(120));
  CHECK(refused_payment(DecideRefund{refund, true, by_checker, at(130)}) == Errc::conflict);
  CHECK(refused_payment(DecideRefund{refund, false, by_checker, at(130)}) == Errc::conflict);
  CHECK(held(card_account) == 795);
  CHECK(payment().state == ledger::State::posted);  // what was paid stays paid; the refund is another transfer
  check_whole();
}

TEST_CASE_METHOD(RefundFixture, "no more is refunded than was paid, with what is only proposed counted") {
  done(settle());
  const std::int64_t first = done(propose(200)).refund;
  CHECK(refused_payment(propose(101)) == Errc::conflict);
  const std::int64_t second = done(propose(100, 25)).refund;
  CHECK(refused_payment(propose(1)) == Errc::conflict);
  CHECK(store->payments().refunds(true, 0, 10).value().size() == 2);
  // What is refused makes room; who asked for it may take it back.
  done(DecideRefund{first, false, by_maker, at(120)});
  CHECK(store->payments().refunds(true, 0, 10).value().front().number == second);
  CHECK(store->payments().refunds(false, 0, 10).value().size() == 2);
  CHECK(store->payments().refunds(false, first, 10).value().front().number == second);
  done(DecideRefund{second, true, by_checker, at(130)});
  CHECK(held(fees) == 0);
  CHECK(held(card_account) == 1'000 - 300 + 100);
  const std::int64_t third = done(propose(200)).refund;
  CHECK(refused_payment(propose(1, 0)) == Errc::conflict);
  done(DecideRefund{third, true, by_checker, at(140)});
  CHECK(held(card_account) == 1'000);
  CHECK(held(sample_payable) == 0);
  CHECK(refused_payment(propose(1)) == Errc::conflict);
  check_whole();
}

TEST_CASE_METHOD(RefundFixture, "what is not settled, not there or nothing is not refunded") {
  CHECK(refused_payment(propose(100)) == Errc::conflict);  // reserved still
  done(settle());
  for (const std::int64_t amount : {std::int64_t{0}, std::int64_t{-1}})
    CHECK(refused_payment(propose(amount)) == Errc::invalid);
  CHECK(refused_payment(propose(301)) == Errc::conflict);
  CHECK(refused_payment(propose(INT64_MAX)) == Errc::conflict);
  CHECK(refused_payment(propose(1, 26)) == Errc::conflict);
  CHECK(refused_payment(propose(1, -1)) == Errc::invalid);
  ProposeRefund other = propose(1);
  other.payment = 4'711;
  CHECK(refused_payment(other) == Errc::not_found);
  other = propose(1);
  other.reason = "Paid twice, 0933123456";
  CHECK(refused_payment(other) == Errc::invalid);
  other = propose(1);
  other.by = by_citizen;
  CHECK(refused_payment(other) == Errc::invalid);
  CHECK(refused_payment(DecideRefund{9, true, by_checker, at(120)}) == Errc::not_found);
  CHECK(held(card_account) == 675);
  CHECK(store->payments().refunds(false, 0, 10).value().empty());
}

TEST_CASE_METHOD(RefundFixture,
                 "what the card may not hold, or nobody has, is not refunded, and the ways out are told") {
  done(settle());
  const std::int64_t refund = done(propose(100, 25)).refund;
  const auto paying = [&] {
    return change({PaymentChange(DecideRefund{refund, true, by_checker, at(120)})}).error();
  };
  SECTION("a full card") {
    const auto ceiling = [&](std::int64_t most) {
      carried_out({LedgerChange(SetCeiling{card_account, most, by_checker, at(110)})});
    };
    for (const std::int64_t most : {774, 799}) {  // with the fee it would be 800
      ceiling(most);
      CHECK(paying().code == Errc::limit);
      CHECK(paying().message == refund_over_ceiling);
    }
    CHECK(held(card_account) == 675);
    ceiling(800);
    done(DecideRefund{refund, true, by_checker, at(120)});
    CHECK(held(card_account) == 800);
  }
  SECTION("a card of nobody") {
    SQLite::Database(config.path, SQLite::OPEN_READWRITE, 5'000)
        .exec("UPDATE payment SET msisdn = 0, person = zeroblob(16)");
    CHECK(paying().message == refund_to_nobody);
    CHECK(change({PaymentChange(propose(1))}).error().message == refund_to_nobody);
    CHECK(held(card_account) == 675);
    done(DecideRefund{refund, false, by_checker, at(120)});
  }
  check_whole();
}

TEST_CASE_METHOD(RefundFixture, "what came back from a company is not refunded as well") {
  done(release());
  CHECK(refused_payment(propose(100)) == Errc::conflict);
  CHECK(available(card_account) == 1'000);
}

TEST_CASE_METHOD(RefundFixture, "each step of a refund is told to the audit trail, and rules of the file keep it") {
  done(settle());
  const std::int64_t first = done(propose(100)).refund;
  const std::int64_t second = done(propose(50)).refund;
  done(DecideRefund{first, true, by_checker, at(120)});
  done(DecideRefund{second, false, by_checker, at(130)});
  CHECK(told() == std::vector<std::string>{"refund.proposed", "refund.proposed", "refund.paid", "refund.refused"});
  store.reset();
  SQLite::Database file(config.path, SQLite::OPEN_READWRITE, 5'000);
  for (const char* change : {"UPDATE refund SET amount = 1",
                             "UPDATE refund SET state = 0, checker = NULL, decided = NULL", "DELETE FROM refund"})
    CHECK_THROWS(file.exec(change));
  CHECK_THROWS(
      file.exec("INSERT INTO refund SELECT 9, payment, 1, 0, 'x', 'amal', 0, 1, 'amal', 0 FROM refund LIMIT 1"));
}

TEST_CASE_METHOD(RefundFixture, "a refund in a set whose end is refused has moved nothing") {
  done(settle());
  const std::int64_t refund = done(propose(100, 25)).refund;
  const auto refusal = change({PaymentChange(DecideRefund{refund, true, by_checker, at(120)}),
                               LedgerChange(VoidReservation{"not.there", {"", {}, at(0)}})});
  REQUIRE_FALSE(refusal.ok());
  CHECK(held(card_account) == 675);
  CHECK((*store->payments().find_refund(refund))->state == RefundState::proposed);
  done(DecideRefund{refund, true, by_checker, at(120)});
  CHECK(held(card_account) == 800);
  check_whole();
}

}  // namespace shubbak::store
