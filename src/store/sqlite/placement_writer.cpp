#include "store/sqlite/placement_writer.hpp"

#include "store/sqlite/bank_card_rows.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

PlacementWriter::PlacementWriter(const SQLite::Database& database, AuditWriter& audit, LedgerWriter& ledger)
    : audit_(audit),
      ledger_(ledger),
      charge_(prepare(database, statement("bank_card_charge_of_number"))),
      card_(prepare(database, statement("placement_card"))),
      by_refund_(prepare(database, statement("placement_by_refund"))),
      of_charge_(prepare(database, statement("placements_of_charge"))),
      placement_(prepare(database, statement("placement"))),
      next_(prepare(database, statement("next_placement"))),
      add_(prepare(database, statement("add_placement"))),
      decide_(prepare(database, statement("decide_placement"))),
      open_of_person_(prepare(database, statement("count_open_placements_of_person"))) {}

Status PlacementWriter::apply(const ProposePlacement& change, Committed& committed) {
  const auto charge = find_charge(change.charge);
  if (!charge) return Error{Errc::not_found, "there is no charge " + std::to_string(change.charge)};
  if (Status may = may_be_placed(*charge); !may.ok()) return may;
  const bool is_back_outside = change.card.empty();
  if (is_back_outside) {
    Use use(by_refund_, charge->gateway, change.refund);
    if (use.next()) return Error{Errc::conflict, "that refund of the gateway stands for another charge"};
  } else if (Status may = may_go_to(change.card, charge->amount.currency); !may.ok()) {
    return may;
  }
  StoredPlacement placement{.charge = change.charge,
                            .card = change.card,
                            .refund = change.refund,
                            .msisdn = change.msisdn,
                            .link = change.link,
                            .reason = change.reason,
                            .maker = change.by.name,
                            .proposed = change.at};
  {
    Use use(next_);
    use.next();
    placement.number = use.integer(0);
  }
  const std::int64_t told = change.msisdn ? static_cast<std::int64_t>(change.msisdn->value()) : 0;
  run(add_, placement.number, placement.charge, is_back_outside ? std::nullopt : std::optional(placement.card),
      placement.refund, told, placement.link, placement.reason, placement.maker, placement.proposed);
  tell({audit::Action::dispute_proposed, change.by, change.at}, placement, charge->amount);
  committed.placement = placement.number;
  return {};
}

Status PlacementWriter::apply(const DecidePlacement& change, Committed& committed) {
  StoredPlacement placement;
  {
    Use use(placement_, change.placement);
    if (!use.next()) return Error{Errc::not_found, "there is no placement " + std::to_string(change.placement)};
    placement = placement_in(use);
  }
  if (placement.state != PlacementState::proposed) return Error{Errc::conflict, "the placement is decided already"};
  if (change.approves && placement.maker == change.by.name)
    return Error{Errc::denied, "who proposes where money goes does not approve it: somebody else must"};
  const auto charge = find_charge(placement.charge);
  if (!charge) throw DamagedLedgerRow("charge", placement.charge);
  if (change.approves) {
    if (Status moved = move(placement, *charge, change, committed); !moved.ok()) return moved;
  }
  const PlacementState state = change.approves ? PlacementState::done : PlacementState::rejected;
  run(decide_, change.placement, state, change.by.name, change.at);
  const auto action = change.approves ? audit::Action::dispute_placed : audit::Action::dispute_rejected;
  tell({action, change.by, change.at}, placement, charge->amount);
  committed.placement = placement.number;
  return {};
}

bool PlacementWriter::awaits_decision(const BlindIndex& person) {
  Use use(open_of_person_, std::span<const unsigned char>(person));
  return use.next() && use.integer(0) > 0;
}

Status PlacementWriter::may_be_placed(const StoredCharge& charge) {
  if (charge.use != payments::ChargeUse::disputed) return Error{Errc::conflict, "the charge is not in dispute"};
  Use use(of_charge_, charge.number);
  while (use.next()) {
    const StoredPlacement before = placement_in(use);
    const std::string named = "placement " + std::to_string(before.number);
    if (before.state == PlacementState::done)
      return Error{Errc::conflict, "the charge is not in dispute any more: " + named};
    if (before.state == PlacementState::proposed)
      return Error{Errc::conflict, named + " of the charge waits for a decision: approve or reject it"};
  }
  return {};
}

Status PlacementWriter::may_go_to(const std::string& card, Currency currency) {
  Use use(card_, card);
  if (!use.next()) return Error{Errc::not_found, "there is no such service card"};
  if (use.text(0) != to_string(currency))
    return Error{Errc::conflict, "the service card is of another currency: have the gateway pay it back"};
  // What went to it would wait for somebody of whom nothing is kept.
  if (use.integer(1) != 0) return Error{Errc::conflict, "the card's person was erased: have the gateway pay it back"};
  return {};
}

std::optional<StoredCharge> PlacementWriter::find_charge(std::int64_t number) {
  Use use(charge_, number);
  if (!use.next()) return std::nullopt;
  return charge_in(use);
}

Status PlacementWriter::move(const StoredPlacement& placement, const StoredCharge& charge,
                             const DecidePlacement& change, Committed& committed) {
  const Currency currency = charge.amount.currency;
  const bool is_back_outside = placement.card.empty();
  if (!is_back_outside) {
    if (Status may = may_go_to(placement.card, currency); !may.ok()) return may;
  }
  const ledger::AccountId outside{ledger::AccountKind::suspense, charge.gateway, currency};
  const auto moved = ledger_.apply(
      LedgerChange(MoveMoney{{.key = placement_key(placement.number),
                              .debit = {ledger::AccountKind::pending, charge.gateway, currency},
                              .credit = is_back_outside ? outside : account_of({placement.card, currency}),
                              .amount = charge.amount,
                              .by = change.by,
                              .at = change.at}}));
  if (!moved.ok() && moved.error().code == Errc::limit && !is_back_outside)
    return Error{Errc::limit, std::string(placement_over_ceiling)};
  if (!moved.ok()) return moved.error();
  committed.transfers.push_back(moved->value());
  return {};
}

void PlacementWriter::tell(const Act& act, const StoredPlacement& placement, Money amount) {
  audit_.append({.at = act.at,
                 .by = act.by,
                 .action = std::string(word(act.action)),
                 .thing = placement_key(placement.number),
                 .detail = audit::Detail()
                               .add(audit::Key::amount, amount.minor)
                               .add(audit::Key::reason, placement.reason)
                               .json()
                               .value()});
}

}  // namespace shubbak::store
