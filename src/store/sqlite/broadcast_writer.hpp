// Broadcasts in the database: drafted, decided, told number by number, and counted. What it tells goes into the
// outbox by ChangeWriter. Private to store/sqlite. Thread: the writer's only. Throws SQLite::Exception.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/broadcast.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/link_writer.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class BroadcastWriter {
 public:
  // All must outlive it.
  BroadcastWriter(const SQLite::Database& database, AuditWriter& audit, LinkWriter& links);

  // All but PrepareBroadcast. Nothing is written where it is refused.
  Status apply(const BroadcastChange& change, Committed& committed);

  struct Recipient {
    Msisdn to;
    const std::string* text;  // of the change
  };
  struct Batch {
    std::vector<Recipient> recipients;
    WallTime expires;
  };
  // Moves the lane's cursor behind them, and counts them. `change` must outlive what it returns.
  Result<Batch> next_batch(const PrepareBroadcast& change, Committed& committed);
  // Of a text that is about to leave the outbox; of one that has left it, or is no broadcast's, nothing is counted.
  void count(std::int64_t outbox_id, const BroadcastOutcome& outcome);

 private:
  struct Row {
    broadcasts::State state;
    std::string author;
    std::string proposer;
    WallTime expires;
    broadcasts::Kind kind;
    broadcasts::Segment segment;
    std::string default_locale;
    WallTime decided;
    std::int64_t link_max;
  };
  struct Lane {
    std::string operator_name;
    bool takes_others;
    bool is_over;
    std::int64_t link;
  };
  struct Done {  // to one broadcast
    std::int64_t number;
    const Row& row;
    broadcasts::Act act;
    broadcasts::State state;
    const Actor& by;
    WallTime at;
  };
  Status carry_out(const DraftBroadcast& change, Committed& committed);
  Status carry_out(const ActOnBroadcast& change);
  Status carry_out(const TendBroadcast& change);
  Status carry_out(const NoteBroadcastReceipt& change);
  Status carry_out(const DropBroadcastReceipts& change);
  Status carry_out(const ChooseBroadcasts& change);
  std::optional<Row> find(std::int64_t number);
  std::vector<Lane> lanes_of(std::int64_t number);
  std::int64_t waiting(std::int64_t number, const std::string& operator_name);
  static std::int64_t counted(SQLite::Statement& statement);
  Status approve(const Done& done, const std::vector<std::string>& operators);
  void finish(const Done& done);
  void take(const PrepareBroadcast& change, const Row& row, const std::vector<Lane>& lanes, const Lane& lane,
            std::int64_t room, Batch& batch, BroadcastPrepared& prepared);
  void tell(audit::Action action, std::int64_t number, broadcasts::Kind kind, const Actor& by, WallTime at);

  AuditWriter& audit_;
  LinkWriter& links_;
  SQLite::Statement next_;
  SQLite::Statement add_;
  SQLite::Statement add_text_;
  SQLite::Statement find_;
  SQLite::Statement count_open_;
  SQLite::Statement count_started_;
  SQLite::Statement set_state_;
  SQLite::Statement propose_;
  SQLite::Statement decide_;
  SQLite::Statement add_lane_;
  SQLite::Statement lanes_;
  SQLite::Statement candidates_;
  SQLite::Statement move_lane_;
  SQLite::Statement waiting_;
  SQLite::Statement count_lane_;
  SQLite::Statement expire_waiting_;
  SQLite::Statement drop_waiting_;
  SQLite::Statement of_outbox_;
  SQLite::Statement await_receipt_;
  SQLite::Statement awaited_receipt_;
  SQLite::Statement drop_receipt_;
  SQLite::Statement drop_receipts_;
  SQLite::Statement refuse_;
  SQLite::Statement allow_;
  SQLite::Statement drop_waiting_to_;
};

}  // namespace shubbak::store
