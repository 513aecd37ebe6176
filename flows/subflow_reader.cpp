#include <algorithm>

#include "flows/spelling.hpp"
#include "flows/state_context.hpp"
#include "flows/state_reader.hpp"

namespace shubbak::flows {
namespace {

class SubflowReader : private StateContext {
 public:
  SubflowReader(const Node& node, std::uint16_t flow, std::uint16_t state, Compilation& compilation)
      : StateContext(node, flow, state, compilation) {}

  void read(const Node& subflow_node) {
    const Fields of_state(node_, grammar::subflow_state, faults_);
    const Fields fields(subflow_node, grammar::subflow, faults_);
    Subflow subflow;
    const Node* name = fields.find("flow");
    const Node* then = of_state.find("then");
    if (name != nullptr) subflow.flow = flow_named(*name);
    if (subflow.flow != none) {
      const Flow& other = compilation_.flows[subflow.flow];
      if (const Node* args = fields.find("args")) read_arguments(*args, other, subflow);
      for (const std::uint16_t taken : other.takes) {
        const bool passed = std::any_of(subflow.arguments.begin(), subflow.arguments.end(),
                                        [&](const auto& argument) { return argument.slot == taken; });
        if (!passed)
          faults_.add(subflow_node.at,
                      "flow '" + other.name + "' needs the argument '" + other.slots[taken].name + "'", "",
                      Rule::unknown_name);
      }
      if (const Node* results = fields.find("results")) read_results(*results, other, subflow);
      if (then != nullptr)
        read_outcomes(*then, "flow '" + other.name + "'", other.returns, {}, subflow.outcomes, subflow.branches);
    }
    state_.body = std::move(subflow);
  }

 private:
  std::uint16_t flow_named(const Node& node) {
    const auto name = read_text(node, "a flow", faults_);
    if (!name) return none;
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < compilation_.flows.size(); ++i) {
      const Flow& flow = compilation_.flows[i];
      names.push_back(flow.name);
      if (flow.name != *name) continue;
      if (!flow.is_subflow()) {
        faults_.add(node.at, "flow '" + flow.name + "' never returns",
                    "give it a state {return: NAME}, or go there with flow: " + flow.name, Rule::subflow_use);
        return none;
      }
      if (flow.requires_staff && !flow_.requires_staff)
        faults_.add(node.at, "flow '" + flow.name + "' requires staff, which this one does not",
                    "say requires: [staff] here too, or do without that flow", Rule::subflow_use);
      return static_cast<std::uint16_t>(i);
    }
    faults_.add(node.at, "unknown flow '" + std::string(*name) + "'", did_you_mean(*name, names), Rule::unknown_name);
    return none;
  }

  void read_arguments(const Node& node, const Flow& other, Subflow& subflow) {
    if (node.kind != Node::Kind::mapping) {
      faults_.add(node.at, "args must be a mapping", "{SLOT OF " + other.name + ": SLOT}");
      return;
    }
    for (const Node& child : node.children) {
      const std::uint16_t slot = Scope{other.slots}.slot_index(child.key);
      const auto operand = operand_at(child, "an argument");
      if (slot == none) {
        faults_.add(child.key_at, "flow '" + other.name + "' has no slot '" + child.key + "'", "",
                    Rule::unknown_name);
      } else if (operand && (other.slots[slot].shape != Slot::Shape::scalar ||
                             !fits(scope_.type_of(*operand), other.slots[slot].scalar))) {
        faults_.add(child.at, "'" + child.key + "' cannot hold every value of '" + child.text + "'", "",
                    Rule::type_mismatch);
      } else if (operand) {
        subflow.arguments.push_back({slot, *operand});
      }
    }
  }

  void read_results(const Node& node, const Flow& other, Subflow& subflow) {
    if (node.kind != Node::Kind::mapping) {
      faults_.add(node.at, "results must be a mapping", "{SLOT: SLOT OF " + other.name + "}");
      return;
    }
    for (const Node& child : node.children) {
      const std::uint16_t slot = scope_.slot_index(child.key);
      const std::uint16_t from = child.kind == Node::Kind::text ? Scope{other.slots}.slot_index(child.text) : none;
      if (slot == none) {
        faults_.add(child.key_at, "unknown slot '" + child.key + "'", did_you_mean(child.key, slot_names()),
                    Rule::unknown_name);
      } else if (from == none) {
        faults_.add(child.at, "flow '" + other.name + "' has no slot '" + child.text + "'", "", Rule::unknown_name);
      } else if (flow_.slots[slot].shape != Slot::Shape::scalar || other.slots[from].shape != Slot::Shape::scalar ||
                 !fits(other.slots[from].scalar, flow_.slots[slot].scalar)) {
        faults_.add(child.at, "'" + child.key + "' cannot hold every value of '" + child.text + "'", "",
                    Rule::type_mismatch);
      } else {
        subflow.results.push_back({slot, from});
      }
    }
  }
};

}  // namespace

void compile_subflow(const Node& node, const Node& subflow, std::uint16_t flow, std::uint16_t state,
                     Compilation& compilation) {
  SubflowReader(node, flow, state, compilation).read(subflow);
}

}  // namespace shubbak::flows
