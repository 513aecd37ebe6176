#include <algorithm>
#include <array>

#include "flows/slot_reader.hpp"
#include "flows/state_context.hpp"
#include "flows/state_reader.hpp"

namespace shubbak::flows {
namespace {

class OtpReader : private StateContext {
 public:
  OtpReader(const Node& node, std::uint16_t flow, std::uint16_t state, Compilation& compilation)
      : StateContext(node, flow, state, compilation) {}

  void read(const Node& otp_node) {
    const Fields of_state(node_, grammar::otp_state, faults_);
    const Fields fields(otp_node, grammar::otp, faults_);
    Otp otp;
    read_invalid(SystemString::wrong_input);
    otp.text = text_at(fields.find("text"));
    const Node* enter = fields.find("enter");
    otp.enter = enter == nullptr ? otp.text : text_at(enter);
    otp.code = scope_.slot_index(code_slot_name);
    if (const Node* message = fields.find("message")) otp.message = message_at(*message, otp.code);
    if (const Node* pin = fields.find("pin")) otp.pin = text_at(pin);
    if (const Node* grants = of_state.find("grants")) otp.grants = grants_at(*grants);
    if (const Node* binds = fields.find("binds")) {
      for (NamedOperand& bound : operands_at(*binds, "binds")) {
        Slot& slot = flow_.slots[bound.operand.slot];
        slot.bound_by = static_cast<GrantSet>(slot.bound_by | otp.grants);
        otp.binds.push_back({std::move(bound.name), bound.operand});
      }
    }
    if (const Node* then = of_state.find("then")) read_then(*then, otp);
    state_.needs_link = true;
    if (flow_.requires_staff)
      faults_.add(node_.at, "a flow that requires staff asks for no code of the caller",
                  "who serves people signs in: call agent.sign_in");
    if (!flow_.resume_ttl) flow_.resume_ttl = resume_ttl_of_codes;
    state_.body = std::move(otp);
  }

 private:
  static constexpr std::chrono::minutes resume_ttl_of_codes{10};

  TextId message_at(const Node& node, std::uint16_t code) {
    if (node.kind != Node::Kind::text) {
      faults_.add(node.at, "message must be the name of a string");
      return none;
    }
    const TextId id = text_at(&node).sms;
    if (!compilation_.strings.always_prints(id, {Operand::Source::slot, code, none}))
      faults_.add(node.at, "the message '" + node.text + "' does not always have {code}",
                  "put {code} into it, in every language and form", Rule::placeholder);
    return id;
  }

  void read_then(const Node& then, Otp& otp) {
    const std::array<std::string, 3> wanted{"ok", "fail", "locked"};
    std::vector<Calling::Outcome> outcomes;
    std::vector<Branch> branches;
    read_outcomes(then, "otp", wanted, {}, outcomes, branches);
    for (const Calling::Outcome& outcome : outcomes) {
      Branch& target = outcome.name == "ok" ? otp.ok : outcome.name == "fail" ? otp.fail : otp.locked;
      target = branches[outcome.branch];
    }
  }
};

}  // namespace

void compile_otp(const Node& node, const Node& otp, std::uint16_t flow, std::uint16_t state,
                 Compilation& compilation) {
  OtpReader(node, flow, state, compilation).read(otp);
}

}  // namespace shubbak::flows
