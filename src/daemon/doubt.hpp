// How the daemon ends where it cannot know what the database's file holds (store/doubt.hpp). Thread: any.
#pragma once

#include <cstdlib>

#include "daemon/log.hpp"
#include "store/doubt.hpp"

namespace shubbak::daemon {

[[noreturn]] inline void end_in_doubt(const Error& why) {
  log::write_last("database_in_doubt", {{"reason", why.message}});
  std::_Exit(store::doubt_exit_code);
}

}  // namespace shubbak::daemon
