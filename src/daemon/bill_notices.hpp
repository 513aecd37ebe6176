// Tells the numbers that have subscribed to notices of bills what is due: asks each company for the subscriptions
// whose moment has come (services/bill_notice.hpp), and where the amount has changed and is above zero puts an SMS
// into the outbox, in the transaction that notes that it was told; so a restart tells nobody twice. Only active
// numbers for which notices are switched on are asked for and told, and nobody at night. Each company has a lane of
// its own, of bounded rate and questions at once; one that does not answer is asked later, and so it is for those
// whose operator's link does not keep up. Thread: the event loop's.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "companies/company.hpp"
#include "daemon/teller.hpp"
#include "daemon/walk.hpp"
#include "domain/clock.hpp"
#include "services/bill_notice.hpp"

namespace shubbak::daemon {

class BillNotices {
 public:
  struct Counts {  // since the start
    std::uint64_t asked = 0;
    std::uint64_t told = 0;
    std::uint64_t failed = 0;  // questions that came to nothing; they are asked again
  };

  // By shared.world.notices, and so many questions to each company in a second.
  BillNotices(Shared& shared, Teller teller, std::uint32_t per_second, std::function<WallTime()> clock = wall_now);

  // To be called at the start and every second or so.
  void tick(Instant now);
  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] std::size_t under_way() const;  // questions, and what is being noted of their answers

 private:
  struct Lane {
    companies::Company* company;
    Instant next_look{};                    // into the store
    Instant filled{};                       // when `allowance` was
    double allowance = 0;                   // questions that may begin now
    std::size_t asking = 0;                 // questions under way
    std::size_t vain = 0;                   // in a row
    std::deque<store::Subscription> due{};  // that were read and not asked about yet
  };
  void fill(Lane& lane, Instant now) const;
  void look(Lane& lane, Instant now);
  void rest(Lane& lane);
  void in_vain(Lane& lane);
  [[nodiscard]] bool may_go_on(const Lane& lane) const;
  [[nodiscard]] bool is_switched_on(const Lane& lane, Msisdn number) const;
  boost::asio::awaitable<void> ask_some(Lane& lane);
  boost::asio::awaitable<void> ask(Lane& lane, store::Subscription subscription);
  boost::asio::awaitable<void> note(Lane& lane, store::Subscription subscription, WallTime next_at, Money due,
                                    std::string locale);
  boost::asio::awaitable<bool> write(Lane& lane, std::vector<store::Change> changes);

  Shared& shared_;
  Teller teller_;
  std::uint32_t per_second_;
  std::function<WallTime()> clock_;
  Counts counts_;
  std::vector<Lane> lanes_;  // never grows once made
};

}  // namespace shubbak::daemon
