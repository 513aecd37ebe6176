// Notices of bills: notices.subscribe, notices.cancel, notices.list. No company is asked here, so that what there is
// not reads, and takes as long, as what there is; the daemon asks later (daemon/bill_notices). A notice tells no more
// than a look-up does of an account that may be anybody's, so subscribing counts as one.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "services/bill_notice.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

constexpr std::size_t subscribed_digits_max = 20;

bool is_subscribed_number(std::string_view account) {
  return !account.empty() && account.size() <= subscribed_digits_max &&
         std::ranges::all_of(account, [](char c) { return c >= '0' && c <= '9'; });
}

// Of the account, where the person has typed its code; nothing: they have named or chosen the company.
std::optional<std::string> typed_governorate(const companies::Company& company, const Request& request) {
  std::string code(text_arg(request, "governorate"));
  const std::vector<std::string>& codes = company.config().governorates;
  return std::ranges::find(codes, code) == codes.end() ? std::nullopt : std::optional(std::move(code));
}

}  // namespace

boost::asio::awaitable<Answer> notices_subscribe(World& world, Request request) {
  companies::Company* company = company_of_account(world, request);
  if (company == nullptr) co_return answer(text_arg(request, "company").empty() ? "unknown_governorate" : "error");
  const std::string account(text_arg(request, "account"));
  if (!is_subscribed_number(account)) co_return answer("error");
  const Caller& caller = request.caller;
  const std::string& name = company->config().name;
  const auto kept = world.store.subscriptions().subscriptions_of(caller.subject);
  if (!kept) co_return failed(kept.error());
  const auto there = std::ranges::find_if(
      *kept, [&](const store::Subscription& one) { return one.company == name && one.account == account; });
  const bool is_there = there != kept->end();
  const auto governorate = typed_governorate(*company, request);
  if (is_there && (there->governorate || !governorate)) co_return answer("already");
  if (!is_there && kept->size() >= store::subscriptions_per_number_max) co_return answer("full");
  if (!is_there && !world.inquiries.admit_bill(caller.subject, name + '/' + account, request.now))
    co_return answer("limited");
  const WallTime first = world.notices.first(spread_of(caller.subject, name, account), request.now);
  // One of before has no governorate: it is told now, and all else of it stays.
  Answer subscribed =
      is_there ? answer("already") : answer("ok", {{"company_label", std::string(label(*company, caller.locale))}});
  subscribed.changes.emplace_back(store::SubscriptionChange(store::Subscribe{.msisdn = caller.subject,
                                                                             .person = *caller.person,
                                                                             .company = name,
                                                                             .account = account,
                                                                             .link = std::string(caller.link),
                                                                             .at = request.now,
                                                                             .next_at = first,
                                                                             .governorate = governorate}));
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
