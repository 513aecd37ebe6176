#include "flows/longest_path.hpp"

#include <algorithm>
#include <utility>

#include "flows/revision.hpp"

namespace shubbak::flows {

LongestPath::LongestPath(const Revision& revision, Rules rules) : revision_(revision), rules_(std::move(rules)) {
  for (std::size_t flow = 0; flow < revision.flows().size(); ++flow) {
    first_.push_back(places_.size());
    for (std::size_t state = 0; state < revision.flows()[flow].states.size(); ++state)
      places_.push_back({static_cast<std::uint16_t>(flow), static_cast<std::uint16_t>(state)});
  }
  states_ = places_.size();
  order_.resize(2 * states_, 0);
  low_.resize(2 * states_, 0);
  component_.resize(2 * states_, no_node);
  through_.resize(revision.flows().size());
}

bool LongestPath::is_allowed(Place from, Place to) const {
  if (!rules_.goes_home && to == revision_.home()) return false;
  return !rules_.within || to.flow == from.flow;
}

// Node i + states_ stands behind the subflow at node i.
std::vector<LongestPath::Node> LongestPath::next_of(Node node) const {
  std::vector<Node> next;
  const Place place = places_[node % states_];
  const State& state = revision_.state(place);
  const auto* subflow = std::get_if<Subflow>(&state.body);
  if (subflow != nullptr && node < states_) return {node_of({subflow->flow, 0}), node + states_};
  if (rules_.ends(place)) return next;
  for (const Exit& exit : exits(state)) {
    for (const Choice& choice : *exit.to) {
      if (is_allowed(place, choice.to)) next.push_back(node_of(choice.to));
    }
  }
  return next;
}

std::int64_t LongestPath::weight_of(Node node) {
  const Place place = places_[node % states_];
  if (node < states_) return rules_.weight(place);
  return through(std::get<Subflow>(revision_.state(place).body).flow);
}

// From a subflow's beginning to where it returns, at most: all that it has, if it goes round; found by a search of
// its own, in which only returns end. Subflows do not take part in themselves, so this ends.
std::int64_t LongestPath::through(std::uint16_t subflow) {
  if (!through_[subflow]) {
    Rules inside = rules_;
    inside.within = subflow;
    LongestPath search(revision_, std::move(inside));
    through_[subflow] = search.from({subflow, 0});
  }
  return *through_[subflow];
}

// Tarjan's strongly connected components, without recursion; each is closed after all that it leads to.
void LongestPath::solve(Node start) {
  struct Frame {
    Node node;
    std::vector<Node> next;
    std::size_t taken = 0;
  };
  std::vector<Frame> frames;
  const auto enter = [&](Node node) {
    order_[node] = low_[node] = ++counter_;
    open_.push_back(node);
    frames.push_back({node, next_of(node)});
  };
  if (order_[start] == 0) enter(start);
  while (!frames.empty()) {
    Frame& frame = frames.back();
    if (frame.taken < frame.next.size()) {
      const Node next = frame.next[frame.taken++];
      if (order_[next] == 0) {
        enter(next);
      } else if (component_[next] == no_node) {
        low_[frame.node] = std::min(low_[frame.node], order_[next]);
      }
      continue;
    }
    const Node node = frame.node;
    if (low_[node] == order_[node]) close_component(node);
    frames.pop_back();
    if (!frames.empty()) low_[frames.back().node] = std::min(low_[frames.back().node], low_[node]);
  }
}

void LongestPath::close_component(Node root) {
  const std::size_t index = components_.size();
  Component made;
  Node node = no_node;
  do {
    node = open_.back();
    open_.pop_back();
    component_[node] = index;
    made.members.push_back(node);
    made.weight += weight_of(node);
  } while (node != root);
  std::int64_t best = 0;
  for (const Node member : made.members) {
    for (const Node next : next_of(member)) {
      if (component_[next] == index || components_[component_[next]].longest <= best) continue;
      best = components_[component_[next]].longest;
      made.next = component_[next];
    }
  }
  made.longest = made.weight + best;
  std::reverse(made.members.begin(), made.members.end());
  components_.push_back(std::move(made));
}

std::int64_t LongestPath::from(Place place) {
  solve(node_of(place));
  return components_[component_[node_of(place)]].longest;
}

std::vector<Place> LongestPath::path(Place place) {
  solve(node_of(place));
  std::vector<Place> path;
  for (std::size_t at = component_[node_of(place)]; at != no_node; at = components_[at].next) {
    for (const Node node : components_[at].members) {
      if (weight_of(node) > 0) path.push_back(places_[node % states_]);
    }
  }
  return path;
}

}  // namespace shubbak::flows
