#include "flows/subflows.hpp"

#include <algorithm>
#include <utility>

#include "flows/answers.hpp"
#include "flows/revision.hpp"

namespace shubbak::flows {

bool enter_subflow(const Revision& revision, Session& session, const Subflow& subflow) {
  if (session.frames.size() == frames_max) return false;
  std::vector<Value> slots;
  if (!subflow.arguments.empty()) slots.resize(revision.flows()[subflow.flow].slots.size());
  for (const Subflow::Argument& argument : subflow.arguments)
    slots[argument.slot] = fetch(argument.operand, {session.slots, nullptr});
  // Grants and the key of a payment are the caller's, and stay out of its parts.
  session.grants = 0;
  session.payment_key.clear();
  session.granted_by = none;
  session.frames.push_back({session.at, std::move(session.slots), std::exchange(session.paying_state, none)});
  session.slots = std::move(slots);
  session.at = {subflow.flow, 0};
  return true;
}

const Branch* return_from_subflow(const Revision& revision, Session& session, const Return& back) {
  if (session.frames.empty()) return nullptr;
  const std::uint16_t from_flow = session.at.flow;
  const std::vector<Value> inner = std::exchange(session.slots, {});
  restore_frame(session);
  const auto& subflow = std::get<Subflow>(revision.state(session.at).body);
  for (const Subflow::Result& result : subflow.results) {
    if (result.from < inner.size() && inner[result.from].is_set())
      set_slot(revision, session, result.slot, inner[result.from]);
  }
  // Nobody goes back into what is over.
  while (!session.back.empty() && session.back.back().flow == from_flow) session.back.pop_back();
  const auto outcome = std::find_if(subflow.outcomes.begin(), subflow.outcomes.end(),
                                    [&](const auto& known) { return known.name == back.outcome; });
  SHUBBAK_ASSERT(outcome != subflow.outcomes.end());  // the loader asks for every one
  return &subflow.branches[outcome->branch];
}

void restore_frame(Session& session) {
  session.at = session.frames.back().at;
  session.slots = std::move(session.frames.back().slots);
  session.paying_state = session.frames.back().paying_state;
  session.granted_by = none;
  session.frames.pop_back();
  session.grants = 0;
}

}  // namespace shubbak::flows
