#include "admin/refund_service.hpp"

#include <utility>

#include "flows/engine.hpp"
#include "payments/receipt.hpp"
#include "services/payment_end.hpp"

namespace shubbak::admin {
namespace {

using staff::Permission;

constexpr std::size_t refunds_page = 1'000;

Result<RefundTold, ApiError> refund_numbered(World& world, std::int64_t number) {
  auto found = world.store.payments().find_refund(number);
  if (!found) return api_error(found.error());
  if (!*found) return ApiError{Code::not_found, "there is no refund " + std::to_string(number), "number"};
  return RefundTold{std::move(**found), world.currency};
}

// Nothing: there is no number, or it is no longer theirs, or suspended.
Result<std::optional<store::OutboxMessage>, ApiError> news_of_refund(World& world,
                                                                     const store::StoredRefund& refund) {
  const auto found = world.store.payments().find_receipt(refund.payment);
  if (!found) return api_error(found.error());
  if (!*found || !(*found)->msisdn) return std::optional<store::OutboxMessage>();
  const store::StoredPayment& payment = **found;
  const auto words = world.counter.words();
  if (!words) return api_error(words.error());
  const auto locale = services::news_locale(world.store, **words, payment);
  if (!locale) return std::optional<store::OutboxMessage>();
  store::StoredPayment back = payment;
  back.amount.minor = refund.amount + refund.fee;
  std::string text = services::news_of_payment(**words, *locale, back,
                                               payment.drawer == 0 ? "sys_payment_refunded" : "sys_cash_refunded");
  text.append(" ").append(payments::receipt_number(payment.number));
  return std::optional(
      services::news_message(world.counter, payment.link, *payment.msisdn, std::move(text), world.now()));
}

}  // namespace

Result<store::StoredPayment, ApiError> payment_of_receipt(World& world, const std::string& receipt) {
  const auto number = payments::parse_receipt_number(receipt);
  if (!number) return ApiError{Code::invalid, "that is no receipt's number, or mistyped", "receipt"};
  auto payment = world.store.payments().find_receipt(*number);
  if (!payment) return api_error(payment.error());
  if (!*payment) return ApiError{Code::not_found, "no payment has that receipt", "receipt"};
  return std::move(**payment);
}

Served<RefundTold> propose_refund(World& world, Caller caller, RefundWanted wanted) {
  const auto payment = payment_of_receipt(world, wanted.receipt);
  if (!payment) co_return payment.error();
  std::vector<store::Change> changes;
  changes.emplace_back(
      store::PaymentChange(store::ProposeRefund{.payment = payment->number,
                                                .amount = wanted.amount.value_or(payment->amount.minor),
                                                .fee = wanted.with_fee ? payment->fee : 0,
                                                .reason = std::move(wanted.reason),
                                                .by = caller.actor,
                                                .at = world.now()}));
  auto committing =
      commit_if(world, required_of(world, caller, Permission::refund_propose, staff::Scope()), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return refund_numbered(world, committed->refund);
}

Served<RefundTold> decide_refund(World& world, Caller caller, std::int64_t number, bool pays) {
  const auto known = refund_numbered(world, number);
  if (!known) co_return known.error();
  std::vector<store::Change> changes;
  changes.emplace_back(store::PaymentChange(store::DecideRefund{number, pays, caller.actor, world.now()}));
  std::optional<store::OutboxMessage> news;
  if (pays) {
    auto told = news_of_refund(world, known->refund);
    if (!told) co_return told.error();
    news = std::move(*told);
  }
  if (news) changes.emplace_back(store::AddOutboxMessage{*news});
  auto committing =
      commit_if(world, required_of(world, caller, Permission::refund_decide, staff::Scope()), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  services::take_up_news(world.counter, news, *committed);
  co_return refund_numbered(world, number);
}

Result<std::vector<RefundTold>, ApiError> list_refunds(World& world, bool open_only, std::int64_t after) {
  auto page = world.store.payments().refunds(open_only, after, refunds_page);
  if (!page) return api_error(page.error());
  std::vector<RefundTold> listed;
  for (store::StoredRefund& one : *page) listed.push_back({std::move(one), world.currency});
  return listed;
}

}  // namespace shubbak::admin
