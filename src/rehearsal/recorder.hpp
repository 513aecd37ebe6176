// Records one walk while it goes on. Beside the person's walk it takes a second one, of pseudonyms only, and keeps
// what leads that one through the same states: so that what is kept can be walked again as it was, though nothing in
// it is the person's. Where no pseudonym does, nothing is kept, nor of who answers a poll. What was really typed
// stays in memory until the walk is over. Pure: time and chance are arguments. Thread: one for each Revision.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "flows/engine.hpp"
#include "flows/revision.hpp"
#include "rehearsal/pseudonyms.hpp"
#include "rehearsal/recording.hpp"
#include "rehearsal/redaction.hpp"

namespace shubbak::rehearsal {

class Recorder {
 public:
  // As the walk begins: `context` is its operator's and person's, `locale` the revision's. `random` outlives it.
  Recorder(std::shared_ptr<const flows::Revision> revision, std::string operator_name, const flows::Context& context,
           std::uint8_t locale, const std::function<std::uint64_t()>& random);

  // What the engine is given, in the same order; the first is dial() or command().
  void dial(const std::vector<std::string>& segments, Instant now);
  void command(std::string_view text, Instant now);
  void redial(Instant now);                         // a dropped dialogue is shown again
  void redial(std::string_view code, Instant now);  // or goes on with the confirmation code that was dialled
  void answer(std::string_view text, Instant now);
  // changes: what the service wrote is still to be committed, and take_back() may follow.
  void outcome(const flows::CallOutcome& came, bool changes);
  // That could not be committed: the walk is where it was before that outcome.
  void take_back();

  // The walk is over. Nothing: there is no recording that can be walked again.
  [[nodiscard]] std::optional<Recording> finish() const;

 private:
  struct Walk {
    flows::Session real;
    flows::Session redacted;
    Pseudonyms pseudonyms;
    std::vector<std::string> ready;           // real answers that no state has taken yet, the next one last
    std::vector<std::string> ready_redacted;  // of those that were taken
    Recording recording;
    bool has_ended = false;
    bool is_lost = false;  // the redacted walk went another way
  };
  // What an input or an outcome led to.
  struct Trace {
    flows::Step step;
    std::vector<flows::Place> places;
  };
  using Take = std::function<flows::Step(flows::Session&, const flows::Context&)>;

  Trace traced(flows::Session& session, const Take& take) const;
  static bool agree(const Walk& walk, const Trace& real, const Trace& redacted);
  // Finds pseudonyms with which the redacted walk goes where the real one has gone.
  void follow(const Trace& real, int tries, const std::function<Take(Walk& trial, int number)>& take);
  // Those that the states on the way take, redacted, and put where the redacted walk will take them.
  void redact_ready(Walk& trial, const Trace& real, int number) const;
  void begin(Recording::Input::Kind kind, flows::Place at, const Take& take, Instant now);
  void add_input(Walk& trial, Recording::Input::Kind kind, Redacted redacted, flows::Place at) const;
  std::chrono::seconds since_last_input(Instant now);
  void take_answer(Recording::Input::Kind kind, std::string_view text, Instant now);
  [[nodiscard]] std::string asked_at(flows::Place place, const flows::Session& session) const;

  std::shared_ptr<const flows::Revision> revision_;
  flows::Context context_;
  std::function<std::uint64_t()> payment_keys_;
  std::function<std::string()> codes_;
  Instant last_input_{};
  std::chrono::seconds after_{0};  // of the input that is being followed
  std::vector<std::string> key_;   // what opened the flow: segments, or the words of a keyword
  bool dialled_a_code_ = false;
  Walk walk_;
  std::optional<Walk> before_change_;
};

}  // namespace shubbak::rehearsal
