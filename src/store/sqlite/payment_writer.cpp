#include "store/sqlite/payment_writer.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/payment_reader.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

ledger::AccountId account_of(const Wallet& wallet) {
  return {ledger::AccountKind::wallet, wallet.number, wallet.currency};
}

bool is_wallet_number(std::string_view text) {
  return text.size() == wallet_digits && text.find_first_not_of("0123456789") == std::string_view::npos;
}

PaymentWriter::PaymentWriter(const SQLite::Database& database, Sealer& sealer, LedgerWriter& ledger)
    : sealer_(sealer),
      ledger_(ledger),
      wallet_(prepare(database, statement("wallet_of_person"))),
      wallets_(prepare(database, statement("wallets_of_person"))),
      add_wallet_(prepare(database, statement("add_wallet"))),
      add_payment_(prepare(database, statement("add_payment"))),
      payment_of_key_(prepare(database, statement("payment_of_key"))),
      end_payment_(prepare(database, statement("end_payment"))),
      open_payments_of_person_(prepare(database, statement("count_open_payments_of_person"))) {}

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
  const ledger::Order order{.key = change.key,
                            .request = sealer_.code_mac(asked),
                            .debit = account_of(change.wallet),
                            .credit = {ledger::AccountKind::company_payable, change.company, change.amount.currency},
                            .amount = change.amount,
                            .by = change.by,
                            .at = change.at};
  const auto reserved = ledger_.apply(LedgerChange(ReserveMoney{order, {.expires = change.not_after, .sent = true}}));
  if (!reserved.ok()) return reserved.error();
  const TransferOutcome& outcome = committed.transfers.emplace_back(reserved->value());
  if (outcome.repeated) return true;
  const bool waits = !change.session.empty();
  if (waits) {
    const RowIdentity row{SealedField::payment_session, static_cast<std::uint64_t>(outcome.number)};
    if (Status sealed = sealer_.seal(row, change.session, sealed_); !sealed.ok()) return sealed.error();
  }
  run(add_payment_, outcome.number, change.msisdn, change.link, std::span<const unsigned char>(person),
      change.company, change.account, change.not_after, change.revision,
      waits ? std::optional(std::span<const unsigned char>(sealed_)) : std::nullopt);
  return false;
}

Result<bool> PaymentWriter::apply_one(const SettlePayment& change, Committed& committed) {
  return end(change.key, PostReservation{change.key, std::nullopt, change.resolution}, committed);
}

Result<bool> PaymentWriter::apply_one(const ReleasePayment& change, Committed& committed) {
  return end(change.key, VoidReservation{change.key, change.resolution}, committed);
}

Result<bool> PaymentWriter::end(const std::string& key, const LedgerChange& resolution, Committed& committed) {
  {
    Use use(payment_of_key_, key);
    if (!use.next()) return Error{Errc::not_found, "no payment has that key"};
  }
  const auto resolved = ledger_.apply(resolution);
  if (!resolved.ok()) return resolved.error();
  const TransferOutcome& outcome = committed.transfers.emplace_back(resolved->value());
  if (!outcome.repeated) run(end_payment_, outcome.number);
  return false;
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
  std::vector<Wallet> wallets;
  {
    Use use(wallets_, octets);
    while (use.next()) wallets.push_back(wallet_in(use));
  }
  for (const Wallet& wallet : wallets) {
    if (ledger::held(ledger_.account(account_of(wallet))) != 0)
      return Error{Errc::conflict, "their card " + wallet.number + " holds money: pay it out first"};
  }
  return {};
}

}  // namespace shubbak::store
