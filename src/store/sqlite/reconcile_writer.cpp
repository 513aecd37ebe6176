#include "store/sqlite/reconcile_writer.hpp"

#include <algorithm>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/reconcile_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

using audit::Key;
using reconcile::Outcome;
using reconcile::Resolution;
using Columns = std::optional<std::string>;

// Of "reconciled_payment".
reconcile::Standing standing_in(const Use& row) {
  const auto state = static_cast<ledger::State>(row.integer(1));
  if (state == ledger::State::posted) return reconcile::Standing::settled;
  return state == ledger::State::reserved ? reconcile::Standing::open : reconcile::Standing::released;
}

// As columns of a row; none where there is no such side.
struct SideColumns {
  explicit SideColumns(const std::optional<CaseSide>& side) {
    if (!side) return;
    account = side->account;
    amount = side->amount.minor;
    currency = std::string(to_string(side->amount.currency));
  }
  Columns account;
  std::optional<std::int64_t> amount;
  Columns currency;
};

bool is_same(const std::optional<CaseSide>& one, const std::optional<CaseSide>& other) {
  if (!one || !other) return one.has_value() == other.has_value();
  return one->account == other->account && one->amount == other->amount;
}

Error not_under_way(std::int64_t import) {
  return Error{Errc::conflict, "import " + std::to_string(import) +
                                   " is not under way: another one of the company was begun, or it is done"};
}

std::int64_t date_number(std::chrono::sys_days day) {  // 20261126
  const std::chrono::year_month_day date(day);
  return std::int64_t{int(date.year())} * 10'000 + std::int64_t{unsigned(date.month())} * 100 + unsigned(date.day());
}

}  // namespace

std::string bank_in_cases(const std::string& bank) {
  return "bank." + bank;
}

ReconcileWriter::ReconcileWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit)
    : sealer_(sealer),
      audit_(audit),
      published_(prepare(database, statement("published_import"))),
      abandon_(prepare(database, statement("abandon_imports"))),
      add_import_(prepare(database, statement("add_import"))),
      staged_(prepare(database, statement("staged_import"))),
      count_lines_(prepare(database, statement("count_staged_lines"))),
      add_to_total_(prepare(database, statement("add_to_file_total"))),
      payment_of_key_(prepare(database, statement("reconciled_payment"))),
      payment_of_number_(prepare(database, statement("reconciled_payment_of_number"))),
      is_listed_before_(prepare(database, statement("is_listed_before"))),
      lines_of_reference_(prepare(database, statement("staged_lines_of_reference"))),
      told_by_another_day_(prepare(database, statement("told_by_another_day"))),
      add_listed_(prepare(database, statement("add_listed"))),
      add_line_(prepare(database, statement("add_staged_line"))),
      count_differences_(prepare(database, statement("count_staged_differences"))),
      lines_(prepare(database, statement("staged_lines"))),
      drop_lines_(prepare(database, statement("drop_staged_lines"))),
      replace_(prepare(database, statement("replace_import"))),
      publish_(prepare(database, statement("publish_import"))),
      listing_(prepare(database, statement("published_listing"))),
      covering_(prepare(database, statement("covering_import"))),
      known_case_(prepare(database, statement("known_case"))),
      known_case_of_payment_(prepare(database, statement("known_case_of_payment"))),
      listed_otherwise_(prepare(database, statement("listed_otherwise"))),
      add_case_(prepare(database, statement("add_case"))),
      tell_again_(prepare(database, statement("tell_case_again"))),
      reopen_(prepare(database, statement("reopen_case"))),
      cases_of_import_(prepare(database, statement("cases_of_import"))),
      open_missing_there_(prepare(database, statement("open_missing_there"))),
      resolve_(prepare(database, statement("resolve_case"))),
      case_(prepare(database, statement("reconciliation_case"))),
      drop_listed_rows_(prepare(database, statement("drop_listed_rows"))),
      drop_abandoned_lines_(prepare(database, statement("drop_abandoned_lines"))),
      open_of_bank_day_(prepare(database, statement("open_cases_of_bank_day"))) {}

Status ReconcileWriter::apply(const ReconcileChange& change, Committed& committed) {
  told_ = {};
  Status applied = std::visit([&](const auto& one) { return apply_one(one, committed); }, change);
  committed.reconciled.cases_opened += told_.cases_opened;
  committed.reconciled.cases_closed += told_.cases_closed;
  return applied;
}

Status ReconcileWriter::apply_one(const BeginImport& change, Committed& committed) {
  const std::int64_t day = number_of(change.day.day);
  if (const auto known = find_published(change.company, day); known && known->content == change.content) {
    committed.reconciled.import = known->number;
    committed.reconciled.is_known = true;
    return {};
  }
  run(abandon_, change.company);
  Use use(add_import_, change.company, day, change.day.begins, change.day.ends,
          std::span<const unsigned char>(change.content), change.by.kind, change.by.name, change.at);
  use.next();
  committed.reconciled.import = use.integer(0);
  return {};
}

Status ReconcileWriter::apply_one(const StageLines& change, Committed&) {
  const auto import = find_staged(change.import);
  if (!import) return not_under_way(change.import);
  if (change.first != import->lines + 1)
    return Error{Errc::conflict, "line " + std::to_string(import->lines + 1) + " comes next"};
  for (const reconcile::Listed& listed : change.lines) stage(*import, listed);
  run(count_lines_, change.import, import->lines + static_cast<std::int64_t>(change.lines.size()));
  if (count(count_differences_, change.import) <= StageLines::differences_max) return {};
  return Error{Errc::limit, "more than " + std::to_string(StageLines::differences_max) +
                                " lines are no match: is it the file of this company and day?"};
}

void ReconcileWriter::stage(const Import& import, const reconcile::Listed& listed) {
  const std::string currency(to_string(listed.amount.currency));
  run(add_to_total_, import.number, currency, listed.amount.minor);
  const auto payment = find_payment(listed.reference, import.company);
  const std::int64_t day = number_of(import.day.day);
  const auto exists = [](Use&& use) { return use.next(); };
  std::int64_t twice = 0;
  bool is_before = payment && exists(Use(is_listed_before_, payment->ours.payment, import.number, day));
  {
    Use use(lines_of_reference_, import.number, listed.reference);
    use.next();
    is_before = is_before || use.integer(0) > 0;
    twice = use.integer(1);
  }
  is_before = is_before || exists(Use(told_by_another_day_, import.company, listed.reference, day));
  const Outcome outcome = judge(listed, payment ? std::optional(payment->ours) : std::nullopt, is_before);
  if (outcome == Outcome::matched) {
    run(add_listed_, payment->ours.payment, import.number);
    return;
  }
  run(add_line_, import.number, listed.line, outcome, twice, listed.reference, listed.account, listed.amount.minor,
      currency, listed.company_reference);
}

Status ReconcileWriter::apply_one(const PublishImport& change, Committed& committed) {
  const auto import = find_staged(change.import);
  if (!import) return not_under_way(change.import);
  if (import->lines != change.lines) {
    return Error{Errc::conflict, "the file has " + std::to_string(change.lines) + " lines, and " +
                                     std::to_string(import->lines) + " were staged"};
  }
  const auto replaced = find_published(import->company, number_of(import->day.day));
  if (replaced) run(replace_, replaced->number);
  run(publish_, import->number, change.by.kind, change.by.name, change.at);
  publish_lines(*import, change.at);
  for (const std::int64_t payment : change.missing) judge_unlisted(payment, Covered::by_any, change.at);
  if (replaced) withdraw_untold(replaced->number, change.at);
  close_listed_later(import->company, change.at);
  audit_.append({.at = change.at,
                 .by = change.by,
                 .action = std::string(word(audit::Action::reconciliation_imported)),
                 .thing = import->company,
                 .detail = audit::Detail()
                               .add(Key::day, date_number(import->day.day))
                               .add(Key::lines, import->lines)
                               .add(Key::cases, told_.cases_opened)
                               .add(Key::file, audit::to_hex(std::span(import->content)))
                               .json()
                               .value()});
  committed.reconciled.import = import->number;
  return {};
}

// What was no match when it was staged may be one by now: a payment had no answer then.
void ReconcileWriter::publish_lines(const Import& import, WallTime now) {
  struct Staged {
    reconcile::Listed listed;
    Outcome outcome;
    std::int64_t occurrence;
  };
  std::vector<Staged> staged;
  {
    Use use(lines_, import.number);
    while (use.next()) {
      staged.push_back({{.line = use.integer(0),
                         .reference = use.text(3),
                         .account = use.text(4),
                         .amount = money_in(use, 5),
                         .company_reference = use.text(7)},
                        static_cast<Outcome>(use.integer(1)),
                        use.integer(2)});
    }
  }
  for (const auto& [listed, outcome_then, occurrence] : staged) {
    const auto payment = find_payment(listed.reference, import.company);
    const auto ours = payment ? std::optional(payment->ours) : std::nullopt;
    const Outcome outcome = judge(listed, ours, outcome_then == Outcome::twice);
    if (outcome == Outcome::matched || outcome == Outcome::open) {
      run(add_listed_, ours->payment, import.number);
      continue;
    }
    Finding finding{.company = import.company,
                    .reference = listed.reference,
                    .outcome = outcome,
                    .occurrence = occurrence,
                    .import = import.number,
                    .day = number_of(import.day.day),
                    .line = listed.line,
                    .theirs = CaseSide{listed.account, listed.amount},
                    .company_reference = listed.company_reference};
    if (ours) {
      finding.payment = ours->payment;
      finding.ours = CaseSide{ours->account, ours->amount};
    }
    put_case(finding, now);
  }
  run(drop_lines_, import.number);
}

void ReconcileWriter::withdraw_untold(std::int64_t replaced, WallTime now) {
  std::vector<std::int64_t> open;
  std::vector<std::int64_t> listed_otherwise;  // payments, maybe of another day
  {
    Use use(cases_of_import_, replaced);
    while (use.next()) {
      if (static_cast<Resolution>(use.integer(1)) == Resolution::none) open.push_back(use.integer(0));
      if (static_cast<Outcome>(use.integer(2)) == Outcome::amount_differs) listed_otherwise.push_back(use.integer(3));
    }
  }
  for (const std::int64_t number : open) close_case(number, Resolution::withdrawn, now);
  for (const std::int64_t payment : listed_otherwise) judge_unlisted(payment, Covered::by_any, now);
}

void ReconcileWriter::close_listed_later(const std::string& company, WallTime now) {
  std::vector<std::pair<std::int64_t, std::int64_t>> open;
  {
    Use use(open_missing_there_, company);
    while (use.next()) open.emplace_back(use.integer(0), use.integer(1));
  }
  for (const auto& [number, payment] : open) {
    if (find_listing(payment) || is_listed_otherwise(payment)) close_case(number, Resolution::listed_later, now);
  }
}

void ReconcileWriter::judge_unlisted(std::int64_t payment, Covered covered, WallTime now) {
  const auto found = find_payment(payment);
  if (!found || found->ours.standing != reconcile::Standing::settled) return;
  if (find_listing(payment) || is_listed_otherwise(payment)) return;
  const auto import = find_covering(*found, covered);
  if (!import) return;
  put_case({.company = found->company,
            .reference = found->key,
            .outcome = Outcome::missing_there,
            .import = import->number,
            .day = number_of(import->day.day),
            .payment = payment,
            .ours = CaseSide{found->ours.account, found->ours.amount}},
           now);
}

std::int64_t ReconcileWriter::contradicted(std::int64_t payment, bool company_has_it, const std::string& evidence,
                                           WallTime now) {
  const Outcome outcome = company_has_it ? Outcome::missing_here : Outcome::missing_there;
  {
    Use use(known_case_of_payment_, payment, outcome, evidence);
    if (use.next()) return use.integer(0);
  }
  const auto found = find_payment(payment).value();
  const CaseSide side{found.ours.account, found.ours.amount};
  return add_case({.company = found.company,
                   .reference = found.key,
                   .outcome = outcome,
                   .payment = payment,
                   .evidence = evidence,
                   .theirs = company_has_it ? std::optional(side) : std::nullopt,
                   .ours = side},
                  now);
}

// A case that is there stays the same one, also where it was resolved, unless the file says something else than then.
std::int64_t ReconcileWriter::put_case(const Finding& finding, WallTime now) {
  const auto known = find_known(finding);
  const bool is_by_staff =
      known && known->resolution != Resolution::none && known->resolution != Resolution::listed_later;
  if (!known || (is_by_staff && !is_same(known->theirs, finding.theirs))) return add_case(finding, now);
  const SideColumns theirs(finding.theirs);
  const SideColumns ours(finding.ours);
  run(tell_again_, known->number, finding.import, finding.day, finding.line, theirs.account, theirs.amount,
      theirs.currency, finding.company_reference, ours.account, ours.amount, ours.currency);
  if (known->resolution == Resolution::listed_later) {
    run(reopen_, known->number);
    ++told_.cases_opened;
  }
  return known->number;
}

std::int64_t ReconcileWriter::add_case(const Finding& finding, WallTime now) {
  const SideColumns theirs(finding.theirs);
  const SideColumns ours(finding.ours);
  Use use(add_case_, finding.company, finding.reference, finding.outcome, finding.occurrence, finding.import,
          finding.day, finding.line, finding.payment, finding.evidence, theirs.account, theirs.amount,
          theirs.currency, finding.company_reference, ours.account, ours.amount, ours.currency, now);
  use.next();
  ++told_.cases_opened;
  return use.integer(0);
}

void ReconcileWriter::close_case(std::int64_t number, Resolution resolution, WallTime now) {
  const std::optional<std::span<const unsigned char>> no_note;
  run(resolve_, number, resolution, now, Actor::Kind::system, std::string(), no_note);
  ++told_.cases_closed;
}

Status ReconcileWriter::apply_one(const DropStagedRows&, Committed& committed) {
  const std::int64_t limit = DropStagedRows::at_once_max;
  committed.reconciled.rows_dropped += run(drop_listed_rows_, limit) + run(drop_abandoned_lines_, limit);
  return {};
}

Status ReconcileWriter::apply_one(const ResolveCase& change, Committed&) {
  std::string company;
  {
    Use use(case_, change.number);
    if (!use.next()) return Error{Errc::not_found, "there is no such case"};
    const StoredCase found = case_in(use, sealer_);
    if (found.resolution != Resolution::none) {
      return Error{Errc::conflict,
                   "the case is resolved already: " + std::string(reconcile::to_string(found.resolution))};
    }
    company = found.company;
  }
  const RowIdentity row{SealedField::case_note, static_cast<std::uint64_t>(change.number)};
  if (Status sealed = sealer_.seal(row, change.note, sealed_); !sealed.ok()) return sealed;
  run(resolve_, change.number, change.resolution, change.at, change.by.kind, change.by.name,
      std::optional(std::span<const unsigned char>(sealed_)));
  audit_.append({.at = change.at,
                 .by = change.by,
                 .action = std::string(word(audit::Action::reconciliation_resolved)),
                 .thing = company,
                 .detail = audit::Detail()
                               .add(Key::case_number, change.number)
                               .add(Key::reason, reconcile::to_string(change.resolution))
                               .json()
                               .value()});
  return {};
}

Status ReconcileWriter::apply_one(const PutBankDay& change, Committed&) {
  const std::string owner = bank_in_cases(change.bank);
  const std::int64_t day = number_of(change.day);
  std::vector<std::int64_t> told;
  for (const BankFinding& one : change.findings) {
    told.push_back(put_case({.company = owner,
                             .reference = one.reference,
                             .outcome = one.outcome,
                             .occurrence = one.occurrence,
                             .day = day,
                             .line = one.line,
                             .theirs = one.theirs,
                             .ours = one.ours},
                            change.at));
  }
  std::vector<std::int64_t> untold;
  {
    Use use(open_of_bank_day_, owner, day);
    while (use.next()) {
      if (std::ranges::find(told, use.integer(0)) == told.end()) untold.push_back(use.integer(0));
    }
  }
  for (const std::int64_t number : untold) close_case(number, Resolution::withdrawn, change.at);
  audit_.append({.at = change.at,
                 .by = change.by,
                 .action = std::string(word(audit::Action::reconciliation_imported)),
                 .thing = owner,
                 .detail = audit::Detail()
                               .add(Key::day, date_number(change.day))
                               .add(Key::lines, change.lines)
                               .add(Key::cases, told_.cases_opened)
                               .json()
                               .value()});
  return {};
}

// --- look-ups
std::optional<ReconcileWriter::Payment> ReconcileWriter::find_payment(const std::string& key,
                                                                      const std::string& company) {
  Use use(payment_of_key_, key);
  if (!use.next() || use.text(7) != company) return std::nullopt;
  return payment_in(use);
}

std::optional<ReconcileWriter::Payment> ReconcileWriter::find_payment(std::int64_t number) {
  Use use(payment_of_number_, number);
  if (!use.next()) return std::nullopt;
  return payment_in(use);
}

ReconcileWriter::Payment ReconcileWriter::payment_in(const Use& row) {
  return {{row.integer(0), standing_in(row), row.text(2), money_in(row, 3)}, row.time(5), row.text(6), row.text(7)};
}

std::optional<ReconcileWriter::Import> ReconcileWriter::find_staged(std::int64_t number) {
  Use use(staged_, number);
  if (!use.next()) return std::nullopt;
  return Import{number, use.text(0), {day_in(use, 1), use.time(2), use.time(3)}, use.integer(4), content_in(use, 5)};
}

std::optional<StoredImport> ReconcileWriter::find_published(const std::string& company, std::int64_t day) {
  Use use(published_, company, day);
  if (!use.next()) return std::nullopt;
  return import_in(use);
}

std::optional<ReconcileWriter::Import> ReconcileWriter::find_listing(std::int64_t payment) {
  Use use(listing_, payment);
  if (!use.next()) return std::nullopt;
  return Import{.number = use.integer(0), .day = {.day = day_in(use, 1)}};
}

bool ReconcileWriter::is_listed_otherwise(std::int64_t payment) {
  Use use(listed_otherwise_, payment);
  return use.next();
}

std::optional<ReconcileWriter::Import> ReconcileWriter::find_covering(const Payment& payment, Covered covered) {
  const std::int64_t day = number_of(std::chrono::floor<std::chrono::days>(payment.at));
  const std::int64_t is_whole_day = covered == Covered::by_whole_day ? 1 : 0;
  Use use(covering_, payment.company, day, payment.at, is_whole_day);
  if (!use.next()) return std::nullopt;
  return Import{.number = use.integer(0), .day = {.day = day_in(use, 1)}};
}

std::optional<ReconcileWriter::KnownCase> ReconcileWriter::find_known(const Finding& finding) {
  Use use(known_case_, finding.company, finding.reference, finding.outcome, finding.occurrence, finding.day);
  if (!use.next()) return std::nullopt;
  return KnownCase{use.integer(0), static_cast<Resolution>(use.integer(1)), case_side_in(use, 2)};
}

std::int64_t ReconcileWriter::count(SQLite::Statement& statement, std::int64_t of) {
  Use use(statement, of);
  use.next();
  return use.integer(0);
}

}  // namespace shubbak::store
