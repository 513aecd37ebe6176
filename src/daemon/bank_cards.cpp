#include "daemon/bank_cards.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/log.hpp"
#include "payments/receipt.hpp"
#include "services/bank_card_order.hpp"
#include "services/commit.hpp"

namespace shubbak::daemon {
namespace {

using payments::ChargeUse;
using State = companies::GatewayNotice::State;

constexpr std::chrono::seconds orders_interval{2};
constexpr std::size_t orders_page_max = 200;
constexpr std::size_t silences_max = 3;
constexpr std::chrono::milliseconds gateway_timeout{10'000};
constexpr std::chrono::seconds left_to_the_service{10};  // which has just asked for the link
constexpr int tries_max = 4;

std::string_view word_of(const store::ChargeOutcome& told) {
  switch (told.use) {
    case ChargeUse::pays:
      return "pays";
    case ChargeUse::credits:
      return "credits";
    case ChargeUse::disputed:
      return to_string(told.why);
  }
  std::abort();
}

std::string written(Money amount) {
  return format_amount(amount) + " " + std::string(to_string(amount.currency));
}

}  // namespace

BankCards::BankCards(Shared& shared, Teller teller, PaymentFollowUp& payments, const Gateways& gateways)
    : shared_(shared), teller_(std::move(teller)), payments_(payments) {
  for (const auto& gateway : gateways) lanes_.push_back({.gateway = gateway.get()});
}

boost::asio::awaitable<BankCards::Taken> BankCards::take(const companies::CardGateway& gateway,
                                                         companies::GatewayNotice notice) {
  if (notice.state == State::charged) {
    auto taking = take_charge(gateway, std::move(notice));
    co_return co_await std::move(taking);
  }
  if (notice.state == State::open || notice.state == State::absent) co_return Taken::nothing;
  const auto order = shared_.store.bank_cards().find_order(notice.reference);
  if (!order) co_return Taken::not_written;
  if (!*order || (*order)->gateway != gateway.config().name) co_return Taken::nothing;
  const store::StoredOrder ours = **order;
  auto closing = close(ours, services::closing_evidence(ours.gateway, notice.state));
  co_return co_await std::move(closing);
}

boost::asio::awaitable<BankCards::Taken> BankCards::close(const store::StoredOrder& order, std::string evidence) {
  if (order.state == payments::OrderState::over) co_return Taken::done_before;
  std::vector<store::Change> changes;
  changes.emplace_back(store::BankCardChange(store::CloseOrder{order.key, evidence}));
  auto committing = services::commit(shared_.store, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (committed) {
    log::info("bank_card_order_over", {{"gateway", order.gateway}, {"order", order.number}, {"evidence", evidence}});
    co_return Taken::done;
  }
  if (committed.error().code == Errc::conflict) co_return Taken::nothing;  // the money has come
  shared_.metrics.count_store_failure();
  log::error("bank_card_order_not_written", {{"order", order.number}, {"reason", committed.error().message}});
  co_return Taken::not_written;
}

// What the set is made for may be another use by the time that it is written: then it is made anew. What may not pay,
// whatever stands against it, comes on the card.
boost::asio::awaitable<BankCards::Taken> BankCards::take_charge(const companies::CardGateway& gateway,
                                                                companies::GatewayNotice notice) {
  const std::string& name = gateway.config().name;
  bool may_pay = true;
  Error refused{Errc::conflict, ""};
  for (int tries = 0; tries < tries_max; ++tries) {
    const WallTime now = wall_now();
    auto order = shared_.store.bank_cards().find_order(notice.reference);
    if (!order) co_return Taken::not_written;
    if (*order && (*order)->gateway != name) order->reset();
    const auto terms = terms_of_charge(*order);
    if (!terms) co_return Taken::not_written;
    Charge charge{notice, *order, payments::judge(*terms, notice.amount, now).use};
    std::optional<std::vector<store::Change>> payment;
    if (charge.use == ChargeUse::pays && may_pay) {
      auto paying = payment_of(**order, now);
      if (!paying) {
        refused = paying.error();
        break;
      }
      payment = *std::move(paying);
    }
    if (charge.use == ChargeUse::pays && !payment) charge.use = ChargeUse::credits;
    std::vector<store::Change> changes;
    changes.emplace_back(store::BankCardChange(store::TakeCharge{.gateway = name,
                                                                 .transaction = notice.transaction,
                                                                 .reference = notice.reference,
                                                                 .amount = notice.amount,
                                                                 .use = charge.use,
                                                                 .at = now}));
    if (payment) std::ranges::move(*payment, std::back_inserter(changes));
    std::string text = payment ? std::string() : news_of(charge);
    if (!text.empty()) text = teller_.in_digits_of(charge.order->link, std::move(text));
    if (!text.empty())
      changes.push_back(and_by_mail(teller_.outbox_change(charge.order->link, *charge.order->msisdn, text)));
    auto committing = services::commit(shared_.store, std::move(changes));
    const auto committed = co_await std::move(committing);
    if (!committed) {
      refused = committed.error();
      const bool is_written_once = refused.code == Errc::io || refused.code == Errc::unavailable;
      if (is_written_once) break;
      may_pay = false;
      continue;
    }
    const store::ChargeOutcome& told = committed->charges.front();
    if (told.repeated) co_return Taken::done_before;
    ++taken_[static_cast<std::size_t>(told.use)];
    log::write(told.use == ChargeUse::disputed ? log::Level::error : log::Level::info, "bank_card_charge",
               {{"gateway", name}, {"charge", told.number}, {"use", word_of(told)}});
    if (!text.empty() && !committed->outbox_ids.empty())
      teller_.take_up(charge.order->link, committed->outbox_ids.back(), *charge.order->msisdn, text);
    if (payment) pay(notice.reference);
    co_return Taken::done;
  }
  if (refused.code == Errc::conflict) {
    log::error("bank_card_charge_refused", {{"gateway", name}, {"reason", refused.message}});
    co_return Taken::conflict;
  }
  shared_.metrics.count_store_failure();
  log::error("bank_card_charge_not_written", {{"gateway", name}, {"reason", refused.message}});
  co_return Taken::not_written;
}

Result<std::optional<payments::BankCardOrder>> BankCards::terms_of_charge(
    const std::optional<store::StoredOrder>& order) const {
  if (!order) return std::optional<payments::BankCardOrder>();
  const auto card = shared_.store.ledger().find_ledger_account(account_of(order->wallet));
  if (!card) return card.error();
  return std::optional(terms_of(*order, *card ? std::optional((*card)->account) : std::nullopt));
}

// Nothing: the number is not the person's any more, suspended or held, or they were erased.
Result<std::optional<std::vector<store::Change>>> BankCards::payment_of(const store::StoredOrder& order,
                                                                        WallTime now) const {
  using Payment = std::optional<std::vector<store::Change>>;
  if (!order.msisdn) return Payment();
  const auto person = shared_.store.find_person(*order.msisdn);
  if (!person) return Error{Errc::unavailable, person.error().message};
  if (active_since(*person) == WallTime{} || active_since(*person) > order.at) return Payment();
  const NationalId& owner = person->link->national_id;
  std::vector<store::Change> changes;
  changes.emplace_back(store::RequireLink{*order.msisdn, owner});
  changes.emplace_back(store::PaymentChange(store::BeginPayment{.key = order.key,
                                                                .person = owner,
                                                                .msisdn = *order.msisdn,
                                                                .link = order.link,
                                                                .wallet = order.wallet,
                                                                .company = order.company,
                                                                .account = order.account,
                                                                .amount = order.amount,
                                                                .fee = order.fee,
                                                                .by = order.by,
                                                                .at = now,
                                                                .not_after = now + PaymentFollowUp::order_lives,
                                                                .revision = {},
                                                                .session = {}}));
  return Payment(std::move(changes));
}

// Empty: whose it was is nobody's to be told.
std::string BankCards::news_of(const Charge& charge) const {
  if (!charge.order || !charge.order->msisdn) return {};
  const store::StoredOrder& order = *charge.order;
  const bool is_kept = charge.use == ChargeUse::credits && !order.company.empty();
  const std::string_view words = charge.use == ChargeUse::disputed ? "sys_bank_card_disputed"
                                 : is_kept                         ? "sys_bank_card_kept"
                                                                   : "sys_bank_card_credited";
  std::string text = words_for(shared_, *order.msisdn, order.at, words);
  if (text.empty()) return text;
  text.append(" ").append(written(charge.notice.amount));
  if (charge.use == ChargeUse::disputed) text.append(" ").append(charge.notice.transaction);
  if (is_kept) text.append(" ").append(payments::masked_account(order.account));
  return text;
}

// Whoever told of the charge waits for no company. What cannot be asked for here the follow-up of payments ends.
void BankCards::pay(const std::string& key) {
  auto payment = shared_.store.payments().find_payment(key);
  if (!payment || !*payment) return;
  auto paying = payments_.pay(**std::move(payment));
  boost::asio::co_spawn(shared_.executor, std::move(paying), boost::asio::detached);
}

void BankCards::tick(Instant now) {
  for (Lane& lane : lanes_) {
    if (lane.under_way || now < lane.next) continue;
    lane.under_way = true;
    lane.next = now + orders_interval;
    auto asking = ask_for_all(lane);
    boost::asio::co_spawn(shared_.executor, std::move(asking), boost::asio::detached);
  }
}

// Until it leaves several in a row without an answer: then it is down as a rule, and the rest waits.
boost::asio::awaitable<void> BankCards::ask_for_all(Lane& lane) {
  const auto open =
      shared_.store.bank_cards().open_orders(lane.gateway->config().name, lane.tried_to, orders_page_max);
  if (open) {
    std::size_t silences = 0;
    for (const store::StoredOrder& order : *open) {
      lane.tried_to = order.number;
      if (wall_now() < order.at + left_to_the_service) continue;
      if (!lane.asked.may_ask(order.number, std::chrono::steady_clock::now())) continue;
      auto asking = ask_for(lane, order);
      const bool has_answered = co_await std::move(asking);
      silences = has_answered ? 0 : silences + 1;
      if (silences == silences_max) break;
    }
    if (silences < silences_max && open->size() < orders_page_max) lane.tried_to = 0;
  } else {
    shared_.metrics.count_store_failure();
    log::error("bank_card_orders_unreadable", {{"reason", open.error().message}});
  }
  lane.under_way = false;
}

// False: the gateway gave no answer that can be trusted.
boost::asio::awaitable<bool> BankCards::ask_for(Lane& lane, store::StoredOrder order) {
  auto asking = lane.gateway->status(order.key, gateway_timeout);
  auto notice = co_await std::move(asking);
  const std::int64_t number = order.number;
  const std::uint32_t times = lane.asked.note(number, std::chrono::steady_clock::now());
  bool has_answered = notice.ok();
  switch (payments::next_step(order.state, services::known_by(notice), order.expires, wall_now())) {
    case payments::OrderStep::take_charge: {
      auto taking = take_charge(*lane.gateway, *std::move(notice));
      co_await std::move(taking);
      break;
    }
    case payments::OrderStep::close: {
      auto closing = close(order, services::closing_evidence(order.gateway, notice->state));
      if (co_await std::move(closing) == Taken::done) lane.asked.forget(number);
      break;
    }
    case payments::OrderStep::open: {
      auto sending = send_link(*lane.gateway, std::move(order));
      has_answered = co_await std::move(sending);
      break;
    }
    case payments::OrderStep::wait:
      log::debug("bank_card_order_open", {{"order", number}, {"asked", times}});
      break;
  }
  co_return has_answered;
}

boost::asio::awaitable<bool> BankCards::send_link(companies::CardGateway& gateway, store::StoredOrder order) {
  auto opening = gateway.open(services::card_order_of(order), gateway_timeout);
  const Result<std::string> url = co_await std::move(opening);
  if (!url) {
    log::info("bank_card_link_missing", {{"order", order.number}, {"reason", url.error().message}});
    co_return url.error().code == Errc::denied;
  }
  std::vector<store::Change> changes;
  changes.emplace_back(store::BankCardChange(store::NoteOrderOpen{order.key}));
  std::string text = order.msisdn ? words_for(shared_, *order.msisdn, order.at, "sys_bank_card_link") : std::string();
  if (!text.empty()) {
    text = teller_.in_digits_of(order.link, std::move(text.append(" ").append(*url)));
    changes.push_back(teller_.outbox_change(order.link, *order.msisdn, text));
  }
  auto committing = services::commit(shared_.store, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) {
    shared_.metrics.count_store_failure();
    log::error("bank_card_order_not_written", {{"order", order.number}, {"reason", committed.error().message}});
  } else if (!committed->outbox_ids.empty()) {
    teller_.take_up(order.link, committed->outbox_ids.back(), *order.msisdn, text);
  }
  co_return true;
}

}  // namespace shubbak::daemon
