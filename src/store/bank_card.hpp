// Payments by bank card through a link, in the store (payments/bank_card.hpp decides, inside the transaction, on the
// rows as they are then): the orders that people confirmed, and the charges that gateways told of. The money is the
// ledger's: what a gateway has taken comes from outside (suspense, owned by the gateway's name) to the person's
// service card, or to `pending` of the gateway where it is disputed, until two members of staff have placed it.
// Thread: as Store.
#pragma once

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
#include "domain/national_id.hpp"
#include "domain/result.hpp"
#include "ledger/account.hpp"
#include "payments/bank_card.hpp"
#include "store/payment.hpp"

namespace shubbak::store {

constexpr std::int64_t open_orders_of_person_max = 5;

// --- changes
// What the person confirmed is kept, before the gateway is asked for its link. The same again changes nothing, and
// what stands behind it in the set is left out. Errors: conflict (another order has that key, or one of theirs to
// that account is open: order_not_over), denied (the wallet is not that person's), limit (too many of theirs are
// open; or what it pays is over one of StoreConfig::payment_limits, which count it only when it pays; or the card may
// not hold it).
struct OrderByBankCard {
  std::string key;      // the gateway's reference, and the key of the payment that comes of it
  std::string gateway;  // its name in the configuration
  NationalId person;
  Msisdn msisdn;     // whom news of it go to
  std::string link;  // the operator's, by which they go
  Wallet wallet;     // of the person: where the money goes that pays nothing
  // What it pays: an account at a company. Both empty: it is put on the card.
  std::string company;
  std::string account;
  Money amount;
  std::int64_t fee = 0;  // minor units beside it, to the deployment
  Actor by;
  WallTime at;
  WallTime expires;  // of the link; behind `at`, by a week at most
};
inline constexpr std::string_view order_not_over = "a link of theirs to that account is not over yet";
// The gateway has it, and the person is told the link in the same set. Of one that is not `asked` any more nothing
// changes. not_found: no order has that key.
struct NoteOrderOpen {
  std::string key;
};
// The gateway has taken nothing for it and says that it will not. conflict: it is charged; not_found.
struct CloseOrder {
  std::string key;
  std::string evidence;  // ledger::check_evidence()
};
// The gateway has taken money; the outcome is told in Committed::charges. One that was told before changes nothing,
// and what stands behind it in the set is left out. `use` is what the set is made for: conflict where the rows say
// another by now (one that may pay may also be put on the card); also where another charge has the transaction's
// name. Errors beside that: as MoveMoney's.
struct TakeCharge {
  std::string gateway;
  std::string transaction;  // the gateway's name of it: is_ledger_name(), at most transaction_octets_max
  std::string reference;    // the order's key, as the gateway tells it; likewise of that form, at most 64 octets
  Money amount;
  payments::ChargeUse use = payments::ChargeUse::credits;
  WallTime at;
};
constexpr std::size_t transaction_octets_max = 40;
// Money in dispute is to go where a member of staff has found that it belongs; the number is told in
// Committed::placement. Told to the audit trail, as is what becomes of it. Errors: not_found (no charge has that
// number, or no card), conflict (it is not in dispute, is placed, or a placement of it is proposed; the card is of
// another currency, or its person was erased; the gateway's refund stands for another charge), invalid (card and
// refund, or neither; a reason that is no word; `by` is no member of staff).
struct ProposePlacement {
  std::int64_t charge = 0;
  std::string card;              // the number of the service card that it is to go to; or
  std::string refund;            // the gateway has paid it back outside: its name of that, of a transaction's form
  std::optional<Msisdn> msisdn;  // of the card's person: whom the news go to. Forgotten once it is decided
  std::string link;              // the operator's, by which they go
  std::string reason;            // a word for the audit trail: lower case letters, _ and .
  Actor by;
  WallTime at;
};
// By another member of staff: the money moves, by one transfer under the key placement_key(). Or it is rejected, also
// by who asked for it: then another may be proposed. Errors: not_found, conflict (it is decided, or the card's person
// was erased), denied (who asked for it may not approve it), limit (the card may not hold it:
// placement_over_ceiling).
struct DecidePlacement {
  std::int64_t placement = 0;
  bool approves = false;
  Actor by;
  WallTime at;
};
inline constexpr std::string_view placement_over_ceiling =
    "the card would hold more than it may: reject it and have the gateway pay it back, or have the card's ceiling "
    "raised";
std::string placement_key(std::int64_t placement);  // "placement.7"
using BankCardChange =
    std::variant<OrderByBankCard, NoteOrderOpen, CloseOrder, TakeCharge, ProposePlacement, DecidePlacement>;

struct ChargeOutcome {
  std::int64_t number = 0;
  payments::ChargeUse use = payments::ChargeUse::disputed;
  payments::Dispute why = payments::Dispute::none;
  bool repeated = false;  // it was told before, and nothing was changed
};

// --- look-ups
struct StoredOrder {
  std::int64_t number = 0;
  std::string key;
  std::string gateway;
  std::optional<Msisdn> msisdn;  // nothing: its person was erased
  std::string link;
  Wallet wallet;
  std::string company;  // "": it is put on the card
  std::string account;
  Money amount;
  std::int64_t fee = 0;
  Actor by{};
  WallTime at;
  WallTime expires;
  payments::OrderState state = payments::OrderState::asked;
  std::string evidence{};  // of one that is over
  bool is_erased = false;  // nothing is kept of its person any more but the books
};
Money total_of(const StoredOrder& order);  // with the fee
// `card`: the account of its wallet; nothing: no transfer has named it yet.
payments::BankCardOrder terms_of(const StoredOrder& order, const std::optional<ledger::Account>& card);
struct StoredCharge {
  std::int64_t number = 0;
  std::string gateway;
  std::string transaction;
  std::string reference;
  Money amount;
  payments::ChargeUse use = payments::ChargeUse::disputed;
  payments::Dispute why = payments::Dispute::none;
  WallTime at;
};

enum class PlacementState : std::uint8_t { proposed, done, rejected };
struct StoredPlacement {
  std::int64_t number = 0;
  std::int64_t charge = 0;
  std::string card;    // "": it was paid back outside
  std::string refund;  // then: the gateway's name of that
  std::optional<Msisdn> msisdn{};
  std::string link{};
  std::string reason;
  std::string maker;
  WallTime proposed;
  PlacementState state = PlacementState::proposed;
  std::string checker{};
  std::optional<WallTime> decided{};
};

class BankCardReads {
 public:
  virtual ~BankCardReads() = default;
  virtual Result<std::optional<StoredOrder>> find_order(const std::string& key) = 0;
  // Of a gateway: neither charged nor over; behind that number, in order.
  virtual Result<std::vector<StoredOrder>> open_orders(std::string_view gateway, std::int64_t after,
                                                       std::size_t rows_max) = 0;
  // Behind that number, in order; `in_dispute`: those that are disputed and not placed.
  virtual Result<std::vector<StoredCharge>> charges(bool in_dispute, std::int64_t after, std::size_t rows_max) = 0;
  virtual Result<std::optional<StoredCharge>> find_charge(std::int64_t number) = 0;
  virtual Result<std::optional<StoredPlacement>> find_placement(std::int64_t number) = 0;
  // Of a charge, oldest first.
  virtual Result<std::vector<StoredPlacement>> placements_of(std::int64_t charge) = 0;
  struct OpenOrders {
    std::string gateway;
    std::int64_t orders = 0;
  };
  virtual Result<std::vector<OpenOrders>> gateways_with_open_orders() = 0;
  struct InDispute {
    std::string gateway;
    Currency currency = Currency::SYP;
    std::int64_t charges = 0;
    std::int64_t minor = 0;  // altogether
  };
  virtual Result<std::vector<InDispute>> gateways_with_disputes() = 0;
};

}  // namespace shubbak::store
