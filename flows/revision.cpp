#include "flows/revision.hpp"

#include <algorithm>

namespace shubbak::flows {

std::optional<std::uint8_t> Revision::locale_index(std::string_view name) const {
  const auto found = std::find(locales_.begin(), locales_.end(), name);
  if (found == locales_.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - locales_.begin());
}

std::optional<std::uint16_t> Revision::flow_index(std::string_view name) const {
  const auto found = std::find_if(flows_.begin(), flows_.end(), [&](const Flow& flow) { return flow.name == name; });
  if (found == flows_.end()) return std::nullopt;
  return static_cast<std::uint16_t>(found - flows_.begin());
}

std::optional<Revision::Entry> Revision::entry(std::span<const std::string> dialled, bool staff) const {
  std::optional<Entry> longest;
  std::string code;
  for (std::size_t count = 1; count <= dialled.size() && count <= 4; ++count) {
    if (count > 1) code += '*';
    code += dialled[count - 1];
    const auto found = by_code_.find(code);
    const bool is_there = found != by_code_.end() && (staff || !flows_[found->second].requires_staff);
    if (is_there) longest = Entry{found->second, count};
  }
  return longest;
}

}  // namespace shubbak::flows
