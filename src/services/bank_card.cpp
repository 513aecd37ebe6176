// payments.pay_by_bank_card and wallet.top_up_by_bank_card: what the person has confirmed is kept as an order, in the
// transaction that uses up what authorised it; then the gateway is asked for a link, under the order's key. The flow
// sends the link. What the gateway charges is taken by daemon/bank_cards, which also asks again for a link that did
// not come.
#include <algorithm>
#include <cstdlib>

#include "payments/receipt.hpp"
#include "services/bank_card_order.hpp"
#include "services/commit.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

// What is to be ordered. No company: it is put on the card.
struct AskedOrder {
  std::string company;
  std::string account;
  Money amount;
  std::int64_t fee = 0;
};
// What the arguments order, as things are now; nothing: it may not be ordered. Error: the store cannot be read.
using Judge = Result<std::optional<AskedOrder>> (*)(World& world, const Request& request);

Result<std::optional<AskedOrder>> judge_payment(World& world, const Request& request) {
  const auto confirmed = confirmed_payment(request);
  const auto asked = confirmed ? asked_payment(world, *confirmed) : std::nullopt;
  if (!asked || is_other_fee(*asked)) return std::optional<AskedOrder>();
  return std::optional(AskedOrder{asked->company->config().name, asked->account, asked->amount, asked->fee});
}

// The card that the person was shown is the caller's, or nothing is ordered.
Result<std::optional<AskedOrder>> judge_top_up(World& world, const Request& request) {
  const auto amount = amount_arg(request, "amount");
  const Currency currency = currency_of(world);
  const auto wallet = world.store.payments().find_wallet(*request.caller.person, currency);
  if (!wallet) return wallet.error();
  if (!*wallet || (*wallet)->number != text_arg(request, "card") || !amount || *amount == 0)
    return std::optional<AskedOrder>();
  return std::optional(AskedOrder{{}, {}, {*amount, currency}, 0});
}

// Whether the arguments order the same, whatever is configured by now.
bool is_same_order(const store::StoredOrder& order, const Request& request) {
  const auto confirmed = confirmed_payment(request);
  if (!confirmed || !is_same(order, *confirmed)) return false;
  return !order.company.empty() || order.wallet.number == text_arg(request, "card");
}

Answer linked(const store::StoredOrder& order, const std::string& url, WallTime now) {
  const auto left = std::chrono::floor<std::chrono::minutes>(order.expires - now);
  Answer told = answer("ok", {{"url", url}, {"minutes", std::max<std::int64_t>(left.count(), 1)}});
  told.used_authorisation = true;  // with the order
  told.changes.emplace_back(store::BankCardChange(store::NoteOrderOpen{order.key}));
  told.outcome_on_conflict = "unknown";
  return told;
}

Answer closed(std::string outcome, const store::StoredOrder& order, std::string evidence) {
  Answer told = answer(std::move(outcome));
  told.changes.emplace_back(store::BankCardChange(store::CloseOrder{order.key, std::move(evidence)}));
  told.outcome_on_conflict = "unknown";
  return told;
}

// Under its key, so that the gateway has one page for it however often it is asked. One that was asked for before may
// have come to the gateway then: no refusal closes it.
boost::asio::awaitable<Answer> asked_for_link(World& world, const Request& request, store::StoredOrder order,
                                              bool is_new) {
  auto opening = world.card_gateway->open(card_order_of(order), time_left(request));
  const Result<std::string> url = co_await std::move(opening);
  const WallTime now = wall_now();
  if (url) co_return linked(order, *url, now);
  const Errc code = url.error().code;
  if (is_new && code == Errc::denied) co_return closed("declined", order, order.gateway + " refuses it");
  if (is_new && (code == Errc::limit || code == Errc::invalid)) co_return closed("declined", order, "never sent");
  co_return answer("unknown");
}

// Whether it was paid at the last moment only the gateway knows. A charge is taken by daemon/bank_cards.
boost::asio::awaitable<Answer> asked_whether_over(World& world, const Request& request, store::StoredOrder order) {
  auto asking = world.card_gateway->status(order.key, time_left(request));
  const auto notice = co_await std::move(asking);
  switch (payments::next_step(order.state, known_by(notice), order.expires, wall_now())) {
    case payments::OrderStep::take_charge:
      co_return answer("charged");
    case payments::OrderStep::close:
      co_return closed("link_over", order, closing_evidence(order.gateway, notice->state));
    case payments::OrderStep::open:
    case payments::OrderStep::wait:
      break;
  }
  co_return answer("unknown");
}

// Also of a press that came twice, or a dialogue that was dropped and taken up.
boost::asio::awaitable<Answer> answer_for(World& world, const Request& request, const store::StoredOrder& order,
                                          bool is_new) {
  if (order.state == payments::OrderState::charged) co_return answer("charged");
  if (order.state == payments::OrderState::over) co_return answer("link_over");
  const bool has_gateway = world.card_gateway != nullptr && order.gateway == world.card_gateway->config().name;
  if (!has_gateway || !is_same_order(order, request)) co_return answer("unknown");
  auto asking = request.now < order.expires ? asked_for_link(world, request, order, is_new)
                                            : asked_whether_over(world, request, order);
  co_return co_await std::move(asking);
}

Answer not_ordered(const Result<store::Committed>& committed) {
  if (committed) return answer("declined");
  if (committed.error().code == Errc::denied) return not_written(committed.error(), "declined");
  if (committed.error().message == store::order_not_over) return answer("already_sent");
  if (committed.error().message == store::payment_not_over) return answer("not_over");
  return answer(committed.error().code == Errc::limit ? "over_limit" : "declined");
}

// The key comes first: that nothing was taken is told of no order that may have been charged.
boost::asio::awaitable<Answer> order_by_bank_card(World& world, Request request, std::string service, Judge judge) {
  if (request.payment_key.empty()) co_return answer("declined");
  auto found = world.store.bank_cards().find_order(request.payment_key);
  if (!found) co_return answer("unknown");
  if (*found) {
    const store::StoredOrder before = **found;
    auto telling = answer_for(world, request, before, false);
    co_return co_await std::move(telling);
  }
  const auto judged = judge(world, request);
  if (!judged) co_return answer("unknown");
  if (!*judged || world.card_gateway == nullptr) co_return answer("declined");
  const AskedOrder& asked = **judged;
  auto opening = wallet_of(world, request, asked.amount.currency, true);
  const auto wallet = co_await std::move(opening);
  if (!wallet) co_return not_written(wallet.error(), "unknown");
  if (!*wallet) co_return answer("declined");
  const Caller& caller = request.caller;
  const companies::CardGatewayConfig& gateway = world.card_gateway->config();
  // The authorisation comes first, so that of two presses at once only the one that used it up has made the order.
  std::vector<store::Change> changes = request.required;
  add_beginning(request, changes);
  changes.emplace_back(store::BankCardChange(store::OrderByBankCard{.key = request.payment_key,
                                                                    .gateway = gateway.name,
                                                                    .person = *caller.person,
                                                                    .msisdn = caller.subject,
                                                                    .link = std::string(caller.link),
                                                                    .wallet = **wallet,
                                                                    .company = asked.company,
                                                                    .account = asked.account,
                                                                    .amount = asked.amount,
                                                                    .fee = asked.fee,
                                                                    .by = actor_of(caller),
                                                                    .at = request.now,
                                                                    .expires = request.now + gateway.link_lives}));
  auto committing = commit(world.store, carried_out(caller, std::move(service), std::move(changes), request.now));
  const auto committed = co_await std::move(committing);
  found = world.store.bank_cards().find_order(request.payment_key);
  if (!found) co_return answer("unknown");
  if (!*found) co_return not_ordered(committed);
  const store::StoredOrder order = **found;
  auto telling = answer_for(world, request, order, committed.ok());
  co_return co_await std::move(telling);
}

}  // namespace

companies::CardOrder card_order_of(const store::StoredOrder& order) {
  const bool pays = !order.company.empty();
  const std::string what_for = pays ? order.company + " " + payments::masked_account(order.account)
                                    : "card " + payments::masked_account(order.wallet.number);
  return {.reference = order.key, .amount = total_of(order), .description = what_for, .expires = order.expires};
}

payments::AtGateway known_by(const Result<companies::GatewayNotice>& notice) {
  using State = companies::GatewayNotice::State;
  if (!notice) return payments::AtGateway::nothing;
  switch (notice->state) {
    case State::charged:
      return payments::AtGateway::charged;
    case State::failed:
    case State::cancelled:
    case State::expired:
      return payments::AtGateway::closed;
    case State::open:
      return payments::AtGateway::open;
    case State::absent:
      return payments::AtGateway::absent;
  }
  std::abort();
}

std::string closing_evidence(const std::string& gateway, companies::GatewayNotice::State state) {
  if (state == companies::GatewayNotice::State::absent) return gateway + " has none after it was over";
  return gateway + " " + std::string(to_string(state));
}

boost::asio::awaitable<Answer> payments_pay_by_bank_card(World& world, Request request) {
  auto ordering = order_by_bank_card(world, std::move(request), "payments.pay_by_bank_card", judge_payment);
  co_return co_await std::move(ordering);
}

boost::asio::awaitable<Answer> wallet_top_up_by_bank_card(World& world, Request request) {
  auto ordering = order_by_bank_card(world, std::move(request), "wallet.top_up_by_bank_card", judge_top_up);
  co_return co_await std::move(ordering);
}

}  // namespace shubbak::services
