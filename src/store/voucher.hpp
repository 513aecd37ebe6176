// Vouchers in the store: the changes, which take part in the same transactions as all others, and the look-ups. What
// is allowed is decided inside the transaction by the pure rules of src/vouchers and src/ledger on the rows as they
// are then: a voucher that is used from two phones at once credits one of them, also of two processes. A PIN is
// turned into a keyed hash before anything of it is written. Thread: as Store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"
#include "store/ledger.hpp"
#include "vouchers/redeem.hpp"

namespace shubbak::store {

// --- changes
// Errors, of the whole set: those of the decision in vouchers/batch.hpp; not_found: no batch has that number. Each
// but AddVouchers and RedeemVoucher is told to the audit trail.
//
// A batch is issued by OpenBatch, its vouchers in AddVouchers page by page, and CloseBatch once the print file is
// written: whatever ends between leaves a batch that can only be voided.
struct OpenBatch {
  vouchers::NewBatch batch;
};  // its number is told in Committed
struct AddVouchers {
  static constexpr std::size_t at_once_max = 250;  // others wait to write meanwhile
  std::int64_t batch = 0;
  std::int64_t first = 0;  // the voucher that has the first of these PINs
  std::vector<vouchers::Pin> pins;
  Actor by;
};  // conflict, also: another voucher has one of the PINs; draw the page anew
struct CloseBatch {
  std::int64_t batch = 0;
  vouchers::FileHash print_file{};
  Actor by;
  WallTime at;
};
struct ActivateBatch {  // from then on its vouchers are sold: the ledger owes them (card_liability)
  std::int64_t batch = 0;
  Actor by;
  WallTime at;
};
struct BlockBatch {
  std::int64_t batch = 0;
  bool blocked = true;  // false: the block is lifted
  Actor by;
  WallTime at;
};
struct VoidBatch {  // the ledger owes none of it any more
  std::int64_t batch = 0;
  Actor by;
  WallTime at;
};
// Of those in the range which are in another state nothing changes; how many did is told in Committed.
struct ChangeVouchers {
  static constexpr std::int64_t at_once_max = 10'000;
  std::int64_t batch = 0;
  vouchers::Range range;
  vouchers::RangeAct act = vouchers::RangeAct::block;
  Actor by;
  WallTime at;
};
// To be queued now and then for each of voucher_batches_over(), in a set of its own, so that a damaged one holds up
// no other one: the ledger owes none of it any more. conflict: not yet, or no more.
struct ExpireBatch {
  std::int64_t batch = 0;
  WallTime now;
};
struct DropVoucherTries {  // to be queued now and then: counters whose window and lock are over
  WallTime now;
};

// Somebody types a PIN: the voucher's face value moves into the wallet, or nothing does. The verdict is told in
// Committed and is no error of the set. If it is not `redeemed`, the changes behind it in the set are left out and
// the failure is counted; so to pay straight with a voucher, a ReserveMoney from the wallet stands behind it, and the
// rest stays in the wallet.
//
// The same request again under the same key is answered as first, whatever has happened since, and counts nothing;
// what stands behind it is left out, as it was done with the first. Once vouchers::answered_again_for is over it is
// refused, and counts, like any that names a used voucher. Of those that were refused the number's last one
// is known, as long as its counter is kept; one that met a lock is judged anew. Errors: conflict (the key was used
// for another request), limit (the wallet's ceiling); neither counts.
//
// As much is read and written for an unknown PIN as for a used one and one that may not be redeemed.
struct RedeemVoucher {
  std::string key;  // of the transfer: ledger::check_key()
  vouchers::Pin pin;
  Msisdn msisdn;      // whom a failure counts for
  NationalId person;  // likewise
  ledger::AccountId wallet;
  Actor by;
  WallTime at;
};
using VoucherChange = std::variant<OpenBatch, AddVouchers, CloseBatch, ActivateBatch, BlockBatch, VoidBatch,
                                   ChangeVouchers, ExpireBatch, DropVoucherTries, RedeemVoucher>;

struct Redemption {
  vouchers::Verdict verdict = vouchers::Verdict::refused;
  WallTime until{};           // locked: when to try again
  vouchers::Serial serial{};  // redeemed: of which voucher, how much, and the transfer
  Money amount{};
  TransferOutcome transfer{};
};

// --- look-ups
struct BatchReport {  // as of one moment
  vouchers::Batch batch;
  vouchers::Kept kept;
  vouchers::Liability liability;
};
struct StoredVoucher {
  vouchers::Batch batch;
  vouchers::VoucherState state = vouchers::VoucherState::unused;
  std::string redeemed_by{};  // the key of the transfer; "": none has
  WallTime redeemed{};
};

class VoucherReads {
 public:
  virtual ~VoucherReads() = default;
  // Behind that number, in the order of numbers.
  virtual Result<std::vector<vouchers::Batch>> voucher_batches(std::int64_t after, std::size_t rows_max) = 0;
  // Numbers of those which ExpireBatch closes; likewise behind that number, in order.
  virtual Result<std::vector<std::int64_t>> voucher_batches_over(WallTime now, std::int64_t after,
                                                                 std::size_t rows_max) = 0;
  // Goes through all vouchers of the batch: not for the daemon's loop.
  virtual Result<std::optional<BatchReport>> voucher_report(std::int64_t batch) = 0;
  virtual Result<std::optional<StoredVoucher>> find_voucher(const vouchers::Serial& serial) = 0;
};

}  // namespace shubbak::store
