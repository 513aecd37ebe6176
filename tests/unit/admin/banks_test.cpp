// Banks as agents: what is here of one, by its own reference, and what its file of a day differs in.
#include "admin/bank_service.hpp"
#include "tests/unit/admin/fixture.hpp"

namespace shubbak::admin::testing {
namespace {

// Which hour, as hours stand for days, and the files of those beside it.
struct Beside {
  std::int64_t hour = 0;
  std::vector<reconcile::Listed> before{};
  std::vector<reconcile::Listed> after{};
};

struct BankOffice : Office {
  BankOffice() {
    add("root", "admin");
    add("kfh", "bank@*/banks/kfh");
    add("nbk", "bank@*/banks/nbk");
    for (const char* name : {"kfh", "nbk"}) {
      const boost::json::object drawer{
          {"account", name}, {"directorate", "banks"}, {"office", name}, {"ceiling", 1'000'000}, {"currency", "SYP"}};
      REQUIRE(post("/cash/drawers", login("root"), drawer).status == 201);
    }
    advance(std::chrono::hours(1));
  }
  // At that minute behind the first.
  void pay(const std::string& bank, const std::string& reference, std::int64_t amount, std::int64_t minute,
           bool settles = true) {
    const std::string key = "b" + std::to_string(id_of(bank)) + "-" + reference;
    REQUIRE(commit({store::CashChange(store::TakeCash{.key = key,
                                                      .drawer = bank + "." + bank,
                                                      .msisdn = {},
                                                      .link = {},
                                                      .company = "aleppo",
                                                      .account = "2100345",
                                                      .amount = {amount, Currency::SYP},
                                                      .again = true,
                                                      .by = {Actor::Kind::agent, bank},
                                                      .at = store::at(minute * 60),
                                                      .not_after = store::at(minute * 60 + 10)})}));
    const ledger::Resolution said{"aleppo said so", Actor{}, store::at(minute * 60 + 5)};
    const std::string in_ledger = store::cash_key_in_ledger(key);
    REQUIRE(commit({settles ? store::PaymentChange(store::SettlePayment{in_ledger, said})
                            : store::PaymentChange(store::ReleasePayment{in_ledger, said})}));
  }
  std::int64_t id_of(const std::string& name) { return served(told_id(world(), name)).value(); }
  Result<BankDay, ApiError> compare(const std::string& bank, std::vector<reconcile::Listed> lines,
                                    Beside beside = {}) {
    return served(compared(world(), bank, std::move(lines), std::move(beside)));
  }
  // Cases opened, and withdrawn.
  std::pair<std::int64_t, std::int64_t> put(std::vector<reconcile::Listed> lines, Beside beside = {}) {
    const auto told = compare("kfh", std::move(lines), std::move(beside));
    REQUIRE(told.ok());
    World here = world();
    const Caller console{{Actor::Kind::command_line, "root"}, std::nullopt, {}, {}};
    const auto day = std::chrono::floor<std::chrono::days>(store::at(0));
    const auto done = served(put_bank_day(here, console, "kfh", day, *told));
    REQUIRE(done.ok());
    return {done->cases_opened, done->cases_closed};
  }

 private:
  static Served<std::int64_t> told_id(World here, std::string name) {
    const auto found = here.store.staff().find_account(name);
    co_return found.value().value().account.id;
  }
  static BankLines told_of(const std::vector<reconcile::Listed>& lines) {
    return [&lines](const std::function<Status(reconcile::Listed)>& on_line) -> Status {
      for (const reconcile::Listed& line : lines) {
        if (Status taken = on_line(line); !taken.ok()) return taken;
      }
      return {};
    };
  }
  static Served<BankDay> compared(World here, std::string bank, std::vector<reconcile::Listed> lines, Beside beside) {
    BankFiles files{.day = told_of(lines)};
    if (!beside.before.empty()) files.day_before = told_of(beside.before);
    if (!beside.after.empty()) files.day_after = told_of(beside.after);
    const WallTime begins = store::at(beside.hour * 3'600);
    co_return compare_bank_day(here, bank, begins, begins + std::chrono::hours(1), files);
  }
};

using Differences = std::vector<std::pair<reconcile::Outcome, std::string>>;  // outcome and reference
Differences differences_in(const Result<BankDay, ApiError>& told) {
  Differences differences;
  REQUIRE(told.ok());
  for (const store::BankFinding& one : told->differences) differences.emplace_back(one.outcome, one.reference);
  return differences;
}

reconcile::Listed bank_line(std::int64_t line, const std::string& reference, std::int64_t amount) {
  return {.line = line, .reference = reference, .account = "2100345", .amount = {amount, Currency::SYP}};
}

}  // namespace

TEST_CASE("a bank's file of a day is held against what it told, line by line, and nothing is written") {
  BankOffice office;
  office.pay("kfh", "K-1", 100, 1);
  office.pay("kfh", "K-2", 200, 2);
  office.pay("kfh", "K-3", 300, 3, false);
  office.pay("kfh", "K-4", 400, 4);
  office.pay("kfh", "K-5", 500, 70);  // of the next hour
  office.pay("nbk", "K-6", 600, 6);   // the other bank's
  const std::string before = office.database();
  const auto told =
      office.compare("kfh", {bank_line(2, "K-1", 100), bank_line(3, "K-2", 201), bank_line(4, "K-3", 300),
                             bank_line(5, "K-6", 600), bank_line(6, "K-1", 100)});
  REQUIRE(told.ok());
  CHECK(told->lines == 5);
  CHECK(told->matched == 1);
  using reconcile::Outcome;
  CHECK(differences_in(told) == Differences{{Outcome::amount_differs, "K-2"},
                                            {Outcome::missing_here, "K-3"},
                                            {Outcome::missing_here, "K-6"},
                                            {Outcome::twice, "K-1"},
                                            {Outcome::missing_there, "K-4"}});
  CHECK(told->differences[0].line == 3);
  CHECK(told->differences[0].theirs->amount == Money{201, Currency::SYP});
  CHECK(told->differences[0].ours->amount == Money{200, Currency::SYP});
  CHECK_FALSE(told->differences[4].line);
  CHECK(office.database() == before);
  const auto whole =
      office.compare("kfh", {bank_line(2, "K-4", 400), bank_line(3, "K-2", 200), bank_line(4, "K-1", 100)});
  REQUIRE(whole.ok());
  CHECK(whole->matched == 3);
  CHECK(whole->differences.empty());
  CHECK(office.compare("nobody", {}).error().code == Code::not_found);
  CHECK(office.compare("root", {}).error().code == Code::forbidden);
}

TEST_CASE("a file that is another bank's or day's is told as such before it is told line by line") {
  BankOffice office;
  std::vector<reconcile::Listed> lines;
  for (std::int64_t line = 2; line < 10'002; ++line) lines.push_back(bank_line(line, "X-" + std::to_string(line), 1));
  const auto most = office.compare("kfh", lines);
  REQUIRE(most.ok());
  CHECK(most->differences.size() == 10'000);
  office.pay("kfh", "K-1", 100, 1);  // and not listed
  const auto unlisted = office.compare("kfh", lines);
  REQUIRE_FALSE(unlisted.ok());
  CHECK(unlisted.error().code == Code::bad_request);
  lines.push_back(bank_line(10'002, "X-10002", 1));
  const auto other = office.compare("kfh", lines);
  REQUIRE_FALSE(other.ok());
  CHECK(other.error().code == Code::bad_request);
}

TEST_CASE("each difference of a bank's file is a case, once, until a corrected file or staff says otherwise") {
  BankOffice office;
  office.pay("kfh", "K-1", 100, 1);
  office.pay("kfh", "K-2", 200, 2);
  const auto cases = [&] {
    return office.on_loop([&] {
      return office.store().reconciliation().reconciliation_cases({"bank.kfh", false}, 0, 10).value();
    });
  };
  using Counts = std::pair<std::int64_t, std::int64_t>;
  CHECK(office.put({bank_line(2, "K-2", 201), bank_line(3, "K-9", 900)}) == Counts{3, 0});
  CHECK(office.put({bank_line(2, "K-2", 201), bank_line(3, "K-9", 900)}) == Counts{0, 0});
  const std::vector<store::StoredCase> found = cases();
  REQUIRE(found.size() == 3);
  CHECK(found[0].reference == "K-2");
  CHECK(found[0].theirs->amount.minor == 201);
  CHECK(found[0].ours->amount.minor == 200);
  CHECK_FALSE(found[0].payment);  // it says nothing of the payment's end
  CHECK(found[1].outcome == reconcile::Outcome::missing_here);
  CHECK(found[2].outcome == reconcile::Outcome::missing_there);
  CHECK(office.put({bank_line(2, "K-2", 200), bank_line(3, "K-9", 900), bank_line(4, "K-1", 100)}) == Counts{0, 2});
  const std::vector<store::StoredCase> left = cases();
  REQUIRE(left.size() == 3);
  CHECK(left[0].resolution == reconcile::Resolution::withdrawn);
  CHECK(left[1].resolution == reconcile::Resolution::none);
  CHECK(left[2].resolution == reconcile::Resolution::withdrawn);
}

TEST_CASE("what a bank dates to the other side of midnight is missing on neither day") {
  using reconcile::Outcome;
  BankOffice office;
  office.pay("kfh", "K-1", 100, 1);  // by the bank's clock a minute before midnight
  office.pay("kfh", "K-2", 200, 30);
  office.pay("kfh", "K-3", 300, 59);  // by the bank's clock behind the next midnight
  office.pay("kfh", "K-4", 400, 61);  // before it
  const std::vector<reconcile::Listed> day_before{bank_line(2, "K-1", 100)};
  const std::vector<reconcile::Listed> day{bank_line(2, "K-2", 200), bank_line(3, "K-4", 400)};
  const std::vector<reconcile::Listed> day_after{bank_line(2, "K-3", 300)};

  const auto told = office.compare("kfh", day, {0, day_before, day_after});
  CHECK(differences_in(told).empty());
  CHECK(told->lines == 2);
  CHECK(told->matched == 2);
  CHECK(differences_in(office.compare("kfh", day_after, {1, day, {}})).empty());
  CHECK(differences_in(office.compare("kfh", day_before, {-1, {}, day})).empty());
  // Without the file beside it nobody knows.
  CHECK(differences_in(office.compare("kfh", day)) ==
        Differences{{Outcome::missing_there, "K-3"}, {Outcome::missing_there, "K-1"}});
  CHECK(differences_in(office.compare("kfh", day, {0, day_before, {}})) ==
        Differences{{Outcome::missing_there, "K-3"}});
  CHECK(differences_in(office.compare("kfh", day_after, {1, {}, {}})) ==
        Differences{{Outcome::missing_there, "K-4"}});

  using Counts = std::pair<std::int64_t, std::int64_t>;
  CHECK(office.put(day, {0, day_before, {}}) == Counts{1, 0});
  CHECK(office.put(day, {0, day_before, day_after}) == Counts{0, 1});  // the day after has come
}

TEST_CASE("what the bank's files list on both days, or on the other day otherwise, is told all the same") {
  using reconcile::Outcome;
  BankOffice office;
  office.pay("kfh", "K-1", 100, 1);
  office.pay("kfh", "K-2", 200, 30);
  office.pay("kfh", "K-3", 300, 59);
  reconcile::Listed of_another_account = bank_line(2, "K-3", 300);
  of_another_account.account = "2100346";
  const auto told = office.compare("kfh", {bank_line(2, "K-2", 200)},
                                   {0, {bank_line(2, "K-1", 101), bank_line(3, "K-2", 200)}, {of_another_account}});
  CHECK(differences_in(told) ==
        Differences{{Outcome::twice, "K-2"}, {Outcome::missing_there, "K-3"}, {Outcome::missing_there, "K-1"}});
  CHECK(told->matched == 0);
  // Of two days that both list it, the first one is right.
  const auto first = office.compare("kfh", {bank_line(2, "K-2", 200)}, {0, {}, {bank_line(2, "K-2", 200)}});
  CHECK(first->matched == 1);
}

TEST_CASE("the reference of a bank is told from a key of cash") {
  CHECK(bank_reference_at("b7-4711") == 3);
  CHECK(bank_reference_at("b12-K-1") == 4);
  for (const char* key : {"", "b", "b7", "b-1", "bx-1", "b7_1", "a7-1", "7-1", "press-1"})
    CHECK(bank_reference_at(key) == std::string::npos);
}

TEST_CASE("nobody takes cash for a bill, or gives it back, under a bank's key") {
  BankOffice office;
  office.add("amal", "clerk@*/rif/post_7");
  const boost::json::object drawer{
      {"account", "amal"}, {"directorate", "rif"}, {"office", "post_7"}, {"ceiling", 1'000}, {"currency", "SYP"}};
  REQUIRE(office.post("/cash/drawers", office.login("root"), drawer).status == 201);
  boost::json::object bill{{"key", "b7-4711"},     {"drawer", "amal.post_7"}, {"company", "aleppo"},
                           {"account", "2100345"}, {"amount", 100},           {"currency", "SYP"}};
  const Reply taken = office.post("/cash/payments", office.login("amal"), bill);
  CHECK(taken.status == 422);
  CHECK(taken.field() == "key");
  const boost::json::object back{
      {"key", "b7-4711"}, {"drawer", "amal.post_7"}, {"receipt", "00000017"}, {"amount", 100}, {"currency", "SYP"}};
  CHECK(office.post("/cash/payments/give-back", office.login("amal"), back).field() == "key");
}

TEST_CASE("a bank finds what it has told by its own reference, and no other bank's") {
  BankOffice office;
  office.pay("kfh", "K-1", 100, 1);
  const auto find = [&](const std::string& bank, const std::string& reference) {
    return office.post("/bank/payments/find", office.login(bank), {{"reference", reference}});
  };
  const Reply found = find("kfh", "K-1");
  REQUIRE(found.status == 200);
  CHECK(found.body.at("reference").as_string() == "K-1");
  CHECK(found.body.at("state").as_string() == "settled");
  CHECK(found.body.at("amount").as_int64() == 100);
  CHECK(find("nbk", "K-1").status == 404);
  CHECK(find("kfh", "K-2").status == 404);
  CHECK(find("kfh", "K.1").status == 422);
}

}  // namespace shubbak::admin::testing
