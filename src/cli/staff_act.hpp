// A member of staff at work in a conversation: a command of `shubbak` in a process of its own beside the running
// daemon, as they would type it. Thread: that of the executor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace shubbak::cli {

struct StaffAct {
  std::vector<std::string> words;  // "cases", "take", …
  std::string config;              // the deployment's shubbak.yaml
  std::string account;             // whose password is typed
  std::string password;
};

// Nothing: it was done. Else that it was not; why is told on the standard error by the command itself.
boost::asio::awaitable<std::optional<std::string>> carry_out(boost::asio::any_io_executor executor, StaffAct act);

}  // namespace shubbak::cli
