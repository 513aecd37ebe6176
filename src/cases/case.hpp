// The life of one case: opened, worked stage by stage, resolved, rated, reopened; late ones escalate. Decisions on
// values, told the time; the store keeps what comes of them. Pure. Thread: any.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cases/kind.hpp"
#include "cases/visit.hpp"
#include "domain/clock.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "staff/account.hpp"

namespace shubbak::cases {

enum class State : std::uint8_t { open, resolved };
constexpr std::array<std::string_view, 2> state_names{"open", "resolved"};
constexpr std::string_view to_string(State state) {
  return state_names[static_cast<std::size_t>(state)];
}

// What is done to a case, and what its history tells of.
enum class Act : std::uint8_t {
  open,
  take,
  reply,
  move,
  resolve,
  rate,
  reopen,
  escalate,
  quote,
  pay_fee,
  offer,  // slots for a visit
  book,   // one of them
  cancel_visit,
  visit,
  refund_fee,
  join,    // to the main case of one outage (cases/join.hpp)
  unjoin,  // from it
  answer   // of its person
};
constexpr std::array<std::string_view, 18> act_names{
    "opened",          "taken",     "replied",      "moved",    "resolved", "rated",
    "reopened",        "escalated", "quoted",       "fee_paid", "offered",  "booked",
    "visit_cancelled", "visited",   "fee_refunded", "joined",   "unjoined", "answered"};
constexpr std::string_view to_string(Act act) {
  return act_names[static_cast<std::size_t>(act)];
}

// Where it comes from.
struct Origin {
  std::string company;      // its name in the configuration; "": of none in particular
  std::string directorate;  // likewise
  std::string accused;      // the office that a complaint about staff is about, as grants name it; "": not told
};

// What the company asks for what is requested, as a bill on an account of its own system. It is paid like any other
// bill, whole.
enum class FeeState : std::uint8_t { due, paid, waived };
constexpr std::array<std::string_view, 3> fee_state_names{"due", "paid", "waived"};
constexpr std::string_view to_string(FeeState state) {
  return fee_state_names[static_cast<std::size_t>(state)];
}
struct Fee {
  Money amount{};
  std::string account;  // at the company: digits; "": its person was erased
  FeeState state = FeeState::due;
  WallTime quoted{};
  bool operator==(const Fee&) const = default;
};

struct Case {
  std::string kind;
  std::string stage;  // also of a resolved one: where it was resolved
  State state = State::open;
  std::int64_t version = 1;  // grows with each act
  Origin from{};
  std::string office;            // where it is worked; "": at any of its company
  bool bypasses_office = false;  // as its kind was when it was opened
  std::string worker;            // the account that has taken it; "": nobody has
  WallTime opened{};
  WallTime stage_since{};
  std::optional<WallTime> due{};  // of its stage; nothing: it is resolved
  bool is_late = false;           // it was escalated in this stage
  std::optional<WallTime> resolved{};
  std::optional<std::uint8_t> stars{};   // 1 to 5, since it was resolved
  std::uint32_t reopened = 0;            // how often
  std::optional<Fee> fee{};              // the last one that was quoted
  Slots offers{};                        // of which its person may choose one
  std::optional<Slot> appointment{};     // that is booked
  std::optional<std::int64_t> joined{};  // the number of the main case that it is worked with; nothing: it is itself
  std::int64_t answers = 0;              // of its person, since staff have last told them something about it
  [[nodiscard]] bool owes_fee() const { return fee && fee->state == FeeState::due; }
};

Case opened(const Kind& kind, const Origin& from, WallTime now);

struct Asked {
  Act act = Act::reply;    // any but open and join
  std::string stage{};     // move: to which
  std::int64_t stars = 0;  // rate
  std::string worker{};    // take: whose account
  // The version that whoever asks has seen; nothing: whatever it is. Two members of staff at one case at once: the
  // second one is told.
  std::optional<std::int64_t> version{};
  Money amount{};           // quote
  std::string account{};    // quote: at the case's company
  bool waives_fee = false;  // resolve: a fee that is due is not asked for any more
  Slots slots{};            // offer: which; book: the one
};
// The case as it is then. Errors: conflict (somebody else has changed it since; it is resolved, or not, is rated, or
// may not be reopened any more, is not late, or its kind or stage is configured no more; its fee is paid, or is due
// and not waived, when it is resolved; an appointment stands, or none does; it is worked with its main case, or
// joined to none; Limits::answers_most wait for staff already), invalid (the stage does not follow, it cannot be
// resolved from here, the stars are not 1 to 5, a fee cannot be asked for or slots not be offered).
Result<Case> decide(const Kinds& kinds, const Case& before, const Asked& asked, WallTime now);
// conflict: that was another version.
Status check_seen(const Case& one, const std::optional<std::int64_t>& version);
// Its fee, which was due, is paid: that is so whatever is configured by now.
Case with_fee_paid(const Kinds& kinds, Case one, WallTime now);
// What had paid it was given back: it is not asked for any more, unless it is quoted anew.
Case with_fee_refunded(Case one);
// May its person reopen it?
bool may_reopen(const Kinds& kinds, const Case& one, WallTime now);
// Does it take an answer of its person? An open one does, also one that is joined to another, until so many wait.
bool takes_answer(const Case& one);

// Where what is done to it is done.
staff::Scope place_of(const Case& one);
// May the account work it at its stage, as its grants are now? Nobody of the accused office may, nor anybody once the
// stage is configured no more.
bool may_work(const staff::Account& account, const Kinds& kinds, const Case& one);
// May the account see it? Who may work it, and case workers and overseers of where it is; of one that bypasses its
// office only overseers and who works it. Nobody of the accused office, whatever else they are granted.
bool may_see(const staff::Account& account, const Kinds& kinds, const Case& one);

// --- tracking numbers: ten digits, drawn at random so that nobody counts or guesses them, the last one a check digit
// (domain/check_digit.hpp).
constexpr std::size_t tracking_digits = 10;
std::int64_t draw_number(std::uint64_t random);
std::string tracking_number(std::int64_t number);
std::optional<std::int64_t> parse_tracking_number(std::string_view typed);  // nothing: it is none, or mistyped

}  // namespace shubbak::cases
