// How two members of staff end a payment of which its company tells nothing any more, through the store.
#include <SQLiteCpp/Database.h>

#include "cash_fixture.hpp"
#include "payments/payment.hpp"
#include "store/audit_trail.hpp"
#include "store/reconcile_book.hpp"

namespace shubbak::store {
namespace {

const std::string letter = "letter of 12 Nov, D-7781";
// The first moment at which the company can take the payment of the fixture no more.
constexpr std::int64_t out_of_reach = 60 + 13 + payments::late_margin.count() + 1;

// A payment of 300 with a fee of 25 that the company never answers.
class EndingFixture : public PaymentFixture {
 public:
  EndingFixture() {
    BeginPayment paid = begin(300);
    paid.fee = 25;
    done(paid);
  }
  ProposeEnding propose(bool settles, std::int64_t when = out_of_reach, const std::string& under = payment_key) {
    return {payment(under).number, settles, letter, by_maker, at(when)};
  }
  std::int64_t proposed(bool settles) { return done(propose(settles)).payment_ending; }
  static DecideEnding approve(std::int64_t ending, const Actor& by = by_checker) {
    return {ending, true, by, at(out_of_reach + 10)};
  }
  static DecideEnding reject(std::int64_t ending, const Actor& by = by_checker) {
    return {ending, false, by, at(out_of_reach + 10)};
  }
  Error refusal(const PaymentChange& one) {
    const auto committed = change({one});
    if (committed.ok()) FAIL("it was not refused");
    return committed.error();
  }
  StoredEnding kept(std::int64_t ending) { return store->payments().find_ending(ending).value().value(); }
  std::string evidence() { return store->ledger().find_transfer(payment_key).value().value().transfer.evidence; }
  std::vector<std::string> told() {
    std::vector<std::string> actions;
    auto trail = AuditTrail::open(config.path);
    REQUIRE(trail.ok());
    const Status read = (*trail)->each({.action = "payment."}, [&](const audit::Record& record) {
      actions.push_back(record.by.name + " " + record.action);
      return true;
    });
    CHECK(read.ok());
    return actions;
  }
  // The company's file of the day, which has that line for the payment, or none.
  void import_file(std::uint8_t content, std::optional<std::int64_t> amount) {
    const auto day = reconcile::day_of(std::chrono::floor<std::chrono::days>(at(0)), {});
    const WallTime later = day.ends + std::chrono::hours(1);
    const std::int64_t import =
        carried_out({ReconcileChange(BeginImport{"damascus", day, {content}, by_maker, later})}).reconciled.import;
    std::vector<reconcile::Listed> lines;
    if (amount) {
      lines.push_back({.reference = payment_key,
                       .account = "14521",
                       .amount = {*amount, Currency::SYP},
                       .company_reference = "D-7781"});
      lines.back().line = 2;
      carried_out({ReconcileChange(StageLines{import, 1, lines})});
    }
    carried_out({ReconcileChange(PublishImport{import, static_cast<std::int64_t>(lines.size()),
                                               std::vector<std::int64_t>(), by_maker, later})});
  }
};

}  // namespace

TEST_CASE_METHOD(EndingFixture, "a payment that one proposes to settle is settled when another one approves it") {
  const std::int64_t ending = proposed(true);
  CHECK(ending == 1);
  CHECK(payment().state == State::reserved);
  CHECK(available(card_account) == 675);
  CHECK(refused_payment(approve(ending, by_maker)) == Errc::denied);
  const Committed done_by_two = carried_out({PaymentChange(approve(ending)), message("it is settled")});
  CHECK(done_by_two.payment_ending == ending);
  CHECK(done_by_two.outbox_ids.size() == 1);
  CHECK(payment().state == State::posted);
  CHECK(held(card_account) == 675);
  CHECK(held(sample_payable) == 300);
  CHECK(held(fees) == 25);
  CHECK(evidence() == "staff amal, basel: letter of 12 Nov, D-7781");
  CHECK(open_ones(1'000).empty());
  const StoredEnding now = kept(ending);
  CHECK(now.state == EndingState::done);
  CHECK(now.payment == payment().number);
  CHECK(now.settles);
  CHECK(now.evidence == letter);
  CHECK(now.maker == "amal");
  CHECK(now.proposed == at(out_of_reach));
  CHECK(now.checker == "basel");
  CHECK(now.decided == at(out_of_reach + 10));
  for (const DecideEnding& again : {approve(ending), reject(ending)}) CHECK(refused_payment(again) == Errc::conflict);
  check_whole();
}

TEST_CASE_METHOD(EndingFixture, "a payment that one proposes to release is back on the card, and counts nowhere") {
  config.payment_limits.all = {{.per = payments::Scope::card, .amount = Money{300, Currency::SYP}}};
  reopen();
  BeginPayment limited = begin(300, "limited");
  limited.fee = 25;
  done(limited);
  CHECK(refused_payment(begin(1, "more")) == Errc::limit);
  const std::int64_t ending = done(propose(false, out_of_reach, "limited")).payment_ending;
  CHECK(available(card_account) == 350);
  done(approve(ending));
  CHECK(payment("limited").state == State::voided);
  CHECK(available(card_account) == 675);
  CHECK(held(fees) == 0);
  CHECK(open_ones(1'000) == std::vector<std::int64_t>{payment().number});
  CHECK(kept(ending).state == EndingState::done);
  CHECK_FALSE(kept(ending).settles);
  done(begin(300, "more"));
  check_whole();
}

TEST_CASE_METHOD(EndingFixture, "a payment is not ended by hand while its company may take it, or once it is over") {
  CHECK(refusal(propose(true, out_of_reach - 1)).message == company_may_take_it);
  CHECK(refusal(propose(false, out_of_reach - 1)).message == company_may_take_it);
  ProposeEnding of_none = propose(true);
  of_none.payment = 4'711;
  CHECK(refused_payment(of_none) == Errc::not_found);
  CHECK(refused_payment(approve(9)) == Errc::not_found);
  SECTION("settled") {
    done(settle());
    CHECK(refusal(propose(false)).message == "the payment is over already: it is settled");
  }
  SECTION("released") {
    done(release());
    CHECK(refusal(propose(true)).message == "the payment is over already: it is released");
  }
  SECTION("at the first moment") {
    done(propose(true));
  }
}

TEST_CASE_METHOD(EndingFixture, "of a payment one proposal waits at a time, and who proposed it may take it back") {
  const std::int64_t first = proposed(true);
  for (const bool settles : {true, false}) {
    CHECK(refusal(propose(settles)).message == "proposal 1 of the payment waits: approve or reject it");
  }
  done(reject(first, by_maker));
  CHECK(kept(first).state == EndingState::rejected);
  CHECK(payment().state == State::reserved);
  CHECK(refused_payment(approve(first)) == Errc::conflict);
  const std::int64_t second = proposed(false);
  CHECK(second == 2);
  done(approve(second));
  CHECK(payment().state == State::voided);
  CHECK(store->payments().endings(false, 0, 10).value().size() == 2);
  CHECK(store->payments().endings(false, first, 10).value().front().number == second);
  CHECK(store->payments().endings(true, 0, 10).value().empty());
  CHECK_FALSE(store->payments().find_ending(3).value());
}

TEST_CASE_METHOD(EndingFixture, "a payment is ended with evidence only, by members of staff") {
  for (const std::string& wrong :
       {std::string(), std::string("   "), std::string(ProposeEnding::evidence_octets_max + 1, 'x'),
        std::string("they \"have\" it"), std::string("كتاب"), std::string("two\nlines")}) {
    INFO(wrong);
    ProposeEnding unproven = propose(true);
    unproven.evidence = wrong;
    CHECK(refused_payment(unproven) == Errc::invalid);
  }
  ProposeEnding by_nobody = propose(true);
  by_nobody.by = by_citizen;
  CHECK(refused_payment(by_nobody) == Errc::invalid);
  // The longest one fits beside the longest names.
  ProposeEnding longest = propose(true);
  longest.evidence = std::string(ProposeEnding::evidence_octets_max, 'x');
  longest.by.name = std::string(32, 'a');
  const std::int64_t ending = done(longest).payment_ending;
  CHECK(refused_payment(approve(ending, by_citizen)) == Errc::invalid);
  done(approve(ending, {Actor::Kind::staff, std::string(32, 'b')}));
  CHECK(evidence().size() == ledger::evidence_octets_max);
  CHECK(evidence().ends_with(": " + longest.evidence));
}

TEST_CASE_METHOD(EndingFixture, "what the company answers in between stands, and the proposal is closed") {
  const bool proposed_to_settle = GENERATE(true, false);
  const bool company_has_it = GENERATE(true, false);
  const std::int64_t ending = proposed(proposed_to_settle);
  if (company_has_it) {
    done(settle());
  } else {
    done(release());
  }
  const std::string said = evidence();
  const Committed approved = carried_out({PaymentChange(approve(ending)), message("it ended otherwise")});
  CHECK(approved.payment_ending == ending);
  CHECK(approved.outbox_ids.empty());
  CHECK(kept(ending).state == EndingState::overtaken);
  CHECK(kept(ending).checker == "basel");
  CHECK(payment().state == (company_has_it ? State::posted : State::voided));
  CHECK(evidence() == said);
  CHECK(refused_payment(approve(ending)) == Errc::conflict);
  check_whole();
}

TEST_CASE_METHOD(EndingFixture,
                 "what the company answers afterwards changes nothing, and is a case if it is otherwise") {
  done(approve(proposed(false)));
  const auto answered = [&](const PaymentChange& end) { return change({end, message("what the company says")}); };
  SECTION("the same") {
    ReleasePayment again = release();
    again.tells_once = true;
    const auto committed = answered(again);
    REQUIRE(committed.ok());
    CHECK(committed->outbox_ids.empty());
  }
  SECTION("otherwise") {
    const auto committed = answered(settle());
    REQUIRE_FALSE(committed.ok());
    CHECK(committed.error().message.find("; case ") != std::string::npos);
    CHECK(store->reconciliation().reconciliation_cases({"", true}, 0, 10).value().size() == 1);
  }
  CHECK(payment().state == State::voided);
  CHECK(evidence() == "staff amal, basel: letter of 12 Nov, D-7781");
  CHECK(available(card_account) == 1'000);
  check_whole();
}

TEST_CASE_METHOD(EndingFixture, "a payment that the company's daily file lists is not released by hand either") {
  const std::int64_t listed_as = GENERATE(300, 299);
  const std::int64_t ending = proposed(false);
  import_file(1, listed_as);
  const Error refused_by_file = refusal(approve(ending));
  CHECK(refused_by_file.code == Errc::conflict);
  CHECK(refused_by_file.message.find("daily file lists the payment") != std::string::npos);
  CHECK(payment().state == State::reserved);
  CHECK(kept(ending).state == EndingState::proposed);
  done(reject(ending));
  CHECK(refusal(propose(false)).message == payment_is_listed);
  SECTION("it is settled") {
    done(approve(proposed(true)));
    CHECK(payment().state == State::posted);
  }
  SECTION("a corrected file lists it no more") {
    import_file(2, std::nullopt);
    done(approve(proposed(false)));
    CHECK(payment().state == State::voided);
  }
  check_whole();
}

TEST_CASE_METHOD(EndingFixture,
                 "payments that are not over are listed, of all companies or one, by when they began") {
  const std::int64_t first = payment().number;
  BeginPayment elsewhere = begin(100, "elsewhere", 200);
  elsewhere.company = "gone";
  done(elsewhere);
  const std::int64_t second = payment("elsewhere").number;
  done(begin(50, "over", 65));
  done(settle("over"));
  const auto listed = [&](const std::string& company, std::int64_t begun_before, std::int64_t after = 0) {
    std::vector<std::int64_t> numbers;
    const auto found = store->payments().payments_not_over(company, at(begun_before), after, 10);
    if (!found.ok()) FAIL(found.error().message);
    for (const StoredPayment& one : *found) numbers.push_back(one.number);
    return numbers;
  };
  using Numbers = std::vector<std::int64_t>;
  CHECK(listed("", 300) == Numbers{first, second});
  CHECK(listed("", 300, first) == Numbers{second});
  CHECK(listed("", 200) == Numbers{first});
  CHECK(listed("", 60).empty());
  CHECK(listed("gone", 300) == Numbers{second});
  CHECK(listed("nobody", 300).empty());
  CHECK(store->payments().payments_not_over("", at(300), 0, 1).value().size() == 1);

  const auto overdue = [&](std::int64_t time) {
    return store->payments().companies_with_payments_refused_before(at(time)).value();
  };
  CHECK(overdue(73).empty());
  REQUIRE(overdue(74).size() == 1);
  CHECK(overdue(74).front().company == "damascus");
  CHECK(overdue(74).front().payments == 1);
  CHECK(overdue(214).size() == 2);

  // Pages of all companies go by number, whatever the names of the companies.
  done(begin(50, "third", 220));
  const std::int64_t third = payment("third").number;
  CHECK(listed("", 300) == Numbers{first, second, third});
  CHECK(listed("damascus", 300) == Numbers{first, third});
  const auto page = store->payments().payments_not_over("", at(300), 0, 2).value();
  REQUIRE(page.size() == 2);
  CHECK(page[1].number == second);
  CHECK(overdue(234).front().payments == 2);
}

TEST_CASE_METHOD(EndingFixture, "each step of an end by hand is told to the trail, and rules of the file keep it") {
  done(reject(proposed(true)));
  done(approve(proposed(true)));
  CHECK(told() == std::vector<std::string>{"amal payment.end_proposed", "basel payment.end_rejected",
                                           "amal payment.end_proposed", "basel payment.settled"});
  done(begin(100, "released"));
  const std::int64_t released = done(propose(false, out_of_reach, "released")).payment_ending;
  done(approve(released));
  done(begin(100, "answered"));
  const std::int64_t overtaken = done(propose(false, out_of_reach, "answered")).payment_ending;
  done(settle("answered"));
  done(approve(overtaken));
  const auto all = told();
  REQUIRE(all.size() == 8);
  CHECK(all[5] == "basel payment.released");
  CHECK(all[7] == "basel payment.end_overtaken");
  store.reset();
  SQLite::Database file(config.path, SQLite::OPEN_READWRITE, 5'000);
  for (const char* change : {"UPDATE payment_ending SET evidence = 'none'", "DELETE FROM payment_ending",
                             "UPDATE payment_ending SET state = 0, checker = NULL, decided = NULL",
                             "INSERT INTO payment_ending SELECT 9, payment, 1, 'x', 'amal', 0, 1, 'amal', 0 FROM "
                             "payment_ending WHERE number = 1"})
    CHECK_THROWS(file.exec(change));
}

TEST_CASE_METHOD(CashFixture, "a payment in cash that two persons release is owed by its drawer") {
  done(take(300));
  const std::int64_t number = cash_payment().number;
  const std::int64_t ending =
      done(PaymentChange(ProposeEnding{number, false, letter, by_maker, at(out_of_reach)})).payment_ending;
  CHECK(payments(true).at(0).owed == 0);
  const Actor keeper{Actor::Kind::staff, sami.name};
  CHECK(refused_payment(DecideEnding{ending, true, keeper, at(out_of_reach)}) == Errc::denied);
  CHECK(cash_payment().state == State::reserved);
  done(PaymentChange(DecideEnding{ending, true, by_checker, at(out_of_reach)}));
  CHECK(cash_payment().state == State::voided);
  CHECK(payments(true).at(0).owed == 300);
  done(giving_back(number, 300, "back", out_of_reach + 1));
  CHECK(held(in_drawer) == 0);
  CHECK(statement().adds_up());
  check_whole();
}

}  // namespace shubbak::store
