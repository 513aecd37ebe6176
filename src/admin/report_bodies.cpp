#include "admin/report_bodies.hpp"

#include <algorithm>

namespace shubbak::admin {
namespace {

std::string day_text(std::chrono::sys_days day) {
  return time_text(std::chrono::time_point_cast<WallTime::duration>(day)).substr(0, day_rule.letters_max);
}

ReportKeyShown shown_key(const store::ReportKey& key, const std::vector<std::string>& groups) {
  const auto if_by = [&](store::ReportGroup group, const std::string& name) {
    const std::string_view word = store::report_group_names[static_cast<std::size_t>(group)];
    return std::ranges::find(groups, word) == groups.end() ? std::nullopt : std::optional(name);
  };
  ReportKeyShown made{.day = {},
                      .company = if_by(store::ReportGroup::company, key.company),
                      .directorate = if_by(store::ReportGroup::directorate, key.directorate),
                      .office = if_by(store::ReportGroup::office, key.office),
                      .channel = if_by(store::ReportGroup::channel, key.channel),
                      .kind = if_by(store::ReportGroup::kind, key.kind),
                      .stage = if_by(store::ReportGroup::stage, key.stage),
                      .age = if_by(store::ReportGroup::age, key.age),
                      .worker = if_by(store::ReportGroup::worker, key.worker),
                      .account = if_by(store::ReportGroup::account, key.account),
                      .drawer = if_by(store::ReportGroup::drawer, key.drawer),
                      .purpose = if_by(store::ReportGroup::purpose, key.purpose)};
  if (key.day) made.day = day_text(*key.day);
  return made;
}

}  // namespace

OpenCasesAsked asked_of(ReportOfBody body) {
  return {std::move(body.by),
          {std::move(body.company).value_or(""), std::move(body.directorate).value_or(""),
           std::move(body.office).value_or("")}};
}

ReportAsked asked_of(ReportAskedBody body) {
  OpenCasesAsked of = asked_of(std::move(body.of));
  return {std::move(of.by), {std::move(body.days.from), std::move(body.days.to)}, std::move(of.of)};
}

PaymentReport shown(const std::vector<store::PaymentReportRow>& rows, const std::vector<std::string>& groups) {
  PaymentReport made;
  for (const store::PaymentReportRow& row : rows) {
    const std::int64_t ended = std::max<std::int64_t>(row.settled.payments + row.released.payments, 1);
    made.rows.push_back({.key = shown_key(row.key, groups),
                         .currency = std::string(to_string(row.currency)),
                         .settled = row.settled.payments,
                         .settled_minor = row.settled.minor,
                         .fees_minor = row.fees_minor,
                         .released = row.released.payments,
                         .released_minor = row.released.minor,
                         .refunded = row.refunded.payments,
                         .refunded_minor = row.refunded.minor,
                         .fees_refunded_minor = row.fees_refunded_minor,
                         .waited_ms = row.waited_ms / ended});
  }
  return made;
}

ReadingReport shown(const std::vector<store::ReadingReportRow>& rows, const std::vector<std::string>& groups) {
  ReadingReport made;
  for (const store::ReadingReportRow& row : rows)
    made.rows.push_back({shown_key(row.key, groups), row.taken, row.delivered, row.refused});
  return made;
}

UseReport shown(const std::vector<store::UseReportRow>& rows, const std::vector<std::string>& groups) {
  UseReport made;
  for (const store::UseReportRow& row : rows)
    made.rows.push_back({shown_key(row.key, groups), row.operator_name, row.sessions, row.messages});
  return made;
}

OpenCaseReport shown(const std::vector<store::OpenCaseReportRow>& rows, const std::vector<std::string>& groups) {
  OpenCaseReport made;
  for (const store::OpenCaseReportRow& row : rows)
    made.rows.push_back({shown_key(row.key, groups), row.open, row.late});
  return made;
}

CaseReport shown(const std::vector<store::CaseReportRow>& rows, const std::vector<std::string>& groups) {
  CaseReport made;
  for (const store::CaseReportRow& row : rows) {
    made.rows.push_back({.key = shown_key(row.key, groups),
                         .opened = row.outcomes.opened,
                         .resolved = row.outcomes.resolved,
                         .late = row.outcomes.late,
                         .reopened = row.outcomes.reopened,
                         .rated = row.outcomes.ratings(),
                         .mean_stars_hundredths = row.outcomes.mean_stars_hundredths(),
                         .with_stars = row.outcomes.rated});
  }
  return made;
}

StageReport shown(const std::vector<store::StageReportRow>& rows, const std::vector<std::string>& groups) {
  constexpr std::int64_t ms_in_second = 1'000;
  StageReport made;
  for (const store::StageReportRow& row : rows) {
    made.rows.push_back({.key = shown_key(row.key, groups),
                         .ended = row.ended,
                         .late = row.late,
                         .mean_s = row.stayed.mean_ms / ms_in_second,
                         .median_s = row.stayed.median_ms / ms_in_second,
                         .ninety_fifth_s = row.stayed.ninety_fifth_ms / ms_in_second});
  }
  return made;
}

CollectorReport shown(const std::vector<store::CollectorReportRow>& rows, const std::vector<std::string>& groups) {
  CollectorReport made;
  for (const store::CollectorReportRow& row : rows) {
    CollectedShown& one = made.rows.emplace_back();
    one.key = shown_key(row.key, groups);
    one.currency = to_string(row.currency);
    one.opening_minor = row.opening;
    one.sums = shown(row.sums);
    if (row.opening) one.balance_minor = *row.opening + row.sums.net();
  }
  return made;
}

}  // namespace shubbak::admin
