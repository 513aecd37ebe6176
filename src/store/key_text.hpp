// What key files and key commands have in common. Private to src/store. Thread: any.
#pragma once

#include <string>

#include "domain/result.hpp"
#include "store/key_file.hpp"

namespace shubbak::store {

// Wipes the text. `source` is for the messages, which tell nothing of the text.
Result<KeyRing> parse_keys(std::string& text, const std::string& source);

}  // namespace shubbak::store
