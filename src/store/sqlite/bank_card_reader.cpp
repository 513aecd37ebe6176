#include "store/sqlite/bank_card_reader.hpp"

#include "store/sqlite/bank_card_rows.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

StoredOrder order_in(const Use& row) {
  const std::int64_t number = row.integer(0);
  const auto msisdn = Msisdn::from_value(static_cast<std::uint64_t>(row.integer(3)));
  const auto currency = parse_currency(row.text(10));
  if (!msisdn || !currency.ok()) throw DamagedLedgerRow("order by bank card", number);
  return {.number = number,
          .key = row.text(1),
          .gateway = row.text(2),
          .msisdn = *msisdn,
          .link = row.text(4),
          .wallet = {row.text(5), *currency},
          .company = row.is_null(6) ? std::string() : row.text(6),
          .account = row.is_null(7) ? std::string() : row.text(7),
          .amount = {row.integer(8), *currency},
          .fee = row.integer(9),
          .by = {code_in<Actor::Kind>(row, 11), row.text(12)},
          .at = row.time(13),
          .expires = row.time(14),
          .state = code_in<payments::OrderState>(row, 15),
          .evidence = row.text(16)};
}

StoredCharge charge_in(const Use& row) {
  const auto currency = parse_currency(row.text(5));
  if (!currency.ok()) throw DamagedLedgerRow("charge", row.integer(0));
  return {.number = row.integer(0),
          .gateway = row.text(1),
          .transaction = row.text(2),
          .reference = row.text(3),
          .amount = {row.integer(4), *currency},
          .use = code_in<payments::ChargeUse>(row, 6),
          .why = code_in<payments::Dispute>(row, 7),
          .at = row.time(8)};
}

payments::BankCardOrder terms_of(const StoredOrder& order) {
  return {.state = order.state,
          .total = {order.amount.minor + order.fee, order.amount.currency},
          .has_payee = !order.company.empty(),
          .expires = order.expires};
}

BankCardReader::BankCardReader(const SQLite::Database& database, Sealer& sealer)
    : sealer_(sealer),
      order_(prepare(database, statement("bank_card_order"))),
      open_(prepare(database, statement("open_bank_card_orders"))),
      of_person_(prepare(database, statement("bank_card_orders_of_person"))),
      gateways_(prepare(database, statement("gateways_with_open_orders"))),
      charges_(prepare(database, statement("bank_card_charges"))),
      disputed_(prepare(database, statement("disputed_bank_card_charges"))) {}

Result<std::optional<StoredOrder>> BankCardReader::find_order(const std::string& key) {
  return guarded("looking up an order by bank card", [&]() -> Result<std::optional<StoredOrder>> {
    Use use(order_, key);
    if (!use.next()) return std::optional<StoredOrder>();
    return std::optional(order_in(use));
  });
}

Result<std::vector<StoredOrder>> BankCardReader::open_orders(std::string_view gateway, std::int64_t after,
                                                             std::size_t rows_max) {
  return guarded("listing orders by bank card that are not over", [&]() -> Result<std::vector<StoredOrder>> {
    std::vector<StoredOrder> orders;
    const std::string name(gateway);
    const std::int64_t limit = limit_of(rows_max);
    Use use(open_, name, after, limit);
    while (use.next()) orders.push_back(order_in(use));
    return orders;
  });
}

Result<std::vector<StoredCharge>> BankCardReader::charges(bool disputed_only, std::int64_t after,
                                                          std::size_t rows_max) {
  return guarded("listing charges", [&]() -> Result<std::vector<StoredCharge>> {
    std::vector<StoredCharge> charges;
    const std::int64_t limit = limit_of(rows_max);
    Use use(disputed_only ? disputed_ : charges_, after, limit);
    while (use.next()) charges.push_back(charge_in(use));
    return charges;
  });
}

Result<std::vector<BankCardReads::OpenOrders>> BankCardReader::gateways_with_open_orders() {
  return guarded("counting orders by bank card", [&]() -> Result<std::vector<OpenOrders>> {
    std::vector<OpenOrders> gateways;
    Use use(gateways_);
    while (use.next()) gateways.push_back({use.text(0), use.integer(1)});
    return gateways;
  });
}

std::vector<StoredOrder> BankCardReader::orders_of(const NationalId& person, std::size_t rows_max) {
  std::vector<StoredOrder> orders;
  const BlindIndex index = sealer_.index_of(person);
  const std::span<const unsigned char> octets(index);
  const std::int64_t limit = limit_of(rows_max);
  Use use(of_person_, octets, limit);
  while (use.next()) orders.push_back(order_in(use));
  return orders;
}

}  // namespace shubbak::store
