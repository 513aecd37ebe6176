// Reads batches and vouchers, for the store and for overseers. Private to store/sqlite. Thread: that of its
// connection.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/sqlite/connection.hpp"
#include "store/voucher.hpp"

namespace shubbak::store {

// As it is kept.
std::int64_t serial_number(const vouchers::Serial& serial);
vouchers::Serial serial_of(std::int64_t number);
// Of "voucher_batch" and "voucher_batches". Throws SQLite::Exception for a row that cannot be one of ours.
vouchers::Batch voucher_batch_in(const Use& row);

class VoucherReader final : public VoucherReads {
 public:
  // Throws SQLite::Exception when the schema is not what the statements need.
  explicit VoucherReader(const SQLite::Database& database);

  Result<std::vector<vouchers::Batch>> voucher_batches(std::int64_t after, std::size_t rows_max) override;
  Result<std::vector<std::int64_t>> voucher_batches_over(WallTime now, std::int64_t after,
                                                         std::size_t rows_max) override;
  Result<std::optional<BatchReport>> voucher_report(std::int64_t batch) override;
  Result<std::optional<StoredVoucher>> find_voucher(const vouchers::Serial& serial) override;

 private:
  SQLite::Statement batch_;
  SQLite::Statement batches_;
  SQLite::Statement batches_over_;
  SQLite::Statement report_;
  SQLite::Statement voucher_;
  SQLite::Statement redeemed_by_;
};

}  // namespace shubbak::store
