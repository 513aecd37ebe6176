// How a walk goes into a flow that is used as a part, and comes back. Private to the engine. Pure.
#pragma once

#include "flows/definition.hpp"
#include "flows/engine.hpp"

namespace shubbak::flows {

// The walk stands at the subflow's first state, with slots of its own. False: it is as deep inside as it may be, and
// stays where it is.
bool enter_subflow(const Revision& revision, Session& session, const Subflow& subflow);

// The walk stands where it went in, with its slots and the results; the branch that goes on from there. Null: it is
// in no subflow.
const Branch* return_from_subflow(const Revision& revision, Session& session, const Return& back);

// Only back at where it went in; it must be inside.
void restore_frame(Session& session);

}  // namespace shubbak::flows
