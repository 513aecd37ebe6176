#include "flows/graph.hpp"

#include <algorithm>

#include "flows/revision.hpp"

namespace shubbak::flows {
namespace {

struct AddExits {
  std::vector<Exit>& out;

  void operator()(const Menu& menu) const {
    for (const MenuItem& item : menu.items) out.push_back({Exit::Kind::accepted, &item.to, {}, item.condition});
  }
  void operator()(const ListMenu& menu) const { out.push_back({Exit::Kind::accepted, &menu.pick}); }
  void operator()(const Input& input) const { out.push_back({Exit::Kind::accepted, &input.then}); }
  void operator()(const Collect& collect) const { out.push_back({Exit::Kind::accepted, &collect.then}); }
  void operator()(const Confirm& confirm) const {
    out.push_back({Exit::Kind::confirmed, &confirm.yes});
    out.push_back({Exit::Kind::refused, &confirm.no});
  }
  void operator()(const Otp& otp) const {
    out.push_back({Exit::Kind::succeeded, &otp.ok, "ok"});
    out.push_back({Exit::Kind::failed, &otp.fail, "fail"});
    out.push_back({Exit::Kind::failed, &otp.locked, "locked"});
  }
  void operator()(const Calling& calling) const {
    for (const Calling::Outcome& outcome : calling.outcomes) {
      const auto kind = outcome.name == "ok" ? Exit::Kind::succeeded : Exit::Kind::failed;
      out.push_back({kind, &calling.branches[outcome.branch], outcome.name});
    }
  }
  void operator()(const Switch& chosen) const { out.push_back({Exit::Kind::passed, &chosen.then}); }
  void operator()(const Set& set) const { out.push_back({Exit::Kind::passed, &set.then}); }
  void operator()(const Subflow& subflow) const {
    for (const Calling::Outcome& outcome : subflow.outcomes)
      out.push_back({Exit::Kind::returned, &subflow.branches[outcome.branch], outcome.name});
  }
  void operator()(const Return&) const {}
  void operator()(const End&) const {}
};

// Whose beginnings a session comes to from `start` on before anything is remembered.
std::vector<bool> flows_entered_from(const Revision& revision, Place start) {
  std::vector<bool> entered(revision.flows().size(), false);
  std::vector<std::vector<bool>> seen(revision.flows().size());
  std::vector<Place> open{start};
  while (!open.empty()) {
    const Place at = open.back();
    open.pop_back();
    std::vector<bool>& of_flow = seen[at.flow];
    if (of_flow.empty()) of_flow.resize(revision.flow(at).states.size(), false);
    if (of_flow[at.state]) continue;
    of_flow[at.state] = true;
    if (at.state == 0) entered[at.flow] = true;
    for (const Exit& exit : exits(revision.state(at))) {
      if (exit.is_remembered()) continue;
      for (const Choice& choice : *exit.to) open.push_back(choice.to);
    }
    if (const auto* subflow = std::get_if<Subflow>(&revision.state(at).body)) open.push_back({subflow->flow, 0});
  }
  return entered;
}

}  // namespace

std::vector<Exit> exits(const State& state) {
  std::vector<Exit> all;
  std::visit(AddExits{all}, state.body);
  if (state.waits()) all.push_back({Exit::Kind::invalid, &state.invalid.to});
  return all;
}

std::vector<Place> successors(const State& state) {
  std::vector<Place> places;
  if (const auto* subflow = std::get_if<Subflow>(&state.body)) places.push_back({subflow->flow, 0});
  for (const Exit& exit : exits(state)) {
    for (const Choice& choice : *exit.to) {
      if (std::find(places.begin(), places.end(), choice.to) == places.end()) places.push_back(choice.to);
    }
  }
  return places;
}

std::vector<std::uint16_t> written(const State& state, const Exit& exit) {
  std::vector<std::uint16_t> slots;
  const auto add = [&](std::uint16_t slot) {
    if (slot != none) slots.push_back(slot);
  };
  if (const auto* list = std::get_if<ListMenu>(&state.body)) {
    if (exit.kind == Exit::Kind::accepted) add(list->save);
  } else if (const auto* input = std::get_if<Input>(&state.body)) {
    if (exit.kind == Exit::Kind::accepted) add(input->save);
  } else if (const auto* collect = std::get_if<Collect>(&state.body)) {
    add(collect->save);  // emptied as soon as the state is come to
  } else if (const auto* calling = std::get_if<Calling>(&state.body)) {
    if (exit.kind == Exit::Kind::succeeded) {
      for (const Calling::Save& save : calling->saves) add(save.slot);
    }
  } else if (const auto* set = std::get_if<Set>(&state.body)) {
    for (const Set::Assignment& assignment : set->assignments) add(assignment.slot);
  } else if (const auto* subflow = std::get_if<Subflow>(&state.body)) {
    for (const Subflow::Result& result : subflow->results) add(result.slot);
  }
  return slots;
}

Reach::Reach(const Revision& revision) {
  std::vector<std::pair<Channel, Place>> open{{Channel::ussd, revision.home()}};
  for (std::size_t i = 0; i < revision.flows().size(); ++i) {
    const Flow& flow = revision.flows()[i];
    const auto index = static_cast<std::uint16_t>(i);
    for (OfChannel& of_channel : reached_) of_channel.emplace_back(flow.states.size(), false);
    if (!flow.code.empty()) open.push_back({Channel::ussd, {index, 0}});
    if (!flow.is_subflow()) open.push_back({Channel::sms, {index, flow.sms_start}});
  }
  while (!open.empty()) {
    const auto [channel, at] = open.back();
    open.pop_back();
    if (has(channel, at)) continue;
    reached_[static_cast<std::size_t>(channel)][at.flow][at.state] = true;
    const State& state = revision.state(at);
    for (const Place next : successors(state)) open.emplace_back(channel, next);
    // A code goes out while one channel is used, and may come back by the other.
    if (std::holds_alternative<Otp>(state.body))
      open.emplace_back(channel == Channel::ussd ? Channel::sms : Channel::ussd, at);
  }
}

FlowGraph::FlowGraph(const Revision& revision, std::uint16_t flow)
    : flow_(revision.flows()[flow]), index_(flow), anew_(flow_.states.size(), false) {
  next_.resize(flow_.states.size());
  before_.resize(flow_.states.size());
  const auto add = [&](std::size_t from, std::uint16_t to, bool is_remembered) {
    next_[from].push_back({to, is_remembered});
    before_[to].push_back(static_cast<std::uint16_t>(from));
  };
  for (std::size_t from = 0; from < flow_.states.size(); ++from) {
    exits_.push_back(flows::exits(flow_.states[from]));
    bool remembers = false;
    for (const Exit& exit : exits_.back()) {
      remembers = remembers || (exit.is_remembered() && flow_.states[from].waits());
      for (const Choice& choice : *exit.to) {
        if (choice.to.flow == flow) {
          add(from, choice.to.state, exit.is_remembered());
        } else if (flow != revision.home().flow && flows_entered_from(revision, choice.to)[flow]) {
          // At home what is behind is forgotten, so there it makes no difference.
          anew_[from] = true;
          add(from, 0, exit.is_remembered());
        }
      }
    }
    if (remembers) ++remembered_;
  }
}

bool FlowGraph::is_ever_entered_anew() const {
  return std::find(anew_.begin(), anew_.end(), true) != anew_.end();
}

std::vector<bool> FlowGraph::all_before(std::uint16_t state) const {
  std::vector<bool> before(flow_.states.size(), false);
  std::vector<std::uint16_t> open = before_[state];
  while (!open.empty()) {
    const std::uint16_t at = open.back();
    open.pop_back();
    if (before[at]) continue;
    before[at] = true;
    open.insert(open.end(), before_[at].begin(), before_[at].end());
  }
  return before;
}

bool FlowGraph::reaches(std::uint16_t from, std::uint16_t to) const {
  return from == to || all_before(to)[from];
}

// What is on the way behind a session when it comes to `state` has been come to before it was remembered itself:
// coming to a place once more, the engine forgets everything since the last time.
std::vector<bool> FlowGraph::reached_without_remembering(std::uint16_t state) const {
  std::vector<bool> reached(flow_.states.size(), false);
  std::vector<std::uint16_t> open{0, flow_.sms_start};
  while (!open.empty()) {
    const std::uint16_t at = open.back();
    open.pop_back();
    if (reached[at]) continue;
    reached[at] = true;
    for (const Arc& arc : next_[at]) {
      if (at != state || !arc.is_remembered) open.push_back(arc.to);
    }
  }
  return reached;
}

std::vector<std::uint16_t> FlowGraph::ways_back(std::uint16_t from) const {
  std::vector<std::uint16_t> targets;
  const bool asks = flow_.states[from].waits() || std::holds_alternative<Subflow>(flow_.states[from].body);
  if (!asks) return targets;
  const std::vector<bool> before = all_before(from);
  // With so many steps behind, the oldest may have been forgotten, and `from` among them.
  const bool all_fit = remembered_ <= back_max;
  const std::vector<bool> behind =
      all_fit ? reached_without_remembering(from) : std::vector<bool>(flow_.states.size(), true);
  for (std::uint16_t to = 0; to < static_cast<std::uint16_t>(flow_.states.size()); ++to) {
    if (to == from || !before[to] || !behind[to] || !flow_.states[to].waits()) continue;
    const bool is_remembered =
        std::any_of(exits_[to].begin(), exits_[to].end(), [](const Exit& exit) { return exit.is_remembered(); });
    if (is_remembered) targets.push_back(to);
  }
  return targets;
}

std::string path_text(const Flow& flow, const std::vector<std::uint16_t>& path) {
  constexpr std::size_t shown_max = 20;
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (i > 0) text += " -> ";
    if (path.size() > shown_max && i == shown_max / 2) {
      text += "... -> ";
      i = path.size() - shown_max / 2;
    }
    text += flow.states[path[i]].name;
  }
  return text;
}

}  // namespace shubbak::flows
