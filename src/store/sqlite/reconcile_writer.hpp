// Reconciliation in the database: stages lines of a file, publishes them, opens and closes cases; src/reconcile says
// what a line comes to. Private to store/sqlite. Thread: the writer's only. Throws SQLite::Exception; a set of
// StageLines or PublishImport, which may be refused halfway, needs a savepoint.
#pragma once

#include <optional>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/seal.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class ReconcileWriter {
 public:
  // All must outlive it.
  ReconcileWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit);

  Status apply(const ReconcileChange& change, Committed& committed);

  // Does a file in force list it as it is here?
  bool is_listed(std::int64_t payment) { return find_listing(payment).has_value(); }
  bool is_listed_otherwise(std::int64_t payment);  // with another amount: a case says so
  // A payment was settled just now: does a file that was imported say otherwise?
  void payment_settled(std::int64_t payment, WallTime now) { judge_unlisted(payment, Covered::by_whole_day, now); }
  // The company says that it has, or has not, a payment that has ended otherwise here, or that it has none which its
  // file lists. The number of its case: one until staff has resolved it, and for the same evidence then, too.
  std::int64_t contradicted(std::int64_t payment, bool company_has_it, const std::string& evidence, WallTime now);

 private:
  struct Payment {
    reconcile::Ours ours;
    WallTime at;
    std::string key;
    std::string company;
  };
  struct Import {  // that is staged, or covers a payment
    std::int64_t number = 0;
    std::string company{};
    reconcile::Day day{};
    std::int64_t lines = 0;
    FileContent content{};
  };
  struct Finding {  // what a case is of
    std::string company;
    std::string reference;
    reconcile::Outcome outcome;
    std::int64_t occurrence = 0;
    std::optional<std::int64_t> import{};
    std::optional<std::int64_t> day{};
    std::optional<std::int64_t> line{};
    std::optional<std::int64_t> payment{};
    std::string evidence{};
    std::optional<CaseSide> theirs{};
    std::string company_reference{};
    std::optional<CaseSide> ours{};
  };
  struct KnownCase {
    std::int64_t number = 0;
    reconcile::Resolution resolution = reconcile::Resolution::none;
    std::optional<CaseSide> theirs{};
  };
  enum class Covered : std::uint8_t { by_any, by_whole_day };  // by_whole_day: imported after the day was over

  Status apply_one(const BeginImport& change, Committed& committed);
  Status apply_one(const StageLines& change, Committed& committed);
  Status apply_one(const PublishImport& change, Committed& committed);
  Status apply_one(const DropStagedRows& change, Committed& committed);
  Status apply_one(const ResolveCase& change, Committed& committed);
  Status apply_one(const PutBankDay& change, Committed& committed);

  void stage(const Import& import, const reconcile::Listed& listed);
  void publish_lines(const Import& import, WallTime now);
  void withdraw_untold(std::int64_t replaced, WallTime now);
  void close_listed_later(const std::string& company, WallTime now);
  // Opens a case for what was settled here and no file lists, unless one that covers its day lists it otherwise.
  void judge_unlisted(std::int64_t payment, Covered covered, WallTime now);
  std::int64_t put_case(const Finding& finding, WallTime now);
  std::int64_t add_case(const Finding& finding, WallTime now);
  void close_case(std::int64_t number, reconcile::Resolution resolution, WallTime now);

  std::optional<Payment> find_payment(const std::string& key, const std::string& company);
  std::optional<Payment> find_payment(std::int64_t number);
  static Payment payment_in(const Use& row);
  std::optional<Import> find_staged(std::int64_t number);
  std::optional<StoredImport> find_published(const std::string& company, std::int64_t day);
  std::optional<Import> find_listing(std::int64_t payment);
  std::optional<Import> find_covering(const Payment& payment, Covered covered);
  std::optional<KnownCase> find_known(const Finding& finding);
  std::int64_t count(SQLite::Statement& statement, std::int64_t of);

  Sealer& sealer_;
  AuditWriter& audit_;
  SealedBytes sealed_;  // kept for its memory
  Reconciled told_;     // of the change that is being carried out

  SQLite::Statement published_;
  SQLite::Statement abandon_;
  SQLite::Statement add_import_;
  SQLite::Statement staged_;
  SQLite::Statement count_lines_;
  SQLite::Statement add_to_total_;
  SQLite::Statement payment_of_key_;
  SQLite::Statement payment_of_number_;
  SQLite::Statement is_listed_before_;
  SQLite::Statement lines_of_reference_;
  SQLite::Statement told_by_another_day_;
  SQLite::Statement add_listed_;
  SQLite::Statement add_line_;
  SQLite::Statement count_differences_;
  SQLite::Statement lines_;
  SQLite::Statement drop_lines_;
  SQLite::Statement replace_;
  SQLite::Statement publish_;
  SQLite::Statement listing_;
  SQLite::Statement covering_;
  SQLite::Statement known_case_;
  SQLite::Statement known_case_of_payment_;
  SQLite::Statement listed_otherwise_;
  SQLite::Statement add_case_;
  SQLite::Statement tell_again_;
  SQLite::Statement reopen_;
  SQLite::Statement cases_of_import_;
  SQLite::Statement open_missing_there_;
  SQLite::Statement resolve_;
  SQLite::Statement case_;
  SQLite::Statement drop_listed_rows_;
  SQLite::Statement drop_abandoned_lines_;
  SQLite::Statement open_of_bank_day_;
};

}  // namespace shubbak::store
