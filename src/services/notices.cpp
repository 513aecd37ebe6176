// Notices of bills: notices.subscribe, notices.cancel, notices.list. No company is asked here, so that what there is
// not reads, and takes as long, as what there is; the daemon asks later (daemon/bill_notices). A notice tells no more
// than a look-up does of an account that may be anybody's, so subscribing counts as one.
#include <algorithm>

#include "services/bill_notice.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

constexpr std::size_t subscribed_digits_max = 20;

bool is_subscribed_number(std::string_view account) {
  return !account.empty() && account.size() <= subscribed_digits_max &&
         std::ranges::all_of(account, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

boost::asio::awaitable<Answer> notices_subscribe(World& world, Request request) {
  companies::Company* company = company_of_account(world, request);
  if (company == nullptr)
    co_return answer(
        request.args.contains("company") && !request.args.contains("governorate") ? "error" : "unknown_governorate");
  const std::string account(text_arg(request, "account"));
  if (!is_subscribed_number(account)) co_return answer("error");
  const Caller& caller = request.caller;
  const std::string& name = company->config().name;
  const auto kept = world.store.subscriptions().subscriptions_of(caller.subject);
  if (!kept) co_return failed(kept.error());
  const bool is_there = std::ranges::any_of(
      *kept, [&](const store::Subscription& one) { return one.company == name && one.account == account; });
  if (is_there) co_return answer("already");
  if (kept->size() >= store::subscriptions_per_number_max) co_return answer("full");
  if (!world.inquiries.admit_bill(caller.subject, name + '/' + account, request.now)) co_return answer("limited");
  const WallTime first = world.notices.first(spread_of(caller.subject, name, account), request.now);
  Answer subscribed = answer("ok", {{"company_label", std::string(label(*company, caller.locale))}});
  subscribed.changes.emplace_back(store::SubscriptionChange(store::Subscribe{.msisdn = caller.subject,
                                                                             .person = *caller.person,
                                                                             .company = name,
                                                                             .account = account,
                                                                             .link = std::string(caller.link),
                                                                             .at = request.now,
                                                                             .next_at = first}));
  subscribed.outcome_on_conflict = "full";
  co_return subscribed;
}

// Without an account: all of the number's.
boost::asio::awaitable<Answer> notices_cancel(World& world, Request request) {
  const std::string company(text_arg(request, "company"));
  const std::string account(text_arg(request, "account"));
  if (request.args.contains("account") && !is_subscribed_number(account)) co_return answer("none");
  const auto kept = world.store.subscriptions().subscriptions_of(request.caller.subject);
  if (!kept) co_return failed(kept.error());
  const auto matches = std::ranges::count_if(*kept, [&](const store::Subscription& one) {
    return (company.empty() || one.company == company) && (account.empty() || one.account == account);
  });
  if (matches == 0) co_return answer("none");
  Answer cancelled = answer("ok", {{"count", static_cast<std::int64_t>(matches)}});
  cancelled.changes.emplace_back(store::SubscriptionChange(store::Unsubscribe{
      .msisdn = request.caller.subject, .person = *request.caller.person, .company = company, .account = account}));
  co_return cancelled;
}

boost::asio::awaitable<Answer> notices_list(World& world, Request request) {
  const auto kept = world.store.subscriptions().subscriptions_of(request.caller.subject);
  if (!kept) co_return failed(kept.error());
  boost::json::array notices;
  for (const store::Subscription& one : *kept) {
    notices.push_back({{"company", one.company},
                       {"company_label", std::string(label_or_name(world, one.company, request.caller.locale))},
                       {"account", one.account}});
  }
  const auto count = static_cast<std::int64_t>(notices.size());
  co_return answer("ok", {{"notices", std::move(notices)}, {"count", count}});
}

}  // namespace shubbak::services
