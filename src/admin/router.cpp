#include "admin/router.hpp"

#include <algorithm>
#include <charconv>

namespace shubbak::admin {
namespace {

bool equal_folded(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

std::string_view next_part(std::string_view& path) {
  path.remove_prefix(1);  // '/'
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view part = path.substr(0, end);
  path.remove_prefix(end);
  return part;
}

bool read_number(std::string_view text, std::int64_t& number) {
  const bool digits = !text.empty() && text[0] >= '1' && text[0] <= '9';
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return digits && error == std::errc{} && end == text.data() + text.size();
}

bool matches(std::string_view pattern, std::string_view path, std::int64_t& number) {
  while (!pattern.empty() && !path.empty()) {
    if (path.front() != '/') return false;
    const std::string_view wanted = next_part(pattern);
    const std::string_view part = next_part(path);
    if (wanted == "{number}" ? !read_number(part, number) : wanted != part) return false;
  }
  return pattern.empty() && path.empty();
}

// "application/json", whatever parameters follow.
bool is_json(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return equal_folded(type, "application/json");
}

}  // namespace

Result<Call, ApiError> find_route(std::string_view method, std::string_view target, std::string& allowed) {
  for (const Route& route : routes()) {
    Call call{&route, 0};
    if (!matches(route.path, target, call.number)) continue;
    if (to_string(route.method) == method) return call;
    allowed.append(allowed.empty() ? "" : ", ").append(to_string(route.method));
  }
  if (!allowed.empty()) return ApiError{Code::wrong_method, "this path takes " + allowed, {}};
  return ApiError{Code::unknown_path, "there is nothing here; GET /openapi.json tells what there is", {}};
}

Result<Bound, ApiError> bind(const Call& call, const HttpRequest& request) {
  const Route& route = *call.route;
  boost::json::object body;
  if (route.body_schema != nullptr) {
    if (!is_json(request.content_type))
      return ApiError{Code::wrong_type, "the body must come as Content-Type: application/json", {}};
    auto parsed = parse_json(request.body);
    if (!parsed) return parsed.error();
    body = std::move(*parsed);
  } else if (!request.body.empty()) {
    return ApiError{Code::bad_request, "this takes no body", {}};
  }
  return route.bind(route, body, call.number);
}

std::string_view token_of(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() <= scheme.size() || !equal_folded(authorization.substr(0, scheme.size()), scheme))
    return {};
  return authorization.substr(scheme.size());
}

}  // namespace shubbak::admin
