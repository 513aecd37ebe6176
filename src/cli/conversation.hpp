// Conversations (FLOWS.md): what a person does with the phone and what must be seen. Read from YAML; one file may
// hold several as documents separated by "---". Pure; any thread. Unknown and repeated keys, wrong types and empty
// conversations are refused with file:line:column.
//
//   conversation: reads the debt in Arabic
//   given: {link: {msisdn: "+963933123456", national_id: "01234567890"}}     # or {phone: "+9639…"}
//                                          # link: {…, confirmed: false}: a counter has asked, the phone is to
//                                          confirm
//                                          # staff: {name: amal, role: clerk, phone: "+9639…", pin: "39517"}: an
//                                          agent, whose phone it is then
//                                          # staff: {name: amal, role: case_worker, password: a long password}: who
//                                          acts between the person's steps
//                                          # staff: {…, drawer: "5000"}: who takes cash, at the office of their role;
//                                          so much the drawer may hold
//   steps:
//     - dial: "*123#"
//     - expect: {contains: ["1", "الذمة"], ended: false}
//     - send: "1"
//     - sms: "bill"
//     - expect_sms: {contains: "SYP", within: 15s}   # {phone: "+9639…", …}: that comes to another one
//     - send: "{voucher}"      # a voucher's PIN, of those that handset --vouchers names: another one in each
//     conversation
//     - sms: "receipt {receipt}"  # number and check code of the receipt in the last SMS that had one
//     - page: pay           # opens the link of the last SMS that had one, and pays there; or another button of the
//     sample
//                           # gateway: twice, late, never, forged, other_amount, overcharged, failed, cancel
//     - drop              # also: redial, hang_up, wait: 5s
//     - staff: [cases, take, "{tracking}", --seen, "1"]  # what that member of staff types behind `shubbak`; the
//                              # tracking number is that of the last SMS that had one, {tomorrow} is a date
//     - staff: {does: [fills, redeem, --key, once], types: "{fill}", refused: true}  # what is typed when it is asked
//                              # for behind the password; refused: the command must say no
//     - sms: "proof {reading}"  # likewise a reading's reference; {card}, {fill}: a card's number, a fill code
//     - dial: "*123*{code}#"   # the code of the last SMS that had one; {wrong_code}: another one
//
// A conversation that is rehearsed (`shubbak test`) also says what its services answer, and may say more:
//
//   operator: [syriatel, mtn]            # else all of the deployment
//   locale: [ar, en]                     # else the deployment's first
//   given:
//     linked: false                      # else the number is linked
//     services:
//       bills.accounts: {accounts: [{id: "1", label: Home}], missing: 0}       # what it answers with ok
//       payments.pay: [{outcome: unknown, later: {receipt: R1}}, {receipt: R2}]  # one after the other
//   steps:
//     - slow: 10s           # the next service takes so long; late: it answers after its time-out
//     - duplicate           # the last answer once more; crash: the daemon starts anew
//   assert: {sms: [{contains: "R1"}], services_called: {payments.pay: 1}, ledger_balanced: true}
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/msisdn.hpp"
#include "domain/result.hpp"
#include "rehearsal/mock_services.hpp"
#include "rollout/rule.hpp"

namespace shubbak::cli {

struct Place {
  std::string file;
  int line = 0;    // from 1
  int column = 0;  // from 1
};
std::string to_string(const Place& place);  // "file:line:column"

struct ScriptFault {
  Place at;
  std::string message;
};
std::string to_string(const ScriptFault& fault);

struct Expectation {
  std::vector<std::string> contains;
  std::map<std::string, std::vector<std::string>> contains_in;  // by locale
  std::vector<std::string> not_contains;
  std::optional<std::string> equals;
  Place equals_at;                          // where it stands, for --update
  std::optional<bool> ended;                // screens only
  std::optional<std::uint32_t> max_octets;  // screens only: on the air
  std::optional<std::uint32_t> max_parts;   // messages only
  std::optional<std::chrono::milliseconds> within;
  std::optional<Msisdn> phone;  // messages only: to which it comes; else the conversation's
};

struct ScriptStep {
  enum class Kind : std::uint8_t {
    dial,
    send,
    sms,
    expect,
    expect_sms,
    wait,
    drop,
    redial,
    hang_up,
    page,   // played on the whole system only
    staff,  // likewise
    slow,   // rehearsed only, like those below
    late,
    duplicate,
    crash,
  };
  Kind kind = Kind::expect;
  Place at;
  std::string text;                   // dial, send, sms, page
  std::vector<std::string> words;     // staff
  std::string types;                  // staff: behind the password; "": nothing
  bool is_refused = false;            // staff: the command must say no
  std::chrono::milliseconds wait{0};  // wait, slow
  Expectation expectation;            // expect, expect_sms
};

struct GivenLink {
  Msisdn msisdn;
  std::string national_id;
  bool is_confirmed = true;  // false: a counter has asked, and the phone is to confirm
};

struct GivenStaff {
  std::string name;
  std::string role;
  std::optional<Msisdn> msisdn;  // with a PIN, or neither
  std::string pin;
  std::string password;  // "": nobody logs in by one
  std::string drawer;    // what it may hold, as it is written; "": they keep none
};

// What must be so when all steps are done.
struct Assertions {
  std::vector<Expectation> messages;  // each held by some SMS that came
  std::map<std::string, std::uint32_t> services_called;
  std::optional<bool> ledger_balanced;
};

struct Conversation {
  std::string name;
  Place at;
  std::optional<Msisdn> phone;                // the number of given.phone or given.link
  std::optional<GivenLink> link;              // for whoever prepares the database; the handset only uses its number
  std::optional<GivenStaff> staff;            // likewise; the phone is this one's if they have one
  std::vector<rollout::WrittenRule> rollout;  // likewise; holds for all that is played on that database
  std::vector<ScriptStep> steps;
  // Of rehearsals.
  std::vector<std::string> operators;  // empty: all
  std::vector<std::string> locales;    // empty: the deployment's first
  bool linked = true;
  std::map<std::string, std::vector<rehearsal::MockAnswer>> services;
  Assertions assertions;
};

// What is typed: `text` with {code} and {wrong_code}. `last_code`: see code_in(); nothing came: they stay as they
// are.
std::string typed_text(std::string text, const std::optional<std::string>& last_code);
// `text` with that in place of each `name`.
std::string filled_in(std::string text, std::string_view name, std::string_view value);
// A receipt in an SMS, as it is texted to verify it: the first number of at least 8 digits and the first one of 7
// behind it, with a blank between.
std::optional<std::string> receipt_in(std::string_view message);
// The first address of a page in an SMS: what begins with https:// or http://, up to a blank.
std::optional<std::string> page_in(std::string_view message);
// The tracking number of a case in an SMS: the first number that is one, by its check digit.
std::optional<std::string> tracking_in(std::string_view message);
// A card's number in an SMS: the first one of so many digits, which a tracking number may be too.
std::optional<std::string> card_in(std::string_view message);
// A fill code in an SMS: the first number that is one, by its check digit.
std::optional<std::string> fill_in(std::string_view message);
// A reading's reference in an SMS: the last word that looks like one, for an account's number may stand before it.
std::optional<std::string> reading_in(std::string_view message);
// The one-time code in an SMS, in digits of any script: the first six of them in a row.
std::optional<std::string> code_in(std::string_view message);

struct ConversationLimits {
  static constexpr std::size_t file_octets_max = 1U << 20U;
  static constexpr std::size_t steps_max = 500;
};

Result<std::vector<Conversation>, std::vector<ScriptFault>> load_conversations(const std::string& file,
                                                                               const std::string& text);
// Reads and loads files one after another.
Result<std::vector<Conversation>, std::vector<ScriptFault>> read_conversations(const std::vector<std::string>& files);

}  // namespace shubbak::cli
