// A person's walk through a flow as the daemon keeps it, and what carries it over service calls: run the service,
// give the outcome to the engine, commit what must be written together with the reply, then reply. The same for USSD
// and SMS. Thread: the event loop's.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "daemon/flow_statistics.hpp"
#include "daemon/metrics.hpp"
#include "daemon/recordings.hpp"
#include "flows/engine.hpp"
#include "flows/revision.hpp"
#include "services/service.hpp"
#include "store/store.hpp"

namespace shubbak::daemon {

struct Walk {
  std::shared_ptr<const flows::Revision> revision;  // the one it began with
  flows::Session session;
  // Of the active link that it goes on under; it may hold what only that person may see. Epoch: there was none.
  WallTime link_since;
  RecorderHandle recorder{};  // of the few walks that are recorded
  Stay stay{};                // what the desk's statistics remember of it
  bool staff = false;         // the phone is one that serves people, and dialled to do so
  // Who has signed in on it. A walk in which they act for somebody ends with its dialogue: it is not saved, nor taken
  // up.
  std::unique_ptr<services::Agent> agent{};
  bool has_paid = false;  // a company was asked for a payment: the walk as it was then may be in the store

  [[nodiscard]] bool is_assisted() const { return agent && agent->acts_for; }
  // Whose services it walks through; `line`: the phone that shows its screens.
  [[nodiscard]] Msisdn subject(Msisdn line) const { return is_assisted() ? *agent->acts_for : line; }

  [[nodiscard]] bool linked() const { return link_since != WallTime{}; }
  // May it go on for this person? Not when the link that it began with was suspended, released or made anew.
  [[nodiscard]] bool belongs_to(const store::Person& person) const;
};

constexpr std::size_t expired_per_tick_max = 20'000;  // of a desk's walks; a pause stays under about 10 ms

// Is somebody to be led elsewhere than where they dial or text? Nothing of the service to a suspended number; one
// that a counter asks about answers that first.
enum class Standing : std::uint8_t { free, asked, suspended };

class FlowShelf;

// What becomes of a broadcast's text whose turn it is: one of a broadcast that is paused, or at night, is held.
enum class BroadcastGate : std::uint8_t { send, hold, drop };

// What every desk works with.
struct Shared {
  boost::asio::any_io_executor executor;
  std::shared_ptr<const flows::Revision> revision;  // current; replaced on reload
  store::Store& store;
  services::World& world;
  Metrics& metrics;
  FlowStatistics& statistics;
  Recordings* recordings = nullptr;       // none is to be made
  std::function<std::string()> new_code;  // a one-time code, from a CSPRNG
  std::string link_flow{};                // where those are led that a counter asks about
  const FlowShelf* shelf = nullptr;       // earlier revisions that saved walks still need; set once it is open
  std::function<BroadcastGate(std::int64_t broadcast)> broadcast_gate{};  // missing: all are sent
  // The SMSC of that operator has taken a broadcast's text, or refused it for good.
  std::function<void(std::int64_t broadcast, std::string_view operator_name, bool is_taken)> on_broadcast_text{};
};

// For a walk that begins now: draws whether it is recorded.
void draw_recorder(const Shared& shared, Walk& walk, const std::string& operator_name, const flows::Context& context);

// A walk that the store kept, as it goes on now: a confirmed payment on the revision it began with, all else on the
// current one. Its link_since is not set.
struct TakenUp {
  flows::Moved::How how = flows::Moved::How::restarts;
  Walk walk;
};
TakenUp take_up(const Shared& shared, const store::SavedWalk& saved);
// For the store; nothing where the flow is not taken up again, unless it is kept `by_default` for some time.
std::optional<store::SavedWalk> saved_walk(const flows::Revision& revision, const flows::Session& session,
                                           Msisdn msisdn, store::WalkChannel channel,
                                           std::optional<std::chrono::seconds> by_default, WallTime now);
// A saved walk that waits for a one-time code, and the channel that it was saved for: the code may come by the other.
struct CodeAwaited {
  Walk walk;
  store::WalkChannel channel;
};
std::optional<CodeAwaited> waiting_for_code(const Shared& shared, Msisdn msisdn, const store::Person& person);

// The first step of it; one that goes on is shown again by USSD.
flows::Step step_of(const TakenUp& taken, Walk& walk, const flows::Context& context);

Standing standing_of(const Shared& shared, const store::Person& person);
// A text of the deployment in the language of the number's owner, for news of what they began then. Empty: the number
// is no longer theirs, or suspended.
std::string words_for(const Shared& shared, Msisdn number, WallTime since, std::string_view system_string);
// The end of one that cannot go on now.
flows::Step apology(const Walk& walk, const flows::Context& context);
// The first step of a walk whose person is not free to go where they like. `code`: what came by SMS.
flows::Step led(const Shared& shared, Standing standing, Walk& walk, const std::optional<std::string>& code,
                const flows::Context& context);

// How a channel takes part in serving one input.
struct Serving {
  Msisdn line;            // the phone that sent it
  std::string_view link;  // the operator's; lives as long as the desk
  flows::Context context;
  DeskStatistics& statistics;
  std::function<Walk*()> walk;  // where it is kept; nothing if it has ended meanwhile
  std::optional<std::chrono::seconds>
      walk_lives;  // where the flow does not say how long a walk may be taken up again
  // Adds what this channel writes in the same transaction as the service's changes: the reply through the outbox, the
  // walk's position. May leave it as it is. Asked only while the walk is there.
  std::function<void(const flows::Step&, std::vector<store::Change>&)> add_changes;
  Instant answer_by = Instant::max();  // services give up by then, whatever time the flow gives them
};

struct Served {
  flows::Step step;  // a screen or an end
  store::Committed committed;
  bool wrote = false;      // something was committed for it
  bool walk_gone = false;  // it ended meanwhile: nobody waits for the reply, but what was committed stands
  bool failed = false;     // the step only apologises: nothing of what was to be written is
};

// From a Step that is a call, or that writes, to one that can be shown.
boost::asio::awaitable<Served> serve(Shared& shared, Serving serving, flows::Step step);

}  // namespace shubbak::daemon
