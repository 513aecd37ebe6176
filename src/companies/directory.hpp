// All companies of a deployment: which one owns an account, and questions to all of them at once. A company that does
// not answer in time makes the answer partial, and the answer says so. Thread: the event loop's. A Directory must
// outlive the calls that are under way.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "companies/company.hpp"

namespace shubbak::companies {

struct PartialAccounts {
  std::vector<std::pair<const Company*, Account>> accounts;  // by company in configured order, then as it listed them
  int missing = 0;                                           // companies that gave no answer that can be trusted
  int excluded = 0;                                          // accounts left out, of categories that are not served
};
struct FoundAt {
  Company* company;
  FoundAccount found;
};

struct DebtLine {
  const Company* company;
  Account account;
  Due due;
};
struct PartialDebts {
  std::vector<DebtLine> lines;  // in the order of PartialAccounts, without the same; debts of 0 too
  std::vector<Money> totals;    // one per currency that occurs, in order of first line
  int companies_missing = 0;    // did not tell the person's accounts
  int accounts_missing = 0;     // did not tell what is due on them, or the sum is beyond counting
  [[nodiscard]] bool complete() const { return companies_missing == 0 && accounts_missing == 0; }
};

// Which companies are asked; missing: every one. One that is not asked has nothing to tell, and is not missing.
using Among = std::function<bool(const Company&)>;

// Why it could not be told which company owns an account of a governorate that one of those before owns too: only the
// forms of their numbers say so, and no number may have forms of both. Nothing: it can be told.
std::optional<Error> shared_code_fault(std::span<const CompanyConfig> before, const CompanyConfig& company);

class Directory {
 public:
  // Errors: conflict (a name twice, shared_code_fault()), invalid (no company, an empty name or base_url).
  static Result<std::unique_ptr<Directory>> create(std::vector<CompanyConfig> configs, HttpClient& http);

  [[nodiscard]] const std::vector<std::unique_ptr<Company>>& companies() const { return companies_; }
  [[nodiscard]] Company* find(std::string_view name) const;
  // Those that own a governorate's accounts, in configured order.
  [[nodiscard]] std::vector<Company*> owners_of(std::string_view governorate) const;
  // Which company is asked about an account of that governorate, or of any without one: the only one that may have
  // the number. Where none may, the first, which says that there is no such account as it would of any other that
  // there is not. Nothing: nobody owns that governorate; or, without one, several may have the number.
  [[nodiscard]] Company* find_by_account(std::string_view governorate, std::string_view account) const;

  // Asks the companies in parallel; comes back when all have answered or `timeout` is over. A company where the
  // person has no account is an answer. Cancellation gives back at once what has come until then.
  boost::asio::awaitable<PartialAccounts> ask_all(NationalId person, std::chrono::milliseconds timeout,
                                                  Among among = {});
  // The same, and what is due on each account, in parallel and within the same one deadline.
  boost::asio::awaitable<PartialDebts> debts(NationalId person, std::chrono::milliseconds timeout, Among among = {});
  // Asks the companies in parallel for one account, and comes back as soon as one has found it. Errors: not_found
  // (all have answered, and none has it); else that of the first company, in configured order, that gave no answer.
  boost::asio::awaitable<Result<FoundAt>> find_account(AccountQuery query, std::chrono::milliseconds timeout,
                                                       Among among = {});

 private:
  explicit Directory(std::vector<std::unique_ptr<Company>> companies) : companies_(std::move(companies)) {}
  std::vector<std::unique_ptr<Company>> companies_;
};

}  // namespace shubbak::companies
