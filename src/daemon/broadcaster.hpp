// Tells broadcasts that were approved (store/broadcast.hpp): puts texts into the outbox of each operator as fast as
// its rate lets, a few seconds' worth at once, so that memory and outbox are the same for ten numbers and for ten
// million, and a pause stops it at once. Nobody is told outside the hours; texts that wait then are held. Those who
// are told, and what became of it, is in the store: a restart goes on where it was. Thread: the event loop's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <prometheus/metric_family.h>

#include "broadcasts/broadcast.hpp"
#include "daemon/teller.hpp"
#include "daemon/walk.hpp"
#include "domain/clock.hpp"

namespace shubbak::daemon {

class Broadcaster {
 public:
  // `operators`: those whose links there are now; a broadcast's other lanes wait. `per_second`: texts by each of
  // them.
  Broadcaster(Shared& shared, Teller teller, std::vector<std::string> operators, broadcasts::Hours hours,
              std::uint32_t per_second, std::function<WallTime()> clock = wall_now);

  // To be called at the start and every second or so.
  void tick(Instant now);
  // For Shared::broadcast_gate. Before the first look into the store everything is held.
  [[nodiscard]] BroadcastGate gate(std::int64_t broadcast) const;
  // For Shared::on_broadcast_text. An SMSC that refuses so many in a row, each for good, would refuse a million: the
  // broadcast is paused by the system, and staff resume it once the operator takes texts again.
  static constexpr std::uint32_t refused_max = 100;
  void on_text(std::int64_t broadcast, std::string_view operator_name, bool is_taken);
  [[nodiscard]] std::size_t under_way() const { return busy_.size(); }  // sets of changes
  [[nodiscard]] std::uint64_t told() const { return told_; }            // put into the outbox, since the start
  [[nodiscard]] std::uint64_t braked() const { return braked_; }        // paused by the system, likewise

 private:
  struct Lane {  // of an operator, over all broadcasts
    std::string operator_name;
    Instant filled{};      // when `allowance` was
    double allowance = 0;  // texts that may be put into the outbox now
  };
  using Work = std::pair<std::int64_t, std::string>;  // a broadcast and an operator; "": the whole of it
  bool look();
  void tend(const store::StoredBroadcast& one);
  bool brake(const store::StoredBroadcast& one);
  void prepare(const store::StoredBroadcast& one, Lane& lane);
  void drop_stale_receipts();
  void fill(Lane& lane, Instant now) const;
  boost::asio::awaitable<void> tend_to(std::int64_t number);
  boost::asio::awaitable<void> pause(std::int64_t number, std::string operator_name);
  boost::asio::awaitable<void> prepare_for(std::int64_t number, Lane& lane, std::vector<broadcasts::Text> texts);
  boost::asio::awaitable<void> drop_receipts();
  boost::asio::awaitable<Result<store::Committed>> write(store::BroadcastChange change);

  Shared& shared_;
  Teller teller_;
  broadcasts::Hours hours_;
  std::uint32_t per_second_;
  std::function<WallTime()> clock_;
  std::vector<Lane> lanes_;  // never grows once made
  std::vector<store::StoredBroadcast> open_;
  bool has_looked_ = false;
  std::set<Work> busy_;
  std::uint64_t told_ = 0;
  std::map<Work, std::uint32_t> refused_;  // in a row, of those that run
  std::uint64_t braked_ = 0;
};

// Gauges of the broadcasts that are not over: texts by what became of them, and how many broadcasts by state.
std::vector<prometheus::MetricFamily> broadcast_families(store::BroadcastReads& reads);

}  // namespace shubbak::daemon
