#include "store/sqlite/payment_reader.hpp"

#include <algorithm>
#include <iterator>
#include <sqlite3.h>

#include "payments/receipt.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

Wallet wallet_in(const Use& row) {
  const auto currency = parse_currency(row.text(1));
  if (!currency.ok()) throw SQLite::Exception("a wallet has no currency", SQLITE_CORRUPT);
  return {row.text(0), *currency};
}

StoredRefund refund_in(const Use& row) {
  StoredRefund refund{.number = row.integer(0),
                      .payment = row.integer(1),
                      .amount = row.integer(2),
                      .fee = row.integer(3),
                      .reason = row.text(4),
                      .maker = row.text(5),
                      .proposed = row.time(6),
                      .state = code_in<RefundState>(row, 7)};
  if (!row.is_null(8)) refund.checker = row.text(8);
  if (!row.is_null(9)) refund.decided = row.time(9);
  return refund;
}

StoredEnding ending_in(const Use& row) {
  StoredEnding ending{.number = row.integer(0),
                      .payment = row.integer(1),
                      .settles = row.integer(2) != 0,
                      .evidence = row.text(3),
                      .maker = row.text(4),
                      .proposed = row.time(5),
                      .state = code_in<EndingState>(row, 6)};
  if (!row.is_null(7)) ending.checker = row.text(7);
  if (!row.is_null(8)) ending.decided = row.time(8);
  return ending;
}

PaymentReader::PaymentReader(const SQLite::Database& database, Sealer& sealer)
    : sealer_(sealer),
      wallet_(prepare(database, statement("wallet_of_person"))),
      wallets_(prepare(database, statement("wallets_of_person"))),
      of_key_(prepare(database, statement("payment_of_key"))),
      of_number_(prepare(database, statement("payment_of_number"))),
      open_(prepare(database, statement("open_payments"))),
      not_over_(prepare(database, statement("payments_not_over"))),
      of_person_(prepare(database, statement("payments_of_person"))),
      open_payees_(prepare(database, statement("open_payees_of_person"))),
      companies_(prepare(database, statement("companies_with_open_payments"))),
      company_names_(prepare(database, statement("companies_of_open_payments"))),
      refused_(prepare(database, statement("companies_with_payments_refused_before"))),
      revisions_(prepare(database, statement("revisions_of_open_payments"))),
      refund_(prepare(database, statement("refund"))),
      refunds_(prepare(database, statement("refunds"))),
      refunds_open_(prepare(database, statement("refunds_open"))),
      ending_(prepare(database, statement("ending"))),
      endings_(prepare(database, statement("endings"))),
      endings_open_(prepare(database, statement("endings_open"))),
      limit_refusals_(prepare(database, statement("limit_refusals"))) {}

Result<std::optional<Wallet>> PaymentReader::find_wallet(const NationalId& person, Currency currency) {
  return guarded("looking up a wallet", [&]() -> Result<std::optional<Wallet>> {
    const BlindIndex index = sealer_.index_of(person);
    const std::span<const unsigned char> octets(index);
    const std::string code(to_string(currency));
    Use use(wallet_, octets, code);
    if (!use.next()) return std::optional<Wallet>();
    return std::optional(Wallet{use.text(0), currency});
  });
}

std::vector<KeptWallet> PaymentReader::wallets_of(const NationalId& person) {
  std::vector<KeptWallet> wallets;
  const BlindIndex index = sealer_.index_of(person);
  const std::span<const unsigned char> octets(index);
  Use use(wallets_, octets);
  while (use.next()) wallets.push_back({.wallet = wallet_in(use), .opened = use.time(2)});
  return wallets;
}

Result<std::optional<StoredPayment>> PaymentReader::find_payment(const std::string& key) {
  return guarded("looking up a payment", [&] {
    Use use(of_key_, key);
    return first_of(use);
  });
}

Result<std::optional<StoredPayment>> PaymentReader::find_receipt(std::int64_t number) {
  return guarded("looking up a receipt", [&] {
    Use use(of_number_, number);
    return first_of(use);
  });
}

Result<std::vector<StoredPayment>> PaymentReader::open_payments(std::string_view company, WallTime now,
                                                                std::int64_t after, std::size_t rows_max) {
  return guarded("listing payments that are not over", [&] {
    const std::string name(company);
    const std::int64_t limit = limit_of(rows_max);
    Use use(open_, name, after, now, limit);
    return all_of(use);
  });
}

Result<std::vector<StoredPayment>> PaymentReader::payments_not_over(const std::string& company, WallTime begun_before,
                                                                    std::int64_t after, std::size_t rows_max) {
  return guarded("listing payments that are not over", [&]() -> Result<std::vector<StoredPayment>> {
    const std::int64_t limit = limit_of(rows_max);
    std::vector<StoredPayment> found;
    // Of each company as many as of all: the first ones of all are among these.
    for (const std::string& name : company.empty() ? names_of_companies() : std::vector{company}) {
      Use use(not_over_, name, after, begun_before, limit);
      auto page = all_of(use);
      if (!page.ok()) return page.error();
      std::ranges::move(*page, std::back_inserter(found));
    }
    std::ranges::sort(found, {}, &StoredPayment::number);
    if (found.size() > rows_max) found.erase(found.begin() + static_cast<std::ptrdiff_t>(rows_max), found.end());
    return found;
  });
}

Result<std::vector<StoredPayment>> PaymentReader::payments_of(const NationalId& person, std::int64_t before,
                                                              std::size_t rows_max) {
  return guarded("listing a person's payments", [&] {
    const BlindIndex index = sealer_.index_of(person);
    const std::span<const unsigned char> octets(index);
    const std::int64_t limit = limit_of(rows_max);
    Use use(of_person_, octets, before, limit);
    return all_of(use);
  });
}

Result<std::vector<PaymentReads::Payee>> PaymentReader::open_payees_of(const NationalId& person) {
  return guarded("listing whom a person pays", [&]() -> Result<std::vector<Payee>> {
    std::vector<Payee> payees;
    const BlindIndex index = sealer_.index_of(person);
    const std::span<const unsigned char> octets(index);
    Use use(open_payees_, octets);
    while (use.next()) payees.push_back({use.text(0), use.text(1)});
    return payees;
  });
}

Result<std::vector<PaymentReads::OpenOnes>> PaymentReader::companies_with_open_payments() {
  return guarded("counting payments that are not over", [&]() -> Result<std::vector<OpenOnes>> {
    std::vector<OpenOnes> companies;
    Use use(companies_);
    while (use.next()) companies.push_back({use.text(0), use.integer(1)});
    return companies;
  });
}

Result<std::vector<std::string>> PaymentReader::companies_of_open_payments() {
  return guarded("listing companies with payments that are not over",
                 [&]() -> Result<std::vector<std::string>> { return names_of_companies(); });
}

std::vector<std::string> PaymentReader::names_of_companies() {
  std::vector<std::string> names;
  Use use(company_names_);
  while (use.next()) names.push_back(use.text(0));
  return names;
}

Result<std::vector<PaymentReads::OpenOnes>> PaymentReader::companies_with_payments_refused_before(WallTime time) {
  return guarded("counting payments that are long not over", [&]() -> Result<std::vector<OpenOnes>> {
    std::vector<OpenOnes> companies;
    Use use(refused_, time);
    while (use.next()) companies.push_back({use.text(0), use.integer(1)});
    return companies;
  });
}

Result<std::vector<std::string>> PaymentReader::revisions_of_open_payments() {
  return guarded("listing revisions of payments that are not over", [&]() -> Result<std::vector<std::string>> {
    std::vector<std::string> revisions;
    Use use(revisions_);
    while (use.next()) revisions.push_back(use.text(0));
    return revisions;
  });
}

Result<std::optional<StoredRefund>> PaymentReader::find_refund(std::int64_t number) {
  return guarded("looking up a refund", [&]() -> Result<std::optional<StoredRefund>> {
    Use use(refund_, number);
    if (!use.next()) return std::optional<StoredRefund>();
    return std::optional(refund_in(use));
  });
}

Result<std::vector<StoredRefund>> PaymentReader::refunds(bool open_only, std::int64_t after, std::size_t rows_max) {
  return guarded("listing refunds", [&]() -> Result<std::vector<StoredRefund>> {
    std::vector<StoredRefund> found;
    const std::int64_t limit = limit_of(rows_max);
    Use use(open_only ? refunds_open_ : refunds_, after, limit);
    while (use.next()) found.push_back(refund_in(use));
    return found;
  });
}

Result<std::optional<StoredEnding>> PaymentReader::find_ending(std::int64_t number) {
  return guarded("looking up how a payment is to end", [&]() -> Result<std::optional<StoredEnding>> {
    Use use(ending_, number);
    if (!use.next()) return std::optional<StoredEnding>();
    return std::optional(ending_in(use));
  });
}

Result<std::vector<StoredEnding>> PaymentReader::endings(bool open_only, std::int64_t after, std::size_t rows_max) {
  return guarded("listing how payments are to end", [&]() -> Result<std::vector<StoredEnding>> {
    std::vector<StoredEnding> found;
    const std::int64_t limit = limit_of(rows_max);
    Use use(open_only ? endings_open_ : endings_, after, limit);
    while (use.next()) found.push_back(ending_in(use));
    return found;
  });
}

Result<PaymentReads::LimitRefusals> PaymentReader::limit_refusals() {
  return guarded("counting what limits have refused", [&]() -> Result<LimitRefusals> {
    LimitRefusals counted{};
    Use use(limit_refusals_);
    while (use.next()) counted[static_cast<std::size_t>(code_in<payments::Scope>(use, 0))] = use.integer(1);
    return counted;
  });
}

Result<std::optional<StoredPayment>> PaymentReader::first_of(Use& use) {
  if (!use.next()) return std::optional<StoredPayment>();
  Result<StoredPayment> found = payment_in(use, sealer_);
  if (!found.ok()) return found.error();
  return std::optional(*std::move(found));
}

Result<std::vector<StoredPayment>> PaymentReader::all_of(Use& use) {
  std::vector<StoredPayment> payments;
  while (use.next()) {
    Result<StoredPayment> found = payment_in(use, sealer_);
    if (!found.ok()) return found.error();
    payments.push_back(*std::move(found));
  }
  return payments;
}

Result<StoredPayment> payment_in(const Use& use, Sealer& sealer) {
  const std::int64_t number = use.integer(0);
  const std::int64_t drawer = use.integer(16);
  const auto msisdn = Msisdn::from_value(static_cast<std::uint64_t>(use.integer(1)));
  const bool has_none = use.integer(1) == 0;
  const auto currency = parse_currency(use.text(6));
  if ((!msisdn && !has_none) || !currency.ok()) throw DamagedLedgerRow("payment", number);
  StoredPayment payment{.number = number,
                        .key = use.text(11),
                        .msisdn = msisdn ? std::optional(*msisdn) : std::nullopt,
                        .link = use.text(2),
                        .company = use.text(3),
                        .account = use.text(4),
                        .amount = {use.integer(5), *currency},
                        .fee = use.integer(14),
                        .refunded = use.integer(15),
                        .state = code_in<ledger::State>(use, 7),
                        .at = use.time(8),
                        .not_after = use.time(9),
                        .revision = use.text(12),
                        .drawer = drawer};
  if (!use.is_null(10)) payment.resolved = use.time(10);
  if (!use.is_null(13)) {
    const RowIdentity row{SealedField::payment_session, static_cast<std::uint64_t>(payment.number)};
    // The money does not depend on it.
    if (auto session = sealer.open(row, use.octets(13)); session.ok()) payment.session = *std::move(session);
  }
  std::string said = payment.company;
  said.append(1, '\0').append(payment.account).append(1, '\0').append(std::to_string(payment.amount.minor));
  said.append(to_string(*currency)).append(std::to_string(payment.at.time_since_epoch().count()));
  payment.check_code =
      payments::check_code(sealer.hash_of(HashedField::receipt, static_cast<std::uint64_t>(payment.number), said));
  return payment;
}

}  // namespace shubbak::store
