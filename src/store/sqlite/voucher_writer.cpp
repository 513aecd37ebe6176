#include "store/sqlite/voucher_writer.hpp"

#include <algorithm>
#include <sqlite3.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"
#include "store/sqlite/voucher_reader.hpp"

namespace shubbak::store {
namespace {

using audit::Action;
using audit::Key;
using Hashed = std::span<const unsigned char>;

constexpr std::array<std::string_view, vouchers::scopes_count> scope_words{"number", "person", "pin", "everybody"};

// The ledger may have written something of the set by now: a rule that is broken here must end the transaction.
template <class... Values>
int write_voucher(SQLite::Statement& statement, const Values&... values) {
  try {
    return run(statement, values...);
  } catch (const SQLite::Exception& exception) {
    if (exception.getErrorCode() != SQLITE_CONSTRAINT) throw;
    throw SQLite::Exception(std::string("a voucher cannot be changed, so nothing is: ") + exception.what(),
                            SQLITE_CORRUPT);
  }
}

ledger::AccountId liability_of(const vouchers::Batch& batch) {
  return {ledger::AccountKind::card_liability, vouchers::liability_owner(batch.number), batch.face.currency};
}
// What was paid for vouchers where they are sold, or is not owed for them any more.
ledger::AccountId outside_of(const vouchers::Batch& batch) {
  return {ledger::AccountKind::suspense, "vouchers", batch.face.currency};
}

}  // namespace

VoucherWriter::VoucherWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit,
                             LedgerWriter& ledger, const vouchers::Policy& policy)
    : sealer_(sealer),
      audit_(audit),
      ledger_(ledger),
      policy_(policy),
      next_batch_(prepare(database, statement("next_voucher_batch"))),
      add_batch_(prepare(database, statement("add_voucher_batch"))),
      put_batch_(prepare(database, statement("put_voucher_batch"))),
      batch_(prepare(database, statement("voucher_batch"))),
      add_voucher_(prepare(database, statement("add_voucher"))),
      voucher_of_pin_(prepare(database, statement("voucher_of_pin"))),
      voucher_(prepare(database, statement("voucher"))),
      redeem_voucher_(prepare(database, statement("redeem_voucher"))),
      count_to_change_(prepare(database, statement("count_vouchers_to_change"))),
      change_vouchers_(prepare(database, statement("change_vouchers"))),
      tries_(prepare(database, statement("voucher_tries"))),
      put_tries_(prepare(database, statement("put_voucher_tries"))),
      drop_tries_(prepare(database, statement("drop_voucher_tries"))),
      drop_tries_of_(prepare(database, statement("drop_voucher_tries_of"))),
      transfer_of_key_(prepare(database, statement("ledger_transfer_of_key"))) {}

Status VoucherWriter::apply(const VoucherChange& change, Committed& committed) {
  try {
    return std::visit([&](const auto& one) { return apply_one(one, committed); }, change);
  } catch (const DamagedLedgerRow& damaged) {
    return Error{Errc::io, damaged.what()};  // all rows of a change's accounts are read before it writes
  }
}

bool VoucherWriter::erase_person(const NationalId& person) {
  const BlindIndex index = sealer_.index_of(person);
  return run(drop_tries_of_, vouchers::Scope::person, Hashed(index)) > 0;
}

template <class Decide, class CarryOut>
Status VoucherWriter::change_batch(std::int64_t number, const Decide& decide, const CarryOut& carry_out) {
  const auto batch = find_batch(number);
  if (!batch) return Error{Errc::not_found, "there is no batch " + std::to_string(number)};
  const Result<vouchers::Batch> decided = decide(*batch);
  if (!decided.ok()) return decided.error();
  if (Status done = carry_out(*decided); !done.ok()) return done;
  put_batch(*decided);
  return {};
}

Status VoucherWriter::apply_one(const OpenBatch& change, Committed& committed) {
  std::int64_t number = 0;
  {
    Use use(next_batch_);
    use.next();
    number = use.integer(0);
  }
  const auto batch = vouchers::open_batch(number, change.batch);
  if (!batch.ok()) return batch.error();
  const std::string currency(to_string(batch->face.currency));
  run(add_batch_, number, batch->face.minor, currency, batch->count, batch->expires, batch->maker, batch->issued);
  tell({Action::voucher_opened, change.batch.by, change.batch.at}, *batch,
       audit::Detail().add(Key::vouchers, batch->count).add(Key::amount, batch->face.minor));
  committed.voucher_batch = number;
  return {};
}

Status VoucherWriter::apply_one(const AddVouchers& change, Committed&) {
  return change_batch(
      change.batch,
      [&](const vouchers::Batch& batch) {
        return vouchers::add_page(batch, change.first, static_cast<std::int64_t>(change.pins.size()), change.by);
      },
      [&](const vouchers::Batch&) {
        std::int64_t serial = serial_number({change.batch, change.first});
        for (const vouchers::Pin& pin : change.pins) {
          const BlindIndex hash = hash_of(pin);
          run(add_voucher_, serial++, Hashed(hash));
        }
        return Status();
      });
}

Status VoucherWriter::apply_one(const CloseBatch& change, Committed&) {
  return change_batch(
      change.batch,
      [&](const vouchers::Batch& batch) { return vouchers::close_batch(batch, change.print_file, change.by); },
      [&](const vouchers::Batch& batch) {
        tell({Action::voucher_issued, change.by, change.at}, batch,
             audit::Detail()
                 .add(Key::vouchers, batch.count)
                 .add(Key::print_file, audit::to_hex(std::span(change.print_file))));
        return Status();
      });
}

Status VoucherWriter::apply_one(const ActivateBatch& change, Committed&) {
  return change_batch(
      change.batch, [&](const vouchers::Batch& batch) { return vouchers::activate(batch, change.by, change.at); },
      [&](const vouchers::Batch& batch) {
        const Money worth{batch.face.minor * batch.count, batch.face.currency};
        TransferOutcome sold;
        Status moved = move({.key = vouchers::liability_owner(batch.number) + ".sold",
                             .debit = outside_of(batch),
                             .credit = liability_of(batch),
                             .amount = worth,
                             .by = change.by,
                             .at = change.at},
                            sold);
        if (!moved.ok()) return moved;
        tell({Action::voucher_activated, change.by, change.at}, batch,
             audit::Detail().add(Key::vouchers, batch.count).add(Key::amount, worth.minor));
        return moved;
      });
}

Status VoucherWriter::apply_one(const BlockBatch& change, Committed&) {
  return change_batch(
      change.batch,
      [&](const vouchers::Batch& batch) { return vouchers::set_blocked(batch, change.blocked, change.by); },
      [&](const vouchers::Batch& batch) {
        const Action action = change.blocked ? Action::voucher_blocked : Action::voucher_unblocked;
        tell({action, change.by, change.at}, batch, audit::Detail().add(Key::vouchers, batch.count));
        return Status();
      });
}

Status VoucherWriter::apply_one(const VoidBatch& change, Committed&) {
  return change_batch(
      change.batch, [&](const vouchers::Batch& batch) { return vouchers::void_batch(batch, change.by); },
      [&](const vouchers::Batch& batch) {
        Status ended = end_liability(batch, ".void", change.by, change.at);
        if (ended.ok()) tell({Action::voucher_voided, change.by, change.at}, batch, {});
        return ended;
      });
}

Status VoucherWriter::apply_one(const ExpireBatch& change, Committed&) {
  return change_batch(
      change.batch, [&](const vouchers::Batch& batch) { return vouchers::expire(batch, change.now); },
      [&](const vouchers::Batch& batch) {
        Status ended = end_liability(batch, ".expired", Actor{}, change.now);
        if (ended.ok()) tell({Action::voucher_expired, Actor{}, change.now}, batch, {});
        return ended;
      });
}

Status VoucherWriter::apply_one(const ChangeVouchers& change, Committed& committed) {
  const auto batch = find_batch(change.batch);
  if (!batch) return Error{Errc::not_found, "there is no batch " + std::to_string(change.batch)};
  if (Status may = vouchers::check_range(*batch, change.range, change.act, change.by); !may.ok()) return may;
  const std::int64_t first = serial_number({change.batch, change.range.first});
  const std::int64_t last = serial_number({change.batch, change.range.last});
  const vouchers::Passage passage = vouchers::passage_of(change.act);
  std::int64_t count = 0;
  {
    Use use(count_to_change_, first, last, passage.from, passage.also_from);
    use.next();
    count = use.integer(0);
  }
  committed.vouchers_changed += count;
  if (count == 0) return {};
  if (change.act == vouchers::RangeAct::void_them) {
    TransferOutcome taken_back;
    Status moved = move({.key = vouchers::liability_owner(batch->number) + ".void." +
                                std::to_string(change.range.first) + "-" + std::to_string(change.range.last),
                         .debit = liability_of(*batch),
                         .credit = outside_of(*batch),
                         .amount = {batch->face.minor * count, batch->face.currency},
                         .by = change.by,
                         .at = change.at},
                        taken_back);
    if (!moved.ok()) return moved;
  }
  write_voucher(change_vouchers_, first, last, passage.from, passage.also_from, passage.to);
  constexpr std::array actions{Action::voucher_blocked, Action::voucher_unblocked, Action::voucher_voided};
  tell({actions[static_cast<std::size_t>(change.act)], change.by, change.at}, *batch,
       audit::Detail()
           .add(Key::first, change.range.first)
           .add(Key::last, change.range.last)
           .add(Key::vouchers, count));
  return {};
}

Status VoucherWriter::apply_one(const DropVoucherTries& change, Committed&) {
  for (std::size_t scope = 0; scope < policy_.limits.size(); ++scope) {
    run(drop_tries_, static_cast<std::int64_t>(scope), WallTime(change.now - policy_.limits[scope].window),
        change.now);
  }
  return {};
}

// Every look-up is made whatever the one before it has found, so that the work tells nothing of the PIN.
Status VoucherWriter::apply_one(const RedeemVoucher& change, Committed& committed) {
  const BlindIndex pin = hash_of(change.pin);
  const BlindIndex request = hash_of(change, pin);
  const Subjects subjects{sealer_.index_of(change.msisdn), sealer_.index_of(change.person), pin, BlindIndex{}};
  const std::optional<Voucher> voucher = find_voucher(pin);
  const std::optional<KeyedTransfer> same_key = transfer_of(change.key);
  const vouchers::Counters before = find_counters(subjects);
  vouchers::Counters counters = before;
  const auto found = voucher ? std::optional(voucher->found) : std::nullopt;
  if (same_key && (!voucher || voucher->transfer != same_key->number))
    return Error{Errc::conflict, "the key was used for another request"};
  const bool is_repeated = same_key && vouchers::is_answered_again(same_key->at, change.at);
  vouchers::Decision decision{vouchers::Verdict::redeemed};
  if (!is_repeated) {
    decision = vouchers::redeem(policy_, found, {request, change.wallet.currency, change.at}, counters);
  }
  Redemption& told = committed.redemptions.emplace_back();
  told.verdict = decision.verdict;
  told.until = decision.until;
  if (decision.verdict == vouchers::Verdict::redeemed) {
    told.serial = serial_of(voucher->serial);
    told.amount = found->batch.face;
    std::string credited(1, 'V');
    credited.append(pin.begin(), pin.end()).append(to_string(change.wallet));
    Status moved = move({.key = change.key,
                         .request = sealer_.code_mac(credited),
                         .debit = liability_of(found->batch),
                         .credit = change.wallet,
                         .amount = told.amount,
                         .by = change.by,
                         .at = change.at},
                        told.transfer);
    if (!moved.ok()) return moved;
    if (!is_repeated && write_voucher(redeem_voucher_, voucher->serial, told.transfer.number) != 1) {
      throw SQLite::Exception("a voucher was to be redeemed twice, so nothing is changed", SQLITE_CORRUPT);
    }
  }
  const bool refused = decision.verdict == vouchers::Verdict::refused && !decision.repeated;
  put_counters(subjects, before, counters, refused);
  if (refused) tell_lock(change, subjects, before, counters);
  return {};
}

// Nothing of the batch is owed any more: all that its account still holds goes out.
Status VoucherWriter::end_liability(const vouchers::Batch& batch, const char* how, const Actor& by, WallTime at) {
  if (!batch.activated) return {};
  const std::int64_t owed = ledger::available(ledger_.account(liability_of(batch)));
  if (owed == 0) return {};
  TransferOutcome ended;
  return move({.key = vouchers::liability_owner(batch.number) + how,
               .debit = liability_of(batch),
               .credit = outside_of(batch),
               .amount = {owed, batch.face.currency},
               .by = by,
               .at = at},
              ended);
}

Status VoucherWriter::move(const ledger::Order& order, TransferOutcome& outcome) {
  const auto moved = ledger_.apply(LedgerChange(MoveMoney{order}));
  if (!moved.ok()) return moved.error();
  outcome = moved->value();
  return {};
}

std::optional<vouchers::Batch> VoucherWriter::find_batch(std::int64_t number) {
  Use use(batch_, number);
  if (!use.next()) return std::nullopt;
  return voucher_batch_in(use);
}

void VoucherWriter::put_batch(const vouchers::Batch& batch) {
  const auto print_file = batch.print_file ? std::optional(Hashed(*batch.print_file)) : std::nullopt;
  write_voucher(put_batch_, batch.number, batch.added, batch.state, std::int64_t{batch.blocked}, batch.checker,
                batch.activated, print_file);
}

// Of a PIN that none has the rows of another voucher are read, cold or warm as those of any, and not told.
std::optional<VoucherWriter::Voucher> VoucherWriter::find_voucher(const BlindIndex& pin) {
  Voucher voucher{};
  bool is_there = false;
  {
    Use use(voucher_of_pin_, Hashed(pin));
    if (use.next()) {
      voucher.serial = use.integer(0);
      is_there = Sealer::same(use.octets(1), pin);
    }
  }
  {
    Use use(voucher_, voucher.serial);
    if (use.next()) {
      voucher.found.state = static_cast<vouchers::VoucherState>(use.integer(0));
      if (!use.is_null(1)) voucher.transfer = use.integer(1);
    }
  }
  const auto batch = find_batch(serial_of(voucher.serial).batch);
  if (!is_there) return std::nullopt;
  if (!batch) throw SQLite::Exception("a voucher is of a batch that there is not", SQLITE_CORRUPT);
  voucher.found.batch = *batch;
  return voucher;
}

std::optional<VoucherWriter::KeyedTransfer> VoucherWriter::transfer_of(const std::string& key) {
  Use use(transfer_of_key_, key);
  if (!use.next()) return std::nullopt;
  return KeyedTransfer{use.integer(0), use.time(8)};
}

BlindIndex VoucherWriter::hash_of(const vouchers::Pin& pin) {
  return sealer_.hash_of(HashedField::voucher_pin, 0, pin.reveal());
}

BlindIndex VoucherWriter::hash_of(const RedeemVoucher& request, const BlindIndex& pin) {
  std::string what(pin.begin(), pin.end());
  what.append(to_string(request.wallet)).append(1, '\0').append(request.key);
  return sealer_.hash_of(HashedField::voucher_request, 0, what);
}

vouchers::Counters VoucherWriter::find_counters(const Subjects& subjects) {
  vouchers::Counters counters{};
  for (std::size_t scope = 0; scope < counters.size(); ++scope) {
    Use use(tries_, static_cast<std::int64_t>(scope), Hashed(subjects[scope]));
    if (!use.next()) continue;
    vouchers::Tries& tries = counters[scope];
    tries = {use.time(0), static_cast<std::uint32_t>(use.integer(1)), use.time(2)};
    if (const Hashed refused = use.octets(3); refused.size() == vouchers::RequestHash{}.size())
      std::ranges::copy(refused, tries.refused.emplace().begin());
  }
  return counters;
}

void VoucherWriter::put_counters(const Subjects& subjects, const vouchers::Counters& before,
                                 const vouchers::Counters& now, bool refused) {
  for (std::size_t scope = 0; scope < now.size(); ++scope) {
    const vouchers::Tries& tries = now[scope];
    // A window that nothing has failed in says nothing.
    const bool is_news = tries != before[scope] && (tries.failures > 0 || before[scope] != vouchers::Tries{});
    if (!is_news && !refused) continue;
    write_voucher(put_tries_, static_cast<std::int64_t>(scope), Hashed(subjects[scope]), tries.began,
                  std::int64_t{tries.failures}, tries.locked_until,
                  tries.refused ? std::optional(Hashed(*tries.refused)) : std::nullopt);
  }
}

void VoucherWriter::tell(const Act& act, const vouchers::Batch& batch, const audit::Detail& detail) {
  audit_.append({.at = act.at,
                 .by = act.by,
                 .action = std::string(word(act.action)),
                 .thing = vouchers::liability_owner(batch.number),
                 .detail = detail.json().value()});
}

// One failure may lock several: the longest is told.
void VoucherWriter::tell_lock(const RedeemVoucher& change, const Subjects& subjects, const vouchers::Counters& before,
                              const vouchers::Counters& now) {
  std::optional<std::size_t> longest;
  for (std::size_t scope = 0; scope < now.size(); ++scope) {
    const WallTime until = now[scope].locked_until;
    if (until <= before[scope].locked_until || until <= change.at) continue;
    if (!longest || until > now[*longest].locked_until) longest = scope;
  }
  if (!longest) return;
  const vouchers::Tries& tries = now[*longest];
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(tries.locked_until - change.at).count();
  const auto detail = audit::Detail()
                          .add(Key::reason, scope_words[*longest])
                          .add(Key::tries, std::min<std::int64_t>(tries.failures, audit::Detail::count_max))
                          .add(Key::seconds, std::min<std::int64_t>(seconds, audit::Detail::count_max));
  audit_.append({.at = change.at,
                 .by = change.by,
                 .action = std::string(word(Action::voucher_locked)),
                 .person = pseudonym_of(subjects[static_cast<std::size_t>(vouchers::Scope::person)]),
                 .msisdn = pseudonym_of(subjects[static_cast<std::size_t>(vouchers::Scope::number)]),
                 .detail = detail.json().value()});
}

}  // namespace shubbak::store
