// From a request as HTTP brought it to what is to be run, or to what is wrong with it. Pure. Thread: any.
#pragma once

#include <string>

#include "admin/routes.hpp"

namespace shubbak::admin {

struct HttpRequest {
  std::string method;  // "POST"
  std::string target;
  std::string content_type;
  std::string authorization;
  std::string body;
  std::string source;  // address
};
struct Call {
  const Route* route = nullptr;
  std::int64_t number = 0;  // of the path
};

// Whose path and method these are. unknown_path; wrong_method: `allowed` says which the path has.
Result<Call, ApiError> find_route(std::string_view method, std::string_view target, std::string& allowed);
// The request of a found route with its body read. bad_request, wrong_type.
Result<Bound, ApiError> bind(const Call& call, const HttpRequest& request);
std::string_view token_of(std::string_view authorization);  // of "Bearer TOKEN"; "" if it is nothing like that

}  // namespace shubbak::admin
