#include "store/sqlite/subscription_reader.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

Result<std::vector<Subscription>> subscriptions_in(Use& use) {
  std::vector<Subscription> found;
  while (use.next()) {
    const Result<Msisdn> msisdn = Msisdn::from_value(static_cast<std::uint64_t>(use.integer(0)));
    if (!msisdn.ok()) return msisdn.error();
    found.push_back({.msisdn = *msisdn,
                     .company = use.text(1),
                     .account = use.text(2),
                     .link = use.text(3),
                     .since = use.time(4),
                     .next_at = use.time(5),
                     .told = use.integer(6),
                     .governorate = use.is_null(7) ? std::nullopt : std::optional(use.text(7))});
  }
  return found;
}

}  // namespace

SubscriptionReader::SubscriptionReader(const SQLite::Database& database)
    : of_number_(prepare(database, statement("subscriptions_of_number"))),
      due_(prepare(database, statement("subscriptions_due"))),
      count_(prepare(database, statement("count_subscriptions"))) {}

Result<std::vector<Subscription>> SubscriptionReader::subscriptions_of(Msisdn msisdn) {
  return guarded("listing subscriptions", [&]() -> Result<std::vector<Subscription>> {
    Use use(of_number_, msisdn);
    return subscriptions_in(use);
  });
}

Result<std::vector<Subscription>> SubscriptionReader::subscriptions_due(std::string_view company, WallTime now,
                                                                        std::size_t rows_max) {
  return guarded("listing subscriptions whose time has come", [&]() -> Result<std::vector<Subscription>> {
    const std::string of(company);
    const std::int64_t limit = limit_of(rows_max);
    Use use(due_, of, now, limit);
    return subscriptions_in(use);
  });
}

Result<std::int64_t> SubscriptionReader::count_subscriptions() {
  return guarded("counting subscriptions", [&]() -> Result<std::int64_t> {
    Use use(count_);
    return use.next() ? use.integer(0) : 0;
  });
}

}  // namespace shubbak::store
