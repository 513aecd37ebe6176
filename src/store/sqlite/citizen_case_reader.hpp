// The look-ups of citizens' cases. Private to store/sqlite. Thread: that of the connection.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/citizen_case.hpp"
#include "store/privacy.hpp"
#include "store/seal.hpp"
#include "store/sqlite/connection.hpp"

namespace shubbak::store {

// A row as the statements of citizens' cases name its columns. Throws SQLite::Exception for one that cannot be ours.
StoredCitizenCase citizen_case_in(const Use& row, Sealer& sealer);
// By the statement citizen_case_visit_beside: whether another case has an appointment with that team meanwhile.
bool has_visit_beside(SQLite::Statement& visit_beside, const StoredCitizenCase& one, const cases::Slot& slot);

class CitizenCaseReader final : public CitizenCaseReads {
 public:
  // Both must outlive it. Throws SQLite::Exception when the schema is not what the statements need.
  CitizenCaseReader(const SQLite::Database& database, Sealer& sealer);

  Result<std::optional<StoredCitizenCase>> find_citizen_case(std::int64_t number) override;
  Result<std::optional<StoredCitizenCase>> find_citizen_case_of(const NationalId& person,
                                                                std::int64_t number) override;
  Result<std::vector<StoredCitizenCase>> citizen_cases_of(const NationalId& person, std::size_t rows_max) override;
  Result<std::vector<StoredCitizenCase>> citizen_cases(bool open_only, std::int64_t after,
                                                       std::size_t rows_max) override;
  Result<std::vector<CitizenCaseEvent>> citizen_case_events(std::int64_t id) override;
  Result<std::vector<StoredCitizenCase>> overdue_citizen_cases(WallTime now, const DueCitizenCase& after,
                                                               std::size_t rows_max) override;
  Result<std::vector<OpenCitizenCases>> count_open_citizen_cases() override;
  Result<std::vector<StoredCitizenCase>> citizen_cases_with_news(std::int64_t after, std::size_t rows_max) override;
  Result<std::optional<StoredCitizenCase>> find_known_outage(const OpenCitizenCase& opened, WallTime since) override;
  Result<cases::Slots> free_slots(const StoredCitizenCase& one, const cases::Slots& slots) override;

  // With all that was done to them, newest first. Throws SQLite::Exception.
  std::vector<KeptCase> kept_of(const NationalId& person, std::size_t rows_max);

 private:
  std::vector<StoredCitizenCase> of_person(const NationalId& person, std::size_t rows_max);
  std::vector<CitizenCaseEvent> events_of(std::int64_t id);

  Sealer& sealer_;
  SQLite::Statement case_;
  SQLite::Statement case_of_person_;
  SQLite::Statement of_person_;
  SQLite::Statement all_;
  SQLite::Statement open_;
  SQLite::Statement events_;
  SQLite::Statement overdue_;
  SQLite::Statement count_open_;
  SQLite::Statement with_news_;
  SQLite::Statement visit_beside_;
  SQLite::Statement case_to_join_;
};

}  // namespace shubbak::store
