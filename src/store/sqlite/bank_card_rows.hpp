// Rows of orders by bank card and of charges, as the statements of statements.sql name their columns. Private to
// store/sqlite. Throws SQLite::Exception for a row that cannot be one of ours. Thread: that of the connection.
#pragma once

#include "store/bank_card.hpp"
#include "store/sqlite/connection.hpp"

namespace shubbak::store {

StoredOrder order_in(const Use& row);
StoredCharge charge_in(const Use& row);
StoredPlacement placement_in(const Use& row);

}  // namespace shubbak::store
