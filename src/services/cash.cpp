#include "services/cash.hpp"

#include "payments/rules.hpp"
#include "services/commit.hpp"
#include "services/payment_end.hpp"
#include "services/service_functions.hpp"
#include "services/switches.hpp"

namespace shubbak::services {
namespace {

using ledger::State;

std::string shown(std::int64_t minor, Currency currency) {
  return format_amount({minor, currency}) + " " + std::string(to_string(currency));
}

// That the company did not tell is no fault of who asks.
Refusal untold(const Error& error) {
  if (error.code == Errc::not_found) return {{Errc::not_found, "the company has no such account"}, "account"};
  if (error.code == Errc::invalid) return {error, "account"};
  return {{Errc::unavailable, "the company does not answer; try again in a while"}};
}

Result<companies::Company*, Refusal> company_of(const CashDesk& desk, const CashBill& bill) {
  companies::Company* company = desk.companies.find(bill.company);
  if (company == nullptr) return Refusal{{Errc::not_found, "there is no company of that name"}, "company"};
  if (bill.amount.currency != company->config().currency)
    return Refusal{{Errc::invalid, "the company is paid in " + std::string(to_string(company->config().currency))},
                   "currency"};
  if (bill.amount.minor <= 0 || bill.amount.minor > companies::amount_minor_max)
    return Refusal{{Errc::invalid, "an amount that is paid is above 0, and can be counted"}, "amount"};
  return company;
}

Refusal not_switched_on(const CashDesk& desk, const std::string& company) {
  if (desk.counter.count_switched_off) desk.counter.count_switched_off(cash_switch, company);
  return {
      {Errc::conflict, "cash for this company is not switched on here yet: nothing is taken (shubbak rollout list)"},
      "company"};
}

// Asked anew each time: cash is rare, and the command line keeps nothing.
Result<std::monostate, Refusal> admitted(const CashDesk& desk, const std::string& company) {
  Switches switches;
  if (const Status read = switches.refresh(desk.store); !read) return Refusal{read.error()};
  if (switches.is_on(desk.store, cash_switch, company, std::nullopt, desk.now())) return std::monostate();
  return not_switched_on(desk, company);
}

Result<std::monostate, Refusal> judged(const payments::Rules& rules, const CashBill& bill, std::int64_t due,
                                       const std::vector<std::int64_t>& through) {
  const Currency currency = bill.amount.currency;
  const auto refused = [](std::string why) { return Refusal{{Errc::invalid, std::move(why)}, "amount"}; };
  switch (payments::judge(rules, bill.amount.minor, due, through)) {
    case payments::Verdict::too_little:
      return refused("the company takes no part below " + shown(rules.least.minor, currency));
    case payments::Verdict::too_much:
      return refused("no more than what is due is paid: " + shown(due, currency));
    case payments::Verdict::not_whole:
      return refused(rules.parts == payments::Parts::none
                         ? "the company takes no part: " + shown(due, currency) + " are due"
                         : "the company takes whole bills only, the oldest first; " + shown(due, currency) +
                               " are due");
    case payments::Verdict::taken:
      return std::monostate();
  }
  std::abort();
}

bool is_same(const store::StoredPayment& payment, const CashOrder& order, std::int64_t drawer) {
  return payment.drawer == drawer && payment.company == order.bill.company && payment.account == order.bill.account &&
         payment.amount == order.bill.amount && payment.fee == order.fee;
}

// What became of the payment by now, whoever has written it.
Result<store::StoredPayment, Refusal> as_it_is(const CashDesk& desk, const std::string& key) {
  auto found = desk.store.payments().find_payment(key);
  if (!found) return Refusal{found.error()};
  if (!*found) return Refusal{{Errc::not_found, "no payment has that key"}, "key"};
  return std::move(**found);
}

// Written with the receipt's SMS, once, whoever else ends it meanwhile.
boost::asio::awaitable<Result<store::StoredPayment, Refusal>> ended(CashDesk desk, store::StoredPayment payment,
                                                                    PaymentEnd end) {
  if (end.next == payments::Next::wait) co_return payment;
  const WallTime now = desk.now();
  std::vector<store::Change> changes;
  changes.push_back(change_of(payment, end, now, true));
  std::optional<store::OutboxMessage> news;
  const auto words = desk.counter.words();
  const auto locale = words ? news_locale(desk.store, **words, payment) : std::nullopt;
  if (locale) {
    const bool settled = end.next == payments::Next::settle;
    news = news_message(desk.counter, payment.link, *payment.msisdn, news_of_end(**words, *locale, payment, settled),
                        now);
    changes.emplace_back(store::AddOutboxMessage{*news});
  }
  auto committing = commit(desk.store, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (committed) take_up_news(desk.counter, news, *committed);
  // Where it could not be written the follow-up ends it.
  co_return as_it_is(desk, payment.key);
}

// A press that came twice, or whose answer was lost.
boost::asio::awaitable<Result<store::StoredPayment, Refusal>> begun_before(CashDesk desk, CashOrder order,
                                                                           store::StoredPayment payment) {
  const auto drawer = desk.store.cash().find_drawer(order.drawer);
  if (!drawer) co_return Refusal{drawer.error()};
  if (!*drawer || !is_same(payment, order, (*drawer)->number))
    co_return Refusal{{Errc::conflict, "another payment has that key"}, "key"};
  companies::Company* company = desk.companies.find(payment.company);
  if (payment.state != State::reserved || company == nullptr) co_return payment;
  auto asking = company->payment_status(payment.account, payment.amount, payment.key, desk.patience);
  const auto status = co_await std::move(asking);
  const PaymentEnd end = end_of(payment, status, desk.now());
  auto ending = ended(desk, std::move(payment), end);
  co_return co_await std::move(ending);
}

Refusal not_taken(const CashDesk& desk, const CashOrder& order, const Error& error) {
  if (error.message == store::switched_off) return not_switched_on(desk, order.bill.company);
  if (error.message == store::payment_not_over)
    return {{Errc::conflict, "a payment from this drawer to that account is not over yet: see the open ones"},
            "account"};
  if (error.message == store::taken_just_now)
    return {{Errc::conflict,
             "this drawer has just taken the same for that account: see its payments; to take it once "
             "more, say so"},
            "again"};
  return {error};
}

}  // namespace

boost::asio::awaitable<Result<CashQuote, Refusal>> quote_cash(CashDesk desk, CashBill bill) {
  const auto found = company_of(desk, bill);
  if (!found) co_return found.error();
  if (const auto may = admitted(desk, bill.company); !may) co_return may.error();
  companies::Company& company = **found;
  auto asking = company.due(bill.account, desk.patience);
  const auto due = co_await std::move(asking);
  if (!due) co_return untold(due.error());
  const payments::Rules& rules = company.config().payments;
  std::vector<std::int64_t> through;
  if (rules.parts == payments::Parts::bills && bill.amount.minor < due->amount.minor) {
    auto listing = company.bills(bill.account, desk.patience);
    const auto bills = co_await std::move(listing);
    if (!bills) co_return untold(bills.error());
    through = sums_of(*bills);
  }
  if (const auto taken = judged(rules, bill, due->amount.minor, through); !taken) co_return taken.error();
  co_return CashQuote{due->amount, {payments::fee_of(rules.fee, bill.amount.minor), bill.amount.currency}};
}

boost::asio::awaitable<Result<store::StoredPayment, Refusal>> take_cash(CashDesk desk, CashOrder order) {
  const std::string key = store::cash_key_in_ledger(order.key);
  auto before = desk.store.payments().find_payment(key);
  if (!before) co_return Refusal{before.error()};
  if (*before) {
    auto telling = begun_before(desk, std::move(order), std::move(**before));
    co_return co_await std::move(telling);
  }
  std::string link;
  if (order.msisdn) {
    auto way = link_to_phone(desk.counter, order.operator_name);
    if (!way) co_return way.error();
    link = std::move(*way);
  }
  auto quoting = quote_cash(desk, order.bill);
  const auto quote = co_await std::move(quoting);
  if (!quote) co_return quote.error();
  if (quote->fee.minor != order.fee)
    co_return Refusal{{Errc::conflict, "the fee is " + shown(quote->fee.minor, quote->fee.currency) +
                                           ": tell whoever pays, and say it"},
                      "fee"};
  const WallTime now = desk.now();
  std::vector<store::Change> changes;
  if (order.required) changes.emplace_back(store::StaffChange(*order.required));
  changes.emplace_back(
      store::RolloutChange(store::RequireSwitch{std::string(cash_switch), order.bill.company, std::nullopt, now}));
  changes.emplace_back(store::CashChange(store::TakeCash{.key = order.key,
                                                         .drawer = order.drawer,
                                                         .msisdn = order.msisdn,
                                                         .link = std::move(link),
                                                         .company = order.bill.company,
                                                         .account = order.bill.account,
                                                         .amount = order.bill.amount,
                                                         .fee = order.fee,
                                                         .again = order.again,
                                                         .of_bank = order.of_bank,
                                                         .by = order.by,
                                                         .at = now,
                                                         .not_after = now + desk.patience + on_the_way_max}));
  auto committing = commit(desk.store, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return not_taken(desk, order, committed.error());
  auto payment = as_it_is(desk, key);
  if (!payment) co_return payment.error();
  const bool is_ours = !committed->transfers.empty() && !committed->transfers.front().repeated;
  if (!is_ours) {  // another press under the same key was faster
    auto telling = begun_before(desk, std::move(order), std::move(*payment));
    co_return co_await std::move(telling);
  }
  companies::Company& company = *desk.companies.find(payment->company);
  auto paying = company.pay({.account = payment->account,
                             .amount = payment->amount,
                             .reference = payment->key,
                             .not_after = payment->not_after},
                            desk.patience);
  const auto said = co_await std::move(paying);
  const PaymentEnd end = end_of_order(*payment, said, desk.now());
  auto ending = ended(desk, std::move(*payment), end);
  co_return co_await std::move(ending);
}

}  // namespace shubbak::services
