// Cash at a counter: what a bill costs there, and cash taken for it, as a payment like any other (services/pay.cpp):
// in the drawer and reserved in one transaction, asked of the company once under the key, and settled or released by
// what it said; where it did not say, daemon/payment_follow_up asks by reference. For whoever has drawers: the API
// for staff and the command line. Thread: the event loop's.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "companies/directory.hpp"
#include "domain/clock.hpp"
#include "services/counter.hpp"
#include "store/store.hpp"

namespace shubbak::services {

struct CashDesk {
  store::Store& store;
  const Counter& counter;  // words and operators, for whoever gives a number
  const companies::Directory& companies;
  std::function<WallTime()> now;
  std::chrono::milliseconds patience{4'000};  // with a company, for each question; three fit into a request
};

struct CashBill {
  std::string company;
  std::string account;  // at the company
  Money amount;
};
struct CashQuote {
  Money due;
  Money fee;  // beside the amount
};
// Whether the company takes that amount of what is due, and for what fee. Errors: not_found (company or account),
// invalid (it does not take that amount, and why), unavailable (it has not told), conflict (cash for it is not
// switched on, for all numbers: whose bill it is nobody knows).
boost::asio::awaitable<Result<CashQuote, Refusal>> quote_cash(CashDesk desk, CashBill bill);

struct CashOrder {
  std::string key;  // the same for each try of one payment
  std::string drawer;
  CashBill bill;
  std::int64_t fee = 0;            // that whoever pays was told; minor units
  std::optional<Msisdn> msisdn{};  // that the receipt goes to, if it is linked
  std::string operator_name{};     // by whose link, where there are several
  bool again = false;              // though the same was taken just now
  bool of_bank = false;            // as store::TakeCash's
  Actor by;                        // an agent
  std::optional<store::RequireStaff> required{};
};
// As it is then: settled, released (the cash is to be given back), or reserved still, while the company has not told.
// The same order again tells what became of it, and never pays twice. Errors: as quote_cash()'s and
// store::TakeCash's; conflict also where the fee is another one by now.
boost::asio::awaitable<Result<store::StoredPayment, Refusal>> take_cash(CashDesk desk, CashOrder order);

}  // namespace shubbak::services
