#include "payments/limits.hpp"

#include <algorithm>

namespace shubbak::payments {
namespace {

WallTime window_of(const Limit& limit, WallTime at, std::chrono::minutes utc_offset) {
  const auto local = at.time_since_epoch() + utc_offset;
  const std::chrono::milliseconds length = limit.within;
  const auto before = (local % length + length) % length;  // also of a time before 1970
  return at - before;
}

}  // namespace

Status check(const Limits& limits) {
  for (std::size_t i = 0; i < limits.all.size(); ++i) {
    const Limit& limit = limits.all[i];
    const auto fault = [i](std::string_view what) {
      return Error{Errc::invalid, "limit " + std::to_string(i + 1) + " " + std::string(what)};
    };
    if (limit.within < std::chrono::seconds(1)) return fault("is of no time: within must be a second at least");
    if (!limit.payments && !limit.amount) return fault("limits nothing: say payments, amount or both");
    if (limit.amount && limit.amount->minor < 0) return fault("has an amount below 0");
    const auto same = [&](const Limit& other) { return other.per == limit.per && other.within == limit.within; };
    if (std::count_if(limits.all.begin(), limits.all.end(), same) > 1)
      return fault("is there twice: write payments and amount into one");
  }
  return {};
}

Used used_at(const Limit& limit, const Used& before, WallTime at, std::chrono::minutes utc_offset) {
  const WallTime window = window_of(limit, at, utc_offset);
  const bool goes_on = before.began >= window && before.began <= window + limit.within;
  return goes_on ? before : Used{window, 0, 0};
}

std::optional<Used> with(const Limit& limit, const Used& used, std::int64_t amount) {
  if (limit.payments && used.payments >= *limit.payments) return std::nullopt;
  Used one_more = used;
  ++one_more.payments;
  if (__builtin_add_overflow(used.amount, amount, &one_more.amount)) return std::nullopt;
  if (limit.amount && one_more.amount > limit.amount->minor) return std::nullopt;
  return one_more;
}

Used without(const Limit& limit, const Used& used, std::int64_t amount, WallTime at,
             std::chrono::minutes utc_offset) {
  if (window_of(limit, at, utc_offset) != used.began || used.payments == 0) return used;
  return {used.began, used.payments - 1, std::max<std::int64_t>(used.amount - amount, 0)};
}

}  // namespace shubbak::payments
