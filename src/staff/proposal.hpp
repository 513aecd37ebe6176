// The rule of two persons for what moves money: who proposed a publication does not approve it. Pure. Thread: any.
#pragma once

#include <string_view>

#include "domain/result.hpp"

namespace shubbak::staff {

inline Status may_approve(std::string_view proposed_by, std::string_view approver) {
  if (proposed_by == approver)
    return Error{Errc::denied, "who proposed it cannot approve it: that takes a second person"};
  return {};
}

}  // namespace shubbak::staff
