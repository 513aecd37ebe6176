#include "services/reading_rules.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using shubbak::WallTime;
using shubbak::services::billing_period;
using shubbak::services::reading_reference;

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
  CHECK(billing_period(last_minute, 180min) == "2026-11");
  CHECK(billing_period(last_minute + 1min, 180min) == "2026-12");
  CHECK(billing_period(last_minute, 0min) == "2026-11");
  CHECK(billing_period(sys_days{2026y / January / 1}, -60min) == "2025-12");
}
