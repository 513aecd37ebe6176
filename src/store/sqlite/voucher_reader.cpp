#include "store/sqlite/voucher_reader.hpp"

#include <algorithm>
#include <sqlite3.h>

#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

constexpr std::int64_t serials_per_batch = vouchers::Serial::voucher_max + 1;

}  // namespace

std::int64_t serial_number(const vouchers::Serial& serial) {
  return serial.batch * serials_per_batch + serial.voucher;
}

vouchers::Serial serial_of(std::int64_t number) {
  return {number / serials_per_batch, number % serials_per_batch};
}

vouchers::Batch voucher_batch_in(const Use& row) {
  const auto currency = parse_currency(row.text(2));
  if (!currency.ok()) throw SQLite::Exception("a batch of vouchers has no currency", SQLITE_CORRUPT);
  vouchers::Batch batch;
  batch.number = row.integer(0);
  batch.face = {row.integer(1), *currency};
  batch.count = row.integer(3);
  batch.added = row.integer(4);
  batch.expires = row.time(5);
  batch.state = static_cast<vouchers::BatchState>(row.integer(6));
  batch.blocked = row.integer(7) != 0;
  batch.maker = row.text(8);
  batch.issued = row.time(9);
  batch.checker = row.text(10);
  if (!row.is_null(11)) batch.activated = row.time(11);
  const auto hash = row.octets(12);
  if (hash.size() == vouchers::FileHash{}.size()) std::ranges::copy(hash, batch.print_file.emplace().begin());
  return batch;
}

VoucherReader::VoucherReader(const SQLite::Database& database)
    : batch_(prepare(database, statement("voucher_batch"))),
      batches_(prepare(database, statement("voucher_batches"))),
      batches_over_(prepare(database, statement("voucher_batches_over"))),
      report_(prepare(database, statement("voucher_report"))),
      voucher_(prepare(database, statement("voucher"))),
      redeemed_by_(prepare(database, statement("redeemed_by"))) {}

Result<std::vector<vouchers::Batch>> VoucherReader::voucher_batches(std::int64_t after, std::size_t rows_max) {
  return guarded("listing the batches of vouchers", [&]() -> Result<std::vector<vouchers::Batch>> {
    std::vector<vouchers::Batch> batches;
    const std::int64_t limit = limit_of(rows_max);
    Use use(batches_, after, limit);
    while (use.next()) batches.push_back(voucher_batch_in(use));
    return batches;
  });
}

Result<std::vector<std::int64_t>> VoucherReader::voucher_batches_over(WallTime now, std::int64_t after,
                                                                      std::size_t rows_max) {
  return guarded("looking for batches that are over", [&]() -> Result<std::vector<std::int64_t>> {
    std::vector<std::int64_t> numbers;
    const WallTime ended = now - vouchers::closing_grace;
    const std::int64_t limit = limit_of(rows_max);
    Use use(batches_over_, ended, after, limit);
    while (use.next()) numbers.push_back(use.integer(0));
    return numbers;
  });
}

Result<std::optional<BatchReport>> VoucherReader::voucher_report(std::int64_t batch) {
  return guarded("reading a batch of vouchers", [&]() -> Result<std::optional<BatchReport>> {
    const std::int64_t first = serial_number({batch, 1});
    const std::int64_t last = serial_number({batch, vouchers::Serial::voucher_max});
    const std::string owner = vouchers::liability_owner(batch);
    Use use(report_, batch, first, last, owner);
    if (!use.next()) return std::optional<BatchReport>();
    return std::optional(BatchReport{voucher_batch_in(use),
                                     {use.integer(13), use.integer(14), use.integer(15), use.integer(16)},
                                     {use.integer(17), use.integer(18), use.integer(19)}});
  });
}

Result<std::optional<StoredVoucher>> VoucherReader::find_voucher(const vouchers::Serial& serial) {
  return guarded("looking up a voucher", [&]() -> Result<std::optional<StoredVoucher>> {
    StoredVoucher found;
    std::int64_t transfer = 0;
    {
      const std::int64_t number = serial_number(serial);
      Use use(voucher_, number);
      if (!use.next()) return std::optional<StoredVoucher>();
      found.state = static_cast<vouchers::VoucherState>(use.integer(0));
      if (!use.is_null(1)) transfer = use.integer(1);
    }
    {
      Use use(batch_, serial.batch);
      if (!use.next()) throw SQLite::Exception("a voucher is of a batch that there is not", SQLITE_CORRUPT);
      found.batch = voucher_batch_in(use);
    }
    Use use(redeemed_by_, transfer);
    if (use.next()) {
      found.redeemed_by = use.text(0);
      found.redeemed = use.time(1);
    }
    return std::optional(std::move(found));
  });
}

}  // namespace shubbak::store
