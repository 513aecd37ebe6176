// Reading one mapping of a flow file by the grammar: each key asked for by name, unknown ones refused with the
// nearest known one. Everything that fails adds a fault and gives nothing. Thread: one.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

#include "flows/faults.hpp"
#include "flows/grammar.hpp"
#include "flows/yaml_reader.hpp"

namespace shubbak::flows {

class Fields {
 public:
  Fields(const Node& node, const grammar::Mapping& grammar, Faults& faults);
  // A mapping whose keys only the deployment knows; `what` names it in messages, `unknown` is the rule of other keys.
  Fields(const Node& node, std::string_view what, std::span<const std::string_view> known, Faults& faults,
         Rule unknown = Rule::unknown_name);

  [[nodiscard]] bool is_sound() const { return is_sound_; }  // a mapping without unknown keys
  // A key of the grammar (asking for another one is a programmer's error). Without it a fault is added if the grammar
  // says that it must be there.
  const Node* find(std::string_view key) const;
  // One that must be there because of what else is.
  const Node* need(std::string_view key) const;

 private:
  const Node& node_;
  const grammar::Mapping* grammar_ = nullptr;
  std::string what_;
  Faults& faults_;
  bool is_sound_ = true;
};

std::optional<std::string_view> read_text(const Node& node, std::string_view what, Faults& faults);
// Small Latin letters, digits and _; at most 40.
std::optional<std::string_view> read_name(const Node& node, std::string_view what, Faults& faults);
bool check_name(std::string_view name, Position at, std::string_view what, Faults& faults);
std::optional<std::int64_t> read_integer(const Node& node, std::string_view what, std::int64_t min, std::int64_t max,
                                         Faults& faults);
std::optional<std::int64_t> read_integer(const Node& node, std::string_view what, grammar::Bounds bounds,
                                         Faults& faults);
bool read_flag(const Node& node, std::string_view what, Faults& faults);  // true or false
// "250ms", "3s", "10m", "1h"
std::optional<std::chrono::milliseconds> read_duration(const Node& node, std::string_view what, Faults& faults);

}  // namespace shubbak::flows
