// Citizens' cases in the database: src/cases decides, on the case as it is then. Private to store/sqlite. Thread: the
// writer's only. Throws SQLite::Exception.
#pragma once

#include <optional>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/citizen_case.hpp"
#include "store/seal.hpp"
#include "store/sqlite/audit_writer.hpp"

namespace shubbak::store {

class CitizenCaseWriter {
 public:
  // All but the kinds must outlive it.
  CitizenCaseWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit, cases::Kinds kinds);

  Status apply(const CitizenCaseChange& change);
  // Of someone who is to be erased then. conflict: a case of theirs is not resolved.
  Status may_erase(const NationalId& person);
  bool erase_person(const NationalId& person);  // what they wrote, and whose it was, goes; false: there was nothing

 private:
  struct Found {
    StoredCitizenCase stored;
    BlindIndex person{};
  };
  struct Told {  // of an event
    cases::Act act;
    const Actor& by;
    WallTime at;
    std::optional<std::int64_t> stars{};
  };

  Status apply_one(const OpenCitizenCase& change);
  Status apply_one(const ActOnCitizenCase& change);

  std::optional<Found> find(std::int64_t number);
  std::int64_t next_id(SQLite::Statement& statement);
  std::int64_t count_open(const BlindIndex& person, const std::optional<std::string>& kind);
  // Nothing: `text` is "".
  Result<std::optional<SealedBytes>> sealed(SealedField field, std::int64_t row, const std::string& text);
  void add_event(std::int64_t id, std::int64_t of_case, const cases::Case& after, const Told& told,
                 const std::optional<SealedBytes>& text);
  // `was`: the stage before; "": there was none.
  void tell(std::int64_t number, const cases::Case& after, const std::string& was, const BlindIndex& person,
            const Told& told);

  Sealer& sealer_;
  AuditWriter& audit_;
  cases::Kinds kinds_;
  SQLite::Statement case_;
  SQLite::Statement person_of_case_;
  SQLite::Statement next_case_;
  SQLite::Statement next_event_;
  SQLite::Statement count_open_;
  SQLite::Statement add_case_;
  SQLite::Statement set_case_;
  SQLite::Statement add_event_;
  SQLite::Statement erase_texts_;
  SQLite::Statement erase_person_;
};

}  // namespace shubbak::store
