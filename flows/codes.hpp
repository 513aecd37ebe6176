// One-time codes and service PINs as the engine takes and asks for them. Private to the engine. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "flows/definition.hpp"
#include "flows/engine.hpp"

namespace shubbak::flows {

bool is_code(std::string_view text);  // as many digits as a code has
bool is_pin(std::string_view text);

// What otp_send or otp_verify is asked at the walk's place, which is `otp`; `with`: besides what the code is bound
// to. Nothing: a value that it is to be bound to is not there.
std::optional<Call> code_call(const Revision& revision, const Session& session, std::string_view service,
                              const Otp& otp, boost::json::object with);

// What the code or PIN that stands was given for, as authorisation_text(). What it was bound to cannot have changed
// since, or its grant would be void. Nothing: none was given.
std::optional<std::string> authorised_by(const Revision& revision, const Session& session);

}  // namespace shubbak::flows
