#include "daemon/statistics_metrics.hpp"

#include <array>

namespace shubbak::daemon {
namespace {

struct Family {
  const char* name;
  const char* help;
  const char* detail = nullptr;  // the label that the detail is
};

constexpr std::size_t seconds_family = 4;  // of stayed and stayed_ms
constexpr std::array<Family, 8> families{{
    {"shubbak_state_entered_total", "Walks that came to a state of a flow"},
    {"shubbak_state_taken_up_total", "Walks that went on at a state after they had been given up there"},
    {"shubbak_state_left_total", "Walks that left a state, by where they went on to or how they ended", "to"},
    {"shubbak_state_abandoned_total", "Walks given up at a state, by user, timeout, network or us", "by"},
    {"shubbak_state_seconds", "How long those stayed at a state who went on from it"},
    {"shubbak_flow_sessions_total", "Dialogues, and walks by SMS, by the state where they ended", "operator"},
    {"shubbak_flow_segments_total", "Short messages sent for the texts of a state, each part", "operator"},
    {"shubbak_company_sessions_total",
     "Dialogues, and walks by SMS, that asked a service of a company, by the state that did", "operator"},
}};

std::size_t family_of(store::Measure measure) {
  switch (measure) {
    case store::Measure::entered:
      return 0;
    case store::Measure::taken_up:
      return 1;
    case store::Measure::left:
      return 2;
    case store::Measure::abandoned:
      return 3;
    case store::Measure::stayed:
    case store::Measure::stayed_ms:
      return seconds_family;
    case store::Measure::sessions:
      return 5;
    case store::Measure::message_parts:
      return 6;
    case store::Measure::company_sessions:
      return 7;
  }
  return 0;
}

prometheus::ClientMetric metric_of(const Family& family, const store::StatisticKey& key) {
  prometheus::ClientMetric metric;
  metric.label.push_back({"flow", key.flow});
  metric.label.push_back({"state", key.state});
  metric.label.push_back({"channel", key.channel == store::WalkChannel::ussd ? "ussd" : "sms"});
  if (key.measure == store::Measure::company_sessions) {
    const std::size_t blank = key.detail.find(' ');
    metric.label.push_back({family.detail, key.detail.substr(0, blank)});
    metric.label.push_back({"company", key.detail.substr(blank + 1)});
    return metric;
  }
  if (family.detail != nullptr) metric.label.push_back({family.detail, key.detail});
  return metric;
}

}  // namespace

std::vector<prometheus::MetricFamily> metric_families(const FlowStatistics& statistics) {
  std::vector<prometheus::MetricFamily> told;
  for (std::size_t i = 0; i < families.size(); ++i) {
    const auto type = i == seconds_family ? prometheus::MetricType::Summary : prometheus::MetricType::Counter;
    told.push_back({families[i].name, families[i].help, type, {}});
  }
  statistics.for_each([&told](const store::StatisticKey& key, std::uint64_t count) {
    const std::size_t index = family_of(key.measure);
    std::vector<prometheus::ClientMetric>& metrics = told[index].metric;
    if (key.measure == store::Measure::stayed_ms) {  // comes right behind its `stayed`
      metrics.back().summary.sample_sum = static_cast<double>(count) / 1000;
      return;
    }
    prometheus::ClientMetric& metric = metrics.emplace_back(metric_of(families[index], key));
    if (key.measure == store::Measure::stayed) {
      metric.summary.sample_count = count;
    } else {
      metric.counter.value = static_cast<double>(count);
    }
  });
  return told;
}

}  // namespace shubbak::daemon
