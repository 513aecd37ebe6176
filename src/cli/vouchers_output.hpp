// Batches of vouchers as people name and read them on a command line. Pure. Thread: any.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "store/voucher.hpp"

namespace shubbak::cli {

// What an act is about: a batch ("12"), a voucher by its serial, or several of one batch ("SERIAL..SERIAL").
struct VoucherTarget {
  std::int64_t batch = 0;
  std::optional<vouchers::Range> range{};  // nothing: the whole batch
};
Result<VoucherTarget> parse_target(const std::string& text);  // malformed

// Each one line, with its end.
std::string to_batch_line(const store::BatchReport& report, WallTime now, std::chrono::minutes utc_offset);
std::string to_voucher_line(const vouchers::Serial& serial, const store::StoredVoucher& voucher, WallTime now,
                            std::chrono::minutes utc_offset);

}  // namespace shubbak::cli
