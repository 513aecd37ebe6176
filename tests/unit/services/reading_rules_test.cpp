#include "services/reading_rules.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using shubbak::WallTime;
using namespace shubbak::services;
using shubbak::companies::DayWindow;
using shubbak::companies::LastReading;
using shubbak::companies::ReadingPolicy;

TEST_CASE("a reading's reference has 8 symbols that cannot be mistaken for one another") {
  CHECK(reading_reference(0) == "00000000");
  CHECK(reading_reference(31) == "Z0000000");
  CHECK(reading_reference(~std::uint64_t{0}) == "ZZZZZZZZ");
  std::set<std::string> seen;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const std::string reference = reading_reference(i * 0x9E3779B97F4A7C15ULL);
    CHECK(reference.size() == 8);
    CHECK(reference.find_first_of("ILOU") == std::string::npos);
    seen.insert(reference);
  }
  CHECK(seen.size() == 5000);
}

TEST_CASE("a billing period begins at local midnight of the first") {
  using namespace std::chrono;
  const WallTime last_minute = sys_days{2026y / November / 30} + 20h + 59min;
  CHECK(billing_period(last_minute, 180min, std::nullopt) == "2026-11");
  CHECK(billing_period(last_minute + 1min, 180min, std::nullopt) == "2026-12");
  CHECK(billing_period(last_minute, 0min, std::nullopt) == "2026-11");
  CHECK(billing_period(sys_days{2026y / January / 1}, -60min, std::nullopt) == "2025-12");
}

TEST_CASE("a reference is read as people type it") {
  CHECK(parse_reading_reference("7K3M9QRS") == "7K3M9QRS");
  CHECK(parse_reading_reference(" 7k3m-9qrs ") == "7K3M9QRS");
  CHECK(parse_reading_reference("OIL00000") == "01100000");
  CHECK_FALSE(parse_reading_reference("7K3M9QR").has_value());
  CHECK_FALSE(parse_reading_reference("7K3M9QRSS").has_value());
  CHECK_FALSE(parse_reading_reference("7K3M9QRU").has_value());  // no such symbol
  CHECK_FALSE(parse_reading_reference("").has_value());
}

TEST_CASE("a local minute is told with its day") {
  using namespace std::chrono;
  const WallTime before_midnight = sys_days{2026y / November / 30} + 20h + 59min + 59s;
  CHECK(local_minute(before_midnight, 180min) == "2026-11-30 23:59");
  CHECK(local_minute(before_midnight + 1s, 180min) == "2026-12-01 00:00");
}

namespace {

constexpr std::chrono::sys_days today{std::chrono::year{2026} / 11 / 27};

LastReading last_of(std::int64_t value, std::string date = "2026-10-28") {
  LastReading last;
  last.value = value;
  last.date = std::move(date);
  return last;
}
ReadingPolicy policy_of(std::uint32_t usual) {
  return {.usual = usual, .plausible_factor = 5, .plausible_least = 50};
}
// 30 days after the last reading, of a register of five digits with 300 units a month: 1500 are plausible.
ReadingBasis five_digits(std::int64_t value) {
  LastReading last = last_of(value);
  last.digits = 5;
  last.usual = 300;
  return basis_of(last, policy_of(9'999), today);
}

}  // namespace

TEST_CASE("a reading is not below the last one, and asked again above what is plausible") {
  const ReadingBasis basis = basis_of(last_of(1'000), policy_of(300), today);
  CHECK(basis.days == 30);
  CHECK(basis.most == 1'500);
  CHECK(judge_reading(basis, 999) == Judgement::too_low);
  CHECK(judge_reading(basis, 0) == Judgement::too_low);  // nobody knows how long the register is
  CHECK(judge_reading(basis, 1'000) == Judgement::plausible);
  CHECK(judge_reading(basis, 2'500) == Judgement::plausible);
  CHECK(judge_reading(basis, 2'501) == Judgement::odd);
  CHECK(consumption(basis, 2'501) == 1'501);
  CHECK(judge_reading(basis, reading_max) == Judgement::odd);
}

TEST_CASE("what is plausible grows by the day, and is never less than the least") {
  const auto most = [](const LastReading& last, std::uint32_t usual) {
    return basis_of(last, policy_of(usual), today).most;
  };
  CHECK(most(last_of(0, "2026-11-27"), 300) == 50);  // read today: as after one day
  CHECK(most(last_of(0, "2026-11-26"), 300) == 50);
  CHECK(most(last_of(0, "2026-11-25"), 300) == 100);
  CHECK(most(last_of(0, "2026-12-05"), 300) == 50);             // the company's clock is ahead
  CHECK(most(last_of(0, "1990-01-01"), 300) == 300 * 5 * 122);  // no more than ten years
  CHECK(most(last_of(0), 0) == reading_max);                    // nobody knows what is usual
  LastReading told = last_of(0);
  told.usual = 0;  // the company does: nothing
  CHECK(most(told, 0) == 50);
  CHECK(most(told, 300) == 50);
  told.usual = 1'000'000'000;
  CHECK(basis_of(told, {.plausible_factor = 1'000}, today).most == reading_max);
}

TEST_CASE("a register turns over where the way through its end is plausible") {
  const ReadingBasis basis = five_digits(99'900);
  CHECK(basis.highest == 99'999);
  CHECK(basis.turned == 1'401);
  CHECK(judge_reading(basis, 0) == Judgement::turned);
  CHECK(consumption(basis, 0) == 100);
  CHECK(judge_reading(basis, 1'400) == Judgement::turned);
  CHECK(consumption(basis, 1'400) == 1'500);
  CHECK(judge_reading(basis, 1'401) == Judgement::too_low);
  CHECK(judge_reading(basis, 99'899) == Judgement::too_low);
  CHECK(judge_reading(basis, 99'900) == Judgement::plausible);
  CHECK(judge_reading(basis, 99'999) == Judgement::plausible);
  CHECK(judge_reading(basis, 100'000) == Judgement::too_high);

  CHECK(five_digits(50'000).turned == 0);  // too far from the end
  CHECK(five_digits(98'499).turned == 0);
  CHECK(five_digits(98'500).turned == 1);
}

TEST_CASE("half a register and more is not passed, however much is usual") {
  LastReading last = last_of(5);
  last.digits = 2;
  const ReadingBasis basis = basis_of(last, policy_of(0), today);
  CHECK(basis.most == reading_max);
  CHECK(basis.turned == 0);  // 4 would be 99 units
  last.value = 60;
  CHECK(basis_of(last, policy_of(0), today).turned == 11);  // 10: 50 units
}

TEST_CASE("of a register longer than can be typed, or shorter than what it showed, the end is not told") {
  LastReading last = last_of(5);
  last.digits = 12;
  const ReadingBasis basis = basis_of(last, policy_of(0), today);
  CHECK(basis.highest == reading_max);
  CHECK(basis.turned == 0);
  last.value = 12'345;  // more than a register of four digits shows
  last.digits = 4;
  CHECK(basis_of(last, policy_of(0), today).highest == reading_max);
  CHECK(basis_of(last, policy_of(0), today).turned == 0);
}

TEST_CASE("a new meter is counted from what it began with, from its day on") {
  LastReading last = last_of(55'000, "2026-10-01");
  last.digits = 6;
  const auto with = [&](std::string on) {
    last.replaced = {std::move(on), 12};
    return basis_of(last, policy_of(300), today);
  };
  const ReadingBasis replaced = with("2026-10-28");
  CHECK(replaced.is_replaced);
  CHECK(replaced.last == 12);
  CHECK(replaced.date == "2026-10-28");
  CHECK(replaced.days == 30);
  CHECK(judge_reading(replaced, 11) == Judgement::too_low);
  CHECK(judge_reading(replaced, 12) == Judgement::plausible);
  CHECK(with("2026-11-27").last == 12);
  CHECK(with("2026-11-28").last == 55'000);  // not yet
  CHECK(with("2026-09-30").last == 55'000);  // read since
  CHECK(with("2026-10-01").last == 12);
}

TEST_CASE("readings are taken on the days of the window, both included") {
  using namespace std::chrono;
  const auto open = [](DayWindow window, int month, unsigned day) {
    return is_open(window, sys_days{year{2026} / month / static_cast<int>(day)});
  };
  CHECK_FALSE(open({5, 15}, 11, 4));
  CHECK(open({5, 15}, 11, 5));
  CHECK(open({5, 15}, 11, 15));
  CHECK_FALSE(open({5, 15}, 11, 16));
  // over the end of a month
  CHECK(open({25, 5}, 11, 25));
  CHECK(open({25, 5}, 11, 30));
  CHECK(open({25, 5}, 12, 5));
  CHECK_FALSE(open({25, 5}, 12, 6));
  CHECK_FALSE(open({25, 5}, 11, 24));
  // a day that the month has not is its last one
  CHECK(open({31, 31}, 11, 30));
  CHECK_FALSE(open({31, 31}, 11, 29));
  CHECK(open({29, 31}, 2, 28));
  CHECK(open({31, 5}, 2, 28));
  CHECK(open({1, 31}, 2, 28));
}

TEST_CASE("the company's window comes before the configured one") {
  LastReading last = last_of(1);
  CHECK_FALSE(window_of(last, {}).has_value());
  CHECK(window_of(last, {.first_day = 3, .last_day = 4})->first == 3);
  last.window = DayWindow{7, 8};
  CHECK(window_of(last, {.first_day = 3, .last_day = 4})->first == 7);
}

TEST_CASE("a last reading counts for the month of its date, unless the company says otherwise") {
  LastReading last = last_of(1, "2026-10-28");
  CHECK(period_of(last, std::nullopt) == "2026-10");
  last.period = "2026-11";
  CHECK(period_of(last, std::nullopt) == "2026-11");
  CHECK(period_of(last, DayWindow{25, 5}) == "2026-11");
  CHECK(period_of(LastReading{}, DayWindow{25, 5}).empty());
}

TEST_CASE("a window over the end of a month is one period, that of the month in which it began") {
  using namespace std::chrono;
  const auto period = [](year_month_day day, DayWindow window) {
    const sys_days noon_of{day};
    const std::string told = billing_period(noon_of + 12h, 0min, window);
    const std::string date = local_date(noon_of + 12h, 0min);
    CHECK(period_of(last_of(1, date), window) == told);
    return told;
  };
  CHECK(period(2026y / November / 25, {25, 5}) == "2026-11");
  CHECK(period(2026y / November / 30, {25, 5}) == "2026-11");
  CHECK(period(2026y / December / 1, {25, 5}) == "2026-11");
  CHECK(period(2026y / December / 5, {25, 5}) == "2026-11");
  CHECK(period(2026y / December / 6, {25, 5}) == "2026-12");  // by the company, outside of it
  CHECK(period(2026y / December / 25, {25, 5}) == "2026-12");
  CHECK(period(2027y / January / 5, {25, 5}) == "2026-12");
  CHECK(period(2026y / December / 5, {1, 31}) == "2026-12");
  CHECK(period(2026y / December / 5, {5, 5}) == "2026-12");
}
