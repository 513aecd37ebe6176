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

}  // namespace

std::string keys_report(const std::vector<store::KeyUse>& uses, const store::KeyRing& keys) {
  std::string report;
  bool is_done = true;
  for (const store::KeyUse& use : uses) {
    const bool is_first = use.id == uses.front().id;
    const bool is_newest = use.id == uses.back().id;
    const bool is_there = keys.find(use.id) != nullptr;
    report += "key " + std::to_string(use.id) + " · " + sealed_by(use);
    if (is_newest) report += " · seals what is new";
    if (is_first) report += " · makes the indexes and hashes, keep it";
    if (!is_there)
      report += is_first || !seals_nothing(use) ? " · MISSING: put its line back" : " · not there any more";
    if (is_there && !is_first && !is_newest && seals_nothing(use)) report += " · its line may go";
    report += "\n";
    if (!is_newest && !seals_nothing(use)) is_done = false;
  }
  for (const store::NumberedKey& key : keys.keys()) {
    if (std::ranges::find(uses, key.id, &store::KeyUse::id) != uses.end()) continue;
    report += "key " + std::to_string(key.id) + " · not in use yet: restart shubbakd\n";
  }
  if (!is_done) report += "shubbak keys rotate seals with the newest key what older ones have sealed\n";
  return report;
}

}  // namespace shubbak::cli
