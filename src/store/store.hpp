// What Shubbak keeps: the port that the daemon and the command line use, with SQLite behind it (store/sqlite). A
// second implementation for several machines is foreseen; nothing outside store/ knows which one serves.
//
// Writing: change() queues one atomic set of changes; one writer thread puts all that wait into one transaction
// (group commit, durable when acknowledged) and then reports each. Reading: from the caller's thread, on a connection
// of its own. Thread: one thread uses a Store object; the callbacks come on that thread's executor, through `post`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"

namespace shubbak::store {

enum class LinkState : std::uint8_t { pending, active, suspended, released };
struct Link {
  Msisdn msisdn;
  NationalId national_id;
  LinkState state;
  WallTime since;
};
struct Person {              // what is known of a number at the start of a dialogue, in one look-up
  std::optional<Link> link;  // the one that is not released, if any
  std::string locale;        // "" if never chosen
};

enum class WalkChannel : std::uint8_t { ussd, sms };
struct SavedWalk {  // where a person was, to be taken up again
  Msisdn msisdn;
  WalkChannel channel;
  std::string revision;  // of the flows
  std::string session;   // flows::save()
  WallTime expires;
};

enum class ReadingState : std::uint8_t { recorded, delivered, refused };
struct Reading {
  std::string reference;  // proves what was sent and when; unique
  Msisdn msisdn;
  std::string company;
  std::string account;
  std::int64_t value;
  std::string period;  // "2026-11": one reading per account and billing period
  WallTime at;
  ReadingState state;
};

struct OutboxMessage {
  std::int64_t id = 0;  // given by the store
  std::string link;     // which operator's SMPP link sends it
  Msisdn to;
  std::string text;
  WallTime created;
  WallTime expires;
};

// --- changes
// -----------------------------------------------------------------------------------------------------------
struct PutLink {
  Msisdn msisdn;
  NationalId national_id;
  LinkState state;
  WallTime at;
};  // conflict: another active link
struct SetLocale {
  Msisdn msisdn;
  std::string locale;
};
struct SaveWalk {
  SavedWalk walk;
};
struct DropWalk {
  Msisdn msisdn;
  WalkChannel channel;
};
struct AddReading {
  Reading reading;
};  // conflict: that account and period has one already
struct SetReadingState {
  std::string reference;
  ReadingState state;
};
struct AddOutboxMessage {
  OutboxMessage message;
};  // its id is reported in Committed
struct RemoveOutboxMessage {
  std::int64_t id;
};  // sent, or given up
using Change = std::variant<PutLink, SetLocale, SaveWalk, DropWalk, AddReading, SetReadingState, AddOutboxMessage,
                            RemoveOutboxMessage>;

struct Committed {
  std::vector<std::int64_t> outbox_ids;  // of the AddOutboxMessage changes, in order
};
using OnCommitted = std::function<void(Result<Committed>)>;

class Store {
 public:
  virtual ~Store() = default;

  // All of `changes` or none, in order. The callback comes after the commit is on disk, or with the error: conflict
  // (a rule of the schema), io (disk full, I/O error), limit (the queue is full, nothing was queued).
  virtual void change(std::vector<Change> changes, OnCommitted on_committed) = 0;
  // Waits until everything queued is committed and reported to `post`; for shutdown and for the command line.
  virtual void flush() = 0;

  virtual Result<Person> find_person(Msisdn msisdn) = 0;  // cached; ≤ 1 µs in the cache
  virtual Result<std::optional<SavedWalk>> find_walk(Msisdn msisdn, WalkChannel channel, WallTime now) = 0;
  virtual Result<std::vector<Reading>> undelivered_readings(std::size_t rows_max) = 0;  // recorded, oldest first
  virtual Result<std::vector<OutboxMessage>> waiting_outbox(std::size_t rows_max) = 0;  // oldest first; for the start
  virtual Result<std::vector<Link>> links_of(const NationalId& national_id) = 0;
};

// How callbacks reach the thread that uses the store, e.g. by posting to its event loop.
using Post = std::function<void(std::function<void()>)>;

struct StoreConfig {
  std::string path;                 // of the database file; ":memory:" is refused, it would not survive
  std::string key_file;             // 64 hexadecimal digits: the key that seals personal fields; outside the database
  std::size_t queue_max = 100'000;  // changes waiting for the writer
  std::size_t cached_persons_max = 1'000'000;
};
// Opens or creates, brings the schema up to date. Error: with what to do, e.g. a database of a newer version.
Result<std::unique_ptr<Store>> open_sqlite(const StoreConfig& config, Post post);

}  // namespace shubbak::store
