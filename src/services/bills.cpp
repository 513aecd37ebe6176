// Accounts and what is owed on them: bills.accounts, bills.due, bills.list, bills.debts, bills.lookup, bills.find.
#include "services/service_functions.hpp"

namespace shubbak::services {

namespace json = boost::json;

boost::asio::awaitable<Answer> bills_accounts(World& world, Request request) {
  auto among = asked_among(request);
  auto asking = world.companies.ask_all(*request.caller.person, time_left(request), std::move(among));
  const companies::PartialAccounts found = co_await std::move(asking);
  // Nobody answered: that is no empty list.
  if (found.accounts.empty() && found.missing > 0) co_return answer("error");
  if (found.accounts.empty() && found.excluded == 0 && !request.left_out.empty()) co_return not_yet();
  json::array accounts;
  std::vector<OwnedAccounts::Entry> owned;
  for (const auto& [company, account] : found.accounts) {
    accounts.push_back({{"id", account.id}, {"label", account.label}, {"company", company->config().name}});
    owned.push_back({company->config().name, account.id});
  }
  world.owned_accounts.remember(request.caller.subject, *request.caller.person, std::move(owned), request.now);
  co_return answer("ok",
                   {{"accounts", std::move(accounts)}, {"missing", found.missing}, {"excluded", found.excluded}});
}

boost::asio::awaitable<Answer> bills_due(World& world, Request request) {
  auto checking = own_account(world, request);
  const auto own = co_await std::move(checking);
  if (!own) co_return failed(own.error());
  auto asking = own->company->due(own->account, time_left(request));
  const auto due = co_await std::move(asking);
  if (!due) co_return failed(due.error());
  co_return answer("ok", {{"amount", due->amount.minor}, {"count", due->bills}});
}

// `through`: what is to be paid to have paid the bill and all older ones.
boost::asio::awaitable<Answer> bills_list(World& world, Request request) {
  auto checking = own_account(world, request);
  const auto own = co_await std::move(checking);
  if (!own) co_return failed(own.error());
  auto asking = own->company->bills(own->account, time_left(request));
  const auto bills = co_await std::move(asking);
  if (!bills) co_return failed(bills.error());
  json::array rows;
  std::int64_t through = 0;
  for (const companies::Bill& bill : *bills) {
    through += bill.amount.minor;
    rows.push_back({{"bill", bill.name}, {"date", bill.date}, {"amount", bill.amount.minor}, {"through", through}});
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  co_return answer("ok", {{"bills", std::move(rows)}, {"count", count}});
}

boost::asio::awaitable<Answer> bills_debts(World& world, Request request) {
  auto among = asked_among(request);
  auto asking = world.companies.debts(*request.caller.person, time_left(request), std::move(among));
  const companies::PartialDebts found = co_await std::move(asking);
  if (found.lines.empty() && !found.complete()) co_return answer("error");
  if (found.lines.empty() && !request.left_out.empty()) co_return not_yet();
  json::array lines;
  for (const auto& line : found.lines)
    lines.push_back({{"label", line.account.label}, {"due", line.due.amount.minor}});
  // A deployment has one currency; a company that answers in another was refused before.
  if (found.totals.size() > 1) co_return answer("error");
  const std::int64_t total = found.totals.empty() ? 0 : found.totals.front().minor;
  const auto count = static_cast<std::int64_t>(lines.size());
  const int missing = found.companies_missing + found.accounts_missing;
  co_return answer("ok", {{"total", total}, {"count", count}, {"missing", missing}, {"lines", std::move(lines)}});
}

// Anybody may ask what is payable on any subscription, and learns the amount only (PRODUCT.md, Identity).
boost::asio::awaitable<Answer> bills_lookup(World& world, Request request) {
  companies::Company* company = company_of_account(world, request);
  if (company == nullptr) co_return answer("unknown_governorate");
  std::string subscription(text_arg(request, "subscription"));
  if (!world.inquiries.admit_bill(request.caller.subject, company->config().name + '/' + subscription, request.now))
    co_return answer("limited");
  auto asking = company->due(std::move(subscription), time_left(request));
  const auto due = co_await std::move(asking);
  if (!due) co_return failed(due.error());
  const std::string_view shown = label(*company, request.caller.locale);
  json::object data;  // the one answer of every text; an initializer list would allocate each member twice
  data.reserve(3);
  data.emplace("amount", due->amount.minor);
  data.emplace("company", company->config().name);
  data.emplace("company_label", json::string_view(shown.data(), shown.size()));
  co_return answer("ok", std::move(data));
}

// What is payable on the account of that category, person and number, whoever asks. What it is called is told to its
// owner only; a person, category or number that does not belong to the others reads like one that there is not.
boost::asio::awaitable<Answer> bills_find(World& world, Request request) {
  const auto owner = NationalId::parse(request.caller.person->country(), text_arg(request, "national_id"));
  if (!owner) co_return answer("not_found");
  const std::string_view category = text_arg(request, "category");
  companies::AccountQuery query{.person = *owner,
                                .category = std::string(category),
                                .number = std::string(text_arg(request, "number")),
                                .by = std::string(text_arg(request, "by"))};
  if (!world.inquiries.admit_bill(request.caller.subject, query.by + '/' + query.number, request.now))
    co_return answer("limited");
  auto among = asked_among(request);
  auto asking = world.companies.find_account(std::move(query), time_left(request), std::move(among));
  const auto found = co_await std::move(asking);
  // It may be of one that is left out; nobody knows.
  if (!found && found.error().code == Errc::not_found && !request.left_out.empty()) co_return not_yet();
  if (!found) co_return failed(found.error());
  const companies::CompanyConfig& company = found->company->config();
  const companies::Account& account = found->found.account;
  if (!company.serves(account.category)) co_return answer("excluded");
  if (account.category != category) co_return answer("not_found");
  const bool is_own = *owner == *request.caller.person;
  const std::string_view of_company = label(*found->company, request.caller.locale);
  const std::string_view shown = is_own ? std::string_view(account.label) : of_company;
  json::object data;
  data.emplace("amount", found->found.due.amount.minor);
  data.emplace("company", company.name);
  data.emplace("company_label", json::string_view(of_company.data(), of_company.size()));
  data.emplace("account", account.id);
  data.emplace("label", json::string_view(shown.data(), shown.size()));
  data.emplace("own", is_own ? 1 : 0);
  co_return answer("ok", std::move(data));
}

}  // namespace shubbak::services
