#include "flows/faults.hpp"

#include <algorithm>
#include <tuple>

namespace shubbak::flows {

void Faults::add(Position at, std::string message, std::string hint, Rule rule) {
  if (is_full()) return;
  found_.push_back({at, std::move(message), std::move(hint), rule});
}

std::string Faults::place(Position at) const {
  return file_names_.at(at.file) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

std::vector<Diagnostic> Faults::take() && {
  std::stable_sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
    return std::tie(a.at.file, a.at.line, a.at.column) < std::tie(b.at.file, b.at.line, b.at.column);
  });
  std::vector<Diagnostic> told;
  told.reserve(found_.size());
  for (Found& fault : found_) {
    told.push_back({file_names_.at(fault.at.file), fault.at.line, fault.at.column, std::move(fault.message),
                    std::move(fault.hint), fault.rule});
  }
  return told;
}

std::string to_string(const Diagnostic& diagnostic) {
  std::string line = diagnostic.file + ":" + std::to_string(diagnostic.line) + ":" +
                     std::to_string(diagnostic.column) + ": " + diagnostic.message;
  if (!diagnostic.hint.empty()) line += " (" + diagnostic.hint + ")";
  return line;
}

}  // namespace shubbak::flows
