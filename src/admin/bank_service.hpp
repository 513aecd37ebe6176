// Banks as agents: a bank is an account of staff with the role `bank` at an office of its own, and its settlement
// account is its drawer there, with a ceiling, brought in by another account (cash_service.hpp). What it tells that
// it was paid is cash that it took. Thread: the loop's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "admin/cash_service.hpp"
#include "reconcile/match.hpp"
#include "store/reconcile.hpp"

namespace shubbak::admin {

constexpr std::size_t bank_reference_octets_max = 35;  // letters, digits, _ and -

struct BankPaid {
  std::string company;
  std::string account;  // at the company
  CashAmount amount;
  std::int64_t fee = 0;   // that the person was told; minor units
  std::string reference;  // the bank's own: the same again tells what became of it, and pays nothing
  std::string paid_at;    // as ISO 8601; what tells no offset is the deployment's
};
// Needs bank.pay. Errors: as take_for_bill(); invalid (fields reference; paid_at of what was not told before: in the
// future, or a week ago).
Served<store::CashPayment> pay_at_bank(World& world, Caller caller, BankPaid paid);
// Of the caller's. Errors: invalid, not_found.
Result<store::CashPayment, ApiError> bank_payment(World& world, const Caller& caller, const std::string& reference);
std::string bank_reference_of(const store::CashPayment& paid);  // the key of what was taken in cash otherwise

// What a bank's own file of a day differs in from what is here.
struct BankDay {
  std::int64_t lines = 0;
  std::int64_t matched = 0;
  std::vector<store::BankFinding> differences{};  // as the file lists them, then what it does not list
};
// Tells every line of the file to what it is given. Errors: its reader's.
using BankLines = std::function<Status(const std::function<Status(reconcile::Listed)>&)>;
// A bank's clock is not ours: what is paid around midnight may be of the one day here and of the other one there.
// What a file beside the day's lists, with the same account and amount, is not missing; what the day before lists and
// the day again is there twice.
struct BankFiles {
  BankLines day;
  BankLines day_before{};  // nothing to call: it is not there
  BankLines day_after{};
};
// Nothing is written. `bank`: the account's name. Keeps the lines of the files in memory. Errors: not_found (account,
// drawer), invalid (it is no bank at one office); those of the lines as bad_request, as is that more than
// store::StageLines::differences_max differ.
Result<BankDay, ApiError> compare_bank_day(World& world, const std::string& bank, WallTime begins, WallTime ends,
                                           const BankFiles& files);

// Makes a case of each difference, but of what the company has not answered yet; needs reconcile.import of all. The
// file may come again, and corrected: store::PutBankDay. Answers how many cases were opened and withdrawn.
Served<store::Reconciled> put_bank_day(World& world, Caller caller, std::string bank, std::chrono::sys_days day,
                                       BankDay told);

}  // namespace shubbak::admin
