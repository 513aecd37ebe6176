// The program shubbakd: reads its configuration, runs the daemon, and obeys signals: TERM and INT drain and stop, HUP
// reads flows and strings again. Thread: main's.
#pragma once

#include "daemon/daemon.hpp"

namespace shubbak::daemon {

// Until it was told to stop. The exit code: 0, 1 (it could not start), 2 (its configuration has faults); what was
// wrong is printed.
int run_program(int argc, char** argv, StoreOpener open_store);

}  // namespace shubbak::daemon
