// Rows of reconciliation as the writer and the look-ups have them. Private to store/sqlite. They throw
// SQLite::Exception of a damaged row.
#pragma once

#include "store/seal.hpp"
#include "store/sqlite/connection.hpp"
#include "store/store.hpp"

namespace shubbak::store {

// A payment is not on its way longer: it is found by not_after, which is behind the moment that it was begun.
constexpr std::int64_t on_the_way_ms_max = 3'600'000;

Currency currency_in(const Use& row, int column);
Money money_in(const Use& row, int column);  // the amount, and behind it the currency
std::int64_t number_of(std::chrono::sys_days day);
std::chrono::sys_days day_in(const Use& row, int column);
StoredImport import_in(const Use& row);  // of "published_import"
std::optional<CaseSide> case_side_in(const Use& row, int column);
// Of "reconciliation_case"; the note is opened with `sealer`.
StoredCase case_in(const Use& row, Sealer& sealer);
FileContent content_in(const Use& row, int column);

}  // namespace shubbak::store
