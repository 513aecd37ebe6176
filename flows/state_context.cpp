#include "flows/state_context.hpp"

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
  constexpr std::array<std::string_view, 2> channels{"ussd", "sms"};
  const Fields fields(*node, "a text per channel", channels, faults_);
  const Node* ussd = fields.need("ussd");
  const Node* sms = fields.need("sms");
  if (ussd == nullptr || sms == nullptr) return {0, 0};
  const TextId ussd_id = use(*ussd);
  return {ussd_id, use(*sms)};
}

void StateContext::read_invalid(SystemString reason) {
  state_.invalid.text = {static_cast<TextId>(reason), static_cast<TextId>(reason)};
  const Node* node = node_.find("invalid");
  if (node == nullptr) return;
  constexpr std::array<std::string_view, 3> keys{"retries", "text", "to"};
  const Fields fields(*node, "invalid", keys, faults_);
  if (const Node* retries = fields.find("retries")) {
    if (const auto count = read_integer(*retries, "retries", 0, 10, faults_))
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
                  "use another one, or change nav");
  }
}

std::uint16_t StateContext::slot_named(const Node& node) {
  const auto name = read_text(node, "a slot", faults_);
  if (!name) return none;
  const std::uint16_t slot = scope_.slot_index(*name);
  if (slot == none)
    faults_.add(node.at, "unknown slot '" + std::string(*name) + "'", did_you_mean(*name, slot_names()));
  return slot;
}

std::uint16_t StateContext::list_slot(const Node* node) {
  if (node == nullptr) return none;
  const std::uint16_t slot = slot_named(*node);
  if (slot == none || flow_.slots[slot].shape == Slot::Shape::list) return slot;
  faults_.add(node->at, "'" + node->text + "' is no list slot");
  return none;
}

std::vector<std::string_view> StateContext::slot_names() const {
  std::vector<std::string_view> names;
  for (const Slot& slot : flow_.slots) names.push_back(slot.name);
  return names;
}

}  // namespace shubbak::flows
