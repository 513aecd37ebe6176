#include "services/owned_accounts.hpp"

#include <algorithm>

namespace shubbak::services {

void OwnedAccounts::remember(Msisdn caller, NationalId person, std::vector<Entry> accounts, WallTime now) {
  const WallTime until = now + keep_;
  // A caller who asked again has a younger entry in the queue; the older one no longer counts.
  const auto over_limit = [&] { return callers_.size() >= callers_max_ || order_.size() >= 2 * callers_max_; };
  while (!order_.empty() && (order_.front().second <= now || over_limit())) {
    const auto oldest = callers_.find(order_.front().first);
    if (oldest != callers_.end() && oldest->second.until == order_.front().second) callers_.erase(oldest);
    order_.pop_front();
  }
  callers_.insert_or_assign(caller.value(), Remembered{std::move(person), std::move(accounts), until});
  order_.emplace_back(caller.value(), until);
}

bool OwnedAccounts::owns(Msisdn caller, const NationalId& person, std::string_view company, std::string_view account,
                         WallTime now) const {
  const auto found = callers_.find(caller.value());
  if (found == callers_.end() || found->second.until <= now || found->second.person != person) return false;
  const auto& accounts = found->second.accounts;
  return std::any_of(accounts.begin(), accounts.end(),
                     [&](const Entry& entry) { return entry.company == company && entry.account == account; });
}

}  // namespace shubbak::services
