// Water for tankers that was paid for before it is filled (vouchers/fill.hpp), in the store. The order for it is
// written with the reservation of its payment (BeginPayment), and the code is good from the transaction on that
// settles that payment, never before and once: the state of the fill follows that of the payment, whatever crashes in
// between. The code stands there as a keyed hash, and sealed for whoever has bought it until nothing is left to take.
// Volumes are in gallons. Thread: as Store.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"
#include "vouchers/fill.hpp"
#include "vouchers/number.hpp"

namespace shubbak::store {

// What a payment is for, with BeginPayment.
struct FillOrder {
  static constexpr std::int64_t gallons_max = 9'999'999;
  std::int64_t gallons = 0;
  vouchers::FillCode code;          // as drawn; one that is there already makes a conflict of the set
  std::chrono::milliseconds lives;  // from the settlement on
};

// At a station. What it comes to is a verdict in Committed::fill_redemptions and no error: wrong codes count. The
// same key of the same account with the same code and volume is answered as first, if that had redeemed or was the
// last that was refused. Told to the audit trail if it redeems, or locks the account. Errors: conflict with
// fill_key_used as its message (that key had another code or volume); invalid (no key, or one that is too long; no
// volume; no staff).
struct RedeemFill {
  static constexpr std::size_t key_octets_max = 64;
  vouchers::FillCode code;
  std::optional<std::int64_t> gallons{};  // nothing: all that is left
  std::string key;                        // printable ASCII
  std::string office;                     // the station; "": none in particular
  Actor by;                               // the account's name is what failures are counted for
  WallTime at;
};
inline constexpr std::string_view fill_key_used = "the key was used for another code or volume";

struct FillRedemption {
  vouchers::FillVerdict verdict = vouchers::FillVerdict::refused;
  std::int64_t payment = 0;  // its number; redeemed only, as what follows but `until`
  std::int64_t gallons = 0;  // taken
  std::int64_t left = 0;     // then
  WallTime at{};             // when it was taken
  WallTime until{};          // locked: when to try again
  bool repeated = false;     // as answered first; counted and written nothing
};

struct StoredFill {
  std::int64_t payment = 0;  // its number
  vouchers::Fill is{};
  std::optional<WallTime> bought{};
  std::optional<Msisdn> msisdn{};  // that bought it; nothing: whoever did was erased
  std::string code{};              // "": it is kept no more, or the look-up does not tell it
};
struct StoredFillRedemption {
  std::string account;
  std::string office;
  std::int64_t gallons = 0;
  WallTime at{};
};
// Of all fills, in gallons: bought = unused + redeemed + expired + refunded. `redeemed` is added up from what
// stations took, all else from the fills.
struct FillTotals {
  std::int64_t bought = 0;
  std::int64_t unused = 0;
  std::int64_t redeemed = 0;
  std::int64_t expired = 0;
  std::int64_t refunded = 0;
};

class FillReads {
 public:
  virtual ~FillReads() = default;
  // Of the payment of that number, with its code.
  virtual Result<std::optional<StoredFill>> find_fill(std::int64_t payment) = 0;
  // That may be taken still, with their codes, newest first.
  virtual Result<std::vector<StoredFill>> usable_fills_of(const NationalId& person, WallTime now,
                                                          std::size_t rows_max) = 0;
  // All that were bought, behind that payment, in order, without codes.
  virtual Result<std::vector<StoredFill>> fills(std::int64_t after, std::size_t rows_max) = 0;
  // Oldest first.
  virtual Result<std::vector<StoredFillRedemption>> fill_redemptions(std::int64_t payment, std::size_t rows_max) = 0;
  virtual Result<FillTotals> fill_totals(WallTime now) = 0;  // reads through the whole table
};

}  // namespace shubbak::store
