// Cash at agents as members of staff handle it: drawers, cash taken for bills and onto cards, given back, deposited
// and counted, and what is told of it. What is done to a drawer is done at its office, by a grant that covers it; a
// payment takes a grant that covers its company too. Amounts are minor units of the currency that stands beside them.
// Thread: the loop's.
#pragma once

#include "admin/days.hpp"
#include "admin/staff_service.hpp"

namespace shubbak::admin {

struct NewDrawer {
  std::string account;
  std::string directorate;
  std::string office;
  std::int64_t ceiling = 0;
  std::string currency{};
};
// Needs cash.manage. The account must be one that may take cash there.
Served<store::StoredDrawer> open_drawer(World& world, Caller caller, NewDrawer wanted);
Served<store::StoredDrawer> set_drawer_ceiling(World& world, Caller caller, std::string drawer, std::int64_t ceiling);
// Those that the caller may read of.
Result<std::vector<store::StoredDrawer>, ApiError> list_drawers(World& world, const Caller& caller);

struct CashAmount {
  std::int64_t amount = 0;
  std::string currency;  // the deployment's
};
struct CashWanted {
  std::string key;
  std::string drawer;
  CashAmount amount;
  std::optional<std::string> msisdn{};  // as typed: that the receipt goes to
  std::string operator_name{};          // by whose link, where there are several
  bool again = false;
  bool of_bank = false;  // it tells what it was paid for a bill
};
struct BillQuote {
  Money amount;
  Money due;
  Money fee;
};
// Where the reference stands in the key of what a bank tells (bank_service.hpp), such as "b7-4711"; npos: it is none.
// Whoever else takes cash, gives it back or brings it in is refused such a key (invalid, field key).
std::size_t bank_reference_at(const std::string& key);
// For whoever may take it into that drawer, which is their own; the command line needs none.
Served<BillQuote> quote_bill(World& world, Caller caller, std::string drawer, std::string company,
                             std::string account, CashAmount amount);
// conflict also where the drawer would hold more than it may, or a limit stands against it.
Served<store::CashPayment> take_for_bill(World& world, Caller caller, CashWanted wanted, std::string company,
                                         std::string account, std::int64_t fee);
struct ToppedUp {
  store::Wallet card;
  Money amount;
};
Served<ToppedUp> take_for_card(World& world, Caller caller, CashWanted wanted, std::string card);
// The amount is what was handed out: conflict where that is not what is owed.
Served<store::CashPayment> give_back(World& world, Caller caller, CashWanted wanted, std::string receipt);
// By another account than the one that keeps the drawer, which is told as it is then.
Served<store::StoredDrawer> take_deposit(World& world, Caller caller, CashWanted wanted, std::string reference);
Served<store::CashCount> count_drawer(World& world, Caller caller, std::string drawer, CashAmount counted);

// Newest first, 200 at once: those before the one of that receipt.
Result<std::vector<store::CashPayment>, ApiError> drawer_payments(World& world, const Caller& caller,
                                                                  const std::string& drawer, bool open_only,
                                                                  const std::optional<std::string>& before);
// Newest first, 200 at once: those before the one of that number.
Result<std::vector<store::CashTopUp>, ApiError> drawer_top_ups(World& world, const Caller& caller,
                                                               const std::string& drawer,
                                                               std::optional<std::int64_t> before);
struct DrawerDays {
  store::StoredDrawer drawer;
  store::DrawerStatement statement;
};
Served<DrawerDays> drawer_days(World& world, Caller caller, std::string drawer, Days days);
struct ReportWanted {
  std::string by;  // one of store::cash_group_names
  Days days;
  std::optional<std::string> company{};
  std::optional<std::string> directorate{};
  std::optional<std::string> office{};
};
// Of what the caller's grants cover as a whole: who reads of one office names it.
Served<std::vector<store::CashReportRow>> report_cash(World& world, Caller caller, ReportWanted wanted);

}  // namespace shubbak::admin
