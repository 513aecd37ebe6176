#include "store/sqlite/payment_writer.hpp"

#include <algorithm>
#include <sqlite3.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/payment_reader.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

std::string octets_of(std::span<const unsigned char> octets) {
  return {octets.begin(), octets.end()};
}

Currency currency_of_payment(const Use& row, int column) {
  const auto currency = parse_currency(row.text(column));
  if (!currency.ok()) throw SQLite::Exception("a payment has no currency", SQLITE_CORRUPT);
  return *currency;
}

}  // namespace

std::string key_of_fee(const std::string& key) {
  return key + ".f";
}

ledger::AccountId fees_account(Currency currency) {
  return {ledger::AccountKind::fees, "main", currency};
}

ledger::AccountId account_of(const Wallet& wallet) {
  return {ledger::AccountKind::wallet, wallet.number, wallet.currency};
}

bool is_wallet_number(std::string_view text) {
  return text.size() == wallet_digits && text.find_first_not_of("0123456789") == std::string_view::npos;
}

PaymentWriter::PaymentWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit,
                             LedgerWriter& ledger, ReconcileWriter& reconciliation, CitizenCaseWriter& cases,
                             FillWriter& fills, payments::Limits limits)
    : sealer_(sealer),
      ledger_(ledger),
      reconciliation_(reconciliation),
      cases_(cases),
      fills_(fills),
      limits_(database, sealer, std::move(limits)),
      refunds_(database, audit, ledger, cases, fills),
      endings_(database, audit, reconciliation),
      wallet_(prepare(database, statement("wallet_of_person"))),
      wallets_(prepare(database, statement("wallets_of_person"))),
      erase_wallet_(prepare(database, statement("erase_wallet"))),
      erase_payer_(prepare(database, statement("erase_payer"))),
      add_wallet_(prepare(database, statement("add_wallet"))),
      add_payment_(prepare(database, statement("add_payment"))),
      payment_to_end_(prepare(database, statement("payment_to_end"))),
      end_payment_(prepare(database, statement("end_payment"))),
      open_payment_to_(prepare(database, statement("open_payment_to"))),
      open_refunds_of_person_(prepare(database, statement("count_open_refunds_of_person"))),
      open_payments_of_person_(prepare(database, statement("count_open_payments_of_person"))),
      owe_cash_(prepare(database, statement("owe_cash"))) {}

Result<bool> PaymentWriter::apply(const PaymentChange& change, Committed& committed) {
  return std::visit([&](const auto& one) { return apply_one(one, committed); }, change);
}

Result<bool> PaymentWriter::apply_one(const OpenWallet& change, Committed&) {
  const BlindIndex person = sealer_.index_of(change.person);
  const std::span<const unsigned char> index(person);
  const std::string currency(to_string(change.wallet.currency));
  {
    Use use(wallet_, index, currency);
    if (use.next()) return false;
  }
  run(add_wallet_, change.wallet.number, index, currency, change.at);
  return false;
}

Result<bool> PaymentWriter::apply_one(const BeginPayment& change, Committed& committed) {
  const BlindIndex person = sealer_.index_of(change.person);
  if (!is_wallet_of(change.wallet, person))
    return Error{Errc::denied, "the card is another person's, or there is none"};
  std::string asked(1, 'P');
  asked.append(to_string(account_of(change.wallet))).append(1, '\0').append(change.company).append(1, '\0');
  asked.append(change.account).append(1, '\0').append(std::to_string(change.amount.minor));
  if (change.fee != 0) asked.append(1, '\0').append(std::to_string(change.fee));
  if (change.fill) asked.append(1, '\0').append("fill ").append(std::to_string(change.fill->gallons));
  const ledger::AccountId payable{ledger::AccountKind::company_payable, change.company, change.amount.currency};
  const auto reserved = reserve(change, change.key, payable, change.amount.minor, asked);
  if (!reserved.ok()) return reserved.error();
  const TransferOutcome outcome = *reserved;
  committed.transfers.push_back(outcome);
  if (outcome.repeated) {
    const bool with_another_voucher = std::ranges::any_of(committed.redemptions, [](const Redemption& one) {
      return one.verdict == vouchers::Verdict::redeemed && !one.transfer.repeated;
    });
    if (with_another_voucher) return Error{Errc::conflict, "the payment was begun without that voucher"};
    return true;
  }
  {
    Use use(open_payment_to_, std::span<const unsigned char>(person), change.company, change.account);
    if (use.next()) return Error{Errc::conflict, std::string(payment_not_over)};
  }
  const auto counted = counted_of(change.company, change.account, change.wallet.number, change.by,
                                  {std::to_string(change.msisdn.value()), octets_of(person)});
  if (Status allowed = limits_.count({counted, change.amount.minor, change.at}); !allowed.ok())
    return allowed.error();
  if (change.fee != 0) {
    const auto fee = reserve(change, key_of_fee(change.key), fees_account(change.amount.currency), change.fee, asked);
    if (!fee.ok()) return fee.error();
    committed.transfers.push_back(*fee);
  }
  const bool waits = !change.session.empty();
  if (waits) {
    const RowIdentity row{SealedField::payment_session, static_cast<std::uint64_t>(outcome.number)};
    if (Status sealed = sealer_.seal(row, change.session, sealed_); !sealed.ok()) return sealed.error();
  }
  run(add_payment_, outcome.number, change.msisdn, change.link, std::span<const unsigned char>(person),
      change.company, change.account, change.not_after, change.revision,
      waits ? std::optional(std::span<const unsigned char>(sealed_)) : std::nullopt, change.fee,
      std::optional<std::int64_t>(), change.amount.minor, std::string(to_string(change.amount.currency)), change.at,
      std::int64_t{change.fill ? 1 : 0});
  if (change.fill) {
    if (Status ordered = fills_.order(outcome.number, *change.fill); !ordered.ok()) return ordered.error();
  }
  return false;
}

Result<TransferOutcome> PaymentWriter::reserve(const BeginPayment& change, const std::string& key,
                                               const ledger::AccountId& to, std::int64_t amount,
                                               const std::string& asked) {
  const ledger::Order order{.key = key,
                            .request = sealer_.code_mac(asked),
                            .debit = account_of(change.wallet),
                            .credit = to,
                            .amount = {amount, change.amount.currency},
                            .by = change.by,
                            .at = change.at};
  const auto reserved = ledger_.apply(LedgerChange(ReserveMoney{order, {.expires = change.not_after, .sent = true}}));
  if (!reserved.ok()) return reserved.error();
  return reserved->value();
}

Result<bool> PaymentWriter::apply_one(const SettlePayment& change, Committed& committed) {
  const auto post = [&](const std::string& key) {
    return LedgerChange(PostReservation{key, std::nullopt, change.resolution});
  };
  auto ended = end(change.key, post, {true, change.resolution}, committed);
  if (!ended.ok()) return ended;
  return change.tells_once && !*ended;
}

Result<bool> PaymentWriter::apply_one(const ReleasePayment& change, Committed& committed) {
  const auto void_it = [&](const std::string& key) { return LedgerChange(VoidReservation{key, change.resolution}); };
  auto ended = end(change.key, void_it, {false, change.resolution}, committed);
  if (!ended.ok()) return ended;
  if (!*ended) return change.tells_once;
  LimitWriter::Counted counted;
  std::int64_t number = 0;
  std::int64_t with_fee = 0;
  std::int64_t drawer = 0;
  {
    Use use(payment_to_end_, change.key);
    if (!use.next()) throw DamagedLedgerRow("payment", committed.transfers.back().number);
    number = use.integer(0);
    with_fee = use.integer(2) + use.integer(1);
    drawer = use.integer(11);
    const Actor by{code_in<Actor::Kind>(use, 7), use.text(8)};
    const bool is_known = drawer == 0;  // who it was that paid, and from which card
    counted = {counted_of(use.text(9), use.text(10), is_known ? use.text(6) : std::string(), by,
                          is_known ? Payer{use.text(4), octets_of(use.octets(5))} : Payer{}),
               use.integer(2), use.time(3)};
  }
  limits_.take_back(counted);
  if (drawer != 0) run(owe_cash_, number, drawer, with_fee);
  return false;
}

Result<bool> PaymentWriter::apply_one(const ProposeRefund& change, Committed& committed) {
  const Status proposed = refunds_.apply(change, committed);
  return proposed.ok() ? Result<bool>(false) : proposed.error();
}

Result<bool> PaymentWriter::apply_one(const DecideRefund& change, Committed& committed) {
  const Status decided = refunds_.apply(change, committed);
  return decided.ok() ? Result<bool>(false) : decided.error();
}

Result<bool> PaymentWriter::apply_one(const ProposeEnding& change, Committed& committed) {
  const Status proposed = endings_.apply(change, committed);
  return proposed.ok() ? Result<bool>(false) : proposed.error();
}

Result<bool> PaymentWriter::apply_one(const DecideEnding& change, Committed& committed) {
  const auto due = endings_.find_due(change);
  if (!due.ok()) return due.error();
  if (change.approves && !due->is_over) {
    const ledger::Resolution resolution{ending_evidence(due->ending, change.by.name), change.by, change.at};
    const auto ended = due->ending.settles ? apply_one(SettlePayment{due->key, resolution}, committed)
                                           : apply_one(ReleasePayment{due->key, resolution}, committed);
    if (!ended.ok()) return ended.error();
  }
  endings_.decide(*due, change, committed);
  return change.approves && due->is_over;  // what the person would be told is wrong, or was told
}

// Whether it has ended by this, and not before.
template <class Resolve>
Result<bool> PaymentWriter::end(const std::string& key, const Resolve& resolve, const Ending& ending,
                                Committed& committed) {
  std::int64_t number = 0;
  bool has_fee = false;
  CitizenCaseWriter::PaidBill bill;
  {
    Use use(payment_to_end_, key);
    if (!use.next()) return Error{Errc::not_found, "no payment has that key"};
    number = use.integer(0);
    has_fee = use.integer(1) != 0;
    bill = {number, use.text(9), use.text(10), {use.integer(2), currency_of_payment(use, 12)}, use.time(3)};
  }
  const auto resolved = ledger_.apply(resolve(key));
  if (!resolved.ok()) {
    if (resolved.error().code == Errc::conflict)
      contradiction_ = {number, ending.settles, ending.resolution.evidence, ending.resolution.at};
    return resolved.error();
  }
  const TransferOutcome outcome = committed.transfers.emplace_back(resolved->value());
  if (outcome.repeated) return false;
  if (!ending.settles && (reconciliation_.is_listed(number) || reconciliation_.is_listed_otherwise(number))) {
    contradiction_ = {number, true, ending.resolution.evidence, ending.resolution.at};
    return Error{Errc::conflict, "the company's daily file lists the payment: it stays reserved"};
  }
  if (has_fee) {
    // What becomes of the payment becomes of it; half of them is never written.
    const auto fee = ledger_.apply(resolve(key_of_fee(key)));
    if (!fee.ok() || fee->value().repeated) throw DamagedLedgerRow("payment", outcome.number);
    committed.transfers.push_back(fee->value());
  }
  run(end_payment_, outcome.number);
  if (ending.settles) {
    fills_.settled(outcome.number, ending.resolution.at);
    reconciliation_.payment_settled(outcome.number, ending.resolution.at);
    cases_.note_paid(bill, ending.resolution.by, ending.resolution.at);
  } else {
    fills_.released(outcome.number);
  }
  return true;
}

Error PaymentWriter::with_case(Error refused) {
  if (!contradiction_) return refused;
  const auto [payment, company_has_it, evidence, at] = *contradiction_;
  const std::int64_t number = reconciliation_.contradicted(payment, company_has_it, evidence, at);
  refused.message.append("; case ").append(reconcile::case_number(number)).append(" of the reconciliation");
  return refused;
}

bool PaymentWriter::is_wallet_of(const Wallet& wallet, const BlindIndex& person) {
  const std::string currency(to_string(wallet.currency));
  const std::span<const unsigned char> index(person);
  Use use(wallet_, index, currency);
  return use.next() && use.text(0) == wallet.number;
}

Status PaymentWriter::may_erase(const NationalId& person) {
  const BlindIndex index = sealer_.index_of(person);
  const std::span<const unsigned char> octets(index);
  {
    Use use(open_payments_of_person_, octets);
    if (use.next() && use.integer(0) > 0) return Error{Errc::conflict, "a payment of theirs is not over yet"};
  }
  {
    Use use(open_refunds_of_person_, octets);
    if (use.next() && use.integer(0) > 0) return Error{Errc::conflict, "a refund of theirs is not decided yet"};
  }
  for (const Wallet& wallet : wallets_of(index)) {
    if (ledger::held(ledger_.account(account_of(wallet))) != 0)
      return Error{Errc::conflict, "their card " + wallet.number + " holds money: pay it out first"};
  }
  return {};
}

bool PaymentWriter::erase_person(const NationalId& person) {
  const BlindIndex index = sealer_.index_of(person);
  const std::vector<Wallet> wallets = wallets_of(index);
  fills_.erase_person(index);
  for (const Wallet& wallet : wallets) {
    BlindIndex of_nobody{};
    std::ranges::copy_backward(wallet.number, of_nobody.end());
    run(erase_wallet_, wallet.number, std::span<const unsigned char>(of_nobody));
  }
  return run(erase_payer_, std::span<const unsigned char>(index)) > 0 || !wallets.empty();
}

std::vector<Wallet> PaymentWriter::wallets_of(const BlindIndex& person) {
  std::vector<Wallet> wallets;
  Use use(wallets_, std::span<const unsigned char>(person));
  while (use.next()) wallets.push_back(wallet_in(use));
  return wallets;
}

}  // namespace shubbak::store
