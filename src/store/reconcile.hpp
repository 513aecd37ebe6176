// Reconciliation in the store: a company's daily file held against the payments here, the cases that come of it, and
// reports. What a line comes to is decided inside the transaction by src/reconcile, on the payments as they are then.
//
// A file of a million lines is written in slices that nobody sees, so that others write meanwhile, and comes into
// force by one more change: BeginImport, StageLines slice by slice, PublishImport. Whatever ends between leaves
// nothing but rows for DropStagedRows. A case is opened, too, by SettlePayment and ReleasePayment of a payment that
// has ended otherwise, and where the end of a payment contradicts a file that was imported before. Thread: as Store.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "reconcile/daily_file.hpp"
#include "reconcile/match.hpp"

namespace shubbak::store {

using FileContent = std::array<std::uint8_t, 32>;  // SHA-256 of it
struct CaseSide {
  std::string account{};
  Money amount{};
};

// --- changes
// Told in Committed: its number, or that this content is in force for that day already. An import of the company that
// is not published is abandoned by it.
struct BeginImport {
  std::string company;
  reconcile::Day day;
  FileContent content{};
  Actor by;
  WallTime at;
};
// conflict: the import is none that is under way, or other lines were to come first; limit: more than differences_max
// lines are no match, which is no file of this company and day.
struct StageLines {
  static constexpr std::size_t at_once_max = 500;  // others wait to write meanwhile
  static constexpr std::int64_t differences_max = 10'000;
  std::int64_t import = 0;
  std::int64_t first = 0;  // how many lines were staged before, and 1
  std::vector<reconcile::Listed> lines;
};
// Replaces what was imported for that day before: cases of it that the new file does not tell are withdrawn, but what
// staff has resolved stays. conflict: as StageLines'; limit: more than differences_max payments are missing there.
// Told to the audit trail.
struct PublishImport {
  std::int64_t import = 0;
  std::int64_t lines = 0;             // that were staged
  std::vector<std::int64_t> missing;  // of ReconcileReads::unlisted_payments(), asked when all lines were staged
  Actor by;
  WallTime at;
};
struct DropStagedRows {  // what is left of imports that were replaced or abandoned
  static constexpr std::int64_t at_once_max = 5'000;
};  // Committed tells how many rows went; none: that was all
// Told to the audit trail. not_found; conflict: it is resolved already.
struct ResolveCase {
  static constexpr std::size_t note_octets_max = 1'000;
  std::int64_t number = 0;
  reconcile::Resolution resolution = reconcile::Resolution::explained;
  std::string note;
  Actor by;
  WallTime at;
};
struct BankFinding {  // a difference, as reconcile::judge() says; none that is open
  reconcile::Outcome outcome = reconcile::Outcome::missing_here;
  std::string reference;               // the bank's
  std::int64_t occurrence = 0;         // of the outcome twice: which one
  std::optional<std::int64_t> line{};  // of the file
  std::optional<CaseSide> theirs{};
  std::optional<CaseSide> ours{};
};
// What a bank's own file of a day differs in (a bank is an agent, no company): each is a case of bank_in_cases(),
// which says nothing of a payment's end. A case that is there stays the same one; open ones of that day that are
// found no more are withdrawn. Told to the audit trail. limit: more than StageLines::differences_max differ.
struct PutBankDay {
  std::string bank;  // its account
  std::chrono::sys_days day;
  std::int64_t lines = 0;
  std::vector<BankFinding> findings;
  Actor by;
  WallTime at;
};
std::string bank_in_cases(const std::string& bank);  // "bank.kfh": no company has such a name
using ReconcileChange = std::variant<BeginImport, StageLines, PublishImport, DropStagedRows, ResolveCase, PutBankDay>;

struct Reconciled {  // of a set's changes
  std::int64_t import = 0;
  bool is_known = false;
  std::int64_t cases_opened = 0;
  std::int64_t cases_closed = 0;  // by the system
  std::int64_t rows_dropped = 0;
};

// --- look-ups
struct StoredImport {
  std::int64_t number = 0;
  FileContent content{};
  std::int64_t lines = 0;
  Actor by{};
  WallTime at{};
};
struct StoredCase {
  std::int64_t number = 0;
  std::string company{};
  std::optional<std::chrono::sys_days> day{};  // none: no file has told it
  reconcile::Outcome outcome = reconcile::Outcome::missing_here;
  std::string reference{};
  std::optional<std::int64_t> line{};
  std::optional<std::int64_t> payment{};
  std::optional<CaseSide> theirs{};
  std::string company_reference{};
  std::optional<CaseSide> ours{};
  std::string evidence{};
  WallTime opened{};
  reconcile::Resolution resolution = reconcile::Resolution::none;
  std::optional<WallTime> resolved{};
  Actor by{};          // who resolved it
  std::string note{};  // "" also where it is damaged
};
struct CaseFilter {
  std::string company{};  // "": of all
  bool open_only = false;
};
struct DayReport {
  std::optional<StoredImport> import{};  // none: no file of that day was imported
  std::vector<reconcile::Totals> totals{};
  std::int64_t open_cases = 0;  // of that day
};
struct SettledPayment {
  std::int64_t number = 0;
  std::string reference{};
  std::string account{};
  Money amount{};
  WallTime at{};
  WallTime not_after{};
  std::string evidence{};
};

struct PaidRefund {
  std::int64_t number = 0;
  std::int64_t payment = 0;
  std::string account{};
  Money amount{};
  WallTime at{};
};

// What goes through a day: store/reconcile_book.hpp.
class ReconcileReads {
 public:
  virtual ~ReconcileReads() = default;
  // Behind that number, in order.
  virtual Result<std::vector<StoredCase>> reconciliation_cases(const CaseFilter& filter, std::int64_t after,
                                                               std::size_t rows_max) = 0;
  virtual Result<std::optional<StoredCase>> find_case(std::int64_t number) = 0;
};

}  // namespace shubbak::store
