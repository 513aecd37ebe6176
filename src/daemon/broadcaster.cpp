#include "daemon/broadcaster.hpp"

#include <algorithm>
#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/log.hpp"
#include "services/commit.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::size_t open_broadcasts_max = broadcasts::Limits::open_max;  // all that there are
constexpr std::int64_t broadcast_batch_max = 500;                          // texts in one transaction; some 10 ms
constexpr std::uint32_t waiting_seconds = 2;  // worth of texts that may wait in the outbox, of one operator

const std::pair<std::int64_t, std::string> of_receipts;  // among what is under way

prometheus::MetricFamily broadcast_gauges(const char* name, const char* help) {
  return {name, help, prometheus::MetricType::Gauge, {}};
}

void add_broadcast_gauge(prometheus::MetricFamily& family, const char* label, std::string_view value, double count) {
  prometheus::ClientMetric metric;
  metric.label = {{label, std::string(value)}};
  metric.gauge.value = count;
  family.metric.push_back(std::move(metric));
}

}  // namespace

Broadcaster::Broadcaster(Shared& shared, Teller teller, std::vector<std::string> operators, broadcasts::Hours hours,
                         std::uint32_t per_second, std::function<WallTime()> clock)
    : shared_(shared), teller_(std::move(teller)), hours_(hours), per_second_(per_second), clock_(std::move(clock)) {
  for (std::string& one : operators) lanes_.push_back({.operator_name = std::move(one)});
}

void Broadcaster::tick(Instant now) {
  for (Lane& lane : lanes_) fill(lane, now);
  drop_stale_receipts();
  if (!look()) return;
  const bool is_day = hours_.include(clock_());
  for (const store::StoredBroadcast& one : open_) {
    tend(one);
    if (brake(one)) continue;
    if (!is_day || one.state != broadcasts::State::running) continue;
    for (Lane& lane : lanes_) prepare(one, lane);
  }
}

BroadcastGate Broadcaster::gate(std::int64_t broadcast) const {
  if (!has_looked_) return BroadcastGate::hold;
  const auto found = std::ranges::find(open_, broadcast, &store::StoredBroadcast::number);
  if (found == open_.end()) return BroadcastGate::drop;
  return found->state == broadcasts::State::running && hours_.include(clock_()) ? BroadcastGate::send
                                                                                : BroadcastGate::hold;
}

// What another process has paused or cancelled is seen by this. Where it cannot be read, what was known holds.
bool Broadcaster::look() {
  auto open = shared_.store.broadcasts().broadcasts(true, 0, open_broadcasts_max);
  if (!open) {
    shared_.metrics.count_store_failure();
    log::error("broadcasts_unreadable", {{"reason", open.error().message}});
    return false;
  }
  open_ = *std::move(open);
  has_looked_ = true;
  // What was refused before a pause, or under way when it began, does not stand against one that is resumed.
  std::erase_if(refused_, [this](const auto& counted) {
    const auto found = std::ranges::find(open_, counted.first.first, &store::StoredBroadcast::number);
    return found == open_.end() || found->state != broadcasts::State::running;
  });
  return true;
}

void Broadcaster::fill(Lane& lane, Instant now) const {
  const std::chrono::duration<double> passed =
      std::min<Instant::duration>(now - lane.filled, std::chrono::seconds(1));
  lane.filled = now;
  lane.allowance = std::min<double>(per_second_, lane.allowance + per_second_ * passed.count());
}

// Its time is over, or it begins, or all of it is done.
void Broadcaster::tend(const store::StoredBroadcast& one) {
  const WallTime now = clock_();
  const bool starts = one.state == broadcasts::State::approved && hours_.include(now);
  const bool ends = one.state == broadcasts::State::running && one.waiting == 0 &&
                    std::ranges::all_of(one.lanes, &store::BroadcastLane::is_over);
  if (now < one.expires && !starts && !ends) return;
  if (!busy_.emplace(one.number, std::string()).second) return;
  auto tending = tend_to(one.number);
  boost::asio::co_spawn(shared_.executor, std::move(tending), boost::asio::detached);
}

boost::asio::awaitable<void> Broadcaster::tend_to(std::int64_t number) {
  auto writing = write(store::TendBroadcast{number, clock_()});
  [[maybe_unused]] const auto committed = co_await std::move(writing);
  busy_.erase(Work(number, {}));
}

void Broadcaster::on_text(std::int64_t broadcast, std::string_view operator_name, bool is_taken) {
  std::uint32_t& refused = refused_[Work(broadcast, operator_name)];
  refused = is_taken ? 0 : refused + 1;
}

// True: it is not to go on.
bool Broadcaster::brake(const store::StoredBroadcast& one) {
  const auto refused = std::ranges::find_if(refused_, [&](const auto& counted) {
    return counted.first.first == one.number && counted.second >= refused_max;
  });
  if (refused == refused_.end()) return false;
  if (!busy_.emplace(one.number, std::string()).second) return true;  // at the next tick
  auto pausing = pause(one.number, refused->first.second);
  boost::asio::co_spawn(shared_.executor, std::move(pausing), boost::asio::detached);
  return true;
}

boost::asio::awaitable<void> Broadcaster::pause(std::int64_t number, std::string operator_name) {
  const Actor by_itself{Actor::Kind::system, {}};
  auto writing = write(store::ActOnBroadcast{
      .number = number, .act = broadcasts::Act::pause, .by = by_itself, .at = clock_(), .operators = {}});
  const auto committed = co_await std::move(writing);
  busy_.erase(Work(number, {}));
  if (!committed) co_return;
  ++braked_;
  log::error("broadcast_paused", {{"broadcast", number}, {"operator", operator_name}, {"refused", refused_max}});
}

void Broadcaster::prepare(const store::StoredBroadcast& one, Lane& lane) {
  const auto of = std::ranges::find(one.lanes, lane.operator_name, &store::BroadcastLane::operator_name);
  if (of == one.lanes.end() || of->is_over || lane.allowance < 1 || clock_() >= one.expires) return;
  if (teller_.is_behind && teller_.is_behind(lane.operator_name)) return;
  if (!busy_.emplace(one.number, lane.operator_name).second) return;
  std::vector<broadcasts::Text> texts = one.texts;
  for (broadcasts::Text& text : texts) text.text = teller_.in_digits_of(lane.operator_name, std::move(text.text));
  auto preparing = prepare_for(one.number, lane, std::move(texts));
  boost::asio::co_spawn(shared_.executor, std::move(preparing), boost::asio::detached);
}

// One batch after the other, as long as there are numbers and the rate lets.
boost::asio::awaitable<void> Broadcaster::prepare_for(std::int64_t number, Lane& lane,
                                                      std::vector<broadcasts::Text> texts) {
  const Work work{number, lane.operator_name};
  const std::int64_t waiting_max = std::int64_t{per_second_} * waiting_seconds;
  for (;;) {
    const auto wanted = std::min(broadcast_batch_max, static_cast<std::int64_t>(lane.allowance));
    if (wanted < 1 || !hours_.include(clock_())) break;
    lane.allowance -= static_cast<double>(wanted);  // another broadcast may be told by it meanwhile
    auto writing = write(store::PrepareBroadcast{.number = number,
                                                 .operator_name = lane.operator_name,
                                                 .texts = texts,
                                                 .recipients_max = wanted,
                                                 .waiting_max = waiting_max,
                                                 .at = clock_()});
    const auto committed = co_await std::move(writing);
    const store::BroadcastPrepared prepared = committed ? committed->prepared : store::BroadcastPrepared{};
    lane.allowance += static_cast<double>(wanted - prepared.told);
    told_ += static_cast<std::uint64_t>(prepared.told);
    if (prepared.is_over || prepared.looked_at == 0) break;  // or there is no room, or it does not run any more
  }
  busy_.erase(work);
}

void Broadcaster::drop_stale_receipts() {
  if (busy_.contains(of_receipts)) return;
  const auto are_there = shared_.store.broadcasts().has_stale_receipts(clock_());
  if (!are_there || !*are_there) return;  // what cannot be read is told of by look()
  busy_.insert(of_receipts);
  auto dropping = drop_receipts();
  boost::asio::co_spawn(shared_.executor, std::move(dropping), boost::asio::detached);
}

boost::asio::awaitable<void> Broadcaster::drop_receipts() {
  auto writing = write(store::DropBroadcastReceipts{clock_()});
  [[maybe_unused]] const auto committed = co_await std::move(writing);
  busy_.erase(of_receipts);
}

boost::asio::awaitable<Result<store::Committed>> Broadcaster::write(store::BroadcastChange change) {
  std::vector<store::Change> changes;
  changes.emplace_back(std::move(change));
  auto committing = services::commit(shared_.store, std::move(changes));
  auto committed = co_await std::move(committing);
  // Paused or cancelled meanwhile: then it is no failure.
  if (!committed && committed.error().code != Errc::conflict) {
    shared_.metrics.count_store_failure();
    log::error("broadcast_not_written", {{"reason", committed.error().message}});
  }
  co_return committed;
}

std::vector<prometheus::MetricFamily> broadcast_families(store::BroadcastReads& reads) {
  const auto open = reads.broadcasts(true, 0, open_broadcasts_max);
  if (!open) return {};  // whatever else reads the store tells of that
  auto by_state = broadcast_gauges("shubbak_broadcasts_open", "Broadcasts that are not over, by state");
  auto texts = broadcast_gauges("shubbak_broadcasts_texts",
                                "Texts of the broadcasts that are not over, by what became of them");
  std::array<double, broadcasts::state_names.size()> states{};
  store::BroadcastCounts all;
  std::int64_t waiting = 0;
  for (const store::StoredBroadcast& one : *open) {
    states.at(static_cast<std::size_t>(one.state)) += 1;
    const store::BroadcastCounts counts = one.counts();
    all.prepared += counts.prepared;
    all.sent += counts.sent;
    all.delivered += counts.delivered;
    all.failed += counts.failed;
    all.expired += counts.expired;
    waiting += one.waiting;
  }
  for (std::size_t i = 0; i < states.size(); ++i) {
    const auto state = static_cast<broadcasts::State>(i);
    if (!broadcasts::is_over(state)) add_broadcast_gauge(by_state, "state", to_string(state), states.at(i));
  }
  const std::initializer_list<std::pair<std::string_view, std::int64_t>> told{
      {"prepared", all.prepared}, {"sent", all.sent},       {"delivered", all.delivered},
      {"failed", all.failed},     {"expired", all.expired}, {"waiting", waiting}};
  for (const auto& [word, count] : told) add_broadcast_gauge(texts, "what", word, static_cast<double>(count));
  return {std::move(by_state), std::move(texts)};
}

}  // namespace shubbak::daemon
