#include "cli/replay_report.hpp"

#include <algorithm>
#include <set>

#include <boost/json.hpp>

namespace shubbak::cli {
namespace {

namespace json = boost::json;

using Verdict = rehearsal::Comparison::Verdict;

std::string indented(const std::string& text, const std::string& label) {
  std::string out = label;
  for (const char c : text) {
    out += c;
    if (c == '\n') out.append(label.size(), ' ');
  }
  return out + "\n";
}

std::string counted(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " recording" : " recordings");
}

// "debt.pick, on "7"": where something was answered.
std::string place(const std::string& at, const std::string& input) {
  return at.empty() ? "at the beginning, on " + input : at + ", on " + input;
}

}  // namespace

void ReplayReport::add(const rehearsal::Comparison& comparison) {
  std::set<std::string> met;
  for (const rehearsal::Comparison::Text& one : comparison.texts) {
    ChangedTexts& changed = changed_[one.at];
    if (met.insert(one.at).second) ++changed.recordings;
    const Pair pair{one.before, one.after};
    if (changed.pairs.size() < pairs_shown_max && std::ranges::find(changed.pairs, pair) == changed.pairs.end())
      changed.pairs.push_back(pair);
  }
  const auto gather = [&](Gathered& gathered) {
    if (gathered.recordings++ == 0) gathered.input = comparison.input;
  };
  switch (comparison.verdict) {
    case Verdict::same:
      ++same_;
      return;
    case Verdict::texts:
      ++texts_;
      return;
    case Verdict::way:
      ++ways_;
      gather(parted_[{comparison.at, comparison.before, comparison.after}]);
      return;
    case Verdict::failed:
      ++failed_;
      gather(failures_[{comparison.at, comparison.reason}]);
      return;
    case Verdict::not_reproduced:
      ++not_reproduced_;
      return;
  }
}

std::string ReplayReport::text() const {
  std::string out = counted(compared()) + " compared: " + std::to_string(same_) + " the same, " +
                    std::to_string(texts_) + " read otherwise, " + std::to_string(ways_) + " go another way, " +
                    std::to_string(failed_) + " cannot go on\n";
  const auto left_out = [&](std::size_t count, const char* why) {
    if (count > 0) out += counted(count) + " left out: " + why + "\n";
  };
  left_out(unknown_revision_, "made with flows that were never published, which nobody has any more");
  left_out(unknown_operator_, "of an operator that is not in the configuration");
  left_out(not_reproduced_, "even their own flows lead elsewhere now");
  left_out(damaged_, "damaged");
  if (!failures_.empty()) out += "\ncannot go on:\n";
  for (const auto& [key, gathered] : failures_)
    out += "  " + place(key.first, gathered.input) + ": " + key.second + " (" + counted(gathered.recordings) + ")\n";
  if (!parted_.empty()) out += "\ngo another way:\n";
  for (const auto& [key, gathered] : parted_)
    out += "  " + place(std::get<0>(key), gathered.input) + ": to " + std::get<2>(key) + " instead of " +
           std::get<1>(key) + " (" + counted(gathered.recordings) + ")\n";
  if (!changed_.empty()) out += "\nread otherwise:\n";
  for (const auto& [at, changed] : changed_) {
    out += "  " + at + " (" + counted(changed.recordings) + ")\n";
    for (const Pair& pair : changed.pairs) {
      out += indented(pair.before, "    - ");
      out += indented(pair.after, "    + ");
    }
  }
  return out;
}

std::string ReplayReport::json() const {
  json::array failures;
  for (const auto& [key, gathered] : failures_)
    failures.push_back(
        {{"at", key.first}, {"input", gathered.input}, {"reason", key.second}, {"recordings", gathered.recordings}});
  json::array ways;
  for (const auto& [key, gathered] : parted_)
    ways.push_back({{"at", std::get<0>(key)},
                    {"input", gathered.input},
                    {"before", std::get<1>(key)},
                    {"after", std::get<2>(key)},
                    {"recordings", gathered.recordings}});
  json::array texts;
  for (const auto& [at, changed] : changed_) {
    json::array pairs;
    for (const Pair& pair : changed.pairs) pairs.push_back({{"before", pair.before}, {"after", pair.after}});
    texts.push_back({{"at", at}, {"recordings", changed.recordings}, {"pairs", std::move(pairs)}});
  }
  return json::serialize(json::object{{"compared", compared()},
                                      {"same", same_},
                                      {"texts", texts_},
                                      {"way", ways_},
                                      {"failed", failed_},
                                      {"left_out",
                                       {{"unknown_revision", unknown_revision_},
                                        {"unknown_operator", unknown_operator_},
                                        {"not_reproduced", not_reproduced_},
                                        {"damaged", damaged_}}},
                                      {"failures", std::move(failures)},
                                      {"ways", std::move(ways)},
                                      {"changed_texts", std::move(texts)}}) +
         "\n";
}

}  // namespace shubbak::cli
