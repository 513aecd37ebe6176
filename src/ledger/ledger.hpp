// What may happen to money (PRODUCT.md, Money; invariants 1, 2, 4, 5 and 7): plain decisions over the records as they
// are; the caller reads them and writes back what is decided, in one transaction. Pure. Thread: any.
//
//   reserve ─▶ reserved ─┬─ post, of all or of a part (the rest is released) ─▶ posted
//                        ├─ void_reservation ─▶ voided
//                        └─ expire, by time alone, only if nothing was ever sent ─▶ expired
//   move, correct ─▶ posted at once
//
// A reservation resolves once. Once it is marked as sent, something that carries its key may have reached the
// company: from then on it resolves with evidence only, and time alone never frees it. What moves between more than
// two accounts, such as a payment and its fee, is several transfers in one transaction.
//
// A transfer is named by its key, which its first request brings. The same request again gives the first answer and
// changes nothing; another request under the key is a conflict. A request that was refused leaves no key behind:
// whoever tells a person that it was refused uses the key no more.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "ledger/account.hpp"

namespace shubbak::ledger {

constexpr std::size_t key_octets_max = 64;
constexpr std::size_t evidence_octets_max = 128;

// SHA-256 of all that was asked for under the key, whatever of it the ledger knows.
using RequestHash = std::array<unsigned char, 32>;

enum class State : std::uint8_t { reserved, posted, voided, expired };
constexpr std::array<std::string_view, 4> state_names{"reserved", "posted", "voided", "expired"};
constexpr std::string_view to_string(State state) {
  return name_in(state_names, static_cast<std::size_t>(state));
}

struct Order {
  std::string key;  // is_ledger_name(); no secret: it is told to companies, and no mobile or national number
  RequestHash request{};
  AccountId debit;
  AccountId credit;
  Money amount;
  Actor by{};
  WallTime at{};
};
Status check_key(std::string_view key);            // invalid: it is not of that form
Status check_evidence(std::string_view evidence);  // invalid: not printable ASCII, quotes or backslashes, too long
// What can be told of it without any record: a key or an account that is none, an amount that is not above 0, another
// currency than the accounts', twice the same account. Error: invalid.
Status check(const Order& order);

struct Transfer {
  Order order;
  State state = State::reserved;
  std::optional<WallTime> expires{};  // nothing: it was never a reservation
  std::optional<WallTime> sent{};
  std::int64_t posted = 0;  // of its amount
  std::optional<WallTime> resolved{};
  Actor resolved_by{};
  std::string evidence{};                  // what says so: the company's reference, or who told it where
  std::optional<std::int64_t> corrects{};  // the transfer of that number
};

struct Movement {
  Step step;
  std::int64_t amount;
};
struct Decision {
  Transfer transfer;
  Balance debit;                      // of the account that the transfer debits
  Balance credit;                     // of the one that it credits
  std::vector<Movement> movements{};  // each is an entry; none: it was like that already, nothing is to be written
};

// In all of these `same_key` is the transfer that has the order's key, if any, and the accounts are those that the
// order names. Errors: invalid (see check()), conflict (another request has the key), insufficient (an account has
// not enough that is not reserved), limit (an account's ceiling, or sums too large).
Result<Decision> move(const std::optional<Transfer>& same_key, const Order& order, const Account& debit,
                      const Account& credit);

struct Terms {
  WallTime expires;  // after the order's time; nothing carrying the key is sent from then on
  // What carries the key is sent as soon as this is committed, if it is reserved then: as if mark_sent() came with
  // it. conflict: it was reserved before without that.
  bool sent = false;
};
Status check(const Order& order, const Terms& terms);  // as check(order); invalid: it is over before it begins
Result<Decision> reserve(const std::optional<Transfer>& same_key, const Order& order, const Terms& terms,
                         const Account& debit, const Account& credit);

// Moves back what a posted transfer moved, or a part of it; entries stay. The order names that transfer's accounts
// the other way round. conflict: it is not posted, or less of it is left to be corrected.
struct Corrected {
  std::int64_t number;  // of the transfer
  const Transfer& transfer;
  std::int64_t amount_before;  // that earlier corrections have moved back
};
Result<Decision> correct(const std::optional<Transfer>& same_key, const Order& order, const Corrected& corrected,
                         const Account& debit, const Account& credit);

struct Resolution {
  std::string evidence;  // check_evidence(); demanded of what was sent
  Actor by;
  WallTime at;
};
// The accounts are those of the transfer. `amount`: 1 up to the reserved one; nothing: all of it. Errors: invalid
// (amount or evidence), conflict (it was resolved otherwise, or was never a reservation).
Result<Decision> post(const Transfer& transfer, std::optional<std::int64_t> amount, const Resolution& resolution,
                      const Account& debit, const Account& credit);
Result<Decision> void_reservation(const Transfer& transfer, const Resolution& resolution, const Account& debit,
                                  const Account& credit);
// conflict: it may not expire: resolved, sent, or not yet due.
Result<Decision> expire(const Transfer& transfer, const Account& debit, const Account& credit, WallTime now);

// Before anything that carries the key is sent, and committed before. conflict: it is resolved, or its time is over.
Result<Decision> mark_sent(const Transfer& transfer, const Account& debit, const Account& credit, WallTime now);

}  // namespace shubbak::ledger
