#include "admin/fill_service.hpp"

#include <chrono>
#include <utility>

#include "admin/refund_service.hpp"
#include "audit/detail.hpp"

namespace shubbak::admin {
namespace {

using staff::Permission;

constexpr std::size_t fills_page = 1'000;

Result<std::string, ApiError> station_of(const Caller& caller, const std::optional<std::string>& named) {
  auto office = staff::choose_office(caller.account, Permission::fill_redeem, named);
  if (!office) return api_error(office.error(), "office");
  if (!office->empty() && !audit::is_account_name(*office))
    return ApiError{Code::invalid, "an office is named by at most 64 octets and six digits, no quotes", "office"};
  return *std::move(office);
}

ApiError locked_until(WallTime until, WallTime now) {
  const auto wait = std::chrono::ceil<std::chrono::seconds>(until - now).count();
  const auto seconds = static_cast<std::uint32_t>(wait < 1 ? 1 : wait);
  return {
      Code::locked, "too many codes were refused; try again in " + std::to_string(seconds) + " seconds", {}, seconds};
}

// What is left to be wrong is the key.
ApiError of_key(ApiError refused) {
  if (refused.code == Code::invalid || refused.message == store::fill_key_used) refused.field = "key";
  return refused;
}

}  // namespace

Served<store::FillRedemption> redeem_fill(World& world, Caller caller, FillWanted wanted) {
  const auto code = vouchers::FillCode::parse(wanted.code);
  if (!code) co_return api_error(code.error(), "code");
  if (wanted.gallons && (*wanted.gallons < 1 || *wanted.gallons > store::FillOrder::gallons_max))
    co_return ApiError{Code::invalid, "a volume is 1 to 9999999 gallons", "gallons"};
  const auto office = station_of(caller, wanted.office);
  if (!office) co_return office.error();
  const WallTime now = world.now();
  std::vector<store::Change> changes;
  changes.emplace_back(store::RedeemFill{.code = *code,
                                         .gallons = wanted.gallons,
                                         .key = std::move(wanted.key),
                                         .office = *office,
                                         .by = caller.actor,
                                         .at = now});
  auto required = required_of(world, caller, Permission::fill_redeem, staff::at_office(*office));
  auto committing = commit_if(world, std::move(required), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return of_key(committed.error());
  const store::FillRedemption& done = committed->fill_redemptions.front();
  if (world.count_fill && !done.repeated) world.count_fill(done.verdict);
  if (done.verdict == vouchers::FillVerdict::locked) co_return locked_until(done.until, now);
  co_return done;
}

Result<std::vector<FillTold>, ApiError> list_fills(World& world, std::int64_t after) {
  auto page = world.store.fills().fills(after, fills_page);
  if (!page) return api_error(page.error());
  std::vector<FillTold> listed;
  for (store::StoredFill& one : *page) listed.push_back({std::move(one)});
  return listed;
}

Result<FillTold, ApiError> fill_of_receipt(World& world, const std::string& receipt) {
  const auto payment = payment_of_receipt(world, receipt);
  if (!payment) return payment.error();
  auto found = world.store.fills().find_fill(payment->number);
  if (!found) return api_error(found.error());
  if (!*found || !(*found)->bought)
    return ApiError{Code::not_found, "no water was bought with that receipt", "receipt"};
  auto taken = world.store.fills().fill_redemptions(payment->number, fills_page);
  if (!taken) return api_error(taken.error());
  return FillTold{std::move(**found), *std::move(taken)};
}

}  // namespace shubbak::admin
