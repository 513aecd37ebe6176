// What two members of staff correct of cash: a top-up or a deposit that was mistyped, a difference that a count has
// found, a drawer whose keeper is gone. One proposes it, another one approves it or not, both by a grant that covers
// the drawer's office; what is asked and refused is said beside store::ProposeCash and store::DecideCash. Thread: the
// loop's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/cash_service.hpp"

namespace shubbak::admin {

struct CorrectionWanted {
  std::string drawer;
  std::optional<std::int64_t> top_up;  // the number of its transfer; or
  std::optional<std::string> slip;     // the reference of a deposit's slip
  CashAmount amount;                   // that is taken back
  std::string reason;
};
Served<store::StoredCashProposal> propose_correction(World& world, Caller caller, CorrectionWanted wanted);
Served<store::StoredCashProposal> propose_write_off(World& world, Caller caller, std::string drawer,
                                                    std::string reason);
struct HandOverWanted {
  std::string drawer;
  std::optional<std::string> to;
  CashAmount counted;
  std::string reason;
};
// conflict also: who keeps it may take cash there still.
Served<store::StoredCashProposal> propose_hand_over(World& world, Caller caller, HandOverWanted wanted);
// Of a hand-over that is approved, conflict as of propose_hand_over().
Served<store::StoredCashProposal> decide_cash(World& world, Caller caller, std::int64_t proposal, bool approves);

// Of offices that the caller may read of, behind that number, in order, 200 at once.
Result<std::vector<store::StoredCashProposal>, ApiError> list_cash_proposals(World& world, const Caller& caller,
                                                                             bool open_only, std::int64_t after);

}  // namespace shubbak::admin
