// What an operator tells of its numbers over HTTP: POST /operator/NAME/sim-change (docs/operating.md). Signed with
// the operator's secret, HMAC-SHA-256 over timestamp header, path and body with full stops between; refused when the
// timestamp is more than five minutes off; carried out once for each id, and answered only after the commit. Thread:
// the event loop's.
#pragma once

#include <vector>

#include <boost/asio/awaitable.hpp>

#include "daemon/config.hpp"
#include "daemon/http_endpoint.hpp"
#include "daemon/walk.hpp"

namespace shubbak::daemon {

class OperatorHook {
 public:
  OperatorHook(Shared& shared, const std::vector<OperatorConfig>& operators);

  // 200: done, or nothing to do, or done before; 400: not what it must be; 401: not signed by that operator, or too
  // old; 404: no such path; 409: another request under an id that was used; 503: not committed, to be sent again.
  boost::asio::awaitable<HttpReply> take(HttpPost request);

 private:
  Shared& shared_;
  const std::vector<OperatorConfig>& operators_;
};

}  // namespace shubbak::daemon
