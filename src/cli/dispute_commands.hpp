// shubbak refunds disputed, place, approve, reject. Thread: one.
#pragma once

#include <CLI/CLI.hpp>

namespace shubbak::cli {

// Under `refunds`. Each sets `exit_code` when it runs.
void add_dispute_commands(CLI::App& refunds, int& exit_code);

}  // namespace shubbak::cli
