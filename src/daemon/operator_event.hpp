// What an operator's POST says: whose it is, whether it is signed, and what happened to which number. Of the
// request's octets and the time only; nothing is asked or written. daemon/operator_hook.hpp carries it out.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "daemon/config.hpp"
#include "daemon/http_endpoint.hpp"
#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/result.hpp"
#include "identity/link.hpp"

namespace shubbak::daemon {

struct OperatorEvent {
  Msisdn msisdn;
  identity::LinkEvent event;
  WallTime at;
  std::string id;  // 1 to 64 octets
};

// NAME of "/operator/NAME/sim-change"; "" where it is another path.
std::string_view operator_named_in(std::string_view target);

// Nothing: no such operator, none that may tell anything, or not its signature over this body at this time. The
// caller hears the same of all of them.
const OperatorConfig* signer_of(std::span<const OperatorConfig> operators, std::string_view name,
                                const HttpPost& request, WallTime now);

// Errors: malformed and invalid, with the member and what it must be; none repeats what stood there.
Result<OperatorEvent> read_operator_event(const std::string& body);

}  // namespace shubbak::daemon
