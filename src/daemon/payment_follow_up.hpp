// Brings payments to their end that no company has answered for: asks each company for its own by reference, when the
// time is over in which the company would still take them, and again, ever less often, until it has told; then they
// are settled or released with what it said as evidence, and the person is told by SMS, in the words of the flow that
// they paid by (`sms_later`) or in the system's. Each company has a lane of its own, so that one that is down holds
// up nobody else's. Thread: the event loop's.
#pragma once

#include <vector>

#include "companies/directory.hpp"
#include "daemon/asked_in_vain.hpp"
#include "daemon/teller.hpp"
#include "daemon/walk.hpp"
#include "services/payment_end.hpp"

namespace shubbak::daemon {

class PaymentFollowUp {
 public:
  // What pay() is given must have so long until the company refuses it.
  static constexpr std::chrono::milliseconds order_lives{15'000};

  PaymentFollowUp(Shared& shared, Teller teller);

  // Of one that was begun behind the person's back, since they have gone: the company is asked for it, once, and they
  // are told by SMS what came of it, or that it is held.
  boost::asio::awaitable<void> pay(store::StoredPayment payment);

  // To be called at the start and every few seconds: goes on where that is not under way already.
  void tick(Instant now);

 private:
  struct Lane {
    companies::Company* company;
    bool under_way = false;
    Instant next{};
    std::int64_t tried_to = 0;  // number of the last payment that was looked at; the next round begins behind it
    AskedInVain asked{};
  };
  boost::asio::awaitable<void> ask_for_all(Lane& lane);
  boost::asio::awaitable<bool> ask_for(Lane& lane, store::StoredPayment payment);
  boost::asio::awaitable<bool> end(store::StoredPayment payment, services::PaymentEnd end);
  boost::asio::awaitable<void> tell_held(store::StoredPayment payment);
  [[nodiscard]] std::string news_of(const store::StoredPayment& payment, bool settled) const;

  Shared& shared_;
  Teller teller_;
  std::vector<Lane> lanes_;  // never grows once made
};

}  // namespace shubbak::daemon
