#include "store/sqlite/ending_writer.hpp"

#include <cstdlib>

#include "payments/payment.hpp"
#include "staff/account.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/payment_reader.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

constexpr std::string_view before_makers = "staff ";
constexpr std::string_view between_makers = ", ";
constexpr std::string_view behind_makers = ": ";
static_assert(before_makers.size() + between_makers.size() + behind_makers.size() + 2 * staff::Limits::name_max +
                      ProposeEnding::evidence_octets_max <=
                  ledger::evidence_octets_max,
              "what was proposed is evidence whoever approves it");

audit::Action action_of(EndingState state, bool settles) {
  switch (state) {
    case EndingState::proposed:
      return audit::Action::payment_end_proposed;
    case EndingState::done:
      return settles ? audit::Action::payment_settled : audit::Action::payment_released;
    case EndingState::rejected:
      return audit::Action::payment_end_rejected;
    case EndingState::overtaken:
      return audit::Action::payment_end_overtaken;
  }
  std::abort();
}

}  // namespace

std::string ending_key(std::int64_t ending) {
  return "ending." + std::to_string(ending);
}

std::string ending_evidence(const StoredEnding& ending, const std::string& checker) {
  std::string said(before_makers);
  said.append(ending.maker).append(between_makers).append(checker);
  return said.append(behind_makers).append(ending.evidence);
}

EndingWriter::EndingWriter(const SQLite::Database& database, AuditWriter& audit, ReconcileWriter& reconciliation)
    : audit_(audit),
      reconciliation_(reconciliation),
      payment_(prepare(database, statement("payment_to_end_by_staff"))),
      open_of_payment_(prepare(database, statement("open_ending_of_payment"))),
      next_(prepare(database, statement("next_ending"))),
      add_(prepare(database, statement("add_ending"))),
      decide_(prepare(database, statement("decide_ending"))),
      ending_(prepare(database, statement("ending"))) {}

Status EndingWriter::apply(const ProposeEnding& change, Committed& committed) {
  const auto payment = find_payment(change.payment);
  if (!payment) return Error{Errc::not_found, "there is no payment " + std::to_string(change.payment)};
  if (Status may = may_be_proposed(change, *payment); !may.ok()) return may;
  StoredEnding ending{.number = 0,
                      .payment = change.payment,
                      .settles = change.settles,
                      .evidence = change.evidence,
                      .maker = change.by.name,
                      .proposed = change.at};
  {
    Use use(next_);
    use.next();
    ending.number = use.integer(0);
  }
  run(add_, ending.number, ending.payment, std::int64_t{ending.settles ? 1 : 0}, ending.evidence, ending.maker,
      ending.proposed);
  tell({action_of(ending.state, ending.settles), change.by, change.at}, ending, payment->amount);
  committed.payment_ending = ending.number;
  return {};
}

Status EndingWriter::may_be_proposed(const ProposeEnding& change, const Endable& payment) {
  if (payment.state != ledger::State::reserved) {
    const std::string_view state = payment.state == ledger::State::posted ? "settled" : "released";
    return Error{Errc::conflict, "the payment is over already: it is " + std::string(state)};
  }
  if (!payments::is_out_of_reach(payment.not_after, change.at))
    return Error{Errc::conflict, std::string(company_may_take_it)};
  {
    Use use(open_of_payment_, change.payment);
    if (use.next()) {
      return Error{Errc::conflict,
                   "proposal " + std::to_string(use.integer(0)) + " of the payment waits: approve or reject it"};
    }
  }
  const bool is_listed =
      reconciliation_.is_listed(change.payment) || reconciliation_.is_listed_otherwise(change.payment);
  if (!change.settles && is_listed) return Error{Errc::conflict, std::string(payment_is_listed)};
  return {};
}

Result<EndingWriter::Due> EndingWriter::find_due(const DecideEnding& change) {
  StoredEnding ending;
  {
    Use use(ending_, change.ending);
    if (!use.next()) return Error{Errc::not_found, "there is no proposal " + std::to_string(change.ending)};
    ending = ending_in(use);
  }
  if (ending.state != EndingState::proposed) return Error{Errc::conflict, "the proposal is decided already"};
  if (change.approves && ending.maker == change.by.name)
    return Error{Errc::denied, "who proposes how a payment ends does not approve it: somebody else must"};
  auto payment = find_payment(ending.payment);
  if (!payment) throw DamagedLedgerRow("payment", ending.payment);
  if (change.approves && payment->keeper == change.by.name)
    return Error{Errc::denied,
                 "who keeps the drawer that a payment is in does not approve its end: somebody else must"};
  return Due{std::move(ending), std::move(payment->key), payment->amount, payment->state != ledger::State::reserved};
}

void EndingWriter::decide(const Due& due, const DecideEnding& change, Committed& committed) {
  const EndingState state = !change.approves ? EndingState::rejected
                            : due.is_over    ? EndingState::overtaken
                                             : EndingState::done;
  run(decide_, change.ending, state, change.by.name, change.at);
  tell({action_of(state, due.ending.settles), change.by, change.at}, due.ending, due.amount);
  committed.payment_ending = change.ending;
}

std::optional<EndingWriter::Endable> EndingWriter::find_payment(std::int64_t number) {
  Use use(payment_, number);
  if (!use.next()) return std::nullopt;
  return Endable{use.text(0), code_in<ledger::State>(use, 1), use.time(2), use.integer(3), use.text(4)};
}

void EndingWriter::tell(const Act& act, const StoredEnding& ending, std::int64_t amount) {
  audit_.append({.at = act.at,
                 .by = act.by,
                 .action = std::string(word(act.action)),
                 .thing = ending_key(ending.number),
                 .detail = audit::Detail()
                               .add(audit::Key::payment, ending.payment)
                               .add(audit::Key::amount, amount)
                               .add(audit::Key::purpose, ending.settles ? "settle" : "release")
                               .json()
                               .value()});
}

}  // namespace shubbak::store
