#include "ledger/account.hpp"

#include <algorithm>
#include <limits>

namespace shubbak::ledger {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

// What fills an account and what empties it, whichever side either is.
struct Flows {
  std::int64_t in_pending;
  std::int64_t in_posted;
  std::int64_t out_pending;
  std::int64_t out_posted;
};
Flows flows_of(const Account& account) {
  const Balance& balance = account.balance;
  const Flows by_credit{balance.credits_pending, balance.credits_posted, balance.debits_pending,
                        balance.debits_posted};
  if (filling_side(account.id.kind) == Side::credit) return by_credit;
  return {by_credit.out_pending, by_credit.out_posted, by_credit.in_pending, by_credit.in_posted};
}

// How often a step adds its amount to either sum.
struct Effect {
  std::int64_t pending;
  std::int64_t posted;
};
Effect effect_of(Step step) {
  switch (step) {
    case Step::move:
      return {0, 1};
    case Step::reserve:
    case Step::reserve_sent:
      return {1, 0};
    case Step::post:
      return {-1, 1};
    case Step::release:
      return {-1, 0};
    case Step::send:
      break;
  }
  return {0, 0};  // one out of a database that somebody changed may be no step
}

struct Sums {
  std::int64_t& pending;
  std::int64_t& posted;
};
Sums sums_of(Side side, Balance& balance) {
  if (side == Side::debit) return {balance.debits_pending, balance.debits_posted};
  return {balance.credits_pending, balance.credits_posted};
}

}  // namespace

bool is_ledger_name(std::string_view text, std::size_t octets_max) {
  return !text.empty() && text.size() <= octets_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

Status check(const AccountId& id) {
  if (is_ledger_name(id.owner, AccountId::owner_octets_max)) return {};
  return Error{Errc::invalid, "an account's owner is named by 1 to 64 letters, digits and . _ -"};
}

std::string to_string(const AccountId& id) {
  std::string text(to_string(id.kind));
  text.append(":").append(id.owner).append(":").append(to_string(id.currency));
  return text;
}

Result<AccountId> parse_account(std::string_view text) {
  const std::size_t first = text.find(':');
  const std::size_t last = text.rfind(':');
  if (first == std::string_view::npos || first == last) {
    return Error{Errc::malformed, "an account is KIND:OWNER:CURRENCY, such as wallet:7f3a:SYP"};
  }
  const auto* const kind = std::ranges::find(account_kind_names, text.substr(0, first));
  if (kind == account_kind_names.end()) {
    return Error{Errc::malformed,
                 "an account's kind is one of wallet, card_liability, pending, company_payable, fees, agent_drawer, "
                 "suspense, refunds"};
  }
  const auto currency = parse_currency(text.substr(last + 1));
  if (!currency) return currency.error();
  AccountId id{static_cast<AccountKind>(kind - account_kind_names.begin()),
               std::string(text.substr(first + 1, last - first - 1)), *currency};
  if (const Status checked = check(id); !checked) return checked.error();
  return id;
}

bool is_sound(const Balance& balance) {
  const auto is_side_sound = [](std::int64_t pending, std::int64_t posted) {
    return pending >= 0 && posted >= 0 && pending <= most - posted;
  };
  return is_side_sound(balance.debits_pending, balance.debits_posted) &&
         is_side_sound(balance.credits_pending, balance.credits_posted);
}

std::int64_t held(const Account& account) {
  const Flows flows = flows_of(account);
  return flows.in_posted - flows.out_posted;
}

std::int64_t available(const Account& account) {
  const Flows flows = flows_of(account);
  return flows.in_posted - (flows.out_posted + flows.out_pending);
}

std::int64_t expected(const Account& account) {
  const Flows flows = flows_of(account);
  return flows.in_posted + flows.in_pending - flows.out_posted;
}

std::int64_t room(const Account& account) {
  if (!account.ceiling) return unbounded;
  return std::max<std::int64_t>(*account.ceiling - std::max<std::int64_t>(expected(account), 0), 0);
}

Status apply(Step step, std::int64_t amount, Side side, Balance& balance) {
  const auto [pending, posted] = sums_of(side, balance);
  const Effect effect = effect_of(step);
  if (begins(step) && amount > most - posted - pending) {
    return Error{Errc::limit, "the account would have moved more than can be counted"};
  }
  if (effect.pending < 0 && amount > pending) {
    return Error{Errc::conflict, "more would be resolved than is pending"};
  }
  pending += effect.pending * amount;
  posted += effect.posted * amount;
  return {};
}

Status take_back(Step step, std::int64_t amount, Side side, Balance& balance) {
  const auto [pending, posted] = sums_of(side, balance);
  const Effect effect = effect_of(step);
  const bool grows = effect.pending + effect.posted < 0;  // the two together, by being taken back
  if ((effect.pending > 0 && amount > pending) || (effect.posted > 0 && amount > posted) ||
      (grows && amount > most - posted - pending)) {
    return Error{Errc::conflict, "it cannot have led to what is kept"};
  }
  pending -= effect.pending * amount;
  posted -= effect.posted * amount;
  return {};
}

Status apply(Step step, std::int64_t amount, Balance& debited, Balance& credited) {
  Balance debit = debited;
  Balance credit = credited;
  if (Status applied = apply(step, amount, Side::debit, debit); !applied) return applied;
  if (Status applied = apply(step, amount, Side::credit, credit); !applied) return applied;
  debited = debit;
  credited = credit;
  return {};
}

}  // namespace shubbak::ledger
