// The look-ups of polls. Private to store/sqlite. Thread: that of the connection.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/poll.hpp"
#include "store/seal.hpp"

namespace shubbak::store {

class PollReader final : public PollReads {
 public:
  // Both must outlive it. Throws SQLite::Exception when the schema is not what the statements need.
  PollReader(const SQLite::Database& database, Sealer& sealer);

  Result<bool> has_answered(const std::string& poll, std::int64_t round, const NationalId& person) override;
  Result<std::vector<StoredPollRound>> poll_rounds() override;
  Result<PollSums> poll_sums(const std::string& poll, std::int64_t round) override;
  Result<std::vector<std::pair<std::string, std::int64_t>>> count_poll_answers() override;

 private:
  Sealer& sealer_;
  SQLite::Statement round_;
  SQLite::Statement rounds_;
  SQLite::Statement taken_;
  SQLite::Statement choices_;
  SQLite::Statement companies_;
  SQLite::Statement counts_;
  SQLite::Statement count_answers_;
};

}  // namespace shubbak::store
