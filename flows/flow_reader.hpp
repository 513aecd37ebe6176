// One flow file's YAML made into a Flow. In two passes, because flows jump to each other: first every flow declares
// its name, states and slots, then each is compiled. Thread: one.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flows/conditions.hpp"
#include "flows/definition.hpp"
#include "flows/loader.hpp"
#include "flows/string_table.hpp"
#include "flows/yaml_reader.hpp"

namespace shubbak::flows {

// What all flows of a deployment are compiled into.
struct Compilation {
  const LoadOptions& options;
  Faults& faults;
  StringTable& strings;
  std::vector<Flow> flows;
  std::vector<Condition> conditions;
  std::vector<Service> services;
  KeywordIndex keywords;
  std::map<std::string, std::uint16_t, std::less<>> codes;  // entry.ussd
};

// Name, states' names and slots; `local`: the deployment's currency. Nothing: it is no flow at all; otherwise what
// could be read, with faults added.
std::optional<Flow> declare_flow(const Node& root, std::string_view file_stem, Currency local, Faults& faults);

// The rest of compilation.flows[index].
void compile_flow(const Node& root, std::uint16_t index, Compilation& compilation);

// A keywords.yaml: more words for flows that are begun by SMS. After compile_flow() of all flows; `roots` are theirs.
void compile_keyword_table(const Node& table, std::span<const Node* const> roots, Compilation& compilation);

}  // namespace shubbak::flows
