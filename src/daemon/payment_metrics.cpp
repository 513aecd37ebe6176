#include "daemon/payment_metrics.hpp"

#include <map>
#include <string>
#include <utility>

#include "daemon/log.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::chrono::hours overdue_after{1};

void add_overdue(std::vector<prometheus::MetricFamily>& families, store::PaymentReads& reads,
                 const companies::Directory& companies, WallTime now) {
  const auto overdue = reads.companies_with_payments_refused_before(now - overdue_after);
  if (!overdue) return log::error("payments_unreadable", {{"reason", overdue.error().message}});
  std::map<std::string, std::int64_t> payments;
  for (const auto& company : companies.companies()) payments.emplace(company->config().name, 0);
  for (const auto& one : *overdue) payments[one.company] = one.payments;
  prometheus::MetricFamily family{
      "shubbak_payments_overdue",
      "Payments that are not over though their company takes them no more since an hour: shubbak payments open",
      prometheus::MetricType::Gauge,
      {}};
  for (const auto& [name, count] : payments) {
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    metric.label = {{"company", name}};
    metric.gauge.value = static_cast<double>(count);
  }
  families.push_back(std::move(family));
}

void add_refusals(std::vector<prometheus::MetricFamily>& families, store::PaymentReads& reads) {
  const auto counted = reads.limit_refusals();
  if (!counted) return log::error("limit_refusals_unreadable", {{"reason", counted.error().message}});
  prometheus::MetricFamily refusals{"shubbak_payments_over_limit_total",
                                    "Payments that a limit did not allow, by whom it counts",
                                    prometheus::MetricType::Counter,
                                    {}};
  for (std::size_t i = 0; i < counted->size(); ++i) {
    prometheus::ClientMetric& metric = refusals.metric.emplace_back();
    metric.label = {{"per", std::string(payments::scope_names[i])}};
    metric.counter.value = static_cast<double>((*counted)[i]);
  }
  families.push_back(std::move(refusals));
}

}  // namespace

std::vector<prometheus::MetricFamily> payment_families(store::PaymentReads& reads,
                                                       const companies::Directory& companies, WallTime now) {
  std::vector<prometheus::MetricFamily> families;
  add_overdue(families, reads, companies, now);
  add_refusals(families, reads);
  return families;
}

}  // namespace shubbak::daemon
