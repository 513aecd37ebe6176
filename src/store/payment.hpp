// Prepaid cards and payments in the store: the changes, which take part in the same transactions as all others, and
// the look-ups. The money itself is the ledger's (store/ledger.hpp): a payment is a reservation from a person's
// wallet to what is owed to the company, under the payment's key, and this is what stands beside it. Thread: as
// Store.
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
#include "domain/national_id.hpp"
#include "domain/result.hpp"
#include "ledger/account.hpp"
#include "payments/limits.hpp"
#include "store/fill.hpp"
#include "store/ledger.hpp"

namespace shubbak::store {

constexpr std::size_t wallet_digits = 10;

struct Wallet {        // a person's prepaid service card in one currency
  std::string number;  // wallet_digits digits: the ledger's name of its account, and what the person is shown
  Currency currency = Currency::SYP;

  bool operator==(const Wallet&) const = default;
};
ledger::AccountId account_of(const Wallet& wallet);
bool is_wallet_number(std::string_view text);

// --- changes
// Nothing changes for who has a wallet in that currency. conflict: another person's has the number; draw another one.
struct OpenWallet {
  NationalId person;
  Wallet wallet;
  WallTime at;
};

// The money is reserved, and marked as sent: the request to the company leaves once this is committed. The same key
// again with the same wallet, payee and amount changes nothing, and what stands behind it in the set is left out;
// the outcome is told in Committed::transfers, which has a second one for the fee, if there is one. Errors of the
// whole set: as ReserveMoney's; conflict: also, it was begun before, and without the voucher of this set, or another
// payment of that person to that account is not over yet (payment_not_over); denied: the wallet is not that person's;
// invalid: also, it would be on its way (at to not_after) for more than an hour; limit with over_limit() as its
// message: one of StoreConfig::payment_limits does not allow it.
struct BeginPayment {
  std::string key;
  NationalId person;
  Msisdn msisdn;     // whom news of it go to
  std::string link;  // the operator's, by which they go
  Wallet wallet;
  std::string company;
  std::string account;  // at the company: digits
  Money amount;
  std::int64_t fee = 0;  // minor units that the wallet pays beside it, to the deployment
  Actor by;
  WallTime at;
  WallTime not_after;    // when the company refuses it
  std::string revision;  // of the flows, and the walk as it waits for the company's answer (flows::save()); "": none
  std::string session;
  std::optional<FillOrder>
      fill{};  // what it is for, if that is water: bought, or not, in the transaction that ends it
};
inline constexpr std::string_view payment_not_over = "a payment of theirs to that account is not over yet";
std::string over_limit(payments::Scope scope);  // "over the limit of one person"
// Of a refusal with such a message; nothing: no limit on paying has refused.
std::optional<payments::Scope> scope_over_limit(const Error& refused);
// The company has it, or never will: the reservations are posted or void, with the evidence (ledger::check_evidence).
// Done before: nothing changes, and what stands behind it in the set is carried out all the same, for the person who
// hears of it may be told in two ways. Errors: not_found (no payment has that key), conflict (it ended otherwise: of
// the set nothing is carried out but that a case of reconciliation is opened, unless there is one; the message names
// it).
struct SettlePayment {
  std::string key;
  ledger::Resolution resolution;
  bool tells_once = false;  // done before: what stands behind it in the set is left out
};
struct ReleasePayment {
  std::string key;
  ledger::Resolution resolution;
  bool tells_once = false;
};
// A payment that the company has, or a part of it, is to go back to where it was paid from; the number is told in
// Committed::refund. Told to the audit trail, as is what becomes of it. Errors: not_found (no payment has that
// number), conflict (it is not settled, or more would be paid back than was paid, or than was paid for the water of
// it that was not taken, what is proposed counted; its person was erased: refund_to_nobody), invalid (an amount or
// fee below 0, an amount of 0, a reason that is no word, `by` is no member of staff).
struct ProposeRefund {
  std::int64_t payment = 0;  // its number
  std::int64_t amount = 0;   // minor units
  std::int64_t fee = 0;      // likewise, of its fee
  std::string reason;        // a word for the audit trail: lower case letters, _ and .
  Actor by;
  WallTime at;
};
// By another member of staff: the money goes back, by transfers that correct the payment's, under the keys
// refund_key(); of water that it was for nothing may be taken from then on. Or it is refused, also by who asked for
// it. Errors: not_found, conflict (it is decided, its person was erased, or so much water was taken by now that it is
// more than was paid for the rest), denied (who asked for it, or keeps the drawer that was paid into, may not pay
// it), limit (the card may not hold it: refund_over_ceiling).
struct DecideRefund {
  std::int64_t refund = 0;
  bool pays = false;
  Actor by;
  WallTime at;
};
inline constexpr std::string_view refund_to_nobody =
    "its person was erased: nobody has the card that it would come on; have the company pay it back";
inline constexpr std::string_view refund_over_ceiling =
    "the card would hold more than it may: refuse it and have the company pay it back, or have the card's ceiling "
    "raised";
std::string refund_key(std::int64_t refund);  // "refund.7"; of its fee: with ".f" behind it
// A payment of which the company tells nothing, though it can take it no more, is to end as it says in writing; the
// number is told in Committed::payment_ending. Told to the audit trail, as is what becomes of it. Errors: not_found
// (no payment has that number), conflict (it is over; the company may still take it: company_may_take_it; another
// proposal of it is not decided; it is to be released, and the company's daily file in force lists it:
// payment_is_listed), invalid (no evidence, or such as the ledger does not take; `by` is no member of staff).
struct ProposeEnding {
  static constexpr std::size_t evidence_octets_max = 54;  // so that it fits the ledger's beside two names
  std::int64_t payment = 0;                               // its number
  bool settles = false;                                   // the company has it; else it never will
  std::string evidence;                                   // what it said, where: nothing of who paid
  Actor by;
  WallTime at;
};
// By another member of staff: the payment ends, as of SettlePayment and ReleasePayment, with ending_evidence() as its
// evidence. If it has ended meanwhile it stays as it is, the proposal is overtaken, and what stands behind it in the
// set is left out. Or it is rejected, also by who proposed it. Errors: not_found, conflict (it is decided; as of
// ReleasePayment), denied (who proposed it, or keeps the drawer that the money is in, may not approve it).
struct DecideEnding {
  std::int64_t ending = 0;
  bool approves = false;
  Actor by;
  WallTime at;
};
inline constexpr std::string_view company_may_take_it =
    "the company may take the payment still: it is ended by hand a minute after that is over";
inline constexpr std::string_view payment_is_listed =
    "the company's daily file lists the payment: it is not released until a corrected file says otherwise";
std::string ending_key(std::int64_t ending);  // "ending.7": what the audit trail calls it
using PaymentChange = std::variant<OpenWallet, BeginPayment, SettlePayment, ReleasePayment, ProposeRefund,
                                   DecideRefund, ProposeEnding, DecideEnding>;

// --- look-ups
struct StoredPayment {
  std::int64_t number = 0;  // of its transfer in the ledger
  std::string key;
  // Whom news of it go to; nothing: who paid in cash has given none, or whoever paid was erased.
  std::optional<Msisdn> msisdn;
  std::string link;
  std::string company;
  std::string account;
  Money amount;
  std::int64_t fee = 0;
  std::int64_t refunded = 0;  // of the amount
  ledger::State state = ledger::State::reserved;
  WallTime at;
  WallTime not_after;
  std::optional<WallTime> resolved{};
  std::string check_code{};  // payments::check_code()
  std::string revision{};    // as of BeginPayment, while it is open; the session is empty also where it is damaged
  std::string session{};
  std::int64_t drawer = 0;  // into which it was paid in cash (store/cash.hpp); 0: it was not
};

enum class RefundState : std::uint8_t { proposed, paid, refused };
struct StoredRefund {
  std::int64_t number = 0;
  std::int64_t payment = 0;
  std::int64_t amount = 0;
  std::int64_t fee = 0;
  std::string reason;
  std::string maker;
  WallTime proposed;
  RefundState state = RefundState::proposed;
  std::string checker{};
  std::optional<WallTime> decided{};
};

enum class EndingState : std::uint8_t { proposed, done, rejected, overtaken };
struct StoredEnding {
  std::int64_t number = 0;
  std::int64_t payment = 0;
  bool settles = false;
  std::string evidence;
  std::string maker;
  WallTime proposed;
  EndingState state = EndingState::proposed;
  std::string checker{};
  std::optional<WallTime> decided{};
};
// "staff amal, basel: letter of 12 Nov, D-7781"
std::string ending_evidence(const StoredEnding& ending, const std::string& checker);

class PaymentReads {
 public:
  virtual ~PaymentReads() = default;
  virtual Result<std::optional<Wallet>> find_wallet(const NationalId& person, Currency currency) = 0;
  virtual Result<std::optional<StoredPayment>> find_payment(const std::string& key) = 0;
  virtual Result<std::optional<StoredPayment>> find_receipt(std::int64_t number) = 0;
  // Of a company: neither settled nor released, sent so that it is refused from before `now` on; behind that number,
  // in order.
  virtual Result<std::vector<StoredPayment>> open_payments(std::string_view company, WallTime now, std::int64_t after,
                                                           std::size_t rows_max) = 0;
  // Neither settled nor released, begun before `begun_before`; of that company, or, where it is "", of all,
  // configured or not. Behind that number, in order.
  virtual Result<std::vector<StoredPayment>> payments_not_over(const std::string& company, WallTime begun_before,
                                                               std::int64_t after, std::size_t rows_max) = 0;
  // Of a person, newest first, before that number (the first page: the largest there is).
  virtual Result<std::vector<StoredPayment>> payments_of(const NationalId& person, std::int64_t before,
                                                         std::size_t rows_max) = 0;
  struct Payee {
    std::string company;
    std::string account;
    bool operator==(const Payee&) const = default;
  };
  // Of all payments of a person that are neither settled nor released: BeginPayment refuses another to these.
  virtual Result<std::vector<Payee>> open_payees_of(const NationalId& person) = 0;
  struct OpenOnes {
    std::string company;
    std::int64_t payments = 0;
  };
  virtual Result<std::optional<StoredRefund>> find_refund(std::int64_t number) = 0;
  // Behind that number, in order; `open_only`: those that nobody has decided.
  virtual Result<std::vector<StoredRefund>> refunds(bool open_only, std::int64_t after, std::size_t rows_max) = 0;
  virtual Result<std::vector<OpenOnes>> companies_with_open_payments() = 0;  // reads through all that are not over
  // Their names alone, in order: as quick for a million payments as for one of each.
  virtual Result<std::vector<std::string>> companies_of_open_payments() = 0;
  // Those only that are refused since before that time.
  virtual Result<std::vector<OpenOnes>> companies_with_payments_refused_before(WallTime time) = 0;
  virtual Result<std::optional<StoredEnding>> find_ending(std::int64_t number) = 0;
  // As refunds().
  virtual Result<std::vector<StoredEnding>> endings(bool open_only, std::int64_t after, std::size_t rows_max) = 0;
  // Of the flows, in whose words they are to be told of; each once.
  virtual Result<std::vector<std::string>> revisions_of_open_payments() = 0;
  // How often each kind of limit has refused something, whoever asked for it, since there is the database.
  using LimitRefusals = std::array<std::int64_t, payments::scope_names.size()>;  // in the order of Scope
  virtual Result<LimitRefusals> limit_refusals() = 0;
};

}  // namespace shubbak::store
