#include "services/inquiry_limits.hpp"

#include <algorithm>

namespace shubbak::services {
namespace {

template <class Key>
std::uint32_t used(const std::unordered_map<Key, std::uint32_t>& counts, const Key& who) {
  const auto found = counts.find(who);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

bool InquiryLimits::admit_bill(Msisdn who, const std::string& account, WallTime now) {
  begin_day(now);
  if (used(bills_of_number_, who.value()) >= policy_.bills_per_number ||
      used(bills_of_account_, account) >= policy_.bills_per_account)
    return false;
  ++bills_of_number_[who.value()];
  ++bills_of_account_[account];
  return true;
}

bool InquiryLimits::may_verify_receipt(Msisdn who, WallTime now) {
  begin_day(now);
  return used(wrong_receipts_of_number_, who.value()) < policy_.wrong_receipts_per_number;
}

void InquiryLimits::count_wrong_receipt(Msisdn who, WallTime now) {
  begin_day(now);
  ++wrong_receipts_of_number_[who.value()];
}

void InquiryLimits::begin_day(WallTime now) {
  const std::int64_t day = std::chrono::floor<std::chrono::days>(now + utc_offset_).time_since_epoch().count();
  const std::size_t known = bills_of_number_.size() + bills_of_account_.size() + wrong_receipts_of_number_.size();
  if (day <= day_ && known < known_max) return;
  day_ = std::max(day, day_);
  bills_of_number_.clear();
  bills_of_account_.clear();
  wrong_receipts_of_number_.clear();
}

}  // namespace shubbak::services
