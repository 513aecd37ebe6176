// That what is read has been set, whatever way led there: a set of slots is carried along every way, and where ways
// meet only what all of them have set is left.
#include <algorithm>
#include <bitset>
#include <map>
#include <optional>
#include <set>

#include "flows/proofs.hpp"

namespace shubbak::flows {
namespace {

constexpr std::size_t slots_most = 128;  // more than a flow may have
using SlotSet = std::bitset<slots_most>;

// What a subflow has set when it returns, by flow and outcome.
using ReturnSets = std::map<std::pair<std::uint16_t, std::string>, SlotSet>;

void add_all(SlotSet& set, const std::vector<std::uint16_t>& slots) {
  for (const std::uint16_t slot : slots) set.set(slot);
}

class SlotProof {
 public:
  SlotProof(const Revision& revision, const FlowGraph& graph, Channel channel, const Reach& reach,
            ReturnSets& returned)
      : revision_(revision),
        graph_(graph),
        flow_(graph.flow()),
        channel_(channel),
        reach_(reach),
        returned_(returned),
        in_(flow_.states.size()) {
    for (std::size_t i = 0; i < flow_.slots.size(); ++i) {
      if (flow_.slots[i].is_secret) secrets_.set(i);
    }
    for (const std::uint16_t slot : flow_.takes) taken_.set(slot);
    const bool forgets = graph.is_ever_entered_anew() ||
                         std::any_of(flow_.states.begin(), flow_.states.end(),
                                     [](const State& state) { return std::holds_alternative<Collect>(state.body); });
    ways_back_.resize(flow_.states.size());
    // Going back unsets nothing by itself: it matters only where something else on the way does.
    for (std::uint16_t i = 0; forgets && i < flow_.states.size(); ++i) ways_back_[i] = graph.ways_back(i);
  }

  void run() {
    const auto come_to = [&](std::uint16_t state) {
      if (reach_.has(channel_, {graph_.index(), state})) meet(state, taken_);
    };
    come_to(0);
    if (channel_ == Channel::sms && !flow_.is_subflow()) come_to(flow_.sms_start);
    while (!open_.empty()) {
      const std::uint16_t state = *open_.begin();
      open_.erase(open_.begin());
      each_way(state, *in_[state], [&](std::uint16_t to, const SlotSet& set) { meet(to, set); });
    }
    for (std::uint16_t i = 0; i < static_cast<std::uint16_t>(flow_.states.size()); ++i) {
      if (!in_[i]) continue;
      const auto* back = std::get_if<Return>(&flow_.states[i].body);
      if (back == nullptr) continue;
      const auto [place, is_new] = returned_.emplace(std::pair{graph_.index(), back->outcome}, *in_[i]);
      if (!is_new) place->second &= *in_[i];
    }
  }

  // `told` keeps the other channel from telling the same.
  void tell(std::set<std::pair<std::uint16_t, std::uint16_t>>& told, Faults& faults) {
    for (std::uint16_t i = 0; i < static_cast<std::uint16_t>(flow_.states.size()); ++i) {
      if (!in_[i]) continue;
      each_read(i, *in_[i], [&](const Operand& operand, const SlotSet& set, const std::string& where) {
        if (set.test(operand.slot) || !told.emplace(i, operand.slot).second) return;
        const std::string name = name_of(operand, flow_.slots);
        const bool was_secret = secrets_.test(operand.slot);
        std::string fault = "state '" + flow_.states[i].name;
        fault.append("': '").append(name).append("' in ").append(where).append(" may not be set: ");
        faults.add(flow_.states[i].at, fault.append(path_text(flow_, way_without(operand.slot, i))),
                   was_secret ? "a secret is kept only until the next screen: ask for it right before it is used"
                              : "set it on every way here, or ask isset(" + flow_.slots[operand.slot].name +
                                    ") before and lead elsewhere",
                   Rule::unset_slot);
      });
    }
  }

 private:
  void meet(std::uint16_t state, const SlotSet& set) {
    if (!in_[state]) {
      in_[state] = set;
    } else {
      const SlotSet both = *in_[state] & set;
      if (both == *in_[state]) return;
      in_[state] = both;
    }
    open_.insert(state);
  }

  // What is set while the state is shown, or done.
  [[nodiscard]] SlotSet inside(const State& state, SlotSet set) const {
    if (const auto* collect = std::get_if<Collect>(&state.body); collect != nullptr && collect->save != none)
      set.reset(collect->save);
    // A walk may be taken up again at every screen, and secrets are not kept with it.
    if (state.waits()) set &= ~secrets_;
    return set;
  }

  [[nodiscard]] SlotSet after(const State& state, const Exit& exit, SlotSet set) const {
    if (const auto* subflow = std::get_if<Subflow>(&state.body)) {
      const auto returned = returned_.find({subflow->flow, std::string(exit.outcome)});
      for (const Subflow::Result& result : subflow->results) {
        if (returned == returned_.end() || returned->second.test(result.from)) set.set(result.slot);
      }
      return set;
    }
    const bool is_collect = std::holds_alternative<Collect>(state.body);
    if (!is_collect || exit.kind == Exit::Kind::accepted) add_all(set, written(state, exit));
    if (exit.condition != none) add_all(set, revision_.condition(exit.condition).set_if_true());
    return set;
  }

  template <class Visit>
  void each_choice(const Branch& branch, SlotSet set, Visit visit) const {
    for (const Choice& choice : branch) {
      SlotSet there = set;
      if (choice.condition != none) {
        add_all(there, revision_.condition(choice.condition).set_if_true());
        visit(choice, there);
        add_all(set, revision_.condition(choice.condition).set_if_false());
      } else {
        visit(choice, there);
      }
    }
  }

  template <class Visit>
  void each_way(std::uint16_t at, const SlotSet& in, Visit visit) const {
    const State& state = flow_.states[at];
    const SlotSet set = inside(state, in);
    for (const Exit& exit : graph_.exits(at)) {
      if (exit.kind == Exit::Kind::returned && !can_return(state, exit)) continue;
      each_choice(*exit.to, after(state, exit, set), [&](const Choice& choice, const SlotSet& there) {
        if (choice.to.flow == graph_.index()) visit(choice.to.state, there);
      });
    }
    if (graph_.is_entered_anew(at)) visit(std::uint16_t{0}, taken_);
    for (const std::uint16_t back : ways_back_[at]) visit(back, set);
  }

  [[nodiscard]] bool can_return(const State& state, const Exit& exit) const {
    const auto& subflow = std::get<Subflow>(state.body);
    return returned_.contains({subflow.flow, std::string(exit.outcome)});
  }

  // ---- What is read ----

  template <class Visit>
  void read_text(TextId id, const SlotSet& set, Visit& visit) const {
    if (id == none) return;
    for (const Operand& operand : revision_.text(0, id).operands())
      visit(operand, set, "the text " + revision_.text_name(id));
  }
  template <class Visit>
  void read_text(const ChannelText& text, const SlotSet& set, Visit& visit) const {
    read_text(text.of(channel_), set, visit);
  }
  template <class Visit>
  void read_condition(std::uint16_t index, const SlotSet& set, Visit& visit) const {
    if (index == none) return;
    for (const Operand& operand : revision_.condition(index).reads()) visit(operand, set, "a condition");
  }
  template <class Visit>
  void read_list(std::uint16_t slot, const SlotSet& set, Visit& visit) const {
    if (slot != none) visit(Operand{Operand::Source::slot, slot, none}, set, "from");
  }

  template <class Visit>
  void each_read(std::uint16_t at, const SlotSet& in, Visit visit) const {
    const State& state = flow_.states[at];
    const SlotSet set = inside(state, in);
    if (state.waits()) read_text(state.invalid.text, set, visit);
    std::visit([&](const auto& body) { read(body, set, in, visit); }, state.body);
    for (const Exit& exit : graph_.exits(at)) {
      SlotSet there = after(state, exit, set);
      for (const Choice& choice : *exit.to) {
        if (choice.condition == none) continue;
        read_condition(choice.condition, there, visit);
        add_all(there, revision_.condition(choice.condition).set_if_false());
      }
    }
  }

  template <class Visit>
  void read(const Menu& menu, const SlotSet& set, const SlotSet&, Visit& visit) const {
    read_text(menu.text, set, visit);
    for (const MenuItem& item : menu.items) {
      read_condition(item.condition, set, visit);
      SlotSet offered = set;
      if (item.condition != none) add_all(offered, revision_.condition(item.condition).set_if_true());
      read_text(item.label, offered, visit);
    }
  }
  template <class Visit>
  void read(const ListMenu& menu, const SlotSet& set, const SlotSet&, Visit& visit) const {
    read_list(menu.list, set, visit);
    read_text(menu.text, set, visit);
    read_text(menu.item, set, visit);
  }
  template <class Visit>
  void read(const Input& input, const SlotSet& set, const SlotSet&, Visit& visit) const {
    read_list(input.list, set, visit);
    read_text(input.text, set, visit);
    SlotSet with_answer = set;
    if (input.save != none) with_answer.set(input.save);
    for (const Input::Refusal& refusal : input.refuse) {
      read_condition(refusal.condition, with_answer, visit);
      read_text(refusal.text, set, visit);  // by then the slot holds what it held before
    }
  }
  template <class Visit>
  void read(const Confirm& confirm, const SlotSet& set, const SlotSet&, Visit& visit) const {
    read_text(confirm.text, set, visit);
    for (const Operand& operand : confirm.shows) visit(operand, set, "shows");
  }
  template <class Visit>
  void read(const Collect& collect, const SlotSet& set, const SlotSet&, Visit& visit) const {
    read_text(collect.text, set, visit);
    SlotSet with_some = set;
    if (collect.save != none) with_some.set(collect.save);
    read_text(collect.more, with_some, visit);
  }
  template <class Visit>
  void read(const Otp& otp, const SlotSet& set, const SlotSet&, Visit& visit) const {
    for (const Otp::Binding& binding : otp.binds) visit(binding.operand, set, "binds");
    read_text(otp.text, set, visit);
    read_text(otp.enter, set, visit);
    read_text(otp.pin, set, visit);
    SlotSet with_code = set;
    with_code.set(otp.code);
    read_text(otp.message, with_code, visit);
  }
  template <class Visit>
  void read(const Calling& calling, const SlotSet& set, const SlotSet&, Visit& visit) const {
    for (const Calling::Argument& argument : calling.arguments)
      visit(argument.operand, set, "the argument " + argument.name);
  }
  template <class Visit>
  void read(const Switch&, const SlotSet&, const SlotSet&, Visit&) const {}
  template <class Visit>
  void read(const Set& set, SlotSet before, const SlotSet&, Visit& visit) const {
    for (const Set::Assignment& assignment : set.assignments) {
      if (assignment.operand) visit(*assignment.operand, before, "set");
      before.set(assignment.slot);
    }
  }
  template <class Visit>
  void read(const Subflow& subflow, const SlotSet& set, const SlotSet&, Visit& visit) const {
    for (const Subflow::Argument& argument : subflow.arguments)
      visit(argument.operand, set, "the argument " + revision_.flows()[subflow.flow].slots[argument.slot].name);
  }
  template <class Visit>
  void read(const Return&, const SlotSet&, const SlotSet&, Visit&) const {}
  template <class Visit>
  void read(const End& end, const SlotSet& set, const SlotSet& in, Visit& visit) const {
    const bool follows = channel_ == Channel::sms && end.sms.sms != none;
    if (!follows) read_text(end.text, set, visit);
    read_text(end.sms, set, visit);
    read_list(end.list, set, visit);
    if (end.list != none) read_text(end.item, set, visit);
    read_text(end.sms_later, in | saved_before(end), visit);
  }

  // By the time that its `sms_later` goes out, what the payment answered has been saved: one of those that lead there
  // while nobody knows what they came to. Where none leads there it is never sent, which late-message tells.
  [[nodiscard]] SlotSet saved_before(const End& end) const {
    SlotSet all = SlotSet().set();
    for (std::size_t index = 0; index < flow_.states.size(); ++index) {
      const auto* calling = std::get_if<Calling>(&flow_.states[index].body);
      if (calling == nullptr || !calling->moves_money || !leads_unknown_to(static_cast<std::uint16_t>(index), end))
        continue;
      SlotSet saved;
      for (const Calling::Save& save : calling->saves) saved.set(save.slot);
      all &= saved;
    }
    return all;
  }

  [[nodiscard]] bool leads_unknown_to(std::uint16_t payment, const End& end) const {
    std::vector<bool> seen(flow_.states.size(), false);
    std::vector<std::uint16_t> open;
    const auto follow = [&](const Exit& exit) {
      for (const Choice& choice : *exit.to) {
        if (choice.to.flow != graph_.index() || seen[choice.to.state]) continue;
        seen[choice.to.state] = true;
        open.push_back(choice.to.state);
      }
    };
    for (const Exit& exit : graph_.exits(payment)) {
      if (exit.outcome == "unknown") follow(exit);
    }
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (std::get_if<End>(&flow_.states[open[i]].body) == &end) return true;
      for (const Exit& exit : graph_.exits(open[i])) follow(exit);
    }
    return false;
  }

  // A way to a state on which the slot is never set, for the message.
  [[nodiscard]] std::vector<std::uint16_t> way_without(std::uint16_t slot, std::uint16_t target) const {
    std::vector<std::uint16_t> from(flow_.states.size(), none);
    std::vector<std::uint16_t> open;
    const auto come_to = [&](std::uint16_t state, std::uint16_t before) {
      if (from[state] != none || !in_[state]) return;
      from[state] = before;
      open.push_back(state);
    };
    if (in_[0] && !in_[0]->test(slot)) come_to(0, 0);
    if (channel_ == Channel::sms && in_[flow_.sms_start]) come_to(flow_.sms_start, flow_.sms_start);
    for (std::size_t i = 0; i < open.size(); ++i) {
      const std::uint16_t at = open[i];
      each_way(at, SlotSet(), [&](std::uint16_t to, const SlotSet& set) {
        if (!set.test(slot)) come_to(to, at);
      });
    }
    std::vector<std::uint16_t> path{target};
    while (from[path.back()] != none && from[path.back()] != path.back()) path.push_back(from[path.back()]);
    std::reverse(path.begin(), path.end());
    return path;
  }

  const Revision& revision_;
  const FlowGraph& graph_;
  const Flow& flow_;
  Channel channel_;
  const Reach& reach_;
  ReturnSets& returned_;
  std::vector<std::optional<SlotSet>> in_;  // by state; nothing: not come to
  std::vector<std::vector<std::uint16_t>> ways_back_;
  std::set<std::uint16_t> open_;
  SlotSet secrets_;
  SlotSet taken_;
};

// Each flow after those that it uses.
std::vector<std::uint16_t> subflows_first(const Revision& revision) {
  std::vector<std::uint16_t> order;
  std::vector<bool> done(revision.flows().size(), false);
  const auto visit = [&](const auto& self, std::uint16_t flow) -> void {
    if (done[flow]) return;
    done[flow] = true;
    for (const State& state : revision.flows()[flow].states) {
      if (const auto* subflow = std::get_if<Subflow>(&state.body)) self(self, subflow->flow);
    }
    order.push_back(flow);
  };
  for (std::uint16_t flow = 0; flow < static_cast<std::uint16_t>(revision.flows().size()); ++flow) visit(visit, flow);
  return order;
}

}  // namespace

void prove_slots(const Revision& revision, const Reach& reach, Faults& faults) {
  std::vector<std::set<std::pair<std::uint16_t, std::uint16_t>>> told(revision.flows().size());
  const std::vector<std::uint16_t> order = subflows_first(revision);
  for (const Channel channel : {Channel::ussd, Channel::sms}) {
    ReturnSets returned;
    for (const std::uint16_t flow : order) {
      const FlowGraph graph(revision, flow);
      SlotProof proof(revision, graph, channel, reach, returned);
      proof.run();
      proof.tell(told[flow], faults);
    }
  }
}

}  // namespace shubbak::flows
