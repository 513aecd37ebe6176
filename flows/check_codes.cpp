// That what people have learnt to dial still means the same: short codes, and the keys of menus dialled behind the
// service code (*123*1*4#).
#include <algorithm>
#include <map>

#include "flows/proofs.hpp"

namespace shubbak::flows {
namespace {

constexpr std::size_t segments_max = 5;  // of what is followed; nobody learns longer ones

using Segments = std::vector<std::string>;

std::string dialled(const Segments& segments) {
  std::string text = "*";
  for (const std::string& segment : segments) text += segment + "*";
  text.back() = '#';
  return "*123" + text;
}

// Everything that can be dialled, by menus of fixed keys, and where it leads.
class DialPlan {
 public:
  explicit DialPlan(const Revision& revision) : revision_(revision) {
    follow({}, revision.home());
    for (const auto& [code, flow] : revision.codes()) {
      Segments segments;
      for (std::size_t at = 0; at <= code.size();) {
        const std::size_t end = std::min(code.find('*', at), code.size());
        segments.push_back(code.substr(at, end - at));
        at = end + 1;
      }
      follow(segments, {flow, 0});
    }
  }
  [[nodiscard]] const std::map<Segments, Place>& places() const { return places_; }

 private:
  void follow(const Segments& segments, Place place) {
    if (!segments.empty()) {
      // The engine takes the longest code first, and only then keys.
      const auto entry = revision_.entry(segments, true);
      const bool is_shadowed = entry && entry->segments == segments.size() && place != Place{entry->flow, 0};
      const bool is_behind_code = entry && !segments_begin_with(*entry, segments, place);
      if (is_shadowed || is_behind_code) return;
      places_.insert_or_assign(segments, place);
    }
    const auto* menu = std::get_if<Menu>(&revision_.state(place).body);
    if (menu == nullptr || segments.size() == segments_max) return;
    for (const MenuItem& item : menu->items) {
      if (item.to.size() != 1) continue;
      Segments longer = segments;
      longer.push_back(item.key);
      if (!places_.contains(longer)) follow(longer, item.to.front().to);
    }
  }

  // What begins with a code is followed from that code's flow, not from home.
  [[nodiscard]] bool segments_begin_with(const Revision::Entry& entry, const Segments& segments, Place place) const {
    if (entry.segments == segments.size()) return place == Place{entry.flow, 0};
    const Segments code(segments.begin(), segments.begin() + static_cast<std::ptrdiff_t>(entry.segments));
    const auto known = places_.find(code);
    return known != places_.end() && known->second == Place{entry.flow, 0};
  }

  const Revision& revision_;
  std::map<Segments, Place> places_;
};

// Is it the same to whoever dials it?
bool means_the_same(const Revision& revision, Place now, const Revision& published, Place before) {
  if (revision.flow_name(now) != published.flow_name(before)) return false;
  if (now.state == 0 && before.state == 0) return true;  // the flow's beginning, however it is called
  const std::string_view old_name = published.state_name(before);
  const auto& renamed = revision.flow(now).migration.renamed;
  const auto found = renamed.find(old_name);
  return revision.state_name(now) == (found == renamed.end() ? old_name : std::string_view(found->second));
}

std::string name_of(const Revision& revision, Place place) {
  return std::string(revision.flow_name(place)) + "." + std::string(revision.state_name(place));
}

}  // namespace

void prove_codes(const Revision& revision, const Revision& published, Faults& faults) {
  const DialPlan now(revision);
  const DialPlan before(published);
  for (const auto& [segments, old_place] : before.places()) {
    const auto found = now.places().find(segments);
    if (found == now.places().end() || means_the_same(revision, found->second, published, old_place)) continue;
    // Longer ones follow their beginning.
    const Segments beginning(segments.begin(), segments.end() - 1);
    const auto shorter_now = now.places().find(beginning);
    const auto shorter_before = before.places().find(beginning);
    const bool is_told = shorter_now != now.places().end() && shorter_before != before.places().end() &&
                         !means_the_same(revision, shorter_now->second, published, shorter_before->second);
    if (is_told) continue;
    faults.add(revision.state(found->second).at,
               dialled(segments) + " leads to " + name_of(revision, found->second) +
                   ", in the published revision to " + name_of(published, old_place),
               "give it another key and keep the old one free, or say in migrate.renamed that it is the same",
               Rule::moved_code);
  }
}

}  // namespace shubbak::flows
