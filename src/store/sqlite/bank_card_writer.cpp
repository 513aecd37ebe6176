#include "store/sqlite/bank_card_writer.hpp"

#include "store/sqlite/bank_card_rows.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

using payments::ChargeUse;
using payments::OrderState;

bool is_same(const StoredOrder& order, const OrderByBankCard& change) {
  return order.gateway == change.gateway && order.wallet.number == change.wallet.number &&
         order.company == change.company && order.account == change.account && order.amount == change.amount &&
         order.fee == change.fee;
}

// Behind the link's end: time for the gateway to tell it. One that says nothing by then keeps nobody from being
// erased.
constexpr std::chrono::hours told_within{24};

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// One that may pay may also be put on the card; no other use may be changed.
bool may_be_used(ChargeUse judged, ChargeUse wanted) {
  return judged == wanted || (judged == ChargeUse::pays && wanted == ChargeUse::credits);
}

Error no_order() {
  return {Errc::not_found, "no order by bank card has that key"};
}

}  // namespace

BankCardWriter::BankCardWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit,
                               LedgerWriter& ledger, payments::Limits limits)
    : sealer_(sealer),
      ledger_(ledger),
      limits_(database, sealer, std::move(limits)),
      placements_(database, audit, ledger),
      order_(prepare(database, statement("bank_card_order"))),
      open_of_person_(prepare(database, statement("count_open_orders_of_person"))),
      erase_orderer_(prepare(database, statement("erase_orderer"))),
      open_payment_to_(prepare(database, statement("open_payment_to"))),
      wallet_(prepare(database, statement("wallet_of_person"))),
      add_order_(prepare(database, statement("add_bank_card_order"))),
      set_order_(prepare(database, statement("set_bank_card_order"))),
      charge_(prepare(database, statement("bank_card_charge"))),
      next_charge_(prepare(database, statement("next_bank_card_charge"))),
      add_charge_(prepare(database, statement("add_bank_card_charge"))),
      paid_since_(prepare(database, statement("paid_since"))) {}

Result<bool> BankCardWriter::apply(const BankCardChange& change, Committed& committed) {
  return std::visit([&](const auto& one) { return apply_one(one, committed); }, change);
}

Result<bool> BankCardWriter::apply_one(const OrderByBankCard& change, Committed&) {
  if (const auto before = find_order(change.key)) {
    if (is_same(*before, change)) return true;
    return Error{Errc::conflict, "another order by bank card has that key"};
  }
  const BlindIndex person = sealer_.index_of(change.person);
  const std::span<const unsigned char> index(person);
  const std::string currency(to_string(change.wallet.currency));
  {
    Use use(wallet_, index, currency);
    if (!use.next() || use.text(0) != change.wallet.number)
      return Error{Errc::denied, "the card is another person's, or there is none"};
  }
  const auto company = unless_empty(change.company);
  const auto account = unless_empty(change.account);
  const OpenOnes open = open_ones(person, company, account, change.at);
  if (open.to_the_account > 0) return Error{Errc::conflict, std::string(order_not_over)};
  if (open.orders >= open_orders_of_person_max)
    return Error{Errc::limit, "too many links of theirs are not over yet"};
  if (company) {
    Use use(open_payment_to_, index, company, account);
    if (use.next()) return Error{Errc::conflict, std::string(payment_not_over)};
  }
  if (Status within = is_within_limits(change, person); !within.ok()) return within.error();
  run(add_order_, change.key, change.gateway, change.msisdn, change.link, index, change.wallet.number, company,
      account, change.amount.minor, change.fee, currency, change.by.kind, change.by.name, change.at, change.expires);
  return false;
}

// Before anybody is sent a link; limits count when it pays, since most of what is ordered may never be.
Status BankCardWriter::is_within_limits(const OrderByBankCard& change, const BlindIndex& person) {
  // Also what pays comes on the card first, and stays there if the company declines it.
  const std::int64_t total = change.amount.minor + change.fee;
  if (total > ledger::room(ledger_.account(account_of(change.wallet))))
    return Error{Errc::limit, "the card would hold more than it may"};
  if (change.company.empty()) return {};
  const auto who = counted_of(change.company, change.account, change.wallet.number, change.by,
                              {std::to_string(change.msisdn.value()), std::string(person.begin(), person.end())});
  return limits_.may_be({who, change.amount.minor, change.at});
}

Result<bool> BankCardWriter::apply_one(const ProposePlacement& change, Committed& committed) {
  const Status proposed = placements_.apply(change, committed);
  return proposed.ok() ? Result<bool>(false) : proposed.error();
}

Result<bool> BankCardWriter::apply_one(const DecidePlacement& change, Committed& committed) {
  const Status decided = placements_.apply(change, committed);
  return decided.ok() ? Result<bool>(false) : decided.error();
}

Result<bool> BankCardWriter::apply_one(const NoteOrderOpen& change, Committed&) {
  const auto order = find_order(change.key);
  if (!order) return no_order();
  if (order->state == OrderState::asked) run(set_order_, change.key, OrderState::open, std::string());
  return false;
}

Result<bool> BankCardWriter::apply_one(const CloseOrder& change, Committed&) {
  const auto order = find_order(change.key);
  if (!order) return no_order();
  if (order->state == OrderState::charged) return Error{Errc::conflict, "the gateway has taken money for it"};
  if (order->state != OrderState::over) run(set_order_, change.key, OrderState::over, change.evidence);
  return false;
}

Result<bool> BankCardWriter::apply_one(const TakeCharge& change, Committed& committed) {
  {
    Use use(charge_, change.gateway, change.transaction);
    if (use.next()) {
      const StoredCharge before = charge_in(use);
      if (before.reference != change.reference || before.amount != change.amount)
        return Error{Errc::conflict, "another charge has that name"};
      committed.charges.push_back({before.number, before.use, before.why, true});
      return true;
    }
  }
  auto order = find_order(change.reference);
  if (order && order->gateway != change.gateway) order.reset();
  const auto terms =
      order ? std::optional(terms_of(*order, ledger_.account(account_of(order->wallet)))) : std::nullopt;
  const payments::ChargeJudgement judged = payments::judge(terms, change.amount, change.at);
  if (!may_be_used(judged.use, change.use)) return Error{Errc::conflict, "the charge is of another use by now"};
  if (change.use == ChargeUse::pays && has_paid_since(*order))
    return Error{Errc::conflict, "the account was paid otherwise since"};

  std::int64_t number = 0;
  {
    Use use(next_charge_);
    use.next();
    number = use.integer(0);
  }
  if (Status moved = move(number, change, order); !moved.ok()) return moved.error();
  run(add_charge_, number, change.gateway, change.transaction, change.reference, change.amount.minor,
      std::string(to_string(change.amount.currency)), change.use, judged.why, change.at);
  if (order && order->state != OrderState::charged)
    run(set_order_, change.reference, OrderState::charged, std::string());
  committed.charges.push_back({number, change.use, judged.why, false});
  return false;
}

Status BankCardWriter::move(std::int64_t number, const TakeCharge& change, const std::optional<StoredOrder>& order) {
  const Currency currency = change.amount.currency;
  const ledger::AccountId pending{ledger::AccountKind::pending, change.gateway, currency};
  const bool is_disputed = change.use == ChargeUse::disputed;
  const auto moved =
      ledger_.apply(LedgerChange(MoveMoney{{.key = "charge." + std::to_string(number),
                                            .debit = {ledger::AccountKind::suspense, change.gateway, currency},
                                            .credit = is_disputed ? pending : account_of(order->wallet),
                                            .amount = change.amount,
                                            .by = {},
                                            .at = change.at}}));
  return moved.ok() ? Status() : Status(moved.error());
}

BankCardWriter::OpenOnes BankCardWriter::open_ones(const BlindIndex& person,
                                                   const std::optional<std::string>& company,
                                                   const std::optional<std::string>& account, WallTime at) {
  const std::span<const unsigned char> index(person);
  Use use(open_of_person_, index, company, account, at);
  if (!use.next()) return {};
  return {use.integer(0), use.integer(1)};
}

std::optional<StoredOrder> BankCardWriter::find_order(const std::string& key) {
  Use use(order_, key);
  if (!use.next()) return std::nullopt;
  return order_in(use);
}

// By whatever way: a second time they would not have confirmed it.
bool BankCardWriter::has_paid_since(const StoredOrder& order) {
  Use use(paid_since_, order.key, order.at);
  return use.next();
}

Status BankCardWriter::may_erase(const NationalId& person, WallTime at) {
  const BlindIndex index = sealer_.index_of(person);
  const OpenOnes open = open_ones(index, std::nullopt, std::nullopt, at - told_within);
  if (open.orders != 0) return Error{Errc::conflict, "a link of theirs for a bank card is not over yet"};
  if (placements_.awaits_decision(index))
    return Error{Errc::conflict, "money in dispute that is to come to their card is not decided yet"};
  return {};
}

bool BankCardWriter::erase_person(const NationalId& person) {
  const BlindIndex index = sealer_.index_of(person);
  return run(erase_orderer_, std::span<const unsigned char>(index)) > 0;
}

}  // namespace shubbak::store
