// Reports of cash: what is added up as it moves is what every movement says, and what the ledger has in the drawers.
#include <SQLiteCpp/Database.h>

#include "cash_fixture.hpp"

namespace shubbak::store {
namespace {

using namespace std::chrono_literals;

const Actor badr{Actor::Kind::agent, "badr"};

ReportWanted collected(std::initializer_list<ReportGroup> groups = {}) {
  ReportWanted wanted{.by = {}, .from = at(0), .before = at(2'000)};
  for (const ReportGroup one : groups) wanted.by.add(one);
  return wanted;
}
CashSums moved(std::initializer_list<std::pair<CashKind, CashSum>> all, std::int64_t fees_minor = 0) {
  CashSums sums;
  for (const auto& [kind, sum] : all) sums.of[static_cast<std::size_t>(kind)] = sum;
  sums.fees = fees_minor;
  return sums;
}
CollectorReportRow collector_row(const ReportKey& key, const CashSums& sums, std::optional<std::int64_t> opening) {
  return {.key = key, .currency = Currency::SYP, .sums = sums, .opening = opening};
}

// Sami takes 400 with a fee of 5 for a bill and 300 for a card, and brings 250 to the bank; a quarter of an hour
// later badr takes 100 for a bill.
class CollectedFixture : public CashFixture {
 public:
  CollectedFixture() {
    TakeCash with_fee = take(400);
    with_fee.fee = 5;
    done(with_fee);
    done(cash_for_card(300));
    done(deposit(250));
    done(opening_drawer("badr"));
    TakeCash of_badr = take(100, "other", 120);
    of_badr.drawer = other_drawer;
    of_badr.by = badr;
    done(of_badr);
  }
  std::unique_ptr<ReportBook> book() {
    auto opened = ReportBook::open(config.path);
    if (!opened.ok()) FAIL(opened.error().message);
    return *std::move(opened);
  }
  std::vector<CollectorReportRow> collectors(const ReportWanted& wanted) {
    const auto rows = book()->collectors(wanted);
    if (!rows.ok()) FAIL(rows.error().message);
    return *rows;
  }
};
const CashSums of_sami =
    moved({{CashKind::payment, {1, 405}}, {CashKind::top_up, {1, 300}}, {CashKind::deposit, {1, 250}}}, 5);
const CashSums of_other = moved({{CashKind::payment, {1, 100}}});

}  // namespace

TEST_CASE_METHOD(CollectedFixture, "a report of cash tells what was taken and brought in, and what is left") {
  const CashSums of_both =
      moved({{CashKind::payment, {2, 505}}, {CashKind::top_up, {1, 300}}, {CashKind::deposit, {1, 250}}}, 5);
  CHECK(collectors(collected()) == std::vector{collector_row({}, of_both, 0)});
  CHECK(collectors(collected({ReportGroup::account, ReportGroup::drawer})) ==
        std::vector{collector_row({.account = "badr", .drawer = other_drawer}, of_other, 0),
                    collector_row({.account = "sami", .drawer = drawer}, of_sami, 0)});
  CHECK(collectors(collected({ReportGroup::directorate, ReportGroup::office})) ==
        std::vector{collector_row({.directorate = "rif", .office = "post_7"}, of_both, 0)});
  CHECK(of_sami.net() == kept().holds);
  check_whole();
}

TEST_CASE_METHOD(CollectedFixture, "what was in a drawer before is told, also where nothing moved since") {
  ReportWanted later = collected({ReportGroup::account});
  later.from = at(100);
  CHECK(collectors(later) == std::vector{collector_row({.account = "badr"}, of_other, 0),
                                         collector_row({.account = "sami"}, {}, of_sami.net())});
  CHECK(book()->collectors_differing(later).value().empty());
  ReportWanted sooner = collected({ReportGroup::account});
  sooner.before = at(100);
  CHECK(collectors(sooner) == std::vector{collector_row({.account = "sami"}, of_sami, 0)});
  CHECK(book()->collectors_differing(sooner).value().empty());
}

TEST_CASE_METHOD(CollectedFixture,
                 "what was in a drawer before is what every movement before comes to, whatever moment it was") {
  done(cash_for_card(200, "top2", 1'500));
  done(DepositCash{"slip2", drawer, {50, Currency::SYP}, "bank-2", treasury, at(2'600)});
  const auto told = book();
  SQLite::Database file(config.path, SQLite::OPEN_READONLY);
  const auto moved_before = [&file](const std::string& name, WallTime moment) {
    SQLite::Statement naive(file,
                            "SELECT coalesce(sum(net), 0) FROM cash_moved JOIN drawer ON drawer.number = "
                            "cash_moved.drawer WHERE drawer.name = ?1 AND quarter < ?2");
    naive.bind(1, name);
    naive.bind(2, std::int64_t{moment.time_since_epoch() / 15min});
    REQUIRE(naive.executeStep());
    return naive.getColumn(0).getInt64();
  };
  // Each begins a quarter of an hour: of them the first is before all, the last behind all.
  for (const std::int64_t moment : {-800, 100, 1'000, 1'900, 2'800, 100'900}) {
    CAPTURE(moment);
    ReportWanted wanted = collected({ReportGroup::drawer});
    wanted.from = at(moment);
    wanted.before = at(200'800);
    const auto rows = told->collectors(wanted).value();
    for (const std::string& name : {drawer, other_drawer}) {
      const auto row =
          std::ranges::find_if(rows, [&](const CollectorReportRow& one) { return one.key.drawer == name; });
      CHECK((row == rows.end() ? 0 : row->opening.value()) == moved_before(name, wanted.from));
    }
    CHECK(told->collectors_differing(wanted).value().empty());
  }
  CHECK(moved_before(drawer, at(100'900)) == kept().holds);
}

TEST_CASE_METHOD(CollectedFixture, "by company and by day it tells what moved, and nothing of what is held") {
  CHECK(collectors(collected({ReportGroup::company})) ==
        std::vector{
            collector_row({}, moved({{CashKind::top_up, {1, 300}}, {CashKind::deposit, {1, 250}}}), std::nullopt),
            collector_row({.company = "damascus"}, moved({{CashKind::payment, {2, 505}}}, 5), std::nullopt)});
  ReportWanted of_company = collected({ReportGroup::day});
  of_company.of.company = "damascus";
  const std::chrono::sys_days the_day = 2026y / 9 / 21;
  CHECK(collectors(of_company) ==
        std::vector{collector_row({.day = the_day}, moved({{CashKind::payment, {2, 505}}}, 5), std::nullopt)});
  of_company.utc_offset = 10h;
  CHECK(collectors(of_company)[0].key.day == the_day + std::chrono::days(1));
  ReportWanted elsewhere = collected();
  elsewhere.of.office = "post_3";
  CHECK(collectors(elsewhere).empty());
}

TEST_CASE_METHOD(CollectedFixture,
                 "sums of cash are what every movement and the ledger say, and what is not is seen") {
  const auto told = book();
  for (unsigned bits = 0; bits < 1U << report_group_names.size(); ++bits) {
    ReportWanted wanted = collected();
    for (unsigned group = 0; group < report_group_names.size(); ++group) {
      if ((bits >> group & 1U) != 0) wanted.by.add(static_cast<ReportGroup>(group));
    }
    const auto differing = told->collectors_differing(wanted);
    if (!differing.ok()) continue;  // by what is not kept
    CAPTURE(bits);
    CHECK(differing->empty());
  }
  const ReportWanted by_drawer = collected({ReportGroup::drawer});
  SQLite::Database file(config.path, SQLite::OPEN_READWRITE);
  file.exec("UPDATE cash_sum SET amount = amount + 1, net = net + 1 WHERE kind = 1");
  const auto wrong = book()->collectors_differing(by_drawer).value();
  REQUIRE(wrong.size() == 2);
  CHECK(wrong[0].sums.sum(CashKind::top_up).minor == 301);
  CHECK(wrong[1].sums.sum(CashKind::top_up).minor == 300);
  file.exec("UPDATE cash_sum SET amount = amount - 1, net = net - 1 WHERE kind = 1");
  CHECK(book()->collectors_differing(by_drawer).value().empty());
  file.exec("UPDATE ledger_account SET debits_posted = debits_posted + 7 WHERE owner = 'sami.post_7' AND kind = 5");
  const auto in_ledger = book()->collectors_differing(by_drawer).value();
  REQUIRE(in_ledger.size() == 2);
  CHECK(in_ledger[0].opening == 0);
  CHECK(in_ledger[1].opening == 7);
}

TEST_CASE_METHOD(CollectedFixture,
                 "reports of cash are by what is kept of drawers, and of days that begin with a quarter of an hour") {
  CHECK(book()->collectors(collected({ReportGroup::channel})).error().code == Errc::invalid);
  ReportWanted odd = collected();
  odd.utc_offset = 20min;
  CHECK(book()->collectors(odd).error().code == Errc::invalid);
}

}  // namespace shubbak::store
