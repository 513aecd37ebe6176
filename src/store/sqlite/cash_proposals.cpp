// What two members of staff correct of cash: the part of CashWriter that notes what one proposes, and does it when
// another one approves.
#include <variant>

#include "store/sqlite/cash_reader.hpp"
#include "store/sqlite/cash_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/ledger_rows.hpp"

namespace shubbak::store {
namespace {

// Where differences go that counts have found.
ledger::AccountId difference_account(Currency currency) {
  return {ledger::AccountKind::suspense, "cash_difference", currency};
}

audit::Detail detail_of(std::int64_t amount, std::optional<std::int64_t> expected, const std::string& reason) {
  audit::Detail detail;
  detail.add(audit::Key::amount, amount);
  if (expected) detail.add(audit::Key::expected, *expected);
  return detail.add(audit::Key::reason, reason);
}

Error waits(std::int64_t proposal) {
  return {Errc::conflict, "proposal " + std::to_string(proposal) + " of it waits: it is decided first"};
}

}  // namespace

std::string cash_proposal_key(std::int64_t proposal) {
  return "cash." + std::to_string(proposal);
}

Result<bool> CashWriter::apply_one(const ProposeCash& change, Committed& committed) {
  const auto drawer = open_drawer(change.drawer);
  if (!drawer) return drawer.error();
  const auto what = std::visit([&](const auto& one) { return wanted(*drawer, change, one); }, change.what);
  if (!what) return what.error();
  {
    Use use(open_like_, drawer->number, what->kind, what->transfer);
    if (use.next()) return waits(use.integer(0));
  }
  std::int64_t number = 0;
  {
    Use use(next_proposal_);
    use.next();
    number = use.integer(0);
  }
  run(add_proposal_, number, what->kind, drawer->number, what->transfer, what->count, what->to, what->amount,
      what->expected, change.reason, change.by.name, change.at);
  audit::Detail detail = detail_of(what->amount, what->expected, change.reason);
  detail.add(audit::Key::purpose, to_string(what->kind));
  tell(*drawer, {audit::Action::cash_proposed, change.by, change.at, detail});
  committed.cash_proposal = number;
  return false;
}

Result<CashWriter::Wanted> CashWriter::wanted(const Drawer& drawer, const ProposeCash&, const CorrectCash& what) {
  Use use(to_correct_, drawer.number, what.top_up, what.slip);
  if (!use.next()) {
    return Error{Errc::not_found, what.slip.empty() ? "this drawer has no top-up of that number"
                                                    : "this drawer has no deposit with that slip"};
  }
  if (what.amount > use.integer(1))
    return Error{Errc::conflict, "more would be taken back than was noted, with what is corrected already"};
  return Wanted{.kind = CashProposalKind::correction, .amount = what.amount, .transfer = use.integer(0)};
}

Result<CashWriter::Wanted> CashWriter::wanted(const Drawer& drawer, const ProposeCash&, const WriteOffCash&) {
  std::int64_t counted = 0;
  std::int64_t expected = 0;
  const auto count = last_count(drawer, counted, expected);
  if (!count) return Error{Errc::not_found, "the drawer was never counted: there is no difference"};
  if (counted == expected) return Error{Errc::conflict, "the last count has found what should be there"};
  Use use(written_off_, *count);
  if (use.next()) return Error{Errc::conflict, "the difference of the last count is written off: count it again"};
  if (Status stands = still_stands(drawer, *count); !stands.ok()) return stands.error();
  return Wanted{.kind = CashProposalKind::write_off, .amount = counted, .expected = expected, .count = count};
}

Result<CashWriter::Wanted> CashWriter::wanted(const Drawer& drawer, const ProposeCash& change,
                                              const HandOverCash& what) {
  if (drawer.account == change.by.name)
    return Error{Errc::denied, "who keeps a drawer does not hand it over: somebody else must"};
  if (Status none = nothing_waits(drawer, 0); !none.ok()) return none.error();
  Wanted made{.kind = CashProposalKind::hand_over, .amount = what.counted, .expected = held_in(drawer)};
  if (what.to.empty()) return made;
  const auto to = open_drawer(what.to);
  if (!to) return to.error();
  if (to->number == drawer.number) return Error{Errc::conflict, "a drawer is handed over to another one"};
  if (!to->is_beside(drawer) || to->currency != drawer.currency)
    return Error{Errc::conflict, "a drawer is handed over to one of the same office and currency"};
  made.to = to->number;
  return made;
}

Result<bool> CashWriter::apply_one(const DecideCash& change, Committed& committed) {
  StoredCashProposal proposal;
  std::int64_t count = 0;
  {
    Use use(proposal_, change.proposal);
    if (!use.next()) return Error{Errc::not_found, "there is no proposal " + std::to_string(change.proposal)};
    proposal = cash_proposal_in(use);
    count = use.integer(16);
  }
  if (proposal.state != CashProposalState::proposed) return Error{Errc::conflict, "the proposal is decided already"};
  const auto drawer = find_drawer(proposal.drawer);
  if (!drawer) return drawer.error();
  if (change.approves) {
    if (drawer->is_closed) return Error{Errc::conflict, std::string(drawer_of_proposal_is_closed)};
    if (proposal.maker == change.by.name)
      return Error{Errc::denied, "who proposes a correction does not approve it: somebody else must"};
    if (drawer->account == change.by.name)
      return Error{Errc::denied, "who keeps a drawer does not approve what is corrected of it"};
    Status done;
    switch (proposal.kind) {
      case CashProposalKind::correction:
        done = correct(*drawer, proposal, change, committed);
        break;
      case CashProposalKind::write_off:
        done = write_off(*drawer, proposal, count, change, committed);
        break;
      case CashProposalKind::hand_over:
        done = hand_over(*drawer, proposal, change, committed);
        break;
    }
    if (!done.ok()) return done.error();
  } else {
    audit::Detail detail = detail_of(proposal.amount, proposal.expected, proposal.reason);
    detail.add(audit::Key::purpose, to_string(proposal.kind));
    tell(*drawer, {audit::Action::cash_refused, change.by, change.at, detail});
  }
  run(decide_proposal_, change.proposal, change.approves ? CashProposalState::done : CashProposalState::refused,
      change.by.name, change.at);
  committed.cash_proposal = change.proposal;
  return false;
}

Status CashWriter::correct(const Drawer& drawer, const StoredCashProposal& proposal, const DecideCash& change,
                           Committed& committed) {
  std::string key;
  std::string card;
  bool is_top_up = false;
  {
    Use use(corrected_, proposal.transfer);
    if (!use.next()) throw DamagedLedgerRow("cash_movement", proposal.transfer);
    key = use.text(0);
    is_top_up = code_in<CashKind>(use, 1) == CashKind::top_up;
    card = use.text(2);
  }
  if (is_top_up && ledger::available(ledger_.account(account_of({card, drawer.currency}))) < proposal.amount)
    return Error{Errc::insufficient, std::string(card_is_spent)};
  const auto moved = ledger_.apply(LedgerChange(CorrectTransfer{.key = cash_proposal_key(proposal.number),
                                                                .corrects = key,
                                                                .amount = proposal.amount,
                                                                .reason = proposal.reason,
                                                                .by = change.by,
                                                                .at = change.at}));
  if (!moved) return in_words_of_cash(moved.error());
  committed.transfers.push_back(moved->value());
  note(drawer, {is_top_up ? CashKind::top_up_corrected : CashKind::deposit_corrected, moved->value().number},
       change.at);
  tell(drawer, {audit::Action::cash_corrected, change.by, change.at,
                detail_of(proposal.amount, std::nullopt, proposal.reason)});
  return {};
}

Status CashWriter::write_off(const Drawer& drawer, const StoredCashProposal& proposal, std::int64_t count,
                             const DecideCash& change, Committed& committed) {
  std::int64_t counted = 0;
  std::int64_t expected = 0;
  if (last_count(drawer, counted, expected) != count)
    return Error{Errc::conflict, "the drawer was counted again: what that found is proposed anew"};
  if (Status stands = still_stands(drawer, count); !stands.ok()) return stands;
  if (Status moved = move_difference(drawer, proposal, change, committed); !moved.ok()) return moved;
  tell(drawer, {audit::Action::cash_written_off, change.by, change.at,
                detail_of(proposal.amount, proposal.expected, proposal.reason)});
  return {};
}

Status CashWriter::hand_over(const Drawer& drawer, const StoredCashProposal& proposal, const DecideCash& change,
                             Committed& committed) {
  if (Status none = nothing_waits(drawer, proposal.number); !none.ok()) return none;
  if (held_in(drawer) != *proposal.expected)
    return Error{Errc::conflict, "the drawer holds another sum by now: it is counted again"};
  audit::Detail detail = detail_of(proposal.amount, proposal.expected, proposal.reason);
  run(add_count_, drawer.number, change.at, proposal.amount, *proposal.expected, change.by.name, std::int64_t{1});
  if (Status moved = move_difference(drawer, proposal, change, committed); !moved.ok()) return moved;
  if (!proposal.to.empty()) {
    const auto to = find_drawer(proposal.to);
    if (!to) return to.error();
    if (to->is_closed) return Error{Errc::conflict, std::string(drawer_of_proposal_is_closed)};
    if (to->account == change.by.name)
      return Error{Errc::denied, "who keeps the drawer that takes it over does not approve that"};
    detail.add(audit::Key::author, to->account);
    if (proposal.amount > 0) {
      const auto cash = move({.key = cash_proposal_key(proposal.number),
                              .debit = drawer_account(to->name, to->currency),
                              .credit = drawer_account(drawer.name, drawer.currency),
                              .amount = {proposal.amount, drawer.currency},
                              .by = change.by,
                              .at = change.at});
      if (!cash) return cash.error();
      committed.transfers.push_back(*cash);
      note(drawer, {CashKind::handed_over, cash->number}, change.at);
      note(*to, {CashKind::taken_over, cash->number}, change.at);
    }
  }
  run(close_drawer_, drawer.number, change.at);
  tell(drawer, {audit::Action::cash_handed_over, change.by, change.at, detail});
  return {};
}

// What is missing goes out of the drawer, what is too much comes in.
Status CashWriter::move_difference(const Drawer& drawer, const StoredCashProposal& proposal, const DecideCash& change,
                                   Committed& committed) {
  const std::int64_t missing = *proposal.expected - proposal.amount;
  if (missing == 0) return {};
  const ledger::AccountId inside = drawer_account(drawer.name, drawer.currency);
  const ledger::AccountId outside = difference_account(drawer.currency);
  const auto moved = move({.key = cash_proposal_key(proposal.number) + ".d",
                           .debit = missing > 0 ? outside : inside,
                           .credit = missing > 0 ? inside : outside,
                           .amount = {missing > 0 ? missing : -missing, drawer.currency},
                           .by = change.by,
                           .at = change.at});
  if (!moved) return moved.error();
  committed.transfers.push_back(*moved);
  note(drawer, {missing > 0 ? CashKind::missing : CashKind::surplus, moved->number}, change.at);
  return {};
}

// Of a drawer that is closed nothing is carried out any more: what waits beside a hand-over would wait for good.
Status CashWriter::nothing_waits(const Drawer& drawer, std::int64_t beside) {
  Use use(open_of_drawer_, drawer.number, beside);
  if (use.next()) return waits(use.integer(0));
  return {};
}

// What is noted behind a count, and was done before it, is what the count has found: it would be taken out twice.
Status CashWriter::still_stands(const Drawer& drawer, std::int64_t count) {
  Use use(noted_since_, drawer.number, count);
  if (use.next()) return Error{Errc::conflict, std::string(explained_since)};
  return {};
}

std::optional<std::int64_t> CashWriter::last_count(const Drawer& drawer, std::int64_t& counted,
                                                   std::int64_t& expected) {
  Use use(last_count_, drawer.number);
  if (!use.next()) return std::nullopt;
  counted = use.integer(1);
  expected = use.integer(2);
  return use.integer(0);
}

}  // namespace shubbak::store
