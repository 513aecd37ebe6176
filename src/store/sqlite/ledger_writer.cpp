#include "store/sqlite/ledger_writer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <sqlite3.h>
#include <utility>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

SQLite::Exception ledger_broken(const std::string& why) {
  return {"the ledger takes no entry, so nothing is changed: " + why + "; look at it with shubbak ledger verify",
          SQLITE_CORRUPT};
}

// Something of the set may be written by now: a rule that is broken here must end the transaction.
template <class... Values>
void write(SQLite::Statement& statement, const Values&... values) {
  try {
    run(statement, values...);
  } catch (const SQLite::Exception& exception) {
    if (exception.getErrorCode() != SQLITE_CONSTRAINT) throw;
    throw ledger_broken(exception.what());
  }
}

// Whoever may change what is not their own: the audit trail tells of it.
bool is_by_hand(const Actor& by) {
  return by.kind == Actor::Kind::staff || by.kind == Actor::Kind::command_line;
}

// As a thing of the audit trail: 16 hexadecimal digits.
std::string number_text(std::int64_t number) {
  std::array<std::uint8_t, 8> octets{};
  for (unsigned i = 0; i < octets.size(); ++i) {
    octets[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (8 * (octets.size() - 1 - i)));
  }
  return audit::to_hex(octets);
}

Error no_such_transfer() {
  return Error{Errc::not_found, "no transfer has that key"};
}

std::optional<ledger::Transfer> transfer_of(const std::optional<StoredTransfer>& stored) {
  return stored ? std::optional(stored->transfer) : std::nullopt;
}

}  // namespace

std::size_t LedgerWriter::AccountIdHash::operator()(const ledger::AccountId& id) const {
  const auto kind_and_currency = static_cast<std::size_t>(id.kind) << 8U | static_cast<std::size_t>(id.currency);
  return std::hash<std::string>()(id.owner) ^ std::hash<std::size_t>()(kind_and_currency);
}

LedgerWriter::LedgerWriter(const SQLite::Database& database, AuditWriter& audit, ledger::HashFunction sha256)
    : audit_(audit),
      seal_maker_(std::move(sha256)),
      account_of_(prepare(database, statement("ledger_account_of"))),
      account_(prepare(database, statement("ledger_account"))),
      add_account_(prepare(database, statement("add_ledger_account"))),
      put_balance_(prepare(database, statement("put_ledger_balance"))),
      read_ends_(prepare(database, statement("ledger_ends"))),
      transfer_of_key_(prepare(database, statement("ledger_transfer_of_key"))),
      add_transfer_(prepare(database, statement("add_ledger_transfer"))),
      resolve_transfer_(prepare(database, statement("resolve_ledger_transfer"))),
      mark_sent_(prepare(database, statement("mark_ledger_transfer_sent"))),
      corrected_amount_(prepare(database, statement("corrected_ledger_amount"))),
      add_entry_(prepare(database, statement("add_ledger_entry"))),
      last_seal_(prepare(database, statement("last_ledger_seal"))),
      add_seal_(prepare(database, statement("add_ledger_seal"))) {}

void LedgerWriter::begin() {
  accounts_.clear();
  numbers_.clear();
  ends_.reset();
  seal_maker_.clear();
  begin_set();
}

void LedgerWriter::begin_set() {
  undo_.clear();
  ends_before_set_ = ends_;
  seal_size_before_set_ = seal_maker_.size();
  last_entry_at_before_set_ = last_entry_at_;
}

void LedgerWriter::undo_set() {
  for (auto before = undo_.rbegin(); before != undo_.rend(); ++before) {
    const auto found = accounts_.find(before->number);
    if (before->is_new) {
      numbers_.erase(found->second.account.id);
      accounts_.erase(found);
    } else {
      found->second.account.balance = before->balance;
      found->second.account.ceiling = before->ceiling;
      found->second.last_entry = before->last_entry;
    }
  }
  undo_.clear();
  ends_ = ends_before_set_;
  seal_maker_.go_back_to(seal_size_before_set_);
  last_entry_at_ = last_entry_at_before_set_;
}

void LedgerWriter::finish() {
  for (const auto& [number, one] : accounts_) {
    if (!one.changed) continue;
    const ledger::Balance& balance = one.account.balance;
    write(put_balance_, number, one.account.ceiling, balance.debits_pending, balance.credits_pending,
          balance.debits_posted, balance.credits_posted, one.last_entry);
  }
  if (!seal_maker_.is_empty()) seal();
}

void LedgerWriter::seal() {
  ledger::Hash before{};
  std::int64_t sealed = 0;
  WallTime sealed_at = last_entry_at_;
  {
    Use use(last_seal_);
    if (use.next()) {
      sealed = use.integer(0);
      sealed_at = use.time(1);
      const auto octets = use.octets(2);
      if (octets.size() != before.size()) throw ledger_broken("its last seal is damaged");
      std::ranges::copy(octets, before.begin());
    }
  }
  const auto day_of = [](WallTime at) { return std::chrono::floor<std::chrono::days>(at); };
  if (day_of(sealed_at) < day_of(last_entry_at_)) {
    tell({audit::Action::ledger_sealed, Actor{}, last_entry_at_,
          audit::Detail().add(audit::Key::seal, audit::to_hex(before))},
         sealed);
  }
  const ledger::Hash made = seal_maker_.seal(before);
  // Never before the last one's: of each day there is one first entry.
  const WallTime at = std::max(sealed_at, last_entry_at_);
  write(add_seal_, ends().entry, at, std::span<const unsigned char>(made));
}

Result<std::optional<TransferOutcome>> LedgerWriter::apply(const LedgerChange& change) {
  try {
    return std::visit(
        [this](const auto& one) -> Result<std::optional<TransferOutcome>> {
          auto outcome = apply(one);
          if (!outcome.ok()) return outcome.error();
          return std::optional<TransferOutcome>(*std::move(outcome));
        },
        change);
  } catch (const DamagedLedgerRow& damaged) {
    return Error{Errc::io, damaged.what()};  // all rows are read before the first one is written
  }
}

Result<TransferOutcome> LedgerWriter::apply(const MoveMoney& change) {
  const ledger::Order& order = change.order;
  const auto same_key = find_transfer(order.key);
  auto outcome = begin_transfer(
      same_key, ledger::move(transfer_of(same_key), order, account(order.debit), account(order.credit)));
  tell_if_by_hand(audit::Action::money_moved, order, outcome);
  return outcome;
}

Result<TransferOutcome> LedgerWriter::apply(const ReserveMoney& change) {
  const ledger::Order& order = change.order;
  const auto same_key = find_transfer(order.key);
  auto outcome = begin_transfer(same_key, ledger::reserve(transfer_of(same_key), order, change.terms,
                                                          account(order.debit), account(order.credit)));
  tell_if_by_hand(audit::Action::money_reserved, order, outcome);
  return outcome;
}

void LedgerWriter::tell_if_by_hand(audit::Action action, const ledger::Order& order,
                                   const Result<TransferOutcome>& outcome) {
  if (!outcome.ok() || outcome->repeated || !is_by_hand(order.by)) return;
  tell({action, order.by, order.at, audit::Detail().add(audit::Key::amount, order.amount.minor)}, outcome->number);
}

Result<TransferOutcome> LedgerWriter::apply(const CorrectTransfer& change) {
  const auto corrected = find_transfer(change.corrects);
  if (!corrected) return no_such_transfer();
  const ledger::Order& first = corrected->transfer.order;
  const ledger::Order order{.key = change.key,
                            .request = change.request,
                            .debit = first.credit,
                            .credit = first.debit,
                            .amount = {change.amount, first.amount.currency},
                            .by = change.by,
                            .at = change.at};
  std::int64_t before = 0;
  {
    Use use(corrected_amount_, corrected->number);
    if (use.next()) before = use.integer(0);
  }
  const auto same_key = find_transfer(order.key);
  auto outcome = begin_transfer(
      same_key, ledger::correct(transfer_of(same_key), order, {corrected->number, corrected->transfer, before},
                                account(order.debit), account(order.credit)));
  if (outcome.ok() && !outcome->repeated) {
    tell({audit::Action::money_corrected, order.by, order.at,
          audit::Detail().add(audit::Key::amount, change.amount).add(audit::Key::reason, change.reason)},
         outcome->number);
  }
  return outcome;
}

Result<TransferOutcome> LedgerWriter::begin_transfer(const std::optional<StoredTransfer>& same_key,
                                                     const Result<ledger::Decision>& decision) {
  if (!decision.ok()) return decision.error();
  const ledger::Transfer& transfer = decision->transfer;
  if (decision->movements.empty()) return TransferOutcome{same_key->number, transfer.state, true};
  const ledger::Order& order = transfer.order;
  const std::int64_t debit = open_account(order.debit, order.at);
  const std::int64_t credit = open_account(order.credit, order.at);
  const std::int64_t number = ++ends().transfer;
  const auto resolved_by_kind = transfer.resolved ? std::optional(transfer.resolved_by.kind) : std::nullopt;
  const auto resolved_by_name = transfer.resolved ? std::optional(transfer.resolved_by.name) : std::nullopt;
  write(add_transfer_, number, order.key, std::span<const unsigned char>(order.request), debit, credit,
        order.amount.minor, order.by.kind, order.by.name, order.at, transfer.expires, transfer.corrects,
        transfer.state, transfer.sent, transfer.posted, transfer.resolved, resolved_by_kind, resolved_by_name,
        transfer.evidence);
  write_movements(number, *decision, order.at);
  return TransferOutcome{number, transfer.state, false};
}

Result<TransferOutcome> LedgerWriter::apply(const PostReservation& change) {
  return resolve(change.key, change.resolution, [&](const ledger::Transfer& transfer) {
    return ledger::post(transfer, change.amount, change.resolution, account(transfer.order.debit),
                        account(transfer.order.credit));
  });
}

Result<TransferOutcome> LedgerWriter::apply(const VoidReservation& change) {
  return resolve(change.key, change.resolution, [&](const ledger::Transfer& transfer) {
    return ledger::void_reservation(transfer, change.resolution, account(transfer.order.debit),
                                    account(transfer.order.credit));
  });
}

template <class Decide>
Result<TransferOutcome> LedgerWriter::resolve(const std::string& key, const ledger::Resolution& resolution,
                                              const Decide& decide) {
  const auto known = find_transfer(key);
  if (!known) return no_such_transfer();
  const Result<ledger::Decision> decision = decide(known->transfer);
  if (!decision.ok()) return decision.error();
  const ledger::State state = decision->transfer.state;
  if (decision->movements.empty()) return TransferOutcome{known->number, state, true};
  write_resolution(known->number, *decision);
  if (is_by_hand(resolution.by)) {
    const bool posted = state == ledger::State::posted;
    const std::int64_t amount = posted ? decision->transfer.posted : known->transfer.order.amount.minor;
    tell({posted ? audit::Action::money_posted : audit::Action::money_voided, resolution.by, resolution.at,
          audit::Detail().add(audit::Key::amount, amount)},
         known->number);
  }
  return TransferOutcome{known->number, state, false};
}

Result<TransferOutcome> LedgerWriter::apply(const MarkReservationSent& change) {
  const auto known = find_transfer(change.key);
  if (!known) return no_such_transfer();
  const ledger::Order& order = known->transfer.order;
  const auto marked = ledger::mark_sent(known->transfer, account(order.debit), account(order.credit), change.at);
  if (!marked.ok()) return marked.error();
  const bool is_new = !marked->movements.empty();
  if (is_new) {
    write(mark_sent_, known->number, marked->transfer.sent);
    write_movements(known->number, *marked, change.at);
  }
  return TransferOutcome{known->number, known->transfer.state, !is_new};
}

Result<TransferOutcome> LedgerWriter::apply(const ExpireReservation& change) {
  return resolve(change.key, {.evidence = {}, .by = {}, .at = change.now}, [&](const ledger::Transfer& transfer) {
    return ledger::expire(transfer, account(transfer.order.debit), account(transfer.order.credit), change.now);
  });
}

Result<std::optional<TransferOutcome>> LedgerWriter::apply(const SetCeiling& change) {
  const std::int64_t number = open_account(change.account, change.at);
  change_account(number).account.ceiling = change.ceiling;
  audit::Detail detail;
  if (change.ceiling) detail.add(audit::Key::amount, *change.ceiling);
  tell({audit::Action::money_ceiling_set, change.by, change.at, detail}, number);
  return std::optional<TransferOutcome>();
}

void LedgerWriter::write_resolution(std::int64_t number, const ledger::Decision& decision) {
  const ledger::Transfer& transfer = decision.transfer;
  write(resolve_transfer_, number, transfer.state, transfer.posted, transfer.resolved, transfer.resolved_by.kind,
        transfer.resolved_by.name, transfer.evidence);
  write_movements(number, decision, *transfer.resolved);
}

void LedgerWriter::write_movements(std::int64_t transfer, const ledger::Decision& decision, WallTime at) {
  const ledger::Order& order = decision.transfer.order;
  const std::int64_t debit = *find_number(order.debit);
  const std::int64_t credit = *find_number(order.credit);
  Held& debited = change_account(debit);
  Held& credited = change_account(credit);
  debited.account.balance = decision.debit;
  credited.account.balance = decision.credit;
  for (const ledger::Movement& movement : decision.movements) {
    const std::int64_t number = ++ends().entry;
    const std::int64_t debit_before = std::exchange(debited.last_entry, number);
    const std::int64_t credit_before = std::exchange(credited.last_entry, number);
    write(add_entry_, number, transfer, movement.step, debit, credit, movement.amount, at, debit_before,
          credit_before);
    seal_maker_.add(
        {number, transfer, movement.step, debit, credit, movement.amount, at, debit_before, credit_before},
        decision.transfer, debit_before == 0 ? &order.debit : nullptr, credit_before == 0 ? &order.credit : nullptr);
    last_entry_at_ = at;
  }
}

void LedgerWriter::tell(const Act& act, std::int64_t thing) {
  audit_.append({.at = act.at,
                 .by = act.by,
                 .action = std::string(word(act.action)),
                 .thing = number_text(thing),
                 .detail = act.detail.json().value()});
}

LedgerWriter::Ends& LedgerWriter::ends() {
  if (!ends_) {
    Use use(read_ends_);
    use.next();
    ends_ = Ends{use.integer(0), use.integer(1), use.integer(2)};
  }
  return *ends_;
}

std::optional<StoredTransfer> LedgerWriter::find_transfer(const std::string& key) {
  std::optional<TransferInRow> row;
  {
    Use use(transfer_of_key_, key);
    if (use.next()) row = ledger_transfer_in(use);
  }
  if (!row) return std::nullopt;
  return complete(*std::move(row));
}

StoredTransfer LedgerWriter::complete(TransferInRow row) {
  ledger::Order& order = row.stored.transfer.order;
  order.debit = held(row.debit).account.id;
  order.credit = held(row.credit).account.id;
  order.amount.currency = order.debit.currency;
  return std::move(row.stored);
}

LedgerWriter::Held& LedgerWriter::held(std::int64_t number) {
  const auto found = accounts_.find(number);
  if (found != accounts_.end()) return found->second;
  Use use(account_, number);
  if (!use.next()) throw DamagedLedgerRow("account", number);
  StoredAccount stored = ledger_account_in(use);
  numbers_.emplace(stored.account.id, number);
  return accounts_.emplace(number, Held{std::move(stored.account), stored.last_entry}).first->second;
}

std::optional<std::int64_t> LedgerWriter::find_number(const ledger::AccountId& id) {
  const auto found = numbers_.find(id);
  if (found != numbers_.end()) return found->second;
  const std::string currency(to_string(id.currency));
  Use use(account_of_, id.kind, id.owner, currency);
  if (!use.next()) return std::nullopt;
  StoredAccount stored = ledger_account_in(use);
  numbers_.emplace(id, stored.number);
  accounts_.emplace(stored.number, Held{std::move(stored.account), stored.last_entry});
  return stored.number;
}

ledger::Account LedgerWriter::account(const ledger::AccountId& id) {
  const auto number = find_number(id);
  return number ? held(*number).account : ledger::Account{id, {}};
}

std::int64_t LedgerWriter::open_account(const ledger::AccountId& id, WallTime at) {
  if (const auto number = find_number(id)) return *number;
  const std::int64_t number = ++ends().account;
  const std::string currency(to_string(id.currency));
  write(add_account_, number, id.kind, id.owner, currency, at);
  numbers_.emplace(id, number);
  accounts_.emplace(number, Held{{id, {}}});
  undo_.push_back({.number = number, .is_new = true});
  return number;
}

LedgerWriter::Held& LedgerWriter::change_account(std::int64_t number) {
  Held& one = held(number);
  undo_.push_back({number, one.account.balance, one.account.ceiling, one.last_entry});
  one.changed = true;
  return one;
}

}  // namespace shubbak::store
