// How far one spelling is from another: for forgiving keywords and for "did you mean". Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace shubbak::flows {

std::u32string code_points(std::string_view utf8);

// Letters put in, left out, changed or swapped with the next one; anything over `limit` is told as limit + 1.
std::size_t edit_distance(std::u32string_view a, std::u32string_view b, std::size_t limit);

// "did you mean 'show'?" when one of the candidates is near enough, else nothing.
std::string did_you_mean(std::string_view written, std::span<const std::string_view> candidates);

}  // namespace shubbak::flows
