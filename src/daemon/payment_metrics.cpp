#include "daemon/payment_metrics.hpp"

#include <map>
#include <string>

#include "daemon/log.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::chrono::hours overdue_after{1};

}  // namespace

std::vector<prometheus::MetricFamily> payment_families(store::PaymentReads& reads,
                                                       const companies::Directory& companies, WallTime now) {
  const auto overdue = reads.companies_with_payments_refused_before(now - overdue_after);
  if (!overdue) {
    log::error("payments_unreadable", {{"reason", overdue.error().message}});
    return {};
  }
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
  return {family};
}

}  // namespace shubbak::daemon
