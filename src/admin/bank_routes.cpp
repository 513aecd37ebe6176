#include <array>

#include "admin/bank_bodies.hpp"
#include "admin/route_row.hpp"

namespace shubbak::admin {

using staff::Permission;

namespace {

Served<BankPaymentShown> paid_to_bank(World& world, Asked<BankPayBody> asked) {
  BankPayBody& body = asked.body;
  BankPaid paid{.company = std::move(body.bill.company),
                .account = std::move(body.bill.account),
                .amount = {body.bill.amount, std::move(body.bill.currency)},
                .fee = body.fee.value_or(0),
                .reference = std::move(body.reference),
                .paid_at = std::move(body.paid_at)};
  auto paying = pay_at_bank(world, std::move(asked.caller), std::move(paid));
  const auto done = co_await std::move(paying);
  if (!done) co_return done.error();
  co_return shown_at_bank(*done);
}
Served<BankPaymentShown> bank_payment_of(World& world, Asked<BankReferenceBody> asked) {
  const auto found = bank_payment(world, asked.caller, asked.body.reference);
  if (!found) co_return found.error();
  co_return shown_at_bank(*found);
}

using rows::by;
using rows::post;

constexpr std::array<Route, 2> bank_table{{
    row<BankPayBody, BankPaymentShown, paid_to_bank>(post, "/bank/payments", by, Permission::bank_pay,
                                                     "Tell what the bank was paid for a bill: the company is paid"),
    row<BankReferenceBody, BankPaymentShown, bank_payment_of>(post, "/bank/payments/find", by, Permission::bank_pay,
                                                              "What became of what the bank was paid"),
}};

}  // namespace

std::span<const Route> bank_routes() {
  return bank_table;
}

}  // namespace shubbak::admin
