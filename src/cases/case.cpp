#include "cases/case.hpp"

#include <algorithm>

#include "domain/check_digit.hpp"

namespace shubbak::cases {
namespace {

constexpr std::int64_t first_number = 100'000'000;
constexpr std::int64_t numbers = 900'000'000;

Error conflict(std::string message) {
  return Error{Errc::conflict, std::move(message)};
}
Error invalid(std::string message) {
  return Error{Errc::invalid, std::move(message)};
}

void enter(Case& one, const Stage& stage, WallTime now) {
  one.stage = stage.name;
  one.stage_since = now;
  one.due = now + stage.limit;
  one.is_late = false;
}

// A complaint about the office that would work it goes to the next one at once.
std::string office_of(const Kind& kind, const Origin& from) {
  const bool is_own_judge = !from.accused.empty() && from.accused == kind.office;
  return is_own_judge ? kind.escalates_to : kind.office;
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

Result<Case> move(const Kind& kind, const Stage& stage, Case one, const std::string& to, WallTime now) {
  const Stage* next = kind.find_stage(to);
  if (next == nullptr || std::ranges::find(stage.next, to) == stage.next.end())
    return invalid("'" + to + "' does not follow '" + stage.name + "': after it come " + listed(stage.next));
  enter(one, *next, now);
  return one;
}

Result<Case> resolve(const Stage& stage, Case one, bool waives_fee, WallTime now) {
  if (std::ranges::find(stage.next, resolved_word) == stage.next.end())
    return invalid("a case is not resolved from '" + stage.name + "': after it come " + listed(stage.next));
  if (waives_fee && !one.owes_fee()) return invalid("the case has no fee that is due, and could be waived");
  if (one.owes_fee() && !waives_fee) return conflict("the case's fee is not paid: wait for it, or waive it");
  if (one.appointment) return conflict("an appointment stands: note the visit, or cancel it");
  if (waives_fee) one.fee->state = FeeState::waived;
  one.offers.clear();
  one.state = State::resolved;
  one.resolved = now;
  one.due.reset();
  one.is_late = false;
  return one;
}

Result<Case> rate(Case one, std::int64_t stars) {
  constexpr std::int64_t stars_max = 5;
  if (stars < 1 || stars > stars_max) return invalid("a rating is 1 to 5");
  if (one.state != State::resolved) return conflict("the case is not resolved yet");
  if (one.stars) return conflict("the case is rated already");
  one.stars = static_cast<std::uint8_t>(stars);
  return one;
}

bool is_reopenable(const Kind& kind, const Case& one, WallTime now) {
  return one.state == State::resolved && one.resolved && now <= *one.resolved + kind.reopen_within &&
         one.reopened < kind.reopens_max;
}

Result<Case> reopen(const Kind& kind, Case one, WallTime now) {
  if (one.state != State::resolved) return conflict("the case is not resolved");
  if (!is_reopenable(kind, one, now)) return conflict("the case may not be reopened any more");
  one.state = State::open;
  one.resolved.reset();
  one.stars.reset();
  one.worker.clear();
  one.joined.reset();
  ++one.reopened;
  enter(one, kind.stages.front(), now);
  return one;
}

// Once in a stage; to another office only where there is one above it that is not the accused one.
Result<Case> escalate(const Kind& kind, Case one, WallTime now) {
  if (one.joined) return conflict("the case is late with its main case");
  if (!one.due || *one.due > now || one.is_late) return conflict("the case is not late, or was escalated already");
  one.is_late = true;
  const std::string& above = kind.escalates_to;
  if (!above.empty() && above != one.from.accused && above != one.office) {
    one.office = above;
    one.worker.clear();
  }
  return one;
}

Result<Case> quote(Case one, const Asked& asked, WallTime now) {
  if (one.from.company.empty()) return invalid("a fee is a company's bill, and the case is of no company");
  const bool is_account = asked.account.size() >= Limits::account_digits_least &&
                          asked.account.size() <= Limits::account_digits_most &&
                          std::ranges::all_of(asked.account, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_account) return invalid("the account that the company has put the fee on is 3 to 20 digits");
  if (asked.amount.minor < 1 || asked.amount.minor > Limits::fee_most)
    return invalid("a fee is above 0, and at most " + format_amount({Limits::fee_most, asked.amount.currency}));
  if (one.fee && one.fee->state == FeeState::paid) return conflict("the case's fee is paid already");
  one.fee = Fee{asked.amount, asked.account, FeeState::due, now};
  return one;
}

Result<Case> offer(Case one, const Slots& slots, WallTime now) {
  if (one.appointment) return conflict("an appointment stands: cancel it before others are offered");
  if (one.from.company.empty()) return invalid("a company's team comes, and the case is of no company");
  if (Status checked = check_offer(slots, now); !checked.ok()) return checked.error();
  one.offers = slots;
  return one;
}

Result<Case> book(Case one, const Slots& slots, WallTime now) {
  if (slots.size() != 1) return invalid("one slot is booked");
  const Slot& wanted = slots.front();
  if (std::ranges::find(one.offers, wanted) == one.offers.end() || wanted.starts <= now)
    return conflict("that slot is not offered, or not any more");
  one.appointment = wanted;
  one.offers.clear();
  return one;
}

Result<Case> cancel_visit(Case one) {
  if (!one.appointment && one.offers.empty()) return conflict("the case has no appointment, and none is offered");
  one.appointment.reset();
  one.offers.clear();
  return one;
}

// Also before its time: a team may come earlier, if the person agrees.
Result<Case> visit(Case one) {
  if (!one.appointment) return conflict("the case has no appointment");
  one.appointment.reset();
  return one;
}

// Alone where it was brought with its main case. Its stage's time is the one of that and runs on, so what is over by
// now is late at the next look.
Result<Case> unjoin(Case one) {
  if (!one.joined) return conflict("the case is joined to no other");
  one.joined.reset();
  return one;
}

// What its person is told of, who has been answered then.
bool is_told(Act act) {
  return act == Act::reply || act == Act::move || act == Act::resolve || act == Act::quote || act == Act::offer ||
         act == Act::cancel_visit;
}

Result<Case> answer(Case one) {
  if (!takes_answer(one)) return conflict("so many answers to the case wait for staff already");
  ++one.answers;
  return one;
}

// What a case that is joined takes itself: what is between its person and staff, and being taken out.
bool is_of_its_own(Act act) {
  return act == Act::reply || act == Act::answer || act == Act::unjoin;
}

// Of what only an open case takes.
Result<Case> work(const Kind& kind, Case one, const Asked& asked, WallTime now) {
  if (one.state != State::open) return conflict("the case is resolved already");
  if (one.joined && !is_of_its_own(asked.act))
    return conflict("the case is joined to another of the same outage: work case " + tracking_number(*one.joined));
  const Stage* stage = kind.find_stage(one.stage);
  if (stage == nullptr) return conflict("the stage '" + one.stage + "' is in the configuration no more: put it back");
  if (is_told(asked.act)) one.answers = 0;
  if (asked.act == Act::move) return move(kind, *stage, std::move(one), asked.stage, now);
  if (asked.act == Act::resolve) return resolve(*stage, std::move(one), asked.waives_fee, now);
  if (asked.act == Act::quote) return quote(std::move(one), asked, now);
  if (asked.act == Act::offer) return offer(std::move(one), asked.slots, now);
  if (asked.act == Act::book) return book(std::move(one), asked.slots, now);
  if (asked.act == Act::cancel_visit) return cancel_visit(std::move(one));
  if (asked.act == Act::visit) return visit(std::move(one));
  if (asked.act == Act::unjoin) return unjoin(std::move(one));
  if (asked.act == Act::answer) return answer(std::move(one));
  if (asked.act == Act::take) one.worker = asked.worker;
  return one;  // a reply changes nothing else
}

Result<Case> carry_out(const Kind& kind, Case one, const Asked& asked, WallTime now) {
  switch (asked.act) {
    case Act::rate:
      return rate(std::move(one), asked.stars);
    case Act::reopen:
      return reopen(kind, std::move(one), now);
    case Act::escalate:
      return escalate(kind, std::move(one), now);
    case Act::take:
    case Act::reply:
    case Act::move:
    case Act::resolve:
    case Act::quote:
    case Act::offer:
    case Act::book:
    case Act::cancel_visit:
    case Act::visit:
    case Act::unjoin:
    case Act::answer:
      return work(kind, std::move(one), asked, now);
    case Act::pay_fee:
    case Act::refund_fee:
      return conflict("a fee is paid by a payment to the company, and given back by a refund of that");
    case Act::join:
      return conflict("a case is joined to another with both at hand");
    case Act::open:
      break;
  }
  return conflict("the case is open already");
}

}  // namespace

Case opened(const Kind& kind, const Origin& from, WallTime now) {
  Case one{.kind = kind.name,
           .stage = {},
           .from = from,
           .office = office_of(kind, from),
           .bypasses_office = kind.bypasses_office,
           .worker = {},
           .opened = now};
  enter(one, kind.stages.front(), now);
  return one;
}

Result<Case> decide(const Kinds& kinds, const Case& before, const Asked& asked, WallTime now) {
  if (Status seen = check_seen(before, asked.version); !seen.ok()) return seen.error();
  const Kind* kind = find_kind(kinds, before.kind);
  if (kind == nullptr) return conflict("the kind '" + before.kind + "' is in the configuration no more: put it back");
  auto after = carry_out(*kind, before, asked, now);
  if (after.ok()) ++after->version;
  return after;
}

Status check_seen(const Case& one, const std::optional<std::int64_t>& version) {
  if (!version || *version == one.version) return {};
  return conflict("somebody else has changed the case since: it is at version " + std::to_string(one.version) +
                  " now; look at it again");
}

Case with_fee_paid(const Kinds& kinds, Case one, WallTime now) {
  one.fee->state = FeeState::paid;
  ++one.version;
  const Kind* kind = find_kind(kinds, one.kind);
  const Stage* stage = kind == nullptr ? nullptr : kind->find_stage(one.stage);
  const Stage* next = stage == nullptr ? nullptr : kind->find_stage(stage->after_fee);
  if (next != nullptr) enter(one, *next, now);
  return one;
}

Case with_fee_refunded(Case one) {
  one.fee->state = FeeState::waived;
  ++one.version;
  return one;
}

bool may_reopen(const Kinds& kinds, const Case& one, WallTime now) {
  const Kind* kind = find_kind(kinds, one.kind);
  return kind != nullptr && is_reopenable(*kind, one, now);
}

bool takes_answer(const Case& one) {
  return one.state == State::open && one.answers < Limits::answers_most;
}

staff::Scope place_of(const Case& one) {
  if (one.bypasses_office) return {"*", "*", one.office};
  return {one.from.company, one.from.directorate, one.office};
}

bool may_work(const staff::Account& account, const Kinds& kinds, const Case& one) {
  const Kind* kind = find_kind(kinds, one.kind);
  const Stage* stage = kind == nullptr ? nullptr : kind->find_stage(one.stage);
  return stage != nullptr && !staff::is_of_office(account, one.from.accused) &&
         staff::may_as(account, stage->role, staff::Permission::case_work, place_of(one));
}

bool may_see(const staff::Account& account, const Kinds& kinds, const Case& one) {
  if (staff::is_of_office(account, one.from.accused)) return false;
  if (may_work(account, kinds, one)) return true;
  const auto may_read = [&](staff::Role role, const staff::Scope& where) {
    return staff::may_as(account, role, staff::Permission::case_read, where);
  };
  if (one.bypasses_office) return may_read(staff::Role::overseer, staff::Scope{});
  return may_read(staff::Role::case_worker, place_of(one)) || may_read(staff::Role::overseer, place_of(one));
}

std::int64_t draw_number(std::uint64_t random) {
  return first_number + static_cast<std::int64_t>(random % static_cast<std::uint64_t>(numbers));
}

std::string tracking_number(std::int64_t number) {
  return checked_number(number, tracking_digits);
}

std::optional<std::int64_t> parse_tracking_number(std::string_view typed) {
  if (typed.size() != tracking_digits) return std::nullopt;
  return parse_checked_number(typed, tracking_digits);
}

}  // namespace shubbak::cases
