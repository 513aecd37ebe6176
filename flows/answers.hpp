// What a person's answer means at the state that is waiting for it. Thread: one for each Revision.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flows/engine.hpp"
#include "flows/revision.hpp"
#include "flows/screens.hpp"

namespace shubbak::flows {

// Trimmed, digits Latin, without control and direction marks. `space` holds it where it differs from what was typed.
std::string_view normalized(std::string_view typed, std::string& space);

// The branch that the answer takes, what it says saved in the session's slots; nullptr: it is no answer here, and
// session.reason says why, or it is one more piece of a Collect, and session.reason is 0.
const Branch* take_answer(const Revision& revision, Session& session, const Context& context,
                          std::string_view answer);

// What a waiting state of the flow takes of the answers that were given ahead (`ready`: not empty, the next one
// last): free text and names take all, as it was typed; amounts, dates, readings and other quantities a number with
// the marks within it, so that what was typed is taken or refused as it is; an account or a voucher's code keeps the
// dashes between its groups ("12-3456"); anything else one word, which such a mark ends ("21/1234567").
std::string take_ready_answer(const Flow& flow, const State& state, std::vector<std::string>& ready);

// Voids the grants that are bound to the slot.
void set_slot(const Revision& revision, Session& session, std::uint16_t slot, Value value);

}  // namespace shubbak::flows
