// The states of a flow file: each kind's keys read, its texts, conditions and targets resolved. Thread: one.
#pragma once

#include <cstdint>

#include "flows/flow_reader.hpp"

namespace shubbak::flows {

// Fills the body of compilation.flows[flow].states[state] from its YAML.
void compile_state(const Node& node, std::uint16_t flow, std::uint16_t state, Compilation& compilation);

}  // namespace shubbak::flows
