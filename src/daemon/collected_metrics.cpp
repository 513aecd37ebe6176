#include "daemon/collected_metrics.hpp"

#include <cstdint>
#include <utility>

#include "daemon/log.hpp"

namespace shubbak::daemon {
namespace {

void add(prometheus::MetricFamily& family, const store::PaymentReportRow& row, const char* outcome,
         std::int64_t value) {
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  metric.label = {
      {"company", row.key.company}, {"currency", std::string(to_string(row.currency))}, {"channel", row.key.channel}};
  if (!row.key.directorate.empty()) metric.label.push_back({"directorate", row.key.directorate});
  metric.label.push_back({"outcome", outcome});
  metric.gauge.value = static_cast<double>(value);
}

}  // namespace

std::vector<prometheus::MetricFamily> collected_families(const std::vector<store::PaymentReportRow>& rows) {
  prometheus::MetricFamily payments{
      "shubbak_today_payments",
      "Payments that were settled, released or refunded on the deployment's day so far, a minute old at most",
      prometheus::MetricType::Gauge,
      {}};
  prometheus::MetricFamily money{
      "shubbak_today_minor_units", "Their money in minor units, without fees", prometheus::MetricType::Gauge, {}};
  for (const store::PaymentReportRow& row : rows) {
    for (const auto& [outcome, sum] : {std::pair{"settled", row.settled}, std::pair{"released", row.released},
                                       std::pair{"refunded", row.refunded}}) {
      add(payments, row, outcome, sum.payments);
      add(money, row, outcome, sum.minor);
    }
  }
  return {std::move(payments), std::move(money)};
}

const std::vector<prometheus::MetricFamily>& CollectedToday::families(WallTime now) {
  if (read_at_ && now >= *read_at_ && now < *read_at_ + kept_for) return kept_;
  read_at_ = now;
  kept_.clear();
  const auto rows = read(now);
  if (rows) {
    kept_ = collected_families(*rows);
  } else {
    log::error("payment_sums_unreadable", {{"reason", rows.error().message}});
  }
  return kept_;
}

// On a connection of its own, which is open no longer than this.
Result<std::vector<store::PaymentReportRow>> CollectedToday::read(WallTime now) const {
  const auto book = store::ReportBook::open(database_);
  if (!book) return book.error();
  const WallTime midnight = std::chrono::floor<std::chrono::days>(now + utc_offset_) - utc_offset_;
  store::ReportWanted wanted{
      .by = {}, .from = midnight, .before = midnight + std::chrono::days(1), .utc_offset = utc_offset_};
  for (const auto group :
       {store::ReportGroup::company, store::ReportGroup::channel, store::ReportGroup::directorate}) {
    wanted.by.add(group);
  }
  return (*book)->payments(wanted);
}

}  // namespace shubbak::daemon
