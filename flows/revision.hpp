// A deployment's flows and strings, compiled and immutable: what a session runs on from its first screen to its last.
// Thread: one (conditions are evaluated in place, and screens are built in its scratch space).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/national_id.hpp"
#include "flows/conditions.hpp"
#include "flows/definition.hpp"
#include "flows/keywords.hpp"
#include "flows/strings.hpp"

namespace shubbak::flows {

// The strings that every deployment must have, whatever its flows show.
enum class SystemString : std::uint8_t {
  not_linked,         // the service is only for linked numbers
  wrong_choice,       // reason in front of a menu
  wrong_input,        // reason in front of an input
  invalid,            // the end after too many wrong answers
  try_later,          // something of ours failed
  unknown_command,    // an SMS that no keyword matches: one short help
  session_lost,       // an answer to a dialogue that is gone
  changed,            // a walk begins anew because the service has changed
  no_code,            // a code was dialled or texted that nothing waits for
  code_by_sms,        // instead of the service PIN
  suspended,          // nothing at all for this number
  not_yet,            // the service is not switched on here yet, and nothing was taken
  link_asks,          // the SMS that asks a phone to confirm its link; the masked national number follows
  hold_asks,          // the same, where money was held because the SIM may have changed hands
  link_reply,         // its second half, behind which the code stands
  own_phone,          // an agent cannot do this for somebody: it takes their own phone
  assist_asks,        // the SMS with the code by which a person lets an agent act for them; who follows
  assist_reply,       // its second half, behind which the code stands
  release_asks,       // the SMS with the code that a counter needs to release the number
  relink_asks,        // the same, to link it to another person; the masked national number follows
  counter_code,       // the second half of both, behind which the code stands
  pin_reset,          // a counter has taken away the service PIN
  tries_cleared,      // a counter has forgotten the wrong codes and PINs
  reading_refused,    // a reading that was taken turned out not to be acceptable; a reference follows
  reading_by_reader,  // likewise, as the company's own reader came first; the reader's day and a reference follow
  bill_notice,       // an SMS: something is due on an account whose bills are told to the number; all of that follows
  payment_settled,   // an SMS: what was unknown has come through; amount, account and receipt follow
  payment_released,  // an SMS: it has not; amount and account follow
  payment_held,    // an SMS: what was paid by bank card is here, and the company has not answered; amount and account
  bank_card_link,  // an SMS: a link for the bank card, which follows
  bank_card_credited,    // an SMS: money from the bank card is on the service card; amount
  bank_card_kept,        // an SMS: the same, and what it was for was not paid; amount and account
  bank_card_disputed,    // an SMS: money from the bank card is here and is looked into; amount and number
  payment_refunded,      // an SMS: what was paid is back; amount, account and receipt follow
  cash_released,         // an SMS: a payment in cash has not come through; amount and account follow
  cash_refunded,         // an SMS: what was paid in cash is given back; amount, account and receipt follow
  cash_topped_up,        // an SMS: cash came onto a prepaid card; amount and the card's number follow
  case_news,             // an SMS: what became of a case; its tracking number and what is new follow
  case_answer,           // behind what staff reply: how it is answered; the tracking number follows
  case_resolved,         // what is new: it is resolved
  case_late,             // what is new: its time limit is over and somebody else has it
  case_fee,              // what is new: a fee is to be paid; amount and the company's account follow
  case_fee_paid,         // what is new: the fee is paid; the stage follows
  case_visit_offered,    // what is new: slots for a visit are there to choose from
  case_visit_cancelled,  // what is new: nobody comes then
  audit_head,            // to an overseer; day, head and totals follow
  yes,                   // of a confirm
  no,
  nav_back,
  nav_home,
  nav_next,
  nav_previous,
  yes_words,  // what else a confirm takes for yes, as people text it: words between commas
  no_words,
};
constexpr std::array<std::string_view, 54> system_string_names{"sys_not_linked",
                                                               "sys_wrong_choice",
                                                               "sys_wrong_input",
                                                               "sys_invalid",
                                                               "sys_try_later",
                                                               "sys_unknown_command",
                                                               "sys_session_lost",
                                                               "sys_changed",
                                                               "sys_no_code",
                                                               "sys_code_by_sms",
                                                               "sys_suspended",
                                                               "sys_not_yet",
                                                               "sys_link_asks",
                                                               "sys_hold_asks",
                                                               "sys_link_reply",
                                                               "sys_own_phone",
                                                               "sys_assist_asks",
                                                               "sys_assist_reply",
                                                               "sys_release_asks",
                                                               "sys_relink_asks",
                                                               "sys_counter_code",
                                                               "sys_pin_reset",
                                                               "sys_tries_cleared",
                                                               "sys_reading_refused",
                                                               "sys_reading_by_reader",
                                                               "sys_bill_notice",
                                                               "sys_payment_settled",
                                                               "sys_payment_released",
                                                               "sys_payment_held",
                                                               "sys_bank_card_link",
                                                               "sys_bank_card_credited",
                                                               "sys_bank_card_kept",
                                                               "sys_bank_card_disputed",
                                                               "sys_payment_refunded",
                                                               "sys_cash_released",
                                                               "sys_cash_refunded",
                                                               "sys_cash_topped_up",
                                                               "sys_case_news",
                                                               "sys_case_answer",
                                                               "sys_case_resolved",
                                                               "sys_case_late",
                                                               "sys_case_fee",
                                                               "sys_case_fee_paid",
                                                               "sys_case_visit_offered",
                                                               "sys_case_visit_cancelled",
                                                               "sys_audit_head",
                                                               "sys_yes",
                                                               "sys_no",
                                                               "nav_back",
                                                               "nav_home",
                                                               "nav_next",
                                                               "nav_prev",
                                                               "sys_yes_words",
                                                               "sys_no_words"};
static_assert(system_string_names.size() == std::size_t(SystemString::no_words) + 1, "a name for each");

class Revision {
 public:
  static constexpr std::uint8_t default_locale = 0;

  // The same for the same sources and options, another for others: 16 hexadecimal digits.
  [[nodiscard]] const std::string& id() const { return id_; }

  [[nodiscard]] const std::vector<std::string>& locales() const { return locales_; }
  [[nodiscard]] std::optional<std::uint8_t> locale_index(std::string_view name) const;

  [[nodiscard]] const std::vector<Flow>& flows() const { return flows_; }
  [[nodiscard]] std::optional<std::uint16_t> flow_index(std::string_view name) const;
  [[nodiscard]] const Flow& flow(Place place) const { return flows_[place.flow]; }
  [[nodiscard]] const State& state(Place place) const { return flows_[place.flow].states[place.state]; }
  [[nodiscard]] Place home() const { return {home_flow_, 0}; }
  [[nodiscard]] Country country() const { return country_; }  // the rules of national numbers
  // For metrics and logs; any place of this revision.
  [[nodiscard]] std::string_view flow_name(Place place) const { return flow(place).name; }
  [[nodiscard]] std::string_view state_name(Place place) const { return state(place).name; }

  [[nodiscard]] const Text& text(std::uint8_t locale, TextId id) const { return texts_[locale][id]; }
  [[nodiscard]] const Text& text(std::uint8_t locale, SystemString id) const {
    return texts_[locale][static_cast<std::size_t>(id)];
  }
  [[nodiscard]] const Plurals& plurals(std::uint8_t locale) const { return plurals_[locale]; }
  [[nodiscard]] const Condition& condition(std::uint16_t index) const { return conditions_[index]; }
  [[nodiscard]] const std::vector<Condition>& conditions() const { return conditions_; }
  [[nodiscard]] const Service& service(std::uint16_t index) const { return services_[index]; }
  [[nodiscard]] const std::vector<Service>& services() const { return services_; }
  [[nodiscard]] const KeywordIndex& keywords() const { return keywords_; }
  // For the checker: where positions are, what a text is called, and what no flow uses.
  [[nodiscard]] const std::vector<std::string>& files() const { return files_; }
  [[nodiscard]] const std::string& text_name(TextId id) const { return text_names_[id]; }
  [[nodiscard]] Position text_at(std::uint8_t locale, TextId id) const { return text_positions_[locale][id]; }
  struct UnusedString {
    std::string name;
    Position at;
  };
  [[nodiscard]] const std::vector<UnusedString>& unused_strings() const { return unused_strings_; }
  [[nodiscard]] const std::unordered_map<std::string, std::uint16_t>& codes() const { return by_code_; }

  // The flow whose entry.ussd these leading segments are, and how many of them. Flows that require staff are not
  // there without `staff`.
  struct Entry {
    std::uint16_t flow = 0;
    std::size_t segments = 0;
  };
  [[nodiscard]] std::optional<Entry> entry(std::span<const std::string> dialled, bool staff) const;

 private:
  friend class Loading;  // loader.cpp fills it

  std::string id_;
  std::vector<std::string> locales_;
  std::vector<Plurals> plurals_;
  std::vector<Flow> flows_;
  std::uint16_t home_flow_ = 0;
  Country country_ = Country::syria;
  std::vector<std::vector<Text>> texts_;  // by locale; SystemString first
  std::vector<Condition> conditions_;
  std::vector<Service> services_;
  KeywordIndex keywords_;
  std::unordered_map<std::string, std::uint16_t> by_code_;  // "1", "1*2"
  std::vector<std::string> files_;
  std::vector<std::string> text_names_;
  std::vector<std::vector<Position>> text_positions_;  // by locale
  std::vector<UnusedString> unused_strings_;           // of the last folder: earlier ones are shared
};

}  // namespace shubbak::flows
