// Payments by bank card through a link, in the store (payments/bank_card.hpp decides, inside the transaction, on the
// rows as they are then): the orders that people confirmed, and the charges that gateways told of. The money is the
// ledger's: what a gateway has taken comes from outside (suspense, owned by the gateway's name) to the person's
// service card, or to `pending` of the gateway where it is disputed. Thread: as Store.
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
#include "payments/bank_card.hpp"
#include "store/payment.hpp"

namespace shubbak::store {

constexpr std::int64_t open_orders_of_person_max = 5;

// --- changes
// What the person confirmed is kept, before the gateway is asked for its link. The same again changes nothing, and
// what stands behind it in the set is left out. Errors: conflict (another order has that key, or one of theirs to
// that account is open: order_not_over), denied (the wallet is not that person's), limit (too many of theirs are
// open).
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
using BankCardChange = std::variant<OrderByBankCard, NoteOrderOpen, CloseOrder, TakeCharge>;

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
  Msisdn msisdn;
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
};
payments::BankCardOrder terms_of(const StoredOrder& order);
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

class BankCardReads {
 public:
  virtual ~BankCardReads() = default;
  virtual Result<std::optional<StoredOrder>> find_order(const std::string& key) = 0;
  // Of a gateway: neither charged nor over; behind that number, in order.
  virtual Result<std::vector<StoredOrder>> open_orders(std::string_view gateway, std::int64_t after,
                                                       std::size_t rows_max) = 0;
  // Behind that number, in order.
  virtual Result<std::vector<StoredCharge>> charges(bool disputed_only, std::int64_t after, std::size_t rows_max) = 0;
  struct OpenOrders {
    std::string gateway;
    std::int64_t orders = 0;
  };
  virtual Result<std::vector<OpenOrders>> gateways_with_open_orders() = 0;
};

}  // namespace shubbak::store
