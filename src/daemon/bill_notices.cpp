#include "daemon/bill_notices.hpp"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/log.hpp"
#include "services/commit.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::chrono::seconds look_interval{5};
constexpr std::chrono::minutes rest_interval{1};
constexpr std::size_t due_page_max = 200;
constexpr std::size_t questions_at_once_max = 4;
constexpr std::size_t questions_in_vain_max = 3;
constexpr std::chrono::milliseconds due_timeout{10'000};
constexpr std::string_view subscribing = "notices.subscribe";  // by whose switch notices are told

}  // namespace

BillNotices::BillNotices(Shared& shared, Teller teller, std::uint32_t per_second, std::function<WallTime()> clock)
    : shared_(shared), teller_(std::move(teller)), per_second_(per_second), clock_(std::move(clock)) {
  for (const auto& company : shared.world.companies.companies()) lanes_.push_back({.company = company.get()});
}

std::size_t BillNotices::under_way() const {
  std::size_t all = 0;
  for (const Lane& lane : lanes_) all += lane.asking;
  return all;
}

void BillNotices::tick(Instant now) {
  for (Lane& lane : lanes_) {
    fill(lane, now);
    if (!shared_.world.notices.may_ask(clock_())) lane.due.clear();
    look(lane, now);
    // One after the other of a lane's questions is asked by each of these, as long as there are any.
    const std::size_t room = questions_at_once_max - lane.asking;
    for (std::size_t begun = 0; begun < room && may_go_on(lane); ++begun) {
      ++lane.asking;
      auto asking = ask_some(lane);
      boost::asio::co_spawn(shared_.executor, std::move(asking), boost::asio::detached);
    }
  }
}

void BillNotices::fill(Lane& lane, Instant now) const {
  const std::chrono::duration<double> passed =
      std::min<Instant::duration>(now - lane.filled, std::chrono::seconds(1));
  lane.filled = now;
  lane.allowance = std::min<double>(per_second_, lane.allowance + per_second_ * passed.count());
}

// What is under way must be noted before the store is read again: it would be asked twice.
void BillNotices::look(Lane& lane, Instant now) {
  if (!lane.due.empty() || lane.asking > 0 || now < lane.next_look) return;
  const WallTime wall = clock_();
  if (!shared_.world.notices.may_ask(wall) || !lane.company->takes_questions(now)) return;
  auto due = shared_.store.subscriptions().subscriptions_due(lane.company->config().name, wall, due_page_max);
  if (!due) {
    shared_.metrics.count_store_failure();
    log::error("subscriptions_unreadable", {{"reason", due.error().message}});
    return rest(lane);
  }
  lane.next_look = due->size() < due_page_max ? now + look_interval : now;
  std::ranges::move(*due, std::back_inserter(lane.due));
}

void BillNotices::rest(Lane& lane) {
  lane.due.clear();
  lane.vain = 0;
  lane.next_look = std::chrono::steady_clock::now() + rest_interval;
}

void BillNotices::in_vain(Lane& lane) {
  if (++lane.vain == questions_in_vain_max) rest(lane);
}

bool BillNotices::may_go_on(const Lane& lane) const {
  return !lane.due.empty() && lane.allowance >= 1 && shared_.world.notices.may_ask(clock_()) &&
         lane.company->takes_questions(std::chrono::steady_clock::now());
}

// Of a company that is off nobody is told what is due there.
bool BillNotices::is_switched_on(const Lane& lane, Msisdn number) const {
  return shared_.world.switches.is_on(shared_.store, subscribing, lane.company->config().name, number, clock_());
}

boost::asio::awaitable<void> BillNotices::ask_some(Lane& lane) {
  while (may_go_on(lane)) {
    lane.allowance -= 1;
    store::Subscription next = std::move(lane.due.front());
    lane.due.pop_front();
    auto asking = ask(lane, std::move(next));
    co_await std::move(asking);
  }
  --lane.asking;
}

boost::asio::awaitable<void> BillNotices::ask(Lane& lane, store::Subscription subscription) {
  const auto& schedule = shared_.world.notices;
  const std::uint64_t spread = services::spread_of(subscription.msisdn, subscription.company, subscription.account);
  Money amount{subscription.told, lane.company->config().currency};
  const auto person = shared_.store.find_person(subscription.msisdn);
  if (!person) {  // put off, so that it holds up no other
    shared_.metrics.count_store_failure();
    log::error("subscriber_unreadable", {{"reason", person.error().message}});
    in_vain(lane);
    auto noting = note(lane, std::move(subscription), schedule.again(spread, clock_()), amount, {});
    co_await std::move(noting);
    co_return;
  }
  if (active_since(*person) == WallTime{} || !is_switched_on(lane, subscription.msisdn)) {  // or suspended
    auto noting = note(lane, std::move(subscription), schedule.tomorrow(spread, clock_()), amount, {});
    co_await std::move(noting);
    co_return;
  }
  if (teller_.is_behind && teller_.is_behind(subscription.link)) {
    auto noting = note(lane, std::move(subscription), schedule.again(spread, clock_()), amount, {});
    co_await std::move(noting);
    co_return;
  }
  ++counts_.asked;
  auto asking = lane.company->due(subscription.account, due_timeout);
  const auto due = co_await std::move(asking);
  const bool is_absent = !due && due.error().code == Errc::not_found;  // or not yet there
  WallTime next = schedule.next(spread, clock_());
  if (due || is_absent) {
    lane.vain = 0;
    amount.minor = due ? due->amount.minor : 0;
  } else {
    ++counts_.failed;
    log::info("bill_notice_waits", {{"company", lane.company->config().name}, {"reason", due.error().message}});
    next = schedule.again(spread, clock_());
    in_vain(lane);
  }
  auto noting = note(lane, std::move(subscription), next, amount, person->locale);
  co_await std::move(noting);
}

// And tells the number, if that is another amount than it knows.
boost::asio::awaitable<void> BillNotices::note(Lane& lane, store::Subscription subscription, WallTime next_at,
                                               Money due, std::string locale) {
  const bool tells = due.minor > 0 && due.minor != subscription.told;
  std::vector<store::Change> changes;
  changes.emplace_back(store::SubscriptionChange(store::NoteNotice{.msisdn = subscription.msisdn,
                                                                   .company = subscription.company,
                                                                   .account = subscription.account,
                                                                   .was_next_at = subscription.next_at,
                                                                   .next_at = next_at,
                                                                   .told = due.minor,
                                                                   .tells = tells}));
  if (tells) {
    const flows::Revision& words = *shared_.revision;
    const std::uint8_t shown = words.locale_index(locale).value_or(flows::Revision::default_locale);
    const std::string text = services::bill_notice(words, shown, *lane.company, subscription.account, due);
    store::Change message =
        teller_.outbox_change(subscription.link, subscription.msisdn, teller_.in_digits_of(subscription.link, text));
    std::get<store::AddOutboxMessage>(message).message.expires = shared_.world.notices.end_of_hours(clock_());
    changes.push_back(std::move(message));
  }
  auto writing = write(lane, std::move(changes));
  const bool written = co_await std::move(writing);
  // The operator's sender finds it in the outbox at its next tick, with the time at which it expires.
  if (written && tells) ++counts_.told;
}

boost::asio::awaitable<bool> BillNotices::write(Lane& lane, std::vector<store::Change> changes) {
  auto committing = services::commit(shared_.store, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (committed) co_return true;
  // Cancelled meanwhile, suspended, or asked about by another process.
  if (committed.error().code == Errc::conflict) co_return false;
  shared_.metrics.count_store_failure();
  log::error("bill_notice_not_written", {{"reason", committed.error().message}});
  rest(lane);
  co_return false;
}

}  // namespace shubbak::daemon
