// Who runs this command, for the audit trail.
#pragma once

#include "domain/actor.hpp"

namespace shubbak::cli {

Actor this_user();  // by the Unix account's name; "unknown" where it has none

}  // namespace shubbak::cli
