// A member of staff at work in a conversation: a command of `shubbak` in a process of its own beside the running
// daemon, as they would type it. Thread: that of the executor.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "domain/result.hpp"

namespace shubbak::cli {

struct StaffAct {
  std::vector<std::string> words;  // "cases", "take", …
  std::string config;              // the deployment's shubbak.yaml
  std::string account;             // whose password is typed
  std::string password;
  std::string typed{};  // a line behind the password, such as a code that they were told; "": none
};

// The command's exit code; why it is not 0 is told on the standard error by the command itself. Error io: it was not
// started, or did not end by itself.
boost::asio::awaitable<Result<int>> carry_out(boost::asio::any_io_executor executor, StaffAct act);

}  // namespace shubbak::cli
