// The functions behind the catalogue, one file for each group. Not for use outside this room.
#pragma once

#include "services/reading_rules.hpp"
#include "services/service.hpp"

namespace shubbak::services {

boost::asio::awaitable<Answer> agent_ask(World& world, Request request);
boost::asio::awaitable<Answer> agent_begin(World& world, Request request);
boost::asio::awaitable<Answer> agent_link(World& world, Request request);
boost::asio::awaitable<Answer> agent_sign_in(World& world, Request request);
boost::asio::awaitable<Answer> bills_accounts(World& world, Request request);
boost::asio::awaitable<Answer> bills_due(World& world, Request request);
boost::asio::awaitable<Answer> bills_find(World& world, Request request);
boost::asio::awaitable<Answer> bills_list(World& world, Request request);
boost::asio::awaitable<Answer> bills_debts(World& world, Request request);
boost::asio::awaitable<Answer> bills_lookup(World& world, Request request);
boost::asio::awaitable<Answer> broadcasts_opt_in(World& world, Request request);
boost::asio::awaitable<Answer> broadcasts_opt_out(World& world, Request request);
boost::asio::awaitable<Answer> cases_answer(World& world, Request request);
boost::asio::awaitable<Answer> cases_book(World& world, Request request);
boost::asio::awaitable<Answer> cases_fee(World& world, Request request);
boost::asio::awaitable<Answer> cases_kinds(World& world, Request request);
boost::asio::awaitable<Answer> cases_mine(World& world, Request request);
boost::asio::awaitable<Answer> cases_offices(World& world, Request request);
boost::asio::awaitable<Answer> cases_open(World& world, Request request);
boost::asio::awaitable<Answer> cases_rate(World& world, Request request);
boost::asio::awaitable<Answer> cases_reopen(World& world, Request request);
boost::asio::awaitable<Answer> cases_slots(World& world, Request request);
boost::asio::awaitable<Answer> cases_status(World& world, Request request);
boost::asio::awaitable<Answer> email_check(World& world, Request request);
boost::asio::awaitable<Answer> email_remove(World& world, Request request);
boost::asio::awaitable<Answer> email_set(World& world, Request request);
boost::asio::awaitable<Answer> fills_buy(World& world, Request request);
boost::asio::awaitable<Answer> fills_code(World& world, Request request);
boost::asio::awaitable<Answer> fills_mine(World& world, Request request);
boost::asio::awaitable<Answer> fills_offer(World& world, Request request);
boost::asio::awaitable<Answer> fills_quote(World& world, Request request);
boost::asio::awaitable<Answer> links_pending(World& world, Request request);
boost::asio::awaitable<Answer> links_confirm(World& world, Request request);
boost::asio::awaitable<Answer> links_confirm_by_code(World& world, Request request);
boost::asio::awaitable<Answer> links_refuse(World& world, Request request);
boost::asio::awaitable<Answer> links_suspend(World& world, Request request);
boost::asio::awaitable<Answer> notices_cancel(World& world, Request request);
boost::asio::awaitable<Answer> notices_list(World& world, Request request);
boost::asio::awaitable<Answer> notices_subscribe(World& world, Request request);
boost::asio::awaitable<Answer> offices_areas(World& world, Request request);
boost::asio::awaitable<Answer> offices_governorates(World& world, Request request);
boost::asio::awaitable<Answer> offices_near(World& world, Request request);
boost::asio::awaitable<Answer> otp_send(World& world, Request request);
boost::asio::awaitable<Answer> otp_verify(World& world, Request request);
boost::asio::awaitable<Answer> pin_set(World& world, Request request);
boost::asio::awaitable<Answer> payments_history(World& world, Request request);
boost::asio::awaitable<Answer> payments_pay(World& world, Request request);
boost::asio::awaitable<Answer> payments_pay_all(World& world, Request request);
boost::asio::awaitable<Answer> payments_pay_by_bank_card(World& world, Request request);
boost::asio::awaitable<Answer> payments_quote(World& world, Request request);
boost::asio::awaitable<Answer> payments_quote_all(World& world, Request request);
boost::asio::awaitable<Answer> payments_receipts(World& world, Request request);
boost::asio::awaitable<Answer> polls_answer(World& world, Request request);
boost::asio::awaitable<Answer> polls_question(World& world, Request request);
boost::asio::awaitable<Answer> readings_history(World& world, Request request);
boost::asio::awaitable<Answer> readings_last(World& world, Request request);
boost::asio::awaitable<Answer> readings_submit(World& world, Request request);
boost::asio::awaitable<Answer> readings_used(World& world, Request request);
boost::asio::awaitable<Answer> readings_verify(World& world, Request request);
boost::asio::awaitable<Answer> receipts_verify(World& world, Request request);
boost::asio::awaitable<Answer> wallet_balance(World& world, Request request);
boost::asio::awaitable<Answer> wallet_movements(World& world, Request request);
boost::asio::awaitable<Answer> wallet_open(World& world, Request request);
boost::asio::awaitable<Answer> wallet_top_up(World& world, Request request);
boost::asio::awaitable<Answer> wallet_top_up_by_bank_card(World& world, Request request);

// --- what they share
// -----------------------------------------------------------------------------------------------------
Answer answer(std::string outcome, boost::json::object data = {});
// The service is not switched on, so nothing was asked or taken.
Answer not_yet();
// What was to be begun is not written: not_yet() where that is why, else `outcome`.
Answer not_written(const Error& error, std::string outcome);
// For questions to several companies: without those that are left out of the request.
companies::Among asked_among(const Request& request);
// timed_out → "timeout", not_found → "not_found", the rest → "error".
Answer failed(const Error& error);
std::chrono::milliseconds time_left(const Request& request);  // for the next question; 0 or less: it times out
std::string_view text_arg(const Request& request, std::string_view name);  // "" if it is not a text
// Nothing: it is no whole number from 0 to companies::amount_minor_max.
std::optional<std::int64_t> amount_arg(const Request& request, std::string_view name);
// The company of that name, or where it is "" the only one there is. Nothing: there is none.
companies::Company* company_of(const World& world, std::string_view name);
companies::Company* company_arg(const World& world, const Request& request);  // that "company" names
// Whom an account is asked of that somebody typed: the company that is named, or else the one that may have the
// number, of those that own "governorate" or, without it, of all. Nothing: as of Directory::find_by_account().
companies::Company* company_of_account(const World& world, const Request& request);
// What must be paid to have paid the oldest bill, the two oldest and so on.
std::vector<std::int64_t> sums_of(const std::vector<companies::Bill>& bills);
std::string_view label(const companies::Company& company, std::string_view locale);
// By its name; one that is configured no more is shown that.
std::string_view label_or_name(const World& world, std::string_view company, std::string_view locale);

// Whether a service PIN is the one that was kept, worked out beside the loop; nothing kept: it never is. Error: it
// cannot be told now, as where too many wait already.
boost::asio::awaitable<Result<bool>> judge_pin(World& world, std::optional<std::string> kept, std::string pin);
// What a flow is told of a code or PIN.
std::string outcome_of(otp::SendVerdict verdict);
std::string outcome_of(otp::TryVerdict verdict);
Actor actor_of(const Agent& agent);
// Who does what the caller asks for: the person, or the agent who acts for them.
Actor actor_of(const Caller& caller);
// As an agent asks for it: behind a check that they may still.
std::vector<store::Change> asked_by(const Caller& caller, store::Change change, WallTime now);
// As it is to be committed, with its record where an agent carries it out for the person.
std::vector<store::Change> carried_out(const Caller& caller, std::string service, std::vector<store::Change> changes,
                                       WallTime now);
// May the agent do this now, and for the person that they act for?
Result<bool> may_now(World& world, const Agent& agent, staff::Permission permission, WallTime now);

// A payment as the person confirmed it, whatever is configured by now.
struct ConfirmedPayment {
  std::string company;  // its name; "": the flow names none, for there is one only
  std::string account;
  std::int64_t amount = 0;  // minor units
  std::int64_t fee = 0;     // likewise, that the person was shown
};
// Nothing: the arguments name no amount or fee that could be one.
std::optional<ConfirmedPayment> confirmed_payment(const Request& request);
// `Begun`: what is kept of a payment or an order.
template <class Begun>
bool is_same(const Begun& begun, const ConfirmedPayment& confirmed) {
  return (confirmed.company.empty() || begun.company == confirmed.company) && begun.account == confirmed.account &&
         begun.amount.minor == confirmed.amount && begun.fee == confirmed.fee;
}
struct AskedPayment {
  companies::Company* company = nullptr;
  std::string account;
  Money amount;
  std::int64_t fee = 0;
};
// Nothing: there is no such company, account or amount that could be paid.
std::optional<AskedPayment> asked_payment(const World& world, const ConfirmedPayment& confirmed);
// The fee has changed since it was shown, or the flow shows none.
bool is_other_fee(const AskedPayment& asked);
// Of the caller's card, to be refused by the company once the call's time is over.
store::BeginPayment begin_payment(const Request& request, const AskedPayment& asked, const store::Wallet& wallet,
                                  std::string key);
// Pays as the request's arguments say, for `service`, from the person's card or with a voucher. `fill`: what a
// payment that is begun by this is for, if that is water; of fills.buy the code is told with the receipt.
boost::asio::awaitable<Answer> pay_from_card(World& world, Request request, std::string service,
                                             std::optional<store::FillOrder> fill);
// What is told of payments of which nothing is in the store after that commit.
Answer not_begun(const Result<store::Committed>& committed);
// Whose accounts are paid at once, each company once; none where the arguments list none.
std::vector<std::string> companies_of_payees(const Request& request);
// Which company the case that is to be opened is about: of a complaint about a payment, whose that was. "": of none.
std::string company_of_case(World& world, const Request& request);
// Of several payments that are confirmed at once, the first with part 1.
std::string key_of_part(const std::string& payment_key, std::size_t part);
// Adds what a payment that is begun writes beside it: that its authorisation is used up, and the walk as it waits.
void add_beginning(const Request& request, std::vector<store::Change>& changes);
// The deployment's: all its companies have one.
Currency currency_of(const World& world);

// The caller's prepaid card in that currency. Nothing: they have none, and `opens` says that none is opened.
boost::asio::awaitable<Result<std::optional<store::Wallet>>> wallet_of(World& world, const Request& request,
                                                                       Currency currency, bool opens);
Result<std::int64_t> balance_of(World& world, const store::Wallet& wallet);  // what may be spent
// What may be spent, and what is under the payment's key by then. Read in this order: what another press has reserved
// meanwhile is its payment, and no lack of money.
struct Funds {
  std::int64_t available = 0;
  std::optional<store::StoredPayment> begun{};
};
Result<Funds> funds_for(const std::string& payment_key, const store::Wallet& wallet, store::LedgerReads& ledger,
                        store::PaymentReads& payments);
store::Change redemption(const Caller& caller, std::string key, const vouchers::Pin& pin, const store::Wallet& wallet,
                         WallTime now);

// The company and account that the arguments name, if the caller owns that account: as remembered from the list they
// chose from, else as the company says now. Any other is not_found, like one that does not exist.
struct OwnAccount {
  companies::Company* company = nullptr;
  std::string account;
};
boost::asio::awaitable<Result<OwnAccount>> own_account(World& world, const Request& request);

}  // namespace shubbak::services
