// The look-ups of switches. Private to store/sqlite. Thread: that of the connection.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/rollout.hpp"

namespace shubbak::store {

class RolloutReader final : public RolloutReads {
 public:
  // The database must outlive it. Throws SQLite::Exception when the schema is not what the statements need.
  RolloutReader(const SQLite::Database& database, std::vector<rollout::Rule> configured);

  Result<std::vector<StoredSwitch>> switches() override;
  Result<std::vector<rollout::Rule>> rollout_rules() override;
  [[nodiscard]] const std::vector<rollout::Rule>& configured_switches() const override { return configured_; }

 private:
  std::vector<rollout::Rule> configured_;
  SQLite::Statement rules_;
};

}  // namespace shubbak::store
