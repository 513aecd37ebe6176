// One step of a walk through a flow: a plain function of (revision, session, input, context) to what is to be shown
// or done. It reads no clock, writes nothing and never waits: a service call is handed to the caller as a Step and
// its outcome given back with outcome(). Bounded: at most steps_max states per input. Thread: one per Revision (its
// compiled conditions and formatters are not shared between threads).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "domain/clock.hpp"
#include "domain/result.hpp"
#include "flows/value.hpp"
#include "ussd/screen.hpp"

namespace shubbak::flows {

class Revision;
enum class SystemString : std::uint8_t;

enum class Channel : std::uint8_t { ussd, sms };
enum class DigitStyle : std::uint8_t { latin, arabic };

// Where a person is. A small value: no slots are held at a fixed menu. Belongs to the Revision that began it.
struct Session {
  struct Place {
    std::uint16_t flow = 0;
    std::uint16_t state = 0;
    bool operator==(const Place&) const = default;
  };
  Place at;
  std::uint16_t page = 0;
  std::uint8_t wrong_answers = 0;  // at this state
  std::uint8_t locale = 0;         // index into Revision::locales()
  Channel channel = Channel::ussd;
  bool waits_for_call = false;  // the next input is outcome()
  std::uint8_t reason =
      0;  // why the last answer was wrong: 1 the state's `invalid`, 2 and up its refusals; 0 it was not
  std::vector<Place> back;  // at most back_max, the oldest dropped
  std::vector<std::string>
      ready_answers;         // from direct dial (*123*1*4#) or an SMS command, next one last; never fed to `confirm`
  std::vector<Value> slots;  // of the current flow; empty until one is set

  // Flows that wait for the subflow they are in to return, the innermost last.
  struct Frame {
    Place at;
    std::vector<Value> slots;
    std::uint16_t paying_state = 0xFFFF;
  };
  std::vector<Frame> frames;
  std::uint8_t grants = 0;              // what `otp` states of the current flow have granted
  bool code_sent = false;               // at an `otp`: the next answer is the code
  bool asks_pin = false;                // at an `otp`: the next answer is the service PIN, or asks for a code instead
  std::uint16_t granted_by = 0xFFFF;    // the `otp` state whose grant stands
  bool notice = false;                  // the next screen tells that the service has changed
  std::uint16_t paying_state = 0xFFFF;  // the `money` state that was asked last, for late_sms()
  std::string payment_key;              // from the confirm screen of a payment on, until it is answered
};

// Is it where a company is asked for a payment that was begun? Taken up again, it asks for the same one.
bool is_paying(const Revision& revision, const Session& session);

struct Context {
  ussd::ScreenLimits screen;
  DigitStyle digits = DigitStyle::latin;
  bool linked = false;  // the person's number has an active link
  bool staff = false;   // the phone is one that serves people: flows that require staff are there
  // The phone is not the person's but that of an agent who serves them: a code is read out to it, so the dialogue
  // goes on, and neither their PIN nor what their own phone must say is asked there.
  bool assisted = false;
  // From a CSPRNG, for the keys of payments. May be missing where no flow moves money.
  const std::function<std::uint64_t()>* random = nullptr;
  // A new one-time code of six digits, from a CSPRNG. May be missing where no flow asks for one.
  const std::function<std::string()>* new_code = nullptr;
  // If there: every place that the step comes to is added, in order, for coverage and statistics.
  std::vector<Session::Place>* visited = nullptr;
};

struct Call {
  std::string_view service;
  boost::json::object args;
  std::chrono::milliseconds timeout;
  bool changes;               // from the service's signature
  std::string payment_key{};  // of a service that moves money: the same for each try of the same payment
  // What the code or PIN was given for, if one was: purpose and values in the form of authorisation_text(). The
  // service that needs it has it consumed with what it does.
  std::string authorisation{};
};
struct Step {
  enum class Kind : std::uint8_t { screen, call, end };
  Kind kind = Kind::end;
  std::string text;                // screen and end: what the phone shows; fits Context::screen
  std::optional<std::string> sms;  // end: to be sent by SMS as well
  std::optional<Call> call;
  bool locale_changed = false;  // remember Session::locale for this person
  bool parked = false;          // an end that keeps the walk: a code was sent, and the person will be back
  bool is_silent = false;       // a screen that needs no SMS of its own: the one with the code asks for the answer
  std::optional<SystemString> broken_off{};  // an end that is none of the flow's: the text that says why
  bool sms_later = false;                    // an end: late_sms() is to be sent once the payment is known
};
struct CallOutcome {
  std::string outcome;       // "ok", "timeout", "error", switched_off or one of the signature's
  boost::json::object data;  // with ok
};

constexpr std::chrono::milliseconds code_timeout{5'000};  // for otp.send and otp.verify
constexpr std::size_t code_digits = 6;                    // of a one-time code
constexpr std::size_t pin_digits = 5;                     // of a service PIN; never as many as a code has
constexpr int steps_max = 50;
constexpr std::uint8_t reason_changed = 0xFF;  // Session::reason: the service has changed, the walk begins anew
constexpr std::size_t frames_max = 4;
constexpr std::size_t back_max = 16;
constexpr std::size_t ready_answers_max = 64;
constexpr std::size_t ready_answer_octets_max = 200;

// What stands behind the service code of what was dialled, split at '*': "*123*1*4#" with the code "*123#" is
// {"1","4"}. Empty also when the code is another one.
std::vector<std::string> segments_after_code(std::string_view service_code, std::string_view dialled);
// A lone segment of six digits is a confirmation code: it goes to answer() at the `otp` that waits, not to dial().
bool is_confirmation_code(std::span<const std::string> dialled);
// A text that is nothing but such a code, whatever its digits, spaces and punctuation are: its digits.
std::optional<std::string> lone_code(std::string_view text);

// What a code is bound to, as one text: the purpose, and the values by name. Any other is another one.
std::string authorisation_text(std::string_view purpose, const boost::json::object& binds);

// Do these segments open a flow that requires staff? Then Context::staff has to be found out before they are dialled.
bool leads_to_staff(const Revision& revision, std::span<const std::string> dialled);

// A phone dialled. `dialled` is what follows the service code, split at '*': {} for *123#, {"1","4"} for *123*1*4#.
// Leading segments that are a flow's `entry.ussd` open that flow, else the home flow; the rest become ready answers.
Step dial(const Revision& revision, Session& session, std::vector<std::string> dialled, const Context& context);
// A text came and no walk by SMS is going on, or it is a command all the same. Nothing: no command matches it.
std::optional<Step> command(const Revision& revision, Session& session, std::string_view text,
                            const Context& context);
// Opens a flow whatever was dialled or texted, on the session's channel; `answers` are given to its first questions.
Step open(const Revision& revision, Session& session, std::uint16_t flow, const std::vector<std::string>& answers,
          const Context& context);
// Is the text an answer that the waiting state takes? Then it is one even where it is a command too: who chooses the
// account "Home meter" by its name does not ask for the flow of the keyword "meter". Where free text is asked for any
// words are one, also too many of them, unless they are a keyword and nothing else.
bool takes(const Revision& revision, const Session& session, std::string_view text, const Context& context);
// What the person typed at a waiting state.
Step answer(const Revision& revision, Session& session, std::string_view text, const Context& context);
// Begins the flow that the session stands at the beginning of, keeping what is noted in it (move_session()).
Step restart(const Revision& revision, Session& session, const Context& context);
// What a service that a Step asked for came to.
Step outcome(const Revision& revision, Session& session, const CallOutcome& outcome, const Context& context);
// The waiting state's screen once more (a dropped session is taken up again).
Step show(const Revision& revision, Session& session, const Context& context);

// What is sent when the payment that `session` (of a step with sms_later) left unknown has come to its end: nothing
// if that is not "ok".
std::optional<std::string> late_sms(const Revision& revision, const Session& session, const CallOutcome& outcome,
                                    const Context& context);

// A whole text as the operator's phones show numbers; links stay as they are.
std::string in_digits(DigitStyle style, std::string text);

// A text of the deployment outside any state ("sys_unknown_command", "sys_try_later", ...), laid out for the channel.
std::string system_text(const Revision& revision, std::uint8_t locale, std::string_view name, const Context& context);

// May a dropped walk be taken up again here, and for how long? Only flows that declare limits.resume_ttl or ask for
// codes.
std::optional<std::chrono::seconds> resume_ttl(const Revision& revision, const Session& session);
// To and from a text for the store; secret slots are left out. load() refuses what does not match the revision's
// states and slot types, after `migrate` has said what became of them.
std::string save(const Revision& revision, const Session& session);
Result<Session> load_session(const Revision& revision, std::string_view saved);

// What becomes of a walk that was saved under an earlier revision: it goes on where the states and slots still match
// or `migrate` says what became of them; else it begins its flow anew with a notice, or ends with one.
struct Moved {
  enum class How : std::uint8_t { goes_on, restarts, ends };
  How how = How::restarts;
  Session session;  // goes_on: as it was; restarts: at the flow's beginning, or home, the notice noted in it
};
Moved move_session(const Revision& revision, std::string_view saved);
// A confirmed payment is under way in it: it finishes on the revision that it began with, whatever is published.
bool is_pinned(std::string_view saved);

}  // namespace shubbak::flows
