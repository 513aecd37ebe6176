// The look-ups of subscriptions. Private to store/sqlite. Thread: that of the connection.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/subscription.hpp"

namespace shubbak::store {

class SubscriptionReader final : public SubscriptionReads {
 public:
  // It must outlive this. Throws SQLite::Exception when the schema is not what the statements need.
  explicit SubscriptionReader(const SQLite::Database& database);

  Result<std::vector<Subscription>> subscriptions_of(Msisdn msisdn) override;
  Result<std::vector<Subscription>> subscriptions_due(std::string_view company, WallTime now,
                                                      std::size_t rows_max) override;
  Result<std::int64_t> count_subscriptions() override;

 private:
  SQLite::Statement of_number_;
  SQLite::Statement due_;
  SQLite::Statement count_;
};

}  // namespace shubbak::store
