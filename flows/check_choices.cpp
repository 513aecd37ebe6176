// That there is something to choose where the person is asked to: a menu of fixed items has one that is always
// offered, and a list that is chosen from has entries, whatever way led there. And that a message promised for later
// is about a payment of the same walk through the same flow, where its answer can be kept.
#include <algorithm>
#include <bitset>
#include <optional>
#include <set>

#include "flows/proofs.hpp"

namespace shubbak::flows {
namespace {

constexpr std::size_t slots_most = 128;  // more than a flow may have

// What is certain on every way to a state.
struct Known {
  std::bitset<slots_most> filled;   // lists that have entries
  bool is_payment_unknown = false;  // the last payment was one of this flow, and nobody knows what it came to
  bool operator==(const Known&) const = default;
};
Known both(const Known& a, const Known& b) {
  return {a.filled & b.filled, a.is_payment_unknown && b.is_payment_unknown};
}

bool moves_money(const Revision& revision, std::uint16_t index) {
  const Flow& flow = revision.flows()[index];
  return flow.changes_money || std::any_of(flow.states.begin(), flow.states.end(), [&](const State& state) {
           const auto* subflow = std::get_if<Subflow>(&state.body);
           return subflow != nullptr && moves_money(revision, subflow->flow);
         });
}

class ChoiceProof {
 public:
  ChoiceProof(const Revision& revision, std::uint16_t flow)
      : revision_(revision),
        graph_(revision, flow),
        flow_(graph_.flow()),
        in_(flow_.states.size()),
        written_after_(flow_.states.size()) {
    for (std::uint16_t state = 0; state < static_cast<std::uint16_t>(flow_.states.size()); ++state)
      note_written(state);
  }

  void run(Faults& faults) {
    come_to(0, {});
    come_to(flow_.sms_start, {});
    while (!open_.empty()) {
      const std::uint16_t state = *open_.begin();
      open_.erase(open_.begin());
      go_on(state, *in_[state]);
    }
    for (std::size_t i = 0; i < flow_.states.size(); ++i) {
      if (in_[i]) judge(flow_.states[i], *in_[i], faults);
    }
  }

 private:
  void come_to(std::uint16_t state, const Known& known) {
    const Known met = in_[state] ? both(*in_[state], known) : known;
    if (in_[state] == met) return;
    in_[state] = met;
    open_.insert(state);
  }

  void go_on(std::uint16_t at, const Known& known) {
    const State& state = flow_.states[at];
    for (const Exit& exit : graph_.exits(at)) {
      Known there = after(state, exit, known);
      if (exit.condition != none) take(exit.condition, there);
      for (const Choice& choice : *exit.to) {
        Known chosen = there;
        if (choice.condition != none) {
          take(choice.condition, chosen);
          refuse(choice.condition, there);
        }
        if (choice.to.flow == graph_.index()) come_to(choice.to.state, chosen);
      }
    }
    if (graph_.is_entered_anew(at)) come_to(0, {});
    for (const std::uint16_t back : graph_.ways_back(at)) come_to(back, gone_back(known, back));
  }

  // Who goes back to a state was there before, and since then only where it leads: a list that is written nowhere on
  // from there is as it was. (What comes to it first is met with this; entered anew, a flow has forgotten its lists.)
  [[nodiscard]] Known gone_back(Known known, std::uint16_t to) const {
    if (!graph_.is_ever_entered_anew()) known.filled |= ~written_after_[to];
    return known;
  }
  void note_written(std::uint16_t state) {
    std::vector<bool> before = graph_.all_before(state);
    before[state] = true;
    for (const Exit& exit : graph_.exits(state)) {
      for (const std::uint16_t slot : written(flow_.states[state], exit)) {
        for (std::size_t earlier = 0; earlier < before.size(); ++earlier) {
          if (before[earlier]) written_after_[earlier].set(slot);
        }
      }
    }
  }

  [[nodiscard]] Known after(const State& state, const Exit& exit, Known known) const {
    for (const std::uint16_t slot : written(state, exit)) known.filled.reset(slot);
    const auto* calling = std::get_if<Calling>(&state.body);
    if (calling != nullptr && calling->moves_money) known.is_payment_unknown = exit.outcome == "unknown";
    const auto* subflow = std::get_if<Subflow>(&state.body);
    if (subflow != nullptr && moves_money(revision_, subflow->flow)) known.is_payment_unknown = false;
    return known;
  }

  // ---- What conditions say of a list ----

  void take(std::uint16_t condition, Known& known) const {
    const std::uint16_t list = only_list_of(condition);
    if (list != none && !holds_if_empty(condition, list)) known.filled.set(list);
  }
  void refuse(std::uint16_t condition, Known& known) const {
    const std::uint16_t list = only_list_of(condition);
    if (list != none && holds_if_empty(condition, list)) known.filled.set(list);
  }

  // The list whose number of entries is all that the condition asks about; none if it asks about anything else.
  [[nodiscard]] std::uint16_t only_list_of(std::uint16_t index) const {
    const Condition& condition = revision_.condition(index);
    const std::vector<Operand>& reads = condition.reads();
    const bool is_of_one_list =
        !reads.empty() && std::all_of(reads.begin(), reads.end(), [&](const Operand& operand) {
          return operand.source == Operand::Source::list_count && operand.slot == reads.front().slot;
        });
    const bool asks_what_is_set = condition.text().find("isset") != std::string::npos;
    return is_of_one_list && !asks_what_is_set ? reads.front().slot : none;
  }

  [[nodiscard]] bool holds_if_empty(std::uint16_t condition, std::uint16_t list) const {
    std::vector<Value> slots(flow_.slots.size());
    slots[list].held = std::make_shared<const List>();
    return revision_.condition(condition).holds({slots, nullptr});
  }

  // ---- The verdict ----

  void judge(const State& state, const Known& known, Faults& faults) const {
    const std::string name = "state '" + state.name + "'";
    if (const auto* menu = std::get_if<Menu>(&state.body)) {
      const bool has_certain = std::any_of(menu->items.begin(), menu->items.end(),
                                           [](const MenuItem& item) { return item.condition == none; });
      if (!has_certain)
        faults.add(state.at, name + ": every item has a condition, so there may be nothing to choose",
                   "offer one item always, or lead elsewhere before where none holds", Rule::empty_menu);
    }
    const auto* list = std::get_if<ListMenu>(&state.body);
    const auto* input = std::get_if<Input>(&state.body);
    const std::uint16_t from = list != nullptr ? list->list : input != nullptr ? input->list : none;
    if (from != none && !known.filled.test(from)) {
      const std::string& slot = flow_.slots[from].name;
      faults.add(state.at, name + ": '" + slot + "' may have no entries, so there would be nothing to choose",
                 "lead elsewhere before, right where it was filled: {when: \"count(" + slot + ") == 0\", to: ...}",
                 Rule::empty_menu);
    }
    const auto* end = std::get_if<End>(&state.body);
    const bool promises = end != nullptr && (end->sms_later.ussd != none || end->sms_later.sms != none);
    if (promises && !known.is_payment_unknown)
      faults.add(state.at, name + ": its sms_later would never be sent on some way that leads here",
                 "lead here only by 'unknown' of a money state of this flow", Rule::late_message);
  }

  const Revision& revision_;
  const FlowGraph graph_;
  const Flow& flow_;
  std::vector<std::optional<Known>> in_;                // by state; nothing: not come to
  std::vector<std::bitset<slots_most>> written_after_;  // by state: slots that it, or what it leads to, writes
  std::set<std::uint16_t> open_;
};

}  // namespace

void prove_choices(const Revision& revision, Faults& faults) {
  for (std::uint16_t flow = 0; flow < static_cast<std::uint16_t>(revision.flows().size()); ++flow)
    ChoiceProof(revision, flow).run(faults);
}

}  // namespace shubbak::flows
