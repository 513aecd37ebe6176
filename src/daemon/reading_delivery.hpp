// Brings recorded readings to the companies that own the meters: after the commit, under the reading's reference as
// idempotency key, again until the company has answered. A refusal is told to the citizen by SMS. Thread: the event
// loop's.
#pragma once

#include <functional>
#include <memory>

#include "companies/directory.hpp"
#include "daemon/walk.hpp"

namespace shubbak::daemon {

class ReadingDelivery {
 public:
  // `tell` adds the SMS to a citizen to the changes that record a refusal; it is called again with the commit to send
  // it.
  struct Teller {
    std::function<store::Change(Msisdn, const std::string& text)> outbox_change;
    std::function<void(const store::Committed&, Msisdn, const std::string& text)> take_up;
  };
  ReadingDelivery(Shared& shared, Teller teller);

  // Delivers what the store holds undelivered, if not under way already. To be called at the start, after a commit of
  // a reading and every few seconds.
  void tick(Instant now);

 private:
  boost::asio::awaitable<void> deliver_all();
  boost::asio::awaitable<bool> deliver(store::Reading reading);

  Shared& shared_;
  Teller teller_;
  bool under_way_ = false;
  Instant next_{};
};

}  // namespace shubbak::daemon
