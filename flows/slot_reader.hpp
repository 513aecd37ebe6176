// The `slots:` of a flow file. Thread: one.
#pragma once

#include <vector>

#include "flows/faults.hpp"
#include "flows/slots.hpp"
#include "flows/yaml_reader.hpp"

namespace shubbak::flows {

// As many slots as the mapping declares, also those with faults (so that uses of them are not faults again).
std::vector<Slot> read_slots(const Node& node, Faults& faults);

}  // namespace shubbak::flows
