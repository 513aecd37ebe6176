// How often somebody may ask about what need not be theirs, so that nobody goes through all accounts or receipts
// (PRODUCT.md, invariant 10): counts of the day, which begins at local midnight. They are kept in memory only: a
// restart begins them anew. Memory: about 100 octets for each number and account of the day, for known_max of both at
// most; then the counts begin anew. A clock that steps back goes on in the day where it was. Pure. Thread: one.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "domain/clock.hpp"
#include "domain/msisdn.hpp"

namespace shubbak::services {

struct InquiryPolicy {  // in a day
  std::uint32_t bills_per_number = 40;
  std::uint32_t bills_per_account = 100;
  std::uint32_t wrong_receipts_per_number = 10;
};

class InquiryLimits {
 public:
  static constexpr std::size_t known_max = 2'000'000;

  explicit InquiryLimits(InquiryPolicy policy = {}, std::chrono::minutes utc_offset = {})
      : policy_(policy), utc_offset_(utc_offset) {}

  // What is payable on an account, asked by its number; counts unless it is refused.
  bool admit_bill(Msisdn who, const std::string& account, WallTime now);
  // False: that number has told so many wrong ones that it is told nothing more today.
  bool may_verify_receipt(Msisdn who, WallTime now);
  void count_wrong_receipt(Msisdn who, WallTime now);

 private:
  void begin_day(WallTime now);

  InquiryPolicy policy_;
  std::chrono::minutes utc_offset_;
  std::int64_t day_ = 0;
  std::unordered_map<std::uint64_t, std::uint32_t> bills_of_number_;
  std::unordered_map<std::uint64_t, std::uint32_t> wrong_receipts_of_number_;
  std::unordered_map<std::string, std::uint32_t> bills_of_account_;
};

}  // namespace shubbak::services
