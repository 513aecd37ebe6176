// Meter readings: readings.last, readings.submit.
#include <array>

#include "services/reading_rules.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {

boost::asio::awaitable<Answer> readings_last(World& world, Request request) {
  auto checking = own_account(world, request);
  const auto own = co_await std::move(checking);
  if (!own) co_return failed(own.error());
  auto asking = own->company->last_reading(own->account, time_left(request));
  const auto last = co_await std::move(asking);
  if (!last) co_return failed(last.error());
  co_return answer("ok", {{"value", last->value}, {"date", last->date}});
}

// The reading is recorded here, with its reference, before the citizen is told; the company gets it afterwards under
// that reference (daemon/reading_delivery), and again until it answers.
boost::asio::awaitable<Answer> readings_submit(World& world, Request request) {
  auto checking = own_account(world, request);
  const auto own = co_await std::move(checking);
  if (!own) co_return failed(own.error());
  const auto* value = request.args.if_contains("value");
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0) co_return answer("error");
  auto asking = own->company->last_reading(own->account, time_left(request));
  const auto last = co_await std::move(asking);
  if (!last) co_return failed(last.error());
  if (value->get_int64() < last->value) co_return answer("too_low");

  store::Reading reading{.reference = reading_reference(world.random()),
                         .msisdn = request.caller.subject,
                         .company = own->company->config().name,
                         .account = own->account,
                         .value = value->get_int64(),
                         .period = billing_period(request.now, world.utc_offset),
                         .at = request.now,
                         .state = store::ReadingState::recorded,
                         .link = std::string(request.caller.link)};
  Answer recorded = answer("ok", {{"reference", reading.reference}});
  recorded.changes.emplace_back(store::AddReading{std::move(reading)});
  recorded.outcome_on_conflict = "already";
  co_return recorded;
}

}  // namespace shubbak::services
