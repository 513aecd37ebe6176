#include "store/sqlite/bank_card_reader.hpp"

#include "store/sqlite/bank_card_rows.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

StoredOrder order_in(const Use& row) {
  const std::int64_t number = row.integer(0);
  const auto msisdn = Msisdn::from_value(static_cast<std::uint64_t>(row.integer(3)));
  const bool has_none = row.integer(3) == 0;
  const auto currency = parse_currency(row.text(10));
  if ((!msisdn && !has_none) || !currency.ok()) throw DamagedLedgerRow("order by bank card", number);
  return {.number = number,
          .key = row.text(1),
          .gateway = row.text(2),
          .msisdn = msisdn ? std::optional(*msisdn) : std::nullopt,
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
          .evidence = row.text(16),
          .is_erased = row.integer(17) != 0};
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

StoredPlacement placement_in(const Use& row) {
  StoredPlacement placement{.number = row.integer(0),
                            .charge = row.integer(1),
                            .card = row.is_null(2) ? std::string() : row.text(2),
                            .refund = row.text(3),
                            .link = row.text(5),
                            .reason = row.text(6),
                            .maker = row.text(7),
                            .proposed = row.time(8),
                            .state = code_in<PlacementState>(row, 9)};
  if (const auto msisdn = Msisdn::from_value(static_cast<std::uint64_t>(row.integer(4)))) placement.msisdn = *msisdn;
  if (!row.is_null(10)) placement.checker = row.text(10);
  if (!row.is_null(11)) placement.decided = row.time(11);
  return placement;
}

Money total_of(const StoredOrder& order) {
  return {order.amount.minor + order.fee, order.amount.currency};
}

payments::BankCardOrder terms_of(const StoredOrder& order, const std::optional<ledger::Account>& card) {
  return {.state = order.state,
          .total = total_of(order),
          .has_payee = !order.company.empty(),
          .expires = order.expires,
          .is_erased = order.is_erased,
          .card_room = card ? ledger::room(*card) : ledger::unbounded};
}

std::string placement_key(std::int64_t placement) {
  return "placement." + std::to_string(placement);
}

BankCardReader::BankCardReader(const SQLite::Database& database, Sealer& sealer)
    : sealer_(sealer),
      order_(prepare(database, statement("bank_card_order"))),
      open_(prepare(database, statement("open_bank_card_orders"))),
      of_person_(prepare(database, statement("bank_card_orders_of_person"))),
      placements_of_person_(prepare(database, statement("placements_of_person"))),
      gateways_(prepare(database, statement("gateways_with_open_orders"))),
      charges_(prepare(database, statement("bank_card_charges"))),
      in_dispute_(prepare(database, statement("disputed_bank_card_charges"))),
      charge_(prepare(database, statement("bank_card_charge_of_number"))),
      placement_(prepare(database, statement("placement"))),
      placements_(prepare(database, statement("placements_of_charge"))),
      disputes_(prepare(database, statement("gateways_with_disputes"))) {}

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

Result<std::vector<StoredCharge>> BankCardReader::charges(bool in_dispute, std::int64_t after, std::size_t rows_max) {
  return guarded("listing charges", [&]() -> Result<std::vector<StoredCharge>> {
    std::vector<StoredCharge> charges;
    const std::int64_t limit = limit_of(rows_max);
    Use use(in_dispute ? in_dispute_ : charges_, after, limit);
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

Result<std::optional<StoredCharge>> BankCardReader::find_charge(std::int64_t number) {
  return guarded("looking up a charge", [&]() -> Result<std::optional<StoredCharge>> {
    Use use(charge_, number);
    if (!use.next()) return std::optional<StoredCharge>();
    return std::optional(charge_in(use));
  });
}

Result<std::optional<StoredPlacement>> BankCardReader::find_placement(std::int64_t number) {
  return guarded("looking up a placement", [&]() -> Result<std::optional<StoredPlacement>> {
    Use use(placement_, number);
    if (!use.next()) return std::optional<StoredPlacement>();
    return std::optional(placement_in(use));
  });
}

Result<std::vector<StoredPlacement>> BankCardReader::placements_of(std::int64_t charge) {
  return guarded("listing placements", [&]() -> Result<std::vector<StoredPlacement>> {
    std::vector<StoredPlacement> placements;
    Use use(placements_, charge);
    while (use.next()) placements.push_back(placement_in(use));
    return placements;
  });
}

Result<std::vector<BankCardReads::InDispute>> BankCardReader::gateways_with_disputes() {
  return guarded("counting disputes", [&]() -> Result<std::vector<InDispute>> {
    std::vector<InDispute> gateways;
    Use use(disputes_);
    while (use.next()) {
      const auto currency = parse_currency(use.text(1));
      if (!currency.ok()) return currency.error();
      gateways.push_back({use.text(0), *currency, use.integer(2), use.integer(3)});
    }
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

std::vector<KeptPlacement> BankCardReader::placements_onto_cards_of(const NationalId& person, std::size_t rows_max) {
  std::vector<KeptPlacement> placements;
  const BlindIndex index = sealer_.index_of(person);
  const std::span<const unsigned char> octets(index);
  const std::int64_t limit = limit_of(rows_max);
  Use use(placements_of_person_, octets, limit);
  while (use.next()) {
    const auto currency = parse_currency(use.text(13));
    if (!currency.ok()) throw DamagedLedgerRow("charge", use.integer(1));
    placements.push_back({.placement = placement_in(use), .amount = {use.integer(12), *currency}});
  }
  return placements;
}

}  // namespace shubbak::store
