// Switches in the database: set, cleared, and asked whether something may be accepted. Private to store/sqlite.
// Thread: the writer's only. Throws SQLite::Exception.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/rollout.hpp"
#include "store/seal.hpp"
#include "store/sqlite/audit_writer.hpp"

namespace shubbak::store {

class RolloutWriter {
 public:
  // All must outlive it.
  RolloutWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit,
                std::vector<rollout::Rule> configured);

  Status apply(const RolloutChange& change);

 private:
  Status set(const SetSwitch& change);
  Status clear(const ClearSwitch& change);
  Status require(const RequireSwitch& change);
  [[nodiscard]] std::vector<rollout::Rule> about(const std::string& service, const std::string& company);
  std::optional<rollout::Rule> stored(const rollout::Rule& same);
  [[nodiscard]] std::optional<rollout::Rule> configured(const rollout::Rule& same) const;
  // `was` and `is`: nothing where no rule stands there.
  void tell(audit::Action action, const rollout::Rule& of, const std::optional<rollout::Rule>& was,
            const std::optional<rollout::Rule>& is, const Actor& by, WallTime at);

  Sealer& sealer_;
  AuditWriter& audit_;
  std::vector<rollout::Rule> configured_;
  SQLite::Statement about_;
  SQLite::Statement put_;
  SQLite::Statement drop_;
};

}  // namespace shubbak::store
