// An order by bank card as its gateway is asked for it, and what the gateway's answer says of it. Thread: any.
#pragma once

#include <string>

#include "companies/card_gateway.hpp"
#include "payments/bank_card.hpp"
#include "store/bank_card.hpp"

namespace shubbak::services {

companies::CardOrder card_order_of(const store::StoredOrder& order);
payments::AtGateway known_by(const Result<companies::GatewayNotice>& notice);
// Of one that the gateway will not charge, for CloseOrder.
std::string closing_evidence(const std::string& gateway, companies::GatewayNotice::State state);

}  // namespace shubbak::services
