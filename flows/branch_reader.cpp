#include "flows/branch_reader.hpp"

#include <algorithm>

#include "flows/fields.hpp"
#include "flows/spelling.hpp"

namespace shubbak::flows {

Branch BranchReader::read(const Node& node) {
  switch (node.kind) {
    case Node::Kind::text:
      return {Choice{none, state_named(node)}};
    case Node::Kind::sequence:
      return read_choices(node);
    case Node::Kind::mapping: {
      const Fields fields(node, grammar::target, faults_);
      return {Choice{none, place_of(node)}};
    }
  }
  return {};
}

Branch BranchReader::read_target(const Node& mapping) {
  return {Choice{none, place_of(mapping)}};
}

Branch BranchReader::read_choices(const Node& sequence) {
  Branch branch;
  if (sequence.children.empty() || sequence.children.size() > grammar::choices_bounds.max) {
    faults_.add(sequence.at, "there must be 1 to 40 choices", "[{when: \"...\", to: STATE}, {to: STATE}]");
    return branch;
  }
  for (std::size_t i = 0; i < sequence.children.size(); ++i) {
    const Node& child = sequence.children[i];
    const Fields fields(child, grammar::choice, faults_);
    if (child.kind != Node::Kind::mapping) continue;
    const bool is_last = i + 1 == sequence.children.size();
    Choice choice{none, place_of(child)};
    const Node* when = fields.find("when");
    if (when != nullptr && is_last) {
      faults_.add(child.at, "nothing is said for when no condition holds",
                  "end the choices with one without when: {to: STATE}");
    } else if (when == nullptr && !is_last) {
      faults_.add(child.at, "the choices after this one are never reached", "give it a when, or move it to the end");
    }
    if (when != nullptr) choice.condition = read_condition(*when);
    branch.push_back(choice);
  }
  return branch;
}

Place BranchReader::place_of(const Node& mapping) {
  const Node* to = mapping.find("to");
  const Node* flow = mapping.find("flow");
  if ((to == nullptr) == (flow == nullptr)) {
    faults_.add(mapping.at, to == nullptr ? "where to go is missing" : "both to and flow are here",
                "to: STATE of this flow, or flow: FLOW");
    return {flow_, 0};
  }
  return to != nullptr ? state_named(*to) : flow_named(*flow);
}

Place BranchReader::state_named(const Node& node) {
  const auto name = read_text(node, "a state", faults_);
  if (!name) return {flow_, 0};
  const std::vector<State>& states = compilation_.flows[flow_].states;
  const auto found =
      std::find_if(states.begin(), states.end(), [&](const State& state) { return state.name == *name; });
  if (found != states.end()) return {flow_, static_cast<std::uint16_t>(found - states.begin())};
  std::vector<std::string_view> names;
  names.reserve(states.size());
  for (const State& state : states) names.push_back(state.name);
  faults_.add(node.at, "unknown state '" + std::string(*name) + "'", did_you_mean(*name, names), Rule::unknown_name);
  return {flow_, 0};
}

Place BranchReader::flow_named(const Node& node) {
  const auto name = read_text(node, "a flow", faults_);
  if (!name) return {flow_, 0};
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < compilation_.flows.size(); ++i) {
    if (compilation_.flows[i].name == *name) {
      if (compilation_.flows[i].requires_staff && !compilation_.flows[flow_].requires_staff)
        faults_.add(node.at, "flow '" + std::string(*name) + "' requires staff, which this one does not",
                    "it is entered by its own code");
      if (compilation_.flows[i].is_subflow())
        faults_.add(node.at, "flow '" + std::string(*name) + "' returns to whoever uses it",
                    "use it with subflow: {flow: " + std::string(*name) + "}", Rule::subflow_use);
      return {static_cast<std::uint16_t>(i), 0};
    }
    names.push_back(compilation_.flows[i].name);
  }
  faults_.add(node.at, "unknown flow '" + std::string(*name) + "'", did_you_mean(*name, names), Rule::unknown_name);
  return {flow_, 0};
}

std::uint16_t BranchReader::read_condition(const Node& node) {
  const auto expression = read_text(node, "a condition", faults_);
  if (!expression) return none;
  if (compilation_.conditions.size() >= none) {
    faults_.add(node.at, "more than 65535 conditions in one deployment");
    return none;
  }
  Position at = node.at;
  if (node.is_quoted) ++at.column;
  std::optional<Condition> condition = Condition::compile(*expression, scope_, at, faults_);
  if (!condition) return none;
  compilation_.conditions.push_back(std::move(*condition));
  return static_cast<std::uint16_t>(compilation_.conditions.size() - 1);
}

}  // namespace shubbak::flows
