// The strings of all locales while a deployment is being loaded: read, checked, and compiled for each place that uses
// them. Thread: one.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flows/definition.hpp"
#include "flows/strings.hpp"
#include "flows/yaml_reader.hpp"

namespace shubbak::flows {

class StringTable {
 public:
  StringTable(std::span<const std::string> locales, Faults& faults);

  // One file of one locale; a string that is there already is replaced.
  void read(const Node& root, std::size_t locale);
  // After all files: the syntax of every string, and the system strings, which get the first ids.
  // `file_of_locale[i]` is where a missing string of that locale is told to be missing.
  void finish(std::span<const std::uint16_t> file_of_locale);

  // The string as used at one place; a fault (at the string or at the use) if it cannot be. `scope_key` names the
  // scope: the same string under the same key is compiled once.
  TextId use(std::string_view name, const Scope& scope, std::string_view flow, Position at);

  // Are all languages' texts plain letters?
  [[nodiscard]] bool is_literal(TextId id) const;
  std::vector<std::vector<Text>> take_texts() && { return std::move(texts_); }
  std::vector<Plurals> take_plurals() && { return std::move(plurals_); }

 private:
  struct Entry {
    std::string pattern;
    Position at;
    bool is_sound = false;
  };
  Text compile(std::size_t locale, std::string_view name, const Scope& scope, std::string_view flow,
               Position used_at);

  std::vector<std::string> locales_;
  Faults& faults_;
  std::vector<Plurals> plurals_;
  std::vector<std::map<std::string, Entry, std::less<>>> entries_;  // by locale
  std::vector<std::vector<Text>> texts_;                            // by locale
  std::map<std::string, TextId, std::less<>> uses_;                 // flow, list and name
};

}  // namespace shubbak::flows
