// That secrets go nowhere but to the services that need them.
#include <set>

#include "flows/proofs.hpp"

namespace shubbak::flows {
namespace {

class SecretProof {
 public:
  SecretProof(const Revision& revision, const Flow& flow, Faults& faults)
      : revision_(revision), flow_(flow), faults_(faults) {}

  void run() {
    for (const State& state : flow_.states) {
      state_ = &state;
      if (state.waits()) text(state.invalid.text);
      std::visit([&](const auto& body) { look(body); }, state.body);
    }
  }

 private:
  [[nodiscard]] bool is_secret(const Operand& operand) const {
    return operand.source == Operand::Source::slot && flow_.slots[operand.slot].is_secret;
  }

  void tell(const Operand& operand, const std::string& where, std::string hint) {
    faults_.add(state_->at,
                "state '" + state_->name + "': the secret '" + name_of(operand, flow_.slots) + "' goes into " + where,
                std::move(hint), Rule::secret_shown);
  }

  void text(TextId id) {
    if (id == none || !told_.insert({state_, id}).second) return;
    for (const Operand& operand : revision_.text(0, id).operands()) {
      if (is_secret(operand)) tell(operand, "the text '" + revision_.text_name(id) + "'", "take it out of the text");
    }
  }
  void text(const ChannelText& both) {
    text(both.ussd);
    text(both.sms);
  }

  void look(const Menu& menu) {
    text(menu.text);
    for (const MenuItem& item : menu.items) text(item.label);
  }
  void look(const ListMenu& menu) {
    text(menu.text);
    text(menu.item);
  }
  void look(const Input& input) {
    text(input.text);
    for (const Input::Refusal& refusal : input.refuse) text(refusal.text);
  }
  void look(const Confirm& confirm) {
    text(confirm.text);
    for (const Operand& operand : confirm.shows) {
      if (is_secret(operand)) tell(operand, "shows", "what is confirmed must be readable: show something else");
    }
  }
  void look(const Collect& collect) {
    text(collect.text);
    text(collect.more);
  }
  void look(const Otp& otp) {
    text(otp.text);
    text(otp.enter);
    text(otp.pin);
    for (const Operand& operand : revision_.text(0, otp.message).operands()) {
      const bool is_the_code = operand.source == Operand::Source::slot && operand.slot == otp.code;
      if (is_secret(operand) && !is_the_code)
        tell(operand, "the text '" + revision_.text_name(otp.message) + "'", "take it out of the text");
    }
  }
  void look(const Calling& calling) {
    if (revision_.service(calling.service).takes_secrets) return;
    for (const Calling::Argument& argument : calling.arguments) {
      if (is_secret(argument.operand))
        tell(argument.operand, "the service " + revision_.service(calling.service).name,
             "only services that are made for secrets take them");
    }
  }
  void look(const Switch&) {}
  void look(const Set& set) {
    for (const Set::Assignment& assignment : set.assignments) {
      if (assignment.operand && is_secret(*assignment.operand) && !flow_.slots[assignment.slot].is_secret)
        tell(*assignment.operand, "'" + flow_.slots[assignment.slot].name + "', which is none",
             "declare that slot secret as well");
    }
  }
  void look(const Subflow& subflow) {
    const std::vector<Slot>& inner = revision_.flows()[subflow.flow].slots;
    for (const Subflow::Argument& argument : subflow.arguments) {
      if (is_secret(argument.operand) && !inner[argument.slot].is_secret)
        tell(argument.operand, "'" + inner[argument.slot].name + "' of the subflow, which is none",
             "declare that slot secret as well");
    }
    for (const Subflow::Result& result : subflow.results) {
      if (inner[result.from].is_secret && !flow_.slots[result.slot].is_secret)
        faults_.add(state_->at,
                    "state '" + state_->name + "': the subflow's secret '" + inner[result.from].name +
                        "' goes into '" + flow_.slots[result.slot].name + "', which is none",
                    "declare that slot secret as well", Rule::secret_shown);
    }
  }
  void look(const Return&) {}
  void look(const End& end) {
    text(end.text);
    text(end.item);
    text(end.sms);
    text(end.sms_later);
  }

  const Revision& revision_;
  const Flow& flow_;
  Faults& faults_;
  const State* state_ = nullptr;
  std::set<std::pair<const State*, TextId>> told_;
};

}  // namespace

void prove_secrets(const Revision& revision, Faults& faults) {
  for (const Flow& flow : revision.flows()) SecretProof(revision, flow, faults).run();
}

}  // namespace shubbak::flows
