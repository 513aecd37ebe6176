// Accounts of the double-entry ledger and what they hold (PRODUCT.md, Money). An amount that moves is a debit of one
// account and a credit of another one of the same currency, so both sides are equal whatever is done. Amounts are
// minor units, never negative. Pure. Thread: any.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "domain/money.hpp"
#include "domain/result.hpp"

namespace shubbak::ledger {

enum class Side : std::uint8_t { debit, credit };

enum class AccountKind : std::uint8_t {
  wallet,           // what is owed to a person: their prepaid service card
  card_liability,   // vouchers of a batch that were sold and not redeemed
  pending,          // taken for payments (cash, bank card, voucher) that the company has not answered
  company_payable,  // what is owed to a company for payments that it has posted
  fees,             // what the deployment has earned
  agent_drawer,     // cash that an agent holds
  suspense,         // the other side of what is outside of the ledger or not yet explained
  refunds,          // to be paid back to people
};
constexpr std::array<std::string_view, 8> account_kind_names{
    "wallet", "card_liability", "pending", "company_payable", "fees", "agent_drawer", "suspense", "refunds"};
// By a database that somebody changed a value may be none.
template <std::size_t Count>
constexpr std::string_view name_in(const std::array<std::string_view, Count>& names, std::size_t value) {
  return value < Count ? names[value] : "unknown";
}
constexpr std::string_view to_string(AccountKind kind) {
  return name_in(account_kind_names, static_cast<std::size_t>(kind));
}

// The side that fills it: cash in a drawer comes by a debit, what is owed to somebody by a credit.
constexpr Side filling_side(AccountKind kind) {
  return kind == AccountKind::agent_drawer ? Side::debit : Side::credit;
}
// May more be taken out than is there? From the others never, what is reserved counted as taken.
constexpr bool may_be_overdrawn(AccountKind kind) {
  return kind == AccountKind::company_payable || kind == AccountKind::fees || kind == AccountKind::suspense;
}

struct AccountId {
  static constexpr std::size_t owner_octets_max = 64;

  AccountKind kind = AccountKind::suspense;
  // Whose: a wallet's number or a person's pseudonym, a company, an agent's account, a batch; "main" where there is
  // one only. Letters, digits and . _ - ; no mobile or national number.
  std::string owner;
  Currency currency = Currency::SYP;

  bool operator==(const AccountId&) const = default;
};
Status check(const AccountId& id);                       // invalid: the owner is not of that form
std::string to_string(const AccountId& id);              // "wallet:7f3a:SYP"
Result<AccountId> parse_account(std::string_view text);  // malformed: what it must look like

// Names of owners, and keys of transfers: 1 to `octets_max` letters, digits and . _ - .
bool is_ledger_name(std::string_view text, std::size_t octets_max);

// Sums since the account was opened. Pending: reserved and neither posted nor released.
struct Balance {
  std::int64_t debits_pending = 0;
  std::int64_t credits_pending = 0;
  std::int64_t debits_posted = 0;
  std::int64_t credits_posted = 0;

  bool operator==(const Balance&) const = default;
};
// None is negative, and neither side's two are too large to be added: what every decision leaves behind.
bool is_sound(const Balance& balance);

struct Account {
  AccountId id;
  Balance balance;                        // sound
  std::optional<std::int64_t> ceiling{};  // the most that it may hold, pending counted; nothing: no limit
};
// What it holds without what is pending; negative: it is overdrawn.
std::int64_t held(const Account& account);
// What may still be taken out: what is reserved to leave is taken, what is reserved to come is not there yet.
std::int64_t available(const Account& account);
// What it will hold if all comes that is reserved to come, and nothing leaves that is reserved to leave.
std::int64_t expected(const Account& account);
// What may still come: up to its ceiling, which may have been lowered below what is there. Without one: unbounded.
constexpr std::int64_t unbounded = std::numeric_limits<std::int64_t>::max();
std::int64_t room(const Account& account);

// What one entry does to the two accounts that it names.
enum class Step : std::uint8_t {
  move,          // at once
  reserve,       // pending on both sides
  post,          // out of what is pending
  release,       // what was pending is nothing any more
  send,          // moves nothing: from here on the company may have what carries the reservation's key
  reserve_sent,  // reserve and send
};
constexpr std::array<std::string_view, 6> step_names{"move", "reserve", "post", "release", "send", "reserve_sent"};
constexpr bool begins(Step step) {
  return step == Step::move || step == Step::reserve || step == Step::reserve_sent;
}
constexpr bool resolves(Step step) {
  return step == Step::move || step == Step::post || step == Step::release;
}
constexpr std::string_view to_string(Step step) {
  return name_in(step_names, static_cast<std::size_t>(step));
}
// The one place where balances change, for decisions and for the replay: of one account, and of the two that an entry
// debits and credits. `amount` is above 0, balances are sound and stay so. Errors, which change nothing: limit (a sum
// would be too large), conflict (more than is pending).
Status apply(Step step, std::int64_t amount, Side side, Balance& balance);
Status apply(Step step, std::int64_t amount, Balance& debited, Balance& credited);
// What the balance was before that: for who reads entries back from the newest one. conflict: it cannot have been.
Status take_back(Step step, std::int64_t amount, Side side, Balance& balance);

}  // namespace shubbak::ledger
