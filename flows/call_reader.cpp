#include <algorithm>
#include <array>

#include "flows/spelling.hpp"
#include "flows/state_context.hpp"
#include "flows/state_reader.hpp"

namespace shubbak::flows {
namespace {

class CallReader : private StateContext {
 public:
  CallReader(const Node& node, std::uint16_t flow, std::uint16_t state, Compilation& compilation)
      : StateContext(node, flow, state, compilation) {}

  void read(const Node& call_node) {
    constexpr std::array<std::string_view, 3> state_keys{"call", "save", "then"};
    constexpr std::array<std::string_view, 3> keys{"service", "args", "timeout"};
    const Fields of_state(node_, "a call's state", state_keys, faults_);
    const Fields fields(call_node, "a call", keys, faults_);
    Calling calling;
    if (const Node* timeout = fields.need("timeout")) {
      if (const auto time = read_duration(*timeout, "timeout", faults_)) calling.timeout = *time;
    }
    const Node* then = of_state.need("then");
    const Node* service = fields.need("service");
    const ServiceSignature* signature = service == nullptr ? nullptr : find_service(*service);
    if (signature != nullptr) {
      calling.service = static_cast<std::uint16_t>(signature - compilation_.options.services.data());
      state_.needs_link = signature->needs_link;
      read_arguments(fields.find("args"), call_node, *signature, calling);
      if (const Node* save = of_state.find("save")) read_saves(*save, *signature, calling);
      if (then != nullptr) read_outcomes(*then, *signature, calling);
    }
    state_.body = std::move(calling);
  }

 private:
  const ServiceSignature* find_service(const Node& node) {
    const auto name = read_text(node, "service", faults_);
    if (!name) return nullptr;
    std::vector<std::string_view> names;
    for (const ServiceSignature& signature : compilation_.options.services) {
      if (signature.name == *name) return &signature;
      names.push_back(signature.name);
    }
    faults_.add(node.at, "unknown service '" + std::string(*name) + "'", did_you_mean(*name, names));
    return nullptr;
  }

  void read_arguments(const Node* node, const Node& call_node, const ServiceSignature& signature, Calling& calling) {
    if (node != nullptr) {
      const Fields fields(*node, "the arguments of " + std::string(signature.name), signature.args, faults_);
      for (const Node& child : node->children) {
        const auto value = read_text(child, "an argument", faults_);
        if (!value) continue;
        if (const auto operand = scope_.resolve(*value)) {
          calling.arguments.push_back({child.key, *operand});
        } else {
          const std::vector<std::string> names = scope_.names();
          const std::vector<std::string_view> views(names.begin(), names.end());
          faults_.add(child.at, "unknown slot '" + std::string(*value) + "'", did_you_mean(*value, views));
        }
      }
    }
    for (const std::string_view argument : signature.args) {
      if (node != nullptr && node->find(argument) != nullptr) continue;
      faults_.add(node != nullptr ? node->at : call_node.at,
                  std::string(signature.name) + " needs the argument '" + std::string(argument) + "'");
    }
  }

  void read_saves(const Node& node, const ServiceSignature& signature, Calling& calling) {
    if (node.kind != Node::Kind::mapping) {
      faults_.add(node.at, "save must be a mapping", "{slot: $.result}");
      return;
    }
    for (const Node& child : node.children) {
      const std::uint16_t slot = scope_.slot_index(child.key);
      if (slot == none) {
        faults_.add(child.key_at, "unknown slot '" + child.key + "'", did_you_mean(child.key, slot_names()));
      } else if (flow_.slots[slot].shape == Slot::Shape::ref) {
        faults_.add(child.key_at, "'" + child.key + "' is a ref: only a list menu saves into it");
      }
      if (child.kind != Node::Kind::text || !child.text.starts_with("$.")) {
        faults_.add(child.at, "what is saved is written $.RESULT");
        continue;
      }
      const std::string member = child.text.substr(2);
      if (std::find(signature.results.begin(), signature.results.end(), member) == signature.results.end()) {
        faults_.add(child.at, std::string(signature.name) + " has no result '" + member + "'",
                    did_you_mean(member, signature.results));
        continue;
      }
      calling.saves.push_back({member, slot});
    }
  }

  void read_outcomes(const Node& node, const ServiceSignature& signature, Calling& calling) {
    std::vector<std::string_view> outcomes{"ok", "timeout", "error"};
    outcomes.insert(outcomes.end(), signature.outcomes.begin(), signature.outcomes.end());
    if (node.kind != Node::Kind::mapping) {
      faults_.add(node.at, "then must be a mapping of outcomes", "{ok: STATE, timeout|error: STATE}");
      return;
    }
    for (const Node& child : node.children) {
      const auto branch = static_cast<std::uint16_t>(calling.branches.size());
      calling.branches.push_back(branches_.read(child));
      for (std::size_t at = 0; at <= child.key.size();) {
        const std::size_t end = std::min(child.key.find('|', at), child.key.size());
        add_outcome(child.key.substr(at, end - at), child, branch, signature, outcomes, calling);
        at = end + 1;
      }
    }
    for (const std::string_view outcome : outcomes) {
      const bool handled = std::any_of(calling.outcomes.begin(), calling.outcomes.end(),
                                       [&](const Calling::Outcome& known) { return known.name == outcome; });
      if (!handled) {
        faults_.add(node.at,
                    "the outcome '" + std::string(outcome) + "' of " + std::string(signature.name) + " leads nowhere",
                    "add it to then; several outcomes can share a target: timeout|error: STATE");
      }
    }
  }

  void add_outcome(std::string name, const Node& child, std::uint16_t branch, const ServiceSignature& signature,
                   std::span<const std::string_view> outcomes, Calling& calling) {
    if (std::find(outcomes.begin(), outcomes.end(), name) == outcomes.end()) {
      faults_.add(child.key_at, std::string(signature.name) + " has no outcome '" + name + "'",
                  did_you_mean(name, outcomes));
      return;
    }
    const bool twice = std::any_of(calling.outcomes.begin(), calling.outcomes.end(),
                                   [&](const Calling::Outcome& known) { return known.name == name; });
    if (twice) {
      faults_.add(child.key_at, "the outcome '" + name + "' is here twice");
      return;
    }
    calling.outcomes.push_back({std::move(name), branch});
  }
};

}  // namespace

void compile_call(const Node& node, const Node& call, std::uint16_t flow, std::uint16_t state,
                  Compilation& compilation) {
  CallReader(node, flow, state, compilation).read(call);
}

}  // namespace shubbak::flows
