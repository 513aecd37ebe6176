#include "cli/vouchers_output.hpp"

#include <algorithm>
#include <charconv>

#include "cli/audit_output.hpp"

namespace shubbak::cli {
namespace {

std::string day_of(WallTime at, std::chrono::minutes utc_offset) {
  return to_stamp(at + utc_offset).substr(0, std::string_view("2026-11-25").size());
}

}  // namespace

Result<VoucherTarget> parse_target(const std::string& text) {
  const std::size_t between = text.find("..");
  const std::string from = text.substr(0, between);
  std::int64_t batch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), batch);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  if (is_number && batch >= 1 && batch <= vouchers::Serial::batch_max) return VoucherTarget{batch};
  const auto first = vouchers::parse_serial(from);
  if (!first)
    return Error{Errc::malformed, "'" + from + "' is neither a batch nor a serial: " + first.error().message};
  const auto last = between == std::string::npos ? first : vouchers::parse_serial(text.substr(between + 2));
  if (!last) return Error{Errc::malformed, "the last serial: " + last.error().message};
  if (last->batch != first->batch || last->voucher < first->voucher)
    return Error{Errc::malformed, "the serials must be of one batch, the smaller one first"};
  return VoucherTarget{first->batch, vouchers::Range{first->voucher, last->voucher}};
}

std::string to_batch_line(const store::BatchReport& report, WallTime now, std::chrono::minutes utc_offset) {
  const vouchers::Batch& batch = report.batch;
  const vouchers::Stock stock = stock_of(batch, report.kept, now);
  const auto counted = [](std::int64_t count, const char* what) { return "  " + std::to_string(count) + " " + what; };
  std::string line = std::to_string(batch.number) + "  " + std::string(to_string(batch.state)) +
                     (batch.blocked ? ", blocked" : "") + "  of " + format_amount(batch.face) + " " +
                     std::string(to_string(batch.face.currency));
  line += "  until " + day_of(batch.expires - std::chrono::milliseconds(1), utc_offset);
  // Where issuing was interrupted those are counted that were made.
  line += batch.print_file ? counted(batch.count, "issued:")
                           : counted(batch.added, "of ") + std::to_string(batch.count) + " made:";
  line += counted(stock.unused, "unused") + " (" + std::to_string(stock.blocked) + " blocked)" +
          counted(stock.redeemed, "redeemed") + counted(stock.voided, "void") + counted(stock.expired, "expired");
  line += "  by " + batch.maker + (batch.checker.empty() ? "" : ", " + batch.checker);
  return line + "\n";
}

std::string to_voucher_line(const vouchers::Serial& serial, const store::StoredVoucher& voucher, WallTime now,
                            std::chrono::minutes utc_offset) {
  std::string line = to_string(serial) + "  " + std::string(to_string(standing(voucher.batch, voucher.state, now)));
  if (!voucher.redeemed_by.empty())
    line += "  " + to_stamp(voucher.redeemed + utc_offset) + "  transfer " + voucher.redeemed_by;
  return line + "\n";
}

}  // namespace shubbak::cli
