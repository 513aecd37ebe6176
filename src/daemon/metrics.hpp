// What is counted, under the names that Prometheus scrapes. The hot ones are kept as references so that counting is
// one atomic add. Thread: counting any; text() the event loop's.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include "otp/otp.hpp"
#include "vouchers/fill.hpp"

namespace shubbak::daemon {

// The counters of one operator.
struct OperatorMetrics {
  prometheus::Counter& dialogues_begun;
  prometheus::Counter& dialogues_resumed;
  prometheus::Counter& dialogues_expired;
  prometheus::Counter& dialogues_refused;  // the table was full
  prometheus::Counter& ussd_steps;
  prometheus::Counter& ussd_bad_input;
  prometheus::Counter& ussd_duplicates;
  prometheus::Counter& ussd_lost;  // screens
  prometheus::Counter& sms_in;
  prometheus::Counter& sms_out;
  prometheus::Counter& sms_bad_input;
  prometheus::Counter& sms_duplicates;
  prometheus::Counter& sms_unknown;
  prometheus::Counter& sms_failed;
  prometheus::Counter& receipts;
};

class Metrics {
 public:
  Metrics();
  OperatorMetrics for_operator(const std::string& name);
  void count_service(std::string_view service, std::string_view outcome, double seconds);
  void count_code(otp::SendVerdict verdict);
  void count_try(otp::TryVerdict verdict);
  void count_fill(vouchers::FillVerdict verdict);
  void count_switched_off(std::string_view service, std::string_view company);  // "": of none in particular
  void count_store_failure() { store_failures_->Increment(); }

  // Gauges and foreign counters, read when somebody scrapes: `read` is called on the thread of text().
  void add_gauge(const std::string& name, const std::string& help, const std::map<std::string, std::string>& labels,
                 std::function<double()> read);
  // What others count themselves, likewise.
  void add_families(std::function<std::vector<prometheus::MetricFamily>()> collect);
  std::string text();  // Prometheus text format 0.0.4

 private:
  struct Read {
    prometheus::Gauge* gauge;
    std::function<double()> read;
  };
  prometheus::Registry registry_;

  prometheus::Family<prometheus::Counter>* service_calls_;
  prometheus::Family<prometheus::Histogram>* service_seconds_;
  std::array<prometheus::Counter*, 7> codes_{};  // by SendVerdict
  std::array<prometheus::Counter*, 4> tries_{};  // by TryVerdict
  std::array<prometheus::Counter*, 5> fills_{};  // by FillVerdict
  prometheus::Family<prometheus::Counter>* switched_off_;
  prometheus::Counter* store_failures_;
  std::map<std::string, prometheus::Counter*, std::less<>> service_outcomes_;  // "service/outcome"
  std::map<std::string, prometheus::Histogram*, std::less<>> service_times_;
  std::vector<Read> gauges_;
  std::vector<std::function<std::vector<prometheus::MetricFamily>()>> collected_;
};

}  // namespace shubbak::daemon
