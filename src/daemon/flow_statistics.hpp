// How people walk the flows, counted where it happens: how many came to each state, where they went on to, who gave
// up there and why, how long they stayed, what it cost. Counts only, nothing of a person. Neither disk nor lock;
// counting a press is a few additions to counters that are found by index. Thread: the event loop's.
//
// Within a run of the daemon each walk that came to a state (entered, taken_up) has left it, was abandoned there, or
// is there still.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "flows/engine.hpp"
#include "store/store.hpp"

namespace shubbak::flows {
class Revision;
}

namespace shubbak::daemon {

struct Walk;

enum class AbandonedBy : std::uint8_t {
  user,     // hung up, or asked for something else by SMS
  timeout,  // fell silent
  network,  // dropped without a word: the next dial found the dialogue still open, or a screen could not be sent
  us,       // a fault of ours, a full table, a stop of the daemon, a link that was suspended or released meanwhile
};
inline constexpr std::array<std::string_view, 4> abandoned_by_names{"user", "timeout", "network", "us"};

// Where a walk leaves a state to: "flow.state", one of these, or, broken off, the name of the text that says why
// ("sys_invalid", "sys_not_linked").
inline constexpr std::string_view left_by_end = "end";      // the flow's own: an `end` state was shown
inline constexpr std::string_view left_to_park = "parked";  // a code was sent, and the person will be back

// Where the statistics have a walk. Part of every Walk.
struct Stay {
  static constexpr flows::Session::Place nowhere{0xFFFF, 0xFFFF};

  // A company of which a service was asked, and what counts the session for it when that ends.
  struct Asked {
    std::string company;
    std::uint64_t* sessions;
  };
  static constexpr std::size_t asked_max = 8;  // of one session; others that it asks are not counted

  flows::Session::Place at = nowhere;
  bool under_way = false;  // it came, and neither ended nor was given up
  Instant since{};         // when it came to `at`
  std::vector<Asked> asked{};
};

// All counters by name, for every desk and every revision. Counts are of this run of the daemon.
class FlowStatistics {
 public:
  static constexpr std::size_t series_max = 20'000;  // what else is met is not told, see left_out()

  FlowStatistics() = default;
  FlowStatistics(const FlowStatistics&) = delete;
  FlowStatistics& operator=(const FlowStatistics&) = delete;

  // Stays where it is as long as this lives.
  std::uint64_t& counter(const store::StatisticKey& key);
  // Keys asked for that there was no room for, each once; as many again as there is room for at most.
  [[nodiscard]] std::size_t left_out() const { return left_out_.size(); }

  // In the order of the keys; those that never counted anything are not told.
  void for_each(const std::function<void(const store::StatisticKey&, std::uint64_t)>& tell) const;
  // What was counted since it was taken last, at most that many; empty: nothing.
  std::vector<store::Statistic> take_unsaved(std::size_t most);
  void give_back(const std::vector<store::Statistic>& not_saved);

 private:
  struct Series {
    std::uint64_t counted = 0;
    std::uint64_t taken = 0;
  };
  std::map<store::StatisticKey, Series> series_;
  std::uint64_t no_room_ = 0;
  std::set<store::StatisticKey> left_out_;
};

// What one desk counts. Every step of the engine is told by moved(), from where its Context's `visited` is trail().
class DeskStatistics {
 public:
  DeskStatistics(FlowStatistics& all, flows::Channel channel, std::string operator_name);
  DeskStatistics(const DeskStatistics&) = delete;
  DeskStatistics& operator=(const DeskStatistics&) = delete;

  std::vector<flows::Session::Place>* trail() { return &trail_; }
  // Before the step of a walk that was kept: it is under way again if it was given up, or its daemon restarted.
  void goes_on(Walk& walk, Instant now);
  // The places that a step came to; the first ones of a walk begin it. Empties the trail.
  void moved(Walk& walk, Instant now) { moved(walk, trail_, now); }
  void moved(Walk& walk, std::vector<flows::Session::Place>& trail, Instant now);
  // These do nothing where the walk is not under way, so that the first that is told of a walk counts.
  // The state where the walk is has asked a service of that company: its session counts for it, once.
  void asked(Walk& walk, std::string_view company);
  void ended(Walk& walk, const flows::Step& step);
  void abandoned(Walk& walk, AbandonedBy by);
  // Somebody whom we could not serve at all: counts as one who came to the home state and was given up by us.
  void turned_away(const std::shared_ptr<const flows::Revision>& revision);
  // Counts the short messages that a text of this state becomes; nothing: the text is of no state.
  std::uint64_t* message_parts(const std::shared_ptr<const flows::Revision>& revision, flows::Session::Place at);

 private:
  using Place = flows::Session::Place;
  struct Edge {
    Place to;
    std::uint64_t* count;
  };
  struct State {  // counters, found by name when they are needed first
    std::uint64_t* entered = nullptr;
    std::uint64_t* taken_up = nullptr;
    std::uint64_t* stayed = nullptr;
    std::uint64_t* stayed_ms = nullptr;
    std::uint64_t* sessions = nullptr;
    std::uint64_t* message_parts = nullptr;
    std::array<std::uint64_t*, abandoned_by_names.size()> abandoned{};
    std::vector<Edge> left;
  };
  struct Table {  // the states of one revision
    std::weak_ptr<const flows::Revision> of;
    std::vector<std::size_t> first;  // of each flow
    std::vector<State> states;

    [[nodiscard]] State& at(Place place) { return states[first[place.flow] + place.state]; }
  };

  Table& table_of(const std::shared_ptr<const flows::Revision>& revision);
  std::uint64_t& find(std::uint64_t*& counter, const flows::Revision& revision, Place at, store::Measure measure,
                      std::string_view detail = {});
  void leave(const flows::Revision& revision, Table& table, Place from, Place to);
  void close(const flows::Revision& revision, State& state, Stay& stay);

  FlowStatistics& all_;
  flows::Channel channel_;
  std::string operator_name_;
  std::vector<Place> trail_;
  std::vector<Table> tables_;
};

}  // namespace shubbak::daemon
