// Is a text what a conversation expects? The same for what came over a network and for what was rehearsed. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "cli/conversation.hpp"

namespace shubbak::cli {

// "\ngot:" and the text line by line, to stand below the sentence that says what is wrong.
std::string got(std::string_view text);

// Nothing: it is. Else what was expected and what was there. `what` names the text: "the screen". Each thing that
// held is added to `checks`. `locale` chooses among texts given by locale.
std::optional<std::string> judge_text(const std::string& text, const Expectation& wanted, std::string_view what,
                                      std::size_t& checks, const std::string& locale = {});

}  // namespace shubbak::cli
