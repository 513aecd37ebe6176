// A share of the walks, recorded with pseudonyms for `shubbak replay`: drawn when they begin, written when they are
// over. Thread: the event loop's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>

#include "daemon/config.hpp"
#include "rehearsal/recorder.hpp"
#include "store/store.hpp"

namespace shubbak::daemon {

class Recordings;

// However a walk ends, its recorder ends with it, and what it has goes to the store.
struct KeepRecording {
  std::weak_ptr<Recordings> into;  // a coroutine may be destroyed after the daemon
  void operator()(rehearsal::Recorder* recorder) const;
};
using RecorderHandle = std::unique_ptr<rehearsal::Recorder, KeepRecording>;

class Recordings : public std::enable_shared_from_this<Recordings> {
 public:
  static constexpr std::size_t going_on_max = 1'000;  // beyond that none is drawn

  // `random` is a CSPRNG.
  Recordings(store::Store& store, const RecordingsConfig& config, std::function<std::uint64_t()> random);

  // Nothing, for most walks.
  RecorderHandle draw(const std::shared_ptr<const flows::Revision>& revision, const std::string& operator_name,
                      const flows::Context& context, std::uint8_t locale);
  // The daemon stops: what is going on will not come to its end, and is not kept.
  void stop() { is_stopped_ = true; }

 private:
  friend struct KeepRecording;
  void take(const rehearsal::Recorder& recorder);

  store::Store& store_;
  const RecordingsConfig& config_;
  std::function<std::uint64_t()> random_;  // of the pseudonyms
  std::mt19937_64 chance_;                 // which walks are drawn may be guessed
  std::size_t going_on_ = 0;
  bool is_stopped_ = false;
};

}  // namespace shubbak::daemon
