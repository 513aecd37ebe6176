#include "daemon/reading_delivery.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/log.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::chrono::seconds interval{2};
constexpr std::size_t batch_max = 200;
constexpr std::chrono::milliseconds company_timeout{10'000};

}  // namespace

ReadingDelivery::ReadingDelivery(Shared& shared, Teller teller) : shared_(shared), teller_(std::move(teller)) {}

void ReadingDelivery::tick(Instant now) {
  if (under_way_ || now < next_) return;
  under_way_ = true;
  next_ = now + interval;
  auto delivering = deliver_all();
  boost::asio::co_spawn(shared_.executor, std::move(delivering), boost::asio::detached);
}

boost::asio::awaitable<void> ReadingDelivery::deliver_all() {
  const auto readings = shared_.store.undelivered_readings(batch_max);
  if (!readings) {
    shared_.metrics.count_store_failure();
    log::error("readings_unreadable", {{"reason", readings.error().message}});
    under_way_ = false;
    co_return;
  }
  for (const store::Reading& reading : *readings) {
    auto delivering = deliver(reading);
    co_await std::move(delivering);
  }
  under_way_ = false;
}

// True if the company has answered for good.
boost::asio::awaitable<bool> ReadingDelivery::deliver(store::Reading reading) {
  companies::Company* company = shared_.world.companies.find(reading.company);
  if (company == nullptr) co_return false;  // taken out of the configuration; kept until it is back
  auto submitting = company->submit_reading(reading.account, reading.value, reading.reference, company_timeout);
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
    const auto& revision = *shared_.revision;
    const auto person = shared_.store.find_person(reading.msisdn);
    std::uint8_t locale = revision.default_locale;
    if (person) {
      if (const auto chosen = revision.locale_index(person->locale)) locale = *chosen;
    }
    text = flows::system_text(revision, locale, "sys_reading_refused", {});
    text.append(" ").append(reading.reference);
    changes.push_back(teller_.outbox_change(reading.msisdn, text));
  }
  auto committing = commit(shared_.store, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) {
    shared_.metrics.count_store_failure();
    log::error("reading_state_not_written", {{"reason", committed.error().message}});
    co_return false;
  }
  if (!accepted) teller_.take_up(*committed, reading.msisdn, text);
  co_return true;
}

}  // namespace shubbak::daemon
