// Cash at agents through the store: receipts = deposits + balance, whatever becomes of the payments.
#include <limits>
#include <map>

#include "cash_fixture.hpp"
#include "store/audit_trail.hpp"
#include "store/sqlite/cash_writer.hpp"

namespace shubbak::store {
namespace {

TakeCash cash_with_fee(std::int64_t amount, std::int64_t fee) {
  TakeCash made = take(amount);
  made.fee = fee;
  return made;
}

std::map<std::string, int> told_of_cash(const std::string& path) {
  std::map<std::string, int> actions;
  auto trail = AuditTrail::open(path);
  REQUIRE(trail.ok());
  const Status read = (*trail)->each({}, [&](const audit::Record& record) {
    ++actions[record.action];
    return true;
  });
  CHECK(read.ok());
  return actions;
}

}  // namespace

TEST_CASE_METHOD(CashFixture, "cash for a bill is in the drawer at once, and the company's when it has told") {
  const Committed begun = done(cash_with_fee(300, 25));
  CHECK(begun.transfers.size() == 2);
  CHECK(held(in_drawer) == 325);
  CHECK(held(owed_by_drawer) == 325);
  CHECK(available(owed_by_drawer) == 0);
  const StoredPayment open = cash_payment();
  CHECK(open.number == begun.transfers.front().number);
  CHECK(open.amount.minor == 300);
  CHECK(open.fee == 25);
  CHECK_FALSE(open.msisdn);
  CHECK(open.drawer == kept().number);
  CHECK(open_ones(100) == std::vector{open.number});  // so the follow-up asks for it
  REQUIRE(payments(true).size() == 1);

  SECTION("settled") {
    done(settle_cash());
    CHECK(held(in_drawer) == 325);
    CHECK(held(owed_by_drawer) == 0);
    CHECK(held(sample_payable) == 300);
    CHECK(held(fees_of_all) == 25);
    CHECK(payments(true).empty());
    CHECK(payments(false).at(0).payment.check_code.size() == 7);
    CHECK(store->payments().find_receipt(open.number).value()->state == State::posted);
    CHECK(refusal(giving_back(open.number, 325)).code == Errc::conflict);
  }
  SECTION("released: the drawer owes it until it is given back, once") {
    done(release_cash());
    CHECK(held(in_drawer) == 325);
    CHECK(available(owed_by_drawer) == 325);
    CHECK(payments(true).at(0).owed == 325);
    for (const std::int64_t another : {324, 326, 300})
      CHECK(refusal(giving_back(open.number, another)).code == Errc::conflict);
    CHECK(held(in_drawer) == 325);
    done(giving_back(open.number, 325));
    CHECK(held(in_drawer) == 0);
    CHECK(held(owed_by_drawer) == 0);
    CHECK(payments(true).empty());
    CHECK(payments(false).at(0).owed == 0);
    CHECK(done(giving_back(open.number, 325, "back", 81)).transfers.at(0).repeated);  // pressed twice
    CHECK(refusal(giving_back(open.number, 325, "another")).code == Errc::conflict);
    CHECK(held(in_drawer) == 0);
    CHECK(statement().sums.sum(CashKind::given_back) == CashSum{1, 325});
  }
  CHECK(statement().adds_up());
  check_whole();
}

TEST_CASE_METHOD(CashFixture, "what is refunded of a payment in cash is given back out of its drawer") {
  done(cash_with_fee(300, 25));
  done(settle_cash());
  const std::int64_t number = cash_payment().number;
  const auto refund = [&](std::int64_t amount, std::int64_t fee) {
    const std::int64_t asked =
        done(PaymentChange(ProposeRefund{number, amount, fee, "paid_twice", by_maker, at(90)})).refund;
    CHECK(refused({PaymentChange(DecideRefund{asked, true, {Actor::Kind::staff, "sami"}, at(91)})}) == Errc::denied);
    done(PaymentChange(DecideRefund{asked, true, by_checker, at(91)}));
  };
  refund(100, 25);
  CHECK(payments(true).at(0).owed == 125);
  refund(50, 0);
  CHECK(payments(true).at(0).owed == 175);
  done(giving_back(number, 175, "back", 95));
  CHECK(held(in_drawer) == 150);
  CHECK(held(sample_payable) == 150);
  refund(150, 0);
  // The first one again tells of the first one, though more is owed by now.
  CHECK(done(giving_back(number, 175, "back", 96)).transfers.at(0).repeated);
  CHECK(refusal(giving_back(number, 150, "back")).code == Errc::conflict);
  CHECK(refusal(giving_back(number, 175, "more")).message == "what is to be given back of it is 1.50 SYP");
  CHECK(held(in_drawer) == 150);
  done(giving_back(number, 150, "more", 97));
  CHECK(held(in_drawer) == 0);
  CHECK(statement().sums.sum(CashKind::given_back) == CashSum{2, 325});
  CHECK(statement().adds_up());
  check_whole();
}

TEST_CASE_METHOD(CashFixture, "the same key is one payment, a lost answer is found, and nothing is paid twice") {
  const std::int64_t number = done(take(300)).transfers.front().number;
  SECTION("the same request again") {
    const Committed again = done(take(300, payment_key, 70));
    REQUIRE(again.transfers.size() == 1);
    CHECK(again.transfers.front().repeated);
    CHECK(again.transfers.front().number == number);
  }
  SECTION("another request under the key") {
    CHECK(refusal(take(301)).code == Errc::conflict);
    CHECK(refusal(cash_with_fee(300, 1)).code == Errc::conflict);
    TakeCash elsewhere = take(300);
    elsewhere.account = "14522";
    CHECK(refusal(elsewhere).code == Errc::conflict);
  }
  SECTION("another key, while the first is not over") {
    TakeCash another = take(200, "another");
    another.account = "14521";
    another.again = true;
    CHECK(refusal(another).message == payment_not_over);
  }
  SECTION("another key, just after the first was settled") {
    done(settle_cash());
    TakeCash another = take(300, "another", 60 + 599);
    another.account = "14521";
    CHECK(refusal(another).message == taken_just_now);
    another.again = true;
    done(another);
    CHECK(held(in_drawer) == 600);
    return;
  }
  SECTION("another key, long after") {
    done(settle_cash());
    TakeCash another = take(300, "another", 60 + 600);
    another.account = "14521";
    done(another);
    CHECK(held(in_drawer) == 600);
    return;
  }
  CHECK(held(in_drawer) == 300);
  CHECK(statement().sums.sum(CashKind::payment) == CashSum{1, 300});
  check_whole();
}

TEST_CASE_METHOD(CashFixture, "cash comes onto a card, once under its key, and not twice by mistake") {
  done(cash_for_card(400));
  CHECK(held(in_drawer) == 400);
  CHECK(held(card_account) == 1'400);
  CHECK(done(cash_for_card(400)).transfers.at(0).repeated);
  CHECK(refusal(cash_for_card(401)).code == Errc::conflict);
  CHECK(refusal(cash_for_card(400, "another")).message == taken_just_now);
  TopUpByCash meant = cash_for_card(400, "another");
  meant.again = true;
  done(meant);
  CHECK(held(card_account) == 1'800);
  TopUpByCash nobodys = cash_for_card(10, "nobody");
  nobodys.wallet.number = "1234567899";
  CHECK(refusal(nobodys).code == Errc::not_found);
  nobodys.wallet = {card.number, Currency::EGP};
  CHECK(refusal(nobodys).code == Errc::invalid);
  CHECK(held(in_drawer) == 800);
  CHECK(statement().sums.sum(CashKind::top_up) == CashSum{2, 800});
  check_whole();
}

TEST_CASE_METHOD(CashFixture, "what may not be changes nothing, and says why") {
  done(opening_drawer("badr"));
  done(take(300));
  done(release_cash());
  const std::int64_t number = cash_payment().number;
  const auto changed = [](auto change, const auto& how) {
    how(change);
    return CashChange(change);
  };
  const TakeCash fresh = take(100, "fresh");
  const std::vector<std::pair<CashChange, Errc>> refused{
      {changed(fresh, [](auto& one) { one.amount.minor = 0; }), Errc::invalid},
      {changed(fresh, [](auto& one) { one.amount.minor = -5; }), Errc::invalid},
      {changed(fresh,
               [](auto& one) {
                 one.amount.minor = std::numeric_limits<std::int64_t>::max();
                 one.fee = 1;
               }),
       Errc::invalid},
      {changed(fresh, [](auto& one) { one.fee = -1; }), Errc::invalid},
      {changed(fresh, [](auto& one) { one.amount.currency = Currency::EGP; }), Errc::invalid},
      {changed(fresh, [](auto& one) { one.amount.minor = 10'001; }), Errc::limit},
      {changed(fresh, [](auto& one) { one.fee = 9'901; }), Errc::limit},
      {changed(fresh, [](auto& one) { one.drawer = "nobody.post_7"; }), Errc::not_found},
      {changed(fresh, [](auto& one) { one.drawer = other_drawer; }), Errc::denied},
      {changed(fresh,
               [](auto& one) {
                 one.by = {Actor::Kind::staff, "sami"};
               }),
       Errc::invalid},
      {changed(fresh,
               [](auto& one) {
                 one.by = {Actor::Kind::agent, "badr"};
               }),
       Errc::denied},
      {changed(fresh, [](auto& one) { one.key = "no key"; }), Errc::invalid},
      {changed(fresh, [](auto& one) { one.key = "refund.1"; }), Errc::invalid},
      {changed(cash_for_card(1), [](auto& one) { one.key = "batch.1.sold"; }), Errc::invalid},
      {changed(deposit(1), [](auto& one) { one.key = "fresh.f"; }), Errc::invalid},
      {changed(fresh, [](auto& one) { one.key = std::string(57, 'k'); }), Errc::invalid},
      {changed(fresh, [](auto& one) { one.company = "no company"; }), Errc::invalid},
      {changed(fresh, [](auto& one) { one.not_after = one.at + std::chrono::hours(2); }), Errc::invalid},
      {changed(cash_for_card(0), [](auto&) {}), Errc::invalid},
      {changed(cash_for_card(-1), [](auto&) {}), Errc::invalid},
      {changed(cash_for_card(9'701), [](auto&) {}), Errc::limit},
      {changed(deposit(0), [](auto&) {}), Errc::invalid},
      {changed(deposit(-1), [](auto&) {}), Errc::invalid},
      {changed(deposit(301), [](auto&) {}), Errc::insufficient},
      {changed(deposit(1), [](auto& one) { one.by.name = "sami"; }), Errc::denied},
      {changed(deposit(1), [](auto& one) { one.by = sami; }), Errc::invalid},
      {changed(deposit(1), [](auto& one) { one.reference = ""; }), Errc::invalid},
      {changed(deposit(1), [](auto& one) { one.reference = "of the bank"; }), Errc::invalid},
      {changed(deposit(1), [](auto& one) { one.amount.currency = Currency::KWD; }), Errc::invalid},
      {changed(deposit(1), [](auto& one) { one.drawer = "nobody.post_7"; }), Errc::not_found},
      {changed(giving_back(number, 300),
               [](auto& one) {
                 one.drawer = other_drawer;
                 one.by.name = "badr";
               }),
       Errc::conflict},
      {changed(giving_back(number, 300), [](auto& one) { one.by.name = "badr"; }), Errc::denied},
      {changed(giving_back(number, 300), [](auto& one) { one.key = "back.1"; }), Errc::invalid},
      {changed(giving_back(number, 300), [](auto& one) { one.amount.currency = Currency::EGP; }), Errc::invalid},
      {giving_back(number, 0), Errc::invalid},
      {giving_back(1, 300), Errc::not_found},
      {CountCash{drawer, {-1, Currency::SYP}, sami, at(80)}, Errc::invalid},
      {CountCash{drawer, {1, Currency::EGP}, sami, at(80)}, Errc::invalid},
      {CountCash{drawer, {1, Currency::SYP}, {Actor::Kind::agent, "badr"}, at(80)}, Errc::denied},
      {opening_drawer(), Errc::conflict},
      {opening_drawer("sami2", -1), Errc::invalid},
      {opening_drawer("sami 2"), Errc::invalid},
  };
  const std::map<std::string, int> before = told_of_cash(config.path);
  for (std::size_t i = 0; i < refused.size(); ++i) {
    INFO("the one of index " << i);
    CHECK(refusal(refused[i].first).code == refused[i].second);
  }
  CHECK(told_of_cash(config.path) == before);
  CHECK(held(in_drawer) == 300);
  CHECK(statement().sums.net() == 300);
  CHECK(refusal(take(9'701, "fresh")).message == over_ceiling);
  done(take(9'700, "fresh"));
  CHECK(held(in_drawer) == 10'000);
  check_whole();
}

TEST_CASE_METHOD(CashFixture, "what was brought in while it is owed comes back only when there is cash again") {
  done(take(300));
  done(deposit(300));
  done(release_cash());
  CHECK(refusal(giving_back(cash_payment().number, 300)).code == Errc::insufficient);
  done(cash_for_card(300));
  done(giving_back(cash_payment().number, 300));
  CHECK(held(in_drawer) == 0);
  CHECK(statement().adds_up());
  check_whole();
}

TEST_CASE_METHOD(CashFixture, "limits count cash by agent and payee, and a release gives back") {
  config.payment_limits.all = {{.per = payments::Scope::agent, .amount = Money{500, Currency::SYP}},
                               {.per = payments::Scope::payee, .payments = 2}};
  reopen();
  done(take(300));
  CHECK(refusal(take(201, "more")).message == over_limit(payments::Scope::agent));
  CHECK(held(in_drawer) == 300);
  done(release_cash());
  done(take(450, "more"));
  done(settle_cash("more"));
  CHECK(refusal(take(51, "yet_more")).message == over_limit(payments::Scope::agent));
  TakeCash bank = take(51, "yet_more");
  bank.of_bank = true;
  bank.again = true;
  for (const char* key : {"yet_more", "third"}) {
    bank.key = key;
    done(bank);
    done(settle_cash(key));
  }
  bank.key = "fourth";
  CHECK(refusal(bank).message == over_limit(payments::Scope::payee));
  CHECK(store->payments().limit_refusals().value() == PaymentReads::LimitRefusals{0, 0, 0, 2, 1});
  check_whole();
}

TEST_CASE_METHOD(CashFixture, "a count keeps the difference and moves nothing") {
  done(take(300));
  CHECK(done(CountCash{drawer, {280, Currency::SYP}, sami, at(100)}).cash_expected == 300);
  CHECK(done(CountCash{drawer, {300, Currency::SYP}, sami, at(101)}).cash_expected == 300);
  CHECK(held(in_drawer) == 300);
  const DrawerStatement day = statement();
  REQUIRE(day.counts.size() == 2);
  CHECK(day.counts[0].counted == 280);
  CHECK(day.counts[0].expected == 300);
  CHECK(statement(101).counts.size() == 1);
  check_whole();
}

TEST_CASE_METHOD(CashFixture, "a day's statement, and reports by collector, counter, company and directorate") {
  done(opening_drawer("badr"));
  done(cash_with_fee(300, 25));
  done(settle_cash());
  TakeCash to_homs = take(200, "homs", 70);
  to_homs.company = "homs";
  done(to_homs);
  done(PaymentChange(ReleasePayment{"cash-homs", {"homs declined other", {}, at(75)}}));
  done(cash_for_card(500, "top", 1'000));
  done(deposit(600, "slip1", 1'010));
  const std::int64_t number = store->payments().find_payment("cash-homs").value()->number;
  done(giving_back(number, 200, "back", 1'020));
  TakeCash by_badr = take(50, "badr", 1'030);
  by_badr.drawer = other_drawer;
  by_badr.by = {Actor::Kind::agent, "badr"};
  done(by_badr);

  const DrawerStatement first = statement(0, 1'000);
  CHECK(first.opening == 0);
  CHECK(first.sums.sum(CashKind::payment) == CashSum{2, 525});
  CHECK(first.sums.fees == 25);
  CHECK(first.closing() == 525);
  const DrawerStatement second = statement(1'000, 2'000);
  CHECK(second.opening == 525);
  CHECK(second.closing() == 225);
  CHECK(second.closing() == held(in_drawer));
  CHECK(second.adds_up());

  const auto report = [&](CashGroup by, const std::string& company = {}, const std::string& office = {}) {
    std::map<std::string, CashSums> rows;
    const auto found =
        CashBook::open(config.path)
            .value()
            ->cash_report({.by = by, .from = at(0), .before = at(2'000), .company = company, .office = office});
    REQUIRE(found.ok());
    for (const CashReportRow& row : *found) rows[row.name] = row.sums;
    return rows;
  };
  const auto by_account = report(CashGroup::account);
  REQUIRE(by_account.size() == 2);
  CHECK(by_account.at("sami").net() == 225);
  CHECK(by_account.at("badr").sum(CashKind::payment) == CashSum{1, 50});
  const auto by_company = report(CashGroup::company);
  REQUIRE(by_company.size() == 3);
  CHECK(by_company.at("damascus").sum(CashKind::payment) == CashSum{2, 375});
  CHECK(by_company.at("damascus").fees == 25);
  CHECK(by_company.at("homs").net() == 0);
  CHECK(by_company.at("").sum(CashKind::deposit) == CashSum{1, 600});
  CHECK(report(CashGroup::office).at("post_7").net() == 275);
  CHECK(report(CashGroup::directorate).at("rif").net() == 275);
  CHECK(report(CashGroup::account, "homs").at("sami").sum(CashKind::given_back) == CashSum{1, 200});
  CHECK(report(CashGroup::account, "", "post_8").empty());
  CHECK(store->cash().drawers("", 10).value().size() == 2);
  check_whole();
}

TEST_CASE_METHOD(CashFixture, "the trail has what hands have done, and a card's payment needs no drawer") {
  done(take(300));
  done(release_cash());
  done(giving_back(cash_payment().number, 300));
  done(cash_for_card(400));
  done(deposit(100));
  done(CountCash{drawer, {300, Currency::SYP}, sami, at(100)});
  const auto actions = told_of_cash(config.path);
  for (const char* action :
       {"cash.opened", "cash.taken", "cash.given_back", "cash.topped_up", "cash.deposited", "cash.counted"}) {
    INFO(action);
    CHECK(actions.at(action) == 1);
  }
  CHECK_FALSE(actions.contains("money.reserved"));
  CHECK(actions.at("money.moved") == 1);  // the deposit, by a member of staff
  done(PaymentChange(begin(100, "by.card")));
  CHECK(payment("by.card").drawer == 0);
  CHECK(payment("by.card").msisdn == number());
}

TEST_CASE_METHOD(CashFixture, "a slip counts once for its drawer, and a key stands for one slip") {
  done(opening_drawer("badr"));
  done(take(300));
  done(deposit(100));
  CHECK(done(deposit(100)).transfers.at(0).repeated);
  CHECK(refusal(deposit(100, "slip2")).message == slip_is_noted);  // its answer was lost, and its key
  CHECK(refusal(deposit(50, "slip2")).message == slip_is_noted);
  DepositCash another = deposit(100);
  another.reference = "bank-1-2";  // the rest of it
  CHECK(refusal(another).code == Errc::conflict);
  CHECK(held(in_drawer) == 200);
  another.key = "slip2";
  done(another);
  CHECK(held(in_drawer) == 100);
  CHECK(statement().sums.sum(CashKind::deposit) == CashSum{2, 200});
  TakeCash by_badr = take(50, "badr");
  by_badr.drawer = other_drawer;
  by_badr.by.name = "badr";
  done(by_badr);
  DepositCash elsewhere = deposit(50, "slip3");
  elsewhere.drawer = other_drawer;
  done(elsewhere);  // another drawer's slips are others
  check_whole();
}

TEST_CASE_METHOD(CashFixture, "keys from outside are none of those that are made inside") {
  done(take(300));
  done(settle_cash());
  CHECK(cash_payment().key == "cash-" + payment_key);
  const std::int64_t refund =
      done(PaymentChange(ProposeRefund{cash_payment().number, 100, 0, "paid_twice", by_maker, at(90)})).refund;
  done(cash_for_card(100, "refund-" + std::to_string(refund)));
  CHECK(refusal(cash_for_card(100, "refund." + std::to_string(refund))).code == Errc::invalid);
  done(PaymentChange(DecideRefund{refund, true, by_checker, at(91)}));
  CHECK(payments(true).at(0).owed == 100);
}

TEST_CASE_METHOD(CashFixture, "top-ups are listed with their keys, newest first, page by page") {
  done(cash_for_card(400));
  done(take(300));
  done(cash_for_card(70, "another", 61));
  const auto page = [&](std::int64_t before, std::size_t rows_max) {
    return store->cash().cash_top_ups(kept(), before, rows_max).value();
  };
  const auto both = page(1'000'000, 10);
  REQUIRE(both.size() == 2);
  CHECK(both[0].key == "cash-another");
  CHECK(both[0].amount == 70);
  CHECK(both[0].card == card);
  CHECK(both[0].at == at(61));
  CHECK(both[1].key == "cash-top");
  CHECK(page(1'000'000, 1).size() == 1);
  REQUIRE(page(both[0].number, 10).size() == 1);
  CHECK(page(both[0].number, 10)[0].amount == 400);
}

TEST_CASE_METHOD(CashFixture, "the trail names a drawer by its number, whatever its account and office are called") {
  done(opening_drawer("clerk2024", 1'000));
  OpenDrawer ordinary = opening_drawer("amal1987");
  ordinary.office = "post_1204";
  done(ordinary);
  const std::int64_t number = kept("amal1987.post_1204").number;
  bool is_told = false;
  const Status read = AuditTrail::open(config.path).value()->each({}, [&](const audit::Record& record) {
    is_told = is_told || record.thing == "drawer." + std::to_string(number);
    return true;
  });
  CHECK(read.ok());
  CHECK(is_told);
}

TEST_CASE("who pays in cash is hashed by what stays the same, whatever limits come to count by") {
  Sealer sealer = *Sealer::create(MasterKey({1, 2, 3}), 1);
  CHECK(payer_in_cash(sealer, drawer) ==
        sealer.hash_of(HashedField::payer, std::numeric_limits<std::uint64_t>::max(), drawer));
}

}  // namespace shubbak::store
