// A person's walk with a recorder beside it, as the daemon has it.
#pragma once

#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "flows/engine.hpp"
#include "flows/revision.hpp"
#include "rehearsal/recorder.hpp"
#include "rehearsal/rehearsal.hpp"

namespace shubbak::rehearsal::testing {

class RecordedWalk {
 public:
  using Services = std::function<flows::CallOutcome(const flows::Call& call, const flows::Session& session)>;

  RecordedWalk(std::shared_ptr<const flows::Revision> revision, Services services, std::uint64_t seed = 1,
               std::uint8_t locale = 0)
      : revision_(std::move(revision)), services_(std::move(services)), chance_(seed) {
    session.locale = locale;
    begin(flows::Channel::ussd);
  }
  RecordedWalk(const RecordedWalk&) = delete;
  RecordedWalk& operator=(const RecordedWalk&) = delete;

  void dial(const std::vector<std::string>& segments = {}) {
    recorder->dial(segments, now_);
    came(flows::dial(*revision_, session, segments, context_));
  }
  bool text(const std::string& text) {
    begin(flows::Channel::sms);
    auto first = flows::command(*revision_, session, text, context_);
    if (!first) return false;
    recorder->command(text, now_);
    came(std::move(*first));
    return true;
  }
  void send(const std::string& text) {
    now_ += std::chrono::seconds(7);
    recorder->answer(text, now_);
    came(flows::answer(*revision_, session, text, context_));
  }
  void redial() {
    now_ += std::chrono::seconds(20);
    recorder->redial(now_);
    came(flows::show(*revision_, session, context_));
  }
  void redial(const std::string& code) {
    recorder->redial(code, now_);
    came(flows::answer(*revision_, session, code, context_));
  }
  [[nodiscard]] bool ended() const { return step.kind == flows::Step::Kind::end && !step.parked; }
  [[nodiscard]] Recording recorded() const {
    auto recording = recorder->finish();
    REQUIRE(recording.has_value());
    return std::move(*recording);
  }

  flows::Session session;
  flows::Step step;
  std::optional<Recorder> recorder;

 private:
  void begin(flows::Channel channel) {
    const bool is_ussd = channel == flows::Channel::ussd;
    context_.screen = {.octets_max = is_ussd ? 160U : 536U, .shows_navigation = is_ussd};
    context_.linked = true;
    context_.random = &random_;
    context_.new_code = &new_code_;
    recorder.emplace(revision_, "op", context_, session.locale, random_);
  }
  void came(flows::Step next) {
    step = std::move(next);
    while (step.kind == flows::Step::Kind::call) {
      const flows::CallOutcome outcome = services_(*step.call, session);
      recorder->outcome(outcome, false);
      step = flows::outcome(*revision_, session, outcome, context_);
    }
  }

  std::shared_ptr<const flows::Revision> revision_;
  Services services_;
  std::mt19937_64 chance_;
  std::function<std::uint64_t()> random_ = [this] { return chance_(); };
  std::function<std::string()> new_code_ = [] { return std::string("739112"); };
  flows::Context context_;
  Instant now_{};
};

inline Profile profile() {
  return {.name = "op", .ussd_octets_max = 160, .sms_octets_max = 536, .application_timeout = std::chrono::hours(1)};
}

}  // namespace shubbak::rehearsal::testing
