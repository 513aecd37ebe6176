#include "cli/ledger_output.hpp"

#include "cli/audit_output.hpp"

namespace shubbak::cli {
namespace {

std::string amount_text(std::int64_t minor, Currency currency) {
  return format_amount({minor, currency});
}

// Does it fill the account, or empty it?
char sign_of(const store::StatementLine& line, const ledger::AccountId& account) {
  const bool fills = line.side == ledger::filling_side(account.kind);
  return fills ? '+' : '-';
}

}  // namespace

std::string to_balance_line(const ledger::Account& account) {
  const Currency currency = account.id.currency;
  const ledger::Balance& balance = account.balance;
  const bool by_credit = ledger::filling_side(account.id.kind) == ledger::Side::credit;
  const std::int64_t to_leave = by_credit ? balance.debits_pending : balance.credits_pending;
  const std::int64_t to_come = by_credit ? balance.credits_pending : balance.debits_pending;
  std::string line = to_string(account.id);
  line.append("  holds ").append(amount_text(ledger::held(account), currency));
  line.append("  available ").append(amount_text(ledger::available(account), currency));
  line.append("  to leave ").append(amount_text(to_leave, currency));
  line.append("  to come ").append(amount_text(to_come, currency));
  if (account.ceiling) line.append("  ceiling ").append(amount_text(*account.ceiling, currency));
  return line + "\n";
}

Result<std::string> StatementText::add(const store::StatementLine& line) {
  const Currency currency = account_.id.currency;
  std::string text = std::to_string(line.entry) + "  " + to_stamp(line.at + utc_offset_) + "  " +
                     std::string(to_string(line.step)) + "  " + sign_of(line, account_.id) +
                     amount_text(line.amount, currency);
  text.append("  ").append(to_string(line.other)).append("  ").append(line.key);
  text.append("  holds ").append(amount_text(ledger::held(account_), currency));
  text.append("  available ").append(amount_text(ledger::available(account_), currency));
  const Status before = ledger::take_back(line.step, line.amount, line.side, account_.balance);
  if (before) return text + "\n";
  return Error{before.error().code,
               "entry " + std::to_string(line.entry) + ": " + before.error().message + "; run shubbak ledger verify"};
}

}  // namespace shubbak::cli
