// Reconciliation in the store: what each line of a file comes to, cases and their ends, corrected files and other
// days, crashes in the middle, and that both sides of a day always add up.
#include <map>
#include <random>
#include <set>

#include <SQLiteCpp/Database.h>

#include "ledger_fixture.hpp"
#include "store/reconcile_book.hpp"

namespace shubbak::store {
namespace {

using reconcile::Listed;
using reconcile::Outcome;
using reconcile::Resolution;
using reconcile::Sum;
using reconcile::Totals;
using namespace std::chrono_literals;

const Actor importer{Actor::Kind::staff, "amal"};
const Actor resolver{Actor::Kind::staff, "basel"};

// at(0) is on this day; its file is imported when it is over.
reconcile::Day day(int later = 0) {
  return reconcile::day_of(std::chrono::floor<std::chrono::days>(at(0)) + std::chrono::days(later), {});
}
WallTime next_day() {
  return day().ends + 1h;
}

Listed listed(const std::string& reference, std::int64_t amount = 500, const std::string& account = "4521") {
  return {.reference = reference, .account = account, .amount = {amount, Currency::SYP}, .company_reference = "D-1"};
}

class ReconcileFixture : public LedgerFixture {
 public:
  ReconcileFixture() {
    open();
    carry_out({link(number(), syrian())});
  }
  Committed carry_out(std::vector<Change> changes) {
    auto committed = change(std::move(changes));
    if (!committed.ok()) FAIL(committed.error().message);
    return *std::move(committed);
  }
  Reconciled reconciled(const ReconcileChange& one) { return carry_out({one}).reconciled; }

  // By another person each: of one only one payment to an account is open at a time.
  void begin(const std::string& key, std::int64_t amount = 500, WallTime when = at(60),
             const std::string& company = "damascus") {
    ++begun_;
    const NationalId person = syrian("0102030" + std::to_string(1'000 + begun_));
    const Wallet payer{std::to_string(2'000'000'000 + begun_), Currency::SYP};
    carry_out({PaymentChange(OpenWallet{person, payer, at(0)}),
               LedgerChange(top_up("T." + key, amount, account_of(payer))),
               PaymentChange(BeginPayment{.key = key,
                                          .person = person,
                                          .msisdn = number(),
                                          .link = "mtn",
                                          .wallet = payer,
                                          .company = company,
                                          .account = "4521",
                                          .amount = {amount, Currency::SYP},
                                          .by = by_citizen,
                                          .at = when,
                                          .not_after = when + 13s,
                                          .revision = {},
                                          .session = {}})});
  }
  Result<Committed> end(const std::string& key, bool settles, WallTime when = at(70)) {
    if (settles) return change({PaymentChange(SettlePayment{key, {"damascus posted D-1", {}, when}})});
    return change({PaymentChange(ReleasePayment{key, {"damascus declined other", {}, when}})});
  }
  void pay(const std::string& key, std::int64_t amount = 500, WallTime when = at(60)) {
    begin(key, amount, when);
    REQUIRE(end(key, true, when + 1s).ok());
  }
  void pay_and_release(const std::string& key, std::int64_t amount = 500, WallTime when = at(60)) {
    begin(key, amount, when);
    REQUIRE(end(key, false, when + 1s).ok());
  }

  // Numbers its lines as a file with a head line does.
  std::int64_t stage(std::vector<Listed> lines, std::uint8_t content, const reconcile::Day& of) {
    const std::int64_t import = reconciled(BeginImport{"damascus", of, {content}, importer, next_day()}).import;
    for (std::size_t i = 0; i < lines.size(); ++i) lines[i].line = static_cast<std::int64_t>(i) + 2;
    constexpr std::size_t slice = 3;
    for (std::size_t i = 0; i < lines.size(); i += slice) {
      const auto from = lines.begin() + static_cast<std::ptrdiff_t>(i);
      const auto count = static_cast<std::ptrdiff_t>(std::min(slice, lines.size() - i));
      reconciled(StageLines{import, static_cast<std::int64_t>(i) + 1, {from, from + count}});
    }
    return import;
  }
  std::unique_ptr<ReconcileBook> book() {
    auto opened = ReconcileBook::open(config.path);
    if (!opened.ok()) FAIL(opened.error().message);
    return std::move(*opened);
  }
  std::vector<std::int64_t> unlisted(std::int64_t import) { return book()->unlisted_payments(import, 1'000).value(); }
  Reconciled publish(std::int64_t import, std::size_t lines, WallTime when = next_day()) {
    return reconciled(PublishImport{import, static_cast<std::int64_t>(lines), unlisted(import), importer, when});
  }
  Reconciled import(const std::vector<Listed>& lines, std::uint8_t content = 1, const reconcile::Day& of = day(),
                    WallTime when = next_day()) {
    return publish(stage(lines, content, of), lines.size(), when);
  }
  std::vector<StoredCase> cases(bool open_only = true) {
    return store->reconciliation().reconciliation_cases({"", open_only}, 0, 1'000).value();
  }
  // Of the open ones, by reference.
  std::map<std::string, Outcome> outcomes() {
    std::map<std::string, Outcome> found;
    for (const StoredCase& one : cases()) found[one.reference] = one.outcome;
    return found;
  }
  StoredCase only_case() {
    const auto all = cases();
    REQUIRE(all.size() == 1);
    return all.front();
  }
  DayReport report(const reconcile::Day& of = day()) { return book()->day_report("damascus", of).value(); }
  Totals totals(const reconcile::Day& of = day()) {
    const DayReport told = report(of);
    REQUIRE(told.totals.size() == 1);
    CHECK(adds_up(told.totals.front()));
    return told.totals.front();
  }

 private:
  int begun_ = 0;
};

}  // namespace

TEST_CASE_METHOD(ReconcileFixture, "a file that lists what was paid: all matched, no case") {
  pay("P1", 500);
  pay("P2", 700);
  const Reconciled done = import({listed("P2", 700), listed("P1")});
  CHECK(done.cases_opened == 0);
  CHECK(cases(false).empty());
  const Totals day_totals = totals();
  CHECK(day_totals.here == Sum{2, 1'200});
  CHECK(day_totals.there == Sum{2, 1'200});
  CHECK(day_totals.matched == Sum{2, 1'200});
  const DayReport told = report();
  REQUIRE(told.import);
  CHECK(told.import->number == done.import);
  CHECK(told.import->lines == 2);
  CHECK(told.import->by == importer);
  CHECK(told.import->at == next_day());
}

TEST_CASE_METHOD(ReconcileFixture, "each difference becomes a case of its kind, and the day adds up") {
  for (const char* key : {"P1", "P2", "P3", "P4"}) pay(key);
  pay_and_release("P5", 300);
  begin("P6", 200);
  begin("P7", 250, at(60), "aleppo");
  Listed dollars = listed("P4");
  dollars.amount.currency = Currency::KWD;
  const std::vector<Listed> lines{listed("P1", 510),       // another amount
                                  listed("P2", 500, "9"),  // another account
                                  listed("P5", 300),       // released here
                                  listed("X1", 50),        // never here
                                  listed("P6", 200),       // no answer yet
                                  listed("P7", 250),       // another company's
                                  listed("X1", 50),        // twice, and the same again
                                  listed("X1", 50),       dollars};
  CHECK(import(lines).cases_opened == 9);
  std::multiset<std::pair<std::string, Outcome>> found;
  for (const StoredCase& one : cases()) found.emplace(one.reference, one.outcome);
  CHECK(found == std::multiset<std::pair<std::string, Outcome>>{{"P1", Outcome::amount_differs},
                                                                {"P2", Outcome::amount_differs},
                                                                {"P3", Outcome::missing_there},
                                                                {"P4", Outcome::amount_differs},
                                                                {"P5", Outcome::missing_here},
                                                                {"X1", Outcome::missing_here},
                                                                {"P7", Outcome::missing_here},
                                                                {"X1", Outcome::twice},
                                                                {"X1", Outcome::twice}});
  const StoredCase first = cases().front();
  CHECK(first.company == "damascus");
  CHECK(first.day == day().day);
  CHECK(first.line == 2);
  CHECK(first.payment == store->payments().find_payment("P1").value()->number);
  CHECK(first.theirs->amount == Money{510, Currency::SYP});
  CHECK(first.ours->amount == Money{500, Currency::SYP});
  CHECK(first.company_reference == "D-1");
  CHECK(first.opened == next_day());

  const DayReport told = report();
  REQUIRE(told.totals.size() == 2);
  for (const Totals& one : told.totals) CHECK(adds_up(one));
  CHECK(told.open_cases == 9);
  const auto syp = std::ranges::find(told.totals, Currency::SYP, &Totals::currency);
  CHECK(syp->here == Sum{4, 2'000});
  CHECK(syp->there == Sum{8, 510 + 500 + 300 + 50 + 200 + 250 + 50 + 50});
  CHECK(syp->missing_there == Sum{1, 500});
  CHECK(syp->missing_here == Sum{3, 600});
  CHECK(syp->here_differs == Sum{3, 1'500});
  CHECK(syp->there_differs == Sum{2, 1'010});
  CHECK(syp->twice == Sum{2, 100});
  CHECK(syp->there_open == Sum{1, 200});
  CHECK(syp->matched == Sum{});
  const auto kwd = std::ranges::find(told.totals, Currency::KWD, &Totals::currency);
  CHECK(kwd->there_differs == Sum{1, 500});
}

TEST_CASE_METHOD(ReconcileFixture,
                 "the same file again changes nothing, a corrected one replaces what nobody worked on") {
  for (const char* key : {"P1", "P2", "P3"}) pay(key);
  const Reconciled first = import({listed("P1", 1), listed("X1")}, 1);
  CHECK(first.cases_opened == 4);  // P1 and X1, and P2 and P3 are missing there
  const auto before = cases();
  const Reconciled again = reconciled(BeginImport{"damascus", day(), {1}, importer, next_day()});
  CHECK(again.is_known);
  CHECK(again.import == first.import);
  CHECK(cases().size() == 4);

  const auto number_of_case = [&](const std::string& reference) {
    const auto found = std::ranges::find(before, reference, &StoredCase::reference);
    return found->number;
  };
  reconciled(ResolveCase{number_of_case("X1"), Resolution::company_corrects, "they will", resolver, next_day()});
  reconciled(ResolveCase{number_of_case("P2"), Resolution::explained, "as said on the phone", resolver, next_day()});
  // X1 is gone, P1 is right; of P2 and P3 it tells the same as before.
  const Reconciled corrected = import({listed("P1")}, 2);
  CHECK(corrected.import != first.import);
  CHECK(corrected.cases_opened == 0);
  CHECK(corrected.cases_closed == 1);
  CHECK(only_case().reference == "P3");
  CHECK(only_case().number == number_of_case("P3"));
  CHECK(store->reconciliation().find_case(number_of_case("P1")).value()->resolution == Resolution::withdrawn);
  CHECK(store->reconciliation().find_case(number_of_case("X1")).value()->resolution == Resolution::company_corrects);
  CHECK(store->reconciliation().find_case(number_of_case("P2")).value()->resolution == Resolution::explained);
  CHECK(totals().missing_there == Sum{2, 1'000});
  CHECK(totals().matched == Sum{1, 500});

  // Not what was resolved: another amount than then is another case.
  CHECK(import({listed("P1"), listed("X1", 900)}, 3).cases_opened == 1);
  CHECK(outcomes() == std::map<std::string, Outcome>{{"P3", Outcome::missing_there}, {"X1", Outcome::missing_here}});
  CHECK(totals().missing_here == Sum{1, 900});
  // And back to the first file: that is a corrected one too.
  CHECK_FALSE(reconciled(BeginImport{"damascus", day(), {1}, importer, next_day()}).is_known);
}

TEST_CASE_METHOD(ReconcileFixture,
                 "a payment just before midnight that the next day's file lists is missing nowhere in the end") {
  pay("P1", 500, day().ends - 1s);
  pay("P2", 700);
  SECTION("the day's file first") {
    CHECK(import({listed("P2", 700)}, 1).cases_opened == 1);
    CHECK(only_case().outcome == Outcome::missing_there);
    const Reconciled next = import({listed("P1")}, 2, day(1), day(1).ends);
    CHECK(next.cases_opened == 0);
    CHECK(next.cases_closed == 1);
    CHECK(cases().empty());
    CHECK(cases(false).front().resolution == Resolution::listed_later);
    SECTION("and missing again, when a corrected one lists it no more") {
      CHECK(import({}, 3, day(1), day(1).ends).cases_opened == 1);
      CHECK(only_case().reference == "P1");
      CHECK(cases(false).size() == 1);
      CHECK(totals().missing_there == Sum{1, 500});
      return;
    }
  }
  SECTION("the next day's file first") {
    CHECK(import({listed("P1")}, 2, day(1), day(1).ends).cases_opened == 0);
    CHECK(import({listed("P2", 700)}, 1).cases_opened == 0);
    CHECK(cases(false).empty());
  }
  CHECK(totals().here == Sum{2, 1'200});
  CHECK(totals().there == Sum{1, 700});
  CHECK(totals().here_of_other_days == Sum{1, 500});
  CHECK(totals(day(1)).here == Sum{});
  CHECK(totals(day(1)).there_of_other_days == Sum{1, 500});
}

TEST_CASE_METHOD(ReconcileFixture, "what two days list is twice, whether it is here or not") {
  pay("P1");
  pay("P2");
  import({listed("P1"), listed("P2", 501), listed("X1")}, 1);
  CHECK(import({listed("P1"), listed("P2"), listed("X1"), listed("X2")}, 2, day(1), day(1).ends).cases_opened == 4);
  std::set<std::string> twice;
  for (const StoredCase& one : cases()) {
    if (one.outcome == Outcome::twice) twice.insert(one.reference);
  }
  CHECK(twice == std::set<std::string>{"P1", "P2", "X1"});
  CHECK(totals(day(1)).twice == Sum{3, 1'500});
  CHECK(totals().matched == Sum{1, 500});
}

TEST_CASE_METHOD(ReconcileFixture, "a payment that ends after its file was imported is held against it then") {
  for (const char* key : {"listed_settled", "listed_released", "unlisted_settled", "unlisted_released"}) begin(key);
  CHECK(import({listed("listed_settled"), listed("listed_released")}).cases_opened == 0);
  CHECK(totals().there_open == Sum{2, 1'000});
  REQUIRE(end("listed_settled", true, next_day()).ok());
  REQUIRE(end("unlisted_released", false, next_day()).ok());
  CHECK(cases(false).empty());
  CHECK(totals().matched == Sum{1, 500});
  REQUIRE(end("unlisted_settled", true, next_day()).ok());
  CHECK(only_case().outcome == Outcome::missing_there);
  CHECK(only_case().reference == "unlisted_settled");
  CHECK(totals().missing_there == Sum{1, 500});
}

TEST_CASE_METHOD(ReconcileFixture,
                 "a payment that its company's file lists is never released on the company's word") {
  begin("P1");
  begin("P2");
  import({listed("P1"), listed("P2")});
  for (int i = 0; i < 2; ++i) {
    const auto released = end("P1", false, next_day());
    REQUIRE_FALSE(released.ok());
    CHECK(released.error().code == Errc::conflict);
    CHECK(released.error().message.find("case ") != std::string::npos);
  }
  CHECK(store->payments().find_payment("P1")->value().state == ledger::State::reserved);
  CHECK(only_case().reference == "P1");
  CHECK(only_case().outcome == Outcome::missing_here);
  CHECK(totals().there_open == Sum{2, 1'000});
  SECTION("until it says that it has it") {
    REQUIRE(end("P1", true, next_day()).ok());
    CHECK(totals().matched == Sum{1, 500});
  }
  SECTION("until its corrected file lists it no more") {
    import({listed("P2")}, 2);
    REQUIRE(end("P1", false, next_day()).ok());
    CHECK(store->payments().find_payment("P1")->value().state == ledger::State::voided);
    CHECK(totals().there_open == Sum{1, 500});
  }
}

TEST_CASE_METHOD(ReconcileFixture,
                 "nor is one that the file lists with another amount, until a corrected file says otherwise") {
  begin("P1");
  import({listed("P1", 400)});
  const auto released = end("P1", false, next_day());
  REQUIRE_FALSE(released.ok());
  CHECK(released.error().code == Errc::conflict);
  CHECK(store->payments().find_payment("P1")->value().state == ledger::State::reserved);
  import({}, 2);
  REQUIRE(end("P1", false, next_day()).ok());
  CHECK(store->payments().find_payment("P1")->value().state == ledger::State::voided);
}

TEST_CASE_METHOD(ReconcileFixture, "what contradicts again after staff has resolved it is another case") {
  pay("P1");
  const auto contradict = [&](const std::string& evidence) {
    CHECK_FALSE(change({PaymentChange(ReleasePayment{"P1", {evidence, {}, next_day()}})}).ok());
    return cases(false).size();
  };
  CHECK(contradict("damascus declined other") == 1);
  CHECK(contradict("damascus has none after it was over") == 1);
  reconciled(ResolveCase{cases().front().number, Resolution::company_corrects, "by telephone", importer, next_day()});
  CHECK(contradict("damascus declined other") == 1);
  CHECK(contradict("damascus has none after it was over") == 2);
  CHECK(cases().size() == 1);
}

TEST_CASE_METHOD(ReconcileFixture, "a payment that ends between staging and publishing is judged as it is then") {
  for (const char* key : {"P1", "P2", "P3"}) begin(key);
  const std::int64_t number = stage({listed("P1"), listed("P2")}, 1, day());
  const auto missing = unlisted(number);
  REQUIRE(end("P1", true, next_day()).ok());
  REQUIRE(end("P2", false, next_day()).ok());
  REQUIRE(end("P3", true, next_day()).ok());
  reconciled(PublishImport{number, 2, missing, importer, next_day()});
  CHECK(outcomes() == std::map<std::string, Outcome>{{"P2", Outcome::missing_here}, {"P3", Outcome::missing_there}});
  CHECK(totals().matched == Sum{1, 500});
}

TEST_CASE_METHOD(ReconcileFixture, "what is settled after a file of a day that is not over is not compared yet") {
  pay("P1");
  import({listed("P1")}, 1, day(), at(100));
  pay("P2", 700, at(200));
  CHECK(cases(false).empty());
  CHECK(totals().uncompared == Sum{1, 700});
  import({listed("P1"), listed("P2", 700)}, 2);
  CHECK(totals().matched == Sum{2, 1'200});
}

TEST_CASE_METHOD(ReconcileFixture,
                 "a late success after the release is a case at once, opened once, and the file's afterwards") {
  pay_and_release("P1", 300);
  const auto refused = end("P1", true);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::conflict);
  const StoredCase late = only_case();
  CHECK(late.outcome == Outcome::missing_here);
  CHECK_FALSE(late.day);
  CHECK(late.evidence == "damascus posted D-1");
  CHECK(late.theirs->amount == Money{300, Currency::SYP});
  CHECK(late.payment == store->payments().find_payment("P1").value()->number);
  CHECK_THAT(refused.error().message, Catch::Contains(reconcile::case_number(late.number)));
  // The money moved nowhere.
  CHECK(store->payments().find_payment("P1").value()->state == ledger::State::voided);
  CHECK(held(sample_payable) == 0);
  CHECK_THAT(end("P1", true).error().message, Catch::Contains(reconcile::case_number(late.number)));
  CHECK(cases(false).size() == 1);

  CHECK(import({listed("P1", 300)}).cases_opened == 0);
  CHECK(only_case().number == late.number);
  CHECK(only_case().day == day().day);
  CHECK(totals().missing_here == Sum{1, 300});
  CHECK(ledger_faults(config.path).empty());
}

TEST_CASE_METHOD(ReconcileFixture,
                 "a company that takes back what it posted is a case, until a file lists it after all") {
  pay("P1");
  // What stands behind it in the set is taken back with it.
  const auto refused = change(
      {message("your money is back"), PaymentChange(ReleasePayment{"P1", {"damascus declined other", {}, at(90)}})});
  REQUIRE_FALSE(refused.ok());
  CHECK(store->outbox_sizes().value().empty());
  CHECK(only_case().outcome == Outcome::missing_there);
  CHECK(only_case().evidence == "damascus declined other");
  CHECK_FALSE(only_case().theirs);
  CHECK(import({listed("P1")}).cases_closed == 1);
  CHECK(cases().empty());
}

TEST_CASE_METHOD(ReconcileFixture,
                 "an import that never ends leaves what there was, and another one takes its place") {
  for (const char* key : {"P1", "P2", "P3", "P4"}) pay(key);
  import({listed("P1"), listed("P2")}, 1);
  const auto before = cases();
  const std::int64_t killed = stage({listed("P1"), listed("P2"), listed("P3"), listed("X1")}, 2, day());
  reopen();
  CHECK(cases().size() == before.size());
  CHECK(totals().there == Sum{2, 1'000});
  CHECK(report().import->lines == 2);

  // Slices out of order, or another count than was staged.
  CHECK(refused({ReconcileChange(StageLines{killed, 4, {listed("P4")}})}) == Errc::conflict);
  CHECK(refused({ReconcileChange(PublishImport{killed, 3, {}, importer, next_day()})}) == Errc::conflict);
  const std::int64_t next = stage({listed("P1"), listed("P2"), listed("P3"), listed("P4")}, 3, day());
  CHECK(refused({ReconcileChange(StageLines{killed, 5, {listed("P4")}})}) == Errc::conflict);
  CHECK(refused({ReconcileChange(PublishImport{killed, 4, {}, importer, next_day()})}) == Errc::conflict);
  CHECK(publish(next, 4).cases_closed == 2);
  CHECK(refused({ReconcileChange(PublishImport{next, 4, {}, importer, next_day()})}) == Errc::conflict);
  CHECK(totals().matched == Sum{4, 2'000});
  CHECK(reconciled(DropStagedRows{}).rows_dropped == 2 + 3 + 1);
  CHECK(reconciled(DropStagedRows{}).rows_dropped == 0);
  CHECK(totals().matched == Sum{4, 2'000});
}

TEST_CASE_METHOD(ReconcileFixture,
                 "a file with more differences than a day can have is refused, and changes nothing") {
  const std::int64_t number = reconciled(BeginImport{"damascus", day(), {1}, importer, next_day()}).import;
  constexpr auto at_once = static_cast<std::int64_t>(StageLines::at_once_max);
  const auto slice = [&](std::int64_t first, std::int64_t count) {
    StageLines lines{number, first, {}};
    for (std::int64_t i = 0; i < count; ++i) {
      lines.lines.push_back(listed("X" + std::to_string(first + i)));
      lines.lines.back().line = first + i;
    }
    return lines;
  };
  for (std::int64_t first = 1; first <= StageLines::differences_max; first += at_once)
    reconciled(slice(first, at_once));
  CHECK(refused({ReconcileChange(slice(StageLines::differences_max + 1, 1))}) == Errc::limit);
  CHECK(refused({ReconcileChange(slice(1, at_once + 1))}) == Errc::limit);
  CHECK(cases(false).empty());
  CHECK_FALSE(report().import);
}

TEST_CASE_METHOD(ReconcileFixture, "a case is resolved once, by whom and why, and the note is sealed") {
  import({listed("X1")});
  const std::int64_t number = only_case().number;
  const ResolveCase change{number, Resolution::written_off, "too small to ask for", resolver, next_day() + 1h};
  reconciled(change);
  const StoredCase resolved = *store->reconciliation().find_case(number).value();
  CHECK(resolved.resolution == Resolution::written_off);
  CHECK(resolved.note == "too small to ask for");
  CHECK(resolved.by == resolver);
  CHECK(resolved.resolved == next_day() + 1h);
  CHECK(cases().empty());
  CHECK(refused({ReconcileChange(change)}) == Errc::conflict);
  ResolveCase other = change;
  other.number = 4'711;
  CHECK(refused({ReconcileChange(other)}) == Errc::not_found);
  other.note = std::string(ResolveCase::note_octets_max + 1, 'x');
  CHECK(refused({ReconcileChange(other)}) == Errc::limit);
  CHECK(totals().missing_here == Sum{1, 500});  // what is resolved still differs
  store.reset();
  CHECK(read_file(config.path).find("too small") == std::string::npos);
  SQLite::Database file(config.path, SQLite::OPEN_READWRITE, 5'000);
  for (const char* sql :
       {"DELETE FROM reconciliation_case", "UPDATE reconciliation_case SET outcome = 4",
        "DELETE FROM reconciliation_import", "UPDATE reconciliation_import SET content = zeroblob(32)",
        "UPDATE reconciliation_import SET day = 1"})
    CHECK_THROWS(file.exec(sql));
}

TEST_CASE_METHOD(ReconcileFixture, "what the accountants get: the day's settled payments, page by page, in order") {
  for (int i = 0; i < 7; ++i) pay("P" + std::to_string(i), 500 + i, at(60 - i));
  pay("other_day", 500, day(1).begins);
  pay_and_release("released");
  std::vector<std::string> references;
  std::optional<SettledPayment> last;
  for (;;) {
    const auto page = book()->settled_payments("damascus", day(), last, 3).value();
    for (const SettledPayment& one : page) references.push_back(one.reference);
    if (page.size() < 3) break;
    last = page.back();
  }
  CHECK(references == std::vector<std::string>{"P6", "P5", "P4", "P3", "P2", "P1", "P0"});
  const auto first = book()->settled_payments("damascus", day(), std::nullopt, 1).value().front();
  CHECK(first.account == "4521");
  CHECK(first.amount == Money{506, Currency::SYP});
  CHECK(first.at == at(54));
  CHECK(first.evidence == "damascus posted D-1");
}

// Payments of two days, files of both with everything that companies do wrong, corrected ones, and ends that come
// late: whatever the order, each side is the sum of its parts, and nothing that differs is without a case.
TEST_CASE_METHOD(ReconcileFixture, "both days add up after whatever was paid, imported and ended") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 chance(seed);
  const auto draw = [&](int below) { return static_cast<int>(chance() % static_cast<unsigned>(below)); };
  std::vector<std::string> open_ones;
  std::vector<std::pair<std::string, std::int64_t>> paid;
  std::int64_t settled_minor = 0;
  std::uint8_t content = 0;
  for (int step = 0; step < 60; ++step) {
    if (const int what = draw(4); what < 2) {
      const std::string key = "P" + std::to_string(step);
      const std::int64_t amount = 100 + draw(900);
      begin(key, amount, draw(2) == 0 ? at(step) : day(1).begins + std::chrono::seconds(step));
      paid.emplace_back(key, amount);
      open_ones.push_back(key);
    } else if (what == 2 && !open_ones.empty()) {
      const std::string key = open_ones.back();
      const bool settles = draw(3) > 0;
      const auto ended = end(key, settles, day(1).ends + 2h);
      // Only what a file lists is not released.
      REQUIRE((ended.ok() || (!settles && ended.error().code == Errc::conflict)));
      if (!ended.ok()) continue;
      open_ones.pop_back();
      if (settles)
        settled_minor += std::ranges::find(paid, key, &std::pair<std::string, std::int64_t>::first)->second;
    } else {
      const int which = draw(2);
      std::vector<Listed> lines;
      std::int64_t minor = 0;
      const auto add = [&](const std::string& key, std::int64_t amount) {
        lines.push_back(listed(key, amount));
        minor += amount;
      };
      for (const auto& [key, amount] : paid) {
        const int how = draw(8);
        if (how < 5) add(key, how == 4 ? amount + 1 : amount);
        if (how == 3) add(key, amount);
      }
      if (draw(2) == 0) add("X" + std::to_string(draw(3)), 77);
      import(lines, ++content, day(which), day(1).ends + 1h);
      if (!lines.empty())
        CHECK(report(day(which)).totals.front().there == Sum{static_cast<std::int64_t>(lines.size()), minor});
    }
    std::int64_t here_minor = 0;
    for (const int which : {0, 1}) {
      const DayReport told = report(day(which));
      for (const Totals& one : told.totals) {
        CHECK(adds_up(one));
        here_minor += one.here.minor;
        // All that was settled before the day's file, or after it, is compared.
        if (told.import) CHECK(one.uncompared == Sum{});
      }
    }
    CHECK(here_minor == settled_minor);
    CHECK(here_minor == held(sample_payable));
  }
  CHECK(ledger_faults(config.path).empty());
}

}  // namespace shubbak::store
