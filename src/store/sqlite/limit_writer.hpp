// What is used of the limits on paying, as rows of the database: counted with each payment that is begun, inside the
// writer's transaction, so that payments on several channels and of several processes take turns. Private to
// store/sqlite. Thread: the writer's only. Throws SQLite::Exception.
#pragma once

#include <array>
#include <optional>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "domain/actor.hpp"
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
  // Likewise, and nothing is counted.
  Status may_be(const Counted& payment);
  void take_back(const Counted& payment);

 private:
  template <class Change>
  void for_each(const Counted& payment, const Change& change);
  [[nodiscard]] std::optional<payments::Used> with(const payments::Limit& limit, const payments::Used& before,
                                                   const Counted& payment) const;

  Sealer& sealer_;
  payments::Limits limits_;
  SQLite::Statement use_;
  SQLite::Statement set_use_;
};

// Whom a payment from a card counts for.
struct Payer {
  std::string number;
  std::string person;
};
decltype(LimitWriter::Counted::who) counted_of(const std::string& company, const std::string& account,
                                               const std::string& card, const Actor& by, Payer payer);

}  // namespace shubbak::store
