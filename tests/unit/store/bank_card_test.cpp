// Orders by bank card and what gateways charge for them, through the store: each charge is in the books once, and
// pays, tops up or is kept apart as the rules say.
#include <SQLiteCpp/Database.h>

#include "bank_card_fixture.hpp"
#include "store/privacy.hpp"

namespace shubbak::store {

TEST_CASE_METHOD(BankCardFixture, "an order is kept as it was confirmed, once under its key") {
  const auto first = change({BankCardChange(ordered()), message("once")});
  REQUIRE(first.ok());
  CHECK(first->outbox_ids.size() == 1);
  const StoredOrder order = order_of();
  CHECK(order.gateway == "sample");
  CHECK(order.msisdn == number());
  CHECK(order.link == "mtn");
  CHECK(order.wallet.number == card.number);
  CHECK(order.company == "damascus");
  CHECK(order.account == "14521");
  CHECK(order.amount == Money{300, Currency::SYP});
  CHECK(order.by == by_citizen);
  CHECK(order.at == at(60));
  CHECK(order.expires == at(60 + link_seconds));
  CHECK(order.state == OrderState::asked);
  const auto second = change({BankCardChange(ordered()), message("once")});
  REQUIRE(second.ok());
  CHECK(second->outbox_ids.empty());
  CHECK(refused_change(ordered(301)) == Errc::conflict);
  CHECK(refused_change(ordered(300, order_key, "14522")) == Errc::conflict);
  CHECK(refused_change(ordered(300, order_key, "")) == Errc::conflict);
  CHECK(available(card_account) == 1'000);
  reopen();
  CHECK(order_of().amount == Money{300, Currency::SYP});
  CHECK(open_orders() == std::vector{order.number});
  CHECK(open_orders("another").empty());
}

TEST_CASE_METHOD(BankCardFixture, "an order that could not be one is refused before anything is queued") {
  OrderByBankCard bad = ordered();
  bad.company.clear();
  CHECK(refused_change(bad) == Errc::invalid);
  for (const std::int64_t amount : {std::int64_t{0}, std::int64_t{-300}})
    CHECK(refused_change(ordered(amount)) == Errc::invalid);
  bad = ordered();
  bad.fee = -1;
  CHECK(refused_change(bad) == Errc::invalid);
  bad.fee = INT64_MAX;
  CHECK(refused_change(bad) == Errc::limit);
  bad = ordered();
  bad.amount.currency = Currency::KWD;
  CHECK(refused_change(bad) == Errc::invalid);
  bad = ordered();
  bad.expires = bad.at;
  CHECK(refused_change(bad) == Errc::invalid);
  bad.expires = bad.at + std::chrono::hours(8 * 24);
  CHECK(refused_change(bad) == Errc::invalid);
  bad = ordered();
  bad.key = "a key";
  CHECK(refused_change(bad) == Errc::invalid);
  bad = ordered();
  bad.person = syrian("09080706050");
  CHECK(refused_change(bad) == Errc::denied);
  CHECK(open_orders().empty());
}

TEST_CASE_METHOD(BankCardFixture, "of one account one link is open at a time, and of a person a few") {
  made(ordered());
  CHECK(refused_change(ordered(300, "second")) == Errc::conflict);
  made(CloseOrder{order_key, "sample cancelled"});
  made(ordered(300, "second"));
  for (int i = 1; i < open_orders_of_person_max; ++i) made(ordered(300, "more." + std::to_string(i), ""));
  CHECK(refused_change(ordered(300, "too.many", "")) == Errc::limit);
  made(CloseOrder{"more.1", "sample expired"});
  made(ordered(300, "not.too.many", ""));
}

TEST_CASE_METHOD(BankCardFixture, "an order whose link is over holds up no other, whether or not its end was told") {
  for (int i = 1; i < open_orders_of_person_max; ++i) made(ordered(300, "more." + std::to_string(i), ""));
  made(ordered());
  CHECK(refused_change(ordered(300, "second", "14521", 60 + link_seconds - 1)) == Errc::conflict);
  CHECK(refused_change(ordered(300, "too.many", "", 60 + link_seconds - 1)) == Errc::limit);
  made(ordered(300, "second", "14521", 60 + link_seconds));
  made(ordered(300, "not.too.many", "", 60 + link_seconds));
  CHECK(open_orders().size() == open_orders_of_person_max + 2);  // each is asked for until its end is told
}

TEST_CASE_METHOD(BankCardFixture,
                 "an order opens, and is over by evidence, and what was said twice changes nothing") {
  made(ordered());
  made(NoteOrderOpen{order_key});
  CHECK(order_state() == OrderState::open);
  made(NoteOrderOpen{order_key});
  CHECK(refused_change(CloseOrder{order_key, ""}) == Errc::invalid);
  made(CloseOrder{order_key, "sample cancelled"});
  CHECK(order_state() == OrderState::over);
  made(CloseOrder{order_key, "sample expired"});
  CHECK(order_of().evidence == "sample cancelled");
  made(NoteOrderOpen{order_key});
  CHECK(order_state() == OrderState::over);
  CHECK(refused_change(NoteOrderOpen{"another"}) == Errc::not_found);
  CHECK(refused_change(CloseOrder{"another", "sample expired"}) == Errc::not_found);
}

TEST_CASE_METHOD(BankCardFixture, "a charge pays what its order is for, in one transaction with its reservation") {
  const OrderByBankCard order = ordered();
  made(order);
  const std::vector<Change> paying{BankCardChange(charged(ChargeUse::pays)), PaymentChange(payment_for(order))};
  const Committed paid = carried_out(paying);
  REQUIRE(paid.charges.size() == 1);
  CHECK(paid.charges[0].use == ChargeUse::pays);
  CHECK_FALSE(paid.charges[0].repeated);
  CHECK(order_state() == OrderState::charged);
  CHECK(available(card_account) == 1'000);  // 300 came, and are reserved
  CHECK(held(at_gateway) == -300);
  CHECK(payment(order_key).state == State::reserved);
  CHECK(open_orders().empty());

  SECTION("told twice it is in the books once") {
    const Committed again = carried_out(paying);
    CHECK(again.charges.at(0).repeated);
    CHECK(again.charges[0].number == paid.charges[0].number);
    CHECK(again.transfers.empty());
    CHECK(taken(charged(ChargeUse::credits)).repeated);
    CHECK(held(at_gateway) == -300);
    CHECK(charges().size() == 1);
  }
  SECTION("another charge under its name is refused") {
    CHECK(refused_change(charged(ChargeUse::credits, 301)) == Errc::conflict);
    CHECK(refused_change(charged(ChargeUse::credits, 300, "G-1", "another")) == Errc::conflict);
  }
  SECTION("the company has it") {
    done(settle(order_key));
    CHECK(held(sample_payable) == 300);
    CHECK(held(card_account) == 1'000);
  }
  SECTION("what the company declines is on the card") {
    done(release(order_key));
    CHECK(available(card_account) == 1'300);
  }
  SECTION("money that comes once more for it is kept apart") {
    const ChargeOutcome second = taken(charged(ChargeUse::disputed, 300, "G-2"));
    CHECK(second.why == Dispute::charged_before);
    CHECK(held(in_dispute) == 300);
    CHECK(held(at_gateway) == -600);
    CHECK(available(card_account) == 1'000);
    REQUIRE(charges(true).size() == 1);
    CHECK(charges(true)[0].transaction == "G-2");
  }
  SECTION("the order is not over any more") {
    CHECK(refused_change(CloseOrder{order_key, "sample expired"}) == Errc::conflict);
  }
  check_whole();
}

TEST_CASE_METHOD(BankCardFixture,
                 "a payment that cannot begin takes the charge back with it, and the money is put on the card") {
  const OrderByBankCard order = ordered();
  made(order);
  BeginPayment stolen = payment_for(order);
  stolen.person = syrian("09080706050");
  CHECK(refused({BankCardChange(charged(ChargeUse::pays)), PaymentChange(stolen)}) == Errc::denied);
  CHECK(charges().empty());
  CHECK(held(at_gateway) == 0);
  CHECK(order_state() == OrderState::asked);
  CHECK(taken(charged(ChargeUse::credits)).use == ChargeUse::credits);
  CHECK(available(card_account) == 1'300);
  CHECK(order_state() == OrderState::charged);
  check_whole();
}

TEST_CASE_METHOD(BankCardFixture, "an account that was paid otherwise since is not paid again") {
  const OrderByBankCard order = ordered();
  made(order);
  BeginPayment otherwise = begin(100);
  done(otherwise);
  done(settle());
  CHECK(refused({BankCardChange(charged(ChargeUse::pays)), PaymentChange(payment_for(order))}) == Errc::conflict);
  CHECK(taken(charged(ChargeUse::credits)).use == ChargeUse::credits);
  CHECK(available(card_account) == 1'200);
}

TEST_CASE_METHOD(BankCardFixture, "a payment that was held when the order was made") {
  done(begin(100));
  CHECK(refused_change(ordered()) == Errc::conflict);
  made(ordered(300, "other.account", "14522"));
  made(ordered(50, "top.up", ""));
  done(settle());
  const OrderByBankCard order = ordered(300, order_key, "14521", 80);
  made(order);

  const std::vector<Change> paying{BankCardChange(charged(ChargeUse::pays)), PaymentChange(payment_for(order))};
  SECTION("what came through before it is not in its way") {
    CHECK(carried_out(paying).charges.at(0).use == ChargeUse::pays);
  }
  SECTION("what was begun before the order and has come through since is not paid again") {
    BeginPayment before = begin(100, "before", 50);
    before.account = "14521";
    done(before);
    SettlePayment later = settle("before");
    later.resolution.at = at(90);
    done(later);
    CHECK(refused(paying) == Errc::conflict);
    CHECK(taken(charged(ChargeUse::credits)).use == ChargeUse::credits);
  }
  check_whole();
}

TEST_CASE_METHOD(BankCardFixture,
                 "money is put on the card that the order names: to top up, late, or behind its end") {
  made(ordered(300, order_key, ""));
  CHECK(refused_change(charged(ChargeUse::pays)) == Errc::conflict);
  CHECK(refused_change(charged(ChargeUse::disputed)) == Errc::conflict);
  made(charged(ChargeUse::credits));
  CHECK(available(card_account) == 1'300);

  made(ordered(100, "late"));
  const std::int64_t too_late = 60 + link_seconds + 601;
  CHECK(refused_change(charged(ChargeUse::pays, 100, "G-2", "late", too_late)) == Errc::conflict);
  made(charged(ChargeUse::credits, 100, "G-2", "late", too_late));
  CHECK(available(card_account) == 1'400);

  made(ordered(50, "cancelled", "14599"));
  made(CloseOrder{"cancelled", "sample cancelled"});
  CHECK(refused_change(charged(ChargeUse::pays, 50, "G-3", "cancelled")) == Errc::conflict);
  CHECK(refused_change(charged(ChargeUse::disputed, 50, "G-3", "cancelled")) == Errc::conflict);
  made(charged(ChargeUse::credits, 50, "G-3", "cancelled"));
  CHECK(available(card_account) == 1'450);
  CHECK(order_state("cancelled") == OrderState::charged);
  check_whole();
}

TEST_CASE_METHOD(BankCardFixture, "money that nothing explains is kept apart, and is on nobody's card") {
  made(ordered());
  CHECK(taken(charged(ChargeUse::disputed, 301, "G-1")).why == Dispute::other_amount);
  CHECK(taken(charged(ChargeUse::disputed, 300, "G-2", "nobody")).why == Dispute::unknown_order);
  TakeCharge foreign = charged(ChargeUse::disputed, 300, "G-3", "nobody");
  foreign.amount.currency = Currency::KWD;
  made(foreign);
  CHECK(refused_change(charged(ChargeUse::credits, 300, "G-4", "nobody")) == Errc::conflict);
  // The same reference at another gateway is another one's.
  TakeCharge other = charged(ChargeUse::disputed, 300, "G-1");
  other.gateway = "another";
  CHECK(taken(other).why == Dispute::unknown_order);
  CHECK(available(card_account) == 1'000);
  CHECK(held(in_dispute) == 601);
  CHECK(held({ledger::AccountKind::pending, "sample", Currency::KWD}) == 300);
  CHECK(charges(true).size() == 4);
  CHECK(order_state() == OrderState::charged);
  for (const std::int64_t amount : {std::int64_t{0}, std::int64_t{-1}})
    CHECK(refused_change(charged(ChargeUse::disputed, amount, "G-5")) == Errc::invalid);
  CHECK(refused_change(charged(ChargeUse::disputed, 1, "a b")) == Errc::invalid);
  CHECK(refused_change(charged(ChargeUse::disputed, 1, std::string(41, 'x'))) == Errc::invalid);
  check_whole();
}

TEST_CASE_METHOD(BankCardFixture,
                 "orders of a person are in what is kept of them, and hold up an erasure while a link is open") {
  made(ordered());
  const auto file = store->person_file(syrian());
  REQUIRE(file.ok());
  REQUIRE(file->bank_card_orders.size() == 1);
  CHECK(file->bank_card_orders[0].account == "14521");
  CHECK(store->person_file(syrian("09080706050"))->bank_card_orders.empty());
  done(begin(1'000));
  done(settle());
  carried_out(released(number(), syrian(), at(900)));
  const std::int64_t over = 60 + link_seconds;
  const std::int64_t a_day_later = over + 24 * 3'600;
  CHECK(refused({ErasePerson{syrian(), by_staff, at(over)}}) == Errc::conflict);
  CHECK(refused({ErasePerson{syrian(), by_staff, at(a_day_later - 1)}}) == Errc::conflict);
  SECTION("that it is over was told") {
    made(CloseOrder{order_key, "sample expired"});
    carried_out({ErasePerson{syrian(), by_staff, at(over)}});
  }
  SECTION("a gateway that tells nothing does not hold it up for ever") {
    carried_out({ErasePerson{syrian(), by_staff, at(a_day_later)}});
  }
}

TEST_CASE_METHOD(BankCardFixture,
                 "an order over a limit on paying is refused, and limits count it when it pays, once") {
  config.payment_limits.all = {{.per = payments::Scope::person, .payments = 2, .amount = Money{500, Currency::SYP}}};
  reopen();
  const auto message_of = [this](const OrderByBankCard& one) {
    const auto ordered_or_not = change({BankCardChange(one)});
    return ordered_or_not.ok() ? std::string() : ordered_or_not.error().message;
  };
  CHECK(message_of(ordered(501)) == over_limit(payments::Scope::person));
  CHECK_FALSE(store->bank_cards().find_order(order_key).value());
  made(ordered(600, "to.the.card", ""));  // what is put on the card is no payment
  made(ordered(400));
  made(ordered(400, "second", "14522"));  // nothing is paid as yet
  const auto pays = [this](const std::string& under, const std::string& transaction, const std::string& account) {
    return change({BankCardChange(charged(ChargeUse::pays, 400, transaction, under)),
                   PaymentChange(payment_for(ordered(400, under, account)))});
  };
  REQUIRE(pays(order_key, "G-1", "14521").ok());
  CHECK(pays("second", "G-2", "14522").error().code == Errc::limit);
  CHECK(taken(charged(ChargeUse::credits, 400, "G-2", "second")).use == ChargeUse::credits);
  CHECK(message_of(ordered(101, "third", "14523")) == over_limit(payments::Scope::person));
  made(ordered(100, "third", "14523"));  // 400 were counted once
  check_whole();
}

TEST_CASE_METHOD(BankCardFixture,
                 "what the card may not hold is not ordered, and is disputed where it comes all the same") {
  const auto ceiling = [](std::int64_t most) {
    return LedgerChange(SetCeiling{card_account, most, by_staff, at(50)});
  };
  carried_out({ceiling(1'300)});
  for (const std::string account : {"", "14521"})
    CHECK(refused_change(ordered(301, order_key, account)) == Errc::limit);
  OrderByBankCard with_fee = ordered(300);
  with_fee.fee = 1;
  CHECK(refused_change(with_fee) == Errc::limit);
  made(ordered(300, order_key, ""));
  made(ordered(300, "bill"));
  carried_out({ceiling(1'299)});
  CHECK(refused_change(charged(ChargeUse::credits)) == Errc::conflict);
  CHECK(taken(charged(ChargeUse::disputed)).why == Dispute::over_ceiling);
  CHECK(refused({BankCardChange(charged(ChargeUse::pays, 300, "G-2", "bill")),
                 PaymentChange(payment_for(ordered(300, "bill")))}) == Errc::conflict);
  CHECK(taken(charged(ChargeUse::disputed, 300, "G-2", "bill")).why == Dispute::over_ceiling);
  CHECK(held(in_dispute) == 600);
  CHECK(available(card_account) == 1'000);
  CHECK(open_orders().empty());
  check_whole();
}

TEST_CASE_METHOD(BankCardFixture,
                 "a charge for somebody who was erased since is disputed, and nothing of them comes back") {
  made(ordered());
  made(ordered(50, "top.up", ""));
  done(begin(1'000));
  done(settle());
  carried_out(released(number(), syrian(), at(900)));
  const std::int64_t a_day_later = 60 + link_seconds + 24 * 3'600;
  CHECK_FALSE(order_of().is_erased);
  carried_out({ErasePerson{syrian(), by_staff, at(a_day_later)}});
  CHECK(order_of().is_erased);
  for (const auto use : {ChargeUse::pays, ChargeUse::credits})
    CHECK(refused_change(charged(use, 300, "G-1", order_key, a_day_later + 1)) == Errc::conflict);
  CHECK(taken(charged(ChargeUse::disputed, 300, "G-1", order_key, a_day_later + 1)).why == Dispute::erased);
  CHECK(taken(charged(ChargeUse::disputed, 50, "G-2", "top.up", a_day_later + 1)).why == Dispute::erased);
  CHECK(available(card_account) == 0);
  CHECK(held(in_dispute) == 350);
  CHECK(store->links_of(syrian())->empty());
  check_whole();
}

TEST_CASE_METHOD(BankCardFixture, "what an order or a charge is cannot be changed in the file") {
  made(ordered());
  made(charged(ChargeUse::disputed, 301));
  SQLite::Database file(config.path, SQLite::OPEN_READWRITE, 5000);
  for (const char* sql : {"UPDATE bank_card_order SET amount = 1", "UPDATE bank_card_order SET state = 1",
                          "DELETE FROM bank_card_order", "UPDATE bank_card_charge SET charge_use = 1, dispute = 0",
                          "DELETE FROM bank_card_charge"}) {
    INFO(sql);
    CHECK_THROWS_AS(file.exec(sql), SQLite::Exception);
  }
}

}  // namespace shubbak::store
