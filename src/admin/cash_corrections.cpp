#include "admin/cash_corrections.hpp"

#include <map>
#include <utility>

#include "admin/drawers.hpp"
#include "staff/permission.hpp"

namespace shubbak::admin {
namespace {

using staff::Permission;

constexpr std::size_t proposals_page = 200;

Result<store::StoredCashProposal, ApiError> proposal_numbered(World& world, std::int64_t number) {
  auto found = world.store.cash().find_cash_proposal(number);
  if (!found) return api_error(found.error());
  if (!*found) return ApiError{Code::not_found, "there is no proposal of that number", "number"};
  return std::move(**found);
}

staff::Scope place_of_proposal(const store::StoredCashProposal& proposal) {
  return {"", proposal.directorate, proposal.office};
}

Served<store::StoredCashProposal> propose(World& world, Caller caller, store::StoredDrawer drawer,
                                          store::ProposeCash change) {
  change.drawer = drawer.name;
  change.by = caller.actor;
  change.at = world.now();
  std::vector<store::Change> changes;
  changes.emplace_back(store::CashChange(std::move(change)));
  auto committing =
      commit_if(world, required_of(world, caller, Permission::cash_propose, place_of(drawer)), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return proposal_numbered(world, committed->cash_proposal);
}

// One for each role that reads: of its directorate and office.
std::vector<store::CashProposalsWanted> readable_by(const Caller& caller) {
  if (caller.is_command_line()) return {store::CashProposalsWanted{}};
  const auto part = [](const std::string& granted) { return granted == "*" ? std::string() : granted; };
  std::vector<store::CashProposalsWanted> places;
  for (const staff::Grant& grant : caller.account.grants) {
    if (!staff::permits(grant.role, Permission::cash_read)) continue;
    places.push_back({.directorate = part(grant.scope.directorate), .office = part(grant.scope.office)});
  }
  return places;
}

// The drawer waits for nobody who may come back to it.
Result<std::monostate, ApiError> keeper_is_gone(World& world, const store::StoredDrawer& drawer) {
  const auto keeper = world.store.staff().find_account(drawer.account);
  if (!keeper) return api_error(keeper.error());
  if (*keeper && !(*keeper)->account.disabled &&
      staff::may((*keeper)->account, Permission::cash_take, place_of(drawer))) {
    return ApiError{
        Code::conflict,
        "who keeps the drawer may take cash there still: close that account, or take its role away, first", "drawer"};
  }
  return std::monostate();
}

}  // namespace

Served<store::StoredCashProposal> propose_correction(World& world, Caller caller, CorrectionWanted wanted) {
  auto drawer = drawer_at(world, caller, Permission::cash_propose, wanted.drawer);
  if (!drawer) co_return drawer.error();
  const auto money = money_of(world, wanted.amount);
  if (!money) co_return money.error();
  if (wanted.top_up.has_value() == wanted.slip.has_value())
    co_return ApiError{Code::invalid, "name either a top-up, by its number, or a deposit, by its slip", "top_up"};
  store::ProposeCash change;
  change.what = store::CorrectCash{wanted.top_up.value_or(0), wanted.slip.value_or(""), money->minor};
  change.reason = std::move(wanted.reason);
  auto proposing = propose(world, std::move(caller), std::move(*drawer), std::move(change));
  co_return co_await std::move(proposing);
}

Served<store::StoredCashProposal> propose_write_off(World& world, Caller caller, std::string drawer_name,
                                                    std::string reason) {
  auto drawer = drawer_at(world, caller, Permission::cash_propose, drawer_name);
  if (!drawer) co_return drawer.error();
  store::ProposeCash change;
  change.what = store::WriteOffCash{};
  change.reason = std::move(reason);
  auto proposing = propose(world, std::move(caller), std::move(*drawer), std::move(change));
  co_return co_await std::move(proposing);
}

Served<store::StoredCashProposal> propose_hand_over(World& world, Caller caller, HandOverWanted wanted) {
  auto drawer = drawer_at(world, caller, Permission::cash_propose, wanted.drawer);
  if (!drawer) co_return drawer.error();
  const auto currency = parse_currency(wanted.counted.currency);
  if (!currency || *currency != drawer->currency)
    co_return ApiError{Code::invalid, "the drawer holds " + std::string(to_string(drawer->currency)), "currency"};
  if (const auto gone = keeper_is_gone(world, *drawer); !gone) co_return gone.error();
  store::ProposeCash change;
  change.what = store::HandOverCash{std::move(wanted.to).value_or(""), wanted.counted.amount};
  change.reason = std::move(wanted.reason);
  auto proposing = propose(world, std::move(caller), std::move(*drawer), std::move(change));
  co_return co_await std::move(proposing);
}

Served<store::StoredCashProposal> decide_cash(World& world, Caller caller, std::int64_t number, bool approves) {
  const auto proposal = proposal_numbered(world, number);
  if (!proposal) co_return proposal.error();
  const staff::Scope where = place_of_proposal(*proposal);
  if (!may_there(caller, Permission::cash_decide, where))
    co_return forbidden("this account has no cash.decide for that drawer's office", "number");
  if (approves && proposal->kind == store::CashProposalKind::hand_over &&
      proposal->state == store::CashProposalState::proposed) {
    const auto drawer = find_drawer(world, proposal->drawer);
    if (!drawer) co_return drawer.error();
    if (const auto gone = keeper_is_gone(world, *drawer); !gone) co_return gone.error();
  }
  std::vector<store::Change> changes;
  changes.emplace_back(store::CashChange(store::DecideCash{number, approves, caller.actor, world.now()}));
  auto committing = commit_if(world, required_of(world, caller, Permission::cash_decide, where), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return proposal_numbered(world, number);
}

Result<std::vector<store::StoredCashProposal>, ApiError> list_cash_proposals(World& world, const Caller& caller,
                                                                             bool open_only, std::int64_t after) {
  std::map<std::int64_t, store::StoredCashProposal> found;  // roles may cover the same office
  for (store::CashProposalsWanted& wanted : readable_by(caller)) {
    wanted.open_only = open_only;
    wanted.after = after;
    auto page = world.store.cash().cash_proposals(wanted, proposals_page);
    if (!page) return api_error(page.error());
    for (store::StoredCashProposal& one : *page) found.try_emplace(one.number, std::move(one));
  }
  std::vector<store::StoredCashProposal> listed;
  for (auto& [number, one] : found) {
    if (listed.size() == proposals_page) break;
    listed.push_back(std::move(one));
  }
  return listed;
}

}  // namespace shubbak::admin
