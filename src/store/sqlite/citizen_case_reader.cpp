#include "store/sqlite/citizen_case_reader.hpp"

#include <sqlite3.h>

#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

std::optional<WallTime> time_unless_null(const Use& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.time(column));
}

std::optional<std::int64_t> number_unless_null(const Use& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.integer(column));
}

std::optional<std::uint8_t> stars_in(const Use& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<std::uint8_t>(row.integer(column));
}

std::string opened_text(const Use& row, int column, const RowIdentity& identity, Sealer& sealer) {
  if (row.is_null(column)) return {};
  auto text = sealer.open(identity, row.octets(column));
  return text.ok() ? *std::move(text) : std::string();
}

cases::Act act_in(const Use& row, int column) {
  const std::int64_t number = row.integer(column);
  if (number < 0 || number >= static_cast<std::int64_t>(cases::act_names.size()))
    throw SQLite::Exception("a case has an event of no kind that there is", SQLITE_CORRUPT);
  return static_cast<cases::Act>(number);
}

std::optional<cases::Fee> fee_in(const Use& row) {
  if (row.is_null(24)) return std::nullopt;
  const auto currency = parse_currency(row.text(25));
  const std::int64_t state = row.integer(27);
  if (!currency.ok() || state < 0 || state >= static_cast<std::int64_t>(cases::fee_state_names.size()))
    throw SQLite::Exception("a case has a fee that there cannot be", SQLITE_CORRUPT);
  return cases::Fee{{row.integer(24), *currency}, row.text(26), static_cast<cases::FeeState>(state), row.time(28)};
}

cases::Slots offers_in(const Use& row) {
  auto offers = cases::read_slots(row.text(29));
  if (!offers.ok()) throw SQLite::Exception("a case has offers that there cannot be", SQLITE_CORRUPT);
  return *std::move(offers);
}

std::optional<cases::Slot> appointment_in(const Use& row) {
  if (row.is_null(30)) return std::nullopt;
  return cases::Slot{row.text(30), row.time(31), row.time(32)};
}

}  // namespace

StoredCitizenCase citizen_case_in(const Use& row, Sealer& sealer) {
  StoredCitizenCase found{.id = row.integer(0), .number = row.integer(1), .link = row.text(3), .area = row.text(10)};
  if (const auto msisdn = Msisdn::from_value(static_cast<std::uint64_t>(row.integer(2)))) found.msisdn = *msisdn;
  found.is = {.kind = row.text(4),
              .stage = row.text(5),
              .state = row.integer(6) == 0 ? cases::State::open : cases::State::resolved,
              .version = row.integer(7),
              .from = {row.text(8), row.text(9), row.text(11)},
              .office = row.text(12),
              .bypasses_office = row.integer(13) != 0,
              .worker = row.text(15),
              .opened = row.time(16),
              .stage_since = row.time(17),
              .due = time_unless_null(row, 18),
              .is_late = row.integer(19) != 0,
              .resolved = time_unless_null(row, 20),
              .stars = stars_in(row, 21),
              .reopened = static_cast<std::uint32_t>(row.integer(22)),
              .fee = fee_in(row),
              .offers = offers_in(row),
              .appointment = appointment_in(row),
              .joined = number_unless_null(row, 34),
              .answers = row.integer(36)};
  found.payment = number_unless_null(row, 14);
  found.joined = row.integer(35);
  found.visit_code = opened_text(row, 33, {SealedField::visit_code, static_cast<std::uint64_t>(found.id)}, sealer);
  found.address = opened_text(row, 23, {SealedField::case_address, static_cast<std::uint64_t>(found.id)}, sealer);
  return found;
}

bool has_visit_beside(SQLite::Statement& visit_beside, const StoredCitizenCase& one, const cases::Slot& slot) {
  const WallTime earliest = slot.starts - cases::VisitLimits::longest;
  Use use(visit_beside, one.is.from.company, slot.team, earliest, slot.starts, slot.ends, one.id);
  return use.next();
}

CitizenCaseReader::CitizenCaseReader(const SQLite::Database& database, Sealer& sealer)
    : sealer_(sealer),
      case_(prepare(database, statement("citizen_case"))),
      case_of_person_(prepare(database, statement("citizen_case_of_person"))),
      of_person_(prepare(database, statement("citizen_cases_of_person"))),
      all_(prepare(database, statement("citizen_cases"))),
      open_(prepare(database, statement("open_citizen_cases"))),
      events_(prepare(database, statement("citizen_case_events"))),
      overdue_(prepare(database, statement("overdue_citizen_cases"))),
      count_open_(prepare(database, statement("count_open_citizen_cases"))),
      with_news_(prepare(database, statement("citizen_cases_with_news"))),
      visit_beside_(prepare(database, statement("citizen_case_visit_beside"))),
      case_to_join_(prepare(database, statement("citizen_case_to_join"))) {}

Result<std::optional<StoredCitizenCase>> CitizenCaseReader::find_citizen_case(std::int64_t number) {
  return guarded("looking up a case", [&]() -> Result<std::optional<StoredCitizenCase>> {
    Use use(case_, number);
    if (!use.next()) return std::optional<StoredCitizenCase>();
    return std::optional(citizen_case_in(use, sealer_));
  });
}

Result<std::optional<StoredCitizenCase>> CitizenCaseReader::find_citizen_case_of(const NationalId& person,
                                                                                 std::int64_t number) {
  return guarded("looking up a person's case", [&]() -> Result<std::optional<StoredCitizenCase>> {
    const BlindIndex index = sealer_.index_of(person);
    const std::span<const unsigned char> octets(index);
    Use use(case_of_person_, octets, number);
    if (!use.next()) return std::optional<StoredCitizenCase>();
    return std::optional(citizen_case_in(use, sealer_));
  });
}

std::vector<StoredCitizenCase> CitizenCaseReader::of_person(const NationalId& person, std::size_t rows_max) {
  std::vector<StoredCitizenCase> found;
  const BlindIndex index = sealer_.index_of(person);
  const std::span<const unsigned char> octets(index);
  const std::int64_t limit = limit_of(rows_max);
  Use use(of_person_, octets, limit);
  while (use.next()) found.push_back(citizen_case_in(use, sealer_));
  return found;
}

Result<std::vector<StoredCitizenCase>> CitizenCaseReader::citizen_cases_of(const NationalId& person,
                                                                           std::size_t rows_max) {
  return guarded("listing a person's cases",
                 [&]() -> Result<std::vector<StoredCitizenCase>> { return of_person(person, rows_max); });
}

Result<std::vector<StoredCitizenCase>> CitizenCaseReader::citizen_cases(bool open_only, std::int64_t after,
                                                                        std::size_t rows_max) {
  return guarded("listing cases", [&]() -> Result<std::vector<StoredCitizenCase>> {
    std::vector<StoredCitizenCase> found;
    const std::int64_t limit = limit_of(rows_max);
    Use use(open_only ? open_ : all_, after, limit);
    while (use.next()) found.push_back(citizen_case_in(use, sealer_));
    return found;
  });
}

std::vector<CitizenCaseEvent> CitizenCaseReader::events_of(std::int64_t id) {
  std::vector<CitizenCaseEvent> events;
  Use use(events_, id);
  while (use.next()) {
    events.push_back(
        {.version = use.integer(1),
         .act = act_in(use, 2),
         .at = use.time(3),
         .by = {static_cast<Actor::Kind>(use.integer(4)), use.text(5)},
         .stage = use.text(6),
         .stars = stars_in(use, 7),
         .text = opened_text(use, 8, {SealedField::case_text, static_cast<std::uint64_t>(use.integer(0))}, sealer_),
         .is_untold = use.integer(9) != 0});
  }
  return events;
}

Result<std::vector<CitizenCaseEvent>> CitizenCaseReader::citizen_case_events(std::int64_t id) {
  return guarded("listing what was done to a case",
                 [&]() -> Result<std::vector<CitizenCaseEvent>> { return events_of(id); });
}

Result<std::vector<StoredCitizenCase>> CitizenCaseReader::overdue_citizen_cases(WallTime now,
                                                                                const DueCitizenCase& after,
                                                                                std::size_t rows_max) {
  return guarded("listing late cases", [&]() -> Result<std::vector<StoredCitizenCase>> {
    std::vector<StoredCitizenCase> found;
    const std::int64_t limit = limit_of(rows_max);
    Use use(overdue_, now, after.due, after.id, limit);
    while (use.next()) found.push_back(citizen_case_in(use, sealer_));
    return found;
  });
}

Result<std::vector<OpenCitizenCases>> CitizenCaseReader::count_open_citizen_cases() {
  return guarded("counting open cases", [&]() -> Result<std::vector<OpenCitizenCases>> {
    std::vector<OpenCitizenCases> counts;
    Use use(count_open_);
    while (use.next()) counts.push_back({use.text(0), use.text(1), use.text(2), use.integer(3), use.integer(4)});
    return counts;
  });
}

Result<std::vector<StoredCitizenCase>> CitizenCaseReader::citizen_cases_with_news(std::int64_t after,
                                                                                  std::size_t rows_max) {
  return guarded("listing cases with news", [&]() -> Result<std::vector<StoredCitizenCase>> {
    std::vector<StoredCitizenCase> found;
    const std::int64_t limit = limit_of(rows_max);
    Use use(with_news_, after, limit);
    while (use.next()) found.push_back(citizen_case_in(use, sealer_));
    return found;
  });
}

Result<std::optional<StoredCitizenCase>> CitizenCaseReader::find_known_outage(const OpenCitizenCase& opened,
                                                                              WallTime since) {
  return guarded("looking for an outage that is known", [&]() -> Result<std::optional<StoredCitizenCase>> {
    std::optional<std::int64_t> main;
    {
      Use use(case_to_join_, opened.area, opened.from.company, opened.from.directorate, opened.kind, opened.number,
              since);
      if (use.next()) main = use.integer(0);
    }
    if (!main) return std::optional<StoredCitizenCase>();
    Use use(case_, *main);
    if (!use.next()) return std::optional<StoredCitizenCase>();
    return std::optional(citizen_case_in(use, sealer_));
  });
}

Result<cases::Slots> CitizenCaseReader::free_slots(const StoredCitizenCase& one, const cases::Slots& slots) {
  return guarded("looking for free slots", [&]() -> Result<cases::Slots> {
    cases::Slots free;
    for (const cases::Slot& slot : slots)
      if (!has_visit_beside(visit_beside_, one, slot)) free.push_back(slot);
    return free;
  });
}

std::vector<KeptCase> CitizenCaseReader::kept_of(const NationalId& person, std::size_t rows_max) {
  std::vector<KeptCase> kept;
  for (StoredCitizenCase& one : of_person(person, rows_max)) {
    std::vector<CitizenCaseEvent> events = events_of(one.id);
    kept.push_back({std::move(one), std::move(events)});
  }
  return kept;
}

}  // namespace shubbak::store
