// YAML as flows and strings use it: mappings, sequences and text. Every scalar is text (yes, on, 08 and 1e3 are what
// was written); an empty value, an anchor, an alias, a tag, a second document, a duplicate key, malformed UTF-8 or a
// control character is a fault. Bounded by LoadLimits. yaml-cpp scans; nothing of it is seen outside. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flows/faults.hpp"
#include "flows/position.hpp"

namespace shubbak::flows {

struct Node {
  enum class Kind : std::uint8_t { text, sequence, mapping };
  Kind kind = Kind::text;
  Position at;
  std::string text;  // of a text
  bool is_quoted = false;
  std::string key;             // of a child of a mapping
  Position key_at;             // where its key stands
  std::vector<Node> children;  // of a sequence or mapping

  // The child of a mapping under that key; nullptr if there is none.
  [[nodiscard]] const Node* find(std::string_view name) const;
};

// Nothing: at least one fault was added.
std::optional<Node> read_yaml(std::string_view text, std::uint16_t file, Faults& faults);

}  // namespace shubbak::flows
