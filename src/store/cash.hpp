// Cash at agents in the store: drawers, what comes into them and goes out, counts and reports. The money is the
// ledger's: a drawer is an account "agent_drawer", named as the drawer is, and "pending" of the same name is what was
// taken for payments that the company has not answered, or is to be given back. What a drawer holds is what it took,
// less what was given back and deposited (PRODUCT.md, invariant 12). Thread: as Store.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/money.hpp"
#include "domain/msisdn.hpp"
#include "domain/result.hpp"
#include "ledger/account.hpp"
#include "store/payment.hpp"

namespace shubbak::store {

// "amal.post_7": the account of staff that keeps it, and the office where it is.
std::string drawer_name(const std::string& account, const std::string& office);
ledger::AccountId drawer_account(const std::string& drawer, Currency currency);
ledger::AccountId owed_account(const std::string& drawer, Currency currency);  // to payers and companies
constexpr std::size_t cash_key_octets_max = 56;  // keys of what goes with a payment are longer than its own
// What somebody tells as a key stands in the ledger with this before it, and has no '.': it is none of the keys that
// are made here ("refund.1", a fee's), whatever they tell.
inline constexpr std::string_view cash_key_prefix = "cash-";
std::string cash_key_in_ledger(const std::string& key);
constexpr std::size_t deposit_reference_octets_max = 40;
// The same taken again so soon from the same drawer is nearly always a press whose answer was lost.
constexpr std::chrono::minutes same_again{10};

// --- changes
// Each is told to the audit trail. Errors of all that name a drawer: not_found (there is none of that name), denied
// (another account keeps it; of a deposit: the same one), invalid (another currency than the drawer's, an amount that
// is not above 0, a key, name or reference that is none).
//
// conflict: the account has a drawer at that office.
struct OpenDrawer {
  std::string account;
  std::string directorate;
  std::string office;
  Currency currency = Currency::SYP;
  std::int64_t ceiling = 0;  // the most that it may hold, minor units; changed by SetCeiling of its account
  Actor by;
  WallTime at;
};
// Cash for a bill: it is in the drawer, and reserved for the company, marked as sent; the request to the company
// leaves once this is committed. Ends by SettlePayment or ReleasePayment, as any payment. The same key with the same
// of everything but times changes nothing, and what stands behind it in the set is left out. Committed::transfers
// begins with the payment's. Errors: conflict (another request has the key; a payment from that drawer to that
// account is not over: payment_not_over; the same was taken within same_again: taken_just_now), limit (the drawer
// would hold more than it may; or over_limit() of agent or payee).
struct TakeCash {
  std::string key;
  std::string drawer;
  std::optional<Msisdn> msisdn;  // whom news of it go to
  std::string link;              // the operator's, by which they go
  std::string company;
  std::string account;  // at the company: digits
  Money amount;
  std::int64_t fee = 0;  // minor units that are paid beside it
  bool again = false;    // though the same was taken just now
  Actor by;              // an agent
  WallTime at;
  WallTime not_after;  // when the company refuses it
};
inline constexpr std::string_view taken_just_now = "the same was taken just now";
inline constexpr std::string_view over_ceiling = "the drawer would hold more than it may: deposit some of it first";
// Cash onto a prepaid card. not_found also: there is no such card; conflict and limit as of TakeCash.
struct TopUpByCash {
  std::string key;
  std::string drawer;
  Wallet wallet;
  std::int64_t amount = 0;  // minor units
  bool again = false;
  Actor by;  // an agent
  WallTime at;
};
// Of a payment that was released, or of which something was refunded: what is owed goes back to whoever paid. The
// same key with the same of everything but times changes nothing. Errors: conflict (another request has the key;
// another sum is owed, or nothing; it is another drawer's), insufficient (the drawer has not so much any more).
struct GiveBackCash {
  std::string key;
  std::string drawer;
  std::int64_t payment = 0;  // its number
  Money amount;              // that was handed out
  Actor by;                  // an agent
  WallTime at;
};
// insufficient: it does not hold so much. conflict: another request has the key, or a slip of that reference is noted
// for the drawer (slip_is_noted).
struct DepositCash {
  std::string key;
  std::string drawer;
  Money amount;
  std::string reference;  // of the bank's slip: letters, digits and . _ -
  Actor by;               // a member of staff who does not keep the drawer
  WallTime at;
};
inline constexpr std::string_view slip_is_noted = "that slip is noted for this drawer already";
// Committed::cash_expected tells what should have been counted. A difference moves nothing.
struct CountCash {
  std::string drawer;
  Money counted;  // not below 0
  Actor by;       // an agent
  WallTime at;
};
using CashChange = std::variant<OpenDrawer, TakeCash, TopUpByCash, GiveBackCash, DepositCash, CountCash>;

// --- look-ups
struct StoredDrawer {
  std::int64_t number = 0;
  std::string name;
  std::string account;  // who keeps it
  std::string directorate;
  std::string office;
  Currency currency = Currency::SYP;
  WallTime opened;
  std::int64_t holds = 0;  // minor units
  std::optional<std::int64_t> ceiling{};
};
struct CashPayment {
  StoredPayment payment;
  std::int64_t owed = 0;  // to whoever paid, minor units
};
struct CashTopUp {
  std::int64_t number = 0;  // of its transfer
  std::string key;          // as in the ledger
  Wallet card;
  std::int64_t amount = 0;  // minor units
  WallTime at;
};
struct CashSum {
  std::int64_t count = 0;
  std::int64_t minor = 0;
  bool operator==(const CashSum&) const = default;
};
enum class CashKind : std::uint8_t { payment, top_up, given_back, deposit };
constexpr std::array<std::string_view, 4> cash_kind_names{"payment", "top_up", "given_back", "deposit"};
struct CashSums {
  std::array<CashSum, cash_kind_names.size()> of{};
  std::int64_t fees = 0;  // of the payments' sum
  [[nodiscard]] const CashSum& sum(CashKind kind) const { return of[static_cast<std::size_t>(kind)]; }
  // What they change of what is in the drawer.
  [[nodiscard]] std::int64_t net() const {
    return sum(CashKind::payment).minor + sum(CashKind::top_up).minor - sum(CashKind::given_back).minor -
           sum(CashKind::deposit).minor;
  }
};
struct CashCount {
  WallTime at;
  std::int64_t counted = 0;   // minor units
  std::int64_t expected = 0;  // what the ledger said at that moment
};
struct DrawerStatement {
  std::int64_t opening = 0;  // in the drawer before; minor units
  CashSums sums;
  std::vector<CashCount> counts;   // oldest first
  std::int64_t all_movements = 0;  // of all times, added up
  std::int64_t in_ledger = 0;      // in the drawer now, as the ledger has it
  [[nodiscard]] std::int64_t closing() const { return opening + sums.net(); }
  [[nodiscard]] bool adds_up() const { return all_movements == in_ledger; }
};
enum class CashGroup : std::uint8_t { account, office, company, directorate };
constexpr std::array<std::string_view, 4> cash_group_names{"account", "office", "company", "directorate"};
struct CashReportRow {
  std::string name;  // of the account, office, company or directorate; "" of a company: of none in particular
  CashSums sums;
};
struct CashReportWanted {  // "": all
  CashGroup by = CashGroup::account;
  WallTime from;
  WallTime before;
  std::string company{};  // its payments, and what was given back of them
  std::string directorate{};
  std::string office{};
};

class CashReads {
 public:
  virtual ~CashReads() = default;
  virtual Result<std::optional<StoredDrawer>> find_drawer(const std::string& name) = 0;
  // By name, behind that one.
  virtual Result<std::vector<StoredDrawer>> drawers(const std::string& after, std::size_t rows_max) = 0;
  // Paid into it, newest first, before that number (the first page: the largest there is). `open_only`: those that
  // are not over, or of which something is owed.
  virtual Result<std::vector<CashPayment>> cash_payments(std::int64_t drawer, bool open_only, std::int64_t before,
                                                         std::size_t rows_max) = 0;
  // Onto cards, as cash_payments().
  virtual Result<std::vector<CashTopUp>> cash_top_ups(const StoredDrawer& drawer, std::int64_t before,
                                                      std::size_t rows_max) = 0;
};

}  // namespace shubbak::store
