#include "cli/keys_report.hpp"

#include <algorithm>

namespace shubbak::cli {
namespace {

std::string sealed_by(const store::KeyUse& use) {
  std::int64_t sum = 0;
  std::string parts;
  for (const auto& [what, count] : use.fields) {
    sum += count;
    parts.append(parts.empty() ? ": " : ", ").append(std::to_string(count)).append(" ").append(what);
  }
  return "seals " + std::to_string(sum) + (sum == 1 ? " field" : " fields") + parts;
}

bool seals_nothing(const store::KeyUse& use) {
  return std::ranges::all_of(use.fields, [](const auto& field) { return field.second == 0; });
}

// May its line leave the key file? Only a rotation can tell: what is counted now may be written in a moment.
bool is_free(const store::KeyUse& use) {
  return use.is_retired && seals_nothing(use);
}

std::string advice(const store::KeyUse& use, bool is_first, bool is_newest, bool is_there) {
  std::string text;
  if (is_newest) text += " · seals what is new";
  if (is_first) text += " · makes the indexes and hashes, keep it";
  const bool is_needed = is_first || is_newest || !is_free(use);
  if (!is_there) return text + (is_needed ? " · MISSING: put its line back" : " · not there any more");
  if (!is_needed) text += " · its line may go, when every shubbakd was started since";
  return text;
}

}  // namespace

std::string keys_report(const std::vector<store::KeyUse>& uses, const store::KeyRing& keys) {
  std::string report;
  bool is_done = true;
  for (const store::KeyUse& use : uses) {
    const bool is_first = use.id == uses.front().id;
    const bool is_newest = use.id == uses.back().id;
    report += "key " + std::to_string(use.id) + " · " + sealed_by(use) +
              advice(use, is_first, is_newest, keys.find(use.id) != nullptr) + "\n";
    if (!is_newest && !(is_first ? seals_nothing(use) : is_free(use))) is_done = false;
  }
  for (const store::NumberedKey& key : keys.keys()) {
    if (std::ranges::find(uses, key.id, &store::KeyUse::id) != uses.end()) continue;
    report += "key " + std::to_string(key.id) + " · not in use yet: restart shubbakd\n";
  }
  if (!is_done) report += "shubbak keys rotate seals with the newest key what older ones have sealed\n";
  return report;
}

}  // namespace shubbak::cli
