// What a flow may ask of a service: the one definition that the loader checks flows against and that the daemon's
// services are registered by.
#pragma once

#include <string_view>
#include <vector>

namespace shubbak::flows {

struct ServiceSignature {
  std::string_view name;                   // "bills.due"
  std::vector<std::string_view> args;      // every one must be given
  std::vector<std::string_view> outcomes;  // besides ok, timeout and error: "not_found", "too_low" ...
  std::vector<std::string_view> results;   // top-level members of what it answers with ok
  bool changes = false;                    // writes something: an SMS that causes it is acknowledged after the commit
  bool needs_link = false;                 // only for a caller with an active link
};

}  // namespace shubbak::flows
