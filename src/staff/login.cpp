#include "staff/login.hpp"

#include <algorithm>

namespace shubbak::staff {
namespace {

using std::chrono::milliseconds;

bool is_forgotten(const LockRule& rule, const Failures& failures, WallTime now) {
  return failures.count == 0 || now - failures.last >= rule.forget_after;
}

std::uint32_t count_now(const LockRule& rule, const Failures& failures, WallTime now) {
  if (rule.forgive_each.count() == 0 || now <= failures.last) return failures.count;
  const auto forgiven = (now - failures.last) / rule.forgive_each;
  return forgiven >= failures.count ? 0 : failures.count - static_cast<std::uint32_t>(forgiven);
}

milliseconds delay_after(const LockRule& rule, std::uint32_t count) {
  if (count <= rule.free_tries) return milliseconds(0);
  constexpr std::uint32_t doublings_max = 20;  // far above longest_delay
  const std::uint32_t doublings = std::min(count - rule.free_tries - 1, doublings_max);
  return std::min(rule.first_delay * (std::int64_t{1} << doublings), rule.longest_delay);
}

// Of an IPv6 address; another one is all there is.
std::string network_of(std::string_view address) {
  std::size_t groups = 0;
  for (std::size_t i = 0; i < address.size(); ++i) {
    const bool abbreviated = address.substr(i).starts_with("::");
    if (address[i] == ':' && (++groups == 4 || abbreviated)) return std::string(address.substr(0, i)) + "::";
  }
  return std::string(address);
}

}  // namespace

milliseconds wait_before_try(const LockRule& rule, const Failures& failures, WallTime now) {
  if (is_forgotten(rule, failures, now)) return milliseconds(0);
  const milliseconds delay = delay_after(rule, failures.count);
  return std::clamp(failures.last + delay - now, milliseconds(0), delay);
}

Failures after_failure(const LockRule& rule, const Failures& failures, WallTime now) {
  if (is_forgotten(rule, failures, now)) return {1, now};
  constexpr std::uint32_t count_max = 1'000'000;
  return {std::min(count_now(rule, failures, now) + 1, count_max), std::max(now, failures.last)};
}

LoginDecision decide_login(const LoginFacts& facts) {
  const milliseconds wait = std::max(wait_before_try(account_rule, facts.of_account, facts.now),
                                     wait_before_try(source_rule, facts.of_source, facts.now));
  // What is tried under a lock is neither judged nor counted: a right password tells nothing, a wrong one locks no
  // longer.
  if (wait.count() > 0) return {LoginVerdict::locked, wait, facts.of_account, facts.of_source};
  if (facts.account_is_usable && facts.password_matches)
    return {LoginVerdict::granted, {}, Failures{}, facts.of_source};
  return {LoginVerdict::refused,
          {},
          after_failure(account_rule, facts.of_account, facts.now),
          after_failure(source_rule, facts.of_source, facts.now)};
}

std::string account_subject(std::string_view account_name) {
  return "account " + std::string(account_name);
}

std::string source_subject(std::string_view address) {
  return "source " + network_of(address);
}

std::string masked_source(std::string_view address) {
  const std::size_t dot = address.rfind('.');
  const bool is_ipv4 = dot != std::string_view::npos && address.find(':') == std::string_view::npos;
  return is_ipv4 ? std::string(address.substr(0, dot)) + ".*" : network_of(address);
}

}  // namespace shubbak::staff
