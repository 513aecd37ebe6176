// What two members of staff correct of cash: mistyped top-ups and deposits, differences of counts, drawers whose
// keeper is gone; receipts = deposits + balance holds all the while. And whose numbers are forgotten.
#include <algorithm>
#include <map>

#include <SQLiteCpp/Database.h>

#include "before_migration.hpp"
#include "cash_fixture.hpp"
#include "store/audit_trail.hpp"
#include "store/sqlite/migrate.hpp"

namespace shubbak::store {
namespace {

const Actor proposer{Actor::Kind::staff, "rima"};
const ledger::AccountId differences{ledger::AccountKind::suspense, "cash_difference", Currency::SYP};
const ledger::AccountId in_other_drawer = drawer_account(other_drawer, Currency::SYP);

ProposeCash proposal(decltype(ProposeCash::what) what, const Actor& by = proposer, const std::string& of = drawer) {
  return {of, std::move(what), "mistyped", by, at(100)};
}
CorrectCash top_up_of(std::int64_t number, std::int64_t amount) {
  return {.top_up = number, .slip = {}, .amount = amount};
}
CorrectCash deposit_of(const std::string& slip, std::int64_t amount) {
  return {.top_up = 0, .slip = slip, .amount = amount};
}

class CorrectionFixture : public CashFixture {
 public:
  std::int64_t proposed(const ProposeCash& one) { return done(CashChange(one)).cash_proposal; }
  Committed decided(std::int64_t number, bool approves = true, const Actor& by = treasury) {
    return done(CashChange(DecideCash{number, approves, by, at(110)}));
  }
  Error not_decided(std::int64_t number, const Actor& by = treasury) {
    return refusal(DecideCash{number, true, by, at(110)});
  }
  StoredCashProposal found(std::int64_t number) {
    const auto one = store->cash().find_cash_proposal(number);
    if (!one.ok()) FAIL(one.error().message);
    REQUIRE(*one);
    return **one;
  }
  void count(std::int64_t counted, std::int64_t when) {
    done(CountCash{drawer, {counted, Currency::SYP}, sami, at(when)});
  }
  std::map<std::string, int> told() {
    std::map<std::string, int> actions;
    const auto trail = AuditTrail::open(config.path).value();
    const Status read = trail->each({}, [&](const audit::Record& record) {
      ++actions[record.action];
      return true;
    });
    CHECK(read.ok());
    return actions;
  }
  void check_equation() {
    const DrawerStatement all = statement();
    CHECK(all.adds_up());
    CHECK(all.closing() == held(in_drawer));
    check_whole();
  }
};

}  // namespace

TEST_CASE_METHOD(CorrectionFixture, "a mistyped top-up is taken back by two persons, as a further entry") {
  const std::int64_t top_up = done(cash_for_card(5'000)).transfers.at(0).number;
  const std::int64_t before = held(card_account);
  const std::int64_t number = proposed(proposal(top_up_of(top_up, 4'500)));
  CHECK(held(card_account) == before);  // nothing is moved yet
  CHECK(found(number).state == CashProposalState::proposed);
  CHECK(store->cash().cash_proposals({.open_only = true}, 10).value().size() == 1);
  CHECK(not_decided(number, proposer).code == Errc::denied);
  CHECK(not_decided(number, {Actor::Kind::staff, "sami"}).code == Errc::denied);  // keeps the drawer
  CHECK(held(card_account) == before);

  decided(number);
  CHECK(held(card_account) == before - 4'500);
  CHECK(held(in_drawer) == 500);
  const StoredCashProposal done_one = found(number);
  CHECK(done_one.state == CashProposalState::done);
  CHECK(done_one.kind == CashProposalKind::correction);
  CHECK(done_one.transfer == top_up);
  CHECK(done_one.maker == "rima");
  CHECK(done_one.checker == "basel");
  CHECK(done_one.decided == at(110));
  CHECK(store->cash().cash_proposals({.open_only = true}, 10).value().empty());
  const DrawerStatement day = statement();
  CHECK(day.sums.sum(CashKind::top_up) == CashSum{1, 5'000});  // what was noted stays
  CHECK(day.sums.sum(CashKind::top_up_corrected) == CashSum{1, 4'500});
  CHECK(not_decided(number).code == Errc::conflict);  // once
  CHECK(refusal(proposal(top_up_of(top_up, 501))).code == Errc::conflict);
  decided(proposed(proposal(top_up_of(top_up, 500))));
  CHECK(held(in_drawer) == 0);
  CHECK(refusal(proposal(top_up_of(top_up, 1))).code == Errc::conflict);
  CHECK(told().at("cash.corrected") == 2);
  CHECK(told().at("cash.proposed") == 2);
  check_equation();
}

TEST_CASE_METHOD(CorrectionFixture, "what was spent of a top-up is not taken back, nor what is reserved") {
  const std::int64_t top_up = done(cash_for_card(500)).transfers.at(0).number;
  done(PaymentChange(begin(1'001)));  // of 1,500; reserved
  const std::int64_t number = proposed(proposal(top_up_of(top_up, 500)));
  const Error spent = not_decided(number);
  CHECK(spent.code == Errc::insufficient);
  CHECK(spent.message == card_is_spent);
  CHECK(held(card_account) == 1'500);
  CHECK(found(number).state == CashProposalState::proposed);
  SECTION("a smaller part is there") {
    decided(number, false);
    decided(proposed(proposal(top_up_of(top_up, 499))));
    CHECK(available(card_account) == 0);
    CHECK(held(in_drawer) == 1);
  }
  SECTION("it is free again") {
    done(PaymentChange(release()));
    decided(number);
    CHECK(held(in_drawer) == 0);
  }
  SECTION("the cash was brought in meanwhile") {
    done(PaymentChange(release()));
    done(deposit(100));
    CHECK(not_decided(number).message == "the drawer does not hold so much");
  }
  check_equation();
}

TEST_CASE_METHOD(CorrectionFixture, "a mistyped deposit is taken back into the drawer") {
  done(take(3'000));
  done(settle_cash());
  done(deposit(3'000));
  decided(proposed(proposal(deposit_of("bank-1", 2'700))));
  CHECK(held(in_drawer) == 2'700);
  CHECK(statement().sums.sum(CashKind::deposit_corrected) == CashSum{1, 2'700});
  CHECK(refusal(proposal(deposit_of("bank-1", 301))).code == Errc::conflict);
  // No more than the drawer may hold.
  carried_out({LedgerChange(SetCeiling{in_drawer, 2'800, {Actor::Kind::staff, "admin"}, at(0)})});
  const std::int64_t more = proposed(proposal(deposit_of("bank-1", 300)));
  CHECK(not_decided(more).message == over_ceiling);
  CHECK(held(in_drawer) == 2'700);
  check_equation();
}

TEST_CASE_METHOD(CorrectionFixture, "what cannot be proposed changes nothing, and says why") {
  done(opening_drawer("badr"));
  const std::int64_t top_up = done(cash_for_card(500)).transfers.at(0).number;
  CHECK(refusal(proposal(top_up_of(top_up + 50, 1))).code == Errc::not_found);
  CHECK(refusal(proposal(top_up_of(top_up, 1), proposer, other_drawer)).code == Errc::not_found);
  CHECK(refusal(proposal(top_up_of(top_up, 1), proposer, "nobody.post_7")).code == Errc::not_found);
  CHECK(refusal(proposal(deposit_of("bank-9", 1))).code == Errc::not_found);
  CHECK(refusal(proposal(top_up_of(top_up, 0))).code == Errc::invalid);
  CHECK(refusal(proposal(top_up_of(top_up, -1))).code == Errc::invalid);
  CHECK(refusal(proposal(CorrectCash{top_up, "bank-1", 1})).code == Errc::invalid);
  CHECK(refusal(proposal(CorrectCash{0, "", 1})).code == Errc::invalid);
  CHECK(refusal(proposal(top_up_of(top_up, 1), sami)).code == Errc::invalid);  // agents are no staff
  ProposeCash wordless = proposal(top_up_of(top_up, 1));
  wordless.reason = "two words";
  CHECK(refusal(wordless).code == Errc::invalid);
  CHECK(refusal(DecideCash{7, true, treasury, at(110)}).code == Errc::not_found);
  CHECK(refusal(DecideCash{7, true, sami, at(110)}).code == Errc::invalid);
  CHECK(store->cash().cash_proposals({}, 10).value().empty());
  CHECK_FALSE(told().contains("cash.proposed"));
  // One waits: the same typing error is not corrected twice.
  const std::int64_t first = proposed(proposal(top_up_of(top_up, 100)));
  CHECK(refusal(proposal(top_up_of(top_up, 100))).code == Errc::conflict);
  decided(first, false, proposer);  // who proposed it may take it back
  CHECK(found(first).state == CashProposalState::refused);
  CHECK(told().at("cash.refused") == 1);
  CHECK(held(in_drawer) == 500);
  CHECK(proposed(proposal(top_up_of(top_up, 100))) == first + 1);
  check_equation();
}

TEST_CASE_METHOD(CorrectionFixture, "what is proposed is told of a place, of those that wait, and in pages") {
  const std::string elsewhere = "carl.post_8";
  done(OpenDrawer{"carl", "city", "post_8", Currency::SYP, 10'000, {Actor::Kind::staff, "admin"}, at(0)});
  const std::int64_t first = proposed(proposal(HandOverCash{"", 0}, proposer, elsewhere));
  const std::int64_t second = proposed(proposal(HandOverCash{"", 0}));
  decided(second, false);
  const std::int64_t third = proposed(proposal(HandOverCash{"", 0}));
  const auto numbers = [&](const CashProposalsWanted& wanted, std::size_t rows_max = 10) {
    std::vector<std::int64_t> found;
    const auto page = store->cash().cash_proposals(wanted, rows_max);
    for (const StoredCashProposal& one : page.value()) found.push_back(one.number);
    return found;
  };
  using Numbers = std::vector<std::int64_t>;
  for (const bool open_only : {false, true}) {
    const Numbers here = open_only ? Numbers{third} : Numbers{second, third};
    CHECK(numbers({.open_only = open_only, .directorate = "rif"}) == here);
    CHECK(numbers({.open_only = open_only, .office = "post_7"}) == here);
    CHECK(numbers({.open_only = open_only, .directorate = "city", .office = "post_8"}) == Numbers{first});
    CHECK(numbers({.open_only = open_only, .directorate = "rif", .office = "post_8"}).empty());
    CHECK(numbers({.open_only = open_only, .after = second}) == Numbers{third});
    CHECK(numbers({.open_only = open_only}, 1) == Numbers{first});
  }
  CHECK(numbers({}) == Numbers{first, second, third});
}

TEST_CASE_METHOD(CorrectionFixture, "a difference that a count found is written off by a second person, once") {
  done(take(300));
  done(settle_cash());
  CHECK(refusal(proposal(WriteOffCash{})).code == Errc::not_found);  // it was never counted
  count(300, 100);
  CHECK(refusal(proposal(WriteOffCash{})).code == Errc::conflict);  // nothing is missing
  SECTION("missing") {
    count(280, 101);
    const std::int64_t number = proposed(proposal(WriteOffCash{}));
    CHECK(found(number).amount == 280);
    CHECK(found(number).expected == 300);
    CHECK(not_decided(number, proposer).code == Errc::denied);
    done(cash_for_card(50));  // what goes on meanwhile changes nothing of it
    decided(number);
    CHECK(held(in_drawer) == 330);
    CHECK(held(differences) == -20);
    CHECK(statement().sums.sum(CashKind::missing) == CashSum{1, 20});
    CHECK(refusal(proposal(WriteOffCash{})).code == Errc::conflict);
  }
  SECTION("too much") {
    count(325, 101);
    decided(proposed(proposal(WriteOffCash{})));
    CHECK(held(in_drawer) == 325);
    CHECK(held(differences) == 25);
    CHECK(statement().sums.sum(CashKind::surplus) == CashSum{1, 25});
  }
  SECTION("counted again meanwhile") {
    count(280, 101);
    const std::int64_t number = proposed(proposal(WriteOffCash{}));
    count(300, 102);
    CHECK(not_decided(number).code == Errc::conflict);
    CHECK(held(in_drawer) == 300);
  }
  check_equation();
}

TEST_CASE_METHOD(CorrectionFixture, "a difference that something noted later may explain is not written off") {
  done(opening_drawer("badr"));
  const std::int64_t top_up = done(cash_for_card(500)).transfers.at(0).number;
  done(take(3'000));
  done(settle_cash());
  done(deposit(1'000));
  count(2'450, 100);  // 50 are missing, which were typed too much for the card
  const auto counted_anew = [&] {
    count(held(in_drawer) - 7, 120);
    decided(proposed(proposal(WriteOffCash{})));
    CHECK(held(differences) == -7);
  };
  SECTION("a top-up is corrected while it waits, and before it is proposed") {
    const std::int64_t number = proposed(proposal(WriteOffCash{}));
    decided(proposed(proposal(top_up_of(top_up, 50))));
    CHECK(not_decided(number).message == explained_since);
    decided(number, false);
    CHECK(refusal(proposal(WriteOffCash{})).message == explained_since);
    CHECK(held(in_drawer) == 2'450);
    CHECK(held(differences) == 0);
    counted_anew();
  }
  SECTION("a deposit is corrected") {
    const std::int64_t number = proposed(proposal(WriteOffCash{}));
    decided(proposed(proposal(deposit_of("bank-1", 10))));
    CHECK(not_decided(number).message == explained_since);
    decided(number, false);
    counted_anew();
  }
  SECTION("cash was brought in before the count, and noted behind it") {
    const std::int64_t number = proposed(proposal(WriteOffCash{}));
    DepositCash late = deposit(50, "slip2", 105);
    late.reference = "bank-2";
    done(late);
    CHECK(not_decided(number).message == explained_since);
    decided(number, false);
    counted_anew();
  }
  SECTION("another drawer was taken over") {
    const std::int64_t number = proposed(proposal(WriteOffCash{}));
    TopUpByCash other = cash_for_card(60, "other");
    other.drawer = other_drawer;
    other.by = {Actor::Kind::agent, "badr"};
    done(other);
    decided(proposed(proposal(HandOverCash{drawer, 60}, proposer, other_drawer)));
    CHECK(not_decided(number).message == explained_since);
    decided(number, false);
    counted_anew();
  }
  check_equation();
}

TEST_CASE_METHOD(CorrectionFixture, "a drawer whose keeper is gone is handed over and closed, by two others") {
  done(opening_drawer("badr"));
  done(take(300));
  done(settle_cash());
  done(take(200, "declined"));
  done(take(100, "open"));
  done(release_cash("declined"));
  const HandOverCash all{other_drawer, 590};  // of 600: 10 are missing
  CHECK(refusal(proposal(all, {Actor::Kind::staff, "sami"})).code == Errc::denied);
  CHECK(refusal(proposal(HandOverCash{"", 590})).code == Errc::invalid);
  CHECK(refusal(proposal(HandOverCash{drawer, 590})).code == Errc::conflict);
  done(OpenDrawer{"carl", "rif", "post_8", Currency::SYP, 10'000, {Actor::Kind::staff, "admin"}, at(0)});
  CHECK(refusal(proposal(HandOverCash{"carl.post_8", 590})).code == Errc::conflict);
  const std::int64_t number = proposed(proposal(all));
  for (const char* keeper : {"sami", "badr", "rima"})
    CHECK(not_decided(number, {Actor::Kind::staff, keeper}).code == Errc::denied);
  SECTION("the drawer went on meanwhile") {
    done(cash_for_card(1));
    CHECK(not_decided(number).code == Errc::conflict);
    CHECK_FALSE(kept().closed);
    check_equation();
    return;
  }
  decided(number);
  CHECK(held(in_drawer) == 0);
  CHECK(held(in_other_drawer) == 590);
  CHECK(held(differences) == -10);
  CHECK(kept().closed == at(110));
  const DrawerStatement day = statement();
  CHECK(day.sums.sum(CashKind::handed_over) == CashSum{1, 590});
  CHECK(day.sums.sum(CashKind::missing) == CashSum{1, 10});
  REQUIRE(day.counts.size() == 1);
  CHECK(day.counts[0].counted == 590);
  const auto book = CashBook::open(config.path).value();
  const DrawerStatement taken = book->drawer_statement(kept(other_drawer), at(0), at(1'000)).value();
  CHECK(taken.sums.sum(CashKind::taken_over) == CashSum{1, 590});
  CHECK(taken.adds_up());

  // It takes nothing more.
  for (const CashChange& one :
       {CashChange(take(5, "new")), CashChange(cash_for_card(5)), CashChange(deposit(5)),
        CashChange(CountCash{drawer, {0, Currency::SYP}, sami, at(120)}), CashChange(proposal(WriteOffCash{}))})
    CHECK(refusal(one).message == drawer_is_closed);

  // What it owes is given back by any drawer of its office, and by no other; also what ends later.
  const std::int64_t owed = cash_payment("declined").number;
  GiveBackCash back = giving_back(owed, 200, "back", 120);
  CHECK(refusal(back).message == drawer_is_closed);
  back.drawer = "carl.post_8";
  back.by = {Actor::Kind::agent, "carl"};
  CHECK(refusal(back).code == Errc::conflict);
  back.drawer = other_drawer;
  back.by = {Actor::Kind::agent, "badr"};
  done(back);
  CHECK(done(back).transfers.at(0).repeated);
  CHECK(held(in_other_drawer) == 390);
  done(release_cash("open"));
  back.key = "back_2";
  back.payment = cash_payment("open").number;
  back.amount.minor = 100;
  done(back);
  CHECK(held(in_other_drawer) == 290);
  CHECK(held(owed_by_drawer) == 0);
  CHECK(payments(true).empty());
  CHECK(told().at("cash.handed_over") == 1);

  // Who comes back gets the drawer opened again.
  OpenDrawer again = opening_drawer();
  again.directorate = "city";
  CHECK(refusal(again).code == Errc::conflict);
  done(opening_drawer());
  CHECK_FALSE(kept().closed);
  done(cash_for_card(7));
  CHECK(held(in_drawer) == 7);
  CHECK(refusal(proposal(WriteOffCash{})).code == Errc::conflict);  // the difference went with the rest
  check_equation();
}

TEST_CASE_METHOD(CorrectionFixture, "an empty drawer is closed without another one") {
  decided(proposed(proposal(HandOverCash{"", 0})));
  CHECK(kept().closed);
  CHECK(refusal(proposal(HandOverCash{"", 0})).message == drawer_is_closed);
  check_equation();
}

TEST_CASE_METHOD(CorrectionFixture, "a drawer is not handed over while another proposal of it waits") {
  done(opening_drawer("badr"));
  const std::int64_t top_up = done(cash_for_card(500)).transfers.at(0).number;
  const std::int64_t first = proposed(proposal(top_up_of(top_up, 100)));
  CHECK(refusal(proposal(HandOverCash{other_drawer, 500})).message ==
        "proposal " + std::to_string(first) + " of it waits: it is decided first");
  decided(first, false);
  const std::int64_t number = proposed(proposal(HandOverCash{other_drawer, 500}));
  CHECK(refusal(proposal(HandOverCash{other_drawer, 500})).code == Errc::conflict);
  const std::int64_t later = proposed(proposal(top_up_of(top_up, 100)));
  CHECK(not_decided(number).message == "proposal " + std::to_string(later) + " of it waits: it is decided first");
  CHECK_FALSE(kept().closed);
  decided(later, false);
  decided(number);
  CHECK(kept().closed);
  CHECK(held(in_other_drawer) == 500);
  check_equation();
}

TEST_CASE_METHOD(CorrectionFixture, "what waits for a drawer that is closed is rejected, and told so") {
  done(opening_drawer("badr"));
  SECTION("the one that takes over") {
    done(cash_for_card(500));
    const std::int64_t number = proposed(proposal(HandOverCash{other_drawer, 500}));
    decided(proposed(proposal(HandOverCash{"", 0}, proposer, other_drawer)));
    CHECK(not_decided(number).message == drawer_of_proposal_is_closed);
    CHECK(held(in_drawer) == 500);
    decided(number, false);
    CHECK(found(number).state == CashProposalState::refused);
  }
  SECTION("its own, since before nothing was handed over beside it") {
    const std::int64_t top_up = done(cash_for_card(500)).transfers.at(0).number;
    const std::int64_t number = proposed(proposal(top_up_of(top_up, 100)));
    SQLite::Database(config.path, SQLite::OPEN_READWRITE, 5'000)
        .exec("UPDATE drawer SET closed = 1 WHERE number = 1");
    CHECK(not_decided(number).message == drawer_of_proposal_is_closed);
    CHECK(held(in_drawer) == 500);
    decided(number, false);
    CHECK(found(number).state == CashProposalState::refused);
  }
  check_equation();
}

TEST_CASE_METHOD(CorrectionFixture, "a surplus is handed over with the rest") {
  done(opening_drawer("badr"));
  done(cash_for_card(100));
  decided(proposed(proposal(HandOverCash{other_drawer, 130})));
  CHECK(held(in_other_drawer) == 130);
  CHECK(held(differences) == 30);
  CHECK(held(in_drawer) == 0);
  check_equation();
}

TEST_CASE_METHOD(CorrectionFixture, "what is erased of a person are the numbers, too, that were told of cash") {
  const Msisdn told_number = number(7);
  const NationalId owner = syrian("09080706050");
  const NationalId next_owner = syrian("05050505050");
  REQUIRE(change({link(told_number, owner)}).ok());
  TakeCash one = take(300);
  one.msisdn = told_number;
  done(one);
  done(settle_cash());
  REQUIRE(change({link_event(told_number, identity::LinkEvent::recycle, Actor::Kind::operator_hook, at(250)),
                  link(told_number, next_owner, identity::LinkState::active, at(300))})
              .ok());
  TakeCash of_next = take(400, "next", 400);
  of_next.msisdn = told_number;
  done(of_next);
  CHECK(cash_payment().msisdn == told_number);
  const auto erased = change({ErasePerson{owner, {Actor::Kind::command_line, "root"}, at(500)}});
  if (!erased.ok()) FAIL(erased.error().message);
  CHECK_FALSE(cash_payment().msisdn);
  CHECK(cash_payment("next").msisdn == told_number);
  CHECK(cash_payment().amount.minor == 300);  // the payment stays
  CHECK(payments(false).size() == 2);
}

TEST_CASE("what was noted of cash before there were corrections stays, and is kept") {
  const TempFolder folder;
  SQLite::Database database = database_before("cash_corrections", folder.file("db"));
  database.exec(
      "INSERT INTO drawer (name, account, directorate, office, currency, opened) "
      "VALUES ('sami.post_7', 'sami', 'rif', 'post_7', 'SYP', 1)");
  database.exec("INSERT INTO cash_movement VALUES (7, 1, 1, NULL, NULL, 5), (9, 1, 3, NULL, 'bank-1', 6)");
  REQUIRE(migrate(database, schema_migrations(), at(1)).ok());
  CHECK(database
            .execAndGet("SELECT group_concat(\"transfer\" || ':' || kind || ':' || coalesce(reference, '') || ':' "
                        "|| at) FROM cash_movement")
            .getString() == "7:1::5,9:3:bank-1:6");
  CHECK(database.execAndGet("SELECT closed IS NULL FROM drawer").getInt() == 1);
  CHECK_THROWS(database.exec("DELETE FROM cash_movement"));
  CHECK_THROWS(database.exec("UPDATE drawer SET account = 'badr'"));
}

}  // namespace shubbak::store
