#include "payments/rules.hpp"

#include <algorithm>
#include <cstdlib>

namespace shubbak::payments {
namespace {

// Rounded up to a multiple of `step`. Neither factor of the products is near their bounds: amounts are 10^15 at most.
std::int64_t share_of(std::int64_t amount, std::int64_t basis_points, std::int64_t step) {
  constexpr std::int64_t whole = basis_points_whole;
  const std::int64_t exact = amount / whole * basis_points + (amount % whole * basis_points + whole - 1) / whole;
  return (exact + step - 1) / step * step;
}

}  // namespace

bool is_charged(const Fee& fee) {
  return (fee.fixed.minor > 0 || fee.basis_points > 0) && (!fee.most || fee.most->minor > 0);
}

std::int64_t fee_of(const Fee& fee, std::int64_t amount) {
  const std::int64_t step = std::max<std::int64_t>(fee.step.minor, 1);
  const std::int64_t whole = fee.fixed.minor + share_of(amount, std::int64_t{fee.basis_points}, step);
  return fee.most ? std::min(whole, fee.most->minor) : whole;
}

Status check(const Rules& rules) {
  constexpr std::int64_t most = 1'000'000'000'000'000;
  for (const Money& one : {rules.least, rules.fee.fixed, rules.fee.step, rules.fee.most.value_or(Money{})}) {
    if (one.minor < 0 || one.minor > most) return Error{Errc::invalid, "an amount is 0 to 10^15 minor units"};
  }
  if (rules.fee.basis_points > basis_points_whole)
    return Error{Errc::invalid, "a share of the amount is 10000 basis points at most"};
  if (rules.fee.most && rules.fee.most->minor < rules.fee.fixed.minor)
    return Error{Errc::invalid, "the fixed part of the fee is more than all of it may be"};
  return {};
}

Verdict judge(const Rules& rules, std::int64_t amount, std::int64_t due, std::span<const std::int64_t> through) {
  if (amount <= 0) return Verdict::too_little;
  if (amount > due) return Verdict::too_much;
  if (amount == due) return Verdict::taken;
  switch (rules.parts) {
    case Parts::any:
      return amount < rules.least.minor ? Verdict::too_little : Verdict::taken;
    case Parts::bills:
      return std::ranges::find(through, amount) == through.end() ? Verdict::not_whole : Verdict::taken;
    case Parts::none:
      return Verdict::not_whole;
  }
  std::abort();
}

}  // namespace shubbak::payments
