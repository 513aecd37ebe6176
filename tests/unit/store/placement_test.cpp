// Money in dispute goes where one member of staff says and another one approves: onto a service card, or back
// outside.
#include <SQLiteCpp/Database.h>

#include "bank_card_fixture.hpp"
#include "store/audit_trail.hpp"
#include "store/privacy.hpp"

namespace shubbak::store {
namespace {

const Actor proposer{Actor::Kind::staff, "amal"};
const Actor approver{Actor::Kind::staff, "basel"};

ProposePlacement onto_card(std::int64_t charge = 1, const std::string& of = card.number) {
  return {.charge = charge,
          .card = of,
          .refund = {},
          .msisdn = number(),
          .link = "mtn",
          .reason = "bank_says_theirs",
          .by = proposer,
          .at = at(200)};
}
ProposePlacement paid_back(std::int64_t charge = 1, const std::string& refund = "R-1") {
  ProposePlacement made = onto_card(charge, "");
  made.refund = refund;
  made.msisdn.reset();
  made.link.clear();
  return made;
}

// Somebody's 301 and nobody's 500 are in dispute.
class PlacementFixture : public BankCardFixture {
 public:
  PlacementFixture() {
    made(ordered());
    made(charged(ChargeUse::disputed, 301, "G-1"));
    made(charged(ChargeUse::disputed, 500, "G-2", "nobody"));
  }
  std::int64_t proposed(const ProposePlacement& one) { return made(one).placement; }
  DecidePlacement decision(std::int64_t placement, const Actor& by = approver, bool approves = true) {
    return {placement, approves, by, at(300)};
  }
  std::vector<std::int64_t> listed() {
    std::vector<std::int64_t> numbers;
    for (const StoredCharge& one : charges(true)) numbers.push_back(one.number);
    return numbers;
  }
  std::string refusal(const BankCardChange& one) {
    const auto committed = change({one});
    return committed.ok() ? "" : committed.error().message;
  }
  StoredPlacement placement(std::int64_t of) {
    const auto found = store->bank_cards().find_placement(of);
    if (!found.ok()) FAIL(found.error().message);
    REQUIRE(*found);
    return **found;
  }
};

}  // namespace

TEST_CASE_METHOD(PlacementFixture, "money in dispute comes on a card once another member of staff approves it") {
  const std::int64_t first = proposed(onto_card());
  CHECK(first == 1);
  CHECK(placement(first).msisdn == number());
  CHECK(placement(first).maker == "amal");
  CHECK(held(in_dispute) == 801);
  CHECK(available(card_account) == 1'000);
  CHECK(listed() == std::vector<std::int64_t>{1, 2});

  CHECK(refused_change(decision(first, proposer)) == Errc::denied);
  CHECK(held(in_dispute) == 801);
  const Committed approved = carried_out({BankCardChange(decision(first)), message("once")});
  CHECK(approved.placement == first);
  CHECK(approved.outbox_ids.size() == 1);
  CHECK(approved.transfers.size() == 1);
  CHECK(held(in_dispute) == 500);
  CHECK(available(card_account) == 1'301);
  CHECK(held(at_gateway) == -801);
  CHECK(listed() == std::vector<std::int64_t>{2});

  const StoredPlacement kept = placement(first);
  CHECK(kept.state == PlacementState::done);
  CHECK(kept.checker == "basel");
  CHECK(kept.decided == at(300));
  CHECK_FALSE(kept.msisdn);  // nobody is told any more

  CHECK(refused_change(decision(first)) == Errc::conflict);
  CHECK(refused_change(decision(first, approver, false)) == Errc::conflict);
  CHECK(refused_change(onto_card()) == Errc::conflict);
  CHECK(available(card_account) == 1'301);
  check_whole();
}

TEST_CASE_METHOD(PlacementFixture,
                 "what was placed on a person's cards is in what is kept of them, and of nobody else") {
  made(decision(proposed(onto_card())));
  const std::int64_t waits = proposed(onto_card(2));
  const auto file = store->person_file(syrian());
  REQUIRE(file.ok());
  REQUIRE(file->placements.size() == 2);
  CHECK(file->placements[0].placement.number == waits);
  CHECK(file->placements[0].amount == Money{500, Currency::SYP});
  CHECK(file->placements[0].placement.state == PlacementState::proposed);
  CHECK(file->placements[1].placement.card == card.number);
  CHECK(file->placements[1].amount == Money{301, Currency::SYP});
  CHECK(file->placements[1].placement.state == PlacementState::done);
  CHECK(store->person_file(syrian("09080706050"))->placements.empty());
}

TEST_CASE_METHOD(PlacementFixture, "what the gateway has paid back goes outside, with its name of that as evidence") {
  const std::int64_t first = proposed(paid_back(2, "R-7"));
  CHECK(placement(first).refund == "R-7");
  CHECK(refusal(paid_back(1, "R-7")) == "that refund of the gateway stands for another charge");
  made(decision(first));
  CHECK(held(in_dispute) == 301);
  CHECK(held(at_gateway) == -301);
  CHECK(available(card_account) == 1'000);
  CHECK(listed() == std::vector<std::int64_t>{1});
  CHECK(refused_change(paid_back(1, "R-7")) == Errc::conflict);
  // Another gateway may call another refund so.
  TakeCharge other = charged(ChargeUse::disputed, 70, "G-9", "nobody");
  other.gateway = "another";
  made(decision(proposed(paid_back(taken(other).number, "R-7"))));
  CHECK(held({ledger::AccountKind::pending, "another", Currency::SYP}) == 0);
  check_whole();
}

TEST_CASE_METHOD(PlacementFixture,
                 "one placement of a charge is proposed at a time, and what is rejected may be proposed otherwise") {
  const std::int64_t first = proposed(onto_card());
  CHECK(refusal(paid_back()) == "placement 1 of the charge waits for a decision: approve or reject it");
  made(decision(first, proposer, false));  // who asked for it may think better of it
  CHECK(placement(first).state == PlacementState::rejected);
  CHECK(held(in_dispute) == 801);
  CHECK(listed() == std::vector<std::int64_t>{1, 2});
  CHECK(refused_change(decision(first)) == Errc::conflict);
  made(decision(proposed(paid_back())));
  CHECK(held(in_dispute) == 500);
  const auto both = store->bank_cards().placements_of(1).value();
  REQUIRE(both.size() == 2);
  CHECK(both[1].state == PlacementState::done);
}

TEST_CASE_METHOD(PlacementFixture, "what could not be placed so is refused, and says why") {
  CHECK(refused_change(onto_card(99)) == Errc::not_found);
  CHECK(refused_change(decision(99)) == Errc::not_found);
  CHECK(refused_change(onto_card(1, "1111111111")) == Errc::not_found);
  CHECK(refused_change(onto_card(1, "123")) == Errc::invalid);
  CHECK(refused_change(paid_back(1, "a refund")) == Errc::invalid);
  CHECK(refused_change(paid_back(1, "")) == Errc::invalid);
  ProposePlacement both = onto_card();
  both.refund = "R-1";
  CHECK(refused_change(both) == Errc::invalid);
  ProposePlacement reason = onto_card();
  reason.reason = "She said so.";
  CHECK(refused_change(reason) == Errc::invalid);
  for (const Actor& nobody : {by_citizen, Actor{}, Actor{Actor::Kind::command_line, "root"}}) {
    ProposePlacement by = onto_card();
    by.by = nobody;
    CHECK(refused_change(by) == Errc::invalid);
    CHECK(refused_change(decision(1, nobody)) == Errc::invalid);
  }
  made(ordered(300, "paid", ""));
  const std::int64_t credited = taken(charged(ChargeUse::credits, 300, "G-3", "paid")).number;
  CHECK(refusal(onto_card(credited)) == "the charge is not in dispute");
  TakeCharge foreign = charged(ChargeUse::disputed, 300, "G-4", "nobody");
  foreign.amount.currency = Currency::KWD;
  const std::int64_t dinars = taken(foreign).number;
  CHECK(refusal(onto_card(dinars)) == "the service card is of another currency: have the gateway pay it back");
  made(decision(proposed(paid_back(dinars))));
  CHECK(held({ledger::AccountKind::pending, "sample", Currency::KWD}) == 0);
  CHECK(held(in_dispute) == 801);
  check_whole();
}

TEST_CASE_METHOD(PlacementFixture, "what the card may not hold stays in dispute, and may be approved when it may") {
  const auto ceiling = [](std::int64_t most) {
    return LedgerChange(SetCeiling{card_account, most, approver, at(250)});
  };
  const std::int64_t first = proposed(onto_card());
  carried_out({ceiling(1'300)});
  CHECK(refused_change(decision(first)) == Errc::limit);
  CHECK(refusal(decision(first)) == placement_over_ceiling);  // which says the ways out
  CHECK(placement(first).state == PlacementState::proposed);
  CHECK(held(in_dispute) == 801);
  carried_out({ceiling(1'301)});
  made(decision(first));
  CHECK(available(card_account) == 1'301);
  check_whole();
}

TEST_CASE_METHOD(PlacementFixture,
                 "nothing goes to somebody who was erased, and nobody is erased whom it may go to") {
  done(begin(1'000));
  done(settle());
  carried_out(released(number(), syrian(), at(900)));
  const std::int64_t first = proposed(onto_card());
  CHECK(refused({ErasePerson{syrian(), by_staff, at(1'000)}}) == Errc::conflict);
  made(decision(first, proposer, false));
  carried_out({ErasePerson{syrian(), by_staff, at(1'000)}});
  CHECK(refusal(onto_card()) == "the card's person was erased: have the gateway pay it back");
  made(decision(proposed(paid_back())));
  CHECK(held(in_dispute) == 500);
  CHECK(available(card_account) == 0);
}

TEST_CASE_METHOD(PlacementFixture, "the audit trail has who proposed, approved and rejected, and what moved") {
  made(decision(proposed(onto_card()), proposer, false));
  made(decision(proposed(onto_card())));
  const auto trail = AuditTrail::open(config.path);
  REQUIRE(trail.ok());
  std::vector<std::string> told;
  const Status read = (*trail)->each({}, [&](const audit::Record& record) {
    if (record.action.starts_with("dispute.") || record.action == "money.moved")
      told.push_back(record.action + " " + record.by.name + " " + record.detail);
    return true;
  });
  REQUIRE(read.ok());
  const std::string detail = R"({"amount":301,"reason":"bank_says_theirs"})";
  CHECK(told == std::vector<std::string>{"dispute.proposed amal " + detail, "dispute.rejected amal " + detail,
                                         "dispute.proposed amal " + detail, R"(money.moved basel {"amount":301})",
                                         "dispute.placed basel " + detail});
}

TEST_CASE_METHOD(PlacementFixture, "what a placement is, and how it was decided, cannot be changed in the file") {
  made(decision(proposed(onto_card())));
  proposed(paid_back(2));
  SQLite::Database file(config.path, SQLite::OPEN_READWRITE, 5000);
  for (const char* sql :
       {"UPDATE bank_card_placement SET charge = 2 WHERE number = 1", "UPDATE bank_card_placement SET refund = 'R-2'",
        "UPDATE bank_card_placement SET state = 2 WHERE number = 1",
        "UPDATE bank_card_placement SET state = 1, checker = maker, decided = 1 WHERE number = 2",
        "DELETE FROM bank_card_placement"}) {
    INFO(sql);
    CHECK_THROWS_AS(file.exec(sql), SQLite::Exception);
  }
}

}  // namespace shubbak::store
