#include "store/sqlite/broadcast_reader.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/segment_terms.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

// Of "broadcast_row", "broadcast_rows" and "open_broadcast_rows".
StoredBroadcast broadcast_in(const Use& row) {
  const auto time_if_any = [&](int column) {
    return row.is_null(column) ? std::nullopt : std::optional(row.time(column));
  };
  constexpr int first = segment_columns;
  return {.number = row.integer(first),
          .kind = code_in<broadcasts::Kind>(row, first + 1),
          .state = code_in<broadcasts::State>(row, first + 2),
          .segment = segment_in(row),
          .default_locale = row.text(first + 3),
          .texts = {},
          .author = row.text(first + 4),
          .proposer = row.text(first + 5),
          .checker = row.text(first + 6),
          .drafted = row.time(first + 7),
          .expires = row.time(first + 8),
          .decided = time_if_any(first + 9),
          .ended = time_if_any(first + 10)};
}

}  // namespace

std::string broadcast_key(std::int64_t number) {
  return "broadcast." + std::to_string(number);
}

BroadcastCounts StoredBroadcast::counts() const {
  BroadcastCounts all;
  for (const BroadcastLane& lane : lanes) {
    all.prepared += lane.counts.prepared;
    all.sent += lane.counts.sent;
    all.delivered += lane.counts.delivered;
    all.failed += lane.counts.failed;
    all.expired += lane.counts.expired;
  }
  return all;
}

BroadcastReader::BroadcastReader(const SQLite::Database& database)
    : row_(prepare(database, statement("broadcast_row"))),
      rows_(prepare(database, statement("broadcast_rows"))),
      open_rows_(prepare(database, statement("open_broadcast_rows"))),
      texts_(prepare(database, statement("broadcast_texts"))),
      lanes_(prepare(database, statement("broadcast_lanes"))),
      waiting_(prepare(database, statement("count_broadcast_waiting"))),
      refuses_(prepare(database, statement("refuses_broadcasts"))),
      stale_receipts_(prepare(database, statement("has_stale_broadcast_receipts"))) {}

Result<std::optional<StoredBroadcast>> BroadcastReader::find_broadcast(std::int64_t number) {
  return guarded("looking a broadcast up", [&]() -> Result<std::optional<StoredBroadcast>> {
    std::optional<StoredBroadcast> found;
    {
      Use use(row_, number);
      if (use.next()) found = broadcast_in(use);
    }
    if (found) add_parts(*found);
    return found;
  });
}

Result<std::vector<StoredBroadcast>> BroadcastReader::broadcasts(bool open_only, std::int64_t after,
                                                                 std::size_t rows_max) {
  return guarded("listing broadcasts", [&]() -> Result<std::vector<StoredBroadcast>> {
    std::vector<StoredBroadcast> found;
    {
      const std::int64_t limit = limit_of(rows_max);
      Use use(open_only ? open_rows_ : rows_, after, limit);
      while (use.next()) found.push_back(broadcast_in(use));
    }
    for (StoredBroadcast& one : found) add_parts(one);
    return found;
  });
}

void BroadcastReader::add_parts(StoredBroadcast& to) {
  {
    Use use(texts_, to.number);
    while (use.next()) to.texts.push_back({use.text(0), use.text(1)});
  }
  {
    Use use(lanes_, to.number);
    while (use.next()) {
      to.lanes.push_back(
          {.operator_name = use.text(0),
           .takes_others = use.integer(1) != 0,
           .is_over = use.integer(2) != 0,
           .counts = {use.integer(4), use.integer(5), use.integer(6), use.integer(7), use.integer(8)}});
    }
  }
  const std::string any_operator;
  Use use(waiting_, to.number, any_operator);
  if (use.next()) to.waiting = use.integer(0);
}

Result<bool> BroadcastReader::refuses_broadcasts(Msisdn msisdn) {
  return guarded("looking for who wants no broadcasts", [&]() -> Result<bool> {
    Use use(refuses_, msisdn);
    return use.next() && use.integer(0) != 0;
  });
}

Result<bool> BroadcastReader::has_stale_receipts(WallTime now) {
  return guarded("looking for receipts that never came", [&]() -> Result<bool> {
    Use use(stale_receipts_, now);
    return use.next() && use.integer(0) != 0;
  });
}

}  // namespace shubbak::store
