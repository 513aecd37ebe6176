// Prepaid cards and payments in the store: the changes, which take part in the same transactions as all others, and
// the look-ups. The money itself is the ledger's (store/ledger.hpp): a payment is a reservation from a person's
// wallet to what is owed to the company, under the payment's key, and this is what stands beside it. Thread: as
// Store.
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
#include "store/ledger.hpp"

namespace shubbak::store {

constexpr std::size_t wallet_digits = 10;

struct Wallet {        // a person's prepaid service card in one currency
  std::string number;  // wallet_digits digits: the ledger's name of its account, and what the person is shown
  Currency currency = Currency::SYP;
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
// the outcome is told in Committed::transfers. Errors of the whole set: as ReserveMoney's, and denied: the wallet is
// not that person's.
struct BeginPayment {
  std::string key;
  NationalId person;
  Msisdn msisdn;     // whom news of it go to
  std::string link;  // the operator's, by which they go
  Wallet wallet;
  std::string company;
  std::string account;  // at the company: digits
  Money amount;
  Actor by;
  WallTime at;
  WallTime not_after;    // when the company refuses it
  std::string revision;  // of the flows, and the walk as it waits for the company's answer (flows::save()); "": none
  std::string session;
};
// The company has it, or never will: the reservation is posted or void, with the evidence (ledger::check_evidence).
// Done before: nothing changes, and what stands behind it in the set is carried out all the same, for the person who
// hears of it may be told in two ways. Errors: not_found (no payment has that key), conflict (it ended otherwise).
struct SettlePayment {
  std::string key;
  ledger::Resolution resolution;
};
struct ReleasePayment {
  std::string key;
  ledger::Resolution resolution;
};
using PaymentChange = std::variant<OpenWallet, BeginPayment, SettlePayment, ReleasePayment>;

// --- look-ups
struct StoredPayment {
  std::int64_t number = 0;  // of its transfer in the ledger
  std::string key;
  Msisdn msisdn;
  std::string link;
  std::string company;
  std::string account;
  Money amount;
  ledger::State state = ledger::State::reserved;
  WallTime at;
  WallTime not_after;
  std::optional<WallTime> resolved{};
  std::string check_code{};  // payments::check_code()
  std::string revision{};    // as of BeginPayment, while it is open; the session is empty also where it is damaged
  std::string session{};
};

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
  // Of a person, newest first, before that number (the first page: the largest there is).
  virtual Result<std::vector<StoredPayment>> payments_of(const NationalId& person, std::int64_t before,
                                                         std::size_t rows_max) = 0;
};

}  // namespace shubbak::store
