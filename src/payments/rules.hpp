// What a company takes at once, and what paying it costs the person (PRODUCT.md, Money). Amounts are minor units of
// the company's currency. Pure. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "domain/money.hpp"
#include "domain/result.hpp"

namespace shubbak::payments {

enum class Parts : std::uint8_t {
  any,    // of what is due
  bills,  // whole bills, the oldest first
  none,   // all that is due, or nothing
};

constexpr std::uint32_t basis_points_whole = 10'000;

// What the person pays beside the amount: `fixed` and a share of it, together at most `most`.
struct Fee {
  Money fixed{};
  std::uint32_t basis_points = 0;  // of the amount: 100 are one in a hundred; at most basis_points_whole
  Money step{};                    // the share is rounded up to a multiple of it; 0: of one minor unit
  std::optional<Money> most{};
};
bool is_charged(const Fee& fee);
std::int64_t fee_of(const Fee& fee, std::int64_t amount);  // amount: 0 to 10^15

struct Rules {
  Money least{};  // of a part: all that is due is taken however little it is
  Parts parts = Parts::any;
  Fee fee{};
};
// invalid: a value below 0, a share above the whole, a fee that is more than it may be at most.
Status check(const Rules& rules);

enum class Verdict : std::uint8_t { taken, too_little, too_much, not_whole };
// `through`: what must be paid to have paid the oldest bill, the two oldest and so on; looked at only where parts are
// bills. Nothing is due, or nothing is offered: too_much, too_little.
Verdict judge(const Rules& rules, std::int64_t amount, std::int64_t due, std::span<const std::int64_t> through);

}  // namespace shubbak::payments
