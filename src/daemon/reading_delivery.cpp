#include "daemon/reading_delivery.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/log.hpp"
#include "services/commit.hpp"
#include "services/reading_rules.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::chrono::seconds interval{2};
constexpr std::size_t batch_max = 200;
constexpr std::size_t failures_in_a_row_max = 3;
constexpr std::chrono::milliseconds company_timeout{10'000};

companies::ReadingNote note_of(const store::Reading& reading) {
  companies::ReadingNote note;
  if (reading.source == store::ReadingSource::staff) note.source = "staff";
  if (reading.remark == store::ReadingRemark::confirmed) note.remark = "confirmed";
  if (reading.remark == store::ReadingRemark::turned_over) note.remark = "turned_over";
  return note;
}

}  // namespace

ReadingDelivery::ReadingDelivery(Shared& shared, Teller teller) : shared_(shared), teller_(std::move(teller)) {
  for (const auto& company : shared.world.companies.companies()) lanes_.push_back({.company = company.get()});
}

void ReadingDelivery::tick(Instant now) {
  for (Lane& lane : lanes_) {
    if (lane.under_way || now < lane.next || !lane.company->takes_questions(now)) continue;
    lane.under_way = true;
    lane.next = now + interval;
    auto delivering = deliver_all(lane);
    boost::asio::co_spawn(shared_.executor, std::move(delivering), boost::asio::detached);
  }
}

// Until several in a row are not taken: then the company is down as a rule, and the rest waits. The next round goes
// on behind them, and begins anew after the last: those that the company can never take hold up no other.
boost::asio::awaitable<void> ReadingDelivery::deliver_all(Lane& lane) {
  const auto readings = shared_.store.undelivered_readings(lane.company->config().name, lane.tried_to, batch_max);
  if (readings) {
    std::size_t failures = 0;
    for (const store::Reading& reading : *readings) {
      auto delivering = deliver(*lane.company, reading);
      const bool taken = co_await std::move(delivering);
      lane.tried_to = reading.id;
      failures = taken ? 0 : failures + 1;
      if (failures == failures_in_a_row_max) break;
    }
    if (failures < failures_in_a_row_max && readings->size() < batch_max) lane.tried_to = 0;
  } else {
    shared_.metrics.count_store_failure();
    log::error("readings_unreadable", {{"reason", readings.error().message}});
  }
  lane.under_way = false;
}

// True if the company has answered for good.
boost::asio::awaitable<bool> ReadingDelivery::deliver(companies::Company& company, store::Reading reading) {
  // Who cannot be looked up could not be told of a refusal, and nobody would tell them later.
  if (wall_now() < reading.at + person_look_up_waits) {
    if (const auto person = shared_.store.find_person(reading.msisdn); !person) {
      shared_.metrics.count_store_failure();
      log::error("reading_delivery_waits", {{"company", reading.company}, {"reason", person.error().message}});
      co_return false;
    }
  }
  auto submitting =
      company.submit_reading(reading.account, reading.value, reading.reference, company_timeout, note_of(reading));
  const auto verdict = co_await std::move(submitting);
  if (!verdict && verdict.error().code != Errc::not_found) {
    log::info("reading_delivery_waits", {{"company", reading.company}, {"reason", verdict.error().message}});
    co_return false;
  }
  const bool accepted = verdict && *verdict == companies::ReadingVerdict::accepted;
  std::vector<store::Change> changes;
  changes.emplace_back(store::SetReadingState{
      reading.reference, accepted ? store::ReadingState::delivered : store::ReadingState::refused});
  std::string text;
  if (!accepted) {
    const bool came_late = verdict && *verdict == companies::ReadingVerdict::already;
    auto wording = refusal_of(company, reading, came_late);
    text = co_await std::move(wording);
    text = teller_.in_digits_of(reading.link, std::move(text));
  }
  if (!text.empty()) changes.push_back(teller_.outbox_change(reading.link, reading.msisdn, text));
  auto committing = services::commit(shared_.store, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) {
    shared_.metrics.count_store_failure();
    log::error("reading_state_not_written", {{"reason", committed.error().message}});
    co_return false;
  }
  if (!text.empty()) teller_.take_up(reading.link, committed->outbox_ids.back(), reading.msisdn, text);
  co_return true;
}

// What the citizen is told: also that the company's own reader came first, where the company says so. Empty: the
// number is no longer theirs, or suspended.
boost::asio::awaitable<std::string> ReadingDelivery::refusal_of(companies::Company& company, store::Reading reading,
                                                                bool came_late) {
  std::string read_on;
  if (came_late) {
    auto asking = company.last_reading(reading.account, company_timeout);
    const auto last = co_await std::move(asking);
    const bool is_by_reader = last && last->read_by == companies::ReadBy::reader;
    if (is_by_reader &&
        services::period_of(*last, services::window_of(*last, company.config().readings)) == reading.period)
      read_on = last->date;
  }
  std::string text = words_for(shared_, reading.msisdn, reading.at,
                               read_on.empty() ? "sys_reading_refused" : "sys_reading_by_reader");
  if (text.empty()) co_return text;
  if (!read_on.empty()) text.append(" ").append(read_on);
  text.append(" ").append(reading.reference);
  co_return text;
}

}  // namespace shubbak::daemon
