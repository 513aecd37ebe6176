#include "daemon/case_escalation.hpp"

#include <map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/log.hpp"
#include "services/case_words.hpp"
#include "services/commit.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::chrono::seconds news_interval{5};  // people wait for it: they have just paid
constexpr std::chrono::seconds escalation_interval{60};
constexpr std::size_t escalations_at_once = 200;

prometheus::MetricFamily gauges_named(const char* name, const char* help) {
  return {name, help, prometheus::MetricType::Gauge, {}};
}

void add_count(prometheus::MetricFamily& family, const store::OpenCitizenCases& of, std::int64_t count) {
  prometheus::ClientMetric metric;
  metric.label = {{"kind", of.kind}, {"stage", of.stage}, {"company", of.company}};
  metric.gauge.value = static_cast<double>(count);
  family.metric.push_back(std::move(metric));
}

}  // namespace

CaseEscalation::CaseEscalation(Shared& shared, Teller teller) : shared_(shared), teller_(std::move(teller)) {}

void CaseEscalation::tick(Instant now) {
  if (under_way_ || now < next_) return;
  under_way_ = true;
  next_ = now + news_interval;
  const bool escalates = now >= next_escalation_;
  if (escalates) next_escalation_ = now + escalation_interval;
  auto looking = look_through(escalates);
  boost::asio::co_spawn(shared_.executor, std::move(looking), boost::asio::detached);
}

boost::asio::awaitable<void> CaseEscalation::look_through(bool escalates) {
  auto telling = tell_all();
  co_await std::move(telling);
  if (escalates) {
    auto escalating = escalate_all();
    co_await std::move(escalating);
  }
  under_way_ = false;
}

boost::asio::awaitable<void> CaseEscalation::tell_all() {
  std::int64_t after = 0;
  for (;;) {
    auto page = shared_.store.cases().citizen_cases_with_news(after, escalations_at_once);
    if (!page) {
      shared_.metrics.count_store_failure();
      log::error("cases_unreadable", {{"reason", page.error().message}});
      co_return;
    }
    for (store::StoredCitizenCase& one : *page) {
      after = one.id;
      auto telling = tell(std::move(one));
      co_await std::move(telling);
    }
    if (page->size() < escalations_at_once) co_return;
  }
}

boost::asio::awaitable<void> CaseEscalation::tell(store::StoredCitizenCase one) {
  const auto events = shared_.store.cases().citizen_case_events(one.id);
  if (!events) {
    shared_.metrics.count_store_failure();
    log::error("cases_unreadable", {{"reason", events.error().message}});
    co_return;
  }
  std::vector<std::string> told;
  std::vector<store::Change> changes;
  changes.emplace_back(store::CitizenCaseChange(
      store::NoteCaseTold{one.number, events->empty() ? one.is.version : events->back().version}));
  for (const store::CitizenCaseEvent& event : *events) {
    if (!event.is_untold) continue;
    cases::Case then = one.is;
    then.stage = event.stage;
    auto news = services::news_of_case(shared_.store, *shared_.revision, shared_.world.case_kinds, one, then,
                                       event.act, event.text);
    if (!news) continue;
    told.push_back(teller_.in_digits_of(one.link, *std::move(news)));
    changes.push_back(and_by_mail(teller_.outbox_change(one.link, *one.msisdn, told.back())));
  }
  auto committing = services::commit(shared_.store, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) {
    if (committed.error().code == Errc::conflict) co_return;  // another process has told it
    shared_.metrics.count_store_failure();
    log::error("case_news_not_told", {{"kind", one.is.kind}, {"reason", committed.error().message}});
    co_return;
  }
  const std::size_t others = committed->outbox_ids.size() - told.size();
  for (std::size_t i = 0; i < told.size(); ++i)
    teller_.take_up(one.link, committed->outbox_ids[others + i], *one.msisdn, told[i]);
}

// Those that cannot be escalated, of a kind that is configured no more, hold up no other, and are told of together:
// they are met every minute.
boost::asio::awaitable<void> CaseEscalation::escalate_all() {
  store::DueCitizenCase after;
  std::map<std::string, std::size_t> left;
  for (;;) {
    auto page = shared_.store.cases().overdue_citizen_cases(wall_now(), after, escalations_at_once);
    if (!page) {
      shared_.metrics.count_store_failure();
      log::error("cases_unreadable", {{"reason", page.error().message}});
      break;
    }
    for (store::StoredCitizenCase& one : *page) {
      after = {one.is.due.value_or(after.due), one.id};
      if (cases::find_kind(shared_.world.case_kinds, one.is.kind) == nullptr) {
        ++left[one.is.kind];
        continue;
      }
      auto escalating = escalate(std::move(one));
      co_await std::move(escalating);
    }
    if (page->size() < escalations_at_once) break;
  }
  for (const auto& [kind, count] : left)
    log::warning("case_not_escalated", {{"kind", kind}, {"cases", count}, {"reason", "no such kind is configured"}});
}

boost::asio::awaitable<void> CaseEscalation::escalate(store::StoredCitizenCase one) {
  const cases::Kinds& kinds = shared_.world.case_kinds;
  const cases::Asked asked{.act = cases::Act::escalate, .version = one.is.version};
  const WallTime now = wall_now();
  const auto after = cases::decide(kinds, one.is, asked, now);
  if (!after) {
    log::warning("case_not_escalated", {{"kind", one.is.kind}, {"reason", after.error().message}});
    co_return;
  }
  std::vector<store::Change> changes;
  changes.emplace_back(store::CitizenCaseChange(
      store::ActOnCitizenCase{.number = one.number, .asked = asked, .by = Actor{}, .at = now}));
  auto news = services::news_of_case(shared_.store, *shared_.revision, kinds, one, *after, asked.act, {});
  if (news) {
    news = teller_.in_digits_of(one.link, *std::move(news));
    changes.push_back(and_by_mail(teller_.outbox_change(one.link, *one.msisdn, *news)));
  }
  auto committing = services::commit(shared_.store, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) {
    // Somebody has worked it meanwhile: then it is no failure, and not late any more.
    if (committed.error().code == Errc::conflict) co_return;
    shared_.metrics.count_store_failure();
    log::error("case_not_escalated", {{"kind", one.is.kind}, {"reason", committed.error().message}});
    co_return;
  }
  log::info("case_escalated", {{"kind", one.is.kind}, {"stage", one.is.stage}, {"company", one.is.from.company}});
  if (news) teller_.take_up(one.link, committed->outbox_ids.back(), *one.msisdn, *news);
}

std::vector<prometheus::MetricFamily> case_families(store::CitizenCaseReads& reads) {
  auto open = gauges_named("shubbak_cases_open", "Cases of citizens that are not resolved");
  auto late = gauges_named("shubbak_cases_late", "Of these, those whose stage has run out of time");
  const auto counts = reads.count_open_citizen_cases();
  if (!counts) {
    log::error("cases_unreadable", {{"reason", counts.error().message}});
    return {};
  }
  for (const store::OpenCitizenCases& one : *counts) {
    add_count(open, one, one.open);
    add_count(late, one, one.late);
  }
  return {std::move(open), std::move(late)};
}

}  // namespace shubbak::daemon
