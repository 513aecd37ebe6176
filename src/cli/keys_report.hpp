// What `shubbak keys status` prints. Pure.
#pragma once

#include <string>
#include <vector>

#include "store/key_file.hpp"
#include "store/key_rotation.hpp"

namespace shubbak::cli {

// A line for each key that the database or the ring has, and what to do next where there is something.
std::string keys_report(const std::vector<store::KeyUse>& uses, const store::KeyRing& keys);

}  // namespace shubbak::cli
