#include "admin/cash_correction_bodies.hpp"

namespace shubbak::admin {

CashProposalShown shown(const store::StoredCashProposal& proposal) {
  CashProposalShown made;
  made.number = proposal.number;
  made.kind = store::to_string(proposal.kind);
  made.state = store::cash_proposal_state_names[static_cast<std::size_t>(proposal.state)];
  made.drawer = proposal.drawer;
  if (proposal.transfer != 0) made.transfer = proposal.transfer;
  if (!proposal.to.empty()) made.to = proposal.to;
  made.amount = proposal.amount;
  made.expected = proposal.expected;
  made.currency = to_string(proposal.currency);
  made.reason = proposal.reason;
  made.maker = proposal.maker;
  made.proposed = time_text(proposal.proposed);
  if (!proposal.checker.empty()) made.checker = proposal.checker;
  if (proposal.decided) made.decided = time_text(*proposal.decided);
  return made;
}

}  // namespace shubbak::admin
