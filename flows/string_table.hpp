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
  // Do all languages' texts have it, whatever form they take?
  [[nodiscard]] bool always_prints(TextId id, const Operand& operand) const;
  std::vector<std::vector<Text>> take_texts() && { return std::move(texts_); }
  std::vector<Plurals> take_plurals() && { return std::move(plurals_); }
  // By TextId: what the string is called.
  std::vector<std::string> take_names() && { return std::move(names_); }
  // By locale and TextId: where it stands.
  std::vector<std::vector<Position>> take_positions() && { return std::move(positions_); }

  struct Unused {
    std::string name;
    Position at;
  };
  // Strings of the files for which `is_own` holds that no flow and no part of the system uses.
  template <class IsOwn>
  [[nodiscard]] std::vector<Unused> unused(IsOwn is_own) const {
    std::vector<Unused> found;
    for (const auto& of_locale : entries_) {
      for (const auto& [name, entry] : of_locale) {
        if (!used_.contains(name) && is_own(entry.at.file)) found.push_back({name, entry.at});
      }
    }
    return found;
  }

 private:
  struct Entry {
    std::string pattern;
    Position at;
    bool is_sound = false;
  };
  Text compile(std::size_t locale, std::string_view name, const Scope& scope, std::string_view flow,
               Position used_at);
  void keep_place(std::string_view name);
  void compare_placeholders(std::string_view name, TextId id, const Scope& scope);

  std::vector<std::string> locales_;
  Faults& faults_;
  std::vector<Plurals> plurals_;
  std::vector<std::map<std::string, Entry, std::less<>>> entries_;  // by locale
  std::vector<std::vector<Text>> texts_;                            // by locale
  std::map<std::string, TextId, std::less<>> uses_;                 // flow, list and name
  std::vector<std::string> names_;                                  // by TextId
  std::vector<std::vector<Position>> positions_;                    // by locale
  std::set<std::string, std::less<>> used_;
  std::set<std::string, std::less<>> told_;  // whose placeholders differ
};

}  // namespace shubbak::flows
