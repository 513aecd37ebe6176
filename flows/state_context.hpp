// What reading a state of any kind needs: its place in the compilation, and its texts, slots and reasons. Thread:
// one.
#pragma once

#include <string_view>
#include <vector>

#include "flows/branch_reader.hpp"
#include "flows/fields.hpp"
#include "flows/flow_reader.hpp"
#include "flows/revision.hpp"

namespace shubbak::flows {

class StateContext {
 protected:
  StateContext(const Node& node, std::uint16_t flow, std::uint16_t state, Compilation& compilation)
      : node_(node),
        compilation_(compilation),
        faults_(compilation.faults),
        flow_(compilation.flows[flow]),
        state_(flow_.states[state]),
        scope_{flow_.slots},
        branches_(compilation, flow, scope_) {}
  ~StateContext() = default;
  StateContext(const StateContext&) = delete;
  StateContext& operator=(const StateContext&) = delete;

  // A string's name, or one for each channel. `entry_of`: the list whose entries it is printed for.
  ChannelText text_at(const Node* node, std::uint16_t entry_of = none);
  // The state's `invalid`; `reason` where it names none.
  void read_invalid(SystemString reason);
  void check_against_navigation(std::string_view key, Position at);
  std::uint16_t slot_named(const Node& node);
  std::uint16_t list_slot(const Node* node);
  [[nodiscard]] std::vector<std::string_view> slot_names() const;

  struct NamedOperand {
    std::string name;
    Operand operand;
    Position at;
  };
  // A sequence of slots: [acct.id, due].
  std::vector<NamedOperand> operands_at(const Node& node, std::string_view what);
  // One slot or field; nothing with a fault if there is none.
  std::optional<Operand> operand_at(const Node& node, std::string_view what);
  // The bits of names that `otp` states grant: one name or a sequence.
  GrantSet grants_at(const Node& node);

  // `then` of a state with several outcomes: {ok: STATE, timeout|error: STATE}. Each of `wanted` must be there, those
  // of `optional` may be.
  void read_outcomes(const Node& then, const std::string& of, std::span<const std::string> wanted,
                     std::span<const std::string> optional, std::vector<Calling::Outcome>& outcomes,
                     std::vector<Branch>& branches);

  const Node& node_;
  Compilation& compilation_;
  Faults& faults_;
  Flow& flow_;
  State& state_;
  Scope scope_;
  BranchReader branches_;
};

}  // namespace shubbak::flows
