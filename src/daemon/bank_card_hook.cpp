#include "daemon/bank_card_hook.hpp"

#include <algorithm>

#include "companies/signature.hpp"
#include "daemon/log.hpp"

namespace shubbak::daemon {

boost::asio::awaitable<HttpReply> BankCardHook::take(HttpPost request) {
  const std::string_view name = companies::gateway_named_in(request.target);
  const auto gateway =
      std::ranges::find(gateways_, name, [](const auto& one) -> std::string_view { return one->config().name; });
  const companies::SignedRequest one{request.timestamp, request.signature, request.target, request.body};
  if (gateway == gateways_.end() || !companies::is_signed(one, (*gateway)->config().secret, wall_now())) {
    log::warning("gateway_callback_refused", {{"reason", "signature or timestamp"}});
    co_return json_reply(401, "error", "the signature or the timestamp is wrong");
  }
  auto notice = companies::read_notice(request.body);
  if (!notice) {
    log::warning("gateway_callback_refused", {{"gateway", name}, {"reason", notice.error().message}});
    co_return json_reply(400, "error", notice.error().message);
  }
  auto taking = cards_.take(**gateway, *std::move(notice));
  switch (co_await std::move(taking)) {
    case BankCards::Taken::done:
      co_return json_reply(200, "result", "done");
    case BankCards::Taken::done_before:
      co_return json_reply(200, "result", "done before");
    case BankCards::Taken::nothing:
      co_return json_reply(200, "result", "nothing to do");
    case BankCards::Taken::conflict:
      co_return json_reply(409, "error", "another charge was told under this transaction");
    case BankCards::Taken::not_written:
      break;
  }
  co_return json_reply(503, "error", "not written; send it again");
}

}  // namespace shubbak::daemon
