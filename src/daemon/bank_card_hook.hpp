// What a gateway of bank cards calls back with: POST /gateway/NAME/callback (docs/operating.md). Signed with the
// gateway's secret (companies/signature.hpp); answered only after the commit, so that a gateway that is not answered
// with 200 calls again. Thread: the event loop's.
#pragma once

#include "daemon/bank_cards.hpp"
#include "daemon/http_endpoint.hpp"

namespace shubbak::daemon {

class BankCardHook {
 public:
  // Both must outlive it.
  BankCardHook(BankCards& cards, const BankCards::Gateways& gateways) : cards_(cards), gateways_(gateways) {}

  // 200: done, done before, or nothing to do; 400: not what it must be; 401: not signed by that gateway, or too old;
  // 409: another charge has that name; 503: not committed, to be sent again.
  boost::asio::awaitable<HttpReply> take(HttpPost request);

 private:
  BankCards& cards_;
  const BankCards::Gateways& gateways_;
};

}  // namespace shubbak::daemon
