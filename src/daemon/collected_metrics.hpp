// What was collected today, under the names that Prometheus scrapes: the figures of `shubbak report payments`, out of
// the same sums.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <prometheus/metric_family.h>

#include "domain/clock.hpp"
#include "store/report_book.hpp"

namespace shubbak::daemon {

// Gauges by company, currency, channel and outcome, and by directorate where it was in cash: payments, and their
// minor units without fees.
std::vector<prometheus::MetricFamily> collected_families(const std::vector<store::PaymentReportRow>& rows);

// Thread: one.
class CollectedToday {
 public:
  // Adding up a day's quarters is some milliseconds of the loop: not for each of many that scrape.
  static constexpr std::chrono::minutes kept_for{1};

  CollectedToday(std::string database, std::chrono::minutes utc_offset)
      : database_(std::move(database)), utc_offset_(utc_offset) {}

  // Of the deployment's day, as they were a minute ago at most. What cannot be read is told in the log, and left out.
  const std::vector<prometheus::MetricFamily>& families(WallTime now);

 private:
  [[nodiscard]] Result<std::vector<store::PaymentReportRow>> read(WallTime now) const;

  std::string database_;
  std::chrono::minutes utc_offset_;
  std::optional<WallTime> read_at_;
  std::vector<prometheus::MetricFamily> kept_;
};

}  // namespace shubbak::daemon
