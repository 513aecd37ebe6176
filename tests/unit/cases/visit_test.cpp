// Slots of visits as staff write them, people read them and a database keeps them.
#include "cases/visit.hpp"

#include <catch2/catch.hpp>

namespace shubbak::cases {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const WallTime noon{std::chrono::sys_days(std::chrono::year(2026) / 11 / 27) + hours(12)};

Slot slot_in(int hours_from_noon, int long_hours = 3, const std::string& team = "crew_1") {
  const WallTime starts = noon + hours(hours_from_noon);
  return {team, starts, starts + hours(long_hours)};
}
std::string offer_fault(const Slots& slots) {
  const Status checked = check_offer(slots, noon);
  return checked.ok() ? std::string() : checked.error().message;
}

TEST_CASE("a slot is read on the deployment's clock, and written as it was") {
  const minutes ahead(180);
  for (const std::string text : {"2026-12-01 09:00-12:30", "2028-02-29 00:00-00:01", "2026-12-31 22:00-23:59"}) {
    const auto slot = parse_slot(text, "crew_1", ahead);
    REQUIRE(slot.ok());
    CHECK(slot->team == "crew_1");
    CHECK(slot_text(*slot, ahead) == text);
  }
  const auto slot = parse_slot("2026-11-27 15:00-18:00", "crew_1", ahead);
  REQUIRE(slot.ok());
  CHECK(*slot == slot_in(0));
  for (const char* wrong :
       {"", "2026-12-01", "2026-12-01 9:00-12:00", "2026-12-01 09:00 12:00", "2026-13-01 09:00-12:00",
        "2027-02-29 09:00-12:00", "2026-12-01 24:00-25:00", "2026-12-01 09:60-12:00", "2026/12/01 09:00-12:00",
        "2026-12-01 -9:00-12:00", "2026-12-01 09:00-12:000"})
    CHECK(parse_slot(wrong, "crew_1", ahead).error().code == Errc::malformed);
}

TEST_CASE("two to four slots are offered, still to come, of somebody, and not at once") {
  CHECK(offer_fault({slot_in(1), slot_in(4)}).empty());  // one right behind the other
  CHECK(offer_fault({slot_in(1), slot_in(4), slot_in(7), slot_in(10)}).empty());
  CHECK_FALSE(offer_fault({}).empty());
  CHECK_FALSE(offer_fault({slot_in(1)}).empty());
  CHECK_FALSE(offer_fault({slot_in(1), slot_in(4), slot_in(7), slot_in(10), slot_in(13)}).empty());
  CHECK(offer_fault({slot_in(0), slot_in(4)}) == "a visit that is offered is still to come");
  CHECK(offer_fault({slot_in(1), slot_in(24 * 60 + 1)}) == "a visit is offered 60 days ahead at most");
  CHECK(offer_fault({slot_in(1), slot_in(3)}) == "two of the slots overlap");
  CHECK(offer_fault({slot_in(1), slot_in(1, 3, "crew_2")}) == "two of the slots overlap");
  CHECK(offer_fault({slot_in(1), slot_in(4, 0)}) == "a visit ends after it has begun");
  CHECK(offer_fault({slot_in(1), slot_in(4, 13)}) == "a visit takes 12 hours at most");
  for (const std::string& team : {std::string(), std::string("Crew 1"), std::string(33, 'a')})
    CHECK(offer_fault({slot_in(1), slot_in(4, 3, team)}).starts_with("a team is named by"));
}

TEST_CASE("slots are kept as they are, and what was not kept by this is not read") {
  CHECK(written({}).empty());
  CHECK(read_slots("")->empty());
  const Slots slots{slot_in(1), slot_in(5, 2, "crew_2")};
  CHECK(*read_slots(written(slots)) == slots);
  for (const char* wrong : {"crew_1", "crew_1 5 6", "crew_1 5\n", " 5 6\n", "crew_1 5 \n", "crew_1 a 6\n", "\n"})
    CHECK_FALSE(read_slots(wrong).ok());
}

TEST_CASE("a visitor's code has four digits") {
  CHECK(draw_visitor_code(0) == "0000");
  CHECK(draw_visitor_code(9'999) == "9999");
  CHECK(draw_visitor_code(10'042) == "0042");
}

}  // namespace
}  // namespace shubbak::cases
