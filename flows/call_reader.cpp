#include <algorithm>
#include <array>

#include "flows/spelling.hpp"
#include "flows/state_context.hpp"
#include "flows/state_reader.hpp"

namespace shubbak::flows {
namespace {

class CallReader : private StateContext {
 public:
  CallReader(const Node& node, std::uint16_t flow, std::uint16_t state, Compilation& compilation)
      : StateContext(node, flow, state, compilation) {}

  void read(const Node& call_node) {
    const bool is_money = call_node.key == "money";
    const Fields of_state(node_, grammar::call_state, faults_);
    const Fields fields(call_node, is_money ? grammar::money : grammar::call, faults_);
    Calling calling;
    calling.moves_money = is_money;
    if (const Node* timeout = fields.find("timeout")) {
      if (const auto time = read_duration(*timeout, "timeout", faults_)) calling.timeout = *time;
    }
    const Node* needs = of_state.find("needs");
    if (needs != nullptr) calling.needs = grants_at(*needs);
    const Node* then = of_state.need("then");
    const Node* service = fields.find("service");
    const ServiceSignature* signature = service == nullptr ? nullptr : find_service(*service, is_money);
    if (signature != nullptr) {
      calling.service = static_cast<std::uint16_t>(signature - compilation_.options.services.data());
      const Assurance assurance = compilation_.options.assurance_of(*signature);
      state_.needs_link = assurance >= Assurance::link;
      flow_.own_phone = flow_.own_phone || signature->own_phone;
      if (signature->for_staff && !flow_.requires_staff)
        faults_.add(service->at, signature->name + " is asked by flows for staff only", "requires: [staff]");
      flow_.changes_money = flow_.changes_money || is_money;
      read_arguments(fields.find("args"), call_node, *signature, calling);
      const bool raised_to_code = assurance == Assurance::code && signature->assurance == Assurance::confirm;
      if (assurance == Assurance::confirm || raised_to_code) need_confirmation(calling);
      const bool has_proof = (calling.needs & static_cast<GrantSet>(~confirmed_grant)) != 0;
      if ((is_money || assurance == Assurance::code) && !has_proof)
        faults_.add(call_node.at, signature->name + " needs a code or PIN",
                    "needs: [NAME], which an otp state grants",
                    is_money ? Rule::money_unauthorised : Rule::unauthorised);
      for (const Node* save : {of_state.find("save"), fields.find("save")}) {
        if (save != nullptr) read_saves(*save, *signature, calling);
      }
      if (then != nullptr) read_then(*then, *signature, calling);
    }
    state_.body = std::move(calling);
  }

 private:
  const ServiceSignature* find_service(const Node& node, bool is_money) {
    const auto name = read_text(node, "service", faults_);
    if (!name) return nullptr;
    std::vector<std::string_view> names;
    for (const ServiceSignature& signature : compilation_.options.services) {
      names.push_back(signature.name);
      if (signature.name != *name) continue;
      if (signature.moves_money && !is_money) {
        faults_.add(node.at, signature.name + " moves money",
                    "ask it with money: instead of call:", Rule::money_unauthorised);
      } else if (!signature.moves_money && is_money) {
        faults_.add(node.at, signature.name + " moves no money", "ask it with call:");
      }
      if (signature.name == otp_send || signature.name == otp_verify)
        faults_.add(node.at, signature.name + " is asked by otp states only");
      return &signature;
    }
    faults_.add(node.at, "unknown service '" + std::string(*name) + "'", did_you_mean(*name, names),
                Rule::unknown_name);
    return nullptr;
  }

  // Whatever it is asked with must not change between yes and here.
  void need_confirmation(Calling& calling) {
    calling.needs = static_cast<GrantSet>(calling.needs | confirmed_grant);
    for (const Calling::Argument& argument : calling.arguments) {
      Slot& slot = flow_.slots[argument.operand.slot];
      slot.bound_by = static_cast<GrantSet>(slot.bound_by | confirmed_grant);
    }
  }

  static ValueKind kind_of(const ScalarType& type) {
    switch (type.kind) {
      case ScalarType::Kind::integer:
        return ValueKind::integer;
      case ScalarType::Kind::money:
        return ValueKind::money;
      case ScalarType::Kind::text:
        return ValueKind::text;
      case ScalarType::Kind::digits:
        return ValueKind::digits;
      case ScalarType::Kind::date:
        return ValueKind::date;
    }
    return ValueKind::any;
  }
  // What one kind gives where another is taken: digits and days are texts as well.
  static bool goes_into(ValueKind from, ValueKind to) {
    return from == to || from == ValueKind::any || to == ValueKind::any ||
           (to == ValueKind::text && (from == ValueKind::digits || from == ValueKind::date));
  }

  void read_arguments(const Node* node, const Node& call_node, const ServiceSignature& signature, Calling& calling) {
    std::vector<std::string_view> names;
    for (const Parameter& argument : signature.args) names.push_back(argument.name);
    if (node != nullptr) {
      const Fields fields(*node, "the arguments of " + signature.name, names, faults_);
      for (const Node& child : node->children) {
        const auto operand = operand_at(child, "an argument");
        if (!operand) continue;
        const auto wanted = std::find_if(signature.args.begin(), signature.args.end(),
                                         [&](const Parameter& argument) { return argument.name == child.key; });
        const bool is_own_words = wanted != signature.args.end() && wanted->is_own_words;
        calling.arguments.push_back({child.key, *operand, is_own_words});
        if (wanted != signature.args.end() && !goes_into(kind_of(scope_.type_of(*operand)), wanted->kind))
          faults_.add(child.at, "'" + child.text + "' is not what " + signature.name + " takes as " + child.key, "",
                      Rule::type_mismatch);
      }
    }
    for (const Parameter& argument : signature.args) {
      if (argument.is_optional || (node != nullptr && node->find(argument.name) != nullptr)) continue;
      faults_.add(node != nullptr ? node->at : call_node.at,
                  signature.name + " needs the argument '" + argument.name + "'", "", Rule::unknown_name);
    }
  }

  void read_then(const Node& then, const ServiceSignature& signature, Calling& calling) {
    const std::vector<std::string>& own = signature.outcomes;
    if (calling.moves_money) {
      read_outcomes(then, signature.name, std::array<std::string, 3>{"ok", "declined", "unknown"}, own,
                    calling.outcomes, calling.branches);
      decline_others(own, calling);
      return;
    }
    std::vector<std::string> wanted{"ok", "timeout", "error"};
    wanted.insert(wanted.end(), own.begin(), own.end());
    read_outcomes(then, signature.name, wanted, signature.later_outcomes, calling.outcomes, calling.branches);
  }

  // What the flow does not tell apart: nothing was taken.
  static void decline_others(std::span<const std::string> own, Calling& calling) {
    std::vector<Calling::Outcome>& there = calling.outcomes;
    const auto find = [&there](std::string_view name) {
      return std::find_if(there.begin(), there.end(),
                          [name](const Calling::Outcome& outcome) { return outcome.name == name; });
    };
    const auto declined = find("declined");
    if (declined == there.end()) return;  // a fault, told already
    const std::uint16_t branch = declined->branch;
    for (const std::string& name : own) {
      if (find(name) == there.end()) there.push_back({name, branch});
    }
  }

  void read_saves(const Node& node, const ServiceSignature& signature, Calling& calling) {
    if (node.kind != Node::Kind::mapping) {
      faults_.add(node.at, "save must be a mapping", "{slot: $.result}");
      return;
    }
    for (const Node& child : node.children) {
      const std::uint16_t slot = scope_.slot_index(child.key);
      if (slot == none) {
        faults_.add(child.key_at, "unknown slot '" + child.key + "'", did_you_mean(child.key, slot_names()),
                    Rule::unknown_name);
      } else if (flow_.slots[slot].shape == Slot::Shape::ref) {
        faults_.add(child.key_at, "'" + child.key + "' is a ref: only a list menu saves into it", "",
                    Rule::type_mismatch);
      }
      if (child.kind != Node::Kind::text || !child.text.starts_with("$.")) {
        faults_.add(child.at, "what is saved is written $.RESULT");
        continue;
      }
      const std::string member = child.text.substr(2);
      const auto result = std::find_if(signature.results.begin(), signature.results.end(),
                                       [&](const Parameter& known) { return known.name == member; });
      if (result == signature.results.end()) {
        std::vector<std::string_view> names;
        for (const Parameter& known : signature.results) names.push_back(known.name);
        faults_.add(child.at, signature.name + " has no result '" + member + "'", did_you_mean(member, names),
                    Rule::unknown_name);
        continue;
      }
      if (slot != none) check_result(child, *result, flow_.slots[slot]);
      calling.saves.push_back({member, slot});
    }
  }

  void check_result(const Node& node, const Parameter& result, const Slot& slot) {
    const ValueKind held = slot.shape == Slot::Shape::scalar ? kind_of(slot.scalar) : ValueKind::list;
    if (!goes_into(result.kind, held))
      faults_.add(node.at, "'" + slot.name + "' cannot hold the result '" + result.name + "'", "",
                  Rule::type_mismatch);
    if (compilation_.options.only_finishes) return;
    if (slot.shape != Slot::Shape::scalar || room_of(slot.scalar) >= result.room) return;
    const std::string room = std::to_string(result.room);
    const bool is_number = slot.scalar.kind == ScalarType::Kind::integer;
    faults_.add(node.at,
                "'" + slot.name + "' is too small for the result '" + result.name + "', which comes up to " + room +
                    (is_number ? "" : " characters"),
                is_number ? "{int: [0, " + room + "]}" : "{text: " + room + "}", Rule::type_mismatch);
  }

  static std::int64_t room_of(const ScalarType& type) {
    const bool is_number = type.kind == ScalarType::Kind::integer || type.kind == ScalarType::Kind::money;
    return is_number ? type.max : std::int64_t{type.length_max};
  }
};

}  // namespace

void compile_call(const Node& node, const Node& call, std::uint16_t flow, std::uint16_t state,
                  Compilation& compilation) {
  CallReader(node, flow, state, compilation).read(call);
}

}  // namespace shubbak::flows
