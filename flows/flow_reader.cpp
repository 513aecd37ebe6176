#include "flows/flow_reader.hpp"

#include <algorithm>
#include <array>

#include "domain/text.hpp"
#include "flows/fields.hpp"
#include "flows/slot_reader.hpp"
#include "flows/spelling.hpp"
#include "flows/state_reader.hpp"

namespace shubbak::flows {
namespace {

void read_navigation(const Node& node, Flow& flow, Faults& faults) {
  constexpr std::array<std::string_view, 4> keys{"back", "home", "next", "prev"};
  const Fields fields(node, grammar::nav, faults);
  const std::array<std::string*, 4> targets{&flow.navigation.back, &flow.navigation.home, &flow.navigation.next,
                                            &flow.navigation.previous};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Node* key = fields.find(keys[i]);
    if (key == nullptr) continue;
    const bool is_key = key->kind == Node::Kind::text && !key->text.empty() && key->text.size() <= 3 &&
                        key->text.find_first_not_of("0123456789*#") == std::string::npos;
    if (is_key) {
      *targets[i] = key->text;
    } else {
      faults.add(key->at, "a navigation key must be 1 to 3 of 0-9, * and #");
    }
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (*targets[i] != *targets[j]) continue;
      faults.add(
          node.at,
          "nav: " + std::string(keys[j]) + " and " + std::string(keys[i]) + " have the same key " + *targets[i], "",
          Rule::key_clash);
    }
  }
}

void read_limits(const Node& node, Flow& flow, Faults& faults) {
  const Fields fields(node, grammar::limits, faults);
  if (const Node* stages = fields.find("max_stages")) {
    if (const auto count = read_integer(*stages, "max_stages", grammar::stages_bounds, faults))
      flow.max_stages = static_cast<int>(*count);
  }
  if (const Node* budget = fields.find("budget")) flow.budget = read_duration(*budget, "budget", faults);
  if (const Node* ttl = fields.find("resume_ttl")) {
    if (const auto time = read_duration(*ttl, "resume_ttl", faults))
      flow.resume_ttl = std::chrono::duration_cast<std::chrono::seconds>(*time);
  }
}

void read_requires(const Node& node, Flow& flow, Faults& faults) {
  if (node.kind != Node::Kind::sequence) {
    faults.add(node.at, "requires must be a sequence", "[active_link]");
    return;
  }
  constexpr std::array<std::string_view, 2> known{"active_link", "staff"};
  for (const Node& child : node.children) {
    const auto name = read_text(child, "a requirement", faults);
    if (name == "active_link") {
      flow.requires_link = true;
    } else if (name == "staff") {
      flow.requires_staff = true;
    } else if (name) {
      const std::string nearest = did_you_mean(*name, known);
      faults.add(child.at, "unknown requirement '" + std::string(*name) + "'",
                 nearest.empty() ? "there are active_link and staff" : nearest);
    }
  }
}

class EntryReader {
 public:
  EntryReader(std::uint16_t index, Compilation& compilation)
      : index_(index), compilation_(compilation), flow_(compilation.flows[index]), faults_(compilation.faults) {}

  void read(const Node& node) {
    const Fields fields(node, grammar::entry, faults_);
    if (const Node* ussd = fields.find("ussd")) read_code(*ussd);
    const Node* sms = fields.find("sms");
    if (sms != nullptr && flow_.requires_staff)
      faults_.add(sms->at, "a flow that requires staff is not begun by SMS",
                  "its sender can be forged; entry: {ussd: CODE}");
    if (sms != nullptr) read_sms(*sms);
  }

  void read_keywords(const Node& node) {
    if (node.kind != Node::Kind::sequence || node.children.empty() ||
        node.children.size() > grammar::keywords_bounds.max) {
      faults_.add(node.at, "keywords must be a sequence of 1 to 200 words", "[bill, فاتورة]");
      return;
    }
    for (const Node& child : node.children) {
      const auto word = read_text(child, "a keyword", faults_);
      if (!word) continue;
      const std::string folded = fold(*word);
      if (folded.empty() || folded.size() > 100) {
        faults_.add(child.at, "a keyword needs letters, 100 octets at most");
      } else if (folded.find_first_not_of("0123456789 ") == std::string::npos) {
        faults_.add(child.at, "a keyword of digits alone would swallow answers",
                    "use numbers for texts made of numbers");
      } else if (const auto owner = compilation_.keywords.add(*word, {index_, flow_.changes_money, child.at})) {
        faults_.add(child.at, "the keyword '" + std::string(*word) + "' is already there" + owner_name(*owner),
                    "spellings that fold to the same are one; first in " + faults_.place(owner->at),
                    Rule::keyword_clash);
      }
    }
  }

 private:
  void read_code(const Node& node) {
    const auto code = read_text(node, "ussd", faults_);
    if (!code) return;
    int segments = 0;
    bool sound = true;
    for (std::size_t at = 0; at <= code->size(); ++segments) {
      const std::size_t end = std::min(code->find('*', at), code->size());
      const std::string_view segment = code->substr(at, end - at);
      sound = sound && !segment.empty() && segment.size() <= 8 &&
              segment.find_first_not_of("0123456789") == std::string_view::npos;
      at = end + 1;
    }
    if (!sound || segments > 4) {
      faults_.add(node.at, "a code is digits, or up to four of them with *", "ussd: \"1\" for *123*1#");
      return;
    }
    if (segments == 1 && code->size() == 6) {
      faults_.add(node.at, "a code must not have six digits",
                  "*123*<six digits># is how a confirmation code is dialled");
      return;
    }
    const auto [place, is_new] = compilation_.codes.emplace(std::string(*code), index_);
    if (!is_new) {
      const Flow& other = compilation_.flows[place->second];
      faults_.add(node.at, "the code " + std::string(*code) + " is already flow '" + other.name + "'",
                  "first used in " + faults_.place(other.at), Rule::code_clash);
      return;
    }
    flow_.code = *code;
  }

  void read_sms(const Node& node) {
    const Fields fields(node, grammar::entry_sms, faults_);
    const Node* words = fields.find("keywords");
    const Node* numbers = fields.find("numbers");
    if (words == nullptr && numbers == nullptr && fields.is_sound())
      faults_.add(node.at, "entry.sms needs keywords or numbers");
    if (words != nullptr) read_keywords(*words);
    if (numbers != nullptr) read_numbers(*numbers);
    if (const Node* start = fields.find("start")) read_start(*start);
  }

  void read_numbers(const Node& node) {
    const bool is_list = node.kind == Node::Kind::sequence && !node.children.empty() &&
                         node.children.size() <= grammar::numbers_bounds.max;
    NumbersPattern pattern;
    bool sound = is_list;
    for (std::size_t i = 0; is_list && i < node.children.size(); ++i) {
      const Node& pair = node.children[i];
      if (pair.kind != Node::Kind::sequence || pair.children.size() != 2) {
        sound = false;
        continue;
      }
      const auto least =
          read_integer(pair.children[0], "the least number of digits", grammar::digits_length_bounds, faults_);
      const auto most = read_integer(pair.children[1], "the most number of digits", least.value_or(1),
                                     grammar::digits_length_bounds.max, faults_);
      if (!least || !most) return;
      pattern.lengths.push_back({static_cast<std::uint8_t>(*least), static_cast<std::uint8_t>(*most)});
    }
    if (!sound) {
      faults_.add(node.at, "numbers must be 1 to 8 pairs of least and most digits", "[[2, 2], [4, 12]]");
      return;
    }
    if (const auto owner =
            compilation_.keywords.add_numbers(std::move(pattern), {index_, flow_.changes_money, node.at})) {
      faults_.add(node.at, "texts of such numbers already mean something" + owner_name(*owner),
                  "first in " + faults_.place(owner->at), Rule::keyword_clash);
    }
  }

  void read_start(const Node& node) {
    const auto name = read_text(node, "start", faults_);
    if (!name) return;
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < flow_.states.size(); ++i) {
      names.push_back(flow_.states[i].name);
      if (flow_.states[i].name == *name) {
        flow_.sms_start = static_cast<std::uint16_t>(i);
        return;
      }
    }
    faults_.add(node.at, "unknown state '" + std::string(*name) + "'", did_you_mean(*name, names),
                Rule::unknown_name);
  }

  [[nodiscard]] std::string owner_name(const KeywordIndex::Owner& owner) const {
    return owner.flow == index_ ? std::string() : " in flow '" + compilation_.flows[owner.flow].name + "'";
  }

  std::uint16_t index_;
  Compilation& compilation_;
  Flow& flow_;
  Faults& faults_;
};

// What a flow returns must be known before any other is compiled that uses it.
void declare_return(const Node& state, Flow& flow) {
  const Node* outcome = state.kind == Node::Kind::mapping ? state.find("return") : nullptr;
  if (outcome == nullptr || outcome->kind != Node::Kind::text) return;
  if (std::find(flow.returns.begin(), flow.returns.end(), outcome->text) == flow.returns.end())
    flow.returns.push_back(outcome->text);
}

void read_takes(const Node& node, Flow& flow, Faults& faults) {
  if (node.kind != Node::Kind::sequence) {
    faults.add(node.at, "takes must be a sequence of slots", "[account]");
    return;
  }
  for (const Node& child : node.children) {
    const std::uint16_t slot = child.kind == Node::Kind::text ? Scope{flow.slots}.slot_index(child.text) : none;
    if (slot == none) {
      faults.add(child.at, "unknown slot '" + child.text + "'", "", Rule::unknown_name);
    } else {
      flow.takes.push_back(slot);
    }
  }
  if (!flow.is_subflow())
    faults.add(node.key_at, "a flow that takes arguments must return", "{return: NAME}", Rule::subflow_use);
}

// Names of an earlier revision are not known here: only their form and their new names are checked.
void read_migrate(const Node& node, Flow& flow, Faults& faults) {
  const Fields fields(node, grammar::migrate, faults);
  const Node* renamed = fields.find("renamed");
  if (renamed != nullptr && renamed->kind != Node::Kind::mapping) {
    faults.add(renamed->at, "renamed must be a mapping", "{OLD STATE: NEW STATE}");
  } else if (renamed != nullptr) {
    std::vector<std::string_view> names;
    for (const State& state : flow.states) names.push_back(state.name);
    for (const Node& child : renamed->children) {
      if (std::find(names.begin(), names.end(), child.text) == names.end())
        faults.add(child.at, "unknown state '" + child.text + "'", did_you_mean(child.text, names),
                   Rule::unknown_name);
      flow.migration.renamed.insert_or_assign(child.key, child.text);
    }
  }
  if (const Node* deleted = fields.find("deleted")) {
    if (deleted->text != "restart" && deleted->text != "end")
      faults.add(deleted->at, "deleted must be restart or end");
    flow.migration.restarts_deleted = deleted->text != "end";
  }
}

// What `otp` states print their code from.
void declare_code(const Node& states, Flow& flow, Faults& faults) {
  const auto asks = std::find_if(states.children.begin(), states.children.end(),
                                 [](const Node& state) { return state.find("otp") != nullptr; });
  if (asks == states.children.end()) return;
  const std::uint16_t own = Scope{flow.slots}.slot_index(code_slot_name);
  if (own != none)
    faults.add(flow.slots[own].at, "'code' is the code of the otp states of this flow", "name the slot otherwise");
  flow.slots.push_back(code_slot());
  flow.slots.back().at = asks->key_at;
}

}  // namespace

std::optional<Flow> declare_flow(const Node& root, std::string_view file_stem, Currency local, Faults& faults) {
  const Fields fields(root, grammar::flow_file, faults);
  if (root.kind != Node::Kind::mapping) return std::nullopt;
  Flow flow;
  flow.at = root.at;
  if (const Node* name = fields.find("flow")) {
    if (const auto text = read_name(*name, "a flow", faults)) {
      flow.name = *text;
      flow.at = name->at;
      if (*text != file_stem)
        faults.add(name->at, "flow '" + flow.name + "' is in the file " + std::string(file_stem) + ".yaml",
                   "give both the same name");
    }
  }
  if (const Node* schema = fields.find("schema")) {
    if (schema->kind != Node::Kind::text || schema->text != "1")
      faults.add(schema->at, "this version reads schema: 1");
  }
  if (const Node* needs = fields.find("requires")) read_requires(*needs, flow, faults);
  if (const Node* slots = fields.find("slots")) flow.slots = read_slots(*slots, local, faults);
  const Node* states = fields.find("states");
  if (states == nullptr) return flow;
  if (states->kind != Node::Kind::mapping || states->children.empty()) {
    faults.add(states->at, "states must be a mapping with at least one state");
    return flow;
  }
  if (states->children.size() > LoadLimits::states_max) {
    faults.add(states->at, "more than " + std::to_string(LoadLimits::states_max) + " states");
    return flow;
  }
  declare_code(*states, flow, faults);
  for (const Node& child : states->children) {
    check_name(child.key, child.key_at, "a state", faults);
    State state;
    state.name = child.key;
    state.at = child.key_at;
    flow.states.push_back(std::move(state));
    declare_return(child, flow);
  }
  if (const Node* takes = fields.find("takes")) read_takes(*takes, flow, faults);
  if (const Node* migrate = fields.find("migrate")) read_migrate(*migrate, flow, faults);
  return flow;
}

void compile_flow(const Node& root, std::uint16_t index, Compilation& compilation) {
  Flow& flow = compilation.flows[index];
  if (const Node* nav = root.find("nav")) read_navigation(*nav, flow, compilation.faults);
  if (const Node* limits = root.find("limits")) read_limits(*limits, flow, compilation.faults);
  if (flow.requires_staff && flow.resume_ttl)
    compilation.faults.add(flow.at, "a flow that requires staff is not taken up again",
                           "take limits.resume_ttl out: who holds the phone by then has not proven who they are");
  const Node* states = root.find("states");
  for (std::size_t i = 0; i < flow.states.size() && !compilation.faults.is_full(); ++i) {
    compile_state(states->children[i], index, static_cast<std::uint16_t>(i), compilation);
  }
  // After the states, which tell whether it moves money: then its keywords must be exact.
  if (const Node* entry = root.find("entry")) {
    EntryReader(index, compilation).read(*entry);
    if (flow.is_subflow())
      compilation.faults.add(entry->key_at, "a flow that returns has no entry of its own",
                             "make another flow with this entry that uses it", Rule::subflow_use);
  }
}

void compile_keyword_table(const Node& table, std::span<const Node* const> roots, Compilation& compilation) {
  Faults& faults = compilation.faults;
  if (table.kind != Node::Kind::mapping) {
    faults.add(table.at, "a keyword table must be a mapping of flows to their words", "reading: [meter, عداد]");
    return;
  }
  for (const Node& words : table.children) {
    const auto flow = std::ranges::find(compilation.flows, words.key, &Flow::name);
    if (flow == compilation.flows.end()) {
      std::vector<std::string_view> names;
      for (const Flow& other : compilation.flows) names.push_back(other.name);
      faults.add(words.key_at, "unknown flow '" + words.key + "'", did_you_mean(words.key, names),
                 Rule::unknown_name);
      continue;
    }
    const auto index = static_cast<std::uint16_t>(flow - compilation.flows.begin());
    const Node* entry = roots[index]->find("entry");
    if (entry == nullptr || entry->find("sms") == nullptr) {
      faults.add(words.key_at, "flow '" + words.key + "' is not begun by SMS",
                 "words are added to its entry.sms, which it has not");
      continue;
    }
    EntryReader(index, compilation).read_keywords(words);
  }
}

}  // namespace shubbak::flows
