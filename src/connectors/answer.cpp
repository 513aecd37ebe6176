#include "connectors/answer.hpp"

#include <algorithm>

namespace shubbak::connectors {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::not_found:
      return "not_found";
    case Outcome::timeout:
      return "timeout";
    case Outcome::unreachable:
      return "unreachable";
    case Outcome::garbage:
      return "garbage";
    case Outcome::too_large:
      return "too_large";
    case Outcome::wrong_account:
      return "wrong_account";
    case Outcome::http_status:
      return "http_status";
    case Outcome::overload:
      return "overload";
    case Outcome::cancelled:
      return "cancelled";
    case Outcome::cut_off:
      return "cut_off";
  }
  return "";
}

bool is_account_number(std::string_view text) {
  return !text.empty() && text.size() <= 20 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_category(std::string_view text) {
  return !text.empty() && text.size() <= 20 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_reference(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.' || c == ':';
  });
}

}  // namespace shubbak::connectors
