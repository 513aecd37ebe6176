#include "daemon/walk.hpp"

#include <algorithm>

#include "daemon/flow_shelf.hpp"
#include "daemon/log.hpp"
#include "services/commit.hpp"
#include "services/news.hpp"

namespace shubbak::daemon {

namespace asio = boost::asio;

namespace {

// The walk as it will stand once a code was sent. Nothing: its flow does not wait for one.
std::optional<store::SavedWalk> awaiting_code(const Serving& serving, const Walk& walk, WallTime now) {
  flows::Session sent = walk.session;
  flows::Context context = serving.context;
  context.visited = nullptr;
  const flows::Step step = flows::outcome(*walk.revision, sent, {"ok", {}}, context);
  if (!step.parked && step.kind != flows::Step::Kind::screen) return std::nullopt;
  const bool by_sms = sent.channel == flows::Channel::sms;
  const auto channel = by_sms ? store::WalkChannel::sms : store::WalkChannel::ussd;
  return saved_walk(*walk.revision, sent, serving.line, channel, serving.walk_lives, now);
}

constexpr std::chrono::minutes paying_walk_lives{10};  // where the flow does not say

// The walk while the company is asked: taken up again it asks for the same payment. One of an agent is not.
store::SavedWalk awaiting_company(const Serving& serving, const Walk& walk, WallTime now) {
  flows::Session asked = walk.session;
  asked.waits_for_call = false;
  const bool by_sms = asked.channel == flows::Channel::sms;
  const auto channel = by_sms ? store::WalkChannel::sms : store::WalkChannel::ussd;
  const std::chrono::seconds by_default = serving.walk_lives.value_or(paying_walk_lives);
  store::SavedWalk saved = *saved_walk(*walk.revision, asked, serving.line, channel, by_default, now);
  if (walk.is_assisted()) saved.expires = now;
  return saved;
}

asio::awaitable<services::Answer> call_service(Shared& shared, const Serving& serving, const Walk& walk,
                                               flows::Call call) {
  const Instant began = std::chrono::steady_clock::now();
  const Msisdn subject = walk.subject(serving.line);
  services::Request request{.caller = {.subject = subject,
                                       .line = serving.line,
                                       .link = serving.link,
                                       .person = {},
                                       .locale = {},
                                       .channel = walk.session.channel,
                                       .agent = walk.agent ? std::optional(*walk.agent) : std::nullopt},
                            .args = std::move(call.args),
                            .authorisation = std::move(call.authorisation),
                            .deadline = std::min(began + call.timeout, serving.answer_by),
                            .now = wall_now()};
  if (call.service == flows::otp_send && !walk.is_assisted())
    request.waits = awaiting_code(serving, walk, request.now);
  if (!call.payment_key.empty()) {
    request.waits = awaiting_company(serving, walk, request.now);
    request.payment_key = std::move(call.payment_key);
  }
  request.caller.locale = walk.revision->locales()[walk.session.locale];
  // Asked again here: a number may be suspended while its dialogue goes on.
  const auto person = shared.store.find_person(subject);
  if (person && person->link && person->link->state == store::LinkState::active) {
    request.caller.person = person->link->national_id;
  }
  auto running = services::run(shared.world, call.service, std::move(request));
  services::Answer answer = co_await std::move(running);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  shared.metrics.count_service(call.service, answer.outcome.outcome, took.count());
  co_return answer;
}

// An agent has the line; what follows is the service of whom they act for.
void hand_over(const Shared& shared, services::Agent agent, Walk& walk, flows::Context& context) {
  walk.agent = std::make_unique<services::Agent>(std::move(agent));
  if (!walk.is_assisted()) return;
  const auto person = shared.store.find_person(*walk.agent->acts_for);
  walk.link_since = person ? active_since(*person) : WallTime{};
  context.linked = walk.linked();
  context.assisted = true;
}

// What is to be committed for an assisted walk.
std::vector<store::Change> for_subject(const Shared& shared, const services::Agent& agent,
                                       std::span<const std::string> services, std::vector<store::Change> changes) {
  const auto person = shared.store.find_person(*agent.acts_for);
  const auto link = person ? person->link : std::nullopt;
  return services::on_behalf(agent, link ? std::optional(link->national_id) : std::nullopt, services,
                             std::move(changes), wall_now());
}

flows::Step told(const Walk& walk, std::string_view system_string, const flows::Context& context) {
  flows::Step step;
  step.kind = flows::Step::Kind::end;
  step.text = flows::system_text(*walk.revision, walk.session.locale, system_string, context);
  return step;
}

// The counter that asked is to hear of it.
bool is_refusal(const store::Change& change) {
  const auto* link = std::get_if<store::ChangeLink>(&change);
  return link != nullptr && link->event == identity::LinkEvent::refuse;
}

Served nobody_waits() {
  Served served;
  served.walk_gone = true;
  return served;
}

// What is to be committed, and how the walk goes on if it cannot be.
struct Pending {
  std::vector<store::Change> changes;
  std::vector<std::string> carried_out;  // services, in the transaction that is to come
  std::optional<flows::Session> before;  // of the service whose changes they are
  std::string outcome_on_conflict;
  bool asks_again = false;   // that service is asked once more on a conflict
  bool asked_again = false;  // it was
};

// Counts the walk's session for the company that the values name; false: they name none.
bool count_company(const Shared& shared, const Serving& serving, Walk& walk, const boost::json::object& values) {
  const auto* named = values.if_contains("company");
  if (named == nullptr || !named->is_string() || named->get_string().empty()) return false;
  const std::string company(named->get_string());
  if (shared.world.companies.find(company) != nullptr) serving.statistics.asked(walk, company);
  return true;
}

// Asks the service that the step is for, and makes the next step of what it comes to. False: nobody waits.
asio::awaitable<bool> ask_service(Shared& shared, Serving& serving, Pending& pending, flows::Step& step) {
  Walk* walk = serving.walk();
  if (walk == nullptr) co_return false;
  const std::string called(step.call->service);
  const bool is_payment = !step.call->payment_key.empty();
  if (is_payment) walk->has_paid = true;
  // Before it is asked: who hangs up while a company keeps them waiting has asked it too.
  const bool asks_one = count_company(shared, serving, *walk, step.call->args);
  auto calling = call_service(shared, serving, *walk, std::move(*step.call));
  services::Answer answer = co_await std::move(calling);
  walk = serving.walk();
  if (walk == nullptr) co_return false;  // nothing of it was written
  if (walk->recorder) walk->recorder->outcome(answer.outcome, !answer.changes.empty());
  if (!asks_one) count_company(shared, serving, *walk, answer.outcome.data);
  if (!answer.changes.empty()) {
    pending.before = walk->session;
    pending.carried_out.push_back(called);
    pending.outcome_on_conflict = answer.outcome_on_conflict;
    pending.asks_again = is_payment || answer.is_asked_again;
    for (auto& change : answer.changes) pending.changes.push_back(std::move(change));
  }
  if (answer.agent) hand_over(shared, std::move(*answer.agent), *walk, serving.context);
  step = flows::outcome(*walk->revision, walk->session, answer.outcome, serving.context);
  co_return true;
}

// From before the service whose changes were refused. A payment that has ended otherwise meanwhile is asked for once
// more: its service tells how; so is one whose answer was overtaken and says so.
flows::Step step_after_refusal(Walk& walk, Pending& pending, bool is_conflict, const flows::Context& context) {
  walk.session = *std::exchange(pending.before, std::nullopt);  // once: what follows may be refused too
  if (walk.recorder) walk.recorder->take_back();
  const std::string outcome = std::exchange(pending.outcome_on_conflict, {});
  if (is_conflict && pending.asks_again && !std::exchange(pending.asked_again, true)) {
    flows::Context uncounted = context;
    uncounted.visited = nullptr;
    return flows::show(*walk.revision, walk.session, uncounted);
  }
  const flows::CallOutcome refused{outcome, {}};
  if (walk.recorder) walk.recorder->outcome(refused, false);
  return flows::outcome(*walk.revision, walk.session, refused, context);
}

}  // namespace

flows::Step apology(const Walk& walk, const flows::Context& context) {
  return told(walk, "sys_try_later", context);
}

void draw_recorder(const Shared& shared, Walk& walk, const std::string& operator_name,
                   const flows::Context& context) {
  if (shared.recordings == nullptr || walk.staff) return;
  walk.recorder = shared.recordings->draw(walk.revision, operator_name, context, walk.session.locale);
}

Standing standing_of(const Shared& shared, const store::Person& person) {
  if (!person.link) return Standing::free;
  const store::Link& link = *person.link;
  if (link.state == store::LinkState::suspended) return Standing::suspended;
  const bool may_be_asked = link.state == store::LinkState::pending || link.hold == store::MoneyHold::asked;
  if (!may_be_asked) return Standing::free;
  // Rare. Nobody has asked yet where the person could not be verified, and no question is good for ever.
  const auto stored = shared.store.find_link(link.msisdn);
  const bool is_asked =
      stored && *stored && identity::waits_for_phone((*stored)->record, shared.world.link_rules, wall_now());
  return is_asked ? Standing::asked : Standing::free;
}

std::string words_for(const Shared& shared, Msisdn number, WallTime since, std::string_view system_string) {
  const auto locale = services::news_locale(shared.store, *shared.revision, number, since);
  return locale ? flows::system_text(*shared.revision, *locale, system_string, {}) : std::string();
}

flows::Step led(const Shared& shared, Standing standing, Walk& walk, const std::optional<std::string>& code,
                const flows::Context& context) {
  const auto flow = walk.revision->flow_index(shared.link_flow);
  if (standing == Standing::asked && flow) {
    std::vector<std::string> answers;
    if (code) answers.push_back(*code);
    return flows::open(*walk.revision, walk.session, *flow, answers, context);
  }
  return told(walk, "sys_suspended", context);
}

bool Walk::belongs_to(const store::Person& person) const {
  return !linked() || link_since == active_since(person);
}

namespace {

// What tells that a payment was settled is its receipt: the SMS that follows, or else what the phone shows.
void add_receipt_by_mail(const Serving& serving, const flows::Step& step, std::vector<store::Change>& changes) {
  const auto settles = [](const store::Change& change) {
    const auto* of_payment = std::get_if<store::PaymentChange>(&change);
    return of_payment != nullptr && std::holds_alternative<store::SettlePayment>(*of_payment);
  };
  const Walk* walk = serving.walk();
  if (walk == nullptr || !std::ranges::any_of(changes, settles)) return;
  changes.emplace_back(
      store::MailChange(store::AddMail{walk->subject(serving.line), step.sms.value_or(step.text), wall_now()}));
}

}  // namespace

asio::awaitable<Served> serve(Shared& shared, Serving serving, flows::Step step) {
  Pending pending;
  std::vector<flows::Session::Place> came_to;  // not counted before what led there is committed
  serving.context.visited = &came_to;
  const auto count = [&](Walk& walk) { serving.statistics.moved(walk, came_to, std::chrono::steady_clock::now()); };
  for (;;) {
    // What one service writes is committed before another that writes is asked: else the refusal of the second would
    // take back what the walk has passed as done.
    while (step.kind == flows::Step::Kind::call && (pending.changes.empty() || !step.call->changes)) {
      auto asking = ask_service(shared, serving, pending, step);
      if (!co_await std::move(asking)) co_return nobody_waits();
      if (pending.changes.empty()) count(*serving.walk());
    }
    const bool goes_on = step.kind == flows::Step::Kind::call;
    if (!goes_on) {
      serving.add_changes(step, pending.changes);
      add_receipt_by_mail(serving, step, pending.changes);
    }
    auto changes = std::exchange(pending.changes, {});
    if (changes.empty()) co_return Served{std::move(step), {}};
    if (const Walk* here = serving.walk(); here != nullptr && here->is_assisted())
      changes = for_subject(shared, *here->agent, pending.carried_out, std::move(changes));
    pending.carried_out.clear();

    const bool refuses_link = std::ranges::any_of(changes, is_refusal);
    auto committing = services::commit(shared.store, std::move(changes));
    auto committed = co_await std::move(committing);
    if (committed && refuses_link) log::warning("link_refused", {{"msisdn", serving.line}});
    Walk* walk = serving.walk();
    if (committed && walk != nullptr) count(*walk);
    if (committed && walk != nullptr && goes_on) {
      pending.before.reset();
      pending.outcome_on_conflict.clear();
      continue;
    }
    // Also when the walk is gone: its texts are in the outbox now and have to be sent.
    if (committed) co_return Served{std::move(step), std::move(*committed), true, walk == nullptr};
    // What a code had granted may be over by now: that is no failure of ours.
    const bool is_refused = committed.error().code == Errc::denied;
    const bool is_denied = is_refused && pending.before;
    const bool is_off = committed.error().message == store::switched_off;
    if (is_denied) pending.outcome_on_conflict = is_off ? flows::switched_off : "error";
    const bool is_conflict = committed.error().code == Errc::conflict || committed.error().code == Errc::not_found;
    // Of a payment that the company was asked for nobody is told that it failed, whatever cannot be written.
    const bool is_overtaken = is_conflict || (walk != nullptr && walk->has_paid);
    if (is_denied || (is_overtaken && !pending.outcome_on_conflict.empty())) {
      if (walk == nullptr) co_return nobody_waits();
      if (is_denied) pending.before->grants = 0;
      came_to.clear();
      step = step_after_refusal(*walk, pending, is_conflict, serving.context);
      if (step.kind != flows::Step::Kind::call) count(*walk);
      continue;
    }
    if (is_refused) {  // an agent who may no more, and no service to answer for it
      log::warning("commit_denied", {{"reason", committed.error().message}, {"msisdn", serving.line}});
    } else {
      shared.metrics.count_store_failure();
      log::error("commit_failed", {{"reason", committed.error().message}, {"msisdn", serving.line}});
    }
    if (walk == nullptr) co_return nobody_waits();
    serving.statistics.abandoned(*walk, AbandonedBy::us);
    co_return Served{.step = apology(*walk, serving.context), .committed = {}, .failed = true};
  }
}

TakenUp take_up(const Shared& shared, const store::SavedWalk& saved) {
  if (flows::is_pinned(saved.session)) {
    auto revision = saved.revision == shared.revision->id() ? shared.revision : shared.shelf->kept(saved.revision);
    if (revision) {
      if (auto session = flows::load_session(*revision, saved.session))
        return {flows::Moved::How::goes_on, {std::move(revision), std::move(*session), {}}};
    }
  }
  flows::Moved moved = flows::move_session(*shared.revision, saved.session);
  return {moved.how, {shared.revision, std::move(moved.session), {}}};
}

std::optional<store::SavedWalk> saved_walk(const flows::Revision& revision, const flows::Session& session,
                                           Msisdn msisdn, store::WalkChannel channel,
                                           std::optional<std::chrono::seconds> by_default, WallTime now) {
  const auto ttl = flows::resume_ttl(revision, session);
  if (!ttl && !by_default) return std::nullopt;
  return store::SavedWalk{.msisdn = msisdn,
                          .channel = channel,
                          .revision = revision.id(),
                          .session = flows::save(revision, session),
                          .expires = now + (ttl ? *ttl : *by_default)};
}

std::optional<CodeAwaited> waiting_for_code(const Shared& shared, Msisdn msisdn, const store::Person& person) {
  if (active_since(person) == WallTime{}) return std::nullopt;
  std::optional<CodeAwaited> awaited;
  WallTime latest{};
  for (const auto channel : {store::WalkChannel::ussd, store::WalkChannel::sms}) {
    if (!(channel == store::WalkChannel::ussd ? person.has_ussd_walk : person.has_sms_walk)) continue;
    const auto saved = shared.store.find_walk(msisdn, channel, wall_now());
    if (!saved || !*saved) continue;
    TakenUp taken = take_up(shared, **saved);
    if (taken.how != flows::Moved::How::goes_on || !taken.walk.session.code_sent) continue;
    // Of two the code is the later one's: there is one code at a time.
    if ((*saved)->expires <= latest) continue;
    latest = (*saved)->expires;
    taken.walk.link_since = active_since(person);
    awaited = CodeAwaited{std::move(taken.walk), channel};
  }
  return awaited;
}

flows::Step step_of(const TakenUp& taken, Walk& walk, const flows::Context& context) {
  switch (taken.how) {
    case flows::Moved::How::goes_on:
      return flows::show(*walk.revision, walk.session, context);
    case flows::Moved::How::restarts:
      return flows::restart(*walk.revision, walk.session, context);
    case flows::Moved::How::ends:
      break;
  }
  flows::Step step;
  step.text = flows::system_text(*walk.revision, walk.session.locale, "sys_changed", context);
  return step;
}

}  // namespace shubbak::daemon
