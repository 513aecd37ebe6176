// What ends a process that cannot know what the database's file holds. A commit may fail in a way after which nobody
// can know whether it is in the file: told as refused, it could be there once the process is killed; and what a sync
// has failed to write, no later sync of this process would. So whoever commits ends the process then, at once, with
// nothing told and nothing closed; whoever opens the file next finds the commit whole or not at all.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "domain/result.hpp"

namespace shubbak::store {

// Told why, on the thread that commits; ends the process. Where it returns (a test) the commit is told as one that
// failed.
using OnDoubt = std::function<void(const Error&)>;

inline constexpr int doubt_exit_code = 74;  // EX_IOERR

// The usual one: a line on standard error, and doubt_exit_code.
[[noreturn]] void end_in_doubt(const Error& why);

// What is said last: written to that file descriptor whole if whoever reads it takes it within that time, and
// otherwise as far as they do. For a process that ends at once, for what is not taken stays under way.
constexpr std::chrono::milliseconds last_words_max{2'000};
void say_last(int file, std::string text);

}  // namespace shubbak::store
