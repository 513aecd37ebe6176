// The one table of the API: what is served, who may, what goes in and what comes out. The server routes and checks by
// it, and GET /openapi.json is made of it. Thread: any; handlers: the loop's.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "admin/staff_service.hpp"

namespace shubbak::admin {

enum class Method : std::uint8_t { get, post };
std::string_view to_string(Method method);

enum class Access : std::uint8_t {
  everybody,   // without a session
  session,     // whoever has logged in, for what is their own
  permission,  // who has Route::permission
};

using JsonAnswer = Result<boost::json::object, ApiError>;
// A request whose form is right, for a caller who may: to be run on the loop.
using Bound = std::function<boost::asio::awaitable<JsonAnswer>(World&, Caller)>;

struct Route {
  Method method;
  std::string_view path;  // "{number}" stands for a whole number
  Access access;
  std::optional<staff::Permission> permission;
  std::string_view summary;
  unsigned status;                         // of success; 204: no body
  boost::json::object (*body_schema)();    // nullptr: takes no body
  boost::json::object (*answer_schema)();  // nullptr: with status 204
  Result<Bound, ApiError> (*bind)(const Route& route, const boost::json::object& body, std::int64_t number);
};

inline constexpr std::string_view login_route = "/login";
std::span<const Route> routes();
std::span<const Route> bank_routes();
std::span<const Route> cash_routes();   // its part of cash
std::span<const Route> case_routes();   // of citizens' cases
std::span<const Route> fill_routes();   // of water for tankers
std::span<const Route> money_routes();  // of refunds and reconciliation
std::span<const Route> report_routes();
std::span<const Route> rollout_routes();
std::span<const Route> poll_routes();
std::span<const Route> broadcast_routes();

// OpenAPI 3.0.3.
boost::json::object openapi();

}  // namespace shubbak::admin
