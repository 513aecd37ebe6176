#include "flows/engine.hpp"

#include <algorithm>
#include <utility>

#include "flows/answers.hpp"
#include "flows/codes.hpp"
#include "flows/revision.hpp"
#include "flows/screens.hpp"
#include "flows/service_signature.hpp"
#include "flows/subflows.hpp"

namespace shubbak::flows {
namespace {

// One input's worth of a walk.
class Walker {
 public:
  Walker(const Revision& revision, Session& session, const Context& context)
      : revision_(revision), session_(session), context_(context), painter_(revision, session, context) {
    SHUBBAK_ASSERT(session.locale < revision.locales().size() && session.at.flow < revision.flows().size() &&
                   session.at.state < revision.flow(session.at).states.size());
  }

  // Goes to a place and on from there, until a person or a service must answer.
  Step go(Place to) {
    for (; steps_ < steps_max; ++steps_) {
      move(to);
      const State& state = revision_.state(session_.at);
      if (const auto refusal = refusal_at(state)) return end_with(*refusal);
      if (const auto* otp = std::get_if<Otp>(&state.body)) {
        std::optional<Step> asked = send_code(*otp, true);
        if (asked) return std::move(*asked);
        to = choose(otp->fail);
      } else if (state.waits()) {
        enter(state);
        std::optional<Step> waiting = wait_or_take_ready_answer(state, to);
        if (waiting) return std::move(*waiting);
      } else if (const auto* calling = std::get_if<Calling>(&state.body)) {
        std::optional<Step> called = call(*calling);
        if (called) return std::move(*called);
        to = choose(outcome_branch(*calling, outcome_of_none(*calling)));
      } else if (std::holds_alternative<End>(state.body)) {
        return end();
      } else if (!pass(state, to)) {
        break;
      }
    }
    return end_with(SystemString::try_later);
  }

  Step answer(std::string_view typed) {
    std::string space;
    const std::string_view text = normalized(typed, space);
    const State& state = revision_.state(session_.at);
    if (const auto refusal = refusal_at(state)) return end_with(*refusal);
    if (std::holds_alternative<End>(state.body)) return turn_page(text);
    if (!state.waits()) return go(session_.at);  // the service is asked once more
    const Branch* branch = take_value_of_one_digit(state, text);
    if (branch == nullptr) {
      if (std::optional<Step> navigated = navigate(text)) return std::move(*navigated);
      if (const auto* otp = std::get_if<Otp>(&state.body)) return answer_code(*otp, state, text);
      branch = take_answer(revision_, session_, context_, text);
    }
    if (branch == nullptr) return session_.reason == 0 ? screen() : wrong(state);
    const Place to = choose(*branch);
    remember();
    note_confirmation(state, branch);
    return go(to);
  }

  Step outcome(const CallOutcome& came) {
    session_.waits_for_call = false;
    const State& state = revision_.state(session_.at);
    const auto* otp = std::get_if<Otp>(&state.body);
    const auto* calling = std::get_if<Calling>(&state.body);
    if (calling == nullptr && otp == nullptr) return end_with(SystemString::try_later);
    if (const auto refusal = refusal_at(state)) return end_with(*refusal);
    if (otp != nullptr) return code_outcome(*otp, state, came.outcome);
    if (came.outcome == switched_off) return end_with(SystemString::not_yet);
    std::string_view name = came.outcome;
    if (name == "ok" && !save(*calling, came.data)) name = calling->moves_money ? "unknown" : "error";
    if (calling->moves_money) {
      // Whatever it came to, this payment is over for the walk: another one needs another confirmation.
      session_.payment_key.clear();
      session_.grants = 0;
    } else {
      // A yes was for this once, whatever came of it; a code is used up by what was done.
      const auto confirmed = static_cast<GrantSet>(calling->needs & confirmed_grant);
      session_.grants = static_cast<GrantSet>(session_.grants & ~(name == "ok" ? calling->needs : confirmed));
    }
    return go(choose(outcome_branch(*calling, name)));
  }

  // The notice stands in front of the first screen, however many services are asked before it.
  Step restart() {
    session_.notice = session_.reason == reason_changed;
    return go(session_.at);
  }

  Step show() {
    const State& state = revision_.state(session_.at);
    if (const auto refusal = refusal_at(state)) return end_with(*refusal);
    const bool asks_for_code_first = std::holds_alternative<Otp>(state.body) && !waits_for_proof();
    if (state.waits() && !asks_for_code_first) return screen();
    if (std::holds_alternative<End>(state.body)) return page_of_end();
    return go(session_.at);
  }

  // All or nothing.
  bool save(const Calling& calling, const boost::json::object& data) {
    std::vector<Value> values;
    values.reserve(calling.saves.size());
    const std::vector<Slot>& slots = revision_.flow(session_.at).slots;
    for (const Calling::Save& wanted : calling.saves) {
      const auto* member = data.if_contains(wanted.member);
      std::optional<Value> value = member == nullptr ? std::nullopt : from_json(*member, slots[wanted.slot]);
      if (!value) return false;
      values.push_back(std::move(*value));
    }
    for (std::size_t i = 0; i < values.size(); ++i)
      set_slot(revision_, session_, calling.saves[i].slot, std::move(values[i]));
    return true;
  }

 private:
  // Nothing: the walk may be here.
  [[nodiscard]] std::optional<SystemString> refusal_at(const State& state) const {
    const Flow& flow = revision_.flow(session_.at);
    if (flow.requires_staff && !context_.staff) return SystemString::session_lost;
    if (!context_.linked && (state.needs_link || flow.requires_link)) return SystemString::not_linked;
    if (flow.own_phone && context_.assisted) return SystemString::own_phone;
    return std::nullopt;
  }

  void move(Place to) {
    if (to.flow != session_.at.flow) leave_flow();
    if (to == revision_.home()) session_.back.clear();
    session_.at = to;
    if (context_.visited != nullptr) context_.visited->push_back(to);
    session_.code_sent = false;
    session_.asks_pin = false;
    session_.page = 0;
    session_.wrong_answers = 0;
    session_.reason = 0;
    session_.waits_for_call = false;
  }

  void leave_flow() {
    if (!session_.slots.empty()) std::vector<Value>().swap(session_.slots);
    session_.frames.clear();
    session_.grants = 0;
    session_.granted_by = none;
    session_.payment_key.clear();
    session_.paying_state = none;
  }

  // What a waiting state does when it is come to anew.
  void enter(const State& state) {
    if (const auto* confirm = std::get_if<Confirm>(&state.body); confirm != nullptr && !confirm->shows.empty()) {
      SHUBBAK_ASSERT(context_.random != nullptr);  // whoever runs flows that move money gives one
      session_.payment_key = key_text((*context_.random)(), (*context_.random)());
      session_.paying_state = none;
      session_.grants = 0;  // an authorisation follows the confirmation it is for
    } else if (const auto* collect = std::get_if<Collect>(&state.body)) {
      if (is_set(session_, collect->save)) set_slot(revision_, session_, collect->save, Value());
    }
  }

  static std::string key_text(std::uint64_t high, std::uint64_t low) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint64_t half : {high, low}) {
      for (int shift = 60; shift >= 0; shift -= 4) text += digits[(half >> static_cast<unsigned>(shift)) & 0xFU];
    }
    return text;
  }

  // A state that does not wait, ask or end. False: it cannot be passed.
  bool pass(const State& state, Place& to) {
    if (const auto* chosen = std::get_if<Switch>(&state.body)) {
      to = choose(chosen->then);
      return true;
    }
    if (const auto* set = std::get_if<Set>(&state.body)) {
      assign(*set);
      to = choose(set->then);
      return true;
    }
    if (const auto* subflow = std::get_if<Subflow>(&state.body)) {
      const bool is_inside = enter_subflow(revision_, session_, *subflow);
      to = session_.at;
      return is_inside;
    }
    const auto* back = std::get_if<Return>(&state.body);
    const Branch* branch = back == nullptr ? nullptr : return_from_subflow(revision_, session_, *back);
    if (branch != nullptr) to = choose(*branch);
    return branch != nullptr;
  }

  void assign(const Set& set) {
    if (set.locale) {
      locale_changed_ = true;  // also when it is the same: it has been chosen now
      session_.locale = *set.locale;
    }
    for (const Set::Assignment& assignment : set.assignments) {
      Value value = assignment.operand ? fetch(*assignment.operand, {session_.slots, nullptr}) : assignment.value;
      set_slot(revision_, session_, assignment.slot, std::move(value));
    }
  }

  // ---- Codes ----

  [[nodiscard]] bool waits_for_proof() const { return session_.code_sent || session_.asks_pin; }

  // Nothing: what the code is to be bound to is not there.
  std::optional<Step> ask_about_code(std::string_view service, const Otp& otp, boost::json::object with) {
    std::optional<Call> asked = code_call(revision_, session_, service, otp, std::move(with));
    return asked ? std::optional(waiting_for(std::move(*asked))) : std::nullopt;
  }

  Step waiting_for(Call asked) {
    session_.waits_for_call = true;
    Step step;
    step.kind = Step::Kind::call;
    step.call = std::move(asked);
    return told(std::move(step));
  }

  // `or_pin`: the service PIN would do as well, where the flow and the channel take it.
  std::optional<Step> send_code(const Otp& otp, bool or_pin) {
    SHUBBAK_ASSERT(context_.new_code != nullptr);  // whoever runs flows that ask for codes makes them
    std::string code = (*context_.new_code)();
    boost::json::object with;
    with.emplace("message", message_with(otp, code));
    with.emplace("code", std::move(code));
    const bool takes_pin = otp.pin.ussd != none && session_.channel == Channel::ussd && !context_.assisted;
    if (or_pin && takes_pin) with.emplace("pin", true);
    return ask_about_code(otp_send, otp, std::move(with));
  }

  // The code is in the session for as long as it is printed.
  std::string message_with(const Otp& otp, const std::string& code) {
    if (session_.slots.size() <= otp.code) session_.slots.resize(revision_.flow(session_.at).slots.size());
    session_.slots[otp.code] = Value{code};
    std::string message = painter_.printed(otp.message);
    session_.slots[otp.code] = Value();
    return message;
  }

  Step answer_code(const Otp& otp, const State& state, std::string_view text) {
    std::optional<Step> asked;
    if (session_.asks_pin && text == "1") {
      session_.asks_pin = false;
      asked = send_code(otp, false);
    } else if (session_.asks_pin ? is_pin(text) : is_code(text)) {
      boost::json::object with;
      with.emplace(session_.asks_pin ? "pin" : "code", text);
      asked = ask_about_code(otp_verify, otp, std::move(with));
    } else {
      session_.reason = 1;
      return wrong(state);
    }
    return asked ? std::move(*asked) : go(choose(otp.fail));
  }

  Step code_outcome(const Otp& otp, const State& state, std::string_view name) {
    if (name == "locked") return go(choose(otp.locked));
    if (!waits_for_proof()) {
      if (name != "ok" && name != "pin") return go(choose(otp.fail));
      (name == "pin" ? session_.asks_pin : session_.code_sent) = true;
      forget_way_since_last_time_here();
      session_.ready_answers.clear();
      return name == "pin" ? screen() : code_is_on_its_way(otp);
    }
    if (name == "ok") {
      // One proof stands at a time: granted_by says which.
      session_.grants = static_cast<GrantSet>((session_.grants & confirmed_grant) | otp.grants);
      session_.granted_by = session_.at.state;
      return go(choose(otp.ok));
    }
    if (name == "again") {
      session_.reason = 0;
      session_.asks_pin = false;
      auto asked = send_code(otp, true);  // what there is to prove it with may be another by now
      return asked ? std::move(*asked) : go(choose(otp.fail));
    }
    if (name != "wrong") return go(choose(otp.fail));
    session_.reason = 1;
    return wrong(state);
  }

  // Who is inside a USSD dialogue cannot read an SMS: it ends, and the walk waits. An agent is read it out.
  Step code_is_on_its_way(const Otp& otp) {
    if (context_.assisted) return screen();
    if (session_.channel == Channel::sms) {
      Step step = screen();
      step.is_silent = true;
      return step;
    }
    Step step;
    step.kind = Step::Kind::end;
    step.parked = true;
    step.text = painter_.alone(painter_.printed(otp.text.of(session_.channel)));
    return told(std::move(step));
  }

  void note_confirmation(const State& state, const Branch* answered) {
    const auto* confirm = std::get_if<Confirm>(&state.body);
    if (confirm == nullptr) return;
    const GrantSet without = session_.grants & static_cast<GrantSet>(~confirmed_grant);
    session_.grants = answered == &confirm->yes ? static_cast<GrantSet>(without | confirmed_grant) : without;
  }

  // The way back from a place that was passed before leads where it led then, not round and round.
  void forget_way_since_last_time_here() {
    const auto earlier = std::find(session_.back.begin(), session_.back.end(), session_.at);
    session_.back.erase(earlier, session_.back.end());
  }

  void remember() {
    if (session_.back.size() == back_max) session_.back.erase(session_.back.begin());
    session_.back.push_back(session_.at);
  }

  // The phone may be found or stolen: what proves who holds it is not to be found on it.
  [[nodiscard]] bool asks_staff_for_secret(const State& state) const {
    const Flow& flow = revision_.flow(session_.at);
    const auto* input = std::get_if<Input>(&state.body);
    return flow.requires_staff && input != nullptr && input->save != none && flow.slots[input->save].is_secret;
  }

  // At a waiting state. Nothing: a ready answer was taken and `to` says where it leads.
  std::optional<Step> wait_or_take_ready_answer(const State& state, Place& to) {
    forget_way_since_last_time_here();
    if (session_.ready_answers.empty()) return screen();
    if (std::holds_alternative<Confirm>(state.body) || asks_staff_for_secret(state)) {
      session_.ready_answers.clear();  // what is asked here must be read first, or must not stay in the list of calls
      return screen();
    }
    const std::string ready = take_ready_answer(revision_.flow(session_.at), state, session_.ready_answers);
    std::string space;
    const Branch* branch = take_answer(revision_, session_, context_, normalized(ready, space));
    if (branch == nullptr && is_chatter(state)) {
      session_.reason = 0;
      session_.ready_answers.clear();
      return screen();
    }
    if (branch == nullptr) return session_.reason == 0 ? screen() : wrong(state);
    to = choose(*branch);
    remember();
    return std::nullopt;
  }

  // Words behind a keyword that choose nothing from a menu are how people write ("meter reading please"), not a wrong
  // choice.
  [[nodiscard]] bool is_chatter(const State& state) const {
    return session_.channel == Channel::sms &&
           (std::holds_alternative<Menu>(state.body) || std::holds_alternative<ListMenu>(state.body));
  }

  // A key of navigation that is also what was asked for, like the reading 0 of a new meter: the value is meant if it
  // is acceptable.
  const Branch* take_value_of_one_digit(const State& state, std::string_view text) {
    const auto* input = std::get_if<Input>(&state.body);
    const bool is_number =
        input != nullptr && (input->kind == Input::Kind::digits || input->kind == Input::Kind::amount ||
                             input->kind == Input::Kind::meter_reading);
    if (!is_number || text.size() != 1) return nullptr;
    const std::uint8_t shown_reason = session_.reason;
    const Branch* branch = take_answer(revision_, session_, context_, text);
    if (branch == nullptr) session_.reason = shown_reason;
    return branch;
  }

  Step wrong(const State& state) {
    session_.ready_answers.clear();  // they answered questions that did not come
    session_.page = 0;
    if (session_.wrong_answers < state.invalid.retries) {
      ++session_.wrong_answers;
      return screen();
    }
    if (state.invalid.to.empty()) return end_with(SystemString::invalid);
    return go(choose(state.invalid.to));
  }

  std::optional<Step> navigate(std::string_view text) {
    const NavigationKeys& keys = revision_.flow(session_.at).navigation;
    if (text == keys.back && painter_.offers_back()) return go(way_back());
    if (text == keys.home && painter_.offers_home()) return go(revision_.home());
    if (text == keys.previous && session_.page > 0) {
      --session_.page;
      return screen();
    }
    if (text == keys.next && painter_.page(painter_.content()).has_next) {
      ++session_.page;
      return screen();
    }
    return std::nullopt;
  }

  Place way_back() {
    Place place = session_.back.back();
    session_.back.pop_back();
    session_.grants = 0;
    if (!session_.frames.empty() && session_.frames.back().at.flow == place.flow) {
      restore_frame(session_);
      return place;
    }
    // Another flow's slots are gone: it begins anew.
    if (place.flow != session_.at.flow && !revision_.flow(place).slots.empty()) place.state = 0;
    return place;
  }

  [[nodiscard]] Place choose(const Branch& branch) const {
    for (const Choice& choice : branch) {
      if (choice.condition == none || revision_.condition(choice.condition).holds({session_.slots, nullptr}))
        return choice.to;
    }
    SHUBBAK_ASSERT(false);  // the loader lets no branch end with a condition
    return revision_.home();
  }

  static const Branch& outcome_branch(const Calling& calling, std::string_view name) {
    const auto find = [&](std::string_view wanted) {
      return std::find_if(calling.outcomes.begin(), calling.outcomes.end(),
                          [&](const Calling::Outcome& outcome) { return outcome.name == wanted; });
    };
    auto outcome = find(name);
    // What a service that moves money did not say plainly must be asked of it again.
    if (outcome == calling.outcomes.end()) outcome = find(calling.moves_money ? "unknown" : "error");
    return calling.branches[outcome->branch];
  }

  // Nothing: an argument is not set, or what it needs was not granted, so there is nothing to ask.
  std::optional<Step> call(const Calling& calling) {
    const Service& service = revision_.service(calling.service);
    Call asked{service.name, {}, calling.timeout, service.changes};
    const bool must_be_granted = service.assurance >= Assurance::confirm || calling.moves_money;
    if ((must_be_granted && calling.needs == 0) || (session_.grants & calling.needs) != calling.needs)
      return std::nullopt;
    if ((calling.needs & ~confirmed_grant) != 0) {
      std::optional<std::string> authorisation = authorised_by(revision_, session_);
      if (!authorisation) return std::nullopt;
      asked.authorisation = std::move(*authorisation);
    }
    if (calling.moves_money) {
      if (session_.payment_key.empty()) return std::nullopt;
      asked.payment_key = session_.payment_key;
    }
    asked.args.reserve(calling.arguments.size());
    for (const Calling::Argument& argument : calling.arguments) {
      const Value value = fetch(argument.operand, {session_.slots, nullptr});
      const bool is_known_by_key = calling.moves_money && is_asked_again() && is_secret(argument.operand);
      if (!value.is_set() && !is_known_by_key) return std::nullopt;
      // A secret is not kept with a walk: of a payment that was begun with one its service knows by the key.
      asked.args.emplace(argument.name, value.is_set() ? to_json(value) : boost::json::value(""));
    }
    if (calling.moves_money) session_.paying_state = session_.at.state;
    return waiting_for(std::move(asked));
  }

  // Of a call that cannot be made. Nothing was asked, so nothing can have happened, unless this payment was asked for
  // before: then it may have been made.
  [[nodiscard]] std::string_view outcome_of_none(const Calling& calling) const {
    if (!calling.moves_money) return "error";
    return is_asked_again() ? "unknown" : "declined";
  }

  // At a state that moves money.
  [[nodiscard]] bool is_asked_again() const { return session_.paying_state == session_.at.state; }

  [[nodiscard]] bool is_secret(const Operand& operand) const {
    return operand.source == Operand::Source::slot && revision_.flow(session_.at).slots[operand.slot].is_secret;
  }

  Step screen() {
    if (std::exchange(session_.notice, false) && session_.reason == 0) session_.reason = reason_changed;
    Step step;
    step.kind = Step::Kind::screen;
    step.text = painter_.finished(painter_.page(painter_.content()).text);
    return told(std::move(step));
  }

  Step end() {
    Step step = page_of_end();
    const End& end = std::get<End>(revision_.state(session_.at).body);
    step.sms_later = end.sms_later.ussd != none;
    const TextId sms = end.sms.of(session_.channel);
    // With the first page, in case the others are not read. Who texts has the long text as the answer itself.
    if (session_.channel == Channel::ussd && sms != none) step.sms = painter_.printed(sms);
    return step;
  }

  // An end that is longer than a page stays open until its last one is read.
  Step page_of_end() {
    Step step;
    ussd::Page page = painter_.page(painter_.content());
    step.kind = page.has_next ? Step::Kind::screen : Step::Kind::end;
    step.text = painter_.finished(std::move(page.text));
    return told(std::move(step));
  }

  Step turn_page(std::string_view text) {
    if (text == revision_.flow(session_.at).navigation.previous && session_.page > 0) {
      --session_.page;
    } else if (painter_.page(painter_.content()).has_next) {
      ++session_.page;
    }
    return page_of_end();
  }

  Step end_with(SystemString id) {
    session_.ready_answers.clear();
    Step step;
    step.kind = Step::Kind::end;
    step.text = painter_.alone(revision_.text(session_.locale, id).literal());
    step.broken_off = id;
    return told(std::move(step));
  }

  Step told(Step step) const {
    step.locale_changed = locale_changed_;
    return step;
  }

  const Revision& revision_;
  Session& session_;
  const Context& context_;
  Painter painter_;
  int steps_ = 0;
  bool locale_changed_ = false;
};

Session begun(const Session& session, Channel channel, Place at) {
  Session fresh;
  fresh.locale = session.locale;
  fresh.channel = channel;
  fresh.at = at;
  return fresh;
}

// `words` from `first` on, the next one last. No answer is that long: what is, is kept as a wrong one.
void make_ready(const std::vector<std::string>& words, std::size_t first, Session& session) {
  for (std::size_t i = std::min(words.size(), first + ready_answers_max); i > first; --i) {
    const std::string& word = words[i - 1];
    session.ready_answers.push_back(word.size() <= ready_answer_octets_max ? plain_text(word, ready_answer_octets_max)
                                                                           : std::string());
  }
}

}  // namespace

bool leads_to_staff(const Revision& revision, std::span<const std::string> dialled) {
  const auto entry = revision.entry(dialled, true);
  return entry && revision.flows()[entry->flow].requires_staff;
}

Step dial(const Revision& revision, Session& session, std::vector<std::string> dialled, const Context& context) {
  const auto entry = revision.entry(dialled, context.staff);
  session = begun(session, Channel::ussd, entry ? Place{entry->flow, 0} : revision.home());
  make_ready(dialled, entry ? entry->segments : 0, session);
  return Walker(revision, session, context).go(session.at);
}

std::optional<Step> command(const Revision& revision, Session& session, std::string_view text,
                            const Context& context) {
  const std::optional<KeywordIndex::Match> match = revision.keywords().match(text);
  if (!match) return std::nullopt;
  session = begun(session, Channel::sms, {match->flow, revision.flows()[match->flow].sms_start});
  make_ready(match->rest, 0, session);
  return Walker(revision, session, context).go(session.at);
}

Step open(const Revision& revision, Session& session, std::uint16_t flow, const std::vector<std::string>& answers,
          const Context& context) {
  const bool by_sms = session.channel == Channel::sms;
  const std::uint16_t start = by_sms ? revision.flows()[flow].sms_start : std::uint16_t{0};
  session = begun(session, session.channel, {flow, start});
  make_ready(answers, 0, session);
  return Walker(revision, session, context).go(session.at);
}

bool takes(const Revision& revision, const Session& session, std::string_view text, const Context& context) {
  const State& state = revision.state(session.at);
  if (!state.waits()) return false;
  std::string space;
  const auto* input = std::get_if<Input>(&state.body);
  const bool is_free_text =
      std::holds_alternative<Collect>(state.body) || (input != nullptr && input->kind == Input::Kind::text);
  // Also where it is too long: it is told so then, and is no command because of the word that it begins with.
  if (is_free_text) return !normalized(text, space).empty() && !revision.keywords().is_keyword(text);
  Session tried = session;
  return take_answer(revision, tried, context, normalized(text, space)) != nullptr;
}

Step answer(const Revision& revision, Session& session, std::string_view text, const Context& context) {
  return Walker(revision, session, context).answer(text);
}

Step restart(const Revision& revision, Session& session, const Context& context) {
  return Walker(revision, session, context).restart();
}

Step outcome(const Revision& revision, Session& session, const CallOutcome& outcome, const Context& context) {
  Walker walker(revision, session, context);
  return session.waits_for_call ? walker.outcome(outcome) : walker.show();
}

Step show(const Revision& revision, Session& session, const Context& context) {
  return Walker(revision, session, context).show();
}

bool is_paying(const Revision& revision, const Session& session) {
  const auto* calling = std::get_if<Calling>(&revision.state(session.at).body);
  return calling != nullptr && calling->moves_money && !session.payment_key.empty();
}

std::optional<std::string> late_sms(const Revision& revision, const Session& session, const CallOutcome& outcome,
                                    const Context& context) {
  const auto* end = std::get_if<End>(&revision.state(session.at).body);
  const std::vector<State>& states = revision.flow(session.at).states;
  if (outcome.outcome != "ok" || end == nullptr || end->sms_later.ussd == none ||
      session.paying_state >= states.size())
    return std::nullopt;
  const auto* paying = std::get_if<Calling>(&states[session.paying_state].body);
  Session paid = session;
  if (paying == nullptr || !Walker(revision, paid, context).save(*paying, outcome.data)) return std::nullopt;
  return Painter(revision, paid, context).printed(end->sms_later.of(session.channel));
}

std::string system_text(const Revision& revision, std::uint8_t locale, std::string_view name,
                        const Context& context) {
  const auto found = std::find(system_string_names.begin(), system_string_names.end(), name);
  SHUBBAK_ASSERT(found != system_string_names.end() && locale < revision.locales().size());
  Session nowhere;
  nowhere.locale = locale;
  const auto id = static_cast<SystemString>(found - system_string_names.begin());
  return Painter(revision, nowhere, context).alone(revision.text(locale, id).literal());
}

std::optional<std::chrono::seconds> resume_ttl(const Revision& revision, const Session& session) {
  return revision.flow(session.at).resume_ttl;
}

}  // namespace shubbak::flows
