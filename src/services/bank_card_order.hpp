// An order by bank card as its gateway is asked for it. Thread: any.
#pragma once

#include "companies/card_gateway.hpp"
#include "store/bank_card.hpp"

namespace shubbak::services {

companies::CardOrder card_order_of(const store::StoredOrder& order);

}  // namespace shubbak::services
