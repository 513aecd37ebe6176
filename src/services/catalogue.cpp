#include <algorithm>
#include <array>

#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

struct Entry {
  flows::ServiceSignature signature;
  boost::asio::awaitable<Answer> (*function)(World&, Request);
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all{
      {{"bills.accounts", {}, {}, {"accounts", "missing"}, false, true}, bills_accounts},
      {{"bills.due", {"company", "account"}, {"not_found"}, {"amount", "count"}, false, true}, bills_due},
      {{"bills.debts", {}, {}, {"total", "count", "missing", "lines"}, false, true}, bills_debts},
      {{"bills.lookup",
        {"governorate", "subscription"},
        {"not_found", "unknown_governorate", "limited"},
        {"amount", "company_label"},
        false,
        false},
       bills_lookup},
      {{"payments.history", {"company", "account"}, {"not_found"}, {"payments", "count"}, false, true},
       payments_history},
      {{"readings.last", {"company", "account"}, {"not_found"}, {"value", "date"}, false, true}, readings_last},
      {{"readings.submit",
        {"company", "account", "value"},
        {"too_low", "already", "not_open", "not_found"},
        {"reference"},
        true,
        true},
       readings_submit},
  };
  return all;
}

}  // namespace

std::span<const flows::ServiceSignature> signatures() {
  static const std::vector<flows::ServiceSignature> all = [] {
    std::vector<flows::ServiceSignature> made;
    for (const Entry& entry : entries()) made.push_back(entry.signature);
    return made;
  }();
  return all;
}

boost::asio::awaitable<Answer> run(World& world, std::string_view service, Request request) {
  const auto found = std::find_if(entries().begin(), entries().end(),
                                  [&](const Entry& entry) { return entry.signature.name == service; });
  if (found == entries().end() || (found->signature.needs_link && !request.caller.person)) co_return answer("error");
  auto running = found->function(world, std::move(request));
  co_return co_await std::move(running);
}

Answer answer(std::string outcome, boost::json::object data) {
  return Answer{flows::CallOutcome{std::move(outcome), std::move(data)}, {}, {}};
}

Answer failed(const Error& error) {
  switch (error.code) {
    case Errc::timed_out:
      return answer("timeout");
    case Errc::not_found:
      return answer("not_found");
    case Errc::malformed:
    case Errc::invalid:
    case Errc::conflict:
    case Errc::limit:
    case Errc::denied:
    case Errc::unavailable:
    case Errc::io:
      return answer("error");
  }
  std::abort();
}

std::chrono::milliseconds time_left(const Request& request) {
  return std::chrono::ceil<std::chrono::milliseconds>(request.deadline - std::chrono::steady_clock::now());
}

std::string_view text_arg(const Request& request, std::string_view name) {
  const auto* value = request.args.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

std::string_view label(const companies::Company& company, std::string_view locale) {
  return locale == "en" ? company.config().label_en : company.config().label_ar;
}

boost::asio::awaitable<Result<OwnAccount>> own_account(World& world, const Request& request) {
  OwnAccount own{world.companies.find(text_arg(request, "company")), std::string(text_arg(request, "account"))};
  const Error absent{Errc::not_found, "not an account of the caller"};
  if (own.company == nullptr || !request.caller.person) co_return absent;
  const Caller& caller = request.caller;
  if (world.owned_accounts.owns(caller.msisdn, *caller.person, own.company->config().name, own.account, request.now))
    co_return own;
  auto asking = own.company->accounts(*request.caller.person, time_left(request));
  const auto accounts = co_await std::move(asking);
  if (!accounts) co_return accounts.error();
  for (const companies::Account& account : *accounts) {
    if (account.id == own.account) co_return own;
  }
  co_return absent;
}

}  // namespace shubbak::services
