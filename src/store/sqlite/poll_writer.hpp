// Answers to polls in the database. Private to store/sqlite. Thread: the writer's only. Throws SQLite::Exception.
#pragma once

#include <optional>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/poll.hpp"
#include "store/seal.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/link_writer.hpp"

namespace shubbak::store {

class PollWriter {
 public:
  // All but the plan must outlive it.
  PollWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit, LinkWriter& links,
             polls::Plan plan);

  // Nothing is written where it is refused.
  Status apply(const PollChange& change);

 private:
  struct Found {
    StoredPollRound stored;
    PollKey key{};  // where it is not over
  };

  Status carry_out(const AnswerPoll& change);
  Status carry_out(const TendPolls& change);
  std::optional<Found> find(const std::string& poll, std::int64_t round);
  void note_configured(WallTime at);
  void end_rounds(WallTime at);
  [[nodiscard]] bool is_over(const StoredPollRound& one, WallTime at) const;
  void tell(audit::Action action, const std::string& poll, const audit::Detail& detail, WallTime at);

  Sealer& sealer_;
  AuditWriter& audit_;
  LinkWriter& links_;
  polls::Plan plan_;
  SQLite::Statement definitions_;
  SQLite::Statement put_definition_;
  SQLite::Statement drop_definition_;
  SQLite::Statement round_;
  SQLite::Statement running_;
  SQLite::Statement add_round_;
  SQLite::Statement end_round_;
  SQLite::Statement add_choice_;
  SQLite::Statement add_company_;
  SQLite::Statement add_taken_;
  SQLite::Statement forget_taken_;
  SQLite::Statement count_;
};

}  // namespace shubbak::store
