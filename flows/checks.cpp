#include "flows/checks.hpp"

#include <algorithm>
#include <string>

#include "flows/graph.hpp"

namespace shubbak::flows {
namespace {

void check_reachable(const Flow& flow, std::uint16_t index, Faults& faults) {
  std::vector<bool> reached(flow.states.size(), false);
  std::vector<std::uint16_t> open{0, flow.sms_start};
  while (!open.empty()) {
    const std::uint16_t at = open.back();
    open.pop_back();
    if (reached[at]) continue;
    reached[at] = true;
    for (const Place next : successors(flow.states[at])) {
      if (next.flow == index) open.push_back(next.state);
    }
  }
  for (std::size_t i = 0; i < flow.states.size(); ++i) {
    if (!reached[i])
      faults.add(flow.states[i].at, "state '" + flow.states[i].name + "' is never reached",
                 "lead to it, or take it out", Rule::unreachable_state);
  }
}

// Depth first over the states that do not wait, without recursion: a flow may have a thousand of them in a row.
class RoundFinder {
 public:
  RoundFinder(const std::vector<Flow>& flows, Faults& faults) : flows_(flows), faults_(faults) {
    for (const Flow& flow : flows) marks_.emplace_back(flow.states.size(), Mark::fresh);
  }

  void run() {
    for (std::size_t flow = 0; flow < flows_.size(); ++flow) {
      for (std::size_t state = 0; state < flows_[flow].states.size(); ++state) {
        walk_from({static_cast<std::uint16_t>(flow), static_cast<std::uint16_t>(state)});
      }
    }
  }

 private:
  enum class Mark : std::uint8_t { fresh, on_path, done };
  struct Step {
    Place at;
    std::vector<Place> next;
    std::size_t taken = 0;
  };

  [[nodiscard]] const State& state(Place place) const { return flows_[place.flow].states[place.state]; }
  Mark& mark(Place place) { return marks_[place.flow][place.state]; }

  void enter(Place place) {
    mark(place) = Mark::on_path;
    path_.push_back({place, state(place).waits() ? std::vector<Place>() : successors(state(place))});
  }

  void walk_from(Place start) {
    if (mark(start) != Mark::fresh) return;
    enter(start);
    while (!path_.empty()) {
      Step& step = path_.back();
      if (step.taken == step.next.size()) {
        mark(step.at) = Mark::done;
        path_.pop_back();
        continue;
      }
      const Place next = step.next[step.taken++];
      if (mark(next) == Mark::on_path) tell(next);
      if (mark(next) == Mark::fresh) enter(next);
    }
  }

  void tell(Place start) {
    const auto first = std::find_if(path_.begin(), path_.end(), [&](const Step& step) { return step.at == start; });
    std::string round;
    for (auto step = first; step != path_.end(); ++step) round += state(step->at).name + " -> ";
    faults_.add(state(start).at, "these states go round and never wait for the person: " + round + state(start).name,
                "put a menu, an input or an end on the way", Rule::endless_round);
  }

  const std::vector<Flow>& flows_;
  Faults& faults_;
  std::vector<std::vector<Mark>> marks_;
  std::vector<Step> path_;
};

}  // namespace

void check_reachable(const std::vector<Flow>& flows, Faults& faults) {
  for (std::size_t i = 0; i < flows.size(); ++i) check_reachable(flows[i], static_cast<std::uint16_t>(i), faults);
}

void check_rounds(const std::vector<Flow>& flows, Faults& faults) {
  RoundFinder(flows, faults).run();
}

}  // namespace shubbak::flows
