#include "store/sqlite/refund_writer.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/payment_reader.hpp"
#include "store/sqlite/payment_writer.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

constexpr std::string_view more_than_left =
    "more would be refunded than was paid for the water that was not taken, with what is refunded already";

}  // namespace

std::string refund_key(std::int64_t refund) {
  return "refund." + std::to_string(refund);
}

RefundWriter::RefundWriter(const SQLite::Database& database, AuditWriter& audit, LedgerWriter& ledger,
                           CitizenCaseWriter& cases, FillWriter& fills)
    : audit_(audit),
      ledger_(ledger),
      cases_(cases),
      fills_(fills),
      payment_(prepare(database, statement("payment_to_refund"))),
      refunded_(prepare(database, statement("refunded"))),
      paid_back_(prepare(database, statement("paid_back"))),
      next_(prepare(database, statement("next_refund"))),
      add_(prepare(database, statement("add_refund"))),
      decide_(prepare(database, statement("decide_refund"))),
      refund_(prepare(database, statement("refund"))),
      owe_cash_(prepare(database, statement("owe_cash"))) {}

Status RefundWriter::apply(const ProposeRefund& change, Committed& committed) {
  const auto payment = find_payment(change.payment);
  if (!payment) return Error{Errc::not_found, "no payment has that number"};
  if (payment->is_of_nobody) return Error{Errc::conflict, std::string(refund_to_nobody)};
  if (payment->state != ledger::State::posted)
    return Error{Errc::conflict, "the payment is not settled: there is nothing to refund"};
  const auto refundable = fills_.refundable(change.payment, payment->amount);
  if (!refundable.ok()) return refundable.error();
  {
    Use use(refunded_, change.payment);
    use.next();
    if (change.amount > payment->amount - use.integer(0))
      return Error{Errc::conflict, "more would be refunded than was paid, with what is refunded or proposed already"};
    if (change.amount > *refundable - use.integer(0)) return Error{Errc::conflict, std::string(more_than_left)};
    if (change.fee > payment->fee - use.integer(1))
      return Error{Errc::conflict, "more of the fee would be refunded than was paid"};
  }
  StoredRefund refund{.number = 0,
                      .payment = change.payment,
                      .amount = change.amount,
                      .fee = change.fee,
                      .reason = change.reason,
                      .maker = change.by.name,
                      .proposed = change.at};
  {
    Use use(next_);
    use.next();
    refund.number = use.integer(0);
  }
  run(add_, refund.number, refund.payment, refund.amount, refund.fee, refund.reason, refund.maker, refund.proposed);
  tell(audit::Action::refund_proposed, refund, change.by, change.at);
  committed.refund = refund.number;
  return {};
}

Status RefundWriter::apply(const DecideRefund& change, Committed& committed) {
  StoredRefund refund;
  {
    Use use(refund_, change.refund);
    if (!use.next()) return Error{Errc::not_found, "there is no refund " + std::to_string(change.refund)};
    refund = refund_in(use);
  }
  if (refund.state != RefundState::proposed) return Error{Errc::conflict, "the refund is decided already"};
  if (change.pays && refund.maker == change.by.name)
    return Error{Errc::denied, "who asks for a refund does not pay it: somebody else must"};
  if (change.pays) {
    if (Status paid = pay(refund, change, committed); !paid.ok()) return paid;
  }
  const RefundState state = change.pays ? RefundState::paid : RefundState::refused;
  run(decide_, change.refund, state, change.by.name, change.at);
  if (change.pays && is_all_paid_back(refund.payment)) cases_.note_refunded(refund.payment, change.by, change.at);
  tell(change.pays ? audit::Action::refund_paid : audit::Action::refund_refused, refund, change.by, change.at);
  committed.refund = refund.number;
  return {};
}

Status RefundWriter::pay(const StoredRefund& refund, const DecideRefund& change, Committed& committed) {
  const auto payment = find_payment(refund.payment);
  if (!payment) throw DamagedLedgerRow("payment", refund.payment);
  if (payment->is_of_nobody) return Error{Errc::conflict, std::string(refund_to_nobody)};
  if (payment->keeper == change.by.name)
    return Error{Errc::denied,
                 "who keeps the drawer that was paid into does not pay a refund of it: somebody else must"};
  // Stations may have taken of it since it was proposed.
  const auto refundable = fills_.refundable(refund.payment, payment->amount);
  if (!refundable.ok()) return refundable.error();
  {
    Use use(refunded_, refund.payment);
    use.next();
    if (refund.amount > *refundable - use.integer(2)) return Error{Errc::conflict, std::string(more_than_left)};
  }
  fills_.refunded(refund.payment);
  const auto move_back = [&](const std::string& key, const std::string& corrects, std::int64_t amount) -> Status {
    const auto moved = ledger_.apply(LedgerChange(CorrectTransfer{.key = key,
                                                                  .corrects = corrects,
                                                                  .amount = amount,
                                                                  .reason = refund.reason,
                                                                  .by = change.by,
                                                                  .at = change.at}));
    if (!moved.ok() && moved.error().code == Errc::limit) return Error{Errc::limit, std::string(refund_over_ceiling)};
    if (!moved.ok()) return moved.error();
    committed.transfers.push_back(moved->value());
    return {};
  };
  const std::string key = refund_key(refund.number);
  if (Status moved = move_back(key, payment->key, refund.amount); !moved.ok()) return moved;
  if (refund.fee != 0) {
    if (Status moved = move_back(key_of_fee(key), key_of_fee(payment->key), refund.fee); !moved.ok()) return moved;
  }
  if (payment->drawer != 0) run(owe_cash_, refund.payment, payment->drawer, refund.amount + refund.fee);
  return {};
}

bool RefundWriter::is_all_paid_back(std::int64_t payment) {
  const auto of = find_payment(payment);
  Use use(paid_back_, payment);
  return of && use.next() && use.integer(0) == of->amount;
}

std::optional<RefundWriter::Refundable> RefundWriter::find_payment(std::int64_t number) {
  Use use(payment_, number);
  if (!use.next()) return std::nullopt;
  return Refundable{use.text(0),    use.integer(1),      use.integer(2), code_in<ledger::State>(use, 3),
                    use.integer(4), use.integer(5) != 0, use.text(6)};
}

void RefundWriter::tell(audit::Action action, const StoredRefund& refund, const Actor& by, WallTime at) {
  audit_.append({.at = at,
                 .by = by,
                 .action = std::string(word(action)),
                 .thing = refund_key(refund.number),
                 .detail = audit::Detail()
                               .add(audit::Key::payment, refund.payment)
                               .add(audit::Key::amount, refund.amount)
                               .add(audit::Key::reason, refund.reason)
                               .json()
                               .value()});
}

}  // namespace shubbak::store
