#include "rehearsal/rehearsal.hpp"

#include <utility>

namespace shubbak::rehearsal {
namespace {

constexpr std::chrono::minutes sms_walk_lives{10};

}  // namespace

Rehearsal::Rehearsal(std::shared_ptr<const flows::Revision> revision, Profile profile, Person person,
                     MockServices& services)
    : revision_(std::move(revision)),
      profile_(std::move(profile)),
      person_(person),
      services_(services),
      random_([this] { return ++random_state_ * 0x9E3779B97F4A7C15U; }),
      new_code_([] { return std::string(MockServices::right_code); }) {}

flows::Context Rehearsal::context(flows::Channel channel) {
  const bool is_ussd = channel == flows::Channel::ussd;
  return {.screen = {.octets_max = is_ussd ? profile_.ussd_octets_max : profile_.sms_octets_max,
                     .shows_navigation = is_ussd},
          .digits = is_ussd ? profile_.ussd_digits : profile_.sms_digits,
          .linked = person_.linked,
          .staff = person_.serves_people,
          .random = &random_,
          .new_code = &new_code_,
          .visited = &visited_};
}

std::optional<Rehearsal::Place> Rehearsal::at() const {
  if (!live_) return std::nullopt;
  return live_->at;
}

void Rehearsal::dial(const std::string& text) {
  screen_.reset();
  last_dialled_ = text;
  last_input_kind_ = Kind::none;
  last_input_ = now_;
  drop();
  std::vector<std::string> segments = flows::segments_after_code(profile_.service_code, text);
  if (flows::is_confirmation_code(segments)) {
    if (!answer_with_code(segments.front(), flows::Channel::ussd)) tell("sys_no_code");
    return;
  }
  if (segments.empty() && person_.linked) {
    if (auto resumed = take(ussd_walk_)) {
      flows::Step step = flows::show(*revision_, *resumed, context(flows::Channel::ussd));
      note_visits(false);
      carry(std::move(*resumed), std::move(step));
      return;
    }
  }
  flows::Session session;
  session.locale = person_.locale;
  flows::Step step = flows::dial(*revision_, session, std::move(segments), context(flows::Channel::ussd));
  note_visits(true);
  carry(std::move(session), std::move(step));
}

void Rehearsal::send(const std::string& text) {
  screen_.reset();
  last_input_kind_ = Kind::answer;
  last_input_text_ = text;
  last_input_ = now_;
  if (!live_) {
    tell("sys_session_lost");
    return;
  }
  flows::Session session = reloaded(*std::exchange(live_, std::nullopt));
  flows::Step step = flows::answer(*revision_, session, text, context(flows::Channel::ussd));
  note_visits(false);
  carry(std::move(session), std::move(step));
}

void Rehearsal::tell(std::string_view system_string) {
  const std::string text =
      flows::system_text(*revision_, person_.locale, system_string, context(flows::Channel::ussd));
  screen_ = Screen{text, true, ussd::octets_on_air(text)};
}

// To the walk that waits for it, whichever channel that began on. False: none does.
bool Rehearsal::answer_with_code(const std::string& code, flows::Channel channel) {
  if (!person_.linked) return false;
  for (std::optional<Saved>* saved : {&ussd_walk_, &sms_walk_}) {
    const std::optional<Saved> kept = *saved;
    auto walk = take(*saved);
    if (!walk || !walk->code_sent) {
      *saved = kept;
      continue;
    }
    walk->channel = channel;
    flows::Step step = flows::answer(*revision_, *walk, code, context(channel));
    note_visits(false);
    carry(std::move(*walk), std::move(step));
    return true;
  }
  return false;
}

void Rehearsal::sms(const std::string& text) {
  last_input_kind_ = Kind::text;
  last_input_text_ = text;
  const flows::Context texting = context(flows::Channel::sms);
  if (const auto code = flows::lone_code(text); code && answer_with_code(*code, flows::Channel::sms)) return;
  auto walk = take(sms_walk_);
  // As the daemon does: what the walk waits for is an answer, even where it is a command too.
  const bool is_answer = walk && flows::takes(*revision_, *walk, text, texting);
  flows::Session session;
  session.locale = person_.locale;
  if (auto step = is_answer ? std::nullopt : flows::command(*revision_, session, text, texting)) {
    note_visits(true);
    carry(std::move(session), std::move(*step));
    return;
  }
  if (walk) {
    flows::Step step = flows::answer(*revision_, *walk, text, texting);
    note_visits(false);
    carry(std::move(*walk), std::move(step));
    return;
  }
  messages_.push_back(flows::system_text(*revision_, person_.locale, "sys_unknown_command", texting));
}

void Rehearsal::drop() {
  if (!live_) return;
  const flows::Session session = *std::exchange(live_, std::nullopt);
  if (const auto ttl = flows::resume_ttl(*revision_, session); ttl && !session.waits_for_call)
    keep(ussd_walk_, session, *ttl);
}

void Rehearsal::crash() {
  screen_.reset();
  drop();
}

void Rehearsal::duplicate() {
  const std::string text = last_input_text_;
  switch (last_input_kind_) {
    case Kind::answer:
      send(text);
      return;
    case Kind::text:
      return;  // the daemon knows a text that is delivered again, and acts on it once
    case Kind::none:
      redial();
      return;
  }
}

void Rehearsal::wait(std::chrono::milliseconds time) {
  now_ += time;
  if (live_ && now_ - last_input_ >= profile_.idle_timeout) drop();
  for (const LaterPayment& payment : std::exchange(later_, {})) {
    const auto text =
        flows::late_sms(*revision_, payment.session, {"ok", payment.data}, context(payment.session.channel));
    if (text) messages_.push_back(*text);
  }
}

void Rehearsal::carry(flows::Session session, flows::Step step) {
  const std::chrono::milliseconds began = now_;
  const flows::Context serving = context(session.channel);
  while (step.kind == flows::Step::Kind::call) {
    session = reloaded(session);
    MockAnswer answer = services_.ask(*step.call);
    const auto takes = std::exchange(next_call_takes_, std::chrono::milliseconds(0));
    const bool is_late = std::exchange(next_call_is_late_, false) || takes >= step.call->timeout;
    now_ += is_late ? step.call->timeout : takes;
    if (!step.call->payment_key.empty())
      unknown_becomes_ = is_late && answer.outcome == "ok" ? std::optional(answer.data) : answer.later;
    if (is_late) answer = {.outcome = "timeout", .data = {}, .later = {}};
    if (step.call->service == flows::otp_send && answer.outcome == "ok")
      receive(std::string(step.call->args.at("message").as_string()));
    step = flows::outcome(*revision_, session, {answer.outcome, std::move(answer.data)}, serving);
    note_visits(false);
  }
  if (step.locale_changed) person_.locale = session.locale;
  if (step.sms_later) send_later(session);
  if (session.channel == flows::Channel::sms) {
    show_sms(session, step);
  } else if (now_ - began > profile_.application_timeout) {
    live_ = std::move(session);
    drop();  // nobody is there any more to read it
  } else {
    show_ussd(std::move(session), step);
  }
}

void Rehearsal::receive(std::string message) {
  check_fits(message, profile_.sms_octets_max);
  messages_.push_back(std::move(message));
}

void Rehearsal::send_later(const flows::Session& session) {
  if (unknown_becomes_) later_.push_back({session, *std::exchange(unknown_becomes_, std::nullopt)});
}

void Rehearsal::show_ussd(flows::Session session, const flows::Step& step) {
  check_fits(step.text, profile_.ussd_octets_max);
  const bool ended = step.kind == flows::Step::Kind::end;
  screen_ = Screen{step.text, ended, ussd::octets_on_air(step.text)};
  if (step.sms) receive(*step.sms);
  if (step.parked) {
    if (const auto ttl = flows::resume_ttl(*revision_, session)) keep(ussd_walk_, session, *ttl);
  } else if (ended) {
    ussd_walk_.reset();
  } else {
    live_ = std::move(session);
  }
}

void Rehearsal::show_sms(const flows::Session& session, const flows::Step& step) {
  if (!step.is_silent) receive(step.text);
  if (step.sms) receive(*step.sms);
  if (step.kind == flows::Step::Kind::end) {
    sms_walk_.reset();
  } else {
    keep(sms_walk_, session, flows::resume_ttl(*revision_, session).value_or(sms_walk_lives));
  }
}

void Rehearsal::check_fits(const std::string& text, std::uint32_t octets_max) {
  const std::uint32_t octets = ussd::octets_on_air(text);
  if (octets > octets_max)
    faults_.push_back("a text of " + std::to_string(octets) + " octets, over the limit of " +
                      std::to_string(octets_max) + ":\n" + text);
}

std::optional<flows::Session> Rehearsal::take(std::optional<Saved>& saved) {
  if (!saved) return std::nullopt;
  const Saved taken = *std::exchange(saved, std::nullopt);
  if (taken.expires <= now_) return std::nullopt;
  auto session = flows::load_session(*revision_, taken.session);
  if (!session) {
    faults_.push_back(session.error().message);
    return std::nullopt;
  }
  session->locale = person_.locale;
  return std::move(*session);
}

void Rehearsal::keep(std::optional<Saved>& into, const flows::Session& session, std::chrono::milliseconds lives) {
  into = Saved{flows::save(*revision_, session), now_ + lives};
}

// As the store would give it back; secrets, which it never has, stay.
flows::Session Rehearsal::reloaded(const flows::Session& session) {
  const std::string saved = flows::save(*revision_, session);
  auto loaded = flows::load_session(*revision_, saved);
  if (!loaded) {
    faults_.push_back(loaded.error().message);
    return session;
  }
  if (flows::save(*revision_, *loaded) != saved)
    faults_.push_back("a saved session changed when it was read: " + saved);
  const auto& slots = revision_->flow(session.at).slots;
  for (std::size_t i = 0; i < session.slots.size(); ++i) {
    if (!slots[i].is_secret || !session.slots[i].is_set()) continue;
    loaded->slots.resize(slots.size());
    loaded->slots[i] = session.slots[i];
  }
  return std::move(*loaded);
}

void Rehearsal::note_visits(bool begins) {
  for (const Place place : std::exchange(visited_, {})) visits_.push_back({place, std::exchange(begins, false)});
}

}  // namespace shubbak::rehearsal
