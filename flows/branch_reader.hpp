// Conditions and targets of transitions as flow files write them:
//   STATE
//   {to: STATE} or {flow: FLOW}
//   [{when: "due > 0", to: STATE}, {flow: FLOW}]      the first whose condition holds; the last has none
// Thread: one.
#pragma once

#include <cstdint>

#include "flows/flow_reader.hpp"

namespace shubbak::flows {

class BranchReader {
 public:
  BranchReader(Compilation& compilation, std::uint16_t flow, const Scope& scope)
      : compilation_(compilation), faults_(compilation.faults), flow_(flow), scope_(scope) {}

  Branch read(const Node& node);
  // The `to` or `flow` of a mapping that has other keys as well (a menu item).
  Branch read_target(const Node& mapping);
  // Index into compilation.conditions; none with a fault added.
  std::uint16_t read_condition(const Node& node);

 private:
  Place state_named(const Node& node);
  Place flow_named(const Node& node);
  Place place_of(const Node& mapping);
  Branch read_choices(const Node& sequence);

  Compilation& compilation_;
  Faults& faults_;
  std::uint16_t flow_;
  const Scope& scope_;
};

}  // namespace shubbak::flows
