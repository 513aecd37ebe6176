#include "flows/engine.hpp"

#include <algorithm>

#include "flows/answers.hpp"
#include "flows/revision.hpp"
#include "flows/screens.hpp"

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
      if (!may_enter(state)) return end_with(SystemString::not_linked);
      if (state.waits()) {
        std::optional<Step> waiting = wait_or_take_ready_answer(state, to);
        if (waiting) return std::move(*waiting);
      } else if (const auto* calling = std::get_if<Calling>(&state.body)) {
        std::optional<Step> called = call(*calling);
        if (called) return std::move(*called);
        to = choose(outcome_branch(*calling, "error"));
      } else if (const auto* chosen = std::get_if<Switch>(&state.body)) {
        to = choose(chosen->then);
      } else if (const auto* set = std::get_if<SetLocale>(&state.body)) {
        locale_changed_ = true;  // also when it is the same: it has been chosen now
        session_.locale = set->locale;
        to = choose(set->then);
      } else {
        return end();
      }
    }
    return end_with(SystemString::try_later);
  }

  Step answer(std::string_view typed) {
    std::string space;
    const std::string_view text = normalized(typed, space);
    const State& state = revision_.state(session_.at);
    if (std::holds_alternative<End>(state.body)) return turn_page(text);
    if (!state.waits()) return go(session_.at);  // the service is asked once more
    if (!may_enter(state)) return end_with(SystemString::not_linked);
    if (std::optional<Step> navigated = navigate(text)) return std::move(*navigated);
    const Branch* branch = take_answer(revision_, session_, context_, text);
    if (branch == nullptr) return wrong(state);
    const Place to = choose(*branch);
    remember();
    return go(to);
  }

  Step outcome(const CallOutcome& came) {
    session_.waits_for_call = false;
    const State& state = revision_.state(session_.at);
    const auto* calling = std::get_if<Calling>(&state.body);
    if (calling == nullptr) return end_with(SystemString::try_later);
    if (!may_enter(state)) return end_with(SystemString::not_linked);
    std::string_view name = came.outcome;
    if (name == "ok" && !save(*calling, came.data)) name = "error";
    return go(choose(outcome_branch(*calling, name)));
  }

  Step show() {
    const State& state = revision_.state(session_.at);
    if (state.waits() && !may_enter(state)) return end_with(SystemString::not_linked);
    if (state.waits()) return screen();
    if (std::holds_alternative<End>(state.body)) return page_of_end();
    return go(session_.at);
  }

 private:
  [[nodiscard]] bool may_enter(const State& state) const {
    return context_.linked || !(state.needs_link || revision_.flow(session_.at).requires_link);
  }

  void move(Place to) {
    if (to.flow != session_.at.flow && !session_.slots.empty()) std::vector<Value>().swap(session_.slots);
    if (to == revision_.home()) session_.back.clear();
    session_.at = to;
    session_.page = 0;
    session_.wrong_answers = 0;
    session_.reason = 0;
    session_.waits_for_call = false;
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

  // At a waiting state. Nothing: a ready answer was taken and `to` says where it leads.
  std::optional<Step> wait_or_take_ready_answer(const State& state, Place& to) {
    forget_way_since_last_time_here();
    if (session_.ready_answers.empty()) return screen();
    if (std::holds_alternative<Confirm>(state.body)) {
      session_.ready_answers.clear();  // what is asked here must be read first
      return screen();
    }
    const std::string ready = next_ready_answer(state);
    std::string space;
    const Branch* branch = take_answer(revision_, session_, context_, normalized(ready, space));
    if (branch == nullptr) return wrong(state);
    to = choose(*branch);
    remember();
    return std::nullopt;
  }

  // Free text takes all words that are left.
  std::string next_ready_answer(const State& state) {
    std::string ready = std::move(session_.ready_answers.back());
    session_.ready_answers.pop_back();
    const auto* input = std::get_if<Input>(&state.body);
    if (input == nullptr || input->kind != Input::Kind::text) return ready;
    for (; !session_.ready_answers.empty(); session_.ready_answers.pop_back())
      ready.append(" ").append(session_.ready_answers.back());
    return ready;
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
    if (outcome == calling.outcomes.end()) outcome = find("error");
    return calling.branches[outcome->branch];
  }

  // Nothing: an argument is not set, so there is nothing to ask.
  std::optional<Step> call(const Calling& calling) {
    const Service& service = revision_.service(calling.service);
    Call asked{service.name, {}, calling.timeout, service.changes};
    asked.args.reserve(calling.arguments.size());
    for (const Calling::Argument& argument : calling.arguments) {
      const Value value = fetch(argument.operand, {session_.slots, nullptr});
      if (!value.is_set()) return std::nullopt;
      asked.args.emplace(argument.name, to_json(value));
    }
    session_.waits_for_call = true;
    Step step;
    step.kind = Step::Kind::call;
    step.call = std::move(asked);
    return told(std::move(step));
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

  Step screen() {
    Step step;
    step.kind = Step::Kind::screen;
    step.text = painter_.finished(painter_.page(painter_.content()).text);
    return told(std::move(step));
  }

  Step end() {
    Step step = page_of_end();
    const TextId sms = std::get<End>(revision_.state(session_.at).body).sms.of(session_.channel);
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

Step dial(const Revision& revision, Session& session, std::vector<std::string> dialled, const Context& context) {
  const auto entry = revision.entry(dialled);
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

bool takes(const Revision& revision, const Session& session, std::string_view text, const Context& context) {
  const State& state = revision.state(session.at);
  if (!state.waits()) return false;
  if (const auto* input = std::get_if<Input>(&state.body); input != nullptr && input->kind == Input::Kind::text) {
    const std::optional<KeywordIndex::Match> match = revision.keywords().match(text);
    if (match && match->rest.empty()) return false;
  }
  Session tried = session;
  std::string space;
  return take_answer(revision, tried, context, normalized(text, space)) != nullptr;
}

Step answer(const Revision& revision, Session& session, std::string_view text, const Context& context) {
  return Walker(revision, session, context).answer(text);
}

Step outcome(const Revision& revision, Session& session, const CallOutcome& outcome, const Context& context) {
  Walker walker(revision, session, context);
  return session.waits_for_call ? walker.outcome(outcome) : walker.show();
}

Step show(const Revision& revision, Session& session, const Context& context) {
  return Walker(revision, session, context).show();
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
