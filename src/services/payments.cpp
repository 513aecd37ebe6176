// What was paid on an account: payments.history.
#include "services/service_functions.hpp"

namespace shubbak::services {

boost::asio::awaitable<Answer> payments_history(World& world, Request request) {
  auto checking = own_account(world, request);
  const auto own = co_await std::move(checking);
  if (!own) co_return failed(own.error());
  auto asking = own->company->payments(own->account, time_left(request));
  const auto payments = co_await std::move(asking);
  if (!payments) co_return failed(payments.error());
  boost::json::array rows;
  for (const companies::Payment& payment : *payments) {
    rows.push_back({{"date", payment.date}, {"amount", payment.amount.minor}, {"place", payment.place}});
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  co_return answer("ok", {{"payments", std::move(rows)}, {"count", count}});
}

}  // namespace shubbak::services
