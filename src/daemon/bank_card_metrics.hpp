// What the store has of bank cards at this moment, under the names that Prometheus scrapes.
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "daemon/bank_cards.hpp"

namespace shubbak::daemon {

// Gauges by gateway: orders that are not over, charges in dispute, and the money of these, by currency. Each gateway
// of `gateways` has its rows, and each other one of which the store has some. What cannot be read is left out.
// Thread: the event loop's.
std::vector<prometheus::MetricFamily> bank_card_families(store::BankCardReads& reads,
                                                         const BankCards::Gateways& gateways);

}  // namespace shubbak::daemon
