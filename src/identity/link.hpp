// The life of a link between a mobile number and a person (PRODUCT.md, Identity and invariant 8): what may happen to
// it, by whom, and what comes of it. Pure: records and the time are arguments. Thread: any.
//
//   nothing ── make ──▶ pending ── confirm (the citizen's own phone) ──▶ active ◀── resume ── suspended
//                          │ refuse, expire, release                      │ suspend ──────────▶ ▲
//                          ▼                                              ▼ release, recycle
//                       released (free at once)                        released (in quarantine)
//
// A money hold lies on an active or suspended link whose SIM may have changed hands. It is lifted in two steps: a
// counter sees the person (ask), then the phone confirms.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/result.hpp"

namespace shubbak::identity {

enum class LinkState : std::uint8_t { pending, active, suspended, released };
enum class MoneyHold : std::uint8_t {
  none,
  held,   // no debit
  asked,  // no debit yet: a counter has seen the person, and the phone is asked to confirm
};
enum class LinkEvent : std::uint8_t {
  make,     // a counter asks for the link
  import,   // a link whose phone is known to be the person's, without asking it: for who administers the deployment
            // only
  confirm,  // the phone says yes: to the link, or to the lifting of a hold
  refuse,   // the phone says no
  expire,   // nobody said anything for as long as a question is good
  suspend,
  resume,
  release,
  hold,             // another SIM, another network, another IMSI
  clear_hold,       // a counter asks the phone to confirm that it is still the person's
  recycle,          // the operator has given the number to somebody else
  make_unverified,  // a counter asks for the link while nobody could tell whether there is such a person
  verify,           // there is: now the phone is asked
};
// Does it end with a question to the phone, by SMS?
constexpr bool asks_the_phone(LinkEvent event) {
  return event == LinkEvent::make || event == LinkEvent::clear_hold || event == LinkEvent::verify;
}
// Does it take a code that the phone is sent, and that the person brings to the counter (PRODUCT.md, relink,
// release)? What the phone confirmed ends so; a link that it did not confirm yet is taken back without one. A relink
// always does.
constexpr bool needs_code_of_phone(LinkEvent event, LinkState state) {
  return event == LinkEvent::release && (state == LinkState::active || state == LinkState::suspended);
}
constexpr std::array<std::string_view, 4> link_state_names{"pending", "active", "suspended", "released"};
constexpr std::array<std::string_view, 3> money_hold_names{"none", "held", "asked"};
constexpr std::array<std::string_view, 13> link_event_names{
    "make",    "import", "confirm",    "refuse",  "expire",          "suspend", "resume",
    "release", "hold",   "clear_hold", "recycle", "make_unverified", "verify"};
constexpr std::string_view to_string(LinkState state) {
  return link_state_names[static_cast<std::size_t>(state)];
}
constexpr std::string_view to_string(MoneyHold hold) {
  return money_hold_names[static_cast<std::size_t>(hold)];
}
constexpr std::string_view to_string(LinkEvent event) {
  return link_event_names[static_cast<std::size_t>(event)];
}

struct LinkRules {
  std::chrono::hours question_lives{7 * 24};  // pending, or asked, without an answer of the phone
  std::chrono::hours quarantine{90 * 24};     // of a released number, for anybody but the person who had it
};
// The code in the SMS that asks: whoever answers by SMS must have read it, for the sender of an SMS can be forged.
constexpr std::chrono::hours code_lives{3 * 24};
constexpr std::uint8_t code_tries_max = 3;  // afterwards only USSD or the counter
constexpr std::size_t code_digits = 6;

struct LinkRecord {
  LinkState state = LinkState::pending;
  MoneyHold hold = MoneyHold::none;
  WallTime made;            // when a counter asked for it
  WallTime since;           // of the state
  WallTime hold_since;      // of the hold's state; epoch: none
  WallTime quarantine_end;  // of a released one
  bool verified = true;     // false: of a pending one whose person could not be looked up yet
};

// Does its phone owe an answer, and is it not too late for it?
bool waits_for_phone(const LinkRecord& link, const LinkRules& rules, WallTime now);

struct LinkDecision {
  LinkRecord link;
  bool is_new = false;   // one more record: the one before stays as history
  bool changed = false;  // false: it was like that already, and nothing is to be written
  bool forget = false;   // whatever is kept for the number, its next owner must not meet
};
// `current`: the number's link, or its last one if that was released; nothing if it never had one. `same_person`: the
// event is about the person of `current`. Errors: denied (this actor may not), not_found (no link that this could
// happen to), conflict (another person's, or in quarantine, or in a state that does not allow it).
Result<LinkDecision> decide(const std::optional<LinkRecord>& current, LinkEvent event, Actor::Kind by,
                            bool same_person, const LinkRules& rules, WallTime now);

// A counter links a number to another person than the one whom it is actively linked to, and the phone agrees by a
// code. The link before is released without a quarantine, which is for numbers that nobody vouches for: whoever comes
// after that is asked by the phone again. `event`: make or make_unverified. Errors: denied; conflict where it is the
// same person, or the link is not active, or its SIM may have changed hands: then the phone vouches for nobody.
struct Relink {
  LinkDecision ended;
  LinkDecision made;
};
Result<Relink> decide_relink(const std::optional<LinkRecord>& current, LinkEvent event, Actor::Kind by,
                             bool same_person, WallTime now);

// Whatever the state: may this actor do that at all?
bool may(Actor::Kind by, LinkEvent event);

}  // namespace shubbak::identity
