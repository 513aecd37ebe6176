// The report of cash that was collected.
#include <map>
#include <unordered_map>

#include "store/sqlite/cash_rows.hpp"
#include "store/sqlite/reconcile_rows.hpp"
#include "store/sqlite/report_parts.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

// Rows of drawers: those of one group and currency are one row, beside what else rows are by.
class DrawerGroups {
 public:
  DrawerGroups(SQLite::Statement& drawers, const ReportWanted& wanted) {
    std::map<std::array<std::string, 5>, std::size_t> known;
    Use drawer(drawers, wanted.of.directorate, wanted.of.office);
    while (drawer.next()) {
      const auto name_if = [&](ReportGroup group, int column) {
        return wanted.by.has(group) ? drawer.text(column) : std::string();
      };
      const std::array<std::string, 5> names{name_if(ReportGroup::directorate, 1), name_if(ReportGroup::office, 2),
                                             name_if(ReportGroup::account, 3), name_if(ReportGroup::drawer, 4),
                                             drawer.text(5)};
      const auto [group, is_new] = known.emplace(names, rows_.size());
      if (is_new)
        rows_.push_back(
            {.key = {.directorate = names[0], .office = names[1], .account = names[2], .drawer = names[3]},
             .currency = currency_in(drawer, 5)});
      of_drawer_.emplace(drawer.integer(0), group->second);
    }
  }

  // Nothing: the drawer is not wanted.
  [[nodiscard]] std::optional<std::size_t> of(std::int64_t drawer) const {
    const auto found = of_drawer_.find(drawer);
    return found == of_drawer_.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] const CollectorReportRow& row(std::size_t group) const { return rows_[group]; }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }

 private:
  std::unordered_map<std::int64_t, std::size_t> of_drawer_;
  std::vector<CollectorReportRow> rows_;  // without what was moved
};

struct CashCell {
  std::int64_t day = 0;
  std::size_t group = 0;
  std::string company{};
  auto operator<=>(const CashCell&) const = default;
};

bool tells_what_is_held(const ReportWanted& wanted) {
  return !wanted.by.has(ReportGroup::day) && !wanted.by.has(ReportGroup::company) && wanted.of.company.empty();
}

std::map<CashCell, CashSums> sums_of(SQLite::Statement& cash, const DrawerGroups& groups,
                                     const ReportWanted& wanted) {
  std::map<CashCell, CashSums> sums;
  const bool by_day = wanted.by.has(ReportGroup::day);
  const bool by_company = wanted.by.has(ReportGroup::company);
  const std::int64_t from = quarters_of(wanted.from);
  const std::int64_t before = quarters_of(wanted.before);
  // Movements come drawer by drawer: nearly always the next one is of the same cell.
  std::optional<CashCell> of;
  CashSums* into = nullptr;
  Use moved(cash, from, before, wanted.of.company, wanted.of.directorate, wanted.of.office);
  while (moved.next()) {
    const auto group = groups.of(moved.integer(4));
    if (!group) continue;
    CashCell cell{0, *group, by_company ? moved.text(6) : std::string()};
    if (by_day) cell.day = day_of_quarter(moved.integer(5), wanted.utc_offset);
    if (of != cell) {
      into = &sums[cell];
      of = std::move(cell);
    }
    add_cash_sum(moved, 0, *into);
  }
  return sums;
}

// What each group of drawers held before.
std::vector<std::int64_t> openings_of(SQLite::Statement& held_before, const DrawerGroups& groups,
                                      const ReportWanted& wanted) {
  std::vector<std::int64_t> openings(groups.size());
  const std::int64_t from = quarters_of(wanted.from);
  Use held(held_before, from, wanted.of.directorate, wanted.of.office);
  while (held.next()) {
    const auto group = groups.of(held.integer(0));
    if (group) openings[*group] += held.integer(1);
  }
  return openings;
}

}  // namespace

Result<std::vector<CollectorReportRow>> ReportBook::Parts::collectors_of(const ReportWanted& wanted,
                                                                         SQLite::Statement& cash_moved,
                                                                         SQLite::Statement& held) {
  using enum ReportGroup;
  if (Status kept = has_only(wanted.by, {company, directorate, office, day, account, drawer}, "drawers"); !kept.ok())
    return kept.error();
  if (Status whole = are_of_quarters(wanted, "drawers"); !whole.ok()) return whole.error();
  return guarded("adding up cash", [&]() -> Result<std::vector<CollectorReportRow>> {
    const DrawerGroups groups(drawers, wanted);
    auto sums = sums_of(cash_moved, groups, wanted);
    std::vector<std::int64_t> openings;
    if (tells_what_is_held(wanted)) {
      openings = openings_of(held, groups, wanted);
      for (std::size_t group = 0; group < openings.size(); ++group) {
        if (openings[group] != 0) sums.try_emplace({.group = group});
      }
    }
    std::vector<CollectorReportRow> rows;
    for (const auto& [cell, of_cell] : sums) {
      CollectorReportRow& row = rows.emplace_back(groups.row(cell.group));
      row.key.day = day_if(wanted.by, cell.day);
      row.key.company = cell.company;
      row.sums = of_cell;
      if (!openings.empty()) row.opening = openings[cell.group];
    }
    std::ranges::sort(rows, {}, place_in_report<CollectorReportRow>);
    return rows;
  });
}

Result<std::vector<CollectorReportRow>> ReportBook::collectors(const ReportWanted& wanted) {
  return parts_->collectors_of(wanted, parts_->cash, parts_->held_before);
}

Result<std::vector<CollectorReportRow>> ReportBook::collectors_differing(const ReportWanted& wanted) {
  const auto told = collectors(wanted);
  auto rows = differing(told, parts_->collectors_of(wanted, parts_->cash_in_books, parts_->held_before_in_books));
  if (!rows || !rows->empty()) return rows;
  // These two went back from what the ledger has now: the sums since the beginning must come to the same.
  return differing(parts_->collectors_of(wanted, parts_->cash, parts_->held_before_by_sums), told);
}

}  // namespace shubbak::store
