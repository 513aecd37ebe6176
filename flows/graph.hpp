// The states of a deployment and the ways between them, as the proofs of the checker walk them. Pure. Thread: one for
// each Revision.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flows/definition.hpp"

namespace shubbak::flows {

class Revision;

// A way out of a state: by what the person answers, by what a service came to, or by itself.
struct Exit {
  enum class Kind : std::uint8_t {
    accepted,   // what was chosen or typed was taken
    confirmed,  // yes
    refused,    // no
    invalid,    // too many wrong answers
    succeeded,  // ok of a service or of a code
    failed,     // any other outcome of these
    passed,     // a set or a switch
    returned,   // a subflow came back
  };
  Kind kind = Kind::passed;
  const Branch* to = nullptr;
  std::string_view outcome{};      // of services and subflows
  std::uint16_t condition = none;  // of a menu's item: it holds on this way
  // The engine remembers where these were taken, and `back` leads there.
  [[nodiscard]] bool is_remembered() const {
    return kind == Kind::accepted || kind == Kind::confirmed || kind == Kind::refused;
  }
};
std::vector<Exit> exits(const State& state);

// Every place that a state can lead to by itself or by what the person answers (navigation apart).
std::vector<Place> successors(const State& state);

// Slots that may be another value once this way has been taken.
std::vector<std::uint16_t> written(const State& state, const Exit& exit);

// The places that can be come to on each channel: by dialling, or by texting.
class Reach {
 public:
  explicit Reach(const Revision& revision);
  [[nodiscard]] bool has(Channel channel, Place place) const {
    return reached_[static_cast<std::size_t>(channel)][place.flow][place.state];
  }
  [[nodiscard]] bool has(Place place) const { return has(Channel::ussd, place) || has(Channel::sms, place); }

 private:
  using OfChannel = std::vector<std::vector<bool>>;
  std::array<OfChannel, 2> reached_;  // by Channel
};

// One flow's states, with the ways that stay in it. `back` and `home` are ways like any other.
class FlowGraph {
 public:
  FlowGraph(const Revision& revision, std::uint16_t flow);

  [[nodiscard]] const Flow& flow() const { return flow_; }
  [[nodiscard]] std::uint16_t index() const { return index_; }
  [[nodiscard]] const std::vector<Exit>& exits(std::uint16_t state) const { return exits_[state]; }
  // Left for other flows which come back here at once: the slots are new, but what is behind is not forgotten.
  [[nodiscard]] bool is_entered_anew(std::uint16_t from) const { return anew_[from]; }
  [[nodiscard]] bool is_ever_entered_anew() const;
  // The states that `back` can lead to from a waiting state, or from the inside of a subflow that this state is in.
  [[nodiscard]] std::vector<std::uint16_t> ways_back(std::uint16_t from) const;
  [[nodiscard]] bool reaches(std::uint16_t from, std::uint16_t to) const;
  // By state: does it lead to this one?
  [[nodiscard]] std::vector<bool> all_before(std::uint16_t state) const;

 private:
  struct Arc {
    std::uint16_t to = 0;
    bool is_remembered = false;
  };
  [[nodiscard]] std::vector<bool> reached_without_remembering(std::uint16_t state) const;

  const Flow& flow_;
  std::uint16_t index_;
  std::vector<std::vector<Exit>> exits_;  // by state
  std::vector<bool> anew_;
  std::vector<std::vector<Arc>> next_;
  std::vector<std::vector<std::uint16_t>> before_;
  std::size_t remembered_ = 0;  // states that `back` may lead to
};

// "load -> pick -> show"
std::string path_text(const Flow& flow, const std::vector<std::uint16_t>& path);

}  // namespace shubbak::flows
