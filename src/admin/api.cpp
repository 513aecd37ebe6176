#include "admin/api.hpp"

#include <boost/json/serialize.hpp>

namespace shubbak::admin {

namespace asio = boost::asio;

namespace {

constexpr std::uint32_t minute_s = 60;

ApiError too_many() {
  return {Code::too_many_requests, "too many requests; try again in a minute", {}, minute_s};
}

}  // namespace

HttpAnswer answer_of(const ApiError& error) {
  HttpAnswer answer;
  answer.status = row_of(error.code).status;
  answer.body = boost::json::serialize(to_json(error));
  answer.wait_s = error.wait_s;
  return answer;
}

// Who asks, if they may. Without a session an address is limited; a wrong token counts for its address.
Result<Caller, ApiError> Api::admit(const Route& route, const HttpRequest& request) {
  const Instant now = std::chrono::steady_clock::now();
  if (route.access == Access::everybody) {
    if (!strangers_.admit(staff::source_subject(request.source), now)) return too_many();
    return Caller{{Actor::Kind::staff, ""}, std::nullopt, {}, request.source};
  }
  auto caller = find_caller(world_, token_of(request.authorization), request.source);
  if (!caller) {
    if (!strangers_.admit(staff::source_subject(request.source), now)) return too_many();
    return caller;
  }
  const store::TokenHash& session = caller->session.value();
  if (!sessions_.admit(std::string(session.begin(), session.end()), now)) return too_many();
  if (route.permission) {
    if (const auto may = authorize(*caller, *route.permission); !may) return may.error();
  }
  return caller;
}

asio::awaitable<HttpAnswer> Api::serve(HttpRequest request) {
  std::string allowed;
  const auto call = find_route(request.method, request.target, allowed);
  if (!call) {
    HttpAnswer answer = answer_of(call.error());
    answer.allow = std::move(allowed);
    co_return answer;
  }
  const Route& route = *call->route;
  // Who may not learns nothing of what the body should be.
  auto caller = admit(route, request);
  if (!caller) {
    HttpAnswer answer = answer_of(caller.error());
    answer.route = route.path;
    co_return answer;
  }
  std::string account = caller->account.name;
  HttpAnswer answer;
  if (auto bound = bind(*call, request)) {
    auto running = (*bound)(world_, std::move(*caller));
    const JsonAnswer done = co_await std::move(running);
    if (done) {
      answer.status = route.status;
      if (route.answer_schema != nullptr) answer.body = boost::json::serialize(*done);
    } else {
      answer = answer_of(done.error());
    }
  } else {
    answer = answer_of(bound.error());
  }
  answer.route = route.path;
  answer.account = std::move(account);
  co_return answer;
}

}  // namespace shubbak::admin
