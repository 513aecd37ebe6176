#include "companies/directory.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "companies/bell.hpp"
#include "domain/clock.hpp"

namespace shubbak::companies {

namespace asio = boost::asio;
using asio::awaitable;
using std::chrono::milliseconds;

namespace {

struct OneAccount {
  Account account;
  std::optional<Due> due;
};
struct OneCompany {
  bool answered = false;
  int excluded = 0;
  std::vector<OneAccount> accounts;
};
using Sheet = std::vector<OneCompany>;  // by company; outlives whoever stops waiting for it

struct Question {
  NationalId person;
  Instant deadline;
  bool with_dues;
};

milliseconds time_left(Instant deadline) {
  return std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
}

// One account after the other, beside those who do the same: `next` is the one that nobody has asked for yet.
awaitable<void> ask_dues(Company& company, Instant deadline, std::shared_ptr<Sheet> sheet, std::size_t row,
                         std::shared_ptr<std::size_t> next, Bell::Out out) {
  const Bell::Out ends_here = std::move(out);
  std::vector<OneAccount>& accounts = (*sheet)[row].accounts;
  while (*next < accounts.size()) {
    const std::size_t column = (*next)++;
    awaitable<Result<Due>> asking = company.due(accounts[column].account.id, time_left(deadline));
    const Result<Due> due = co_await std::move(asking);
    if (due) accounts[column].due = *due;
  }
}

awaitable<void> ask_company(Company& company, std::shared_ptr<const Question> question, std::shared_ptr<Sheet> sheet,
                            std::size_t row, std::shared_ptr<Bell> bell, Bell::Out out) {
  const Bell::Out ends_here = std::move(out);
  Result<std::vector<Account>> accounts = co_await company.accounts(question->person, time_left(question->deadline));
  OneCompany& answer = (*sheet)[row];
  answer.answered = accounts.ok() || accounts.error().code == Errc::not_found;
  if (!accounts) co_return;
  for (Account& account : *accounts) {
    if (company.config().serves(account.category)) {
      answer.accounts.push_back({std::move(account), std::nullopt});
    } else {
      ++answer.excluded;
    }
  }
  if (!question->with_dues) co_return;
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto next = std::make_shared<std::size_t>(0);
  for (std::size_t asked = company.side_by_side(answer.accounts.size()); asked > 0; --asked) {
    awaitable<void> asking = ask_dues(company, question->deadline, sheet, row, next, Bell::Out(bell));
    asio::co_spawn(executor, std::move(asking), asio::detached);
  }
}

bool is_asked(const Among& among, const Company& company) {
  return !among || among(company);
}

awaitable<std::shared_ptr<Sheet>> ask_each(const std::vector<std::unique_ptr<Company>>& companies, Among among,
                                           NationalId person, milliseconds timeout, bool with_dues) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto sheet = std::make_shared<Sheet>(companies.size());
  auto bell = std::make_shared<Bell>(executor);
  auto question = std::make_shared<const Question>(
      Question{std::move(person), std::chrono::steady_clock::now() + timeout, with_dues});
  for (std::size_t row = 0; row < companies.size(); ++row) {
    if (!is_asked(among, *companies[row])) {
      (*sheet)[row].answered = true;
      continue;
    }
    awaitable<void> asking = ask_company(*companies[row], question, sheet, row, bell, Bell::Out(bell));
    asio::co_spawn(executor, std::move(asking), asio::detached);
  }
  co_await bell->wait();
  co_return sheet;
}

using Findings = std::vector<Result<FoundAccount>>;  // by company

awaitable<void> ask_for_account(Company& company, AccountQuery query, milliseconds timeout,
                                std::shared_ptr<Findings> findings, std::size_t row, std::shared_ptr<Bell> bell,
                                Bell::Out out) {
  const Bell::Out ends_here = std::move(out);
  (*findings)[row] = co_await company.find(std::move(query), timeout);
  if ((*findings)[row]) bell->ring();
}

bool owns(const CompanyConfig& company, std::string_view governorate) {
  return std::ranges::find(company.governorates, governorate) != company.governorates.end();
}

std::optional<std::string> number_of_both(const CompanyConfig& one, const CompanyConfig& other) {
  for (const AccountForm& form : one.accounts) {
    for (const AccountForm& its : other.accounts) {
      if (auto number = form.common(its)) return number;
    }
  }
  return std::nullopt;
}

// False: the sum is beyond counting.
bool add_to(std::vector<Money>& totals, Money amount) {
  const auto total = std::ranges::find(totals, amount.currency, &Money::currency);
  if (total == totals.end()) {
    totals.push_back(amount);
    return true;
  }
  const Result<Money> sum = add(*total, amount);
  if (sum) *total = *sum;
  return sum.ok();
}

}  // namespace

std::optional<Error> shared_code_fault(std::span<const CompanyConfig> before, const CompanyConfig& company) {
  const auto& codes = company.governorates;
  for (auto code = codes.begin(); code != codes.end(); ++code) {
    const std::string governorate = "governorate '" + *code + "'";
    if (std::find(codes.begin(), code, *code) != code) return Error{Errc::conflict, governorate + " is there twice"};
    for (const CompanyConfig& other : before) {
      if (!owns(other, *code)) continue;
      const std::string of_both = governorate + " is owned by " + other.name + " and " + company.name;
      if (other.accounts.empty() || company.accounts.empty())
        return Error{Errc::conflict, of_both + ", and 'accounts' does not say which numbers each of them has"};
      if (const auto number = number_of_both(other, company))
        return Error{Errc::conflict, of_both + ", and both may have account " + *number};
    }
  }
  return std::nullopt;
}

Result<std::unique_ptr<Directory>> Directory::create(std::vector<CompanyConfig> configs, HttpClient& http) {
  if (configs.empty()) return Error{Errc::invalid, "no company is configured"};
  std::set<std::string> names;
  for (std::size_t i = 0; i < configs.size(); ++i) {
    if (auto shared = shared_code_fault(std::span(configs).first(i), configs[i])) return *std::move(shared);
  }
  std::vector<std::unique_ptr<Company>> companies;
  for (CompanyConfig& config : configs) {
    if (config.name.empty()) return Error{Errc::invalid, "a company has no name"};
    if (config.base_url.empty()) return Error{Errc::invalid, "company " + config.name + " has no base_url"};
    if (!names.insert(config.name).second) {
      return Error{Errc::conflict, "company " + config.name + " is configured twice"};
    }
    companies.push_back(std::make_unique<Company>(std::move(config), http));
  }
  return std::unique_ptr<Directory>(new Directory(std::move(companies)));
}

Company* Directory::find(std::string_view name) const {
  for (const auto& company : companies_) {
    if (company->config().name == name) return company.get();
  }
  return nullptr;
}

std::vector<Company*> Directory::owners_of(std::string_view governorate) const {
  std::vector<Company*> owners;
  for (const auto& company : companies_) {
    if (owns(company->config(), governorate)) owners.push_back(company.get());
  }
  return owners;
}

Company* Directory::find_by_account(std::string_view governorate, std::string_view account) const {
  Company* first = nullptr;
  Company* found = nullptr;
  for (const auto& company : companies_) {
    const CompanyConfig& config = company->config();
    if (!governorate.empty() && !owns(config, governorate)) continue;
    if (first == nullptr) first = company.get();
    if (!config.may_have(account)) continue;
    if (found != nullptr) return nullptr;
    found = company.get();
  }
  return found != nullptr ? found : first;
}

awaitable<PartialAccounts> Directory::ask_all(NationalId person, milliseconds timeout, Among among) {
  auto asking = ask_each(companies_, std::move(among), std::move(person), timeout, false);
  const std::shared_ptr<Sheet> sheet = co_await std::move(asking);
  PartialAccounts found;
  for (std::size_t row = 0; row < sheet->size(); ++row) {
    const OneCompany& answer = (*sheet)[row];
    if (!answer.answered) ++found.missing;
    found.excluded += answer.excluded;
    for (const OneAccount& one : answer.accounts) found.accounts.emplace_back(companies_[row].get(), one.account);
  }
  co_return found;
}

awaitable<Result<FoundAt>> Directory::find_account(AccountQuery query, milliseconds timeout, Among among) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const Error silent{Errc::timed_out, "no answer yet"};
  auto findings = std::make_shared<Findings>(companies_.size(), Result<FoundAccount>(silent));
  auto bell = std::make_shared<Bell>(executor);
  for (std::size_t row = 0; row < companies_.size(); ++row) {
    if (!is_asked(among, *companies_[row])) {
      (*findings)[row] = Error{Errc::not_found, "not asked"};
      continue;
    }
    awaitable<void> asking = ask_for_account(*companies_[row], query, timeout, findings, row, bell, Bell::Out(bell));
    asio::co_spawn(executor, std::move(asking), asio::detached);
  }
  co_await bell->wait();
  std::optional<Error> trouble;
  for (std::size_t row = 0; row < companies_.size(); ++row) {
    Result<FoundAccount>& finding = (*findings)[row];
    if (finding) co_return FoundAt{companies_[row].get(), std::move(*finding)};
    if (finding.error().code != Errc::not_found && !trouble) trouble = finding.error();
  }
  co_return trouble.value_or(Error{Errc::not_found, "no such account"});
}

awaitable<PartialDebts> Directory::debts(NationalId person, milliseconds timeout, Among among) {
  auto asking = ask_each(companies_, std::move(among), std::move(person), timeout, true);
  const std::shared_ptr<Sheet> sheet = co_await std::move(asking);
  PartialDebts found;
  for (std::size_t row = 0; row < sheet->size(); ++row) {
    const OneCompany& answer = (*sheet)[row];
    if (!answer.answered) ++found.companies_missing;
    for (const OneAccount& one : answer.accounts) {
      if (!one.due || !add_to(found.totals, one.due->amount)) {
        ++found.accounts_missing;
        continue;
      }
      found.lines.push_back({companies_[row].get(), one.account, *one.due});
    }
  }
  co_return found;
}

}  // namespace shubbak::companies
