// Accounts and statements of the ledger as people read them. Amounts as people write them, with the currency. Pure.
// Thread: any, one at a time.
#pragma once

#include <chrono>
#include <string>

#include "store/ledger.hpp"

namespace shubbak::cli {

// One line each, with its end: "wallet:7f3a:SYP  holds 10  available 7  to leave 3  to come 0".
std::string to_balance_line(const ledger::Account& account);

// The lines of one account's statement, from its last one back: each with what the account held and had available
// after it.
class StatementText {
 public:
  StatementText(ledger::Account account, std::chrono::minutes utc_offset)
      : account_(std::move(account)), utc_offset_(utc_offset) {}
  // Error, of a ledger that was damaged: the line cannot have led to what the account held.
  Result<std::string> add(const store::StatementLine& line);

 private:
  ledger::Account account_;
  std::chrono::minutes utc_offset_;
};

}  // namespace shubbak::cli
