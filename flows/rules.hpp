// The rules that flows are held to, each with the id under which `shubbak check` tells of it and docs/rules.md
// explains it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace shubbak::flows {

enum class Rule : std::uint8_t {
  form,                // the file is not what a flow or strings file is made of
  limit,               // larger than anything here may be
  unknown_name,        // a state, slot, flow, service, string, argument or result that there is not
  unset_slot,          // a slot is read before it is set on some path
  missing_branch,      // an outcome leads nowhere
  type_mismatch,       // a value goes where another type is held
  missing_string,      // a language lacks a string
  string_pattern,      // a string is no ICU message, or counts or formats what it cannot
  plural_form,         // a language's plural form is missing
  placeholder,         // a placeholder means nothing there, or is in one language only
  unused_string,       // no flow uses a string
  unreachable_state,   // no path leads to a state
  no_end,              // no end can be reached from a state
  empty_menu,          // a menu may have nothing to choose
  endless_round,       // states go round and never wait for the person
  key_clash,           // one key means two things on one screen
  keyword_clash,       // one SMS means two things
  code_clash,          // one short code means two flows
  screen_overflow,     // a screen does not fit
  too_many_stages,     // more screens than max_stages
  over_budget,         // more time than the operator gives a session
  service_timeout,     // a service may take longer than the operator waits for us
  money_unconfirmed,   // money moves without a confirm screen that showed payee and amount
  money_unauthorised,  // money moves without an authorisation bound to payee and amount
  money_changed,       // payee or amount can change between confirm or authorisation and the payment
  late_message,        // an SMS is promised for later that would never be sent
  secret_shown,        // a secret in a screen, an SMS or a service that does not need it
  subflow_use,         // a flow is entered as what it is not, or takes part in itself
  moved_code,          // a short code that meant something else in the published revision
  unconfirmed,         // a service that needs a confirmation is asked without one
  unauthorised,        // a service that needs a code is asked without one that is bound to what it is asked
};
inline constexpr std::array<std::string_view, 31> rule_names{
    "form",           "limit",           "unknown-name",      "unset-slot",
    "missing-branch", "type-mismatch",   "missing-string",    "string-pattern",
    "plural-form",    "placeholder",     "unused-string",     "unreachable-state",
    "no-end",         "empty-menu",      "endless-round",     "key-clash",
    "keyword-clash",  "code-clash",      "screen-overflow",   "too-many-stages",
    "over-budget",    "service-timeout", "money-unconfirmed", "money-unauthorised",
    "money-changed",  "late-message",    "secret-shown",      "subflow-use",
    "moved-code",     "unconfirmed",     "unauthorised"};
inline std::string_view to_string(Rule rule) {
  return rule_names[static_cast<std::size_t>(rule)];
}

}  // namespace shubbak::flows
