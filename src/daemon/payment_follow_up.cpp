#include "daemon/payment_follow_up.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/flow_shelf.hpp"
#include "daemon/log.hpp"
#include "services/commit.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::chrono::seconds round_interval{2};
constexpr std::size_t page_max = 200;
constexpr std::size_t vain_in_a_row_max = 3;
constexpr std::chrono::milliseconds status_timeout{10'000};
constexpr std::chrono::milliseconds order_timeout =
    PaymentFollowUp::order_lives - std::chrono::seconds(5);  // on the way

}  // namespace

PaymentFollowUp::PaymentFollowUp(Shared& shared, Teller teller) : shared_(shared), teller_(std::move(teller)) {
  for (const auto& company : shared.world.companies.companies()) lanes_.push_back({.company = company.get()});
}

void PaymentFollowUp::tick(Instant now) {
  for (Lane& lane : lanes_) {
    if (lane.under_way || now < lane.next || !lane.company->takes_questions(now)) continue;
    lane.under_way = true;
    lane.next = now + round_interval;
    auto asking = ask_for_all(lane);
    boost::asio::co_spawn(shared_.executor, std::move(asking), boost::asio::detached);
  }
}

// Until several in a row are not answered for: then the company is down as a rule, and the rest waits. The next round
// goes on behind them, and begins anew after the last.
boost::asio::awaitable<void> PaymentFollowUp::ask_for_all(Lane& lane) {
  const auto open =
      shared_.store.payments().open_payments(lane.company->config().name, wall_now(), lane.tried_to, page_max);
  if (open) {
    std::size_t vain = 0;
    for (const store::StoredPayment& payment : *open) {
      lane.tried_to = payment.number;
      if (!lane.asked.may_ask(payment.number, std::chrono::steady_clock::now())) continue;
      auto asking = ask_for(lane, payment);
      const bool is_over = co_await std::move(asking);
      vain = is_over ? 0 : vain + 1;
      if (vain == vain_in_a_row_max) break;
    }
    if (vain < vain_in_a_row_max && open->size() < page_max) lane.tried_to = 0;
  } else {
    shared_.metrics.count_store_failure();
    log::error("payments_unreadable", {{"reason", open.error().message}});
  }
  lane.under_way = false;
}

// True if the payment is over.
boost::asio::awaitable<bool> PaymentFollowUp::ask_for(Lane& lane, store::StoredPayment payment) {
  auto asking = lane.company->payment_status(payment.account, payment.amount, payment.key, status_timeout);
  const auto status = co_await std::move(asking);
  const services::PaymentEnd known = services::end_of(payment, status, wall_now());
  const bool is_known = known.next != payments::Next::wait;
  if (is_known) {
    auto ending = end(payment, known);
    const bool is_over = co_await std::move(ending);
    if (is_over) lane.asked.forget(payment.number);
    if (is_over) co_return true;
  }
  const std::uint32_t times = lane.asked.note(payment.number, std::chrono::steady_clock::now());
  if (is_known) co_return false;  // and that it could not be written, or what contradicts it, was told
  log::info("payment_unknown", {{"company", payment.company},
                                {"payment", payment.number},
                                {"asked", times},
                                {"reason", status ? std::string("absent as yet") : status.error().message}});
  co_return false;
}

boost::asio::awaitable<void> PaymentFollowUp::pay(store::StoredPayment payment) {
  companies::Company* company = shared_.world.companies.find(payment.company);
  if (company == nullptr) co_return;  // not configured any more: daemon.cpp tells of those
  companies::PaymentOrder order{
      .account = payment.account, .amount = payment.amount, .reference = payment.key, .not_after = payment.not_after};
  auto paying = company->pay(std::move(order), order_timeout);
  const auto said = co_await std::move(paying);
  const services::PaymentEnd known = services::end_of_order(payment, said, wall_now());
  if (known.next == payments::Next::wait) {
    auto telling = tell_held(std::move(payment));
    co_await std::move(telling);
    co_return;
  }
  auto ending = end(std::move(payment), known);
  co_await std::move(ending);
}

boost::asio::awaitable<void> PaymentFollowUp::tell_held(store::StoredPayment payment) {
  const auto locale = services::news_locale(shared_.store, *shared_.revision, payment);
  if (!locale) co_return;
  const std::string text = teller_.in_digits_of(
      payment.link, services::news_of_payment(*shared_.revision, *locale, payment, "sys_payment_held"));
  std::vector<store::Change> changes{teller_.outbox_change(payment.link, *payment.msisdn, text)};
  auto committing = services::commit(shared_.store, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (committed && !committed->outbox_ids.empty())
    teller_.take_up(payment.link, committed->outbox_ids.back(), *payment.msisdn, text);
}

boost::asio::awaitable<bool> PaymentFollowUp::end(store::StoredPayment payment, services::PaymentEnd known) {
  // Who cannot be looked up could not be told, and nobody would tell them later: it is asked for again. Not for ever:
  // a link that is damaged is never read, and the money does not depend on it.
  if (payment.msisdn && wall_now() < payment.not_after + person_look_up_waits) {
    if (const auto person = shared_.store.find_person(*payment.msisdn); !person) {
      shared_.metrics.count_store_failure();
      log::error("payment_end_not_written", {{"payment", payment.number}, {"reason", person.error().message}});
      co_return false;
    }
  }
  std::vector<store::Change> changes;
  changes.push_back(services::change_of(payment, known, wall_now(), true));
  const bool settled = known.next == payments::Next::settle;
  const std::string text = teller_.in_digits_of(payment.link, news_of(payment, settled));
  if (!text.empty()) changes.push_back(and_by_mail(teller_.outbox_change(payment.link, *payment.msisdn, text)));
  auto committing = services::commit(shared_.store, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) {
    const bool contradicts = committed.error().code == Errc::conflict;  // it ended otherwise before
    if (!contradicts) shared_.metrics.count_store_failure();
    log::error(contradicts ? "payment_contradicted" : "payment_end_not_written",
               {{"payment", payment.number}, {"evidence", known.evidence}, {"reason", committed.error().message}});
    co_return false;
  }
  log::info(settled ? "payment_settled" : "payment_released",
            {{"company", payment.company}, {"payment", payment.number}, {"evidence", known.evidence}});
  // None, where the person was told on the phone meanwhile.
  if (!committed->outbox_ids.empty())
    teller_.take_up(payment.link, committed->outbox_ids.back(), *payment.msisdn, text);
  co_return true;
}

// What the citizen is told. Empty: nobody is.
std::string PaymentFollowUp::news_of(const store::StoredPayment& payment, bool settled) const {
  const bool is_current = payment.revision == shared_.revision->id();
  const auto begun_on = is_current ? shared_.revision : shared_.shelf->kept(payment.revision);
  return services::news_of_ending(shared_.store, *shared_.revision, begun_on.get(), payment, settled);
}

}  // namespace shubbak::daemon
