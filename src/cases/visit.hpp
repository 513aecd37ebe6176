// Visits to the address of a case: the slots that staff offer, of which its person chooses one, and the code that the
// visitor tells at the door. Pure. Thread: any.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "domain/result.hpp"

namespace shubbak::cases {

struct Slot {
  std::string team;  // of the case's company, who would come: lower-case letters, digits and _
  WallTime starts{};
  WallTime ends{};
  bool operator==(const Slot&) const = default;
};
using Slots = std::vector<Slot>;

struct VisitLimits {
  static constexpr std::size_t slots_least = 2;
  static constexpr std::size_t slots_most = 4;
  static constexpr std::chrono::hours longest{12};
  static constexpr std::chrono::hours ahead_most{24 * 60};
  static constexpr std::size_t team_octets_max = 32;
};

// What has come of a visit.
inline constexpr std::array<std::string_view, 3> visit_outcomes{"documents_seen", "absent", "other"};

bool overlap(const Slot& one, const Slot& other);  // whoever comes
// May they be offered? Error invalid: too few or too many, of no team, over or too far away, too long, or two of them
// overlap: people tell them apart by their times.
Status check_offer(const Slots& slots, WallTime now);

// On the deployment's clock: "2026-12-01 09:00-12:00". Error malformed.
Result<Slot> parse_slot(std::string_view text, std::string team, std::chrono::minutes utc_offset);
std::string slot_text(const Slot& slot, std::chrono::minutes utc_offset);

// As a database keeps them. Error malformed.
std::string written(const Slots& slots);
Result<Slots> read_slots(std::string_view text);

constexpr std::size_t visitor_code_digits = 4;
std::string draw_visitor_code(std::uint64_t random);

}  // namespace shubbak::cases
