// Any octets as a request of the API for staff: read by the HTTP parser, routed, and its body read by the route's
// description. Refused with a reason or bound to a route, never a crash; what is bound has a body that its schema
// knows.
#include <cstddef>
#include <cstdint>
#include <string>

#include <boost/json.hpp>

#include "admin/router.hpp"
#include "tests/fuzz/http_request.hpp"

namespace {

namespace http = boost::beast::http;
using namespace shubbak;

void check(const admin::ApiError& error) {
  SHUBBAK_ASSERT(!error.message.empty());
  const std::string text = boost::json::serialize(admin::to_json(error));
  SHUBBAK_ASSERT(boost::json::parse(text).as_object().contains("error"));
}

void serve(const admin::HttpRequest& request) {
  std::string allowed;
  const auto call = admin::find_route(request.method, request.target, allowed);
  if (!call) return check(call.error());
  SHUBBAK_ASSERT(call->route != nullptr && call->number >= 0);
  SHUBBAK_ASSERT(admin::token_of(request.authorization).size() <= request.authorization.size());
  if (const auto bound = admin::bind(*call, request); !bound) check(bound.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto request = fuzz::read_request(data, size)) {
    const auto text = [](boost::beast::string_view view) { return std::string(view.data(), view.size()); };
    serve({text(request->method_string()), text(request->target()), text((*request)[http::field::content_type]),
           text((*request)[http::field::authorization]), request->body(), "127.0.0.1"});
  }
  // Without HTTP around it, every route's body.
  const std::string body(reinterpret_cast<const char*>(data), size);
  for (const admin::Route& route : admin::routes()) {
    if (route.body_schema == nullptr) continue;
    const admin::HttpRequest request{"POST", "", "application/json", "", body, "127.0.0.1"};
    if (const auto bound = admin::bind({&route, 1}, request); !bound) check(bound.error());
  }
  return 0;
}
