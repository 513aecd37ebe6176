#include "daemon/bank_card_metrics.hpp"

#include <map>
#include <string>
#include <utility>

#include "daemon/log.hpp"

namespace shubbak::daemon {
namespace {

prometheus::ClientMetric gauge(std::vector<prometheus::ClientMetric::Label> labels, std::int64_t value) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = static_cast<double>(value);
  return metric;
}

void tell_unreadable(const Error& error) {
  log::error("bank_cards_unreadable", {{"reason", error.message}});
}

prometheus::MetricFamily open_orders(store::BankCardReads& reads, const BankCards::Gateways& gateways) {
  prometheus::MetricFamily family{"shubbak_bank_card_orders_open",
                                  "Orders by bank card that are neither charged nor over",
                                  prometheus::MetricType::Gauge,
                                  {}};
  const auto open = reads.gateways_with_open_orders();
  if (!open) {
    tell_unreadable(open.error());
    return family;
  }
  std::map<std::string, std::int64_t> orders;
  for (const auto& gateway : gateways) orders.emplace(gateway->config().name, 0);
  for (const auto& one : *open) orders[one.gateway] = one.orders;
  for (const auto& [name, count] : orders) family.metric.push_back(gauge({{"gateway", name}}, count));
  return family;
}

}  // namespace

std::vector<prometheus::MetricFamily> bank_card_families(store::BankCardReads& reads,
                                                         const BankCards::Gateways& gateways) {
  std::vector<prometheus::MetricFamily> families{open_orders(reads, gateways)};
  prometheus::MetricFamily charges{"shubbak_bank_card_disputes_open",
                                   "Charges of bank cards in dispute, not yet placed",
                                   prometheus::MetricType::Gauge,
                                   {}};
  prometheus::MetricFamily money{"shubbak_bank_card_disputed_minor_units",
                                 "Money in dispute, not yet placed",
                                 prometheus::MetricType::Gauge,
                                 {}};
  const auto disputes = reads.gateways_with_disputes();
  if (!disputes) {
    tell_unreadable(disputes.error());
    return families;
  }
  using Counted = std::pair<std::int64_t, std::int64_t>;
  std::map<std::pair<std::string, std::string>, Counted> in_dispute;
  for (const auto& gateway : gateways)
    in_dispute.try_emplace({gateway->config().name, std::string(to_string(gateway->config().currency))});
  for (const auto& one : *disputes)
    in_dispute[{one.gateway, std::string(to_string(one.currency))}] = {one.charges, one.minor};
  for (const auto& [where, counted] : in_dispute) {
    const std::vector<prometheus::ClientMetric::Label> labels{{"gateway", where.first}, {"currency", where.second}};
    charges.metric.push_back(gauge(labels, counted.first));
    money.metric.push_back(gauge(labels, counted.second));
  }
  families.push_back(std::move(charges));
  families.push_back(std::move(money));
  return families;
}

}  // namespace shubbak::daemon
