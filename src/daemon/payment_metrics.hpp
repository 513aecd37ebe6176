// What the store has of payments at this moment, under the names that Prometheus scrapes.
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "companies/directory.hpp"
#include "store/store.hpp"

namespace shubbak::daemon {

// A gauge by company: payments that are not over though it takes them no more since an hour. Each company of
// `companies` has its row, and each other one of which the store has some. What cannot be read is left out. Thread:
// the event loop's.
std::vector<prometheus::MetricFamily> payment_families(store::PaymentReads& reads,
                                                       const companies::Directory& companies, WallTime now);

}  // namespace shubbak::daemon
