// What the store has and has counted of payments, under the names that Prometheus scrapes.
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "companies/directory.hpp"
#include "store/store.hpp"

namespace shubbak::daemon {

// A gauge by company: payments that are not over though it takes them no more since an hour; each company of
// `companies` has its row, and each other one of which the store has some. And how often somebody was over a limit on
// paying, by whom the limit counts: by flows, at counters and by the command line alike. What cannot be read is left
// out. Thread: the event loop's.
std::vector<prometheus::MetricFamily> payment_families(store::PaymentReads& reads,
                                                       const companies::Directory& companies, WallTime now);

}  // namespace shubbak::daemon
