// What may happen to a batch of vouchers and to the vouchers in it (PRODUCT.md, Money; invariant 3): plain decisions
// over the records as they are; the caller reads them and writes back what is decided, in one transaction.
//
//   issuing ─▶ issued ─▶ activated ─▶ expired        of the batch; voided from each but expired
//
// The vouchers are written page by page while the batch is issuing; issued says that all are there and that the print
// file is written. Nothing of a batch can be redeemed before a second person has activated it (maker ≠ checker), and
// nothing from its end on. A block keeps the whole batch, or some vouchers, from being redeemed until it is lifted;
// voiding is for good. Whatever happens, unused + redeemed + voided + expired = issued. Pure. Thread: any.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "vouchers/number.hpp"

namespace shubbak::vouchers {

enum class BatchState : std::uint8_t { issuing, issued, activated, expired, voided };
constexpr std::array<std::string_view, 5> batch_state_names{"issuing", "issued", "activated", "expired", "voided"};
// By a database that somebody changed a value may be none.
template <std::size_t Count>
constexpr std::string_view state_name(const std::array<std::string_view, Count>& names, std::size_t value) {
  return value < Count ? names[value] : "unknown";
}
constexpr std::string_view to_string(BatchState state) {
  return state_name(batch_state_names, static_cast<std::size_t>(state));
}

using FileHash = std::array<std::uint8_t, 32>;  // SHA-256

struct Batch {
  std::int64_t number = 0;  // 1 to Serial::batch_max
  Money face;               // of each voucher, above 0
  std::int64_t count = 0;   // 1 to Serial::voucher_max
  std::int64_t added = 0;   // how many of them are written
  WallTime expires;         // from then on none is redeemed
  BatchState state = BatchState::issuing;
  bool blocked = false;   // the whole batch
  std::string maker;      // the staff account that issued it
  WallTime issued;        // when it was begun
  std::string checker{};  // the one that activated it; "": nobody yet
  std::optional<WallTime> activated{};
  std::optional<FileHash> print_file{};  // as it was written
};

struct NewBatch {
  Money face;
  std::int64_t count = 0;
  WallTime expires;
  Actor by;
  WallTime at;
};
// The end of a batch may lie so far ahead.
constexpr std::chrono::days batch_lives_max{3'660};
// A batch is closed so long after its end, from which on nothing of it is redeemed in any case: closing is for good,
// and a clock that was once read too far ahead, by no more than this, must not do it.
constexpr std::chrono::days closing_grace{30};

// In all of these: denied (who may not), invalid (a value that is none), conflict (not as the batch is). `by` is an
// account of staff: a Unix user may be several persons.
Result<Batch> open_batch(std::int64_t number, const NewBatch& wanted);
// `first`: the voucher that the page begins with; the next one that is missing.
Result<Batch> add_page(const Batch& batch, std::int64_t first, std::int64_t count, const Actor& by);
Result<Batch> close_batch(const Batch& batch, const FileHash& print_file, const Actor& by);
// denied: by its maker.
Result<Batch> activate(const Batch& batch, const Actor& by, WallTime at);
Result<Batch> set_blocked(const Batch& batch, bool blocked, const Actor& by);
Result<Batch> void_batch(const Batch& batch, const Actor& by);
Result<Batch> expire(const Batch& batch, WallTime now);  // conflict: its grace is not over

// Some of a batch, both included.
struct Range {
  std::int64_t first = 0;
  std::int64_t last = 0;
};
enum class VoucherState : std::uint8_t { unused, redeemed, blocked, voided };  // as it is kept
enum class RangeAct : std::uint8_t { block, unblock, void_them };
// Which of them it is done to, and what they are after it; the others stay as they are.
struct Passage {
  VoucherState from;
  VoucherState also_from;
  VoucherState to;
};
constexpr Passage passage_of(RangeAct act) {
  switch (act) {
    case RangeAct::block:
      return {VoucherState::unused, VoucherState::unused, VoucherState::blocked};
    case RangeAct::unblock:
      return {VoucherState::blocked, VoucherState::blocked, VoucherState::unused};
    case RangeAct::void_them:
      break;
  }
  return {VoucherState::unused, VoucherState::blocked, VoucherState::voided};
}
// Some are voided of an activated batch only: what is not sold yet is voided as a whole.
Status check_range(const Batch& batch, const Range& range, RangeAct act, const Actor& by);

// What a voucher is by all that is known of it and of its batch.
enum class Standing : std::uint8_t { inactive, active, blocked, redeemed, voided, expired };
constexpr std::array<std::string_view, 6> standing_names{"not activated", "unused", "blocked",
                                                         "redeemed",      "void",   "expired"};
constexpr std::string_view to_string(Standing standing) {
  return state_name(standing_names, static_cast<std::size_t>(standing));
}
Standing standing(const Batch& batch, VoucherState voucher, WallTime now);

// How many vouchers of a batch are kept in which state.
struct Kept {
  std::int64_t unused = 0;
  std::int64_t redeemed = 0;
  std::int64_t blocked = 0;
  std::int64_t voided = 0;
};
struct Stock {
  std::int64_t unused = 0;  // those that are not activated or blocked are among them
  std::int64_t blocked = 0;
  std::int64_t redeemed = 0;
  std::int64_t voided = 0;
  std::int64_t expired = 0;
};
Stock stock_of(const Batch& batch, const Kept& kept, WallTime now);

// What the ledger's account of the batch (card_liability) has, in minor units, and what redemptions it knows.
struct Liability {
  std::int64_t credited = 0;
  std::int64_t debited = 0;
  std::int64_t redeemed_transfers = 0;  // posted ones of the face value that a redeemed voucher names, each once
};
std::string liability_owner(std::int64_t batch);  // "batch.12"

// For people: what is wrong with the batch; nothing: the equation holds and the ledger says the same.
std::vector<std::string> faults_of(const Batch& batch, const Kept& kept, const Liability& liability);

}  // namespace shubbak::vouchers
