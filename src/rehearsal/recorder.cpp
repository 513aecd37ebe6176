#include "rehearsal/recorder.hpp"

#include <algorithm>
#include <array>

#include "domain/text.hpp"
#include "flows/answers.hpp"
#include "flows/service_signature.hpp"

namespace shubbak::rehearsal {
namespace {

using Kind = Recording::Input::Kind;

// The keys of a walk that asks it are what somebody has answered: of such a walk nothing is kept.
constexpr std::string_view answering_a_poll = "polls.answer";

// How long people took is told no finer.
std::chrono::seconds rounded_down(Instant::duration time) {
  constexpr std::array<int, 10> told{3600, 1800, 600, 300, 120, 60, 30, 15, 5, 0};
  const auto* found = std::ranges::find_if(told, [&](int seconds) { return time >= std::chrono::seconds(seconds); });
  return std::chrono::seconds(found == told.end() ? 0 : *found);
}

std::string joined(const std::vector<std::string>& words, char between) {
  std::string all;
  for (const std::string& word : words) {
    if (!all.empty()) all += between;
    all += word;
  }
  return all;
}

std::vector<std::string> folded_words(std::string_view text) {
  std::vector<std::string> words;
  const std::string folded = fold(text);
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t end = std::min(folded.find(' ', at), folded.size());
    words.push_back(folded.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::string place_name(const flows::Revision& revision, flows::Place place) {
  return std::string(revision.flow_name(place)) + "." + std::string(revision.state_name(place));
}

}  // namespace

Recorder::Recorder(std::shared_ptr<const flows::Revision> revision, std::string operator_name,
                   const flows::Context& context, std::uint8_t locale, const std::function<std::uint64_t()>& random)
    : revision_(std::move(revision)),
      context_(context),
      payment_keys_([next = std::uint64_t{0}]() mutable { return ++next; }),
      codes_([] { return std::string(flows::code_digits, '0'); }),
      walk_{.real = {},
            .redacted = {},
            .pseudonyms = Pseudonyms(revision_->country(), words_of(*revision_), random),
            .ready = {},
            .ready_redacted = {},
            .recording = {}} {
  walk_.real.locale = locale;
  Recording& recording = walk_.recording;
  recording.revision = revision_->id();
  recording.operator_name = std::move(operator_name);
  recording.locale = revision_->locales()[locale];
  recording.linked = context.linked;
}

Recorder::Trace Recorder::traced(flows::Session& session, const Take& take) const {
  Trace trace;
  flows::Context context = context_;
  context.random = &payment_keys_;
  context.new_code = &codes_;
  context.visited = &trace.places;
  trace.step = take(session, context);
  return trace;
}

bool Recorder::agree(const Walk& walk, const Trace& real, const Trace& redacted) {
  const flows::Session& a = walk.real;
  const flows::Session& b = walk.redacted;
  return real.places == redacted.places && real.step.kind == redacted.step.kind &&
         real.step.parked == redacted.step.parked && a.at == b.at && a.page == b.page &&
         a.wrong_answers == b.wrong_answers && a.reason == b.reason && a.locale == b.locale &&
         a.waits_for_call == b.waits_for_call && a.ready_answers.size() == b.ready_answers.size();
}

void Recorder::follow(const Trace& real, int tries, const std::function<Take(Walk& trial, int number)>& take) {
  walk_.has_ended = real.step.kind == flows::Step::Kind::end;
  for (int number = 0; number < tries && !walk_.is_lost; ++number) {
    Walk trial = walk_;
    trial.pseudonyms.set_try(number);
    const Take redacted = take(trial, number);
    redact_ready(trial, real, number);
    const Trace trace = traced(trial.redacted, redacted);
    if (!agree(trial, real, trace)) continue;
    trial.is_lost = trial.recording.inputs.size() > Recording::inputs_max;
    walk_ = std::move(trial);
    return;
  }
  walk_.is_lost = true;
}

void Recorder::redact_ready(Walk& trial, const Trace& real, int number) const {
  std::vector<std::string> taken;
  for (const flows::Place place : real.places) {
    const flows::State& state = revision_->state(place);
    if (trial.ready.empty()) break;
    if (!state.waits() || std::holds_alternative<flows::Otp>(state.body)) continue;
    if (std::holds_alternative<flows::Confirm>(state.body)) break;
    const std::string typed = flows::take_ready_answer(revision_->flow(place), state, trial.ready);
    Redacted redacted = redact(trial.pseudonyms, *revision_, place, typed, number);
    if (dialled_a_code_) redacted = {std::string(typed.size(), '0'), true};
    trial.recording.inputs.front().is_secret |= redacted.is_secret;
    taken.push_back(redacted.text);
    trial.ready_redacted.push_back(std::move(redacted.text));
  }
  if (trial.real.ready_answers.empty()) trial.ready.clear();  // no state will take them
  const char between = trial.recording.channel == flows::Channel::ussd ? '*' : ' ';
  std::vector<std::string> all = key_;
  all.insert(all.end(), trial.ready_redacted.begin(), trial.ready_redacted.end());
  trial.recording.inputs.front().text = joined(all, between);
  // What is taken later stands here as something, so that the walk goes on the same.
  trial.redacted.ready_answers.assign(trial.ready.size(), "x");
  trial.redacted.ready_answers.insert(trial.redacted.ready_answers.end(), taken.rbegin(), taken.rend());
}

void Recorder::dial(const std::vector<std::string>& segments, Instant now) {
  const auto entry = revision_->entry(segments, false);  // of staff nothing is recorded
  const auto opening = static_cast<std::ptrdiff_t>(entry ? entry->segments : 0);
  key_.assign(segments.begin(), segments.begin() + opening);
  walk_.ready.assign(segments.rbegin(), segments.rend() - opening);
  dialled_a_code_ = flows::is_confirmation_code(segments);
  walk_.recording.channel = flows::Channel::ussd;
  begin(
      Kind::dial, entry ? flows::Place{entry->flow, 0} : revision_->home(),
      [&](flows::Session& session, const flows::Context& context) {
        return flows::dial(*revision_, session, segments, context);
      },
      now);
}

void Recorder::command(std::string_view text, Instant now) {
  const auto match = revision_->keywords().match(text);
  if (!match) {
    walk_.is_lost = true;
    return;
  }
  key_ = folded_words(text);
  key_.resize(std::min(key_.size(), match->words));
  walk_.ready.assign(match->rest.rbegin(), match->rest.rend());
  walk_.recording.channel = flows::Channel::sms;
  begin(
      Kind::text, {match->flow, revision_->flows()[match->flow].sms_start},
      [&](flows::Session& session, const flows::Context& context) {
        auto step = flows::command(*revision_, session, text, context);
        SHUBBAK_ASSERT(step.has_value());  // it matched
        return std::move(*step);
      },
      now);
}

void Recorder::begin(Kind kind, flows::Place at, const Take& take, Instant now) {
  last_input_ = now;
  walk_.recording.inputs.push_back({.kind = kind, .text = {}, .is_secret = false, .after = {}, .at = {}});
  walk_.redacted.locale = walk_.real.locale;
  walk_.redacted.channel = walk_.recording.channel;
  walk_.redacted.at = at;
  const Trace real = traced(walk_.real, take);
  follow(real, redactions_of(revision_->state(at)), [&](Walk&, int) -> Take {
    return [&](flows::Session& session, const flows::Context& context) {
      return flows::restart(*revision_, session, context);
    };
  });
}

std::chrono::seconds Recorder::since_last_input(Instant now) {
  return rounded_down(now - std::exchange(last_input_, now));
}

void Recorder::add_input(Walk& trial, Kind kind, Redacted redacted, flows::Place at) const {
  trial.recording.inputs.push_back({.kind = kind,
                                    .text = std::move(redacted.text),
                                    .is_secret = redacted.is_secret,
                                    .after = after_,
                                    .at = place_name(*revision_, at)});
}

void Recorder::redial(Instant now) {
  if (walk_.is_lost) return;
  after_ = since_last_input(now);
  const flows::Place at = walk_.real.at;
  Take show = [&](flows::Session& session, const flows::Context& context) {
    return flows::show(*revision_, session, context);
  };
  const Trace real = traced(walk_.real, show);
  follow(real, 1, [&](Walk& trial, int) {
    add_input(trial, Kind::redial, {}, at);
    return show;
  });
}

void Recorder::redial(std::string_view code, Instant now) {
  take_answer(Kind::redial, code, now);
}

void Recorder::answer(std::string_view text, Instant now) {
  take_answer(walk_.recording.channel == flows::Channel::ussd ? Kind::answer : Kind::text, text, now);
}

void Recorder::take_answer(Kind kind, std::string_view text, Instant now) {
  if (walk_.is_lost) return;
  after_ = since_last_input(now);
  const flows::Place at = walk_.real.at;
  const auto take = [&](std::string typed) -> Take {
    return [this, typed = std::move(typed)](flows::Session& session, const flows::Context& context) {
      return flows::answer(*revision_, session, typed, context);
    };
  };
  const Trace real = traced(walk_.real, take(std::string(text)));
  follow(real, redactions_of(revision_->state(at)), [&](Walk& trial, int number) {
    const Redacted redacted = redact(trial.pseudonyms, *revision_, at, text, number);
    add_input(trial, kind, redacted, at);
    return take(redacted.text);
  });
}

void Recorder::outcome(const flows::CallOutcome& came, bool changes) {
  if (walk_.is_lost || !walk_.real.waits_for_call) return;
  if (changes) before_change_ = walk_;
  const flows::Place at = walk_.real.at;
  const auto take = [&](const flows::CallOutcome& outcome) -> Take {
    return [this, outcome](flows::Session& session, const flows::Context& context) {
      return flows::outcome(*revision_, session, outcome, context);
    };
  };
  const std::string service = asked_at(at, walk_.real);
  if (service == answering_a_poll) {
    walk_.is_lost = true;
    return;
  }
  const Trace real = traced(walk_.real, take(came));
  follow(real, redactions_of(revision_->state(at)), [&](Walk& trial, int) {
    const Recording::Outcome redacted = redact(trial.pseudonyms, *revision_, at, came, service);
    trial.recording.outcomes.push_back(redacted);
    return take({redacted.outcome, redacted.data});
  });
}

void Recorder::take_back() {
  if (before_change_) walk_ = *std::exchange(before_change_, std::nullopt);
}

std::string Recorder::asked_at(flows::Place place, const flows::Session& session) const {
  const flows::State& state = revision_->state(place);
  if (const auto* calling = std::get_if<flows::Calling>(&state.body))
    return revision_->service(calling->service).name;
  return std::string(session.code_sent ? flows::otp_verify : flows::otp_send);
}

std::optional<Recording> Recorder::finish() const {
  if (walk_.is_lost || walk_.recording.inputs.empty() || walk_.real.waits_for_call) return std::nullopt;
  Recording recording = walk_.recording;
  recording.ended = walk_.has_ended;
  return recording;
}

}  // namespace shubbak::rehearsal
