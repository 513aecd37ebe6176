// What is used of the limits on paying, as rows of the database: counted with each payment that is begun, inside the
// writer's transaction, so that payments on several channels and of several processes take turns. Private to
// store/sqlite. Thread: the writer's only. Throws SQLite::Exception.
#pragma once

#include <array>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "payments/limits.hpp"
#include "store/seal.hpp"

namespace shubbak::store {

class LimitWriter {
 public:
  // Both must outlive it.
  LimitWriter(const SQLite::Database& database, Sealer& sealer, payments::Limits limits);

  struct Counted {
    std::array<std::string, payments::scope_names.size()> who;  // in the order of Scope; "": none, as of an agent
    std::int64_t amount = 0;
    WallTime at;
  };
  // limit, with over_limit() of the first that does not allow it: some may be counted then.
  Status count(const Counted& payment);
  void take_back(const Counted& payment);

 private:
  template <class Change>
  void for_each(const Counted& payment, const Change& change);

  Sealer& sealer_;
  payments::Limits limits_;
  SQLite::Statement use_;
  SQLite::Statement set_use_;
};

}  // namespace shubbak::store
