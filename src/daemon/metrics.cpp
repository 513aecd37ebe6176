#include "daemon/metrics.hpp"

#include <algorithm>
#include <iterator>

#include <prometheus/text_serializer.h>

namespace shubbak::daemon {
namespace {

constexpr const char* const service_time_help = "Seconds until a service had an outcome";

}  // namespace

Metrics::Metrics()
    : service_calls_(&prometheus::BuildCounter()
                          .Name("shubbak_service_calls_total")
                          .Help("Service calls of flows, by outcome")
                          .Register(registry_)),
      service_seconds_(
          &prometheus::BuildHistogram().Name("shubbak_service_seconds").Help(service_time_help).Register(registry_)),
      switched_off_(&prometheus::BuildCounter()
                         .Name("shubbak_switched_off_total")
                         .Help("What was asked for and is not switched on, by service and company")
                         .Register(registry_)),
      store_failures_(&prometheus::BuildCounter()
                           .Name("shubbak_store_failures_total")
                           .Help("Changes that could not be committed")
                           .Register(registry_)
                           .Add({})) {
  auto& codes = prometheus::BuildCounter()
                    .Name("shubbak_codes_total")
                    .Help("One-time codes that were asked for, by what came of it; the limits are for alarms")
                    .Register(registry_);
  constexpr std::array<const char*, 7> send_names{"sent",         "locked",           "too_soon", "number_limit",
                                                  "prefix_limit", "deployment_limit", "stands"};
  for (std::size_t i = 0; i < send_names.size(); ++i) codes_[i] = &codes.Add({{"outcome", send_names[i]}});
  auto& tries = prometheus::BuildCounter()
                    .Name("shubbak_code_tries_total")
                    .Help("One-time codes and service PINs that were typed, by what came of it")
                    .Register(registry_);
  constexpr std::array<const char*, 4> try_names{"right", "wrong", "over", "locked"};
  for (std::size_t i = 0; i < try_names.size(); ++i) tries_[i] = &tries.Add({{"outcome", try_names[i]}});
  auto& fills = prometheus::BuildCounter()
                    .Name("shubbak_fills_total")
                    .Help("Codes of water for tankers that stations typed, by what came of it")
                    .Register(registry_);
  constexpr std::array<const char*, 5> fill_names{"redeemed", "refused", "locked", "too_much", "only_whole"};
  for (std::size_t i = 0; i < fill_names.size(); ++i) fills_[i] = &fills.Add({{"outcome", fill_names[i]}});
}

void Metrics::count_code(otp::SendVerdict verdict) {
  codes_[static_cast<std::size_t>(verdict)]->Increment();
}

void Metrics::count_try(otp::TryVerdict verdict) {
  tries_[static_cast<std::size_t>(verdict)]->Increment();
}

void Metrics::count_fill(vouchers::FillVerdict verdict) {
  fills_[static_cast<std::size_t>(verdict)]->Increment();
}

void Metrics::count_switched_off(std::string_view service, std::string_view company) {
  switched_off_->Add({{"service", std::string(service)}, {"company", std::string(company)}}).Increment();
}

OperatorMetrics Metrics::for_operator(const std::string& name) {
  const auto counter = [&](const std::string& metric, const std::string& help) -> prometheus::Counter& {
    auto& family = prometheus::BuildCounter().Name(metric).Help(help).Register(registry_);
    return family.Add({{"operator", name}});
  };
  return OperatorMetrics{
      counter("shubbak_dialogues_begun_total", "USSD dialogues that phones began"),
      counter("shubbak_dialogues_resumed_total", "USSD dialogues taken up again after a drop"),
      counter("shubbak_dialogues_expired_total", "USSD dialogues that fell silent"),
      counter("shubbak_dialogues_refused_total", "USSD dialogues refused because the table was full"),
      counter("shubbak_ussd_steps_total", "USSD inputs served"),
      counter("shubbak_ussd_bad_input_total", "USSD messages that could not be read"),
      counter("shubbak_ussd_duplicates_total", "USSD inputs that the gateway delivered again"),
      counter("shubbak_ussd_lost_total", "Screens that could not be sent: the link was down or its queue full"),
      counter("shubbak_sms_in_total", "Short messages received"),
      counter("shubbak_sms_out_total", "Short messages sent"),
      counter("shubbak_sms_bad_input_total", "Short messages that could not be read, or are no phone's"),
      counter("shubbak_sms_duplicates_total", "Short messages that the SMSC delivered again"),
      counter("shubbak_sms_unknown_total", "Short messages that are no command"),
      counter("shubbak_sms_failed_total", "Short messages that the SMSC did not take"),
      counter("shubbak_receipts_total", "Delivery receipts"),
  };
}

void Metrics::count_service(std::string_view service, std::string_view outcome, double seconds) {
  std::string key(service);
  key.append("/").append(outcome);
  auto counted = service_outcomes_.find(key);
  if (counted == service_outcomes_.end()) {
    auto& made = service_calls_->Add({{"service", std::string(service)}, {"outcome", std::string(outcome)}});
    counted = service_outcomes_.emplace(key, &made).first;
  }
  counted->second->Increment();
  auto timed = service_times_.find(service);
  if (timed == service_times_.end()) {
    const prometheus::Histogram::BucketBoundaries bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                         0.25,  0.5,    1,     2.5,  5,     10};
    auto& made = service_seconds_->Add({{"service", std::string(service)}}, bounds);
    timed = service_times_.emplace(std::string(service), &made).first;
  }
  timed->second->Observe(seconds);
}

void Metrics::add_gauge(const std::string& name, const std::string& help,
                        const std::map<std::string, std::string>& labels, std::function<double()> read) {
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry_);
  gauges_.push_back({&family.Add(labels), std::move(read)});
}

void Metrics::add_families(std::function<std::vector<prometheus::MetricFamily>()> collect) {
  collected_.push_back(std::move(collect));
}

std::string Metrics::text() {
  for (const Read& read : gauges_) read.gauge->Set(read.read());
  auto families = registry_.Collect();
  for (const auto& collect : collected_) std::ranges::move(collect(), std::back_inserter(families));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace shubbak::daemon
