#include "identity/link.hpp"

#include <rapidcheck.h>
#include <set>

#include <catch2/catch.hpp>

namespace shubbak::identity {
namespace {

using namespace std::chrono_literals;
using Kind = Actor::Kind;

constexpr WallTime day_one{std::chrono::hours(500'000)};
const LinkRules rules;

LinkRecord record(LinkState state, MoneyHold hold = MoneyHold::none) {
  LinkRecord link{
      .state = state, .hold = hold, .made = day_one, .since = day_one, .hold_since = {}, .quarantine_end = {}};
  if (hold != MoneyHold::none) link.hold_since = day_one;
  if (state == LinkState::released) link.quarantine_end = day_one + rules.quarantine;
  return link;
}

LinkRecord unverified() {
  LinkRecord link = record(LinkState::pending);
  link.verified = false;
  return link;
}

// Somebody who may.
Kind rightful(LinkEvent event) {
  for (const Kind kind : {Kind::system, Kind::citizen, Kind::staff, Kind::operator_hook, Kind::command_line}) {
    if (may(kind, event)) return kind;
  }
  FAIL("nobody may");
  std::abort();
}

std::string told(const Result<LinkDecision>& decided) {
  if (!decided) {
    switch (decided.error().code) {
      case Errc::not_found:
        return "not_found";
      case Errc::conflict:
        return "conflict";
      default:
        return "another error";
    }
  }
  if (!decided->changed) return "same";
  std::string told(to_string(decided->link.state));
  if (!decided->link.verified) told += "?";
  if (decided->link.hold != MoneyHold::none) told += "+" + std::string(to_string(decided->link.hold));
  if (decided->is_new) told += " new";
  if (decided->link.state == LinkState::released) {
    told += decided->link.quarantine_end > day_one + 1h ? " quarantine" : " free";
    CHECK(decided->forget);
  }
  return told;
}

}  // namespace

TEST_CASE("what every event does in every state") {
  struct Row {
    std::string from;
    std::optional<LinkRecord> link;
    std::array<std::string, link_event_names.size()> becomes;
  };
  const std::string none = "not_found";
  const std::string no = "conflict";
  const std::vector<Row> rows{
      // make, import, confirm, refuse, expire, suspend, resume, release, hold, clear_hold, recycle, make_unverified,
      // verify
      {"nothing",
       std::nullopt,
       {"pending new", "active new", none, none, none, none, none, none, none, none, none, "pending? new", none}},
      {"pending",
       record(LinkState::pending),
       {"pending", "active", "active", "released free", no, "released free", no, "released free", "released free", no,
        "released free", "pending?", no}},
      {"pending, unverified",
       unverified(),
       {"pending", "active", no, "released? free", no, "released? free", no, "released? free", "released? free", no,
        "released? free", "pending?", "pending"}},
      {"active",
       record(LinkState::active),
       {no, "same", no, no, no, "suspended", no, "released quarantine", "active+held", no, "released free", no, no}},
      {"active, held",
       record(LinkState::active, MoneyHold::held),
       {no, "same", no, no, no, "suspended+held", no, "released quarantine", "same", "active+asked", "released free",
        no, no}},
      {"active, asked",
       record(LinkState::active, MoneyHold::asked),
       {no, "same", "active", "active+held", no, "suspended+asked", no, "released quarantine", "active+held",
        "active+asked", "released free", no, no}},
      {"suspended",
       record(LinkState::suspended),
       {no, no, no, no, no, "same", "active", "released quarantine", "suspended+held", no, "released free", no, no}},
      {"suspended, held",
       record(LinkState::suspended, MoneyHold::held),
       {no, no, no, no, no, "same", "active+held", "released quarantine", "same", no, "released free", no, no}},
      {"suspended, asked",
       record(LinkState::suspended, MoneyHold::asked),
       {no, no, no, no, no, "same", "active+asked", "released quarantine", "suspended+held", no, "released free", no,
        no}},
      {"released",
       record(LinkState::released),
       {"pending new", "active new", none, none, none, none, none, none, none, none, "released free", "pending? new",
        none}},
  };
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < link_event_names.size(); ++i) {
      const auto event = static_cast<LinkEvent>(i);
      CAPTURE(row.from, link_event_names[i]);
      CHECK(told(decide(row.link, event, rightful(event), true, rules, day_one + 1h)) == row.becomes[i]);
    }
  }
}

TEST_CASE("who may do what") {
  using Who = std::set<Kind>;
  const Who counters{Kind::staff, Kind::agent, Kind::command_line};
  const std::array<Who, link_event_names.size()> allowed{
      counters,                                                                               // make
      Who{Kind::command_line},                                                                // import
      Who{Kind::citizen},                                                                     // confirm
      Who{Kind::citizen},                                                                     // refuse
      Who{Kind::system},                                                                      // expire
      Who{Kind::staff, Kind::agent, Kind::command_line, Kind::citizen, Kind::operator_hook},  // suspend
      counters,                                                                               // resume
      counters,                                                                               // release
      Who{Kind::staff, Kind::agent, Kind::command_line, Kind::operator_hook, Kind::system},   // hold
      counters,                                                                               // clear_hold
      Who{Kind::operator_hook, Kind::command_line},                                           // recycle
      counters,                                                                               // make_unverified
      Who{Kind::staff, Kind::agent, Kind::command_line, Kind::system},                        // verify
  };
  for (std::size_t i = 0; i < link_event_names.size(); ++i) {
    for (const Kind kind :
         {Kind::system, Kind::citizen, Kind::staff, Kind::agent, Kind::operator_hook, Kind::command_line}) {
      CAPTURE(link_event_names[i], static_cast<int>(kind));
      CHECK(may(kind, static_cast<LinkEvent>(i)) == (allowed[i].count(kind) == 1));
    }
  }
  const auto denied = decide(record(LinkState::pending), LinkEvent::confirm, Kind::staff, true, rules, day_one);
  REQUIRE_FALSE(denied.ok());
  CHECK(denied.error().code == Errc::denied);
}

TEST_CASE("a number that is linked is nobody else's, whatever the state of its link") {
  for (const LinkState state : {LinkState::pending, LinkState::active, LinkState::suspended}) {
    for (std::size_t i = 0; i < link_event_names.size(); ++i) {
      const auto event = static_cast<LinkEvent>(i);
      CAPTURE(to_string(state), link_event_names[i]);
      CHECK(told(decide(record(state), event, rightful(event), false, rules, day_one + 1h)) == "conflict");
    }
  }
}

TEST_CASE("a release takes a code of the phone where the phone had confirmed, and nothing else does") {
  for (std::size_t state = 0; state < link_state_names.size(); ++state) {
    for (std::size_t event = 0; event < link_event_names.size(); ++event) {
      CAPTURE(link_state_names[state], link_event_names[event]);
      const bool was_confirmed = link_state_names[state] == "active" || link_state_names[state] == "suspended";
      CHECK(needs_code_of_phone(static_cast<LinkEvent>(event), static_cast<LinkState>(state)) ==
            (link_event_names[event] == "release" && was_confirmed));
    }
  }
}

TEST_CASE("a number is relinked by a counter only, from an active link of another person whose SIM is not in doubt") {
  const LinkRecord active = record(LinkState::active);
  const WallTime later = day_one + 1h;
  for (const LinkEvent event : {LinkEvent::make, LinkEvent::make_unverified}) {
    for (const Kind by : {Kind::staff, Kind::agent, Kind::command_line}) {
      const auto relink = decide_relink(active, event, by, false, later);
      REQUIRE(relink.ok());
      CHECK(relink->ended.link.state == LinkState::released);
      CHECK(relink->ended.forget);
      CHECK(relink->made.is_new);
      CHECK(relink->made.link.state == LinkState::pending);
      CHECK(relink->made.link.verified == (event == LinkEvent::make));
      // Should it come to nothing, the one who had the number is linked again without waiting.
      const auto refused = decide(relink->made.link, LinkEvent::refuse, Kind::citizen, true, rules, later);
      REQUIRE(refused.ok());
      CHECK(decide(refused->link, LinkEvent::make, Kind::staff, false, rules, later).ok());
    }
    for (const Kind by : {Kind::citizen, Kind::operator_hook, Kind::system}) {
      CHECK(decide_relink(active, event, by, false, later).error().code == Errc::denied);
    }
  }
  CHECK(decide_relink(active, LinkEvent::confirm, Kind::citizen, false, later).error().code == Errc::denied);
  const auto code_of = [&](const std::optional<LinkRecord>& link, bool same_person) {
    return decide_relink(link, LinkEvent::make, Kind::staff, same_person, later).error().code;
  };
  CHECK(code_of(active, true) == Errc::conflict);
  CHECK(code_of(std::nullopt, false) == Errc::conflict);
  for (const LinkState state : {LinkState::pending, LinkState::suspended, LinkState::released}) {
    CHECK(code_of(record(state), false) == Errc::conflict);
  }
  for (const MoneyHold hold : {MoneyHold::held, MoneyHold::asked}) {
    CHECK(code_of(record(LinkState::active, hold), false) == Errc::conflict);
  }
}

TEST_CASE("a released number is free for its person at once, for others after the quarantine") {
  const LinkRecord released = record(LinkState::released);
  const WallTime before_end = released.quarantine_end - 1ms;
  CHECK(decide(released, LinkEvent::make, Kind::staff, true, rules, before_end).ok());
  const auto refused = decide(released, LinkEvent::make, Kind::staff, false, rules, before_end);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::conflict);
  CHECK(decide(released, LinkEvent::make, Kind::staff, false, rules, released.quarantine_end).ok());
  // The operator vouches that the number is somebody else's by now.
  const auto freed = decide(released, LinkEvent::recycle, Kind::operator_hook, true, rules, day_one + 1h);
  REQUIRE(freed.ok());
  CHECK(decide(freed->link, LinkEvent::make, Kind::staff, false, rules, day_one + 1h).ok());
}

TEST_CASE("a question that nobody answered in time is over") {
  const LinkRecord pending = record(LinkState::pending);
  const WallTime end = day_one + rules.question_lives;
  CHECK(waits_for_phone(pending, rules, end - 1ms));
  CHECK_FALSE(waits_for_phone(pending, rules, end));
  CHECK(decide(pending, LinkEvent::confirm, Kind::citizen, true, rules, end - 1ms).ok());
  CHECK_FALSE(decide(pending, LinkEvent::confirm, Kind::citizen, true, rules, end).ok());
  CHECK_FALSE(decide(pending, LinkEvent::expire, Kind::system, true, rules, end - 1ms).ok());
  CHECK(decide(pending, LinkEvent::expire, Kind::system, true, rules, end)->link.state == LinkState::released);
  // Another person need not wait until somebody has written that down.
  CHECK(decide(pending, LinkEvent::make, Kind::staff, false, rules, end)->is_new);

  const LinkRecord asked = record(LinkState::active, MoneyHold::asked);
  CHECK_FALSE(decide(asked, LinkEvent::confirm, Kind::citizen, true, rules, end).ok());
  CHECK(decide(asked, LinkEvent::expire, Kind::system, true, rules, end)->link.hold == MoneyHold::held);
}

TEST_CASE("a question that was asked again is good for as long as the new one") {
  const WallTime later = day_one + 6 * 24h;
  for (const auto& [link, event] : {std::pair{record(LinkState::pending), LinkEvent::make},
                                    std::pair{record(LinkState::active, MoneyHold::asked), LinkEvent::clear_hold}}) {
    const auto again = decide(link, event, Kind::staff, true, rules, later);
    REQUIRE(again.ok());
    CHECK(waits_for_phone(again->link, rules, later + rules.question_lives - 1ms));
  }
}

TEST_CASE("no sequence of events links a number that its phone did not confirm, or lifts a hold that it did not") {
  const bool holds = rc::check("the rules hold in any order of events", [] {
    std::optional<LinkRecord> link;
    int owner = 0;  // of `link`
    WallTime now = day_one;
    bool confirmed = false;   // by the phone, or by who administers, since the link was made
    bool hold_lifted = true;  // by a counter and then the phone, since the SIM changed
    bool counter_asked = false;
    bool verified = false;     // the person, before the link became active
    int quarantined_for = -1;  // who had the number actively, until
    WallTime quarantine_end{};
    const auto steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i) {
      const auto event = static_cast<LinkEvent>(*rc::gen::inRange(0, static_cast<int>(link_event_names.size())));
      const auto by = static_cast<Kind>(*rc::gen::inRange(0, 6));
      const int person = *rc::gen::inRange(0, 3);
      now += std::chrono::hours(*rc::gen::element(0, 1, 30, 24 * 7, 24 * 50));
      const auto decided = decide(link, event, by, person == owner, rules, now);
      if (!decided || !decided->changed) {
        if (decided) RC_ASSERT(decided->link.state == link->state && decided->link.hold == link->hold);
        continue;
      }
      const bool was_shown = link && link->state != LinkState::released && link->state != LinkState::pending;
      link = decided->link;
      if (decided->is_new) {
        if (quarantined_for >= 0 && quarantined_for != person) RC_ASSERT(now >= quarantine_end);
        owner = person;
        confirmed = counter_asked = false;
        hold_lifted = true;
      }
      // Whose the number was is all the same to the operator that gives it to somebody else.
      RC_ASSERT(person == owner || event == LinkEvent::recycle);
      if (event == LinkEvent::make || event == LinkEvent::import || event == LinkEvent::verify) verified = true;
      if (event == LinkEvent::make_unverified) verified = false;
      if (link->state == LinkState::active) RC_ASSERT(verified);
      if (event == LinkEvent::confirm && by == Kind::citizen) {
        hold_lifted = hold_lifted || counter_asked;
        confirmed = true;
      }
      confirmed = confirmed || (event == LinkEvent::import && by == Kind::command_line);
      if (event == LinkEvent::hold) hold_lifted = counter_asked = false;
      if (event == LinkEvent::refuse || event == LinkEvent::expire) counter_asked = false;
      if (event == LinkEvent::clear_hold) counter_asked = true;
      if (link->state == LinkState::active || link->state == LinkState::suspended) RC_ASSERT(confirmed);
      if (link->state == LinkState::active && link->hold == MoneyHold::none) RC_ASSERT(hold_lifted);
      if (link->state != LinkState::released) continue;
      RC_ASSERT(decided->forget);
      if (event == LinkEvent::recycle) {
        quarantined_for = -1;
      } else if (was_shown) {
        quarantined_for = owner;
        quarantine_end = now + rules.quarantine;
      }
    }
  });
  CHECK(holds);
}

}  // namespace shubbak::identity
