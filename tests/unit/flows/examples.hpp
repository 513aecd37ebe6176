// Flows that several tests walk, check or break.
#pragma once

#include "fixture.hpp"

namespace shubbak::flows::test {

// The example of the flow language as its description gives it, in a system that has its services.
Deployment bill_pay();

}  // namespace shubbak::flows::test
