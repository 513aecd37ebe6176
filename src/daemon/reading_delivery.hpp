// Brings recorded readings to the companies that own the meters: after the commit, under the reading's reference as
// idempotency key, again until the company has answered. Each company has a lane of its own, so that one that is down
// holds up nobody else's. A refusal is told to the citizen by SMS. Thread: the event loop's.
#pragma once

#include <functional>
#include <vector>

#include "companies/directory.hpp"
#include "daemon/walk.hpp"

namespace shubbak::daemon {

class ReadingDelivery {
 public:
  // The SMS to a citizen by that operator's link: `outbox_change` goes into the commit that records the refusal,
  // `take_up` sends it after.
  struct Teller {
    std::function<store::Change(std::string_view link, Msisdn, const std::string& text)> outbox_change;
    std::function<void(std::string_view link, std::int64_t outbox_id, Msisdn, const std::string& text)> take_up;
  };
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
  [[nodiscard]] std::string refusal_of(const store::Reading& reading) const;

  Shared& shared_;
  Teller teller_;
  std::vector<Lane> lanes_;  // never grows once made
};

}  // namespace shubbak::daemon
