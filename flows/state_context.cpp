#include "flows/state_context.hpp"

#include <algorithm>
#include <array>

#include "flows/spelling.hpp"

namespace shubbak::flows {

ChannelText StateContext::text_at(const Node* node, std::uint16_t entry_of) {
  if (node == nullptr) return {0, 0};
  Scope scope = scope_;
  scope.entry_of = entry_of;
  const auto use = [&](const Node& name) -> TextId {
    const auto text = read_name(name, "a string", faults_);
    return text ? compilation_.strings.use(*text, scope, flow_.name, name.at) : TextId{0};
  };
  if (node->kind == Node::Kind::text) {
    const TextId id = use(*node);
    return {id, id};
  }
  const Fields fields(*node, grammar::channel_text, faults_);
  const Node* ussd = fields.find("ussd");
  const Node* sms = fields.find("sms");
  if (ussd == nullptr || sms == nullptr) return {0, 0};
  const TextId ussd_id = use(*ussd);
  return {ussd_id, use(*sms)};
}

void StateContext::read_invalid(SystemString reason) {
  state_.invalid.text = {static_cast<TextId>(reason), static_cast<TextId>(reason)};
  const Node* node = node_.find("invalid");
  if (node == nullptr) return;
  const Fields fields(*node, grammar::invalid, faults_);
  if (const Node* retries = fields.find("retries")) {
    if (const auto count = read_integer(*retries, "retries", grammar::retries_bounds, faults_))
      state_.invalid.retries = static_cast<std::uint8_t>(*count);
  }
  if (const Node* text = fields.find("text")) state_.invalid.text = text_at(text);
  if (const Node* to = fields.find("to")) state_.invalid.to = branches_.read(*to);
}

void StateContext::check_against_navigation(std::string_view key, Position at) {
  const NavigationKeys& nav = flow_.navigation;
  const std::array<std::pair<std::string_view, std::string_view>, 4> taken{
      {{nav.back, "back"}, {nav.home, "home"}, {nav.next, "next"}, {nav.previous, "prev"}}};
  for (const auto& [nav_key, name] : taken) {
    if (nav_key == key)
      faults_.add(at, "the key " + std::string(key) + " is navigation's (" + std::string(name) + ")",
                  "use another one, or change nav", Rule::key_clash);
  }
}

std::uint16_t StateContext::slot_named(const Node& node) {
  const auto name = read_text(node, "a slot", faults_);
  if (!name) return none;
  const std::uint16_t slot = scope_.slot_index(*name);
  if (slot == none)
    faults_.add(node.at, "unknown slot '" + std::string(*name) + "'", did_you_mean(*name, slot_names()),
                Rule::unknown_name);
  return slot;
}

std::uint16_t StateContext::list_slot(const Node* node) {
  if (node == nullptr) return none;
  const std::uint16_t slot = slot_named(*node);
  if (slot == none || flow_.slots[slot].shape == Slot::Shape::list) return slot;
  faults_.add(node->at, "'" + node->text + "' is no list slot", "", Rule::type_mismatch);
  return none;
}

std::optional<Operand> StateContext::operand_at(const Node& node, std::string_view what) {
  const auto name = read_text(node, what, faults_);
  if (!name) return std::nullopt;
  std::optional<Operand> operand = scope_.resolve(*name);
  if (!operand) {
    const std::vector<std::string> names = scope_.names();
    const std::vector<std::string_view> views(names.begin(), names.end());
    faults_.add(node.at, "unknown slot '" + std::string(*name) + "'", did_you_mean(*name, views), Rule::unknown_name);
  }
  return operand;
}

std::vector<StateContext::NamedOperand> StateContext::operands_at(const Node& node, std::string_view what) {
  std::vector<NamedOperand> operands;
  if (node.kind != Node::Kind::sequence || node.children.empty() ||
      node.children.size() > grammar::operands_bounds.max) {
    faults_.add(node.at, std::string(what) + " must be a sequence of 1 to 8 slots", "[acct.id, due]");
    return operands;
  }
  for (const Node& child : node.children) {
    if (const auto operand = operand_at(child, what)) operands.push_back({child.text, *operand, child.at});
  }
  return operands;
}

GrantSet StateContext::grants_at(const Node& node) {
  GrantSet set = 0;
  const auto add = [&](const Node& name_node) {
    const auto name = read_name(name_node, "a grant", faults_);
    if (!name) return;
    auto found = std::find(flow_.grants.begin(), flow_.grants.end(), *name);
    if (found == flow_.grants.end() && flow_.grants.size() == grants_max) {
      faults_.add(name_node.at, "more than " + std::to_string(grants_max) + " grants in one flow", "", Rule::limit);
      return;
    }
    if (found == flow_.grants.end()) found = flow_.grants.insert(found, std::string(*name));
    set = static_cast<GrantSet>(set | (1U << static_cast<unsigned>(found - flow_.grants.begin())));
  };
  if (node.kind != Node::Kind::sequence) {
    add(node);
  } else {
    for (const Node& child : node.children) add(child);
  }
  return set;
}

void StateContext::read_outcomes(const Node& then, const std::string& of, std::span<const std::string> wanted,
                                 std::span<const std::string> optional, std::vector<Calling::Outcome>& outcomes,
                                 std::vector<Branch>& branches) {
  if (then.kind != Node::Kind::mapping) {
    faults_.add(then.at, "then must be a mapping of outcomes",
                "{" + wanted.front() + ": STATE, OTHER|ANOTHER: STATE}");
    return;
  }
  std::vector<std::string_view> names(wanted.begin(), wanted.end());
  names.insert(names.end(), optional.begin(), optional.end());
  const auto is_there = [&](std::string_view name) {
    return std::any_of(outcomes.begin(), outcomes.end(), [&](const auto& known) { return known.name == name; });
  };
  for (const Node& child : then.children) {
    const auto branch = static_cast<std::uint16_t>(branches.size());
    branches.push_back(branches_.read(child));
    for (std::size_t at = 0; at <= child.key.size();) {
      const std::size_t end = std::min(child.key.find('|', at), child.key.size());
      std::string name = child.key.substr(at, end - at);
      at = end + 1;
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        faults_.add(child.key_at, std::string(of).append(" has no outcome '").append(name).append("'"),
                    did_you_mean(name, names), Rule::unknown_name);
      } else if (is_there(name)) {
        faults_.add(child.key_at, "the outcome '" + name + "' is here twice");
      } else {
        outcomes.push_back({std::move(name), branch});
      }
    }
  }
  for (const std::string& outcome : wanted) {
    if (!is_there(outcome))
      faults_.add(then.at,
                  std::string("the outcome '").append(outcome).append("' of ").append(of).append(" leads nowhere"),
                  "add it to then; several outcomes can share a target: timeout|error: STATE", Rule::missing_branch);
  }
}

std::vector<std::string_view> StateContext::slot_names() const {
  std::vector<std::string_view> names;
  for (const Slot& slot : flow_.slots) names.push_back(slot.name);
  return names;
}

}  // namespace shubbak::flows
