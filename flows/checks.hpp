// What is proven of compiled flows before they may run: every state can be reached, and none goes round without ever
// waiting. Pure. Thread: any.
#pragma once

#include <vector>

#include "flows/definition.hpp"
#include "flows/faults.hpp"

namespace shubbak::flows {

void check_reachable(const std::vector<Flow>& flows, Faults& faults);
// A round of calls, switches and sets, which would run until the engine stops it.
void check_rounds(const std::vector<Flow>& flows, Faults& faults);

}  // namespace shubbak::flows
