// The reports of cases: src/cases counts what is read here.
#include <limits>
#include <map>
#include <sqlite3.h>

#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/report_parts.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

constexpr std::string_view of_cases = "cases";

// The list of a statement grows with cases::Act by nobody's hand.
consteval bool tells_of_every_act(std::string_view sql) {
  constexpr std::string_view before = "'case.";
  std::size_t at = 0;
  for (const std::string_view act : cases::act_names) {
    at = sql.find(before, at);
    if (at == std::string_view::npos) return false;
    at += before.size();
    if (!sql.substr(at).starts_with(act) || !sql.substr(at + act.size()).starts_with('\'')) return false;
  }
  return true;
}
static_assert(tells_of_every_act(statement("case_acts_told_once")),
              "an act of cases is not held against the audit trail");

// Which rows the places of acts belong to: a number for each, since there are few places and many acts.
class CaseGroups {
 public:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t unknown = none - 1;

  CaseGroups(SQLite::Statement& places, const ReportWanted& wanted) {
    std::map<std::array<std::string, 5>, std::size_t> known;
    Use place(places);
    while (place.next()) {
      const auto number = static_cast<std::size_t>(place.integer(0));
      if (number >= of_place_.size()) of_place_.resize(number + 1, unknown);
      of_place_[number] = none;
      if (!is_wanted(place, wanted)) continue;
      const auto name_if = [&](ReportGroup group, int column) {
        return wanted.by.has(group) ? place.text(column) : std::string();
      };
      const std::array<std::string, 5> names{name_if(ReportGroup::kind, 1), name_if(ReportGroup::stage, 2),
                                             name_if(ReportGroup::company, 3), name_if(ReportGroup::directorate, 4),
                                             name_if(ReportGroup::office, 5)};
      const auto [group, is_new] = known.emplace(names, keys_.size());
      if (is_new)
        keys_.push_back(
            {.company = names[2], .directorate = names[3], .office = names[4], .kind = names[0], .stage = names[1]});
      of_place_[number] = group->second;
    }
  }

  // `none`: acts there are not wanted.
  [[nodiscard]] std::size_t of(std::int64_t place) const {
    const auto number = static_cast<std::size_t>(place);
    if (number >= of_place_.size() || of_place_[number] == unknown)
      throw SQLite::Exception("an act of a case is at a place that is not kept", SQLITE_CORRUPT);
    return of_place_[number];
  }
  [[nodiscard]] const ReportKey& key(std::size_t group) const { return keys_[group]; }

 private:
  static bool is_wanted(const Use& place, const ReportWanted& wanted) {
    const ReportPlace& of = wanted.of;
    return (of.company.empty() || place.text(3) == of.company) &&
           (of.directorate.empty() || place.text(4) == of.directorate) &&
           (of.office.empty() || place.text(5) == of.office) && (wanted.about_staff || place.integer(6) == 0);
  }

  std::vector<std::size_t> of_place_;
  std::vector<ReportKey> keys_;
};

cases::Deed deed_in(const Use& row) {
  const std::int64_t did = row.integer(0);
  if (did < 0 || did >= static_cast<std::int64_t>(cases::act_names.size()))
    throw SQLite::Exception("an act that is kept of a case is none", SQLITE_CORRUPT);
  return {.did = static_cast<cases::Act>(did),
          .stayed_ms = row.integer(3),
          .was_late = row.integer(4) != 0,
          .stars = row.integer(5)};
}

}  // namespace

// A scan of all acts in these days, which are kept in the order of time: a million in half a second.
template <class Figures>
Result<std::vector<std::pair<ReportKey, Figures>>> ReportBook::Parts::figures_of(const ReportWanted& wanted,
                                                                                 ReportSource source) {
  using Rows = std::vector<std::pair<ReportKey, Figures>>;
  return guarded("adding up cases", [&]() -> Result<Rows> {
    const CaseGroups groups(case_places, wanted);
    std::map<std::tuple<std::int64_t, std::size_t, std::string>, Figures> found;
    const bool by_day = wanted.by.has(ReportGroup::day);
    const bool by_worker = wanted.by.has(ReportGroup::worker);
    Use act(source == ReportSource::kept ? case_deeds : case_deeds_in_history, wanted.from, wanted.before);
    while (act.next()) {
      const std::size_t group = groups.of(act.integer(1));
      const cases::Deed deed = deed_in(act);
      if (group == CaseGroups::none || !Figures::counts(deed)) continue;
      const std::int64_t day = by_day ? day_at(act.time(2), wanted.utc_offset) : 0;
      found[{day, group, by_worker ? act.text(6) : std::string()}].add(deed);
    }
    Rows rows;
    for (auto& [of, figures] : found) {
      ReportKey key = groups.key(std::get<1>(of));
      key.day = day_if(wanted.by, std::get<0>(of));
      key.worker = std::get<2>(of);
      rows.emplace_back(std::move(key), std::move(figures));
    }
    return rows;
  });
}

Result<std::vector<CaseReportRow>> ReportBook::Parts::outcomes_of(const ReportWanted& wanted, ReportSource source) {
  using enum ReportGroup;
  if (Status kept = has_only(wanted.by, {company, directorate, office, day, kind, worker}, of_cases); !kept.ok())
    return kept.error();
  const auto found = figures_of<cases::Outcomes>(wanted, source);
  if (!found) return found.error();
  std::vector<CaseReportRow> rows;
  for (const auto& [key, outcomes] : *found) rows.push_back({key, outcomes});
  std::ranges::sort(rows, {}, place_in_report<CaseReportRow>);
  return rows;
}

Result<std::vector<StageReportRow>> ReportBook::Parts::stages_of(const ReportWanted& wanted, ReportSource source) {
  using enum ReportGroup;
  if (Status kept = has_only(wanted.by, {company, directorate, office, day, kind, stage, worker}, of_cases);
      !kept.ok())
    return kept.error();
  auto found = figures_of<cases::Stays>(wanted, source);
  if (!found) return found.error();
  std::vector<StageReportRow> rows;
  for (auto& [key, stays] : *found) rows.push_back({key, stays.ended(), stays.late(), stays.spread()});
  std::ranges::sort(rows, {}, place_in_report<StageReportRow>);
  return rows;
}

Result<std::int64_t> ReportBook::Parts::acts_told_once(const ReportWanted& wanted) {
  return guarded("holding cases against the audit trail", [&]() -> Result<std::int64_t> {
    Use counted(case_acts_told_once, wanted.from, wanted.before);
    return counted.next() ? counted.integer(0) : 0;
  });
}

Result<std::vector<OpenCaseReportRow>> ReportBook::open_cases(const ReportWanted& wanted, WallTime now) {
  using enum ReportGroup;
  if (Status kept = has_only(wanted.by, {company, directorate, office, kind, stage, age, worker}, "open cases");
      !kept.ok())
    return kept.error();
  return guarded("adding up open cases", [&]() -> Result<std::vector<OpenCaseReportRow>> {
    std::vector<OpenCaseReportRow> rows;
    const std::int64_t groups = wanted.by.bits();
    const std::int64_t about_staff = wanted.about_staff ? 1 : 0;
    const auto before = [&](std::size_t age) { return now - cases::ages_from[age]; };
    static_assert(cases::ages_from.size() == 4);
    Use found(parts_->open_cases, groups, before(0), before(1), before(2), before(3), wanted.of.company,
              wanted.of.directorate, wanted.of.office, about_staff);
    while (found.next()) {
      const auto age_group = static_cast<std::size_t>(found.integer(5));
      const bool by_age = wanted.by.has(age) && age_group < cases::age_names.size();
      rows.push_back({.key = {.company = found.text(0),
                              .directorate = found.text(1),
                              .office = found.text(2),
                              .kind = found.text(3),
                              .stage = found.text(4),
                              .age = std::string(by_age ? cases::age_names[age_group] : ""),
                              .worker = found.text(6)},
                      .open = found.integer(7),
                      .late = found.integer(8)});
    }
    return rows;
  });
}

Result<std::vector<CaseReportRow>> ReportBook::case_outcomes(const ReportWanted& wanted) {
  return parts_->outcomes_of(wanted, ReportSource::kept);
}

Result<std::vector<CaseReportRow>> ReportBook::case_outcomes_differing(const ReportWanted& wanted) {
  auto rows = differing(case_outcomes(wanted), parts_->outcomes_of(wanted, ReportSource::books));
  if (!rows || !rows->empty()) return rows;
  const auto told_once = parts_->acts_told_once(wanted);
  if (!told_once) return told_once.error();
  if (*told_once == 0) return rows;
  return Error{Errc::conflict, "the history of cases and the audit trail differ: " + std::to_string(*told_once) +
                                   " acts of these days stand in one of the two only"};
}

Result<std::vector<StageReportRow>> ReportBook::case_stages(const ReportWanted& wanted) {
  return parts_->stages_of(wanted, ReportSource::kept);
}

Result<std::vector<StageReportRow>> ReportBook::case_stages_differing(const ReportWanted& wanted) {
  return differing(case_stages(wanted), parts_->stages_of(wanted, ReportSource::books));
}

}  // namespace shubbak::store
