#include "store/sqlite/cash_writer.hpp"

#include <initializer_list>
#include <limits>
#include <sqlite3.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/payment_reader.hpp"
#include "store/sqlite/payment_writer.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

// What was brought in is outside of the ledger.
ledger::AccountId deposited_account(Currency currency) {
  return {ledger::AccountKind::suspense, "cash", currency};
}

// All that is asked for under a key, beside what the ledger knows of it.
std::string asked_for(char what, std::initializer_list<std::string_view> parts) {
  std::string asked(1, what);
  for (const std::string_view part : parts) asked.append(part).append(1, '\0');
  return asked;
}

audit::Detail amount_of(std::int64_t amount) {
  audit::Detail detail;
  detail.add(audit::Key::amount, amount);
  return detail;
}

}  // namespace

std::string drawer_name(const std::string& account, const std::string& office) {
  return account + "." + office;
}

ledger::AccountId drawer_account(const std::string& drawer, Currency currency) {
  return {ledger::AccountKind::agent_drawer, drawer, currency};
}

ledger::AccountId owed_account(const std::string& drawer, Currency currency) {
  return {ledger::AccountKind::pending, drawer, currency};
}

std::string cash_key_in_ledger(const std::string& key) {
  return std::string(cash_key_prefix) + key;
}

std::string key_of_cash(const std::string& key) {
  return key + ".c";
}

BlindIndex payer_in_cash(Sealer& sealer, const std::string& drawer) {
  constexpr std::uint64_t no_scope = std::numeric_limits<std::uint64_t>::max();  // limits count by small ones
  return sealer.hash_of(HashedField::payer, no_scope, drawer);
}

CashWriter::CashWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit, LedgerWriter& ledger,
                       payments::Limits limits)
    : sealer_(sealer),
      audit_(audit),
      ledger_(ledger),
      limits_(database, sealer, std::move(limits)),
      drawer_(prepare(database, statement("drawer_of_name"))),
      add_drawer_(prepare(database, statement("add_drawer"))),
      card_(prepare(database, statement("card_of_number"))),
      add_movement_(prepare(database, statement("add_cash_movement"))),
      same_payment_(prepare(database, statement("same_cash_payment"))),
      same_top_up_(prepare(database, statement("same_cash_top_up"))),
      open_payment_to_(prepare(database, statement("open_payment_to"))),
      add_payment_(prepare(database, statement("add_payment"))),
      payment_(prepare(database, statement("cash_payment"))),
      slip_(prepare(database, statement("cash_slip"))),
      owed_(prepare(database, statement("cash_owed"))),
      drop_owed_(prepare(database, statement("drop_cash_owed"))),
      add_count_(prepare(database, statement("add_cash_count"))),
      close_drawer_(prepare(database, statement("close_drawer"))),
      open_drawer_again_(prepare(database, statement("open_drawer_again"))),
      last_count_(prepare(database, statement("last_cash_count"))),
      to_correct_(prepare(database, statement("cash_to_correct"))),
      corrected_(prepare(database, statement("corrected_cash"))),
      open_like_(prepare(database, statement("open_cash_proposal_like"))),
      open_of_drawer_(prepare(database, statement("open_cash_proposal_of_drawer"))),
      written_off_(prepare(database, statement("written_off"))),
      noted_since_(prepare(database, statement("cash_noted_since_count"))),
      next_proposal_(prepare(database, statement("next_cash_proposal"))),
      add_proposal_(prepare(database, statement("add_cash_proposal"))),
      decide_proposal_(prepare(database, statement("decide_cash_proposal"))),
      proposal_(prepare(database, statement("cash_proposal"))) {}

Result<bool> CashWriter::apply(const CashChange& change, Committed& committed) {
  return std::visit([&](const auto& one) { return apply_one(one, committed); }, change);
}

Result<bool> CashWriter::apply_one(const OpenDrawer& change, Committed&) {
  const std::string name = drawer_name(change.account, change.office);
  if (const auto known = find_drawer(name)) {
    if (!known->is_closed || known->directorate != change.directorate || known->currency != change.currency)
      return Error{Errc::conflict, "the account has a drawer at that office"};
    run(open_drawer_again_, known->number, change.at);
  } else {
    run(add_drawer_, name, change.account, change.directorate, change.office, std::string(to_string(change.currency)),
        change.at);
  }
  audit::Detail detail;
  detail.add(audit::Key::author, change.account)
      .add(audit::Key::directorate, change.directorate)
      .add(audit::Key::office, change.office);
  const auto opened = find_drawer(name);
  if (!opened) return opened.error();
  tell(*opened, {audit::Action::cash_opened, change.by, change.at, detail});
  const auto limited = ledger_.apply(
      LedgerChange(SetCeiling{drawer_account(name, change.currency), change.ceiling, change.by, change.at}));
  if (!limited) return limited.error();
  return false;
}

Result<bool> CashWriter::apply_one(const TakeCash& change, Committed& committed) {
  const auto drawer = own_drawer(change.drawer, change.by, change.amount.currency);
  if (!drawer) return drawer.error();
  const std::string key = cash_key_in_ledger(change.key);
  const ledger::RequestHash request =
      sealer_.code_mac(asked_for('C', {change.drawer, change.company, change.account,
                                       std::to_string(change.amount.minor), std::to_string(change.fee)}));
  const Currency currency = drawer->currency;
  const ledger::AccountId payable{ledger::AccountKind::company_payable, change.company, currency};
  const auto cash = move({.key = key_of_cash(key),
                          .request = request,
                          .debit = drawer_account(drawer->name, currency),
                          .credit = owed_account(drawer->name, currency),
                          .amount = {change.amount.minor + change.fee, currency},
                          .by = change.by,
                          .at = change.at});
  if (!cash) return cash.error();
  const auto payment = reserve(change, key, payable, change.amount.minor, request);
  if (!payment) return payment.error();
  committed.transfers.push_back(*payment);
  if (payment->repeated) return true;
  if (Status may = may_begin(change, *drawer); !may) return may.error();
  if (change.fee != 0) {
    const auto fee = reserve(change, key_of_fee(key), fees_account(currency), change.fee, request);
    if (!fee) return fee.error();
    committed.transfers.push_back(*fee);
  }
  const BlindIndex payer = payer_in_cash(sealer_, drawer->name);
  const std::int64_t msisdn = change.msisdn ? static_cast<std::int64_t>(change.msisdn->value()) : 0;
  run(add_payment_, payment->number, msisdn, change.link, std::span<const unsigned char>(payer), change.company,
      change.account, change.not_after, std::string(), std::optional<std::span<const unsigned char>>(), change.fee,
      drawer->number, change.amount.minor, std::string(to_string(currency)), change.at, std::int64_t{0});
  audit::Detail detail = amount_of(change.amount.minor + change.fee);
  detail.add(audit::Key::company, change.company);
  note(*drawer, {CashKind::payment, cash->number, payment->number}, change.at);
  tell(*drawer, {audit::Action::cash_taken, change.by, change.at, detail});
  return false;
}

// Beside what the ledger says: its money is moved and reserved by now.
Status CashWriter::may_begin(const TakeCash& change, const Drawer& drawer) {
  const BlindIndex payer = payer_in_cash(sealer_, drawer.name);
  {
    Use use(open_payment_to_, std::span<const unsigned char>(payer), change.company, change.account);
    if (use.next()) return Error{Errc::conflict, std::string(payment_not_over)};
  }
  if (!change.again) {
    const WallTime since = change.at - same_again;
    Use use(same_payment_, drawer.number, change.company, change.account, change.amount.minor, since);
    if (use.next()) return Error{Errc::conflict, std::string(taken_just_now)};
  }
  LimitWriter::Counted counted{.who = {}, .amount = change.amount.minor, .at = change.at};
  if (!change.of_bank) counted.who[static_cast<std::size_t>(payments::Scope::agent)] = change.by.name;
  counted.who[static_cast<std::size_t>(payments::Scope::payee)] = change.company + '/' + change.account;
  return limits_.count(counted);
}

Result<TransferOutcome> CashWriter::reserve(const TakeCash& change, const std::string& key,
                                            const ledger::AccountId& to, std::int64_t amount,
                                            const ledger::RequestHash& request) {
  const ledger::Order order{.key = key,
                            .request = request,
                            .debit = owed_account(change.drawer, to.currency),
                            .credit = to,
                            .amount = {amount, to.currency},
                            .by = change.by,
                            .at = change.at};
  const auto reserved = ledger_.apply(LedgerChange(ReserveMoney{order, {.expires = change.not_after, .sent = true}}));
  if (!reserved) return reserved.error();
  return reserved->value();
}

Result<bool> CashWriter::apply_one(const TopUpByCash& change, Committed& committed) {
  const auto drawer = own_drawer(change.drawer, change.by, change.wallet.currency);
  if (!drawer) return drawer.error();
  {
    Use use(card_, change.wallet.number);
    if (!use.next() || wallet_in(use) != change.wallet)
      return Error{Errc::not_found, "there is no card of that number"};
  }
  const auto cash = move({.key = cash_key_in_ledger(change.key),
                          .debit = drawer_account(drawer->name, drawer->currency),
                          .credit = account_of(change.wallet),
                          .amount = {change.amount, drawer->currency},
                          .by = change.by,
                          .at = change.at});
  if (!cash) return cash.error();
  committed.transfers.push_back(*cash);
  if (cash->repeated) return true;
  if (!change.again) {
    const WallTime since = change.at - same_again;
    Use use(same_top_up_, drawer->number, since, change.amount, change.wallet.number);
    if (use.next()) return Error{Errc::conflict, std::string(taken_just_now)};
  }
  note(*drawer, {CashKind::top_up, cash->number}, change.at);
  tell(*drawer, {audit::Action::cash_topped_up, change.by, change.at, amount_of(change.amount)});
  return false;
}

Result<bool> CashWriter::apply_one(const GiveBackCash& change, Committed& committed) {
  std::string into;
  {
    Use use(payment_, change.payment);
    if (!use.next()) return Error{Errc::not_found, "no payment in cash has that number"};
    into = use.text(0);
  }
  const auto paid_into = find_drawer(into);
  if (!paid_into) throw DamagedLedgerRow("payment", change.payment);
  const Currency currency = paid_into->currency;
  const auto drawer = own_drawer(change.drawer, change.by, currency);
  if (!drawer) return drawer.error();
  if (change.amount.currency != currency) return Error{Errc::invalid, "it was paid in another currency"};
  if (drawer->number != paid_into->number && !(paid_into->is_closed && drawer->is_beside(*paid_into)))
    return Error{Errc::conflict, "it was paid into another drawer"};
  std::int64_t owed = 0;
  {
    Use use(owed_, change.payment);
    if (use.next()) owed = use.integer(0);
  }
  const auto cash =
      move({.key = cash_key_in_ledger(change.key),
            .request = sealer_.code_mac(asked_for('B', {change.drawer, std::to_string(change.payment)})),
            .debit = owed_account(paid_into->name, currency),
            .credit = drawer_account(drawer->name, currency),
            .amount = change.amount,
            .by = change.by,
            .at = change.at});
  if (cash && cash->repeated) {
    committed.transfers.push_back(*cash);
    return true;
  }
  if (!cash && cash.error().code == Errc::conflict) return cash.error();
  if (owed == 0) return Error{Errc::conflict, "nothing of it is to be given back"};
  if (owed != change.amount.minor)
    return Error{Errc::conflict, "what is to be given back of it is " + format_amount({owed, currency}) + " " +
                                     std::string(to_string(currency))};
  if (!cash) return cash.error();
  committed.transfers.push_back(*cash);
  run(drop_owed_, change.payment);
  note(*drawer, {CashKind::given_back, cash->number, change.payment}, change.at);
  tell(*drawer, {audit::Action::cash_given_back, change.by, change.at, amount_of(owed)});
  return false;
}

Result<bool> CashWriter::apply_one(const DepositCash& change, Committed& committed) {
  const auto drawer = open_drawer(change.drawer);
  if (!drawer) return drawer.error();
  if (drawer->account == change.by.name)
    return Error{Errc::denied, "who keeps a drawer does not take its deposits in: somebody else must"};
  if (drawer->currency != change.amount.currency) return Error{Errc::invalid, "the drawer holds another currency"};
  const auto cash = move({.key = cash_key_in_ledger(change.key),
                          .request = sealer_.code_mac(asked_for('D', {change.drawer, change.reference})),
                          .debit = deposited_account(drawer->currency),
                          .credit = drawer_account(drawer->name, drawer->currency),
                          .amount = change.amount,
                          .by = change.by,
                          .at = change.at});
  if (!cash) return cash.error();
  committed.transfers.push_back(*cash);
  if (cash->repeated) return true;
  {
    Use use(slip_, drawer->number, change.reference);
    if (use.next()) return Error{Errc::conflict, std::string(slip_is_noted)};
  }
  note(*drawer, {CashKind::deposit, cash->number, std::nullopt, change.reference}, change.at);
  tell(*drawer, {audit::Action::cash_deposited, change.by, change.at, amount_of(change.amount.minor)});
  return false;
}

Result<bool> CashWriter::apply_one(const CountCash& change, Committed& committed) {
  const auto drawer = own_drawer(change.drawer, change.by, change.counted.currency);
  if (!drawer) return drawer.error();
  const std::int64_t expected = held_in(*drawer);
  run(add_count_, drawer->number, change.at, change.counted.minor, expected, change.by.name, std::int64_t{0});
  audit::Detail detail = amount_of(change.counted.minor);
  detail.add(audit::Key::expected, expected);
  tell(*drawer, {audit::Action::cash_counted, change.by, change.at, detail});
  committed.cash_expected = expected;
  return false;
}

Result<CashWriter::Drawer> CashWriter::find_drawer(const std::string& name) {
  Use use(drawer_, name);
  if (!use.next()) return Error{Errc::not_found, "there is no drawer of that name"};
  const auto currency = parse_currency(use.text(5));
  if (!currency) throw SQLite::Exception("a drawer has no currency", SQLITE_CORRUPT);
  return Drawer{use.integer(0), use.text(1), use.text(2), use.text(3), use.text(4), *currency, !use.is_null(7)};
}

Result<CashWriter::Drawer> CashWriter::open_drawer(const std::string& name) {
  auto drawer = find_drawer(name);
  if (drawer && drawer->is_closed) return Error{Errc::conflict, std::string(drawer_is_closed)};
  return drawer;
}

std::int64_t CashWriter::held_in(const Drawer& drawer) {
  return ledger::held(ledger_.account(drawer_account(drawer.name, drawer.currency)));
}

Result<CashWriter::Drawer> CashWriter::own_drawer(const std::string& name, const Actor& by, Currency currency) {
  auto drawer = open_drawer(name);
  if (!drawer) return drawer;
  if (drawer->account != by.name) return Error{Errc::denied, "the drawer is another account's"};
  if (drawer->currency != currency) return Error{Errc::invalid, "the drawer holds another currency"};
  return drawer;
}

Result<TransferOutcome> CashWriter::move(const ledger::Order& order) {
  const auto moved = ledger_.apply(LedgerChange(MoveMoney{order}));
  if (!moved) return in_words_of_cash(moved.error());
  return moved->value();
}

Error CashWriter::in_words_of_cash(const Error& error) {
  if (error.code == Errc::limit) return {Errc::limit, std::string(over_ceiling)};
  if (error.code == Errc::insufficient) return {Errc::insufficient, "the drawer does not hold so much"};
  return error;
}

void CashWriter::note(const Drawer& drawer, const Movement& movement, WallTime at) {
  run(add_movement_, movement.transfer, drawer.number, movement.kind, movement.payment, movement.reference, at);
}

void CashWriter::tell(const Drawer& drawer, const Act& act) {
  audit_.append({.at = act.at,
                 .by = act.by,
                 .action = std::string(word(act.action)),
                 .thing = "drawer." + std::to_string(drawer.number),
                 .detail = act.detail.json().value()});
}

}  // namespace shubbak::store
