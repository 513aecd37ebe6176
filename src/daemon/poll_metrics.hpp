// How many answers polls get, under the names that Prometheus scrapes: never which, for somebody who looks often
// would see each one.
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "store/poll.hpp"

namespace shubbak::daemon {

// A counter by poll, of all its rounds. What cannot be read is left out. Thread: the event loop's.
std::vector<prometheus::MetricFamily> poll_families(store::PollReads& reads);

}  // namespace shubbak::daemon
