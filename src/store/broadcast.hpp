// Messages to many numbers, in the store (src/broadcasts decides on them). Their texts are public and not sealed.
// Once one is approved it goes through the links that there were then, once, by a cursor for each operator that moves
// in the transaction that puts the texts into the outbox: so no number is told twice, whatever ends or is told
// meanwhile. Thread: as Store.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "broadcasts/broadcast.hpp"
#include "broadcasts/cost.hpp"
#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"

namespace shubbak::store {

std::string broadcast_key(std::int64_t number);  // "broadcast.7", as the audit trail names it

struct BroadcastCounts {
  std::int64_t prepared = 0;   // put into the outbox
  std::int64_t sent = 0;       // that an SMSC has taken
  std::int64_t delivered = 0;  // of those, as receipts tell
  std::int64_t failed = 0;     // that no SMSC took, or that a receipt says no phone will
  std::int64_t expired = 0;    // over before they were sent, or, as receipts tell, delivered
  bool operator==(const BroadcastCounts&) const = default;
};
struct BroadcastLane {  // of one operator's numbers
  std::string operator_name;
  bool takes_others = false;  // of which it is not known whose they are, or whose operator has no lane
  bool is_over = false;       // all are looked at
  BroadcastCounts counts;
};
struct StoredBroadcast {
  std::int64_t number = 0;
  broadcasts::Kind kind = broadcasts::Kind::outage;
  broadcasts::State state = broadcasts::State::draft;
  broadcasts::Segment segment;
  std::string default_locale;
  std::vector<broadcasts::Text> texts;
  std::string author;  // accounts
  std::string proposer{};
  std::string checker{};
  WallTime drafted;
  WallTime expires;
  std::optional<WallTime> decided{};
  std::optional<WallTime> ended{};
  std::vector<BroadcastLane> lanes{};  // once it is approved
  std::int64_t waiting = 0;            // in the outbox

  [[nodiscard]] BroadcastCounts counts() const;
};

// --- changes
// Its number is told in Committed. Error conflict: broadcasts::Limits::open_max others are not over.
struct DraftBroadcast {
  broadcasts::Kind kind;
  broadcasts::Segment segment;
  std::string default_locale;
  std::vector<broadcasts::Text> texts;
  WallTime expires;
  Actor by;
  WallTime at;
};
// By a member of staff, a pause also by the system; all but start, finish and expire. Errors: as of
// broadcasts::decide(); not_found; conflict also where broadcasts::Limits::started_max others go on. What it has in
// the outbox goes with a cancelled one.
struct ActOnBroadcast {
  std::int64_t number = 0;
  broadcasts::Act act;
  Actor by;
  WallTime at;
  std::vector<std::string> operators{};  // approve: whose links tell it; the first one's also numbers of none of them
};
// What time brings, by the system: it starts, has come to its end, or is over. None of it due is no error.
struct TendBroadcast {
  std::int64_t number = 0;
  WallTime at;
};
// Puts texts for the next numbers of an operator into the outbox, as many as there is room for. Those that are
// suspended, released, held or told by another operator since, or that want none, are left out. Told in Committed.
// Errors: conflict (it does not run), not_found (nor has that operator a lane).
struct PrepareBroadcast {
  static constexpr std::int64_t looked_at_max = 5'000;  // links, in one transaction
  std::int64_t number = 0;
  std::string operator_name;
  std::vector<broadcasts::Text> texts;  // as its phones are shown them
  std::int64_t recipients_max = 0;
  std::int64_t waiting_max = 0;  // of its texts in the outbox
  WallTime at;
};
// A receipt came by an operator's link. One of a message that is not awaited changes nothing.
enum class BroadcastFate : std::uint8_t { delivered, failed, expired };
struct NoteBroadcastReceipt {
  std::string link;
  std::string message_id;
  BroadcastFate fate = BroadcastFate::delivered;
};
struct DropBroadcastReceipts {  // some of those that will not come any more
  static constexpr std::int64_t at_once_max = 2'000;
  WallTime now;
};
// The number wants broadcasts, or wants none, and what waits for it goes. denied: it is not linked to that person, or
// suspended. What it has said before is no error.
struct ChooseBroadcasts {
  Msisdn msisdn;
  NationalId person;
  bool refuses = false;
  WallTime at;
  std::string carrier{};  // the operator's link that it said so by; "": by an agent's
};
using BroadcastChange = std::variant<DraftBroadcast, ActOnBroadcast, TendBroadcast, PrepareBroadcast,
                                     NoteBroadcastReceipt, DropBroadcastReceipts, ChooseBroadcasts>;

struct BroadcastPrepared {
  std::int64_t told = 0;
  std::int64_t looked_at = 0;  // 0: there was no room
  bool is_over = false;        // of that operator's numbers
};

// --- reads
class BroadcastReads {
 public:
  virtual ~BroadcastReads() = default;
  virtual Result<std::optional<StoredBroadcast>> find_broadcast(std::int64_t number) = 0;
  // Behind that number, in order; `open_only`: not over.
  virtual Result<std::vector<StoredBroadcast>> broadcasts(bool open_only, std::int64_t after,
                                                          std::size_t rows_max) = 0;
  virtual Result<bool> refuses_broadcasts(Msisdn msisdn) = 0;
  // Whether receipts are awaited that will not come any more.
  virtual Result<bool> has_stale_receipts(WallTime now) = 0;
};

// What became of a text that is taken out of the outbox, where it is a broadcast's.
struct BroadcastOutcome {
  enum class What : std::uint8_t { sent, failed, expired };
  What what = What::sent;
  std::string message_id{};  // sent: the SMSC's, of the part that a receipt is asked for; "": none
  WallTime at;
};

// Whom a broadcast would tell, counted: a connection of its own, since it reads every link, about a second for a
// million. Thread: one at a time.
class BroadcastBook {
 public:
  // Of a database that is up to date.
  static Result<std::unique_ptr<BroadcastBook>> open(const std::string& path);
  BroadcastBook(const BroadcastBook&) = delete;
  BroadcastBook& operator=(const BroadcastBook&) = delete;
  ~BroadcastBook();

  // By operator ("": not known) and language.
  Result<std::vector<broadcasts::Group>> count(const broadcasts::Segment& segment, const std::string& default_locale);

 private:
  struct Parts;
  explicit BroadcastBook(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace shubbak::store
