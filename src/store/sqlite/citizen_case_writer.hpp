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
  // A payment that the company has now. If it is what a case's fee was quoted for, before it began, that fee is paid.
  struct PaidBill {
    std::int64_t payment = 0;  // its number
    std::string company;
    std::string account;
    Money amount;
    WallTime begun;
  };
  void note_paid(const PaidBill& paid, const Actor& by, WallTime at);
  // All of that payment was given back. If it had paid a case's fee, that is paid no more.
  void note_refunded(std::int64_t payment, const Actor& by, WallTime at);
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
    std::int64_t payment = 0;  // that has paid the fee, or was given back
    bool is_untold = false;    // its person is told of it afterwards
    std::int64_t main = 0;     // to which it is joined, or was
  };

  Status apply_one(const OpenCitizenCase& change);
  Status apply_one(const ActOnCitizenCase& change);
  Status apply_one(const RequireCaseFee& change);
  Status apply_one(const NoteCaseTold& change);
  Status apply_one(const JoinCitizenCase& change);

  std::optional<Found> find(std::int64_t number);
  std::optional<std::int64_t> find_by_fee(const std::string& company, const std::string& account,
                                          std::int64_t amount);  // that is due: the case's number
  // Neither quoted anew nor waived while a payment of it, whoever's, may come still.
  Status may_replace_fee(const cases::Case& one);
  // Not while it would be told apart from no other.
  Status may_quote(const StoredCitizenCase& one, const cases::Fee& fee);
  // Nobody of that team is elsewhere then.
  Status may_come(const StoredCitizenCase& one, const cases::Slots& slots);
  // To the case that is open already of the same outage, where there is one.
  void join_by_itself(const OpenCitizenCase& opened, const cases::Kind& kind);
  // What was done to the main case `main`, which is `after` then.
  Status follow(std::int64_t main, const cases::Case& after, const Told& told, const std::string& text);
  void put(std::int64_t id, const cases::Case& after);
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
  SQLite::Statement case_of_fee_;
  SQLite::Statement note_fee_paid_;
  SQLite::Statement case_of_fee_payment_;
  SQLite::Statement note_fee_refunded_;
  SQLite::Statement clear_news_;
  SQLite::Statement open_payment_to_;
  SQLite::Statement set_visit_code_;
  SQLite::Statement visit_beside_;
  SQLite::Statement drop_fee_news_;
  SQLite::Statement drop_joined_news_;
  SQLite::Statement note_event_told_;
  SQLite::Statement note_news_;
  SQLite::Statement case_to_join_;
  SQLite::Statement open_joined_;
  SQLite::Statement move_joined_;
};

}  // namespace shubbak::store
