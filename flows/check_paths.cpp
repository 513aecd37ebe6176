// That every way ends, and that the engine can go every way: subflows that take no part in themselves, and not too
// many states between two screens.
#include <algorithm>
#include <array>

#include "flows/proofs.hpp"

namespace shubbak::flows {
namespace {

// ---- Subflows ----

struct Use {
  std::uint16_t state = 0;
  std::uint16_t flow = 0;  // that is used
};
std::vector<std::vector<Use>> uses_by_flow(const Revision& revision) {
  std::vector<std::vector<Use>> uses(revision.flows().size());
  for (std::size_t flow = 0; flow < uses.size(); ++flow) {
    const std::vector<State>& states = revision.flows()[flow].states;
    for (std::size_t state = 0; state < states.size(); ++state) {
      if (const auto* subflow = std::get_if<Subflow>(&states[state].body))
        uses[flow].push_back({static_cast<std::uint16_t>(state), subflow->flow});
    }
  }
  return uses;
}

// Goes down from one flow as deep as the engine would, which bounds the recursion.
bool nests_well(const Revision& revision, const std::vector<std::vector<Use>>& uses, std::vector<std::uint16_t>& nest,
                Faults& faults) {
  for (const Use& use : uses[nest.back()]) {
    const bool is_inside_itself = std::find(nest.begin(), nest.end(), use.flow) != nest.end();
    if (!is_inside_itself && nest.size() <= frames_max) {
      nest.push_back(use.flow);
      const bool is_well = nests_well(revision, uses, nest, faults);
      nest.pop_back();
      if (!is_well) return false;
      continue;
    }
    std::string names;
    for (const std::uint16_t flow : nest) names += revision.flows()[flow].name + " -> ";
    names += revision.flows()[use.flow].name;
    const std::string what = is_inside_itself ? "a flow takes part in itself: "
                                              : "subflows nest deeper than " + std::to_string(frames_max) + ": ";
    faults.add(revision.flows()[nest.back()].states[use.state].at, what + names,
               "make the part that both need a flow of its own, and lead back to it otherwise", Rule::subflow_use);
    return false;
  }
  return true;
}

// ---- Ends ----

// By state, all flows one after the other.
class Marks {
 public:
  explicit Marks(const Revision& revision) {
    for (const Flow& flow : revision.flows()) {
      first_.push_back(marked_.size());
      marked_.resize(marked_.size() + flow.states.size(), false);
    }
  }
  [[nodiscard]] bool has(Place place) const { return marked_[first_[place.flow] + place.state]; }
  void set(Place place) { marked_[first_[place.flow] + place.state] = true; }

 private:
  std::vector<std::size_t> first_;
  std::vector<bool> marked_;
};

template <class F>
void each_place(const Revision& revision, F&& visit) {
  for (std::size_t flow = 0; flow < revision.flows().size(); ++flow) {
    for (std::size_t state = 0; state < revision.flows()[flow].states.size(); ++state)
      visit(Place{static_cast<std::uint16_t>(flow), static_cast<std::uint16_t>(state)});
  }
}

// Marks all from which a marked place can be reached. `leads` says what a state leads to.
template <class Leads>
void spread_back(const Revision& revision, Marks& marks, Leads leads) {
  std::vector<std::vector<std::vector<Place>>> before(revision.flows().size());
  std::vector<Place> open;
  for (std::size_t flow = 0; flow < before.size(); ++flow) before[flow].resize(revision.flows()[flow].states.size());
  each_place(revision, [&](Place place) {
    for (const Place next : leads(revision.state(place))) before[next.flow][next.state].push_back(place);
    if (marks.has(place)) open.push_back(place);
  });
  while (!open.empty()) {
    const Place at = open.back();
    open.pop_back();
    for (const Place place : before[at.flow][at.state]) {
      if (marks.has(place)) continue;
      marks.set(place);
      open.push_back(place);
    }
  }
}

std::vector<Place> without_subflow(const State& state) {
  std::vector<Place> places;
  for (const Exit& exit : exits(state)) {
    for (const Choice& choice : *exit.to) places.push_back(choice.to);
  }
  return places;
}

// ---- Steps between two screens ----

constexpr int endless = steps_max + 1;
constexpr int never = -1'000;  // added up a few times it is still less than nothing

// How many states the engine goes through from each one on.
class Steps {
 public:
  explicit Steps(const Revision& revision) : revision_(revision) {
    for (const Flow& flow : revision.flows()) {
      to_stop_.emplace_back(flow.states.size(), never);
      to_return_.emplace_back(flow.states.size(), never);
    }
    // States that do not wait make no rounds, so this settles, or goes beyond what is allowed.
    for (bool changes = true; changes;) {
      changes = false;
      each_place(revision, [&](Place place) { changes = look_again(place) || changes; });
    }
    after_return_.resize(revision.flows().size(), never);
    for (std::size_t depth = 0; depth <= frames_max; ++depth)
      each_place(revision, [&](Place place) { add_caller(place); });
  }

  [[nodiscard]] int from(Place place) const {
    return std::max(to_stop(place), to_return(place) + after_return_[place.flow]);
  }

 private:
  [[nodiscard]] int to_stop(Place place) const { return to_stop_[place.flow][place.state]; }
  [[nodiscard]] int to_return(Place place) const { return to_return_[place.flow][place.state]; }

  bool look_again(Place place) {
    const State& state = revision_.state(place);
    int stop = never;
    int back = never;
    if (state.waits() || std::holds_alternative<Calling>(state.body) || std::holds_alternative<End>(state.body)) {
      stop = 1;
    } else if (std::holds_alternative<Return>(state.body)) {
      back = 1;
    } else {
      for (const Place next : without_subflow(state)) {
        stop = std::max(stop, 1 + to_stop(next));
        back = std::max(back, 1 + to_return(next));
      }
      if (const auto* subflow = std::get_if<Subflow>(&state.body)) {
        const Place inside{subflow->flow, 0};
        stop = std::max(1 + to_stop(inside), stop + to_return(inside));
        back += to_return(inside);
      }
    }
    int& known_stop = to_stop_[place.flow][place.state];
    int& known_back = to_return_[place.flow][place.state];
    const int new_stop = std::min(stop, endless);
    const int new_back = std::min(back, endless);
    if (new_stop <= known_stop && new_back <= known_back) return false;
    known_stop = std::max(known_stop, new_stop);
    known_back = std::max(known_back, new_back);
    return true;
  }

  void add_caller(Place place) {
    const auto* subflow = std::get_if<Subflow>(&revision_.state(place).body);
    if (subflow == nullptr) return;
    int& after = after_return_[subflow->flow];
    for (const Place next : without_subflow(revision_.state(place))) after = std::max(after, from(next));
  }

  const Revision& revision_;
  std::vector<std::vector<int>> to_stop_;
  std::vector<std::vector<int>> to_return_;
  std::vector<int> after_return_;
};

}  // namespace

bool prove_subflows(const Revision& revision, Faults& faults) {
  const std::vector<std::vector<Use>> uses = uses_by_flow(revision);
  bool is_well = true;
  for (std::size_t flow = 0; flow < uses.size(); ++flow) {
    std::vector<std::uint16_t> nest{static_cast<std::uint16_t>(flow)};
    is_well = nests_well(revision, uses, nest, faults) && is_well;
  }
  return is_well;
}

void prove_ends(const Revision& revision, Faults& faults) {
  // First where the whole walk can end, subflows included; then where at least the flow can: by going back to whoever
  // uses it.
  Marks ends(revision);
  each_place(revision, [&](Place place) {
    if (std::holds_alternative<End>(revision.state(place).body)) ends.set(place);
  });
  spread_back(revision, ends, successors);
  Marks finishes(revision);
  each_place(revision, [&](Place place) {
    const State& state = revision.state(place);
    const auto* subflow = std::get_if<Subflow>(&state.body);
    const bool ends_inside = subflow != nullptr && ends.has({subflow->flow, 0});
    if (ends_inside || std::holds_alternative<End>(state.body) || std::holds_alternative<Return>(state.body))
      finishes.set(place);
  });
  spread_back(revision, finishes, without_subflow);
  each_place(revision, [&](Place place) {
    if (finishes.has(place)) return;
    const State& state = revision.state(place);
    faults.add(state.at, "no end can be reached from state '" + state.name + "'",
               "lead somewhere that ends; wrong answers alone are no way out", Rule::no_end);
  });
}

void prove_steps(const Revision& revision, Faults& faults) {
  const Steps steps(revision);
  for (std::size_t flow = 0; flow < revision.flows().size(); ++flow) {
    const Flow& of = revision.flows()[flow];
    for (std::size_t state = 0; state < of.states.size(); ++state) {
      if (steps.from({static_cast<std::uint16_t>(flow), static_cast<std::uint16_t>(state)}) <= steps_max) continue;
      faults.add(of.states[state].at,
                 "from state '" + of.states[state].name + "' on more than " + std::to_string(steps_max) +
                     " states follow each other without a screen or a service",
                 "the engine gives up there: put them together", Rule::limit);
      break;  // those behind it in the same row are no news
    }
  }
}

}  // namespace shubbak::flows
