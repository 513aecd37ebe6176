// A sample of a register of persons, answered by every sample company at /v1/persons/verify: made-up people only.
// Pure.
#pragma once

#include <string_view>

#include "samples/sample_company/reply.hpp"

namespace shubbak::samples {

// Everybody exists but those whose number begins with 06 (unknown) or 05 (deceased); see samples/README.md.
Reply standing_of(std::string_view national_id);

}  // namespace shubbak::samples
