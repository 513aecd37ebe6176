#include "daemon/flow_statistics.hpp"

#include <algorithm>
#include <utility>

#include "daemon/walk.hpp"
#include "flows/revision.hpp"

namespace shubbak::daemon {
namespace {

using store::Measure;

// Edges that lead to no place of a flow; `state` tells which.
constexpr std::uint16_t no_flow = Stay::nowhere.flow;
constexpr flows::Place end_reached{no_flow, 0};
constexpr flows::Place parked{no_flow, 1};
constexpr std::uint16_t first_broken = 2;  // and by SystemString

std::string name_of(const flows::Revision& revision, flows::Place to) {
  if (to == end_reached) return std::string(left_by_end);
  if (to == parked) return std::string(left_to_park);
  if (to.flow == no_flow) return std::string(flows::system_string_names[to.state - first_broken]);
  std::string name(revision.flow_name(to));
  return name.append(".").append(revision.state_name(to));
}

store::WalkChannel stored(flows::Channel channel) {
  return channel == flows::Channel::ussd ? store::WalkChannel::ussd : store::WalkChannel::sms;
}

bool is_same(const std::weak_ptr<const flows::Revision>& one, const std::shared_ptr<const flows::Revision>& other) {
  return !one.owner_before(other) && !other.owner_before(one);
}

}  // namespace

std::uint64_t& FlowStatistics::counter(const store::StatisticKey& key) {
  if (const auto found = series_.find(key); found != series_.end()) return found->second.counted;
  if (series_.size() < series_max) return series_[key].counted;
  if (left_out_.size() < series_max) left_out_.insert(key);
  return no_room_;
}

void FlowStatistics::for_each(const std::function<void(const store::StatisticKey&, std::uint64_t)>& tell) const {
  for (const auto& [key, series] : series_) {
    if (series.counted > 0) tell(key, series.counted);
  }
}

std::vector<store::Statistic> FlowStatistics::take_unsaved(std::size_t most) {
  std::vector<store::Statistic> unsaved;
  for (auto& [key, series] : series_) {
    if (series.counted == series.taken) continue;
    if (unsaved.size() == most) break;
    unsaved.push_back({key, static_cast<std::int64_t>(series.counted - series.taken)});
    series.taken = series.counted;
  }
  return unsaved;
}

void FlowStatistics::give_back(const std::vector<store::Statistic>& not_saved) {
  for (const store::Statistic& one : not_saved) series_[one.key].taken -= static_cast<std::uint64_t>(one.count);
}

DeskStatistics::DeskStatistics(FlowStatistics& all, flows::Channel channel, std::string operator_name)
    : all_(all), channel_(channel), operator_name_(std::move(operator_name)) {
  trail_.reserve(flows::steps_max);
}

// Those of revisions that nobody walks any more go when a new one comes.
DeskStatistics::Table& DeskStatistics::table_of(const std::shared_ptr<const flows::Revision>& revision) {
  for (Table& table : tables_) {
    if (is_same(table.of, revision)) return table;
  }
  std::erase_if(tables_, [](const Table& table) { return table.of.expired(); });
  Table table{.of = revision, .first = {}, .states = {}};
  std::size_t states = 0;
  for (const flows::Flow& flow : revision->flows()) {
    table.first.push_back(states);
    states += flow.states.size();
  }
  table.states.resize(states);
  return *tables_.insert(tables_.begin(), std::move(table));  // most walks are on the newest
}

std::uint64_t& DeskStatistics::find(std::uint64_t*& counter, const flows::Revision& revision, Place at,
                                    Measure measure, std::string_view detail) {
  if (counter == nullptr) [[unlikely]] {
    counter = &all_.counter({.channel = stored(channel_),
                             .flow = std::string(revision.flow_name(at)),
                             .state = std::string(revision.state_name(at)),
                             .measure = measure,
                             .detail = std::string(detail)});
  }
  return *counter;
}

void DeskStatistics::leave(const flows::Revision& revision, Table& table, Place from, Place to) {
  std::vector<Edge>& left = table.at(from).left;
  const auto known = std::ranges::find(left, to, &Edge::to);
  if (known != left.end()) {
    ++*known->count;
    return;
  }
  Edge& edge = left.emplace_back(Edge{to, nullptr});
  ++find(edge.count, revision, from, Measure::left, name_of(revision, to));
}

void DeskStatistics::goes_on(Walk& walk, Instant now) {
  Stay& stay = walk.stay;
  if (stay.under_way) return;
  stay = {.at = walk.session.at, .under_way = true, .since = now};
  State& state = table_of(walk.revision).at(stay.at);
  ++find(state.taken_up, *walk.revision, stay.at, Measure::taken_up);
}

void DeskStatistics::moved(Walk& walk, std::vector<Place>& trail, Instant now) {
  if (trail.empty()) return;
  const flows::Revision& revision = *walk.revision;
  Table& table = table_of(walk.revision);
  Stay& stay = walk.stay;
  if (stay.under_way) {
    State& state = table.at(stay.at);
    const auto took = std::chrono::round<std::chrono::milliseconds>(now - stay.since);
    ++find(state.stayed, revision, stay.at, Measure::stayed);
    find(state.stayed_ms, revision, stay.at, Measure::stayed_ms) += static_cast<std::uint64_t>(took.count());
  } else {
    stay = {.at = Stay::nowhere, .under_way = true, .since = now};
  }
  for (const Place to : trail) {
    if (stay.at != Stay::nowhere) leave(revision, table, stay.at, to);
    ++find(table.at(to).entered, revision, to, Measure::entered);
    stay.at = to;
  }
  stay.since = now;
  trail.clear();
}

void DeskStatistics::asked(Walk& walk, std::string_view company) {
  Stay& stay = walk.stay;
  if (!stay.under_way || stay.asked.size() == Stay::asked_max) return;
  if (std::ranges::find(stay.asked, company, &Stay::Asked::company) != stay.asked.end()) return;
  std::uint64_t& sessions = all_.counter({.channel = stored(channel_),
                                          .flow = std::string(walk.revision->flow_name(walk.session.at)),
                                          .state = std::string(walk.revision->state_name(walk.session.at)),
                                          .measure = Measure::company_sessions,
                                          .detail = std::string(operator_name_).append(1, ' ').append(company)});
  stay.asked.push_back({std::string(company), &sessions});
}

void DeskStatistics::close(const flows::Revision& revision, State& state, Stay& stay) {
  ++find(state.sessions, revision, stay.at, Measure::sessions, operator_name_);
  for (const Stay::Asked& one : stay.asked) ++*one.sessions;
  stay.under_way = false;
}

void DeskStatistics::ended(Walk& walk, const flows::Step& step) {
  if (step.broken_off == flows::SystemString::try_later) {
    abandoned(walk, AbandonedBy::us);
    return;
  }
  if (!walk.stay.under_way) return;
  Place to = step.parked ? parked : end_reached;
  if (step.broken_off) to = {no_flow, static_cast<std::uint16_t>(first_broken + static_cast<int>(*step.broken_off))};
  Table& table = table_of(walk.revision);
  leave(*walk.revision, table, walk.stay.at, to);
  close(*walk.revision, table.at(walk.stay.at), walk.stay);
}

void DeskStatistics::abandoned(Walk& walk, AbandonedBy by) {
  Stay& stay = walk.stay;
  if (!stay.under_way) return;
  State& state = table_of(walk.revision).at(stay.at);
  const auto cause = static_cast<std::size_t>(by);
  ++find(state.abandoned[cause], *walk.revision, stay.at, Measure::abandoned, abandoned_by_names[cause]);
  close(*walk.revision, state, stay);
}

void DeskStatistics::turned_away(const std::shared_ptr<const flows::Revision>& revision) {
  Walk nobody{.revision = revision, .session = {}, .link_since = {}, .stay = {}};
  std::vector<Place> home{revision->home()};
  moved(nobody, home, Instant{});
  abandoned(nobody, AbandonedBy::us);
}

std::uint64_t* DeskStatistics::message_parts(const std::shared_ptr<const flows::Revision>& revision, Place at) {
  if (at == Stay::nowhere) return nullptr;
  return &find(table_of(revision).at(at).message_parts, *revision, at, Measure::message_parts, operator_name_);
}

}  // namespace shubbak::daemon
