// The longest way through all states by some weight of theirs, each state counted once however often it is come to:
// rounds are taken as a whole, with everything that is in them. So the answer may be longer than any way that can be
// walked, never shorter. A subflow counts with its own longest way. Pure. Thread: the revision's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "flows/graph.hpp"

namespace shubbak::flows {

class LongestPath {
 public:
  struct Rules {
    std::function<std::int64_t(Place)> weight;  // 0 or more
    std::function<bool(Place)> ends;            // nothing is followed from there
    std::optional<std::uint16_t> within;        // only this flow and its subflows
    bool goes_home = false;                     // follow ways to the home menu, where a new errand begins
  };
  LongestPath(const Revision& revision, Rules rules);

  [[nodiscard]] std::int64_t from(Place place);
  [[nodiscard]] std::vector<Place> path(Place place);  // of from(), the states that weigh something

 private:
  // Every state, and one more for each behind a subflow, where its outcomes lead on.
  using Node = std::size_t;
  static constexpr Node no_node = static_cast<Node>(-1);
  struct Component {
    std::int64_t weight = 0;  // of all in it
    std::int64_t longest = 0;
    std::vector<Node> members;
    std::size_t next = no_node;  // component on the longest way
  };

  [[nodiscard]] Node node_of(Place place) const { return first_[place.flow] + place.state; }
  [[nodiscard]] bool is_allowed(Place from, Place to) const;
  [[nodiscard]] std::vector<Node> next_of(Node node) const;
  [[nodiscard]] std::int64_t weight_of(Node node);
  std::int64_t through(std::uint16_t subflow);
  void solve(Node start);
  void close_component(Node root);

  const Revision& revision_;
  Rules rules_;
  std::vector<std::size_t> first_;  // node of each flow's first state
  std::vector<Place> places_;       // by node
  std::size_t states_ = 0;

  std::vector<std::size_t> order_;  // Tarjan's, by node; 0: not visited
  std::vector<std::size_t> low_;
  std::vector<std::size_t> component_;  // by node; no_node: still open
  std::vector<Node> open_;
  std::vector<Component> components_;
  std::size_t counter_ = 0;
  std::vector<std::optional<std::int64_t>> through_;  // by flow
};

}  // namespace shubbak::flows
