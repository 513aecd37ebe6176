// What `shubbak check` proves of a deployment beyond what loading it has shown (FLOWS.md): that no way through its
// flows leads to an unset value, a screen that does not fit, a dead end, too long a dialogue, or money that moves
// without its payee and amount having been shown, confirmed and authorised. The proofs go over the compiled flows and
// every way through them; what they refuse may still work on most ways. docs/rules.md explains each rule. Pure.
// Thread: the revision's.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "flows/engine.hpp"
#include "flows/loader.hpp"

namespace shubbak::flows {

// What an operator's network lets through.
struct OperatorProfile {
  std::string name{};
  std::uint32_t ussd_octets_max = 160;  // of one screen
  DigitStyle ussd_digits = DigitStyle::latin;
  std::uint32_t sms_octets_max = 536;  // of one text, all parts together
  DigitStyle sms_digits = DigitStyle::latin;
  std::chrono::milliseconds session_budget{180'000};      // of one USSD dialogue
  std::chrono::milliseconds application_timeout{10'000};  // from an answer to our next screen
  std::uint32_t stages_max = 8;                           // screens of one USSD dialogue
};

struct CheckOptions {
  std::span<const OperatorProfile> operators;
  const Revision* published = nullptr;  // what people know by now; may be missing
};

// In the order of files, lines and columns; at most Faults::faults_max.
std::vector<Diagnostic> check(const Revision& revision, const CheckOptions& options);

}  // namespace shubbak::flows
