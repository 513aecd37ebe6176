// What flows count: day by day in the database, added up over days, restarts and processes.
#include <algorithm>

#include <SQLiteCpp/Database.h>

#include "before_migration.hpp"
#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

constexpr sys_days monday = 2026y / 11 / 2;
constexpr sys_days tuesday = 2026y / 11 / 3;
const StatisticKey came{WalkChannel::ussd, "reading", "pick", Measure::entered};
const StatisticKey hung_up{WalkChannel::ussd, "reading", "pick", Measure::abandoned, "user"};
const StatisticKey texted{WalkChannel::sms, "reading", "pick", Measure::entered};

TEST_CASE_METHOD(StoreFixture, "statistics of one day add up, also over a restart") {
  open();
  CHECK(store->statistics(monday, tuesday)->empty());
  REQUIRE(change({AddStatistics{monday, {{came, 3}, {hung_up, 1}}}}).ok());
  REQUIRE(change({AddStatistics{monday, {{came, 4}}}}).ok());
  reopen();
  REQUIRE(change({AddStatistics{monday, {{came, 5}, {texted, 7}}}}).ok());
  CHECK(*store->statistics(monday, monday) == std::vector<Statistic>{{came, 12}, {hung_up, 1}, {texted, 7}});
}

TEST_CASE_METHOD(StoreFixture, "statistics are told for the days that are asked for, both included") {
  open();
  REQUIRE(change({AddStatistics{monday, {{came, 3}}}, AddStatistics{tuesday, {{came, 4}}}}).ok());
  CHECK(*store->statistics(monday, monday) == std::vector<Statistic>{{came, 3}});
  CHECK(*store->statistics(tuesday, tuesday) == std::vector<Statistic>{{came, 4}});
  CHECK(*store->statistics(monday, tuesday) == std::vector<Statistic>{{came, 7}});
  CHECK(store->statistics(tuesday + std::chrono::days(1), tuesday + std::chrono::days(9))->empty());
  CHECK(store->statistics(tuesday, monday)->empty());
}

TEST_CASE_METHOD(StoreFixture, "every measure and detail is a count of its own") {
  open();
  std::vector<Statistic> all;
  for (const Measure measure :
       {Measure::entered, Measure::taken_up, Measure::left, Measure::abandoned, Measure::stayed, Measure::stayed_ms,
        Measure::sessions, Measure::message_parts, Measure::company_sessions}) {
    for (const char* detail : {"", "debt.show"}) {
      all.push_back({{WalkChannel::sms, "debt", "pick", measure, detail}, static_cast<std::int64_t>(all.size()) + 1});
    }
  }
  REQUIRE(change({AddStatistics{monday, all}}).ok());
  CHECK(*store->statistics(monday, monday) == all);
}

TEST_CASE_METHOD(StoreFixture, "what was counted before sessions were counted by company is there still") {
  {
    SQLite::Database database = database_before("wider_figures", config.path);
    database.exec(
        "INSERT INTO flow_statistic VALUES (20759, 0, 'reading', 'pick', 0, '', 3), "
        "(20759, 0, 'reading', 'pick', 3, 'user', 1)");
  }
  open();
  const StatisticKey of_company{WalkChannel::ussd, "reading", "pick", Measure::company_sessions, "mtn aleppo"};
  REQUIRE(change({AddStatistics{monday, {{came, 2}, {of_company, 1}}}}).ok());
  CHECK(*store->statistics(monday, monday) == std::vector<Statistic>{{came, 5}, {hung_up, 1}, {of_company, 1}});
}

TEST_CASE_METHOD(StoreFixture, "statistics over their limits are refused whole") {
  open();
  const std::string long_name(ValueLimits::name_octets_max + 1, 'x');
  const std::string long_detail(ValueLimits::detail_octets_max + 1, 'x');
  const auto refused = [this](std::vector<Statistic> statistics) {
    statistics.push_back({came, 1});
    const auto result = change({AddStatistics{monday, std::move(statistics)}});
    return !result.ok() && result.error().code == Errc::limit;
  };
  CHECK(refused({{{WalkChannel::ussd, long_name, "pick", Measure::entered}, 1}}));
  CHECK(refused({{{WalkChannel::ussd, "debt", long_name, Measure::entered}, 1}}));
  CHECK(refused({{{WalkChannel::ussd, "debt", "pick", Measure::left, long_detail}, 1}}));
  CHECK(refused(std::vector<Statistic>(ValueLimits::statistics_max, {came, 1})));
  CHECK(store->statistics(monday, monday)->empty());
  REQUIRE(change({AddStatistics{monday, std::vector<Statistic>(ValueLimits::statistics_max, {came, 1})}}).ok());
  CHECK(*store->statistics(monday, monday) == std::vector<Statistic>{{came, 5'000}});
}

}  // namespace
}  // namespace shubbak::store
