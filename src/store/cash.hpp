// Cash at agents in the store: drawers, what comes into them and goes out, counts and reports. The money is the
// ledger's: a drawer is an account "agent_drawer", named as the drawer is, and "pending" of the same name is what was
// taken for payments that the company has not answered, or is to be given back. What a drawer holds is what it took,
// less what was given back and deposited (PRODUCT.md, invariant 12). What was wrong is corrected by further movements
// that one member of staff proposes and another one approves. Thread: as Store.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
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
// (another account keeps it; of a deposit: the same one), conflict (it was handed over: drawer_is_closed), invalid
// (another currency than the drawer's, an amount that is not above 0, a key, name or reference that is none).
//
// One that was handed over is opened again. conflict: the account has a drawer at that office, or had one in another
// directorate or currency.
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
  bool of_bank = false;  // no agent's limit counts it: what the drawer may hold bounds a bank
  Actor by;              // an agent
  WallTime at;
  WallTime not_after;  // when the company refuses it
};
inline constexpr std::string_view drawer_is_closed = "the drawer is closed: it was handed over";
inline constexpr std::string_view drawer_of_proposal_is_closed =
    "the drawer is closed, it was handed over: reject the proposal";
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
// Of a payment that was released, or of which something was refunded: what is owed goes back to whoever paid, out of
// the drawer that it was paid into; if that was handed over, out of any of its office. The same key with the same of
// everything but times changes nothing. Errors: conflict (another request has the key; another sum is owed, or
// nothing; it is another drawer's), insufficient (the drawer has not so much any more).
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
inline constexpr std::string_view slip_is_noted =
    "that slip is noted for this drawer already: where too little of it was noted, note the rest as SLIP-2";
// Committed::cash_expected tells what should have been counted. A difference moves nothing.
struct CountCash {
  std::string drawer;
  Money counted;  // not below 0
  Actor by;       // an agent
  WallTime at;
};
// Of a top-up or a deposit too much was noted: that much is moved back, by a transfer that corrects it.
struct CorrectCash {
  std::int64_t top_up = 0;  // the number of its transfer; 0: a deposit is meant
  std::string slip{};       // the deposit's reference
  std::int64_t amount = 0;  // minor units: all of it at most
};
// What the last count of the drawer found missing, or too much, moves to or from suspense. conflict: a deposit, a
// correction, or what was taken over is noted later than the count (explained_since).
struct WriteOffCash {};
inline constexpr std::string_view explained_since =
    "the drawer was corrected, or cash of it brought in or taken over, since the count: count it again";
// The keeper is gone: somebody has counted what is in the drawer. A difference goes as that of WriteOffCash, the rest
// into another drawer of the same office, and the drawer is closed. conflict: another proposal of that drawer waits.
struct HandOverCash {
  std::string to{};          // the drawer's name; "": there is nothing in it
  std::int64_t counted = 0;  // minor units
};
// A member of staff asks for it, another one decides; neither keeps a drawer that is handed over, and who approves
// keeps none of the drawers that it is about. Committed::cash_proposal tells the number. Errors: not_found (no such
// drawer, top-up, slip, or count), conflict (one waits for it already; more than was noted; the drawer was counted as
// it should be, or its difference is written off; it is not of the same office), denied, invalid (a reason that is no
// word, a sum below 0, an amount of 0; a drawer that is not empty without another one).
struct ProposeCash {
  std::string drawer;
  std::variant<CorrectCash, WriteOffCash, HandOverCash> what;
  std::string reason;  // a word for the audit trail: lower case letters, _ and .
  Actor by;            // a member of staff
  WallTime at;
};
// Errors: not_found; conflict (it is decided; the drawer was counted again, or holds another sum by now, or is
// closed: drawer_of_proposal_is_closed; what says of ProposeCash why it cannot be proposed); denied (who has proposed
// it, or keeps the drawer, does not approve it); insufficient (the card, or the drawer, does not hold so much any
// more); limit (a drawer would hold more than it may).
struct DecideCash {
  std::int64_t proposal = 0;
  bool approves = false;
  Actor by;  // a member of staff
  WallTime at;
};
inline constexpr std::string_view card_is_spent =
    "the card does not hold so much any more: what was spent of it is not taken back";
std::string cash_proposal_key(std::int64_t proposal);  // "cash.7": of what it moves; of a difference with ".d"
using CashChange =
    std::variant<OpenDrawer, TakeCash, TopUpByCash, GiveBackCash, DepositCash, CountCash, ProposeCash, DecideCash>;

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
  std::optional<WallTime> closed{};  // when it was handed over
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
enum class CashKind : std::uint8_t {
  payment,
  top_up,
  given_back,
  deposit,
  top_up_corrected,
  deposit_corrected,
  handed_over,  // into another drawer
  taken_over,   // out of another drawer
  missing,      // a difference that was written off
  surplus,      // likewise
};
constexpr std::size_t cash_kinds = 10;
constexpr bool comes_in(CashKind kind) {  // the others go out
  switch (kind) {
    case CashKind::payment:
    case CashKind::top_up:
    case CashKind::deposit_corrected:
    case CashKind::taken_over:
    case CashKind::surplus:
      return true;
    case CashKind::given_back:
    case CashKind::deposit:
    case CashKind::top_up_corrected:
    case CashKind::handed_over:
    case CashKind::missing:
      return false;
  }
  std::abort();
}
struct CashSums {
  std::array<CashSum, cash_kinds> of{};
  std::int64_t fees = 0;  // of the payments' sum
  [[nodiscard]] const CashSum& sum(CashKind kind) const { return of[static_cast<std::size_t>(kind)]; }
  // What they change of what is in the drawer.
  [[nodiscard]] std::int64_t net() const {
    std::int64_t all = 0;
    for (std::size_t i = 0; i < cash_kinds; ++i)
      all += comes_in(static_cast<CashKind>(i)) ? of[i].minor : -of[i].minor;
    return all;
  }
  bool operator==(const CashSums&) const = default;
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
enum class CashProposalKind : std::uint8_t { correction, write_off, hand_over };
constexpr std::array<std::string_view, 3> cash_proposal_kind_names{"correction", "write_off", "hand_over"};
constexpr std::string_view to_string(CashProposalKind kind) {
  return cash_proposal_kind_names[static_cast<std::size_t>(kind)];
}
enum class CashProposalState : std::uint8_t { proposed, done, refused };
constexpr std::array<std::string_view, 3> cash_proposal_state_names{"proposed", "done", "refused"};
struct StoredCashProposal {
  std::int64_t number = 0;
  CashProposalKind kind = CashProposalKind::correction;
  std::string drawer;
  std::string directorate;  // of the drawer
  std::string office;
  Currency currency = Currency::SYP;
  std::int64_t transfer = 0;               // of the top-up or deposit that is corrected
  std::string to;                          // the drawer that it is handed over to
  std::int64_t amount = 0;                 // that is taken back, or was counted; minor units
  std::optional<std::int64_t> expected{};  // in the drawer, when it was counted
  std::string reason;
  std::string maker;
  WallTime proposed;
  CashProposalState state = CashProposalState::proposed;
  std::string checker{};
  std::optional<WallTime> decided{};
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

struct CashProposalsWanted {
  bool open_only = false;     // those that nobody has decided
  std::string directorate{};  // of the drawer; "": all
  std::string office{};       // likewise
  std::int64_t after = 0;     // behind that number
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
  virtual Result<std::optional<StoredCashProposal>> find_cash_proposal(std::int64_t number) = 0;
  // In order of their numbers.
  virtual Result<std::vector<StoredCashProposal>> cash_proposals(const CashProposalsWanted& wanted,
                                                                 std::size_t rows_max) = 0;
};

}  // namespace shubbak::store
