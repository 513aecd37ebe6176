// The statistics of flows under the names that Prometheus scrapes; counters begin at 0 with each run of the daemon.
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "daemon/flow_statistics.hpp"

namespace shubbak::daemon {

// Labels: flow, state, channel ("ussd", "sms"), and the detail as `to`, `by` or `operator`. At most
// FlowStatistics::series_max metrics.
std::vector<prometheus::MetricFamily> metric_families(const FlowStatistics& statistics);

}  // namespace shubbak::daemon
