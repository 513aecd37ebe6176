#include "daemon/recordings.hpp"

#include <chrono>

#include "daemon/log.hpp"
#include "domain/clock.hpp"

namespace shubbak::daemon {

void KeepRecording::operator()(rehearsal::Recorder* recorder) const {
  const std::unique_ptr<rehearsal::Recorder> over(recorder);
  if (const auto recordings = into.lock()) recordings->take(*over);
}

Recordings::Recordings(store::Store& store, const RecordingsConfig& config, std::function<std::uint64_t()> random)
    : store_(store), config_(config), random_(std::move(random)), chance_(random_()) {}

RecorderHandle Recordings::draw(const std::shared_ptr<const flows::Revision>& revision,
                                const std::string& operator_name, const flows::Context& context,
                                std::uint8_t locale) {
  if (going_on_ == going_on_max || std::uniform_real_distribution<>()(chance_) >= config_.share) return {};
  ++going_on_;
  return {new rehearsal::Recorder(revision, operator_name, context, locale, random_),
          KeepRecording{weak_from_this()}};
}

void Recordings::take(const rehearsal::Recorder& recorder) {
  --going_on_;
  if (is_stopped_) return;
  const auto recording = recorder.finish();
  if (!recording) return;
  std::string packed = rehearsal::pack(*recording);
  if (packed.size() > store::ValueLimits::recording_octets_max) return;
  std::vector<store::Change> changes;
  changes.emplace_back(
      store::AddRecording{{std::chrono::floor<std::chrono::days>(wall_now()), recording->revision, std::move(packed)},
                          config_.stored_max});
  store_.change(std::move(changes), [](const Result<store::Committed>& result) {
    if (!result) log::warning("recording_lost", {{"reason", result.error().message}});
  });
}

}  // namespace shubbak::daemon
