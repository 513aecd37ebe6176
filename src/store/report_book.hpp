// What came of a deployment's services, added up over days: a connection of its own that writes nothing, since a
// report may read for long and must hold up nobody else. All that one book tells is of the moment at which it was
// first asked: one report's. Thread: one at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cases/figures.hpp"
#include "domain/clock.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "store/cash.hpp"

namespace shubbak::store {

// By what a report has its rows; a report may be by several, or by none: one row of all. What is not kept of what it
// tells is refused: Errc::invalid.
enum class ReportGroup : std::uint8_t {
  company,
  directorate,
  office,
  day,
  channel,
  kind,  // of cases; so are stage, age and worker
  stage,
  age,
  worker,
  account,  // of drawers; so is drawer
  drawer,
  purpose,  // of payments
};
inline constexpr std::array<std::string_view, 12> report_group_names{"company", "directorate", "office", "day",
                                                                     "channel", "kind",        "stage",  "age",
                                                                     "worker",  "account",     "drawer", "purpose"};
class ReportGroups {
 public:
  constexpr void add(ReportGroup group) { bits_ |= bit(group); }
  [[nodiscard]] constexpr bool has(ReportGroup group) const { return (bits_ & bit(group)) != 0; }
  [[nodiscard]] constexpr std::int64_t bits() const { return bits_; }  // 1 << enumerator, as the statements know them

 private:
  static constexpr std::int64_t bit(ReportGroup group) { return std::int64_t{1} << static_cast<unsigned>(group); }
  std::int64_t bits_ = 0;
};

// Where a payment in cash was taken, elsewhere there is neither directorate nor office; where the agent serves who
// sent a reading; or where a case was worked.
// "": all.
struct ReportPlace {
  std::string company{};
  std::string directorate{};
  std::string office{};
};
struct ReportWanted {
  ReportGroups by;
  WallTime from;  // both begin a quarter of an hour
  WallTime before;
  std::chrono::minutes utc_offset{0};  // of the days; of quarters of an hour
  ReportPlace of{};
  bool about_staff = false;  // of cases: also those that overseers alone read of
};

// What its rows are not grouped by is empty.
struct ReportKey {
  std::string company{};
  std::string directorate{};
  std::string office{};
  std::optional<std::chrono::sys_days> day{};  // where the deployment is
  std::string channel{};                       // ussd, sms, agent, counter
  std::string kind{};
  std::string stage{};
  std::string age{};     // cases::age_names
  std::string worker{};  // account of staff; also "": nobody, or none that there is an account of
  std::string account{};
  std::string drawer{};
  std::string purpose{};  // what it pays: bill, case_fee, water
  bool operator==(const ReportKey&) const = default;
};
struct PaymentReportRow {
  struct Sum {
    std::int64_t payments = 0;
    std::int64_t minor = 0;  // without fees
    bool operator==(const Sum&) const = default;
  };
  ReportKey key;
  Currency currency = Currency::SYP;
  Sum settled{};
  Sum released{};
  Sum refunded{};
  std::int64_t fees_minor = 0;           // of what was settled
  std::int64_t fees_refunded_minor = 0;  // of what was refunded
  std::int64_t waited_ms = 0;            // from the confirmation to the end, of all that were settled or released
  bool operator==(const PaymentReportRow&) const = default;
};
// By company, office (of agents), day and channel only; of a channel "": what was taken before that was kept.
struct ReadingReportRow {
  ReportKey key;
  std::int64_t taken = 0;      // with those below
  std::int64_t delivered = 0;  // the company has them
  std::int64_t refused = 0;    // by the company, later
  bool operator==(const ReadingReportRow&) const = default;
};
// By day, channel and company only. By company or of one: of the sessions those that asked a service of it; one that
// asked several companies counts for each.
struct UseReportRow {
  ReportKey key;
  std::string operator_name;
  std::int64_t sessions = 0;
  // Short messages with texts of flows, each part: no codes, receipts and news. Nothing: they are of no company.
  std::optional<std::int64_t> messages{};
  bool operator==(const UseReportRow&) const = default;
};
// Of cases that are open now. By company, directorate, office, kind, stage, age and worker only.
struct OpenCaseReportRow {
  ReportKey key;
  std::int64_t open = 0;
  std::int64_t late = 0;  // of them
  bool operator==(const OpenCaseReportRow&) const = default;
};
// By when it was done, and the office that had the case then: by company, directorate, office, day, kind and worker
// only. The worker is who resolved it, also of its rating and reopening later; what is opened and late is nobody's.
struct CaseReportRow {
  ReportKey key;
  cases::Outcomes outcomes{};
  bool operator==(const CaseReportRow&) const = default;
};
// Of stages that have ended, by when and by whom: by stage, and what CaseReportRow is by, only.
struct StageReportRow {
  ReportKey key;
  std::int64_t ended = 0;
  std::int64_t late = 0;  // of them
  cases::Spread stayed{};
  bool operator==(const StageReportRow&) const = default;
};
// Of cash. By company (that was paid), directorate, office, account, drawer and day only.
struct CollectorReportRow {
  ReportKey key;
  Currency currency = Currency::SYP;
  CashSums sums{};
  // In the drawers before; nothing: what a drawer holds is no company's, and is told of all the days as one.
  std::optional<std::int64_t> opening{};
  bool operator==(const CollectorReportRow&) const = default;
};

class ReportBook {
 public:
  // Of a database that is up to date.
  static Result<std::unique_ptr<ReportBook>> open(const std::string& path);
  ReportBook(const ReportBook&) = delete;
  ReportBook& operator=(const ReportBook&) = delete;
  ~ReportBook();

  // From the sums that are kept, by the moment of the end.
  Result<std::vector<PaymentReportRow>> payments(const ReportWanted& wanted);
  // The same from every payment and refund in the books: slow, about a second for a million.
  Result<std::vector<PaymentReportRow>> payments_from_books(const ReportWanted& wanted);
  // Rows of the two that the other one has not, those of the sums first; none: they agree.
  Result<std::vector<PaymentReportRow>> payments_differing(const ReportWanted& wanted);
  // By when they were taken.
  Result<std::vector<ReadingReportRow>> readings(const ReportWanted& wanted);
  Result<std::vector<UseReportRow>> use(const ReportWanted& wanted);
  // As they are at that moment, whatever days are wanted.
  Result<std::vector<OpenCaseReportRow>> open_cases(const ReportWanted& wanted, WallTime now);
  // From what is kept of the acts that figures are of; differing: held against the history of every case, as
  // payments. Error conflict of outcomes: that agrees, but the history of all cases is not what the audit trail tells
  // of them.
  Result<std::vector<CaseReportRow>> case_outcomes(const ReportWanted& wanted);
  Result<std::vector<CaseReportRow>> case_outcomes_differing(const ReportWanted& wanted);
  Result<std::vector<StageReportRow>> case_stages(const ReportWanted& wanted);
  Result<std::vector<StageReportRow>> case_stages_differing(const ReportWanted& wanted);
  // From the sums that are kept; differing: held against every movement of cash, and what was in the drawers against
  // what the ledger has in them now.
  Result<std::vector<CollectorReportRow>> collectors(const ReportWanted& wanted);
  Result<std::vector<CollectorReportRow>> collectors_differing(const ReportWanted& wanted);

 private:
  struct Parts;
  explicit ReportBook(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace shubbak::store
