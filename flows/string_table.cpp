#include "flows/string_table.hpp"

#include <algorithm>
#include <map>

#include "flows/revision.hpp"
#include "flows/spelling.hpp"

namespace shubbak::flows {
namespace {

bool is_name(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.size() <= 64 && !(text[0] >= '0' && text[0] <= '9') &&
         std::all_of(text.begin(), text.end(), fits);
}

}  // namespace

StringTable::StringTable(std::span<const std::string> locales, Faults& faults)
    : locales_(locales.begin(), locales.end()),
      faults_(faults),
      entries_(locales.size()),
      texts_(locales.size()),
      positions_(locales.size()) {
  for (const std::string& locale : locales_) plurals_.emplace_back(locale);
}

void StringTable::read(const Node& root, std::size_t locale) {
  if (root.kind != Node::Kind::mapping) {
    faults_.add(root.at, "a strings file is a mapping of names to texts", "name: text");
    return;
  }
  for (const Node& child : root.children) {
    if (!is_name(child.key)) {
      faults_.add(child.key_at, "'" + child.key + "' is not a name",
                  "small Latin letters, digits and _, not beginning with a digit");
    } else if (child.kind != Node::Kind::text) {
      faults_.add(child.at, "string '" + child.key + "' must be a text");
    } else if (child.text.size() > LoadLimits::string_octets_max) {
      faults_.add(child.at, "string '" + child.key + "' is longer than " +
                                std::to_string(LoadLimits::string_octets_max) + " octets");
    } else {
      entries_[locale].insert_or_assign(child.key, Entry{child.text, child.at, false});
    }
  }
}

void StringTable::finish(std::span<const std::uint16_t> file_of_locale) {
  for (const std::string_view name : system_string_names) keep_place(name);
  for (std::size_t locale = 0; locale < locales_.size(); ++locale) {
    for (auto& [name, entry] : entries_[locale]) {
      entry.is_sound = check_pattern({name, locales_[locale], entry.pattern, entry.at}, plurals_[locale], faults_);
    }
    for (const std::string_view name : system_string_names) {
      const Position file_start{file_of_locale[locale], 1, 1};
      if (!entries_[locale].contains(name)) {
        faults_.add(file_start, "string '" + std::string(name) + "' is missing in '" + locales_[locale] + "'",
                    "every deployment needs it; add it to strings/" + locales_[locale] + ".yaml",
                    Rule::missing_string);
        texts_[locale].emplace_back();
      } else {
        texts_[locale].push_back(compile(locale, name, Scope{}, "", file_start));
      }
    }
  }
}

TextId StringTable::use(std::string_view name, const Scope& scope, std::string_view flow, Position at) {
  const std::string key = std::string(flow) + '/' + std::to_string(scope.entry_of) + '/' + std::string(name);
  if (const auto known = uses_.find(key); known != uses_.end()) return known->second;
  const bool exists =
      std::any_of(entries_.begin(), entries_.end(), [&](const auto& of_locale) { return of_locale.contains(name); });
  const std::size_t id = texts_.empty() ? 0 : texts_[0].size();
  if (!exists && !faults_.is_full()) {
    std::vector<std::string_view> names;
    for (const auto& of_locale : entries_) {
      for (const auto& [other, entry] : of_locale) names.push_back(other);
    }
    const std::string hint = did_you_mean(name, names);
    faults_.add(at, "unknown string '" + std::string(name) + "'", hint.empty() ? "add it to strings/*.yaml" : hint,
                Rule::unknown_name);
  } else if (id >= none) {
    faults_.add(at, "more than 65534 uses of strings in one deployment");
    return 0;
  }
  const std::size_t faults_before = faults_.size();
  for (std::size_t locale = 0; locale < locales_.size(); ++locale) {
    texts_[locale].push_back(exists ? compile(locale, name, scope, flow, at) : Text());
  }
  uses_.emplace(key, static_cast<TextId>(id));
  keep_place(name);
  if (exists && faults_.size() == faults_before) compare_placeholders(name, static_cast<TextId>(id), scope);
  return static_cast<TextId>(id);
}

void StringTable::keep_place(std::string_view name) {
  names_.emplace_back(name);
  used_.emplace(name);
  for (std::size_t locale = 0; locale < locales_.size(); ++locale) {
    const auto entry = entries_[locale].find(name);
    positions_[locale].push_back(entry == entries_[locale].end() ? Position{} : entry->second.at);
  }
}

// What one language tells, the others must tell too.
void StringTable::compare_placeholders(std::string_view name, TextId id, const Scope& scope) {
  const bool are_sound = std::all_of(entries_.begin(), entries_.end(), [&](const auto& of_locale) {
    const auto entry = of_locale.find(name);
    return entry != of_locale.end() && entry->second.is_sound;
  });
  if (!are_sound) return;  // told already
  std::map<Operand, std::size_t> first_locale;
  for (std::size_t locale = 0; locale < locales_.size(); ++locale) {
    for (const Operand& operand : texts_[locale][id].operands()) first_locale.emplace(operand, locale);
  }
  for (std::size_t locale = 0; locale < locales_.size(); ++locale) {
    const std::vector<Operand> there = texts_[locale][id].operands();
    for (const auto& [operand, other] : first_locale) {
      if (std::binary_search(there.begin(), there.end(), operand)) continue;
      const std::string placeholder = "{" + name_of(operand, scope.slots) + "}";
      if (!told_.insert(std::string(name) + "/" + locales_[locale] + placeholder).second) continue;
      faults_.add(entries_[locale].find(name)->second.at,
                  "string '" + std::string(name) + "' (" + locales_[locale] + ") lacks " + placeholder + ", which '" +
                      locales_[other] + "' has",
                  "every language must tell the same", Rule::placeholder);
    }
  }
}

Text StringTable::compile(std::size_t locale, std::string_view name, const Scope& scope, std::string_view flow,
                          Position used_at) {
  const auto entry = entries_[locale].find(name);
  if (entry == entries_[locale].end()) {
    faults_.add(used_at, "string '" + std::string(name) + "' is missing in '" + locales_[locale] + "'",
                "add it to strings/" + locales_[locale] + ".yaml", Rule::missing_string);
    return {};
  }
  if (!entry->second.is_sound) return {};
  const StringSource source{name, locales_[locale], entry->second.pattern, entry->second.at};
  return compile_text(source, plurals_[locale], scope, flow, faults_).value_or(Text());
}

bool StringTable::is_literal(TextId id) const {
  return std::all_of(texts_.begin(), texts_.end(),
                     [&](const std::vector<Text>& of_locale) { return of_locale[id].is_literal(); });
}

bool StringTable::always_prints(TextId id, const Operand& operand) const {
  return std::all_of(texts_.begin(), texts_.end(), [&](const std::vector<Text>& of_locale) {
    const std::vector<Operand> printed = of_locale[id].always_printed();
    return std::binary_search(printed.begin(), printed.end(), operand);
  });
}

}  // namespace shubbak::flows
