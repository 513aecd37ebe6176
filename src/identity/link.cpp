#include "identity/link.hpp"

#include <algorithm>
#include <string>

namespace shubbak::identity {
namespace {

constexpr unsigned bit(Actor::Kind kind) {
  return 1U << static_cast<unsigned>(kind);
}
constexpr unsigned counter = bit(Actor::Kind::staff) | bit(Actor::Kind::agent) | bit(Actor::Kind::command_line);
constexpr unsigned citizen = bit(Actor::Kind::citizen);
constexpr unsigned network = bit(Actor::Kind::operator_hook);
constexpr unsigned daemon = bit(Actor::Kind::system);

// Who may, by event.
constexpr std::array<unsigned, link_event_names.size()> allowed{
    counter,                                   // make
    bit(Actor::Kind::command_line),            // import
    citizen,                                   // confirm
    citizen,                                   // refuse
    daemon,                                    // expire
    counter | citizen | network,               // suspend
    counter,                                   // resume: the person must be seen
    counter,                                   // release
    counter | network | daemon,                // hold; the daemon where a gateway carries the IMSI
    counter,                                   // clear_hold
    network | bit(Actor::Kind::command_line),  // recycle
    counter,                                   // make_unverified
    counter | daemon,                          // verify
};

// What an event does to a link in a state, told in one word.
enum class Effect : std::uint8_t {
  nothing,    // it is like that already
  refused,    // cannot happen in this state
  begin,      // pending, to be confirmed
  activate,   // active
  suspend,    //
  release,    // with quarantine
  drop,       // released without one of its own: nobody was ever shown anything under it
  free,       // released, or its quarantine ended: the operator vouches that the number is somebody else's
  hold,       //
  ask,        // the phone is to confirm
  lift,       // no hold any more
  keep_held,  // asked for nothing: held as before
  doubt,      // pending, but the phone is not asked before the person is verified
  trust,      // verified
};
using enum Effect;

// Rows: pending, active, suspended. Columns as LinkEvent. A link that is not there, or released, is decided apart.
constexpr std::array<std::array<Effect, link_event_names.size()>, 3> effects{{
    // make     import    confirm   refuse     expire     suspend  resume    release  hold  clear_hold recycle
    // make_unverified verify
    {begin, activate, activate, drop, drop, drop, refused, drop, drop, refused, free, doubt, trust},
    {refused, nothing, lift, keep_held, keep_held, suspend, refused, release, hold, ask, free, refused, refused},
    {refused, refused, refused, refused, refused, nothing, activate, release, hold, refused, free, refused, refused},
}};

Error not_for_this_actor(LinkEvent event) {
  return Error{Errc::denied, "'" + std::string(to_string(event)) + "' is not for this actor"};
}

Error impossible(LinkState state, LinkEvent event) {
  return Error{Errc::conflict, "the link is " + std::string(to_string(state)) + ": '" +
                                   std::string(to_string(event)) + "' cannot happen to it"};
}

// A quarantine that is not over goes on beneath a new link, so that one that comes to nothing does not end it.
LinkDecision made_anew(const std::optional<LinkRecord>& last, LinkEvent event, WallTime now) {
  LinkDecision decision{.link = {}, .is_new = true, .changed = true};
  if (last) decision.link.quarantine_end = last->quarantine_end;
  decision.link.state = event == LinkEvent::import ? LinkState::active : LinkState::pending;
  decision.link.verified = event != LinkEvent::make_unverified;
  decision.link.made = now;
  decision.link.since = now;
  return decision;
}

// There is none, or the last one is over.
Result<LinkDecision> decide_without(const std::optional<LinkRecord>& last, LinkEvent event, bool same_person,
                                    WallTime now) {
  if (event == LinkEvent::make || event == LinkEvent::import || event == LinkEvent::make_unverified) {
    if (last && !same_person && last->quarantine_end > now) {
      return Error{Errc::conflict, "the number was another person's and is in quarantine"};
    }
    return made_anew(last, event, now);
  }
  if (event == LinkEvent::recycle && last) {
    LinkDecision decision{.link = *last, .forget = true};
    decision.changed = last->quarantine_end > now;
    if (decision.changed) decision.link.quarantine_end = now;
    return decision;
  }
  return Error{Errc::not_found, "the number has no link"};
}

void enter(LinkDecision& decision, LinkState state, WallTime now) {
  decision.link.state = state;
  decision.link.since = now;
  decision.changed = true;
  if (state != LinkState::released) return;
  decision.link.hold = MoneyHold::none;
  decision.link.hold_since = {};
  decision.link.quarantine_end = std::max(now, decision.link.quarantine_end);
  decision.forget = true;
}

void set_hold(LinkDecision& decision, MoneyHold hold, WallTime now) {
  decision.changed = decision.link.hold != hold;
  if (!decision.changed) return;
  decision.link.hold = hold;
  decision.link.hold_since = hold == MoneyHold::none ? WallTime{} : now;
}

Result<LinkDecision> carry_out(Effect effect, const LinkRecord& link, LinkEvent event, const LinkRules& rules,
                               WallTime now) {
  LinkDecision decision{.link = link};
  switch (effect) {
    case nothing:
      break;
    case refused:
      return impossible(link.state, event);
    case trust:
      if (link.verified) return impossible(link.state, event);
      decision.link.verified = true;
      enter(decision, LinkState::pending, now);
      break;
    case begin:  // asked once more: the question is good for as long as a new one
    case doubt:
      decision.link.verified = effect == begin;
      decision.link.made = now;
      enter(decision, LinkState::pending, now);
      break;
    case activate:
      decision.link.verified = true;
      enter(decision, LinkState::active, now);
      break;
    case suspend:
      enter(decision, LinkState::suspended, now);
      break;
    case release:
      enter(decision, LinkState::released, now);
      decision.link.quarantine_end = now + rules.quarantine;
      break;
    case drop:
      enter(decision, LinkState::released, now);
      break;
    case free:
      enter(decision, LinkState::released, now);
      decision.link.quarantine_end = now;
      break;
    case hold:
      set_hold(decision, MoneyHold::held, now);
      break;
    case ask:
      if (link.hold == MoneyHold::none) return Error{Errc::conflict, "there is no money hold on the link"};
      set_hold(decision, MoneyHold::asked, now);
      decision.link.hold_since = now;  // asked once more, it is good for as long as a new question
      decision.changed = true;
      break;
    case lift:
    case keep_held:
      if (link.hold != MoneyHold::asked) return Error{Errc::conflict, "the phone was not asked anything"};
      set_hold(decision, effect == lift ? MoneyHold::none : MoneyHold::held, now);
      break;
  }
  return decision;
}

// Of a question: it is not over yet, whether the phone was asked or is to be.
bool is_open(const LinkRecord& link, const LinkRules& rules, WallTime now) {
  if (link.state == LinkState::pending) return now < link.since + rules.question_lives;
  return link.state == LinkState::active && link.hold == MoneyHold::asked &&
         now < link.hold_since + rules.question_lives;
}

}  // namespace

bool may(Actor::Kind by, LinkEvent event) {
  return (allowed[static_cast<std::size_t>(event)] & bit(by)) != 0;
}

bool waits_for_phone(const LinkRecord& link, const LinkRules& rules, WallTime now) {
  return link.verified && is_open(link, rules, now);
}

Result<LinkDecision> decide(const std::optional<LinkRecord>& current, LinkEvent event, Actor::Kind by,
                            bool same_person, const LinkRules& rules, WallTime now) {
  if (!may(by, event)) return not_for_this_actor(event);
  if (!current || current->state == LinkState::released) return decide_without(current, event, same_person, now);
  const bool open = is_open(*current, rules, now);
  if (current->state == LinkState::pending && !open && event != LinkEvent::expire) {
    // Nobody has written down yet that it is over.
    return decide_without(current, event, same_person, now);
  }
  if (!same_person) return Error{Errc::conflict, "the number has a link to another person that is not released"};
  if (event == LinkEvent::expire && open) return Error{Errc::conflict, "the phone may still answer"};
  if (event == LinkEvent::confirm && !waits_for_phone(*current, rules, now)) return impossible(current->state, event);
  return carry_out(effects[static_cast<std::size_t>(current->state)][static_cast<std::size_t>(event)], *current,
                   event, rules, now);
}

Result<Relink> decide_relink(const std::optional<LinkRecord>& current, LinkEvent event, Actor::Kind by,
                             bool same_person, WallTime now) {
  if (!may(by, event) || !may(by, LinkEvent::release)) return not_for_this_actor(event);
  if (!current || current->state != LinkState::active) {
    return Error{Errc::conflict, "the number is not actively linked to another person: link it without a code"};
  }
  if (same_person) return Error{Errc::conflict, "the number is linked to that person already"};
  if (current->hold != MoneyHold::none) {
    return Error{Errc::conflict, "the SIM may have changed hands: the hold is cleared first, or the link released"};
  }
  Relink relink{.ended = {.link = *current}, .made = {}};
  enter(relink.ended, LinkState::released, now);
  relink.ended.link.quarantine_end = now;
  relink.made = made_anew(relink.ended.link, event, now);
  return relink;
}

}  // namespace shubbak::identity
