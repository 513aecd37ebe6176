#include "daemon/poll_metrics.hpp"

#include "daemon/log.hpp"

namespace shubbak::daemon {

std::vector<prometheus::MetricFamily> poll_families(store::PollReads& reads) {
  const auto counts = reads.count_poll_answers();
  if (!counts) {
    log::error("polls_unreadable", {{"reason", counts.error().message}});
    return {};
  }
  prometheus::MetricFamily family{
      "shubbak_poll_answers_total", "Answers that were counted, by poll", prometheus::MetricType::Counter, {}};
  for (const auto& [poll, count] : *counts) {
    prometheus::ClientMetric metric;
    metric.label = {{"poll", poll}};
    metric.counter.value = static_cast<double>(count);
    family.metric.push_back(std::move(metric));
  }
  return {std::move(family)};
}

}  // namespace shubbak::daemon
