#include "ledger/ledger.hpp"

#include <algorithm>

namespace shubbak::ledger {
namespace {

// The same request as the transfer's, which is then the answer. `as`: what this one would become.
Result<Decision> answer_again(const Transfer& known, const Transfer& as, const Account& debit,
                              const Account& credit) {
  const Order& first = known.order;
  const bool same = first.request == as.order.request && first.debit == as.order.debit &&
                    first.credit == as.order.credit && first.amount == as.order.amount &&
                    known.expires.has_value() == as.expires.has_value() && known.corrects == as.corrects;
  if (!same) return Error{Errc::conflict, "the key was used for another request"};
  // Whoever asks for that would send on the strength of this answer.
  if (as.sent && !known.sent && known.state == State::reserved) {
    return Error{Errc::conflict, "the reservation was not made to be sent at once: mark it as sent"};
  }
  return Decision{known, debit.balance, credit.balance};
}

// Errors: insufficient, limit.
Status check_bounds(const Account& debit, const Account& credit, std::int64_t amount) {
  const auto leaves = [amount](const Account& account, Side side) -> Status {
    if (filling_side(account.id.kind) == side || may_be_overdrawn(account.id.kind)) return {};
    if (available(account) >= amount) return {};
    return Error{Errc::insufficient,
                 "the " + std::string(to_string(account.id.kind)) + " has not enough that is not reserved"};
  };
  const auto comes = [amount](const Account& account, Side side) -> Status {
    if (filling_side(account.id.kind) != side || amount <= room(account)) return {};
    return Error{Errc::limit, "the " + std::string(to_string(account.id.kind)) + " would hold more than it may"};
  };
  for (const Status& bound : {leaves(debit, Side::debit), leaves(credit, Side::credit), comes(debit, Side::debit),
                              comes(credit, Side::credit)}) {
    if (!bound) return bound;
  }
  return {};
}

Status move_by(Decision& decision, Step step, std::int64_t amount) {
  if (Status applied = apply(step, amount, decision.debit, decision.credit); !applied) return applied;
  decision.movements.push_back({step, amount});
  return {};
}

// A transfer begins, or is answered again.
Result<Decision> begin(const std::optional<Transfer>& same_key, Transfer transfer, Step step, const Account& debit,
                       const Account& credit) {
  if (same_key) return answer_again(*same_key, transfer, debit, credit);
  const std::int64_t amount = transfer.order.amount.minor;
  if (const Status bounds = check_bounds(debit, credit, amount); !bounds) return bounds.error();
  Decision decision{std::move(transfer), debit.balance, credit.balance};
  if (const Status moved = move_by(decision, step, amount); !moved) return moved.error();
  return decision;
}

Transfer posted_at_once(const Order& order) {
  return {.order = order,
          .state = State::posted,
          .posted = order.amount.minor,
          .resolved = order.at,
          .resolved_by = order.by};
}

Status check_resolution(const Transfer& transfer, const Resolution& resolution) {
  if (Status checked = check_evidence(resolution.evidence); !checked) return checked;
  if (transfer.sent && resolution.evidence.empty()) {
    return Error{Errc::invalid, "what was sent is resolved with evidence only: the company's answer or reference"};
  }
  return {};
}

Error resolved_otherwise(const Transfer& transfer) {
  if (!transfer.expires) return Error{Errc::conflict, "the transfer was never a reservation"};
  return Error{Errc::conflict, "the reservation is " + std::string(to_string(transfer.state)) + " already"};
}

// What ends a reservation, whichever way. `posted`: of its amount, the rest is released.
Result<Decision> resolve(const Transfer& transfer, State state, std::int64_t posted, const Resolution& resolution,
                         const Account& debit, const Account& credit) {
  Decision decision{transfer, debit.balance, credit.balance};
  decision.transfer.state = state;
  decision.transfer.posted = posted;
  decision.transfer.resolved = resolution.at;
  decision.transfer.resolved_by = resolution.by;
  decision.transfer.evidence = resolution.evidence;
  const std::int64_t released = transfer.order.amount.minor - posted;
  Status moved;
  if (posted > 0) moved = move_by(decision, Step::post, posted);
  if (moved && released > 0) moved = move_by(decision, Step::release, released);
  if (!moved) return moved.error();
  return decision;
}

}  // namespace

Status check_key(std::string_view key) {
  if (is_ledger_name(key, key_octets_max)) return {};
  return Error{Errc::invalid, "a transfer's key is 1 to 64 letters, digits and . _ -"};
}

Status check_evidence(std::string_view evidence) {
  const auto is_printable = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
  if (evidence.size() <= evidence_octets_max && std::ranges::all_of(evidence, is_printable)) return {};
  return Error{Errc::invalid, "evidence is at most 128 printable ASCII characters, no quotes"};
}

Status check(const Order& order) {
  if (Status checked = check_key(order.key); !checked) return checked;
  for (const AccountId* account : {&order.debit, &order.credit}) {
    if (Status checked = check(*account); !checked) return checked;
    if (account->currency != order.amount.currency) {
      return Error{Errc::invalid, "an amount moves between accounts of its own currency"};
    }
  }
  if (order.debit == order.credit) return Error{Errc::invalid, "an amount moves between two accounts"};
  if (order.amount.minor <= 0) return Error{Errc::invalid, "an amount that moves is above 0"};
  return {};
}

Status check(const Order& order, const Terms& terms) {
  if (terms.expires <= order.at) return Error{Errc::invalid, "a reservation expires after it is made"};
  return check(order);
}

Result<Decision> move(const std::optional<Transfer>& same_key, const Order& order, const Account& debit,
                      const Account& credit) {
  if (const Status checked = check(order); !checked) return checked.error();
  return begin(same_key, posted_at_once(order), Step::move, debit, credit);
}

Result<Decision> reserve(const std::optional<Transfer>& same_key, const Order& order, const Terms& terms,
                         const Account& debit, const Account& credit) {
  if (const Status checked = check(order, terms); !checked) return checked.error();
  Transfer transfer{.order = order, .expires = terms.expires};
  if (terms.sent) transfer.sent = order.at;
  return begin(same_key, std::move(transfer), terms.sent ? Step::reserve_sent : Step::reserve, debit, credit);
}

Result<Decision> correct(const std::optional<Transfer>& same_key, const Order& order, const Corrected& corrected,
                         const Account& debit, const Account& credit) {
  if (const Status checked = check(order); !checked) return checked.error();
  const Order& first = corrected.transfer.order;
  if (order.debit != first.credit || order.credit != first.debit) {
    return Error{Errc::invalid, "a correction names the accounts of what it corrects the other way round"};
  }
  Transfer transfer = posted_at_once(order);
  transfer.corrects = corrected.number;
  if (!same_key) {
    if (corrected.transfer.state != State::posted) {
      return Error{Errc::conflict, "only what is posted can be corrected"};
    }
    if (order.amount.minor > corrected.transfer.posted - corrected.amount_before) {
      return Error{Errc::conflict, "more would be moved back than was moved"};
    }
  }
  return begin(same_key, std::move(transfer), Step::move, debit, credit);
}

Result<Decision> post(const Transfer& transfer, std::optional<std::int64_t> amount, const Resolution& resolution,
                      const Account& debit, const Account& credit) {
  const std::int64_t reserved = transfer.order.amount.minor;
  const std::int64_t posted = amount.value_or(reserved);
  if (posted <= 0 || posted > reserved) {
    return Error{Errc::invalid, "what is posted is above 0 and at most what is reserved; void it instead"};
  }
  if (transfer.expires && transfer.state == State::posted && transfer.posted == posted) {
    return Decision{transfer, debit.balance, credit.balance};
  }
  if (!transfer.expires || transfer.state != State::reserved) return resolved_otherwise(transfer);
  if (const Status checked = check_resolution(transfer, resolution); !checked) return checked.error();
  return resolve(transfer, State::posted, posted, resolution, debit, credit);
}

Result<Decision> void_reservation(const Transfer& transfer, const Resolution& resolution, const Account& debit,
                                  const Account& credit) {
  if (transfer.state == State::voided) return Decision{transfer, debit.balance, credit.balance};
  if (transfer.state != State::reserved) return resolved_otherwise(transfer);
  if (const Status checked = check_resolution(transfer, resolution); !checked) return checked.error();
  return resolve(transfer, State::voided, 0, resolution, debit, credit);
}

Result<Decision> expire(const Transfer& transfer, const Account& debit, const Account& credit, WallTime now) {
  if (transfer.state != State::reserved || !transfer.expires) return resolved_otherwise(transfer);
  if (transfer.sent) {
    return Error{Errc::conflict, "what was sent does not expire: the company must say what became of it"};
  }
  if (now < *transfer.expires) return Error{Errc::conflict, "the reservation's time is not over"};
  return resolve(transfer, State::expired, 0, {.evidence = {}, .by = {}, .at = now}, debit, credit);
}

Result<Decision> mark_sent(const Transfer& transfer, const Account& debit, const Account& credit, WallTime now) {
  if (transfer.state != State::reserved || !transfer.expires) return resolved_otherwise(transfer);
  Decision decision{transfer, debit.balance, credit.balance};
  if (transfer.sent) return decision;
  if (now >= *transfer.expires) {
    return Error{Errc::conflict, "the reservation's time is over: nothing is sent for it any more"};
  }
  decision.transfer.sent = now;
  decision.movements.push_back({Step::send, transfer.order.amount.minor});
  return decision;
}

}  // namespace shubbak::ledger
