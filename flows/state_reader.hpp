// The states of a flow file: each kind's keys read, its texts, conditions and targets resolved. Thread: one.
#pragma once

#include <cstdint>

#include "flows/flow_reader.hpp"

namespace shubbak::flows {

// Fills the body of compilation.flows[flow].states[state] from its YAML.
void compile_state(const Node& node, std::uint16_t flow, std::uint16_t state, Compilation& compilation);

// The kinds that have most to say: `input`, `call` (which may be `money`) and so on are the values of those keys of
// the state `node`.
void compile_input(const Node& node, const Node& input, std::uint16_t flow, std::uint16_t state,
                   Compilation& compilation);
void compile_call(const Node& node, const Node& call, std::uint16_t flow, std::uint16_t state,
                  Compilation& compilation);
void compile_otp(const Node& node, const Node& otp, std::uint16_t flow, std::uint16_t state,
                 Compilation& compilation);
void compile_subflow(const Node& node, const Node& subflow, std::uint16_t flow, std::uint16_t state,
                     Compilation& compilation);

}  // namespace shubbak::flows
