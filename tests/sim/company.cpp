#include "tests/sim/company.hpp"

#include <array>
#include <cstdio>

#include <boost/json.hpp>

namespace shubbak::sim {
namespace {

constexpr std::int64_t due_at_first = 50'000'000;

companies::HttpResponse ok(const boost::json::object& body) {
  return {200, boost::json::serialize(body)};
}

std::string text_of(const boost::json::value& body, const char* key) {
  const auto& text = body.at(key).as_string();
  return {text.data(), text.size()};
}

// "2026-11-26T12:34:56Z"
WallTime time_of(const std::string& iso) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  std::sscanf(iso.c_str(), "%d-%u-%uT%d:%d:%dZ", &year, &month, &day, &hours, &minutes, &seconds);
  const std::chrono::sys_days date(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day));
  return date + std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds);
}

}  // namespace

void CompanyBook::open_account(const std::string& national_id, const std::string& account) {
  auto& accounts = accounts_[national_id];
  if (std::find(accounts.begin(), accounts.end(), account) != accounts.end()) return;
  accounts.push_back(account);
  paid_[account] = 0;
}

std::int64_t CompanyBook::due(const std::string& account) const {
  return due_at_first - paid_.at(account);
}

companies::HttpResponse CompanyBook::answer(const companies::HttpRequest& request, WallTime now, bool declines) {
  const std::string path = request.url.substr(request.url.find("/v1/"));
  const auto body = boost::json::parse(request.body);
  if (path == "/v1/payments") return pay(request, now, declines);
  if (path == "/v1/payments/status") {
    const std::string reference = text_of(body, "reference");
    const auto kept = kept_.find(reference);
    if (kept != kept_.end()) return {200, kept->second.answer};
    return ok({{"reference", reference}, {"state", "absent"}});
  }
  if (path == "/v1/accounts/search") {
    boost::json::array accounts;
    for (const std::string& account : accounts_[text_of(body, "national_id")])
      accounts.push_back({{"account", account}, {"label", "home"}});
    return ok({{"national_id", text_of(body, "national_id")}, {"accounts", std::move(accounts)}});
  }
  const std::string account = text_of(body, "account");
  if (!paid_.contains(account)) return {404, R"({"error": "not_found"})"};
  if (path == "/v1/accounts/due")
    return ok({{"account", account}, {"amount_minor", due(account)}, {"currency", "SYP"}, {"bills", 2}});
  return {404, "no such question"};
}

companies::HttpResponse CompanyBook::pay(const companies::HttpRequest& request, WallTime now, bool declines) {
  const std::string& reference = request.idempotency_key;
  const auto kept = kept_.find(reference);
  if (kept != kept_.end()) {
    if (kept->second.body == request.body) return {200, kept->second.answer};
    faults_.push_back(name_ + " was asked for " + reference + " twice, and otherwise the second time");
    return {409, R"({"error": "conflict"})"};
  }
  const auto body = boost::json::parse(request.body);
  const std::string account = text_of(body, "account");
  const std::int64_t minor = body.at("amount_minor").as_int64();
  boost::json::object told{
      {"account", account}, {"reference", reference}, {"amount_minor", minor}, {"currency", "SYP"}};
  const bool is_too_late = now + off_ > time_of(text_of(body, "not_after"));
  if (is_too_late || declines || !paid_.contains(account) || minor > due(account)) {
    told["state"] = "declined";
    told["reason"] = is_too_late ? "too_late" : declines ? "other" : "not_payable";
  } else {
    paid_[account] += minor;
    posted_.push_back({reference, account, minor});
    told["state"] = "posted";
    told["company_reference"] = name_ + "-" + std::to_string(posted_.size());
  }
  const std::string answer = boost::json::serialize(told);
  kept_[reference] = {request.body, answer};
  return {200, answer};
}

}  // namespace shubbak::sim
