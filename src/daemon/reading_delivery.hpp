// Brings recorded readings to the companies that own the meters: after the commit, under the reading's reference as
// idempotency key, again until the company has answered. Each company has a lane of its own, so that one that is down
// holds up nobody else's. A refusal is told to the citizen by SMS. Thread: the event loop's.
#pragma once

#include <vector>

#include "companies/directory.hpp"
#include "daemon/teller.hpp"
#include "daemon/walk.hpp"

namespace shubbak::daemon {

class ReadingDelivery {
 public:
  ReadingDelivery(Shared& shared, Teller teller);

  // Delivers what the store holds undelivered, where that is not under way already. To be called at the start, after
  // a commit of a reading and every few seconds.
  void tick(Instant now);

 private:
  struct Lane {
    companies::Company* company;
    bool under_way = false;
    Instant next{};
    std::int64_t tried_to = 0;  // id of the last reading that was tried; the next round begins behind it
  };
  boost::asio::awaitable<void> deliver_all(Lane& lane);
  boost::asio::awaitable<bool> deliver(companies::Company& company, store::Reading reading);
  boost::asio::awaitable<std::string> refusal_of(companies::Company& company, store::Reading reading, bool came_late);

  Shared& shared_;
  Teller teller_;
  std::vector<Lane> lanes_;  // never grows once made
};

}  // namespace shubbak::daemon
