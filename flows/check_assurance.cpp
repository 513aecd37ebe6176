// That a service which needs a confirmation or a code is asked only after it, and for what it was given for; and that
// money moves only after payee and amount have been shown, confirmed and authorised, and as they were then. For each
// such state, every way through its flow is walked with what has been said so far; going back, going home and too
// many wrong answers are ways like any other. The engine guards the same when a flow runs; here it is shown that
// nobody ever runs into that guard.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "flows/proofs.hpp"

namespace shubbak::flows {
namespace {

// What has been said on the way so far of what one state asks for.
struct Phase {
  enum class Confirmed : std::uint8_t { no, yes, changed };  // of a payment; changed: payee or amount, since then
  Confirmed confirmed = Confirmed::no;
  GrantSet grants = 0;
  auto operator<=>(const Phase&) const = default;
};
constexpr std::size_t phases = std::size_t{3} * 256;
std::size_t index_of(const Phase& phase) {
  return static_cast<std::size_t>(phase.confirmed) * 256 + phase.grants;
}

// The slot that tells people what `slot` means, as company_label does of company: text that is set wherever `slot`
// is, from the same answer, the same entry of a list or the same return of a subflow in which that is so, and nowhere
// else. So the two never speak of different things. none: there is none.
class LabelFinder {
 public:
  LabelFinder(const Revision& revision, const FlowGraph& graph)
      : revision_(revision), graph_(graph), flow_(graph.flow()) {}

  [[nodiscard]] std::uint16_t label_of(std::uint16_t slot) const {
    const std::uint16_t label = Scope{flow_.slots}.slot_index(flow_.slots[slot].name + "_label");
    if (label == none || !is_text(slot) || !is_text(label)) return none;
    for (const std::uint16_t taken : flow_.takes) {
      if (taken == slot || taken == label) return none;  // nobody knows what whoever uses this flow passes
    }
    for (std::size_t i = 0; i < flow_.states.size(); ++i) {
      if (writes_either(i, slot, label) && !writes_both(flow_.states[i], slot, label)) return none;
    }
    return label;
  }

 private:
  [[nodiscard]] bool is_text(std::uint16_t index) const {
    const Slot& slot = flow_.slots[index];
    return slot.shape == Slot::Shape::scalar && slot.scalar.kind == ScalarType::Kind::text && !slot.is_secret;
  }
  [[nodiscard]] bool writes_either(std::size_t state, std::uint16_t slot, std::uint16_t label) const {
    for (const Exit& exit : graph_.exits(static_cast<std::uint16_t>(state))) {
      for (const std::uint16_t one : written(flow_.states[state], exit)) {
        if (one == slot || one == label) return true;
      }
    }
    return false;
  }
  [[nodiscard]] bool writes_both(const State& state, std::uint16_t slot, std::uint16_t label) const {
    if (const auto* calling = std::get_if<Calling>(&state.body)) return saves_both(*calling, slot, label);
    if (const auto* set = std::get_if<Set>(&state.body)) return sets_both(*set, slot, label);
    if (const auto* subflow = std::get_if<Subflow>(&state.body)) return returns_both(*subflow, slot, label);
    return false;
  }
  [[nodiscard]] bool returns_both(const Subflow& subflow, std::uint16_t slot, std::uint16_t label) const {
    const auto inner_of = [&](std::uint16_t wanted) {
      const auto result = std::find_if(subflow.results.begin(), subflow.results.end(),
                                       [wanted](const Subflow::Result& one) { return one.slot == wanted; });
      return result == subflow.results.end() ? none : result->from;
    };
    const std::uint16_t meant = inner_of(slot);
    const std::uint16_t read = inner_of(label);
    if (meant == none || read == none) return false;
    const FlowGraph inner(revision_, subflow.flow);
    return LabelFinder(revision_, inner).label_of(meant) == read;
  }
  static bool saves_both(const Calling& calling, std::uint16_t slot, std::uint16_t label) {
    const auto member_of = [&](std::uint16_t wanted) {
      const auto save = std::find_if(calling.saves.begin(), calling.saves.end(),
                                     [wanted](const Calling::Save& one) { return one.slot == wanted; });
      return save == calling.saves.end() ? std::string() : save->member;
    };
    return member_of(label) == member_of(slot) + "_label";
  }
  static bool sets_both(const Set& set, std::uint16_t slot, std::uint16_t label) {
    const auto assignment_of = [&](std::uint16_t wanted) {
      return std::find_if(set.assignments.begin(), set.assignments.end(),
                          [wanted](const Set::Assignment& one) { return one.slot == wanted; });
    };
    const auto meant = assignment_of(slot);
    const auto read = assignment_of(label);
    if (meant == set.assignments.end() || read == set.assignments.end()) return false;
    if (!meant->operand || !read->operand) return !meant->operand && !read->operand;
    const auto is_of_entry = [](const Operand& one) { return one.source == Operand::Source::ref_field; };
    return is_of_entry(*meant->operand) && is_of_entry(*read->operand) && meant->operand->slot == read->operand->slot;
  }

  const Revision& revision_;
  const FlowGraph& graph_;
  const Flow& flow_;
};

class AssuranceProof {
 public:
  AssuranceProof(const Revision& revision, const FlowGraph& graph,
                 const std::vector<std::vector<std::uint16_t>>& back, std::uint16_t state, Faults& faults)
      : revision_(revision), graph_(graph), flow_(graph.flow()), ways_back_(back), call_(state), faults_(faults) {
    const auto& calling = std::get<Calling>(flow_.states[state].body);
    needs_ = calling.needs;
    is_money_ = calling.moves_money;
    for (const Calling::Argument& argument : calling.arguments) {
      const bool is_secret =
          argument.operand.source == Operand::Source::slot && flow_.slots[argument.operand.slot].is_secret;
      // A secret is what is paid with; all else says who gets how much.
      if (is_secret) continue;
      said_.push_back(argument.operand);
      if (argument.is_own_words) continue;
      const std::uint16_t slot = argument.operand.slot;
      watched_.insert(slot);
      labels_.emplace(slot, LabelFinder(revision, graph).label_of(slot));
    }
  }

  void run() {
    come_to(0, {}, none_before);
    come_to(flow_.sms_start, {}, none_before);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const Step step = steps_[i];
      if (step.state == call_) judge(i);
      go_on(i, step.state, step.phase);
    }
  }

 private:
  static constexpr std::size_t none_before = static_cast<std::size_t>(-1);
  struct Step {
    std::uint16_t state = 0;
    Phase phase;
    std::size_t before = none_before;
  };

  void come_to(std::uint16_t state, const Phase& phase, std::size_t before) {
    if (!seen_.insert(state * phases + index_of(phase)).second) return;
    steps_.push_back({state, phase, before});
  }

  // ---- One state ----

  void go_on(std::size_t at, std::uint16_t index, Phase phase) {
    const State& state = flow_.states[index];
    if (const auto* confirm = std::get_if<Confirm>(&state.body); confirm != nullptr && !confirm->shows.empty())
      phase = {};                                                 // another payment begins here
    if (std::holds_alternative<Subflow>(state.body)) phase = {};  // it would not outlive the other flow
    const auto* input = std::get_if<Input>(&state.body);
    const bool tries_values = input != nullptr && !input->refuse.empty();
    for (const Exit& exit : graph_.exits(index)) {
      Phase after = leave(state, exit, phase);
      // What is typed is looked at in its slot, which voids what was bound to it, even if it is refused then.
      if (tries_values && input->save != none) change(input->save, after);
      for (const Choice& choice : *exit.to) {
        if (choice.to.flow == graph_.index()) come_to(choice.to.state, after, at);
      }
    }
    if (graph_.is_entered_anew(index)) come_to(0, {}, at);
    Phase returned = phase;
    returned.grants = 0;  // who goes back must be authorised again
    if (std::holds_alternative<Collect>(state.body)) change(std::get<Collect>(state.body).save, returned);
    if (tries_values) change(input->save, returned);
    for (const std::uint16_t back : ways_back_[index]) come_to(back, returned, at);
    if (state.waits() && graph_.index() == revision_.home().flow) come_to(0, phase, at);
  }

  [[nodiscard]] Phase leave(const State& state, const Exit& exit, Phase phase) const {
    if (const auto* confirm = std::get_if<Confirm>(&state.body)) {
      if (exit.kind == Exit::Kind::refused) phase.grants = static_cast<GrantSet>(phase.grants & ~confirmed_grant);
      if (exit.kind != Exit::Kind::confirmed) return phase;
      if (shows_all(*confirm)) phase.confirmed = Phase::Confirmed::yes;
      if (prints_all(*confirm)) phase.grants = static_cast<GrantSet>(phase.grants | (confirmed_grant & needs_));
      return phase;
    }
    if (const auto* otp = std::get_if<Otp>(&state.body)) {
      const bool is_in_order = !is_money_ || phase.confirmed == Phase::Confirmed::yes;
      if (exit.kind != Exit::Kind::succeeded) return phase;
      phase.grants = static_cast<GrantSet>(phase.grants & confirmed_grant);  // one proof stands at a time
      if (is_in_order && binds_all(*otp)) phase.grants = static_cast<GrantSet>(phase.grants | (otp->grants & needs_));
      return phase;
    }
    if (const auto* calling = std::get_if<Calling>(&state.body)) {
      if (calling->moves_money) return {};  // whatever it came to, another payment needs another confirmation
      // A yes was for this once, whatever came of it; a code is used up by what was done.
      const auto confirmed = static_cast<GrantSet>(calling->needs & confirmed_grant);
      const bool is_done = exit.kind == Exit::Kind::succeeded;
      phase.grants = static_cast<GrantSet>(phase.grants & ~(is_done ? calling->needs : confirmed));
    }
    for (const std::uint16_t slot : written(state, exit)) change(slot, phase);
    return phase;
  }

  void change(std::uint16_t slot, Phase& phase) const {
    if (slot == none) return;
    phase.grants = static_cast<GrantSet>(phase.grants & ~flow_.slots[slot].bound_by);
    if (phase.confirmed == Phase::Confirmed::yes && watched_.contains(slot)) phase = {Phase::Confirmed::changed, 0};
  }

  [[nodiscard]] bool shows_all(const Confirm& confirm) const {
    return std::all_of(watched_.begin(), watched_.end(), [&](std::uint16_t slot) {
      return std::any_of(confirm.shows.begin(), confirm.shows.end(),
                         [&](const Operand& shown) { return tells(shown, slot); });
    });
  }
  [[nodiscard]] bool tells(const Operand& shown, std::uint16_t slot) const {
    return shown.slot == slot || shown.slot == labels_.at(slot);
  }
  [[nodiscard]] bool binds_all(const Otp& otp) const {
    return std::all_of(said_.begin(), said_.end(), [&](const Operand& said) {
      return std::any_of(otp.binds.begin(), otp.binds.end(),
                         [&](const Otp::Binding& bound) { return bound.operand == said; });
    });
  }
  // A yes is to what could be read: something of each value, in every language and form.
  [[nodiscard]] bool prints_all(const Confirm& confirm) const {
    const auto prints = [&](TextId id, std::uint8_t locale) {
      const std::vector<Operand> printed = revision_.text(locale, id).always_printed();
      return std::all_of(watched_.begin(), watched_.end(), [&](std::uint16_t slot) {
        return std::any_of(printed.begin(), printed.end(), [&](const Operand& one) { return tells(one, slot); });
      });
    };
    for (std::uint8_t locale = 0; locale < static_cast<std::uint8_t>(revision_.locales().size()); ++locale) {
      if (!prints(confirm.text.ussd, locale) || !prints(confirm.text.sms, locale)) return false;
    }
    return true;
  }

  // ---- The verdict ----

  void judge(std::size_t at) {
    const Phase& phase = steps_[at].phase;
    if (!is_money_) {
      judge_grants(at, phase);
      return;
    }
    switch (phase.confirmed) {
      case Phase::Confirmed::no:
        tell(Rule::money_unconfirmed, "may be come to without a confirm screen that shows " + watched_names(), at,
             "lead there through a confirm whose shows has them all, and no other payment or subflow after it");
        return;
      case Phase::Confirmed::changed:
        tell(Rule::money_changed, "may be come to with another " + watched_names(" or ") + " than was confirmed", at,
             "confirm after what changes them");
        return;
      case Phase::Confirmed::yes:
        break;
    }
    judge_grants(at, phase);
  }

  void judge_grants(std::size_t at, const Phase& phase) {
    if ((phase.grants & needs_) == needs_) return;
    const bool lacks_yes = (needs_ & confirmed_grant) != 0 && (phase.grants & confirmed_grant) == 0;
    if (lacks_yes) {
      tell(Rule::unconfirmed, "may be come to without a confirm that shows " + watched_names(), at,
           "lead there through a confirm whose text has them, and change nothing after it");
      return;
    }
    std::string lacking;
    for (std::size_t bit = 0; bit < flow_.grants.size(); ++bit) {
      const bool is_needed = (needs_ & (1U << bit)) != 0;
      const bool is_there = (phase.grants & (1U << bit)) != 0;
      if (is_needed && !is_there) lacking += (lacking.empty() ? "" : ", ") + flow_.grants[bit];
    }
    const std::string otp = watched_.empty() ? " of an otp" : " of an otp that binds " + watched_names();
    tell(is_money_ ? Rule::money_unauthorised : Rule::unauthorised,
         "may be come to without the grant '" + lacking + "'" + otp, at,
         is_money_
             ? "an otp after the confirm must bind them all, and nothing bound may change nor the person go back "
               "after it"
             : "an otp before it must bind them all, and nothing bound may change nor the person go back after it");
  }

  void tell(Rule rule, const std::string& what, std::size_t at, std::string hint) {
    if (!told_.insert(rule).second) return;
    std::vector<std::uint16_t> path;
    for (std::size_t step = at; step != none_before; step = steps_[step].before) path.push_back(steps_[step].state);
    std::reverse(path.begin(), path.end());
    const State& state = flow_.states[call_];
    const std::string name = (is_money_ ? "the payment '" : "state '") + state.name + "' ";
    faults_.add(state.at, name + what + ": " + path_text(flow_, path), std::move(hint), rule);
  }

  [[nodiscard]] std::string watched_names(const std::string& between = " and ") const {
    std::string names;
    for (const std::uint16_t slot : watched_)
      names.append(names.empty() ? "" : between).append("'" + flow_.slots[slot].name + "'");
    return names;
  }

  const Revision& revision_;
  const FlowGraph& graph_;
  const Flow& flow_;
  const std::vector<std::vector<std::uint16_t>>& ways_back_;
  std::uint16_t call_;
  Faults& faults_;
  GrantSet needs_ = 0;
  bool is_money_ = false;
  std::set<std::uint16_t> watched_;                // slots of what the service is told, such as payee and amount
  std::map<std::uint16_t, std::uint16_t> labels_;  // of each of them, the slot that is read in its place; or none
  std::vector<Operand> said_;                      // the same, with their fields
  std::vector<Step> steps_;
  std::set<std::size_t> seen_;
  std::set<Rule> told_;
};

// A confirm screen that names what it shows must show it, in every language and in whatever form.
void prove_shown(const Revision& revision, const Flow& flow, Faults& faults) {
  for (const State& state : flow.states) {
    const auto* confirm = std::get_if<Confirm>(&state.body);
    if (confirm == nullptr) continue;
    std::set<std::string> told;
    for (const TextId id : {confirm->text.ussd, confirm->text.sms}) {
      for (std::uint8_t locale = 0; locale < static_cast<std::uint8_t>(revision.locales().size()); ++locale) {
        const std::vector<Operand> printed = revision.text(locale, id).always_printed();
        for (const Operand& shown : confirm->shows) {
          const std::string name = name_of(shown, flow.slots);
          if (std::binary_search(printed.begin(), printed.end(), shown) || !told.insert(name).second) continue;
          std::string fault = "state '" + state.name;
          fault.append("' is to show '").append(name).append("', but its text '").append(revision.text_name(id));
          fault.append("' (").append(revision.locales()[locale]).append(") does not always have {").append(name);
          faults.add(state.at, fault.append("}"), "put it into the text, in every form", Rule::money_unconfirmed);
        }
      }
    }
  }
}

}  // namespace

void prove_assurance(const Revision& revision, Faults& faults) {
  for (std::size_t index = 0; index < revision.flows().size(); ++index) {
    const Flow& flow = revision.flows()[index];
    prove_shown(revision, flow, faults);
    const bool needs_any = std::any_of(flow.states.begin(), flow.states.end(), [](const State& state) {
      const auto* calling = std::get_if<Calling>(&state.body);
      return calling != nullptr && calling->needs != 0;
    });
    if (!needs_any) continue;
    const FlowGraph graph(revision, static_cast<std::uint16_t>(index));
    std::vector<std::vector<std::uint16_t>> ways_back(flow.states.size());
    for (std::uint16_t state = 0; state < static_cast<std::uint16_t>(flow.states.size()); ++state)
      ways_back[state] = graph.ways_back(state);
    for (std::uint16_t state = 0; state < static_cast<std::uint16_t>(flow.states.size()); ++state) {
      const auto* calling = std::get_if<Calling>(&flow.states[state].body);
      if (calling != nullptr && calling->needs != 0) AssuranceProof(revision, graph, ways_back, state, faults).run();
    }
  }
}

}  // namespace shubbak::flows
