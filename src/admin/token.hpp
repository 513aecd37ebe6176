// The token of a session: 256 random bits, told once to its owner as 64 hexadecimal digits. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/staff.hpp"

namespace shubbak::admin {

struct Token {
  std::string text;
  store::TokenHash hash;  // what the store knows of it: nobody gets from there to the text
};
Token new_token();
std::optional<store::TokenHash> hash_of_token(std::string_view text);  // nothing: it does not look like a token

}  // namespace shubbak::admin
