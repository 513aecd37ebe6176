// The look-ups of orders by bank card and of charges. Private to store/sqlite. Thread: that of the connection.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/bank_card.hpp"
#include "store/privacy.hpp"
#include "store/seal.hpp"

namespace shubbak::store {

class BankCardReader final : public BankCardReads {
 public:
  // Both must outlive it. Throws SQLite::Exception when the schema is not what the statements need.
  BankCardReader(const SQLite::Database& database, Sealer& sealer);

  Result<std::optional<StoredOrder>> find_order(const std::string& key) override;
  Result<std::vector<StoredOrder>> open_orders(std::string_view gateway, std::int64_t after,
                                               std::size_t rows_max) override;
  Result<std::vector<StoredCharge>> charges(bool in_dispute, std::int64_t after, std::size_t rows_max) override;
  Result<std::optional<StoredCharge>> find_charge(std::int64_t number) override;
  Result<std::optional<StoredPlacement>> find_placement(std::int64_t number) override;
  Result<std::vector<StoredPlacement>> placements_of(std::int64_t charge) override;
  Result<std::vector<OpenOrders>> gateways_with_open_orders() override;
  Result<std::vector<InDispute>> gateways_with_disputes() override;
  // Newest first. Throw SQLite::Exception.
  std::vector<StoredOrder> orders_of(const NationalId& person, std::size_t rows_max);
  std::vector<KeptPlacement> placements_onto_cards_of(const NationalId& person, std::size_t rows_max);

 private:
  Sealer& sealer_;
  SQLite::Statement order_;
  SQLite::Statement open_;
  SQLite::Statement of_person_;
  SQLite::Statement placements_of_person_;
  SQLite::Statement gateways_;
  SQLite::Statement charges_;
  SQLite::Statement in_dispute_;
  SQLite::Statement charge_;
  SQLite::Statement placement_;
  SQLite::Statement placements_;
  SQLite::Statement disputes_;
};

}  // namespace shubbak::store
