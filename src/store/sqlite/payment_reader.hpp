// The look-ups of wallets and payments. Private to store/sqlite. Thread: that of the connection.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/privacy.hpp"
#include "store/seal.hpp"
#include "store/sqlite/connection.hpp"
#include "store/store.hpp"

namespace shubbak::store {

Wallet wallet_in(const Use& row);  // of "wallets_of_person"; throws SQLite::Exception

// Of "refund", "refunds" and "refunds_open".
StoredRefund refund_in(const Use& row);

// Of "ending", "endings" and "endings_open".
StoredEnding ending_in(const Use& row);

// Of "payment_of_key" and the other statements with its columns; throws SQLite::Exception.
Result<StoredPayment> payment_in(const Use& row, Sealer& sealer);

class PaymentReader final : public PaymentReads {
 public:
  // Both must outlive it. Throws SQLite::Exception when the schema is not what the statements need.
  PaymentReader(const SQLite::Database& database, Sealer& sealer);

  Result<std::optional<Wallet>> find_wallet(const NationalId& person, Currency currency) override;
  Result<std::optional<StoredPayment>> find_payment(const std::string& key) override;
  Result<std::optional<StoredPayment>> find_receipt(std::int64_t number) override;
  Result<std::vector<StoredPayment>> open_payments(std::string_view company, WallTime now, std::int64_t after,
                                                   std::size_t rows_max) override;
  Result<std::vector<StoredPayment>> payments_not_over(const std::string& company, WallTime begun_before,
                                                       std::int64_t after, std::size_t rows_max) override;
  Result<std::vector<StoredPayment>> payments_of(const NationalId& person, std::int64_t before,
                                                 std::size_t rows_max) override;
  Result<std::vector<Payee>> open_payees_of(const NationalId& person) override;
  Result<std::optional<StoredRefund>> find_refund(std::int64_t number) override;
  Result<std::vector<StoredRefund>> refunds(bool open_only, std::int64_t after, std::size_t rows_max) override;
  Result<std::vector<OpenOnes>> companies_with_open_payments() override;
  Result<std::vector<std::string>> companies_of_open_payments() override;
  Result<std::vector<OpenOnes>> companies_with_payments_refused_before(WallTime time) override;
  Result<std::optional<StoredEnding>> find_ending(std::int64_t number) override;
  Result<std::vector<StoredEnding>> endings(bool open_only, std::int64_t after, std::size_t rows_max) override;
  Result<std::vector<std::string>> revisions_of_open_payments() override;
  Result<LimitRefusals> limit_refusals() override;
  std::vector<KeptWallet> wallets_of(const NationalId& person);  // throws SQLite::Exception

 private:
  Result<std::optional<StoredPayment>> first_of(Use& use);
  Result<std::vector<StoredPayment>> all_of(Use& use);
  std::vector<std::string> names_of_companies();  // as companies_of_open_payments(); throws

  Sealer& sealer_;
  SQLite::Statement wallet_;
  SQLite::Statement wallets_;
  SQLite::Statement of_key_;
  SQLite::Statement of_number_;
  SQLite::Statement open_;
  SQLite::Statement not_over_;
  SQLite::Statement of_person_;
  SQLite::Statement open_payees_;
  SQLite::Statement companies_;
  SQLite::Statement company_names_;
  SQLite::Statement refused_;
  SQLite::Statement revisions_;
  SQLite::Statement refund_;
  SQLite::Statement refunds_;
  SQLite::Statement refunds_open_;
  SQLite::Statement ending_;
  SQLite::Statement endings_;
  SQLite::Statement endings_open_;
  SQLite::Statement limit_refusals_;
};

}  // namespace shubbak::store
