#include "flows/fields.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "domain/result.hpp"
#include "flows/spelling.hpp"

namespace shubbak::flows {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Fields::Fields(const Node& node, std::string_view what, std::span<const std::string_view> known, Faults& faults,
               Rule unknown)
    : node_(node), what_(what), faults_(faults) {
  if (node.kind != Node::Kind::mapping) {
    faults.add(node.at, std::string(what) + " must be a mapping", "{" + grammar::listed(known) + "}");
    is_sound_ = false;
    return;
  }
  for (const Node& child : node.children) {
    if (std::find(known.begin(), known.end(), child.key) != known.end()) continue;
    const std::string nearest = did_you_mean(child.key, known);
    faults.add(child.key_at, "unknown key '" + child.key + "' in " + std::string(what),
               nearest.empty() ? "there are " + grammar::listed(known) : nearest, unknown);
    is_sound_ = false;
  }
}

Fields::Fields(const Node& node, const grammar::Mapping& grammar, Faults& faults)
    : Fields(node, grammar.what, grammar.names(), faults, Rule::form) {
  grammar_ = &grammar;
}

const Node* Fields::find(std::string_view key) const {
  const grammar::Key* known = grammar_ == nullptr ? nullptr : grammar_->key(key);
  SHUBBAK_ASSERT(grammar_ == nullptr || known != nullptr);
  // Of something that comes in variants, what must be there depends on which one it is.
  const bool is_required = known != nullptr && known->is_required && grammar_->variants.empty();
  if (is_required) return need(key);
  return node_.kind == Node::Kind::mapping ? node_.find(key) : nullptr;
}

const Node* Fields::need(std::string_view key) const {
  const Node* found = node_.kind == Node::Kind::mapping ? node_.find(key) : nullptr;
  if (found == nullptr && node_.kind == Node::Kind::mapping) {
    faults_.add(node_.at, std::string(what_) + " needs '" + std::string(key) + "'");
  }
  return found;
}

std::optional<std::string_view> read_text(const Node& node, std::string_view what, Faults& faults) {
  if (node.kind == Node::Kind::text) return node.text;
  faults.add(node.at, std::string(what) + " must be a text");
  return std::nullopt;
}

bool check_name(std::string_view name, Position at, std::string_view what, Faults& faults) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  const bool is_name = !name.empty() && name.size() <= 40 && !(name[0] >= '0' && name[0] <= '9') &&
                       std::all_of(name.begin(), name.end(), fits);
  if (!is_name) {
    faults.add(at, "'" + std::string(name.substr(0, 60)) + "' is no name for " + std::string(what),
               "small Latin letters, digits and _, at most 40, not beginning with a digit");
  }
  return is_name;
}

std::optional<std::string_view> read_name(const Node& node, std::string_view what, Faults& faults) {
  const std::optional<std::string_view> text = read_text(node, what, faults);
  if (!text || !check_name(*text, node.at, what, faults)) return std::nullopt;
  return text;
}

std::optional<std::int64_t> read_integer(const Node& node, std::string_view what, std::int64_t min, std::int64_t max,
                                         Faults& faults) {
  const std::optional<std::int64_t> number = node.kind == Node::Kind::text ? whole_number(node.text) : std::nullopt;
  if (number && *number >= min && *number <= max) return number;
  faults.add(node.at, std::string(what) + " must be a whole number from " + std::to_string(min) + " to " +
                          std::to_string(max));
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(const Node& node, std::string_view what, grammar::Bounds bounds,
                                         Faults& faults) {
  return read_integer(node, what, bounds.min, bounds.max, faults);
}

bool read_flag(const Node& node, std::string_view what, Faults& faults) {
  if (node.kind == Node::Kind::text && (node.text == "true" || node.text == "false")) return node.text == "true";
  faults.add(node.at, std::string(what) + " must be true or false");
  return false;
}

std::optional<std::chrono::milliseconds> read_duration(const Node& node, std::string_view what, Faults& faults) {
  using std::chrono::milliseconds;
  const std::string_view text = node.kind == Node::Kind::text ? std::string_view(node.text) : std::string_view();
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view unit = text.substr(digits);
  const std::int64_t scale = unit == "ms"  ? 1
                             : unit == "s" ? 1'000
                             : unit == "m" ? 60'000
                             : unit == "h" ? 3'600'000
                                           : 0;
  const std::optional<std::int64_t> number = whole_number(text.substr(0, digits));
  constexpr std::int64_t longest_ms = 31LL * 24 * 3'600'000;
  if (number && scale != 0 && *number > 0 && *number <= longest_ms / scale) return milliseconds(*number * scale);
  faults.add(node.at, std::string(what) + " must be a time", "for example 250ms, 3s, 10m or 1h; 31 days at most");
  return std::nullopt;
}

}  // namespace shubbak::flows
